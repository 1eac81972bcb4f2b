"""The real clock: the only place of the program that asks what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from inboxwatch.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


FIRST_YEAR, LAST_YEAR = 1990, 2199


class SystemClock:
    """The machine's clock, in the team's time zone."""

    def __init__(self, zone: tzinfo = UTC) -> None:
        self._zone = zone

    def now(self) -> datetime:
        """The present instant, aware."""
        return datetime.now(self._zone)

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """An instant that a user wrote; without an offset it is meant in ``zone``.

    Raises UsageError when it cannot be read as one.
    """
    from dateutil import parser

    try:
        at = parser.isoparse(text.replace(" ", "T", 1))
    except ValueError:
        raise UsageError(
            f"{text!r} is not an instant", next_step="write it as 2026-11-21T20:14"
        ) from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise UsageError(
            f"{text!r} is outside of {FIRST_YEAR} to {LAST_YEAR}",
            next_step="name an instant that a schedule can mean",
        )
    return at if at.tzinfo else at.replace(tzinfo=zone)
