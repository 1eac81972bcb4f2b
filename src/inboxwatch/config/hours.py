"""Hours as people write them: days, slots and closures, read into minutes and instants.

Every function raises ValueError with a text that says what is wrong and how to write it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from inboxwatch.model.schedule import Closure, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

DAY = 1440
WEEK = 7 * DAY
LONGEST_OVER_MIDNIGHT = 16 * 60
"""``17:00-09:00`` is a night; a slot over midnight longer than that is more likely a slip."""

LONGEST_CLOSURE = timedelta(days=366)
FIRST_YEAR, LAST_YEAR = 2000, 2199

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_NUMBERS = {name[:length]: i for i, name in enumerate(WEEKDAYS) for length in (3, len(name))}

_DASH = r"\s*[-\u2013]\s*"
_TIME = r"(\d{1,2}):(\d{2})"
_SLOT = re.compile(rf"{_TIME}{_DASH}{_TIME}", re.ASCII)
_DATE = r"(\d{4}-\d{2}-\d{2})"
_CLOSED_DAYS = re.compile(rf"{_DATE}(?:\s*\.\.\s*{_DATE})?", re.ASCII)
_CLOSED_FROM = re.compile(rf"{_DATE}\s+from\s+{_TIME}", re.ASCII)
_CLOSED_SLOT = re.compile(rf"{_DATE}\s+(\S.*)", re.ASCII)

Span = tuple[int, int]
"""Start and end in minutes from midnight; the end exceeds 1440 over midnight."""


def parse_days(text: str) -> tuple[int, ...]:
    """Weekdays (0 is Monday) from ``mon``, ``mon,wed``, ``sat-sun``, ``fri-mon`` or ``daily``."""
    days: list[int] = []
    for part in text.lower().split(","):
        for day in _day_range(part.strip(), text):
            if day not in days:
                days.append(day)
    return tuple(days)


def _day_range(part: str, text: str) -> Iterable[int]:
    if part == "daily":
        return range(7)
    ends = [_DAY_NUMBERS.get(name.strip()) for name in re.split(_DASH, part)]
    if len(ends) > 2 or None in ends:  # noqa: PLR2004 - a range has two ends
        raise ValueError(f"{text!r} is not a day: write mon, mon,wed, mon-fri or daily")
    first, last = ends[0] or 0, ends[-1] or 0
    return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]


def parse_slots(text: str) -> tuple[Span, ...]:
    """Spans of one day, in order, from ``09:00-12:30, 13:30-18:00`` or ``22:00-02:00``."""
    return tuple(sorted(_parse_span(part.strip()) for part in text.split(",")))


def _parse_span(text: str) -> Span:
    match = _SLOT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a slot: write it like 09:00-12:30")
    start, end = _minutes(match[1], match[2], text), _minutes(match[3], match[4], text)
    if start == DAY:
        raise ValueError(f"{text!r} starts at 24:00: write 00:00 under the next day")
    if start == end:
        raise ValueError(f"{text!r} has no length: write 00:00-24:00 for a whole day")
    if end > start:
        return start, end
    if end + DAY - start > LONGEST_OVER_MIDNIGHT:
        raise ValueError(
            f"{text!r} ends before it starts: if it goes over midnight, write {match[1]}:{match[2]}"
            f"-24:00, and 00:00-{match[3]}:{match[4]} under the next day"
        )
    return start, end + DAY


def _minutes(hour: str, minute: str, text: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > DAY:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(f"{text!r} holds a time that no clock shows: 00:00 to 24:00")
    return total


def parse_period(days: Mapping[str, str]) -> tuple[Slot, ...]:
    """All slots of a period, by weekday and start; slots that overlap raise ValueError."""
    slots = [
        Slot(day, start, end)
        for names, text in days.items()
        for day in parse_days(names)
        for start, end in parse_slots(text)
    ]
    slots.sort(key=lambda slot: (slot.weekday, slot.start))
    _refuse_overlaps(slots)
    return tuple(slots)


def _refuse_overlaps(slots: list[Slot]) -> None:
    for i, slot in enumerate(slots):
        following = slots[(i + 1) % len(slots)]
        begins = following.weekday * DAY + following.start + (WEEK if i + 1 == len(slots) else 0)
        if begins < slot.weekday * DAY + slot.end:
            raise ValueError(f"{format_slot(slot)} and {format_slot(following)} overlap")


def format_slot(slot: Slot) -> str:
    """A slot as it would be written: ``mon 09:00-12:30``."""
    end = slot.end - DAY if slot.end > DAY else slot.end
    return f"{WEEKDAYS[slot.weekday][:3]} {_clock(slot.start)}-{_clock(end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_date(text: str) -> date:
    """A day from ``2026-12-24``."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{text!r} is not a day: write it like 2026-12-24")
    return day


def parse_closure(text: str, zone: ZoneInfo) -> Closure:
    """A stretch in which the business is shut, as instants in UTC.

    ``2026-12-24..2027-01-02`` (both days whole), ``2026-12-24``, ``2026-11-27 from 15:00`` (until
    that midnight), ``2026-11-27 12:00-14:00``.
    """
    text = text.strip()
    if match := _CLOSED_DAYS.fullmatch(text):
        first, last = parse_date(match[1]), parse_date(match[2] or match[1])
        return _closure(first, 0, last, DAY, zone, text)
    if match := _CLOSED_FROM.fullmatch(text):
        day = parse_date(match[1])
        return _closure(day, _minutes(match[2], match[3], text), day, DAY, zone, text)
    if match := _CLOSED_SLOT.fullmatch(text):
        day = parse_date(match[1])
        start, end = _parse_span(match[2])
        return _closure(day, start, day, end, zone, text)
    raise ValueError(
        f"{text!r} is not a closure: write 2026-12-24..2027-01-02, 2026-12-24, "
        "2026-11-27 from 15:00 or 2026-11-27 12:00-14:00"
    )


def _closure(first: date, start: int, last: date, end: int, zone: ZoneInfo, text: str) -> Closure:
    closure = Closure(_instant(first, start, zone), _instant(last, end, zone))
    if closure.end <= closure.start:
        raise ValueError(f"{text!r} ends before it starts")
    if closure.end - closure.start > LONGEST_CLOSURE:
        raise ValueError(f"{text!r} is longer than a year: look at the years")
    return closure


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    # In UTC, because Python compares two times of one zone by the clock on the wall.
    wall = datetime.combine(day + timedelta(days=minutes // DAY), time(), zone)
    return wall.replace(hour=minutes % DAY // 60, minute=minutes % 60).astimezone(UTC)
