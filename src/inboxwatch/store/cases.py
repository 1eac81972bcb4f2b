"""Escalations, assignments and deeds, and which alerts were told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from inboxwatch.core.triage.escalate import gravest_first
from inboxwatch.errors import StateError
from inboxwatch.model.case import Deed, Escalation, Means, Standing
from inboxwatch.store.answers import (
    Answer,
    is_answered,
    keep_answer,
    newest_of,
    parties_of,
    refers_to,
)
from inboxwatch.store.ledger import keep_promises
from inboxwatch.store.part import Part
from inboxwatch.store.values import storable, to_instant, to_micros, to_optional_instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.decision import Decision
    from inboxwatch.store.own import Kept

OPEN_AGAIN = timedelta(days=30)
"""For how long after it was closed a further request is one more of the same."""

NO_NEWS = timedelta(days=30)
"""Mail so old opens no escalation: it lay there before anybody looked."""


class CasesPart(Part):
    """What ``ports.cases`` says of each method holds."""

    def escalations(self) -> tuple[Escalation, ...]:
        """The open ones, the oldest first."""
        with self._database.reading() as sql:
            return tuple(map(_escalation, sql.execute(_OPEN).fetchall()))

    def done(self, mail_id: int, deed: Deed) -> int:
        """A person has dealt with a mail."""
        at = to_micros(deed.at)
        with self._database.writing() as sql:
            account, conversation, party = _place(sql, mail_id)
            author = storable(deed.owner)
            answer = Answer(
                conversation=conversation,
                at=at,
                author=author,
                parties=parties_of(sql, conversation, (party,)),
                covers=newest_of(sql, conversation, party, at),
            )
            keep_answer(sql, answer)
            keep_promises(sql, answer)
            closed = sql.execute(_CLOSE_MAILS, (at, conversation, party)).rowcount
            asked = max(at, answer.covers)
            _close(sql, account, party, _Closing(at, author, asked))
            sql.execute(
                "UPDATE standing SET owner = '', snoozed_until = NULL WHERE conversation = ?",
                (conversation,),
            )
            sql.execute(
                "INSERT INTO deed (conversation, at, by, owner, note) VALUES (?, ?, ?, ?, ?)",
                (conversation, at, deed.by.value, author, storable(deed.note)),
            )
        return int(closed)

    def assign(self, mail_id: int, owner: str, at: datetime) -> None:
        """Hand the conversation of a mail to somebody."""
        with self._database.writing() as sql:
            _, conversation, _ = _place(sql, mail_id)
            sql.execute(
                """INSERT INTO standing (conversation, owner, owned_at) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET owner = excluded.owner, owned_at = excluded.owned_at""",
                (conversation, storable(owner), to_micros(at)),
            )

    def snooze(self, mail_id: int, until: datetime, at: datetime) -> None:
        """Put the conversation of a mail off."""
        with self._database.writing() as sql:
            _, conversation, _ = _place(sql, mail_id)
            sql.execute(
                """INSERT INTO standing (conversation, snoozed_until, snoozed_at, snoozed_mail)
                SELECT ?, ?, ?, MAX(id) FROM mail WHERE conversation = ?
                ON CONFLICT DO UPDATE SET snoozed_until = excluded.snoozed_until,
                snoozed_at = excluded.snoozed_at, snoozed_mail = excluded.snoozed_mail""",
                (conversation, to_micros(until), to_micros(at), conversation),
            )

    def standings(self, now: datetime) -> Mapping[int, Standing]:
        """Who works on the open mails, and until when they are put off."""
        with self._database.reading() as sql:
            rows = sql.execute(_STANDINGS, {"now": to_micros(now)}).fetchall()
        return {
            mail_id: Standing(owner, to_optional_instant(until)) for mail_id, owner, until in rows
        }

    def deeds(self, mail_id: int) -> tuple[Deed, ...]:
        """What was done in the conversation of a mail."""
        with self._database.reading() as sql:
            _, conversation, _ = _place(sql, mail_id)
            rows = sql.execute(
                "SELECT at, by, owner, note FROM deed WHERE conversation = ? ORDER BY at, id",
                (conversation,),
            ).fetchall()
        return tuple(Deed(to_instant(at), Means(by), owner, note) for at, by, owner, note in rows)

    def begin_telling(self, key: str, at: datetime) -> bool:
        """Claim an alert."""
        with self._database.writing() as sql:
            claimed = sql.execute(_CLAIM_ALERT, (storable(key), to_micros(at))).rowcount
        return bool(claimed)

    def end_telling(self, key: str, *, told: bool) -> None:
        """Whether a claimed alert was told."""
        statement = "UPDATE alert SET told = 1" if told else "DELETE FROM alert"
        with self._database.writing() as sql:
            sql.execute(f"{statement} WHERE key = ?", (storable(key),))


_CLAIM_ALERT = """INSERT INTO alert (key, at) VALUES (?, ?)
ON CONFLICT DO UPDATE SET at = excluded.at WHERE told = 0 AND at < excluded.at"""

_OPEN = """SELECT id, account, party, mail, opened_at, asked_at, requests, causes, closed_at,
    closed_by
FROM escalation WHERE closed_at IS NULL ORDER BY opened_at, id"""

_CLOSE_MAILS = """UPDATE mail SET closed = 'done', closed_at = ?, pending = 0
WHERE conversation = ? AND sender_canonical = ? AND closed = ''"""

# mail that the state did not know when it was put off wakes a conversation
_STANDINGS = """SELECT id, owner, until FROM (
    SELECT mail.id, owner, CASE WHEN snoozed_until > :now AND NOT EXISTS (
        SELECT 1 FROM mail AS later WHERE later.conversation = standing.conversation
        AND later.id > snoozed_mail AND later.automatic = 0 AND NOT EXISTS (
            SELECT 1 FROM mail AS known WHERE known.conversation = standing.conversation
            AND known.reply_key = later.reply_key AND known.id <= snoozed_mail)
    ) THEN snoozed_until END AS until
    FROM standing JOIN mail ON mail.conversation = standing.conversation
) WHERE owner <> '' OR until IS NOT NULL"""


def _escalation(row: tuple[Any, ...]) -> Escalation:
    found_id, account, party, mail, opened, asked, requests, causes, closed, closed_by = row
    return Escalation(
        id=found_id,
        account=account,
        party=party,
        mail_id=mail,
        opened_at=to_instant(opened),
        asked_at=to_instant(asked),
        requests=requests,
        causes=tuple(causes.split()),
        closed_at=to_optional_instant(closed),
        closed_by=closed_by,
    )


def _place(sql: sqlite3.Connection, mail_id: int) -> tuple[str, int, str]:
    """The account, conversation and sender of a mail."""
    row = sql.execute(
        "SELECT account, conversation, sender_canonical FROM mail WHERE id = ?", (mail_id,)
    ).fetchone()
    if row is None:
        raise StateError(f"the state has no mail {mail_id}", next_step="run `queue` again")
    account, conversation, party = row
    return account, conversation, party


def escalate(
    sql: sqlite3.Connection, decision: Decision, mail_id: int, conversation: int, now: datetime
) -> None:
    """Open an escalation for a mail, or count one request more; a mail counts once.

    What a person wrote before the mail was seen is no answer to it, unless it refers to it.
    """
    if not decision.escalation or not _is_news(sql, decision, conversation, now):
        return
    party, asked = storable(decision.sender_canonical), to_micros(decision.received)
    known = sql.execute(
        """SELECT id, causes, asked_at FROM escalation WHERE account = ? AND party = ?
        AND (closed_at IS NULL OR closed_at > ?) ORDER BY id DESC LIMIT 1""",
        (decision.account, party, to_micros(now - OPEN_AGAIN)),
    ).fetchone()
    names = [cause.name for cause in decision.escalation]
    if known is None:
        causes = " ".join(names)
        row = (decision.account, party, mail_id, asked, asked, causes)
        found_id = sql.execute(_OPEN_ONE, row).lastrowid
    else:
        found_id, before, asked_before = known
        causes = " ".join(gravest_first((*before.split(), *names)))
        newest = max(asked, asked_before)
        sql.execute(_ASK_AGAIN, (asked >= asked_before, mail_id, newest, causes, found_id))
    sql.execute(
        "INSERT INTO request (reply_key, escalation) VALUES (?, ?)",
        (storable(decision.reply_key), found_id),
    )
    if is_answered(sql, conversation, (party,), asked):
        sql.execute("UPDATE mail SET answered_from = ? WHERE id = ?", (to_micros(now), mail_id))


_OPEN_ONE = """INSERT INTO escalation (account, party, mail, opened_at, asked_at, requests, causes)
VALUES (?, ?, ?, ?, ?, 1, ?)"""

_ASK_AGAIN = """UPDATE escalation SET mail = CASE WHEN ? THEN ? ELSE mail END, asked_at = ?,
    requests = requests + 1, causes = ?, closed_at = NULL, closed_by = ''
WHERE id = ?"""


def _is_news(sql: sqlite3.Connection, decision: Decision, conversation: int, now: datetime) -> bool:
    """Whether a mail has not counted before, is not long past, and nobody has answered it."""
    if decision.received < now - NO_NEWS or not decision.sender_canonical:
        return False
    counted = sql.execute(
        "SELECT 1 FROM request WHERE reply_key = ?", (storable(decision.reply_key),)
    ).fetchone()
    answered = refers_to(sql, conversation, decision.message_id) and is_answered(
        sql,
        conversation,
        parties_of(sql, conversation, (decision.sender_canonical,)),
        to_micros(decision.received),
    )
    return counted is None and not answered


def answered(sql: sqlite3.Connection, account: str, kept: Kept) -> None:
    """A person answered: what asked for one is closed, unless it was the same text again."""
    for answer in kept.answers:
        closing = _Closing(answer.at, answer.author, answer.covers)
        for party in () if answer.repeats else sorted(answer.parties):
            _close(sql, account, party, closing)


class _Closing(NamedTuple):
    """When something was closed and by whom, and up to when it had to have been asked."""

    at: int
    by: str
    asked: int


def _close(sql: sqlite3.Connection, account: str, party: str, closing: _Closing) -> None:
    sql.execute(
        """UPDATE escalation SET closed_at = ?, closed_by = ?
        WHERE account = ? AND party = ? AND closed_at IS NULL AND asked_at <= ?""",
        (closing.at, closing.by, account, party, closing.asked),
    )
