"""The order of the queue."""

from __future__ import annotations

from typing import Any

from inboxwatch.core.waiting import in_order


def mail(number: int, priority: int, *signals: str, hour: int = 9, beyond: int = 0) -> Any:
    reasons = [{"signal": "base", "points": priority + beyond, "evidence": ""}]
    if beyond:
        reasons.append({"signal": "ceiling", "points": -beyond, "evidence": ""})
    return {
        "id": number,
        "priority": priority,
        "signals": list(signals),
        "reasons": reasons,
        "received": f"2026-11-20T{hour:02}:00:00+01:00",
    }


def test_the_highest_come_first_then_whose_points_go_beyond_then_who_waits_longest() -> None:
    mails = [
        mail(1, 8, hour=7),
        mail(2, 9, hour=9),
        mail(3, 9, hour=8),
        mail(4, 9, hour=10, beyond=4),
        mail(5, 9, "rescued-customer", hour=11),
    ]
    assert [one["id"] for one in in_order(mails)] == [5, 4, 3, 2, 1]
