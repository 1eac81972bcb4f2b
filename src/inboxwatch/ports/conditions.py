"""The port to what is remembered of how accounts and mailboxes fare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from inboxwatch.model.condition import Condition


class Conditions(Protocol):
    """How accounts fare; part of ``Journal``. ``end_run`` keeps what a run found."""

    def conditions(self) -> tuple[Condition, ...]:
        """How every account and mailbox fared when it was last tried, sorted by their names."""
