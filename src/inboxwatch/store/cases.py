"""Escalations, assignments and deeds, and which alerts were told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from inboxwatch.core.triage.escalate import gravest_first
from inboxwatch.errors import StateError
from inboxwatch.model.case import Deed, Escalation, File, Means, Settled, Standing
from inboxwatch.store.answers import (
    Answer,
    is_answered,
    keep_answer,
    newest_of,
    parties_of,
    refers_to,
)
from inboxwatch.store.ledger import break_promises, keep_promises
from inboxwatch.store.part import Part
from inboxwatch.store.rows import within
from inboxwatch.store.values import storable, to_instant, to_micros, to_optional_instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping
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

    def untold_escalations(self) -> tuple[Escalation, ...]:
        """The open ones of which nobody was told as they stand, the oldest first."""
        with self._database.reading() as sql:
            return tuple(map(_escalation, sql.execute(_UNTOLD).fetchall()))

    def case(self, mail_id: int) -> File:
        """The conversation of a mail, and the escalation that it is part of."""
        with self._database.reading() as sql:
            _, conversation, _ = _place(sql, mail_id)
            row = sql.execute(_PART_OF, (mail_id,)).fetchone()
        return File(conversation, _escalation(row) if row else None)

    def escalated_mails(self) -> frozenset[int]:
        """The ids of the mails that are part of an open escalation."""
        with self._database.reading() as sql:
            return frozenset(mail_id for (mail_id,) in sql.execute(_ESCALATED_MAILS))

    def escalated_since(self, account: str, party: str, customer: str) -> datetime | None:
        """When the first open escalation of an address, or of a customer's id, began."""
        whose = {"account": account, "party": storable(party), "customer": storable(customer)}
        with self._database.reading() as sql:
            return to_optional_instant(sql.execute(_ESCALATED_SINCE, whose).fetchone()[0])

    def done(self, mail_id: int, deed: Deed) -> Settled:
        """A person has dealt with a mail."""
        at = to_micros(deed.at)
        with self._database.writing() as sql:
            account, conversation, party = _place(sql, mail_id)
            author = storable(deed.owner)
            whose = {"at": at, "conversation": conversation, "party": party}
            waited = sql.execute(_WAITED, whose).fetchone()[0]
            answer = Answer(
                conversation=conversation,
                at=at,
                author=author,
                parties=parties_of(sql, conversation, (party,)),
                covers=newest_of(sql, conversation, party, at),
            )
            keep_answer(sql, answer)
            keep_promises(sql, answer)
            sql.execute(_CLOSE_MAILS, whose)
            closed = _close(sql, account, {party}, _Closing(at, author, max(at, answer.covers)))
            sql.execute(
                "UPDATE standing SET snoozed_until = NULL WHERE conversation = ?", (conversation,)
            )
            sql.execute(
                "INSERT INTO deed (conversation, at, by, owner, note) VALUES (?, ?, ?, ?, ?)",
                (conversation, at, deed.by or "", author, storable(deed.note)),
            )
        return Settled(waited, closed)

    def undo_done(self, mail_id: int) -> Deed | None:
        """Take the newest deed in the conversation of a mail back."""
        with self._database.writing() as sql:
            account, conversation, _ = _place(sql, mail_id)
            row = sql.execute(_NEWEST_DEED, (conversation,)).fetchone()
            if row is None:
                return None
            deed_id, *deed = row
            whose = {"at": deed[0], "conversation": conversation, "account": account}
            sql.execute("DELETE FROM deed WHERE id = ?", (deed_id,))
            for statement in _UNDO:
                sql.execute(statement, whose)
            break_promises(sql, conversation, to_instant(deed[0]))
        return _deed(*deed)

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
        return tuple(_deed(*row) for row in rows)

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

_COLUMNS = """SELECT escalation.id, escalation.account, party, mail, opened_at, asked_at, requests,
    causes, escalation.closed_at, closed_by, customer FROM escalation"""

_OPEN = f"{_COLUMNS} WHERE closed_at IS NULL ORDER BY opened_at, id"

# most have been told of, and a run that finds nothing new reads none of them: the key is that of
# ``Escalation.alert_key``
_UNTOLD = _OPEN.replace(
    "ORDER BY",
    """AND NOT EXISTS (SELECT 1 FROM alert WHERE told = 1
    AND key = 'escalation ' || escalation.id || ' ' || escalation.requests) ORDER BY""",
)

_BETWEEN = f"{_COLUMNS} WHERE opened_at >= ? AND opened_at < ? ORDER BY opened_at, id"

_PART_OF = f"""{_COLUMNS} JOIN request ON request.escalation = escalation.id
JOIN mail ON mail.reply_key = request.reply_key WHERE mail.id = ?"""

_ESCALATED_MAILS = """SELECT mail.id FROM escalation
JOIN request ON request.escalation = escalation.id
JOIN mail ON mail.reply_key = request.reply_key WHERE escalation.closed_at IS NULL"""

_CLOSE_MAILS = """UPDATE mail SET closed = 'done', closed_at = :at, pending = 0
WHERE conversation = :conversation AND sender_canonical = :party
AND closed = ''"""

# as the queue shows them: what a person had answered was none of it any more
_WAITED = """SELECT COUNT(*) FROM mail
WHERE conversation = :conversation AND sender_canonical = :party
AND closed = '' AND NOT EXISTS (SELECT 1 FROM mail_answer WHERE mail_answer.mail_id = mail.id)"""

_NEWEST_DEED = """SELECT id, at, by, owner, note FROM deed
WHERE conversation = ? ORDER BY at DESC, id DESC LIMIT 1"""

# in this order: a mail that a person wrote at the same instant stays an answer
_UNDO = (
    """UPDATE mail SET closed = '', closed_at = NULL
    WHERE conversation = :conversation AND closed = 'done' AND closed_at = :at""",
    """UPDATE escalation SET closed_at = NULL, closed_by = ''
    WHERE account = :account AND closed_at = :at""",
    """DELETE FROM answer WHERE conversation = :conversation AND at = :at AND NOT EXISTS (
        SELECT 1 FROM own_mail WHERE own_mail.conversation = :conversation AND own_mail.at = :at
    )""",
)

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


def _deed(at: int, by: str, owner: str, note: str) -> Deed:
    return Deed(to_instant(at), Means(by) if by else None, owner, note)


@within("escalation")
def _escalation(row: tuple[Any, ...]) -> Escalation:
    found_id, account, party, mail, opened, asked, requests, causes, *ended, customer = row
    closed, closed_by = ended
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
        customer=customer,
    )


def between(sql: sqlite3.Connection, since: int, until: int) -> tuple[Escalation, ...]:
    """The escalations that began in a span of microseconds, the oldest first."""
    return tuple(map(_escalation, sql.execute(_BETWEEN, (since, until)).fetchall()))


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
    customer = storable(decision.customer_id)
    whose = {
        "account": decision.account,
        "party": party,
        "customer": customer,
        "after": to_micros(now - OPEN_AGAIN),
    }
    known = sql.execute(_KNOWN, whose).fetchone()
    names = [cause.name for cause in decision.escalation]
    if known is None:
        causes = " ".join(names)
        row = (decision.account, party, customer, mail_id, asked, asked, causes)
        found_id = sql.execute(_OPEN_ONE, row).lastrowid
    else:
        found_id, before, asked_before = known
        causes = " ".join(gravest_first((*before.split(), *names)))
        newest = max(asked, asked_before)
        sql.execute(
            _ASK_AGAIN, (asked >= asked_before, mail_id, newest, causes, customer, found_id)
        )
    sql.execute(
        "INSERT INTO request (reply_key, escalation) VALUES (?, ?)",
        (storable(decision.reply_key), found_id),
    )
    if is_answered(sql, conversation, (party,), asked):
        sql.execute("UPDATE mail SET answered_from = ? WHERE id = ?", (to_micros(now), mail_id))


# Two searches: one with OR would go through them all.
_KNOWN = """SELECT id, causes, asked_at FROM (
    SELECT * FROM escalation WHERE party = :party AND account = :account
    UNION
    SELECT * FROM escalation WHERE customer <> '' AND customer = :customer AND account = :account
) WHERE closed_at IS NULL OR closed_at > :after
ORDER BY closed_at IS NULL DESC, id DESC LIMIT 1"""

_OPEN_ONE = """INSERT INTO escalation (
    account, party, customer, mail, opened_at, asked_at, requests, causes
) VALUES (?, ?, ?, ?, ?, ?, 1, ?)"""

_ASK_AGAIN = """UPDATE escalation SET mail = CASE WHEN ? THEN ? ELSE mail END, asked_at = ?,
    requests = requests + 1, causes = ?, closed_at = NULL, closed_by = '',
    customer = CASE WHEN customer = '' THEN ? ELSE customer END
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
        if not answer.repeats:
            closing = _Closing(answer.at, answer.author, answer.covers)
            _close(sql, account, answer.parties, closing)


class _Closing(NamedTuple):
    """When something was closed and by whom, and up to when it had to have been asked."""

    at: int
    by: str
    asked: int


def _close(
    sql: sqlite3.Connection, account: str, parties: Collection[str], closing: _Closing
) -> int:
    """Close what these addresses, or others of the same customers, have asked for so far."""
    customers = {customer_of(sql, party) for party in parties} - {""}
    asked = [
        (statement, (closing.at, closing.by, account, name, closing.asked))
        for statement, names in ((_CLOSE_OF_PARTY, parties), (_CLOSE_OF_CUSTOMER, customers))
        for name in names
    ]
    return sum(sql.execute(statement, values).rowcount for statement, values in asked)


_CLOSE_OF_PARTY = """UPDATE escalation SET closed_at = ?, closed_by = ?
WHERE account = ? AND party = ? AND closed_at IS NULL AND asked_at <= ?"""

_CLOSE_OF_CUSTOMER = _CLOSE_OF_PARTY.replace("party = ?", "customer = ? AND customer <> ''")


def customer_of(sql: sqlite3.Connection, party: str) -> str:
    """The id of the customer who writes from an address, as their newest mail tells, or empty."""
    row = sql.execute(_CUSTOMER_OF, (party,)).fetchone()
    return str(row[0]) if row and row[0] else ""


_CUSTOMER_OF = """SELECT CASE WHEN NOT json_valid(decision) THEN NULL
    WHEN json_extract(decision, '$.customer.match') = 'address'
    THEN json_extract(decision, '$.customer.id') END
FROM mail WHERE sender_canonical = ? ORDER BY received DESC LIMIT 1"""


_ESCALATED_SINCE = """SELECT MIN(opened_at) FROM (
    SELECT opened_at FROM escalation
    WHERE party = :party AND party <> '' AND account = :account AND closed_at IS NULL
    UNION ALL SELECT opened_at FROM escalation
    WHERE customer = :customer AND customer <> '' AND account = :account AND closed_at IS NULL
)"""
