"""The port to what is remembered of sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.sweep import Earlier, SweepMail, SweepOutcome, SweepRun


class Sweeps(Protocol):
    """The sweeps, the mails they told of, and where mail was put; part of ``Journal``.

    A mail is claimed before it is moved: ``keep_swept`` commits it as ``moving``, and
    ``settle_swept`` says how that ended.
    """

    def begin_sweep(self, sweep: SweepRun) -> int:
        """Note that a sweep begins; its number, from 1."""

    def end_sweep(self, sweep: SweepRun) -> None:
        """Note when a sweep ended, what it examined, and its notes."""

    def sweep(self, sweep_id: int) -> SweepRun | None:
        """One sweep."""

    def sweeps(self, since: datetime | None = None) -> tuple[SweepRun, ...]:
        """The sweeps begun since then, or all of them, the newest first."""

    def keep_swept(self, sweep_id: int, mails: Sequence[SweepMail]) -> tuple[int, ...]:
        """Keep what a sweep tells of mails, durably and all at once; the numbers of the rows."""

    def reclaim_swept(
        self,
        rows: Sequence[int],
        outcome: SweepOutcome,
        at: datetime,
        *,
        next_place: MessageRef | None = None,
    ) -> None:
        """Commit that rows are about to be acted on again, with their new ``next_place``."""

    def settle_swept(
        self,
        row: int,
        outcome: SweepOutcome,
        at: datetime,
        *,
        place: MessageRef | None = None,
        detail: str = "",
    ) -> None:
        """Write down how it ended for one row.

        With a ``place`` the mail lies there from now on, in the journal as well, and ``placed``
        tells it. With ``undone`` the journal says of the mail what it said ``earlier``; one that it
        did not know waits for nobody. What was closed since stays closed.
        """

    def earlier_of(self, mail_ids: Collection[int]) -> dict[int, Earlier]:
        """What the journal says of some of its mails now."""

    def swept(self, sweep_id: int) -> tuple[SweepMail, ...]:
        """What a sweep told of, in the order in which it was kept."""

    def unsettled_swept(self) -> tuple[SweepMail, ...]:
        """The rows that were claimed and never settled: whoever did it was killed."""

    def once_rescued(self, reply_keys: Collection[str]) -> Mapping[str, int]:
        """Those of some reply keys of which a mail has been moved before.

        With each comes the sweep whose undo put it back, or 0 if none did.
        """

    def undoable(self) -> tuple[int, ...]:
        """The numbers of the sweeps of which mail lies where they moved it, the newest first."""

    def placed(self, account: str, mailbox: str, uidvalidity: int) -> frozenset[int]:
        """The UIDs at which lies what we moved there: no new mail (rule X17)."""

    def remember_genuine(self, address: str, at: datetime) -> None:
        """A person said that whoever writes from this ``Address.exact`` is genuine."""

    def forget_genuine(self, address: str) -> bool:
        """Take that back; whether it had been said."""

    def is_genuine(self, address: str) -> bool:
        """Whether a person said so."""

    def genuine(self) -> tuple[str, ...]:
        """All such addresses, sorted."""

    def stored_at(self, refs: Collection[MessageRef]) -> dict[MessageRef, int]:
        """The journal's numbers of the mails that lie at some places."""
