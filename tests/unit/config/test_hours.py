from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from inboxwatch.config.hours import (
    format_slot,
    parse_closure,
    parse_date,
    parse_days,
    parse_period,
    parse_slots,
)
from inboxwatch.model.schedule import Slot

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", (0,)),
        ("Monday", (0,)),
        ("mon,wed", (0, 2)),
        ("mon, wed-fri", (0, 2, 3, 4)),
        ("sat-sun", (5, 6)),
        ("mon - fri", (0, 1, 2, 3, 4)),
        ("mon\u2013fri", (0, 1, 2, 3, 4)),
        ("fri-mon", (4, 5, 6, 0)),
        ("sun-sun", (6,)),
        ("mon-wed,tue", (0, 1, 2)),
        ("daily", (0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_days(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "mn", "mon-", "mon-wed-fri", "mo", "weekdays", "mon,", "1"])
def test_what_is_no_day_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day: write mon"):
        parse_days(text)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("09:00-12:30, 13:30-18:00", ((540, 750), (810, 1080))),
        ("13:30-18:00,09:00-12:30", ((540, 750), (810, 1080))),
        ("9:00-17:00", ((540, 1020),)),
        ("09:00 \u2013 17:00", ((540, 1020),)),
        ("00:00-24:00", ((0, 1440),)),
        ("22:00-02:00", ((1320, 1560),)),
        ("22:00-00:00", ((1320, 1440),)),
        ("17:00-09:00", ((1020, 1980),)),
    ],
)
def test_slots(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert parse_slots(text) == spans


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a slot: write it like 09:00-12:30"),
        ("9-17", "is not a slot"),
        ("09:00", "is not a slot"),
        ("540", "is not a slot"),
        ("09:00-12:30,", "is not a slot"),
        ("09:00-25:00", "no clock shows"),
        ("09:60-12:00", "no clock shows"),
        ("23:00-24:01", "no clock shows"),
        ("24:00-02:00", "starts at 24:00"),
        ("09:00-09:00", "has no length"),
        ("13:30-12:00", "ends before it starts: if it goes over midnight, write 13:30-24:00"),
        ("17:00-09:01", "ends before it starts"),
    ],
)
def test_a_slot_that_cannot_be_meant_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_slots(text)


def test_a_period_has_its_slots_in_the_order_of_the_week() -> None:
    slots = parse_period({"sat": "22:00-02:00", "mon,tue": "13:00-14:00, 09:00-12:00"})
    assert slots == (
        Slot(0, 540, 720),
        Slot(0, 780, 840),
        Slot(1, 540, 720),
        Slot(1, 780, 840),
        Slot(5, 1320, 1560),
    )


@pytest.mark.parametrize(
    ("days", "named"),
    [
        ({"mon": "09:00-12:00, 11:00-13:00"}, ("mon 09:00-12:00", "mon 11:00-13:00")),
        ({"mon-fri": "09:00-17:00", "fri": "09:00-15:00"}, ("fri 09:00-15:00", "fri 09:00-17:00")),
        ({"mon": "22:00-02:00", "tue": "01:00-03:00"}, ("mon 22:00-02:00", "tue 01:00-03:00")),
        ({"sun": "22:00-02:00", "mon": "01:00-03:00"}, ("sun 22:00-02:00", "mon 01:00-03:00")),
    ],
)
def test_overlapping_slots_are_refused_by_name(
    days: dict[str, str], named: tuple[str, str]
) -> None:
    with pytest.raises(ValueError, match="overlap") as caught:
        parse_period(days)
    assert all(slot in str(caught.value) for slot in named)


@pytest.mark.parametrize(
    "days",
    [
        {"mon": "09:00-12:00, 12:00-13:00"},
        {"sun": "22:00-02:00", "mon": "02:00-03:00"},
        {"daily": "00:00-24:00"},
        {"mon": "17:00-09:00"},
    ],
)
def test_slots_that_only_touch_are_fine(days: dict[str, str]) -> None:
    assert parse_period(days)


def test_a_slot_over_midnight_reads_as_it_was_written() -> None:
    assert format_slot(Slot(4, 1320, 1560)) == "fri 22:00-02:00"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-12-24..2027-01-02", (2026, 12, 23, 23), (2027, 1, 2, 23)),
        ("2026-12-24 .. 2026-12-24", (2026, 12, 23, 23), (2026, 12, 24, 23)),
        ("2026-12-08", (2026, 12, 7, 23), (2026, 12, 8, 23)),
        ("2026-11-27 from 15:00", (2026, 11, 27, 14), (2026, 11, 27, 23)),
        ("2026-11-27 12:00-14:00", (2026, 11, 27, 11), (2026, 11, 27, 13)),
        ("2026-11-27 22:00-02:00", (2026, 11, 27, 21), (2026, 11, 28, 1)),
        # The day on which the clocks go back has 25 hours, the one on which they go forward 23.
        ("2026-10-25", (2026, 10, 24, 22), (2026, 10, 25, 23)),
        ("2026-03-29", (2026, 3, 28, 23), (2026, 3, 29, 22)),
    ],
)
def test_closures(text: str, start: tuple[int, ...], end: tuple[int, ...]) -> None:
    closure = parse_closure(text, BERLIN)
    assert closure.start == datetime(*start, tzinfo=UTC)
    assert closure.end == datetime(*end, tzinfo=UTC)


def test_a_closure_that_begins_at_a_midnight_the_clocks_skip_begins_after_the_gap() -> None:
    closure = parse_closure("2026-09-06", ZoneInfo("America/Santiago"))
    assert closure.start == datetime(2026, 9, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a closure"),
        ("christmas", "is not a closure"),
        ("2026-12-24 - 2027-01-02", "is not a slot"),
        ("2026-13-01", "is not a day: write it like 2026-12-24"),
        ("2026-02-30..2026-03-02", "is not a day"),
        ("0001-01-01", "is not a day"),
        ("9999-12-31", "is not a day"),
        ("2027-01-02..2026-12-24", "ends before it starts"),
        ("2026-12-24..2062-01-02", "longer than a year"),
        ("2026-11-27 from 24:00", "ends before it starts"),
        ("2026-11-27 from 25:00", "no clock shows"),
        ("2026-11-27 form 15:00", "is not a slot"),
    ],
)
def test_a_closure_that_cannot_be_meant_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_closure(text, BERLIN)


def test_a_date() -> None:
    assert parse_date("2026-12-24") == date(2026, 12, 24)
