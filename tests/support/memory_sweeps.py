"""What the journal in memory remembers of sweeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from inboxwatch.model.sweep import (
    ONCE_RESCUED,
    UNSETTLED,
    Earlier,
    SweepMail,
    SweepOutcome,
    SweepRun,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from inboxwatch.model.message import MessageRef


@dataclass
class MemorySweeps:
    """The part of ``MemoryJournal`` that is about sweeps."""

    all_sweeps: dict[int, SweepRun] = field(default_factory=dict)
    all_swept: dict[int, SweepMail] = field(default_factory=dict)
    places: set[MessageRef] = field(default_factory=set)
    mails: Any = field(default_factory=dict)
    genuine_since: dict[str, datetime] = field(default_factory=dict)
    settled_at: dict[int, datetime] = field(default_factory=dict)

    def begin_sweep(self, sweep: SweepRun) -> int:
        number = len(self.all_sweeps) + 1
        self.all_sweeps[number] = replace(sweep, id=number)
        return number

    def end_sweep(self, sweep: SweepRun) -> None:
        kept = self.all_sweeps[sweep.id]
        self.all_sweeps[sweep.id] = replace(
            kept, ended_at=sweep.ended_at, examined=sweep.examined, notes=sweep.notes
        )

    def sweep(self, sweep_id: int) -> SweepRun | None:
        return self.all_sweeps.get(sweep_id)

    def sweeps(self, since: datetime | None = None) -> tuple[SweepRun, ...]:
        found = (one for one in self.all_sweeps.values() if not since or one.started_at >= since)
        return tuple(sorted(found, key=lambda one: -one.id))

    def keep_swept(self, sweep_id: int, mails: Sequence[SweepMail]) -> tuple[int, ...]:
        numbers = range(len(self.all_swept) + 1, len(self.all_swept) + 1 + len(mails))
        for number, mail in zip(numbers, mails, strict=True):
            self.all_swept[number] = replace(mail, id=number, sweep_id=sweep_id)
        return tuple(numbers)

    def reclaim_swept(
        self,
        rows: Sequence[int],
        outcome: SweepOutcome,
        at: datetime,
        *,
        next_place: MessageRef | None = None,
    ) -> None:
        del at
        for row in rows:
            kept = self.all_swept[row]
            self.all_swept[row] = replace(kept, outcome=outcome, next_place=next_place)

    def settle_swept(
        self,
        row: int,
        outcome: SweepOutcome,
        at: datetime,
        *,
        place: MessageRef | None = None,
        detail: str = "",
    ) -> None:
        self.settled_at[row] = at
        kept = replace(self.all_swept[row], outcome=outcome, detail=detail)
        self.all_swept[row] = replace(kept, place=place or kept.place)
        mail = self.mails.get(kept.mail_id)
        if place is not None:
            self.places.add(place)
            if mail is not None and place not in self.stored_at([place]):
                mail.stored = replace(mail.stored, ref=place)
        if mail is not None and outcome is SweepOutcome.UNDONE:
            self._restore(mail, kept.earlier, at)

    @staticmethod
    def _restore(mail: Any, earlier: Earlier | None, at: datetime) -> None:
        is_open = not mail.stored.closed
        if earlier is None:
            if is_open:
                closed = "put back into the spam folder"
                mail.stored = replace(mail.stored, closed=closed, closed_at=at)
                mail.pending = False
            return
        mail.is_unproven, mail.past = earlier.unproven, earlier.past
        mail.stored = replace(
            mail.stored,
            priority=earlier.priority,
            automatic=earlier.automatic,
            decision=earlier.decision,
        )
        if is_open:
            mail.pending = earlier.pending
            mail.stored = replace(mail.stored, closed=earlier.closed, closed_at=earlier.closed_at)

    def earlier_of(self, mail_ids: Collection[int]) -> dict[int, Earlier]:
        return {
            number: Earlier(
                priority=mail.stored.priority,
                automatic=mail.stored.automatic,
                unproven=mail.is_unproven,
                pending=mail.pending,
                decision=mail.stored.decision,
                closed=mail.stored.closed,
                closed_at=mail.stored.closed_at,
                past=mail.past,
            )
            for number, mail in self.mails.items()
            if number in mail_ids
        }

    def moved_since(self, since: datetime) -> set[int | None]:
        return {
            one.mail_id
            for row, one in self.all_swept.items()
            if one.outcome is SweepOutcome.MOVED
            and row in self.settled_at
            and self.settled_at[row] >= since
        }

    def swept(self, sweep_id: int) -> tuple[SweepMail, ...]:
        return tuple(one for one in self.all_swept.values() if one.sweep_id == sweep_id)

    def unsettled_swept(self) -> tuple[SweepMail, ...]:
        return tuple(one for one in self.all_swept.values() if one.outcome in UNSETTLED)

    def once_rescued(self, reply_keys: Collection[str]) -> dict[str, int]:
        return {
            one.reply_key: one.sweep_id if one.outcome is SweepOutcome.UNDONE else 0
            for one in self.all_swept.values()
            if one.outcome in ONCE_RESCUED and one.reply_key in reply_keys
        }

    def undoable(self) -> tuple[int, ...]:
        moved = (one for one in self.all_swept.values() if one.outcome is SweepOutcome.MOVED)
        return tuple(sorted({one.sweep_id for one in moved}, reverse=True))

    def placed(self, account: str, mailbox: str, uidvalidity: int) -> frozenset[int]:
        here = (account, mailbox, uidvalidity)
        return frozenset(
            one.uid for one in self.places if (one.account, one.mailbox, one.uidvalidity) == here
        )

    def remember_genuine(self, address: str, at: datetime) -> None:
        self.genuine_since.setdefault(address, at)

    def forget_genuine(self, address: str) -> bool:
        return self.genuine_since.pop(address, None) is not None

    def is_genuine(self, address: str) -> bool:
        return address in self.genuine_since

    def genuine(self) -> tuple[str, ...]:
        return tuple(sorted(self.genuine_since))

    def stored_at(self, refs: Collection[MessageRef]) -> dict[MessageRef, int]:
        wanted = set(refs)
        return {
            mail.stored.ref: number
            for number, mail in self.mails.items()
            if mail.stored.ref in wanted
        }
