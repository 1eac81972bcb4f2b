"""The part of the journal that keeps how mailboxes stood when their flags were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.ports import Look, MailboxState
from inboxwatch.store.part import Part
from inboxwatch.store.rows import check, counted, moment, text, uid
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
            return {row[0]: _look(account, *row) for row in rows}

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


def _look(account: str, *row: Any) -> Look:  # noqa: ANN401 - what the state holds
    check(
        "look",
        row,
        mailbox=text,
        uidvalidity=uid,
        uidnext=uid,
        mails=counted,
        modseq=counted,
        whole_at=moment,
    )
    mailbox, *state, whole_at = row
    return Look(account, mailbox, MailboxState(*state), to_instant(whole_at))
