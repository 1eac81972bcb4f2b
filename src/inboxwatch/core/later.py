"""An instant that is yet to come, as people write it: ``2h``, ``tomorrow``, ``fri``, ``14:30``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.schedule import moment

if TYPE_CHECKING:
    from inboxwatch.model.schedule import Schedule

WAYS = "write 2h, 3d, tomorrow, friday, 14:30, 2026-12-01 or 2026-12-01 09:00"

_SPAN = re.compile(r"(\d{1,4}) ?(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = re.compile(
    r"(tomorrow)|(mon|tue|wed|thu|fri|sat|sun)"
    r"(?:(?<=mon|fri|sun)day|(?<=tue)s(?:day)?|(?<=wed)nesday|(?<=thu)r(?:s(?:day)?)?|(?<=sat)urday)?"
    r"|(\d{4}-\d\d-\d\d)",
    re.ASCII,
)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ISO = re.compile(r"^(\d{4}-\d\d-\d\d)t")
_LONGEST = timedelta(days=366)


def later(text: str, now: datetime, schedule: Schedule) -> datetime:
    """The instant that a text names, after ``now``; a day alone means when it opens.

    Raises ValueError, with what to write instead, for what names none or lies in the past.
    """
    plain = " ".join(_ISO.sub(r"\1 ", text.strip().lower()).split())
    try:
        found = _named(plain, now, schedule)
        _require_near(found, now)
    except ValueError as error:
        raise ValueError(f"{text!r} {error}: {WAYS}") from None
    return found


def _require_near(found: datetime, now: datetime) -> None:
    if found <= now:
        raise ValueError("is not after now")
    if found > now + _LONGEST:
        raise ValueError("is more than a year away")


def span(text: str) -> timedelta:
    """A length of time: ``30d``, ``12h``, ``45m``, ``2w``. Raises ValueError."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        raise ValueError(f"{text!r} is no length of time: write 30d or 12h")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _named(text: str, now: datetime, schedule: Schedule) -> datetime:
    if span := _SPAN.fullmatch(text):
        return _after(now, timedelta(**{_UNITS[span[2]]: int(span[1])}))
    if clock := _CLOCK.fullmatch(text):
        today = _wall(now, clock)
        return _existing(today if today > now else today + timedelta(days=1))
    day, _, rest = text.partition(" ")
    date = _date(day, now)
    clock = _CLOCK.fullmatch(rest)
    if date is None or (rest and clock is None):
        raise ValueError("is no time")
    begin = datetime.combine(date, time(), schedule.timezone)
    if clock is not None:
        return _existing(_wall(begin, clock))
    told = moment(schedule, begin)
    return begin if told.is_open else told.next_opening or begin


def _after(now: datetime, length: timedelta) -> datetime:
    """Days later by the clock on the wall, hours and minutes later by any clock."""
    days = timedelta(days=length.days)
    return _real((now + days).astimezone(UTC) + (length - days), now)


def _wall(day: datetime, clock: re.Match[str]) -> datetime:
    try:
        return day.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
    except ValueError:
        raise ValueError("has a time of day that is none") from None


def _existing(at: datetime) -> datetime:
    """The instant itself, unless the clocks go forward over it."""
    if _real(at, at).replace(tzinfo=None) != at.replace(tzinfo=None):
        raise ValueError("does not exist: the clocks go forward then")
    return at


def _real(at: datetime, there: datetime) -> datetime:
    """An instant as the clocks of another one's zone show it."""
    return at.astimezone(UTC).astimezone(there.tzinfo)


def _date(text: str, now: datetime) -> datetime | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    if found[1]:
        return now + timedelta(days=1)
    if found[2]:
        ahead = (_WEEKDAYS.index(found[2]) - now.weekday() - 1) % 7 + 1
        return now + timedelta(days=ahead)
    try:
        day = datetime.fromisoformat(found[3])
    except ValueError:
        raise ValueError("is no day") from None
    today = now.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    if day < today:
        raise ValueError("is not after now")
    if day > today + _LONGEST:
        raise ValueError("is more than a year away")
    return day
