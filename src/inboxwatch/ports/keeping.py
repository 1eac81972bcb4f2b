"""The port to what lets go of what is old; the journal on disk passes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

PRUNED_KEY = "pruned"
"""Under this key the journal keeps when it was pruned last, and where the next pruning goes on."""


class Pruned(Struct, frozen=True):
    """What one batch let go of, by the names of tables; ``after`` is where the next one begins.

    It is None when the whole journal was looked at.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    after: int | None = None


class Keeper(Protocol):
    """Lets go of what is old. Every batch is one transaction. Raises StateError."""

    def prune(self, before: datetime, memory: datetime, *, after: int, limit: int) -> Pruned:
        """Let go of what is older than ``before`` among ``limit`` conversations behind ``after``.

        Replies, and with them that a mail was answered, stay until ``memory``. What is still open
        stays whatever its age. What is told by its age alone goes with the first batch.
        """

    def last_run(self) -> datetime | None:
        """When the last run began."""

    def has_run(self, since: datetime, until: datetime) -> bool:
        """Whether a run began in a span."""

    def give_back(self, *, whole: bool = False) -> int:
        """Give the disk back some of what is free, or all; how many octets the state has now.

        For the ``whole`` the state is written anew where it cannot be made smaller in place.
        """
