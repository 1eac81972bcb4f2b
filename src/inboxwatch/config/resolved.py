"""What follows from the values of a configuration, whether it was read just now or is recalled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxwatch.model.policy import Retention as Kept

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.config.schema import Log, Retention, State
    from inboxwatch.config.schema.replies import Replies

ANSWERED_WITHIN = timedelta(days=100)
"""Mail is never answered that is older, an apology included, whatever the configuration says."""


class Resolved:
    """The paths and spans that no key says by itself."""

    if TYPE_CHECKING:  # the keys that they follow from
        state: State
        log: Log
        replies: Replies
        retention: Retention

        @property
        def source(self) -> Path:
            """The file that was read."""

    @property
    def base(self) -> Path:
        """The folder to which paths are relative."""
        return self.source.parent

    @property
    def customers_path(self) -> Path:
        """Where the imported customers lie: beside the state."""
        return self.state.path.with_name(f"{self.state.path.stem}.customers.db")

    @property
    def log_path(self) -> Path:
        """The log file, given or beside the state."""
        return self.log.path or self.state.path.parent / "inboxwatch.log"

    def retained(self, keep: timedelta | None = None) -> Kept:
        """How long the state remembers; replies at least as long as any limit looks back."""
        limits = self.replies.limits
        kept = self.retention.keep if keep is None else keep
        windows = (limits.sender_interval, limits.handle_interval, limits.bounce_mute)
        return Kept(kept, max(ANSWERED_WITHIN, kept, *windows))
