"""Dates as mail writes them (RFC 5322 3.3), with a short way for the form that nearly all have."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

MAX_DATE = 200

_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)  # noqa: SIM905  # words read best as words
}
_ORDINARY = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?([0-9]{1,2}) ([A-Z][a-z][a-z]) ([12][0-9]{3})"
    r" ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"
)


def parse_date(value: str) -> datetime | None:
    """A date as an aware datetime, UTC where it names no zone; None if unreadable (rule P12)."""
    return _read(value) if value and len(value) <= MAX_DATE else None


@lru_cache(maxsize=64)
def _read(value: str) -> datetime | None:
    """Of one mail the same date is often asked for twice, and Received repeats Date."""
    try:
        return _ordinary(value) or _any(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _ordinary(value: str) -> datetime | None:
    """``Fri, 20 Nov 2026 17:00:00 +0100``, the weekday being optional."""
    match = _ORDINARY.fullmatch(value)
    if match is None or match[2] not in _MONTHS:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    east = 60 * int(hours) + int(minutes)
    zone = _zone(east if sign == "+" else -east)
    return datetime(
        int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone
    )


def _any(value: str) -> datetime | None:
    parts = parsedate_tz(value)
    if parts is None:
        return None
    offset = timedelta(seconds=parts[9] or 0)
    zone = timezone(offset) if offset else UTC
    return datetime(*parts[:6], tzinfo=zone).astimezone(zone)


def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC
