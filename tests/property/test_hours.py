from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from inboxwatch.config.hours import (
    DAY,
    LONGEST_OVER_MIDNIGHT,
    WEEK,
    WEEKDAYS,
    format_slot,
    parse_closure,
    parse_days,
    parse_period,
    parse_slots,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = st.sampled_from([day[:3] for day in WEEKDAYS])
TIMES = st.integers(0, DAY).map(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}")
SLOTS = st.tuples(TIMES, TIMES).map("-".join)
WEEKS = st.dictionaries(DAYS, st.lists(SLOTS, min_size=1, max_size=3).map(", ".join), min_size=1)
LIKE_HOURS = st.text("0123456789:-., montuefridaly\u2013", max_size=30)


@given(WEEKS)
def test_a_period_either_covers_each_minute_once_or_is_refused(days: dict[str, str]) -> None:
    try:
        slots = parse_period(days)
    except ValueError:
        return
    covered = [
        (slot.weekday * DAY + minute) % WEEK
        for slot in slots
        for minute in range(slot.start, slot.end)
    ]
    assert covered
    assert len(covered) == len(set(covered))
    assert all(slot.end <= DAY + LONGEST_OVER_MIDNIGHT for slot in slots)


@given(WEEKS)
def test_what_is_written_out_reads_back_the_same(days: dict[str, str]) -> None:
    try:
        slots = parse_period(days)
    except ValueError:
        return
    for slot in slots:
        day, hours = format_slot(slot).split()
        assert parse_days(day) == (slot.weekday,)
        assert parse_slots(hours) == ((slot.start, slot.end),)


@given(LIKE_HOURS)
def test_any_text_is_understood_or_refused_with_a_reason(text: str) -> None:
    for parse in (parse_days, parse_slots, lambda text: parse_closure(text, ZoneInfo("UTC"))):
        assert _understood_or_refused(parse, text)


def _understood_or_refused(parse: Callable[[str], object], text: str) -> bool:
    try:
        return bool(parse(text))
    except ValueError as error:
        return len(str(error)) > len(repr(text))
