"""The part of the journal in memory that knows which mails are being read, and how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.core.sync import ATTEMPTS
from inboxwatch.core.traffic import KEPT_DAYS
from inboxwatch.model.condition import Attempt

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from inboxwatch.model.message import MessageRef
    from inboxwatch.ports import MailboxMark


@dataclass
class MemoryAttempts:
    """What ``ports.Journal`` says of each method holds."""

    begun: dict[MessageRef, Attempt] = field(default_factory=dict)
    traffic: dict[tuple[date, str], int] = field(default_factory=dict)

    def begin_reading(self, refs: Sequence[MessageRef], at: datetime) -> None:
        for ref in refs:
            before = self.begun.get(ref) or Attempt(ref, 0, at, at)
            self.begun[ref] = replace(before, tries=before.tries + 1, last_at=at, error="")

    def set_aside(self, ref: MessageRef, error: str, at: datetime) -> None:
        if ref in self.begun:
            self.begun[ref] = replace(self.begun[ref], error=error, last_at=at)

    def attempts(self, account: str, mailbox: str, uidvalidity: int) -> tuple[Attempt, ...]:
        place = (account, mailbox, uidvalidity)
        return tuple(one for one in self._sorted() if _place(one.ref) == place)

    def quarantined(self) -> tuple[Attempt, ...]:
        return tuple(one for one in self._sorted() if one.tries >= ATTEMPTS)

    def _sorted(self) -> list[Attempt]:
        return sorted(self.begun.values(), key=lambda one: (*_place(one.ref), one.ref.uid))

    def try_again(self, account: str) -> int:
        freed = [one for one in self.quarantined() if one.ref.account == account]
        self.begun |= {one.ref: replace(one, tries=0, told=False) for one in freed}
        return len(freed)

    def forget_attempts(
        self, account: str, mailbox: str, uids: Collection[int] | None = None
    ) -> None:
        self.begun = {
            ref: one
            for ref, one in self.begun.items()
            if (ref.account, ref.mailbox) != (account, mailbox)
            or (uids is not None and ref.uid not in uids)
        }

    def end_reading(self, mark: MailboxMark) -> None:
        self.begun = {
            ref: one
            for ref, one in self.begun.items()
            if (ref.account, ref.mailbox) != (mark.account, mark.mailbox)
            or (ref.uidvalidity == mark.uidvalidity and ref.uid not in mark.read)
        }

    def add_octets(self, day: date, octets: Mapping[str, int]) -> None:
        for account, number in octets.items():
            if number:
                self.traffic[day, account] = self.traffic.get((day, account), 0) + number
        kept = day - timedelta(days=KEPT_DAYS)
        self.traffic = {key: one for key, one in self.traffic.items() if key[0] > kept}

    def octets(self, day: date) -> Mapping[str, int]:
        return {
            account: number
            for (when, account), number in sorted(self.traffic.items())
            if when == day
        }

    def all_told(self) -> None:
        self.begun |= {one.ref: replace(one, told=True) for one in self.quarantined()}


def _place(ref: MessageRef) -> tuple[str, str, int]:
    return ref.account, ref.mailbox, ref.uidvalidity
