"""When a promise is brought to mind."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.support.build import BERLIN, week

from inboxwatch.core.attention import is_due
from inboxwatch.model.outcome import Promise

WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=BERLIN)
MINUTE = timedelta(minutes=1)


def promise(minutes: int) -> Promise:
    """A promise of Wednesday, nine o'clock, due in so many minutes of the morning."""
    due = WEDNESDAY + minutes * MINUTE
    return Promise(1, 0, "support", "ann@customer.example", 1, due, made_at=WEDNESDAY)


@pytest.mark.parametrize(
    ("length", "after", "reminded"),
    [
        (60, 5, False),
        (60, 59, False),
        (60, 61, True),
        (120, 119, False),
        (180, 60, False),
        (180, 89, False),
        (180, 90, True),
        (5 * 24 * 60, 60, False),
    ],
)
def test_nobody_is_reminded_too_soon(length: int, after: int, reminded: bool) -> None:
    assert is_due(promise(length), WEDNESDAY + after * MINUTE, week()) is reminded


def test_a_long_promise_is_brought_to_mind_two_hours_before() -> None:
    friday = Promise(
        1, 0, "support", "a@x.example", 1, WEDNESDAY + timedelta(days=2), made_at=WEDNESDAY
    )
    thursday = WEDNESDAY + timedelta(days=1)
    assert not is_due(friday, thursday + timedelta(hours=6), week())
    assert is_due(friday, thursday + timedelta(hours=8), week())
