"""Priorities that rise while nobody answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inboxwatch.core.triage.aging import aged
from inboxwatch.model.policy import TriagePolicy

LEVEL = timedelta(hours=4)


def fields(*points: int, status: str = "unverified", role: str = "inbox") -> dict[str, Any]:
    reasons = [{"signal": f"s{n}", "points": p, "evidence": ""} for n, p in enumerate(points)]
    return {
        "priority": sum(points),
        "reasons": reasons,
        "authentication": {"status": status},
        "role": role,
        "customer": None,
        "signals": [],
        "reply": {"refusals": []},
    }


@pytest.mark.parametrize(
    ("hours", "priority"),
    [(0, 3), (1.9, 3), (2, 4), (3.9, 4), (4, 5), (7.9, 5), (8, 6), (16, 7), (100, 7)],
)
def test_waiting_counts_soon_and_then_slowly(hours: float, priority: int) -> None:
    found = aged(fields(3), timedelta(hours=hours), LEVEL, TriagePolicy())
    assert found["priority"] == priority
    assert sum(one["points"] for one in found["reasons"]) == priority


@pytest.mark.parametrize(
    ("rule", "more", "priority"),
    [
        ("A08", {}, 3),
        ("A12", {}, 3),
        ("A17", {}, 7),
        ("A08", {"customer": {"id": "c-1"}}, 7),
        ("A08", {"signals": ["known-contact"]}, 7),
    ],
)
def test_what_a_stranger_sent_to_many_waits_for_nobody(
    rule: str, more: dict[str, Any], priority: int
) -> None:
    mail = fields(3) | {"reply": {"refusals": [{"rule": rule}]}} | more
    assert aged(mail, timedelta(hours=100), LEVEL, TriagePolicy())["priority"] == priority


def test_the_bounds_hold() -> None:
    long = timedelta(hours=100)
    assert aged(fields(3, 5), long, LEVEL, TriagePolicy())["priority"] == 9
    for forged in (
        fields(3, status="failed"),
        fields(3, role="junk"),
        fields(2, 3, 4, status="suspicious"),
    ):
        assert aged(forged, long, LEVEL, TriagePolicy())["priority"] == 5
    assert aged(fields(3, -9), timedelta(0), LEVEL, TriagePolicy())["priority"] == 1


def test_what_a_bound_took_is_there_again_to_be_bounded() -> None:
    before = fields(3, 8)
    before["reasons"].append({"signal": "ceiling", "points": -2, "evidence": ""})
    before["reasons"].append({"signal": "waiting-time", "points": 1, "evidence": "old"})
    found = aged(before, timedelta(hours=2), LEVEL, TriagePolicy(points={"waiting-time": 2}))
    told = [(one["signal"], one["points"]) for one in found["reasons"][2:]]
    assert told == [("waiting-time", 2), ("ceiling", -4)]
