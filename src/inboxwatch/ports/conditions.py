"""The ports to how accounts and mailboxes fare, to mail that breaks the reading, to traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from inboxwatch.model.condition import Attempt, Condition
    from inboxwatch.model.message import MessageRef


class Conditions(Protocol):
    """How accounts fare; part of ``Journal``. ``end_run`` keeps what a run found."""

    def conditions(self) -> tuple[Condition, ...]:
        """How every account and mailbox fared when it was last tried, sorted by their names."""


class Attempts(Protocol):
    """The mails whose reading was begun and came to no end; part of ``Journal`` (rule X12).

    What was read with a mark is none any more, nor what lies under another UIDVALIDITY.
    """

    def begin_reading(self, refs: Sequence[MessageRef], at: datetime) -> None:
        """Count an attempt for each mail before it is read, so that it outlives this process."""

    def set_aside(self, ref: MessageRef, error: str, at: datetime) -> None:
        """Keep what kept a mail from being read, of which an attempt was counted."""

    def attempts(self, account: str, mailbox: str, uidvalidity: int) -> tuple[Attempt, ...]:
        """Such mails of one mailbox, their UIDs rising."""

    def quarantined(self) -> tuple[Attempt, ...]:
        """Those that are not tried again by themselves, sorted by their places."""

    def try_again(self, account: str) -> int:
        """Let an account's mails out of quarantine, as if never begun; how many those were."""

    def forget_attempts(
        self, account: str, mailbox: str, uids: Collection[int] | None = None
    ) -> None:
        """Forget what was begun in a mailbox, or some of it."""


class Traffic(Protocol):
    """How much was read of each account's server; part of ``Journal`` (rule I19)."""

    def add_octets(self, day: date, octets: Mapping[str, int]) -> None:
        """Add to what was read of accounts on a day; thirty days are kept."""

    def octets(self, day: date) -> Mapping[str, int]:
        """What was read of each account on a day."""
