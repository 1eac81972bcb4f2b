"""Promises: deadlines in business time, by priority, on a quarter of an hour where that fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.build import BERLIN, week

from inboxwatch.core.reply.promise import answer_time, deadline
from inboxwatch.core.schedule import business_time_after, business_time_between
from inboxwatch.model.policy import ServiceLevel
from inboxwatch.model.schedule import Holidays, Period, Schedule, Slot

HOUR = timedelta(hours=1)
LEVEL = ServiceLevel(4 * HOUR, {9: HOUR, 7: 2 * HOUR})
SCHEDULE = Schedule(
    timezone=BERLIN,
    periods=(
        Period(
            "business",
            tuple(Slot(day, *slot) for day in range(5) for slot in ((540, 750), (810, 1085))),
        ),
    ),
    open=frozenset({"business"}),
    holidays=Holidays(),
)
"""Monday to Friday, 9:00 to 12:30 and 13:30 to 18:05."""
AFTER = partial(business_time_after, SCHEDULE)


def local(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=BERLIN)


@pytest.mark.parametrize(("priority", "hours"), [(1, 4), (6, 4), (7, 2), (8, 2), (9, 1)])
def test_the_shortest_time_that_applies(priority: int, hours: int) -> None:
    assert answer_time(LEVEL, priority) == hours * HOUR


def test_a_longer_time_for_urgent_mail_never_wins() -> None:
    assert answer_time(ServiceLevel(HOUR, {9: 4 * HOUR}), 9) == HOUR
    assert answer_time(ServiceLevel(None, {9: HOUR}), 8) is None


@pytest.mark.parametrize(
    ("now", "priority", "expected"),
    [
        (local(18, 9, 0), 9, local(18, 10, 0)),
        (local(18, 9, 1), 9, local(18, 10, 15)),
        (local(18, 10, 0, 1), 9, local(18, 11, 15)),
        (local(18, 12, 0), 9, local(18, 14, 0)),
        (local(18, 11, 25), 9, local(18, 12, 30)),
        (local(18, 9, 0), 3, local(18, 14, 0)),
        (local(18, 17, 2), 9, local(18, 18, 2)),
        (local(18, 17, 2, 30), 9, local(18, 18, 3)),
        (local(20, 20, 0), 3, local(23, 14, 0)),
        (local(21, 12, 7), 9, local(23, 10, 0)),
    ],
)
def test_deadlines(now: datetime, priority: int, expected: datetime) -> None:
    found = deadline(LEVEL, priority, now, AFTER)
    assert found == expected
    assert found is not None
    assert found.utcoffset() == expected.utcoffset()


def test_nothing_is_promised_without_a_service_level_or_without_business_time() -> None:
    assert deadline(ServiceLevel(), 9, local(18, 9, 0), AFTER) is None
    shut = Schedule(BERLIN, (), frozenset(), Holidays())
    assert deadline(LEVEL, 9, local(18, 9, 0), partial(business_time_after, shut)) is None


def test_a_deadline_by_the_week_of_the_tests() -> None:
    assert deadline(LEVEL, 9, local(18, 10, 30), partial(business_time_after, week())) == local(
        18, 11, 30
    )


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - made aware below
    st.integers(1, 9),
)
def test_a_deadline_is_a_whole_minute_of_business_time(now: datetime, priority: int) -> None:
    instant = now.replace(tzinfo=UTC)
    due = deadline(LEVEL, priority, instant, AFTER)
    assert due is not None
    assert (due.second, due.microsecond) == (0, 0)
    allowed = answer_time(LEVEL, priority)
    assert allowed is not None
    spent = business_time_between(SCHEDULE, instant, due)
    assert allowed - timedelta(minutes=1) < spent < allowed + timedelta(minutes=15)
    moment_before = due - timedelta(seconds=1)
    assert business_time_between(SCHEDULE, moment_before, due) == timedelta(seconds=1)
