"""The part of the journal that knows which mails are being read, and which ones never were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.core.sync import ATTEMPTS
from inboxwatch.model.condition import Attempt
from inboxwatch.model.message import MessageRef
from inboxwatch.store.part import Part
from inboxwatch.store.rows import counted, moment, number, row_of, text, uid
from inboxwatch.store.values import storable, to_instant, to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from inboxwatch.ports import MailboxMark

_COLUMNS = "account, mailbox, uidvalidity, uid, tries, first_at, last_at, error, told"


class AttemptsPart(Part):
    """Attempts; what ``ports.Journal`` says of each method holds."""

    def begin_reading(self, refs: Sequence[MessageRef], at: datetime) -> None:
        """Count an attempt for each mail before it is read, so that it outlives this process."""
        with self._database.noting() as sql:
            sql.executemany(
                """INSERT INTO attempt (
                    account, mailbox, uidvalidity, uid, tries, first_at, last_at)
                VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5) ON CONFLICT DO UPDATE SET
                tries = tries + 1, last_at = excluded.last_at, error = ''""",
                [(*_place(ref), to_micros(at)) for ref in refs],
            )

    def set_aside(self, ref: MessageRef, error: str, at: datetime) -> None:
        """Keep what kept a mail from being read."""
        with self._database.writing() as sql:
            sql.execute(
                """UPDATE attempt SET error = ?, last_at = ?
                WHERE account = ? AND mailbox = ? AND uidvalidity = ? AND uid = ?""",
                (storable(error), to_micros(at), *_place(ref)),
            )

    def attempts(self, account: str, mailbox: str, uidvalidity: int) -> tuple[Attempt, ...]:
        """The mails of a mailbox whose reading was begun and came to no end."""
        with self._database.reading() as sql:
            rows = sql.execute(
                f"""SELECT {_COLUMNS} FROM attempt
                WHERE account = ? AND mailbox = ? AND uidvalidity = ? ORDER BY uid""",  # noqa: S608 - a constant
                (account, storable(mailbox), uidvalidity),
            ).fetchall()
            return tuple(_attempt(row) for row in rows)

    def quarantined(self) -> tuple[Attempt, ...]:
        """The mails that are not tried again by themselves."""
        with self._database.reading() as sql:
            rows = sql.execute(
                f"""SELECT {_COLUMNS} FROM attempt WHERE tries >= ?
                ORDER BY account, mailbox, uidvalidity, uid""",  # noqa: S608 - a constant
                (ATTEMPTS,),
            ).fetchall()
            return tuple(_attempt(row) for row in rows)

    def try_again(self, account: str) -> int:
        """Let an account's mails out of quarantine; how many those were."""
        with self._database.writing() as sql:
            return sql.execute(
                "UPDATE attempt SET tries = 0, told = 0 WHERE account = ? AND tries >= ?",
                (account, ATTEMPTS),
            ).rowcount

    def forget_attempts(
        self, account: str, mailbox: str, uids: Collection[int] | None = None
    ) -> None:
        """Forget what was begun in a mailbox, or some of it."""
        with self._database.writing() as sql:
            if uids is None:
                sql.execute(
                    "DELETE FROM attempt WHERE account = ? AND mailbox = ?",
                    (account, storable(mailbox)),
                )
                return
            sql.executemany(
                "DELETE FROM attempt WHERE account = ? AND mailbox = ? AND uid = ?",
                [(account, storable(mailbox), uid) for uid in uids],
            )


def end_reading(sql: sqlite3.Connection, mark: MailboxMark) -> None:
    """Forget the attempts at what was read with a mark, and all under another UIDVALIDITY."""
    place = (mark.account, storable(mark.mailbox), mark.uidvalidity)
    sql.execute("DELETE FROM attempt WHERE account = ? AND mailbox = ? AND uidvalidity <> ?", place)
    sql.executemany(
        "DELETE FROM attempt WHERE account = ? AND mailbox = ? AND uidvalidity = ? AND uid = ?",
        [(*place, uid) for uid in mark.read],
    )


def all_told(sql: sqlite3.Connection) -> None:
    """Keep that a run has told of all that is in quarantine."""
    sql.execute("UPDATE attempt SET told = 1 WHERE tries >= ? AND told = 0", (ATTEMPTS,))


def _place(ref: MessageRef) -> tuple[str, str, int, int]:
    return ref.account, storable(ref.mailbox), ref.uidvalidity, ref.uid


@row_of(
    "attempt",
    account=text,
    mailbox=text,
    uidvalidity=uid,
    uid=uid,
    tries=counted,
    first_at=moment,
    last_at=moment,
    error=text,
    told=number,
)
def _attempt(row: tuple[Any, ...]) -> Attempt:
    account, mailbox, uidvalidity, number_there, tries, first_at, last_at, error, told = row
    return Attempt(
        MessageRef(account, mailbox, uidvalidity, number_there),
        tries,
        to_instant(first_at),
        to_instant(last_at),
        error,
        bool(told),
    )
