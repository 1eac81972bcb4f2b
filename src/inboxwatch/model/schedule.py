"""The hours of a business, as values; ``core.schedule`` reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of one weekday (0 is Monday) in minutes of local wall time from midnight.

    ``end`` may exceed 1440 for a slot over midnight: ``22:00-02:00`` is 1320 to 1560.
    """

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Period:
    """A named set of slots, such as ``business`` or one of the team's own."""

    name: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """A stretch of absolute time in which the business is shut; ``end`` is exclusive."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Holidays:
    """Public holidays: country and region as the ``holidays`` library names them, and own days."""

    country: str = ""
    region: str = ""
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Schedule:
    """The week of a team; ``periods`` keep the order in which they were written."""

    timezone: ZoneInfo
    periods: tuple[Period, ...]
    open: frozenset[str]
    holidays: Holidays
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
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
    zone: tzinfo = field(default=UTC, compare=False)
