"""What people said about priorities that were wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Seen(Struct, frozen=True):
    """A mail as people saw it: its priority with its waiting, and the reasons it was made of.

    ``reasons`` are the names of signals and facts; ``times`` says of those whose points counted
    more than once how often.
    """

    priority: int
    reasons: tuple[str, ...] = ()
    times: Mapping[str, int] = field(default_factory=dict)


class Correction(Struct, frozen=True):
    """A priority as a person saw it and as they want it, with the reasons as in ``Seen``.

    ``exact`` tells that the person named the priority; else a keyword only said up or down, and
    ``wanted`` is one more or less.
    """

    mail_id: int
    party: str
    priority: int
    wanted: int
    reasons: tuple[str, ...]
    at: datetime
    exact: bool = True
    times: Mapping[str, int] = field(default_factory=dict)
