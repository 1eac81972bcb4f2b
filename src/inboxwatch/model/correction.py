"""What people said about priorities that were wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime


class Correction(Struct, frozen=True):
    """A priority as it was decided and as a person wants it, and the reasons it was made of.

    ``reasons`` are the names of signals and facts. ``exact`` tells that the person named the
    priority; else a keyword only said up or down, and ``wanted`` is one more or less.
    """

    mail_id: int
    party: str
    priority: int
    wanted: int
    reasons: tuple[str, ...]
    at: datetime
    exact: bool = True
