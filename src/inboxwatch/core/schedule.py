"""The hours of a business: which period an instant is in, when it opens next, business time.

An instant belongs to a slot when the wall clock in the schedule's timezone reads within it. So a
slot inside the hour that daylight saving skips does not happen, and one inside the repeated hour
happens twice. Internally everything is compared in UTC: two aware datetimes of one timezone
compare by wall time, which the repeated hour makes ambiguous.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.holiday import holiday_dates
from inboxwatch.model.schedule import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inboxwatch.model.schedule import Period, Schedule

CLOSURE, HOLIDAY, BREAK, NIGHT = "closure", "holiday", "break", "night"
PRECEDENCE = ("weekend", "business", "evening")
"""The periods that outrank those of the team's own, after closures and holidays."""

HORIZON = timedelta(days=366)
"""How far ahead an opening is looked for, and within which business time must elapse."""

_NONE = timedelta(0)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)
_DAY_MINUTES = 1440
_EDGE_DAYS = 3  # at either end of the calendar datetime cannot express neighbouring instants


class _Named(Struct, frozen=True):
    """A period as it is shown, the period whose template answers, and whether it is open."""

    name: str
    template: str
    is_open: bool = False


class _Stretch(Struct, frozen=True):
    """UTC instants from ``start`` up to ``end`` in one period."""

    start: datetime
    end: datetime
    period: _Named


class _Calendar(Struct, frozen=True, eq=False):
    """A schedule with its periods in order of precedence; hashed by identity, which is cheap."""

    schedule: Schedule
    periods: tuple[Period, ...]


def moment(schedule: Schedule, instant: datetime) -> Moment:
    """What the schedule says of an aware instant; ValueError for a naive one."""
    utc = _utc(instant)
    calendar = _calendar(schedule)
    day = _day(calendar, utc.toordinal())
    index = bisect_right(day, utc, key=_start_of) - 1
    here = day[index]
    period = here.period
    opening = None if period.is_open else _next_opening(calendar, utc, day[index + 1 :])
    local = opening.astimezone(schedule.timezone) if opening else None
    zone = schedule.timezone
    return Moment(instant, period.name, period.template, period.is_open, local, zone)


def period_stretches(
    schedule: Schedule, start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime, str], ...]:
    """The periods from ``start`` up to ``end``, each stretch ending where the next one begins.

    Instants are aware, in the schedule's timezone. Empty when ``end`` is not after ``start``.
    """
    found = _stretches(_calendar(schedule), _utc(start), _utc(end))
    return _joined(schedule, ((s.start, s.end, s.period.name) for s in found))


def open_intervals(
    schedule: Schedule, start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """The business time from ``start`` up to ``end``, as intervals that do not touch each other."""
    found = _open(_calendar(schedule), _utc(start), _utc(end))
    joined = _joined(schedule, ((begin, finish, "open") for begin, finish in found))
    return tuple((begin, finish) for begin, finish, _ in joined)


def business_time_after(
    schedule: Schedule, start: datetime, duration: timedelta
) -> datetime | None:
    """The first instant by which ``duration`` of business time has passed since ``start``.

    None when the year after ``start`` does not hold that much; ValueError for a negative duration.
    """
    if duration < _NONE:
        raise ValueError(f"business time runs forward only, not by {duration}")
    utc = _utc(start)
    if not duration:
        return utc.astimezone(schedule.timezone)
    left = duration
    for begin, finish in _open(_calendar(schedule), utc, _plus_horizon(utc)):
        if finish - begin >= left:
            return (begin + left).astimezone(schedule.timezone)
        left -= finish - begin
    return None


def business_time_between(schedule: Schedule, start: datetime, end: datetime) -> timedelta:
    """How much business time lies between two instants; zero unless ``end`` is after ``start``."""
    calendar, begin, finish = _calendar(schedule), _utc(start), _utc(end)
    if begin >= finish:
        return _NONE
    days = range(begin.toordinal(), finish.toordinal())
    whole = sum((_open_of_day(calendar, day) for day in days), _NONE)
    return whole - _open_today(calendar, begin) + _open_today(calendar, finish)


def _joined(
    schedule: Schedule, parts: Iterable[tuple[datetime, datetime, str]]
) -> tuple[tuple[datetime, datetime, str], ...]:
    """The parts in local time, those of one name joined where they touch."""
    joined: list[tuple[datetime, datetime, str]] = []
    for begin, end, name in parts:
        goes_on = bool(joined) and joined[-1][1:] == (begin, name)
        joined.append((joined.pop()[0] if goes_on else begin, end, name))
    zone = schedule.timezone
    return tuple(
        (begin.astimezone(zone), end.astimezone(zone), name) for begin, end, name in joined
    )


def _utc(instant: datetime) -> datetime:
    """The same instant in UTC; a naive one would silently take the machine's timezone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no timezone")
    return instant.astimezone(UTC)


@lru_cache(maxsize=64)
def _calendar(schedule: Schedule) -> _Calendar:
    rank = {name: place for place, name in enumerate(PRECEDENCE)}
    ordered = sorted(schedule.periods, key=lambda period: rank.get(period.name, len(rank)))
    return _Calendar(schedule, tuple(ordered))


def _start_of(stretch: _Stretch) -> datetime:
    return stretch.start


def _plus_horizon(utc: datetime) -> datetime:
    last = datetime.max.replace(tzinfo=UTC) - _EDGE_DAYS * _DAY
    return utc + HORIZON if utc < last - HORIZON else last


def _next_opening(
    calendar: _Calendar, utc: datetime, rest: tuple[_Stretch, ...]
) -> datetime | None:
    """The first open stretch after ``utc``: in the ``rest`` of its day, or on a later day."""
    today = next((stretch.start for stretch in rest if stretch.period.is_open), None)
    if today:
        return today
    later = _first_opening(calendar, utc.toordinal() + 1)
    return later if later and later <= _plus_horizon(utc) else None


@lru_cache(maxsize=1024)
def _first_opening(calendar: _Calendar, ordinal: int) -> datetime | None:
    """Where the first open stretch at or after the start of a UTC day begins."""
    last = min(ordinal + HORIZON.days, date.max.toordinal())
    for day in range(ordinal, last + 1):
        for stretch in _day(calendar, day):
            if stretch.period.is_open:
                return stretch.start
    return None


def _stretches(calendar: _Calendar, start: datetime, end: datetime) -> Iterator[_Stretch]:
    """The stretches from ``start`` up to ``end``, cut at both ends and at UTC midnights."""
    for ordinal in range(start.toordinal(), end.toordinal() + 1):
        for stretch in _day(calendar, ordinal):
            begin, finish = max(stretch.start, start), min(stretch.end, end)
            if begin < finish:
                yield _Stretch(begin, finish, stretch.period)


def _open(
    calendar: _Calendar, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    for stretch in _stretches(calendar, start, end):
        if stretch.period.is_open:
            yield stretch.start, stretch.end


@lru_cache(maxsize=4096)
def _open_of_day(calendar: _Calendar, ordinal: int) -> timedelta:
    """The business time of one UTC day: a wait of two weeks is asked for with every mail."""
    return sum(
        (one.end - one.start for one in _day(calendar, ordinal) if one.period.is_open), _NONE
    )


def _open_today(calendar: _Calendar, utc: datetime) -> timedelta:
    """The business time of the UTC day of an instant up to it."""
    parts = _day(calendar, utc.toordinal())
    begun = (one for one in parts if one.period.is_open and one.start < utc)
    return sum((min(one.end, utc) - one.start for one in begun), _NONE)


@lru_cache(maxsize=4096)
def _day(calendar: _Calendar, ordinal: int) -> tuple[_Stretch, ...]:
    """The stretches of one UTC day (``date.toordinal``), without gap or overlap.

    Days are UTC days since local ones may have a hole, not exist (Apia, 30 December 2011) or
    come back (St. John's turned its clocks back at 00:01).
    """
    start = datetime.combine(date.fromordinal(ordinal), time(), UTC)
    if not _EDGE_DAYS < ordinal < date.max.toordinal() - _EDGE_DAYS:
        end = start + (_DAY - timedelta(microseconds=1))
        return (_Stretch(start, end, _Named(NIGHT, NIGHT)),)
    built: list[_Stretch] = []
    for begin, end in pairwise(sorted(_edges(calendar, start))):
        wall = begin.astimezone(calendar.schedule.timezone).replace(tzinfo=None)
        period = _period(calendar, begin, wall)
        goes_on = bool(built) and built[-1].period == period
        built.append(_Stretch(built.pop().start if goes_on else begin, end, period))
    return tuple(built)


def _edges(calendar: _Calendar, start: datetime) -> set[datetime]:
    """Every instant of the UTC day from ``start`` at which the period may change, and both ends."""
    end = start + _DAY
    edges = {start, end}
    edges.update(
        edge
        for closure in calendar.schedule.closures
        for edge in (closure.start.astimezone(UTC), closure.end.astimezone(UTC))
        if start < edge < end
    )
    for begin, finish, offset in _segments(calendar.schedule, start):
        walls = _wall_edges(calendar, (begin + offset).replace(tzinfo=None))
        instants = (wall.replace(tzinfo=UTC) - offset for wall in walls)
        edges.add(begin)
        edges.update(instant for instant in instants if begin < instant < finish)
    return edges


def _wall_edges(calendar: _Calendar, wall: datetime) -> Iterator[datetime]:
    """Local midnights and the ends of slots that concern the 24 hours from ``wall``."""
    midnight = datetime.combine(wall.date(), time())
    for day in (midnight - _DAY, midnight, midnight + _DAY):
        yield day
        for period in calendar.periods:
            for slot in period.slots:
                if slot.weekday == day.weekday():
                    yield day + timedelta(minutes=slot.start)
                    yield day + timedelta(minutes=slot.end)


def _segments(
    schedule: Schedule, start: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The parts of the UTC day from ``start`` in which the timezone's offset stays the same.

    Looked at hour by hour: no timezone has changed its offset twice within an hour.
    """
    begin = start
    for hour in range(24):
        low, high = start + hour * _HOUR, start + (hour + 1) * _HOUR
        offset = _offset(schedule, low)
        if _offset(schedule, high) != offset:
            change = _transition(schedule, low, high)
            yield begin, change, offset
            begin = change
    if begin < start + _DAY:
        yield begin, start + _DAY, _offset(schedule, begin)


def _transition(schedule: Schedule, low: datetime, high: datetime) -> datetime:
    """The second in (``low``, ``high``] at which the offset of ``high`` begins."""
    after = _offset(schedule, high)
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if _offset(schedule, middle) == after:
            high = middle
        else:
            low = middle
    return high


def _offset(schedule: Schedule, utc: datetime) -> timedelta:
    return utc.astimezone(schedule.timezone).utcoffset() or timedelta(0)


def _period(calendar: _Calendar, utc: datetime, wall: datetime) -> _Named:
    """The period of an instant, given in UTC and as the wall clock reads it."""
    schedule = calendar.schedule
    if any(closure.start <= utc < closure.end for closure in schedule.closures):
        return _Named(CLOSURE, CLOSURE)
    if _is_holiday(schedule, wall.date()):
        return _Named(HOLIDAY, HOLIDAY)
    for period in calendar.periods:
        if _covers(period, wall):
            return _Named(period.name, period.name, period.name in schedule.open)
    for period in calendar.periods:
        if period.name in schedule.open and _is_gap(period, wall):
            return _Named(BREAK, period.name)
    return _Named(NIGHT, NIGHT)


def _is_holiday(schedule: Schedule, day: date) -> bool:
    known = schedule.holidays
    if day in known.days:
        return True
    return bool(known.country) and day in holiday_dates(known.country, known.region, day.year)


def _covers(period: Period, wall: datetime) -> bool:
    """Whether a slot of this weekday, or one of yesterday over midnight, holds the wall time."""
    weekday, minutes = wall.weekday(), _minutes(wall)
    yesterday = (weekday - 1) % 7
    return any(
        (slot.weekday == weekday and slot.start <= minutes < slot.end)
        or (slot.weekday == yesterday and slot.start <= minutes + _DAY_MINUTES < slot.end)
        for slot in period.slots
    )


def _is_gap(period: Period, wall: datetime) -> bool:
    """Whether slots of this weekday lie both before and after an uncovered wall time."""
    minutes = _minutes(wall)
    today = [slot for slot in period.slots if slot.weekday == wall.weekday()]
    return any(slot.end <= minutes for slot in today) and any(
        slot.start > minutes for slot in today
    )


def _minutes(wall: datetime) -> float:
    return wall.hour * 60 + wall.minute + wall.second / 60
