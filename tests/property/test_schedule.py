"""What holds for any schedule at any instant, on days on which the clocks change above all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inboxwatch.core.schedule import (
    business_time_after,
    business_time_between,
    moment,
    open_intervals,
    period_stretches,
)
from inboxwatch.model.schedule import Closure, Holidays, Period, Schedule, Slot

CHANGES = {
    "Europe/Berlin": (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "America/New_York": (
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
    ),
    "Australia/Lord_Howe": (
        datetime(2026, 4, 4, 15, tzinfo=UTC),
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    ),
    "Pacific/Apia": (datetime(2011, 12, 30, 10, tzinfo=UTC), datetime(2011, 9, 24, 11, tzinfo=UTC)),
    "America/St_Johns": (datetime(2010, 11, 7, 2, 31, tzinfo=UTC),),
    "UTC": (datetime(2026, 6, 1, tzinfo=UTC),),
}
NAMES = ("business", "evening", "weekend", "early", "late")
MINUTE = timedelta(minutes=1)

slots = st.builds(
    lambda day, start, length: Slot(day, start, start + length),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    """A schedule, and an instant within three days of a change of its clocks."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = draw(st.sampled_from(CHANGES[zone]))
    minutes = st.integers(-4320, 4320).map(lambda count: count * MINUTE)
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    periods = tuple(
        Period(name, tuple(draw(st.lists(slots, min_size=1, max_size=4)))) for name in names
    )
    start = change + draw(minutes)
    closed = draw(st.lists(st.integers(1, 3000), max_size=1))
    closures = tuple(Closure(start, start + length * MINUTE) for length in closed)
    offset = st.integers(-2, 3).map(lambda days: change.date() + timedelta(days=days))
    days: frozenset[date] = draw(st.frozensets(offset, max_size=1))
    schedule = Schedule(
        ZoneInfo(zone), periods, frozenset(names[:2]), Holidays(days=days), closures
    )
    return schedule, change + draw(minutes)


def expected(schedule: Schedule, instant: datetime) -> str:
    """The definition, written down without any arithmetic on instants: read the wall clock."""
    if any(closure.start <= instant < closure.end for closure in schedule.closures):
        return "closure"
    wall = instant.astimezone(schedule.timezone)
    if wall.date() in schedule.holidays.days:
        return "holiday"
    now = wall.hour * 60 + wall.minute
    order = {"weekend": 0, "business": 1, "evening": 2}
    periods = sorted(schedule.periods, key=lambda period: order.get(period.name, 3))
    for period in periods:
        for slot in period.slots:
            since = now + (wall.weekday() - slot.weekday) % 7 * 1440
            if slot.start <= since < slot.end:
                return period.name
    today = [
        [slot for slot in period.slots if slot.weekday == wall.weekday()]
        for period in periods
        if period.name in schedule.open
    ]
    gap = any(
        any(slot.end <= now for slot in own) and any(slot.start > now for slot in own)
        for own in today
    )
    return "break" if gap else "night"


@settings(max_examples=150, deadline=None)
@given(plans())
def test_the_period_is_what_the_wall_clock_says(plan: tuple[Schedule, datetime]) -> None:
    schedule, instant = plan
    found = moment(schedule, instant)
    assert found.period == expected(schedule, instant)
    assert found.is_open is (found.period in schedule.open)
    assert (found.next_opening is None) or not found.is_open


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(1, 4320))
def test_stretches_tile_and_agree_with_moment(
    plan: tuple[Schedule, datetime], minutes: int
) -> None:
    schedule, start = plan
    end = start + minutes * MINUTE
    found = [
        (begin.astimezone(UTC), finish.astimezone(UTC), name)
        for begin, finish, name in period_stretches(schedule, start, end)
    ]
    assert (found[0][0], found[-1][1]) == (start, end)
    assert all(begin < finish for begin, finish, _ in found)
    for one, two in pairwise(found):
        assert one[1] == two[0]
        assert one[2] != two[2]
    for begin, finish, name in found:
        inside = (begin, begin + (finish - begin) / 2, finish - timedelta(microseconds=1))
        assert {moment(schedule, instant).period for instant in inside} == {name}


@settings(max_examples=100, deadline=None)
@given(plans())
def test_the_next_opening_is_open_and_nothing_before_it_is(
    plan: tuple[Schedule, datetime],
) -> None:
    schedule, instant = plan
    opening = moment(schedule, instant).next_opening
    assume(opening is not None)
    assert opening is not None
    assert opening.tzinfo is schedule.timezone
    assert moment(schedule, opening).is_open
    assert open_intervals(schedule, instant, opening) == ()


@settings(max_examples=150, deadline=None)
@given(plans(), st.integers(-4320, 30_000), st.integers(0, 59_999_999))
def test_business_time_between_is_the_sum_of_what_is_open(
    plan: tuple[Schedule, datetime], minutes: int, microseconds: int
) -> None:
    """Counted by whole days and the beginnings of two, it is what the stretches add up to."""
    schedule, start = plan
    end = start + minutes * MINUTE + timedelta(microseconds=microseconds)
    parts = open_intervals(schedule, start, end)
    total = sum((two.astimezone(UTC) - one.astimezone(UTC) for one, two in parts), timedelta(0))
    assert business_time_between(schedule, start, end) == total
    zone = schedule.timezone
    assert business_time_between(schedule, start.astimezone(zone), end.astimezone(zone)) == total


@settings(max_examples=100, deadline=None)
@given(plans(), st.integers(0, 3000))
def test_business_time_after_and_between_agree(
    plan: tuple[Schedule, datetime], minutes: int
) -> None:
    schedule, start = plan
    duration = minutes * MINUTE
    due = business_time_after(schedule, start, duration)
    assume(due is not None)
    assert due is not None
    assert business_time_between(schedule, start, due) == duration
    parts = open_intervals(schedule, start, due)
    lengths = (end.astimezone(UTC) - begin.astimezone(UTC) for begin, end in parts)
    assert sum(lengths, timedelta(0)) == duration
