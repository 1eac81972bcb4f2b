"""Values as words for people: durations, instants, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LONG = 2 * DAY


def duration(length: timedelta) -> str:
    """A length of time in one unit: ``8m``, ``3h``, ``5d``."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < HOUR:
        return f"{seconds // MINUTE}m"
    if seconds < LONG:
        return f"{seconds // HOUR}h"
    return f"{seconds // DAY}d"


def instant(at: datetime) -> str:
    """An instant as people write it, in the zone it carries."""
    return at.strftime("%a %d %b %Y, %H:%M")


def count(number: int, one: str, many: str = "") -> str:
    """``1 mail``, ``2 mails``."""
    return f"{number} {one if number == 1 else many or one + 's'}"
