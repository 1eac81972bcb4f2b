"""The hours of a business, as values; ``core.schedule`` reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct


class Slot(Struct, frozen=True):
    """A stretch of one weekday (0 is Monday) in minutes of local wall time from midnight.

    ``end`` may exceed 1440 for a slot over midnight: ``22:00-02:00`` is 1320 to 1560.
    """

    weekday: int
    start: int
    end: int


class Period(Struct, frozen=True):
    """A named set of slots, such as ``business`` or one of the team's own."""

    name: str
    slots: tuple[Slot, ...]


class Closure(Struct, frozen=True):
    """A stretch of absolute time in which the business is shut; ``end`` is exclusive."""

    start: datetime
    end: datetime


class Holidays(Struct, frozen=True):
    """Public holidays: country and region as the ``holidays`` library names them, and own days."""

    country: str = ""
    region: str = ""
    days: frozenset[date] = frozenset()


class Schedule(Struct, frozen=True, cache_hash=True):
    """The week of a team; ``periods`` keep the order in which they were written."""

    timezone: ZoneInfo
    periods: tuple[Period, ...]
    open: frozenset[str]
    holidays: Holidays
    closures: tuple[Closure, ...] = ()


class Moment(Struct, frozen=True):
    """What the schedule says of one instant.

    ``period`` is closure, holiday, weekend, business, evening, break, night, or a name of the
    team's own; ``template_period`` is the period whose template answers (``break`` is answered
    with business). ``next_opening`` is None while open, and also when nothing opens within a year.
    ``zone`` is the schedule's.
    """

    instant: datetime
    period: str
    template_period: str
    is_open: bool
    next_opening: datetime | None
    zone: tzinfo = UTC
