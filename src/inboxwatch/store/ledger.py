"""The ledger of promises: the deadlines that replies named, and whether they were kept (rule F24).

A promise is entered when its reply is claimed and counts once that was sent or drafted, so that one
that never reached anybody binds nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.model.outcome import Promise
from inboxwatch.store.part import Part
from inboxwatch.store.values import to_instant, to_micros, to_optional_instant

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime


class LedgerPart(Part):
    """Promises; what ``ports.Journal`` says of each method holds."""

    def promises(self) -> tuple[Promise, ...]:
        """The promises of replies that were sent or drafted, the earliest due first."""
        with self._database.reading() as sql:
            return tuple(map(_promise, sql.execute(_LEDGER).fetchall()))


def _promise(row: tuple[Any, ...]) -> Promise:
    promise_id, entry_id, account, recipient, conversation, due_at, mail_id, kept_at = row
    return Promise(
        id=promise_id,
        entry_id=entry_id,
        account=account,
        recipient=recipient,
        conversation=conversation,
        due_at=to_instant(due_at),
        mail_id=mail_id,
        kept_at=to_optional_instant(kept_at),
    )


# CROSS JOIN: from the promises to their replies, not through every reply that was ever sent.
_LEDGER = """SELECT promise.id, entry, account, recipient, promise.conversation, due_at,
    mail_id, kept_at
FROM promise CROSS JOIN outbox ON outbox.id = entry
WHERE state IN ('sent', 'drafted') ORDER BY due_at, promise.id"""


def enter(sql: sqlite3.Connection, entry_id: int, made_at: datetime, due_at: datetime) -> None:
    """Enter the promise of a reply that has just been claimed."""
    sql.execute(
        """INSERT INTO promise (entry, conversation, made_at, due_at, kept_at)
        SELECT id, conversation, :made, :due, (
            SELECT MIN(at) FROM answer WHERE conversation = outbox.conversation AND at > :made)
        FROM outbox WHERE id = :entry""",
        {"entry": entry_id, "made": to_micros(made_at), "due": to_micros(due_at)},
    )


def keep_promises(sql: sqlite3.Connection, conversation: int, at: datetime) -> None:
    """A human answered in a conversation: what was promised there before is kept."""
    sql.execute(
        """UPDATE promise SET kept_at = :at
        WHERE conversation = :conversation AND made_at < :at
        AND (kept_at IS NULL OR kept_at > :at)""",
        {"conversation": conversation, "at": to_micros(at)},
    )
