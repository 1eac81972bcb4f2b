"""The part of the journal that keeps how mailboxes stood when their flags were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.ports import Look, MailboxState
from inboxwatch.store.part import Part
from inboxwatch.store.values import storable, to_instant, to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence


class LooksPart(Part):
    """What ``ports.looks`` says of each method holds."""

    def looks(self, account: str) -> dict[str, Look]:
        """The last look at each mailbox of an account."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT mailbox, uidvalidity, uidnext, mails, modseq, whole_at FROM look
                WHERE account = ?""",
                (account,),
            ).fetchall()
        return {
            mailbox: Look(account, mailbox, MailboxState(*state), to_instant(whole_at))
            for mailbox, *state, whole_at in rows
        }

    def keep_looks(self, looks: Sequence[Look]) -> None:
        """Remember looks in place of those before."""
        rows = [
            (
                one.account,
                storable(one.mailbox),
                one.state.uidvalidity,
                one.state.uidnext,
                one.state.exists,
                one.state.modseq,
                to_micros(one.whole_at),
            )
            for one in looks
        ]
        with self._database.writing() as sql:
            sql.executemany("INSERT OR REPLACE INTO look VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
