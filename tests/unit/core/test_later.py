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
    ],
)
def test_what_is_none_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 2h"):
        later(text, NOW, week())
