"""The port to the team: how it is told of what cannot wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxwatch.model.alert import Alert


class Notifier(Protocol):
    """A channel to the people of the team."""

    def notify(self, alerts: Sequence[Alert]) -> str:
        """Tell all of these at once; what went wrong, or nothing. Never raises for a server."""
