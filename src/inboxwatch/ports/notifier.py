"""The port to the team: how it is told of what cannot wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxwatch.model.alert import Alert


class Notified(Struct, frozen=True):
    """Whether anybody was told, and what went wrong with the others, or nothing."""

    reached: bool
    fault: str = ""


class Notifier(Protocol):
    """A channel to the people of the team."""

    def notify(self, alerts: Sequence[Alert]) -> Notified:
        """Tell all of these at once. Never raises for a server."""
