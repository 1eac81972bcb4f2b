"""Retention: for each table how long it keeps its rows, as a table, and the pruning by it (O13).

A conversation is let go of as a whole, once nothing has happened in it for as long as mail is kept
and nothing in it is open. Until then its old mails lose their texts. Parameters of the statements:
``before``, what is older is old; ``memory``, older than that no reply matters any more.
"""

# ruff: noqa: S608 - the statements are made of names and words of ours

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.ports.keeping import Pruned
from inboxwatch.store.part import Part
from inboxwatch.store.values import to_micros, to_optional_instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import datetime

FOR_GOOD = "for good"

PAGES_AT_ONCE = 2000
"""Free pages that are given back after a run: some 16 MB."""


class Kept(Struct, frozen=True):
    """A table: what it holds, how long a row stays, and the statements that let go of old ones.

    ``with_old`` run for the old conversations of a batch, ``by_age`` once, before them.
    """

    table: str
    what: str
    until: str
    with_old: tuple[str, ...] = ()
    by_age: tuple[str, ...] = ()


_MAILS = "SELECT id FROM mail WHERE conversation IN (SELECT id FROM old)"
_ENTRIES = "SELECT id FROM outbox WHERE conversation IN (SELECT id FROM old)"
_OWN = "SELECT id FROM own_mail WHERE conversation IN (SELECT id FROM old)"
_CONVERSATION = "its conversation"
_PLAIN_SWEPT = "outcome NOT IN ('moving', 'undoing', 'moved', 'undone')"
_OLD_SWEEP = "sweep IN (SELECT id FROM sweep WHERE started_at < :before)"


def _of_old(table: str) -> tuple[str, ...]:
    return (f"DELETE FROM {table} WHERE conversation IN (SELECT id FROM old)",)


RETENTION: tuple[Kept, ...] = (
    # in this order, so that nothing refers to what is gone
    Kept("meta", "the secret, and what a run leaves to the next", FOR_GOOD),
    Kept("mailbox", "how far each mailbox was read", FOR_GOOD),
    Kept("look", "how each mailbox stood at the last look at its flags", FOR_GOOD),
    Kept("condition", "how each account and mailbox fares", FOR_GOOD),
    Kept("attempt", "mail that broke the reading, until it is read or gone; no words", FOR_GOOD),
    Kept("traffic", "octets read of each account, for thirty days", FOR_GOOD),
    Kept("placed", "where we put mail ourselves; no words", FOR_GOOD),
    Kept("breaker", "accounts that were stopped", FOR_GOOD),
    Kept("note", "what the team noted about people", FOR_GOOD),
    Kept("genuine", "senders of whom a person said that they are genuine", FOR_GOOD),
    Kept("goodwill", "the ledger of credits; its mails stay, without their texts", FOR_GOOD),
    Kept("correction", "corrected priorities; their mails stay, without texts", FOR_GOOD),
    Kept(
        "run",
        "what runs counted",
        "retention.keep; the last one, and when replies were switched on, for good",
        by_age=(
            """DELETE FROM run WHERE started_at < :before AND id <> (SELECT MAX(id) FROM run)
            AND id IS NOT (SELECT MAX(id) FROM run WHERE replies_since IS NOT NULL)""",
        ),
    ),
    Kept(
        "alert",
        "what was told",
        "retention.keep; of open escalations until they are closed",
        by_age=(
            """DELETE FROM alert WHERE at < :before AND key NOT IN (
            SELECT 'escalation ' || id || ' ' || requests FROM escalation WHERE closed_at IS NULL)
            AND key NOT IN (
            SELECT 'surge-' || id || '-' || told FROM surge WHERE closed_at IS NULL)""",
        ),
    ),
    Kept(
        "contact",
        "whom the team wrote to",
        "retention.keep after the last mail",
        by_age=("DELETE FROM contact WHERE last_at < :before",),
    ),
    Kept(
        "forgotten",
        "keyed hashes of mail that is not answered, of people who were forgotten",
        "100 days, or as long as a limit looks back",
        by_age=("DELETE FROM forgotten WHERE at < :memory",),
    ),
    Kept(
        "request",
        "the mails that an escalation counts",
        "their escalation",
        by_age=(
            """DELETE FROM request WHERE escalation IN (
            SELECT id FROM escalation WHERE closed_at < :before)""",
        ),
    ),
    Kept(
        "escalation",
        "what had to reach a person",
        "retention.keep after it was closed",
        by_age=("DELETE FROM escalation WHERE closed_at < :before",),
    ),
    Kept(
        "surge_mail",
        "the mails of a surge, who wrote them",
        "their surge",
        by_age=("DELETE FROM surge_mail WHERE surge IN (SELECT id FROM old_surge)",),
    ),
    Kept(
        "surge",
        "many senders with one topic",
        "retention.keep after it was closed",
        by_age=("DELETE FROM surge WHERE id IN (SELECT id FROM old_surge)",),
    ),
    Kept(
        "trace",
        "what mails are made of, as numbers",
        "100 days, or their mail",
        with_old=(f"DELETE FROM trace WHERE mail IN ({_MAILS})",),
    ),
    Kept(
        "sweep_mail",
        "what sweeps told of",
        "retention.keep; that a mail was moved, for good, without sender, subject and decision",
        with_old=(f"UPDATE sweep_mail SET mail = NULL WHERE mail IN ({_MAILS})",),
        by_age=(
            f"DELETE FROM sweep_mail WHERE {_PLAIN_SWEPT} AND {_OLD_SWEEP}",
            f"""UPDATE sweep_mail SET earlier = '', about = json_set(about,
            '$.sender', '', '$.from_text', '', '$.subject', '', '$.customer', NULL,
            '$.judgement.refusals', json('[]'), '$.judgement.conditions', json('[]'),
            '$.judgement.why', '', '$.judgement.filtered', NULL)
            WHERE outcome IN ('moved', 'undone') AND json_valid(about) AND {_OLD_SWEEP}
            AND (earlier <> '' OR json_extract(about, '$.from_text') <> '')""",
        ),
    ),
    Kept(
        "sweep",
        "what sweeps did",
        "retention.keep, or the last row that tells of a moved mail",
        by_age=(
            """DELETE FROM sweep WHERE started_at < :before
            AND id NOT IN (SELECT sweep FROM sweep_mail)""",
        ),
    ),
    Kept(
        "rebound",
        "replies that came back",
        _CONVERSATION,
        with_old=(f"DELETE FROM rebound WHERE mail IN ({_MAILS}) OR entry IN ({_ENTRIES})",),
    ),
    Kept("promise", "what replies promised", _CONVERSATION, with_old=_of_old("promise")),
    Kept(
        "outbox",
        "replies, and that a mail was answered",
        "its conversation, and 100 days at least; the octets of what was sent, retention.keep",
        with_old=(
            f"UPDATE outbox SET mail_id = NULL WHERE mail_id IN ({_MAILS})",
            *_of_old("outbox"),
        ),
    ),
    Kept("answer", "that people answered, and whom", _CONVERSATION, with_old=_of_old("answer")),
    Kept("topic", "subjects, by who wrote", _CONVERSATION, with_old=_of_old("topic")),
    Kept("message_id", "which ids belong together", _CONVERSATION, with_old=_of_old("message_id")),
    Kept(
        "pledge",
        "what people promised",
        _CONVERSATION,
        with_old=(f"DELETE FROM pledge WHERE own_mail IN ({_OWN})", *_of_old("pledge")),
    ),
    Kept(
        "own_recipient",
        "to whom the team wrote",
        _CONVERSATION,
        with_old=(f"DELETE FROM own_recipient WHERE own_mail IN ({_OWN})",),
    ),
    Kept(
        "own_mail",
        "what the team wrote",
        "its conversation; its text, retention.keep",
        with_old=_of_old("own_mail"),
    ),
    Kept("deed", "what people said they did", _CONVERSATION, with_old=_of_old("deed")),
    Kept("standing", "who works on what", _CONVERSATION, with_old=_of_old("standing")),
    Kept(
        "mail",
        "mails, and what was decided about them",
        "its conversation; its text, retention.keep",
        with_old=_of_old("mail"),
    ),
    Kept(
        "conversation",
        "mails that belong together",
        "retention.keep after the last thing that happened in it, while nothing in it is open",
        with_old=("DELETE FROM conversation WHERE id IN (SELECT id FROM old)",),
    ),
)
"""Every table of the schema, as a test demands."""

OPEN_STATES = "('sending', 'retry', 'held', 'unknown')"
"""Replies that are not settled."""

_OLD_SURGES = f"""INSERT INTO old_surge SELECT id FROM surge WHERE closed_at < :before
AND NOT EXISTS (SELECT 1 FROM outbox WHERE kind = 'ahead' AND state IN {OPEN_STATES})"""

_ALIVE = (
    "mail WHERE conversation = one.id AND received >= :before",
    """mail WHERE conversation = one.id AND closed = ''
    AND NOT EXISTS (SELECT 1 FROM mail_answer WHERE mail_answer.mail_id = mail.id)""",
    f"outbox WHERE conversation = one.id AND (claimed_at >= :memory OR state IN {OPEN_STATES})",
    "answer WHERE conversation = one.id AND at >= :before",
    "own_mail WHERE conversation = one.id AND at >= :before",
    "deed WHERE conversation = one.id AND at >= :before",
    "standing WHERE conversation = one.id AND snoozed_until >= :before",
    """promise JOIN outbox ON outbox.id = promise.entry WHERE promise.conversation = one.id
    AND kept_at IS NULL AND state IN ('sent', 'drafted')""",
    "pledge WHERE conversation = one.id AND kept_at IS NULL",
    "rebound JOIN outbox ON outbox.id = entry WHERE outbox.conversation = one.id AND at >= :memory",
    "mail JOIN escalation ON escalation.mail = mail.id WHERE mail.conversation = one.id",
    "mail JOIN request ON request.reply_key = mail.reply_key WHERE mail.conversation = one.id",
    "mail JOIN goodwill ON goodwill.mail = mail.id WHERE mail.conversation = one.id",
    "mail JOIN correction ON correction.mail = mail.id WHERE mail.conversation = one.id",
    "mail JOIN surge_mail ON surge_mail.mail = mail.id WHERE mail.conversation = one.id",
    """mail JOIN sweep_mail ON sweep_mail.mail = mail.id JOIN sweep ON sweep.id = sweep
    WHERE mail.conversation = one.id
    AND (started_at >= :before OR outcome IN ('moving', 'undoing'))""",
)
"""Whatever keeps a conversation: the cheapest question first."""

_FIND_OLD = f"""INSERT INTO old SELECT id FROM (
    SELECT id FROM conversation WHERE id > :after AND id <= :last
) AS one WHERE {" AND ".join(f"NOT EXISTS (SELECT 1 FROM {one})" for one in _ALIVE)}"""

_STRIP = (
    f"""UPDATE mail SET past = '', decision = json_set(
        decision, '$.text', '', '$.reply.text', NULL)
    WHERE conversation > :after AND conversation <= :last AND received < :before
    AND json_valid(decision) AND (past <> '' OR json_extract(decision, '$.text') <> '')
    AND (closed <> ''
        OR EXISTS (SELECT 1 FROM mail_answer WHERE mail_answer.mail_id = mail.id))
    AND NOT EXISTS (SELECT 1 FROM outbox
        WHERE outbox.reply_key = mail.reply_key AND state IN {OPEN_STATES})""",
    """UPDATE outbox SET octets = x''
    WHERE conversation > :after AND conversation <= :last AND claimed_at < :before
    AND state IN ('sent', 'dropped') AND octets <> x''""",
    """UPDATE own_mail SET text = ''
    WHERE conversation > :after AND conversation <= :last AND at < :before AND text <> ''""",
)
"""What old mails of living conversations lose: their texts."""


class KeepingPart(Part):
    """What ``ports.keeping.Keeper`` says of each method holds."""

    def prune(self, before: datetime, memory: datetime, *, after: int, limit: int) -> Pruned:
        """One batch; what is told by its age alone goes with the first."""
        terms: dict[str, object] = {
            "before": to_micros(before),
            "memory": to_micros(min(before, memory)),
            "after": after,
            "limit": limit,
        }
        with self._database.writing() as sql:
            last = sql.execute(_LAST, terms).fetchone()[0]
            terms["last"] = after if last is None else last
            counts = Counter(_by_age(sql, terms) if after == 0 else {})
            counts.update(_with_old(sql, terms))
            counts["texts"] = sum(sql.execute(one, terms).rowcount for one in _STRIP)
            more = sql.execute(_MORE, terms).fetchone()
        gone = {name: number for name, number in counts.items() if number}
        return Pruned(gone, terms["last"] if more else None)  # type: ignore[arg-type]

    def last_run(self) -> datetime | None:
        """When the last run began."""
        with self._database.reading() as sql:
            row = sql.execute("SELECT started_at FROM run ORDER BY id DESC LIMIT 1").fetchone()
            return to_optional_instant(row[0] if row else None)

    def has_run(self, since: datetime, until: datetime) -> bool:
        """Whether a run began in a span."""
        span = (to_micros(since), to_micros(until))
        with self._database.reading() as sql:
            found = sql.execute("SELECT 1 FROM run WHERE started_at BETWEEN ? AND ? LIMIT 1", span)
            return found.fetchone() is not None

    def give_back(self, *, whole: bool = False) -> int:
        """Make the file smaller; a state of an earlier version only by writing it anew."""
        return self._database.shrink(0 if whole else PAGES_AT_ONCE, anew=whole)


_LAST = """SELECT MAX(id) FROM (
    SELECT id FROM conversation WHERE id > :after ORDER BY id LIMIT :limit
)"""

_MORE = "SELECT 1 FROM conversation WHERE id > :last LIMIT 1"


def _by_age(sql: sqlite3.Connection, terms: dict[str, object]) -> dict[str, int]:
    with _numbers(sql, "old_surge"):
        sql.execute(_OLD_SURGES, terms)
        return {one.table: _changed(sql, one.by_age, terms) for one in RETENTION}


def _with_old(sql: sqlite3.Connection, terms: dict[str, object]) -> dict[str, int]:
    with _numbers(sql, "old"):
        if not sql.execute(_FIND_OLD, terms).rowcount:
            return {}
        return {one.table: _changed(sql, one.with_old, terms) for one in RETENTION}


@contextmanager
def _numbers(sql: sqlite3.Connection, name: str) -> Iterator[None]:
    """A list of ids for this transaction."""
    sql.execute(f"CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY)")
    yield
    sql.execute(f"DROP TABLE {name}")


def _changed(sql: sqlite3.Connection, statements: tuple[str, ...], terms: dict[str, object]) -> int:
    """How many rows a table let go of; those that only lost a reference do not count."""
    done = [(one, sql.execute(one, terms).rowcount) for one in statements]
    return sum(number for statement, number in done if statement.startswith("DELETE"))
