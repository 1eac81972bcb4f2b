"""Times as people write them."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.support.build import BERLIN, week

from inboxwatch.core.later import later

NOW = datetime(2026, 11, 18, 10, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2h", "2026-11-18 12:30"),
        ("30 m", "2026-11-18 11:00"),
        ("3d", "2026-11-21 10:30"),
        ("1w", "2026-11-25 10:30"),
        ("14:30", "2026-11-18 14:30"),
        ("09:00", "2026-11-19 09:00"),
        ("tomorrow", "2026-11-19 09:00"),
        ("Tomorrow 8:15", "2026-11-19 08:15"),
        ("friday", "2026-11-20 09:00"),
        ("sat", "2026-11-23 09:00"),
        ("thurs", "2026-11-19 09:00"),
        ("Tuesday 10:00", "2026-11-24 10:00"),
        ("wed", "2026-11-25 09:00"),
        ("2026-12-01", "2026-12-01 09:00"),
        ("2026-12-01 07:00", "2026-12-01 07:00"),
        ("2026-12-01T07:00", "2026-12-01 07:00"),
    ],
)
def test_a_time(text: str, when: str) -> None:
    assert f"{later(text, NOW, week()):%Y-%m-%d %H:%M}" == when


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "soon",
        "0h",
        "25:00",
        "2026-02-30",
        "2026-11-01",
        "2020-01-01 10:00",
        "2h 3",
        "900d",
        "tomorrow noon",
        "2031-01-01",
        "0001-01-01",
        "9999-12-31",
        "9999-12-31 23:59",
        "money",
        "sunflower",
        "thursty",
        "satday",
        "2027-03-28 02:30",
    ],
)
def test_what_is_none_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 2h"):
        later(text, NOW, week())


def test_what_was_written_is_quoted_as_it_was() -> None:
    with pytest.raises(ValueError, match=r"^'2026-12-01T09:00Z' is no time: "):
        later("2026-12-01T09:00Z", NOW, week())


def test_hours_are_hours_where_the_clocks_go_forward() -> None:
    now = datetime(2027, 3, 28, 1, 30, tzinfo=BERLIN)
    assert f"{later('1h', now, week()):%d %H:%M}" == "28 03:30"
    assert f"{later('1d', now, week()):%d %H:%M}" == "29 01:30"
    with pytest.raises(ValueError, match="clocks go forward"):
        later("02:30", now, week())
