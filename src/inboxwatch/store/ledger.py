"""The ledger of promises: the deadlines that replies named, and whether they were kept (rule F24).

A promise of a reply is entered when that is claimed and counts once it was sent or drafted, so that
one that never reached anybody binds nobody. What people promised in their mails is entered as those
are read. Either is kept by the next answer of a person in the conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.model.outcome import Promise
from inboxwatch.store.part import Part
from inboxwatch.store.rows import within
from inboxwatch.store.values import (
    LONG_AGO,
    storable,
    to_instant,
    to_micros,
    to_optional_instant,
)

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from inboxwatch.model.conversation import OwnMail
    from inboxwatch.store.answers import Answer

FAR_AHEAD = 2**63 - 1
"""After every instant, in microseconds."""


class LedgerPart(Part):
    """Promises; what ``ports.Journal`` says of each method holds."""

    def promises(self, since: datetime | None = None) -> tuple[Promise, ...]:
        """The promises of replies that were sent or drafted, and of people, the earliest first."""
        return self._promises(to_micros(since) if since else LONG_AGO, FAR_AHEAD)

    def due(self, since: datetime, until: datetime) -> tuple[Promise, ...]:
        """The promises that nobody has kept and that fall due in between."""
        found = self._promises(to_micros(since), to_micros(until))
        return tuple(one for one in found if one.kept_at is None)

    def _promises(self, since: int, until: int) -> tuple[Promise, ...]:
        asked = {"since": since, "until": until}
        with self._database.reading() as sql:
            rows = [*sql.execute(_LEDGER, asked), *sql.execute(_PLEDGES, asked)]
            found = [_promise(row) for row in rows]
        return tuple(sorted(found, key=lambda one: (one.due_at, not one.entry_id, one.id)))


@within("promise")
def _promise(row: tuple[Any, ...]) -> Promise:
    promise_id, entry_id, account, recipient, conversation, due_at, mail_id, kept_at, *rest = row
    author, words, name, made_at = rest
    return Promise(
        id=promise_id,
        entry_id=entry_id,
        account=account,
        recipient=recipient,
        conversation=conversation,
        due_at=to_instant(due_at),
        mail_id=mail_id,
        kept_at=to_optional_instant(kept_at),
        author=author,
        words=words,
        name=name,
        made_at=to_instant(made_at),
    )


# CROSS JOIN: from the promises to their replies, not through every reply that was ever sent.
_LEDGER = """SELECT promise.id, entry, account, recipient, promise.conversation, due_at,
    mail_id, kept_at, '', '', '', made_at
FROM promise CROSS JOIN outbox ON outbox.id = entry
WHERE due_at BETWEEN :since AND :until AND state IN ('sent', 'drafted')"""

_PLEDGES = """SELECT id, 0, account, recipient, conversation, due_at, (
        SELECT MAX(mail.id) FROM mail WHERE mail.conversation = pledge.conversation
    ), kept_at, author, words, name, made_at
FROM pledge WHERE due_at BETWEEN :since AND :until"""


def enter(sql: sqlite3.Connection, entry_id: int, made_at: datetime, due_at: datetime) -> None:
    """Enter the promise of a reply that has just been claimed."""
    sql.execute(
        """INSERT INTO promise (entry, conversation, made_at, due_at, kept_at)
        SELECT id, conversation, :made, :due, (
            SELECT MIN(at) FROM answer WHERE conversation = outbox.conversation
            AND party IN ('', outbox.recipient_canonical) AND at > :made)
        FROM outbox WHERE id = :entry""",
        {"entry": entry_id, "made": to_micros(made_at), "due": to_micros(due_at)},
    )


def keep_promises(sql: sqlite3.Connection, answer: Answer) -> None:
    """A human answered in a conversation: what those whom it went to were promised is kept."""
    asked = {"conversation": answer.conversation, "at": answer.at}
    for party in answer.parties:
        for statement in (_KEEP_PROMISES, _KEEP_PLEDGES):
            sql.execute(statement, {**asked, "party": party})


_KEEP_PROMISES = """UPDATE promise SET kept_at = :at
WHERE conversation = :conversation AND made_at < :at AND (kept_at IS NULL OR kept_at > :at)
AND entry IN (SELECT id FROM outbox WHERE recipient_canonical = :party)"""

_KEEP_PLEDGES = """UPDATE pledge SET kept_at = :at
WHERE conversation = :conversation AND made_at < :at AND (kept_at IS NULL OR kept_at > :at)
AND recipient = :party"""


def break_promises(sql: sqlite3.Connection, conversation: int, at: datetime) -> None:
    """What counted as an answer was none: a promise is kept by the next one, if there is any."""
    asked = {"conversation": conversation, "at": to_micros(at)}
    for statement in (_BREAK_PROMISES, _BREAK_PLEDGES):
        sql.execute(statement, asked)


_BREAK_PROMISES = """UPDATE promise SET kept_at = (
    SELECT MIN(at) FROM answer WHERE answer.conversation = :conversation AND at > made_at
    AND party IN ('', (SELECT recipient_canonical FROM outbox WHERE outbox.id = promise.entry))
) WHERE conversation = :conversation AND kept_at = :at"""

_BREAK_PLEDGES = """UPDATE pledge SET kept_at = (
    SELECT MIN(at) FROM answer WHERE answer.conversation = :conversation AND at > made_at
    AND party IN ('', pledge.recipient)
) WHERE conversation = :conversation AND kept_at = :at"""


def pledge(
    sql: sqlite3.Connection, account: str, mail: OwnMail, own_mail: int, conversation: int
) -> None:
    """Enter what a person promised in a mail, unless a later answer has kept it already."""
    made_at = to_micros(mail.at)
    for one in mail.pledges:
        sql.execute(
            _PLEDGE,
            {
                "own_mail": own_mail,
                "conversation": conversation,
                "account": account,
                "author": storable(mail.author),
                "name": storable(mail.name),
                "recipient": storable(next(iter(mail.recipients), "")),
                "words": storable(one.words),
                "made": made_at,
                "due": to_micros(one.due_at),
            },
        )


_PLEDGE = """INSERT INTO pledge (
    own_mail, conversation, account, author, name, recipient, words, made_at, due_at, kept_at
) VALUES (:own_mail, :conversation, :account, :author, :name, :recipient, :words, :made, :due, (
    SELECT MIN(at) FROM answer WHERE conversation = :conversation AND party IN ('', :recipient)
    AND at > :made))"""
