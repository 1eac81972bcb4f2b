"""Which period an instant is in, the next opening, business time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from msgspec.structs import replace
from tests.support.build import BERLIN, week

from inboxwatch.core.holiday import holiday_dates
from inboxwatch.core.schedule import (
    business_time_after,
    business_time_between,
    moment,
    open_intervals,
    period_stretches,
)
from inboxwatch.model.schedule import Closure, Holidays, Period, Schedule, Slot

HOUR = timedelta(hours=1)


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


def daily(start: int, end: int, name: str = "business", zone: ZoneInfo = BERLIN) -> Schedule:
    """One slot every day."""
    slots = tuple(Slot(day, start, end) for day in range(7))
    return Schedule(zone, (Period(name, slots),), frozenset({name}), Holidays())


def utc(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if instant else None


@pytest.mark.parametrize(
    ("instant", "period", "template", "opening"),
    [
        ("2026-11-18 09:00", "business", "business", None),
        ("2026-11-18 08:59:59.999999", "night", "night", "2026-11-18 09:00"),
        ("2026-11-18 12:29:59.999999", "business", "business", None),
        ("2026-11-18 12:30", "break", "business", "2026-11-18 13:30"),
        ("2026-11-18 13:30", "business", "business", None),
        ("2026-11-18 18:00", "evening", "evening", "2026-11-19 09:00"),
        ("2026-11-18 23:00", "night", "night", "2026-11-19 09:00"),
        ("2026-11-20 19:00", "evening", "evening", "2026-11-23 09:00"),
        ("2026-11-21 12:45", "weekend", "weekend", "2026-11-23 09:00"),
        ("2026-11-23 00:00", "night", "night", "2026-11-23 09:00"),
    ],
)
def test_the_example_week(instant: str, period: str, template: str, opening: str | None) -> None:
    found = moment(week(), berlin(instant))
    assert (found.period, found.template_period) == (period, template)
    assert found.is_open is (period == "business")
    assert found.next_opening == (berlin(opening) if opening else None)


def test_the_next_opening_is_in_the_timezone_of_the_schedule() -> None:
    found = moment(week(), datetime(2026, 11, 18, 11, 45, tzinfo=UTC))
    assert found.next_opening is not None
    assert found.next_opening.isoformat() == "2026-11-18T13:30:00+01:00"


def test_an_instant_without_a_timezone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no timezone"):
        moment(week(), datetime(2026, 11, 18, 9, 30))  # noqa: DTZ001 - what is refused


def test_precedence_and_the_written_order_of_own_periods() -> None:
    whole = (Slot(2, 0, 1440),)  # a Wednesday
    names = ("late", "evening", "early", "business", "weekend")
    schedule = replace(week(), periods=tuple(Period(name, whole) for name in names))
    instant = berlin("2026-11-18 10:00")
    order = []
    while schedule.periods:
        order.append(moment(schedule, instant).period)
        left = tuple(period for period in schedule.periods if period.name != order[-1])
        schedule = replace(schedule, periods=left)
    assert order == ["weekend", "business", "evening", "late", "early"]


def test_a_holiday_outranks_every_slot_and_a_closure_outranks_the_holiday() -> None:
    day = berlin("2026-12-25 10:00")  # a Friday
    schedule = replace(week(), holidays=Holidays("DE", "BE"))
    found = moment(schedule, day)
    assert (found.period, found.is_open) == ("holiday", False)
    assert found.next_opening == berlin("2026-12-28 09:00")
    shut = replace(schedule, closures=(Closure(day, berlin("2027-01-04 11:15")),))
    found = moment(shut, day)
    assert (found.period, found.template_period) == ("closure", "closure")
    assert found.next_opening == berlin("2027-01-04 11:15"), "the end of a closure within a slot"


def test_a_holiday_lasts_from_local_midnight_to_local_midnight() -> None:
    schedule = replace(week(), holidays=Holidays(days=frozenset({date(2026, 11, 18)})))
    edges = [
        ("2026-11-17 23:59", "night"),
        ("2026-11-18 00:00", "holiday"),
        ("2026-11-18 23:59", "holiday"),
        ("2026-11-19 00:00", "night"),
    ]
    assert [moment(schedule, berlin(at)).period for at, _ in edges] == [name for _, name in edges]


def test_holidays_depend_on_the_region() -> None:
    assert date(2026, 3, 8) in holiday_dates("DE", "BE", 2026)
    assert date(2026, 3, 8) not in holiday_dates("DE", "BY", 2026)
    assert date(2026, 3, 8) not in holiday_dates("DE", "", 2026)


@pytest.mark.parametrize("country", ["DE", "FR", "GP", "US", "PR", "UK", "GBR", "SE", "NL"])
def test_the_holidays_of_a_country_are_the_librarys(country: str) -> None:
    """Also where one country's module builds on another's, and by any of its codes."""
    assert holiday_dates(country, "", 2026) == set(country_holidays(country, years=2026))


@pytest.mark.parametrize("name", ["holiday", "closure", "night", "break"])
def test_what_is_not_covered_by_a_slot_is_never_open(name: str) -> None:
    """Even if ``open`` names it, because a period of the team's own is called so."""
    schedule = replace(
        week(),
        open=frozenset({"business", name}),
        holidays=Holidays(days=frozenset({date(2026, 11, 19)})),
        closures=(Closure(berlin("2026-11-20 00:00"), berlin("2026-11-21 00:00")),),
    )
    for at in ("2026-11-18 12:45", "2026-11-18 23:30", "2026-11-19 10:00", "2026-11-20 10:00"):
        found = moment(schedule, berlin(at))
        assert not found.is_open
        assert found.next_opening is not None
    begin, end = berlin("2026-11-18 23:00"), berlin("2026-11-21 00:00")
    assert business_time_between(schedule, begin, end) == timedelta(0)


def test_a_slot_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    friday = Schedule(
        BERLIN, (Period("late", (Slot(4, 1320, 1560),)),), frozenset({"late"}), Holidays()
    )
    assert moment(friday, berlin("2026-11-20 01:00")).period == "night"
    assert moment(friday, berlin("2026-11-20 22:00")).is_open
    assert moment(friday, berlin("2026-11-21 01:59")).is_open
    found = moment(friday, berlin("2026-11-21 02:00"))
    assert (found.period, found.next_opening) == ("night", berlin("2026-11-27 22:00"))


def test_a_sunday_slot_over_midnight_reaches_into_monday() -> None:
    sunday = Schedule(
        BERLIN, (Period("late", (Slot(6, 1380, 1500),)),), frozenset({"late"}), Holidays()
    )
    assert moment(sunday, berlin("2026-11-23 00:30")).is_open


def test_only_open_periods_have_breaks() -> None:
    slots = (Slot(2, 540, 600), Slot(2, 660, 720))
    schedule = Schedule(BERLIN, (Period("evening", slots),), frozenset({"business"}), Holidays())
    assert moment(schedule, berlin("2026-11-18 10:30")).period == "night"


def test_the_break_of_an_own_open_period_is_answered_with_that_period() -> None:
    slots = (Slot(2, 540, 600), Slot(2, 660, 720))
    schedule = Schedule(BERLIN, (Period("hotline", slots),), frozenset({"hotline"}), Holidays())
    found = moment(schedule, berlin("2026-11-18 10:30"))
    assert (found.period, found.template_period) == ("break", "hotline")


def test_another_period_may_fill_a_part_of_a_break() -> None:
    lunch = Period("lunch", (Slot(2, 750, 780),))
    schedule = replace(week(), periods=(*week().periods, lunch))
    assert moment(schedule, berlin("2026-11-18 12:45")).period == "lunch"
    assert moment(schedule, berlin("2026-11-18 13:15")).period == "break"


# Daylight saving. In Berlin the hour from 02:00 is skipped on 2026-03-29 and repeated on
# 2026-10-25.


def test_a_slot_inside_the_skipped_hour_does_not_happen() -> None:
    day = berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00")
    assert open_intervals(daily(120, 180), *day) == ()
    opening = moment(daily(120, 180), day[0]).next_opening
    assert opening == berlin("2026-03-30 02:00")


def test_a_slot_that_begins_in_the_skipped_hour_begins_when_the_clock_has_passed_it() -> None:
    ((begin, end),) = open_intervals(
        daily(150, 240), berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00")
    )
    assert (utc(begin), utc(end)) == ("2026-03-29 01:00", "2026-03-29 02:00")
    assert begin.isoformat() == "2026-03-29T03:00:00+02:00"


def test_a_slot_inside_the_repeated_hour_happens_twice() -> None:
    found = open_intervals(daily(135, 165), berlin("2026-10-25 00:00"), berlin("2026-10-26 00:00"))
    assert [(utc(begin), utc(end)) for begin, end in found] == [
        ("2026-10-25 00:15", "2026-10-25 00:45"),
        ("2026-10-25 01:15", "2026-10-25 01:45"),
    ]
    between = moment(daily(135, 165), berlin("2026-10-25 02:50", fold=0))
    assert not between.is_open
    assert between.next_opening is not None
    assert between.next_opening.fold == 1


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 3), ("2026-10-25", 5), ("2026-10-26", 4)]
)
def test_a_slot_across_the_change_is_as_long_as_it_really_takes(day: str, hours: int) -> None:
    start = berlin(f"{day} 00:00")
    assert business_time_between(daily(60, 300), start, start + timedelta(days=1)) == hours * HOUR


def test_a_day_that_never_was() -> None:
    """Samoa crossed the date line: 2011-12-29 was followed by 2011-12-31."""
    apia = ZoneInfo("Pacific/Apia")
    friday = Period("friday", (Slot(4, 0, 1440),))
    schedule = Schedule(apia, (friday,), frozenset({"friday"}), Holidays())
    thursday = datetime(2011, 12, 29, 12, tzinfo=apia)
    assert moment(schedule, thursday).next_opening == datetime(2012, 1, 6, tzinfo=apia)


def test_midnights_that_come_twice_keep_the_holiday_apart() -> None:
    """Until 2011 St. John's turned its clocks back at 00:01, to 23:01 of the day before."""
    zone = ZoneInfo("America/St_Johns")
    first = datetime(2010, 11, 6, 23, 0, tzinfo=zone)
    schedule = replace(
        daily(0, 1440, zone=zone), holidays=Holidays(days=frozenset({date(2010, 11, 7)}))
    )
    stretches = period_stretches(schedule, first, first + timedelta(hours=2))
    lengths = [
        (name, end.astimezone(UTC) - start.astimezone(UTC)) for start, end, name in stretches
    ]
    assert lengths[:4] == [
        ("business", HOUR),
        ("holiday", timedelta(minutes=1)),
        ("business", timedelta(minutes=59)),
        ("holiday", lengths[3][1]),
    ]


def test_nothing_that_opens_within_a_year_is_no_opening() -> None:
    start = berlin("2026-11-18 20:00")
    never = replace(week(), open=frozenset({"nothing"}))
    assert moment(never, start).next_opening is None
    shut = Closure(start, start + timedelta(days=400))
    assert moment(replace(week(), closures=(shut,)), start).next_opening is None
    shut = Closure(start, start + timedelta(days=300))
    assert moment(replace(week(), closures=(shut,)), start).next_opening is not None


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_night(year: int) -> None:
    instant = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, tzinfo=UTC)
    found = moment(week(), instant)
    assert (found.period, found.is_open) == ("night", False)


def test_stretches_follow_each_other_and_join_over_midnight() -> None:
    start = berlin("2026-11-20 17:00")
    found = period_stretches(week(), start, berlin("2026-11-23 10:00"))
    names = [name for *_, name in found]
    assert names == ["business", "evening", "night", "weekend", "night", "business"]
    assert found[0][0] == start
    assert found[-1][1] == berlin("2026-11-23 10:00")
    assert all(one[1] == two[0] for one, two in pairwise(found))
    assert period_stretches(week(), start, start) == ()


def test_open_intervals_of_two_open_periods_join_where_they_touch() -> None:
    schedule = replace(week(), open=frozenset({"business", "evening"}))
    day = open_intervals(schedule, berlin("2026-11-18 00:00"), berlin("2026-11-19 00:00"))
    assert [(begin.hour, end.hour) for begin, end in day] == [(9, 12), (13, 23)]


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-18 09:30", 1, "2026-11-18 10:30"),
        ("2026-11-18 12:00", 1, "2026-11-18 14:00"),
        ("2026-11-18 17:00", 1, "2026-11-18 18:00"),
        ("2026-11-20 17:30", 1, "2026-11-23 09:30"),
        ("2026-11-21 12:00", 4, "2026-11-23 14:00"),
        ("2026-11-21 12:00", 0, "2026-11-21 12:00"),
    ],
)
def test_business_time_after(start: str, hours: int, due: str) -> None:
    found = business_time_after(week(), berlin(start), hours * HOUR)
    assert found == berlin(due)
    assert business_time_between(week(), berlin(start), berlin(due)) == hours * HOUR


def test_business_time_that_never_comes() -> None:
    never = replace(week(), open=frozenset())
    assert business_time_after(never, berlin("2026-11-18 09:30"), HOUR) is None
    with pytest.raises(ValueError, match="forward only"):
        business_time_after(week(), berlin("2026-11-18 09:30"), -HOUR)


def test_business_time_between_is_zero_backwards() -> None:
    late, early = berlin("2026-11-18 17:00"), berlin("2026-11-18 10:00")
    assert business_time_between(week(), late, early) == timedelta(0)
