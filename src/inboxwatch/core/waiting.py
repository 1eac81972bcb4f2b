"""Priorities as of now: mail that waits rises toward the service level and past it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from inboxwatch.core.schedule import business_time_between
from inboxwatch.core.triage.aging import CEILING, aged
from inboxwatch.core.triage.score import BY_HAND, RESCUED, USUAL_LEVEL, points_of
from inboxwatch.model.correction import Seen
from inboxwatch.model.policy import ServiceLevel, TriagePolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inboxwatch.model.schedule import Schedule

LONGEST_WAIT = timedelta(days=14)
"""How far back waiting is looked at: it has counted in full long before."""


CORRECTED = "corrected"


class WaitingTerms(Struct, frozen=True):
    """What waiting is measured by."""

    schedule: Schedule
    triage: TriagePolicy = field(default_factory=TriagePolicy)
    service_level: ServiceLevel = field(default_factory=ServiceLevel)

    def waited(self, since: datetime, now: datetime) -> timedelta:
        """Business time since then, of two weeks at most."""
        return business_time_between(self.schedule, max(since, now - LONGEST_WAIT), now)


def as_of(
    fields: Mapping[str, Any], terms: WaitingTerms, now: datetime, wanted: int | None = None
) -> Mapping[str, Any]:
    """The object of a decision on a mail that nobody has answered, with its priority as of now.

    What a person ``wanted`` it to be goes over everything else.
    """
    if wanted is not None:
        return _corrected(fields, wanted)
    since = datetime.fromisoformat(fields.get("waiting_since") or fields["received"])
    level = terms.service_level.first_answer or USUAL_LEVEL
    return aged(fields, terms.waited(since, now), level, terms.triage)


def _corrected(fields: Mapping[str, Any], wanted: int) -> Mapping[str, Any]:
    change = wanted - sum(one["points"] for one in fields["reasons"])
    told = {"signal": CORRECTED, "points": change, "evidence": BY_HAND}
    return {**fields, "priority": wanted, "reasons": [*fields["reasons"], told]}


def seen(fields: Mapping[str, Any], policy: TriagePolicy) -> Seen:
    """What people see of a mail by the object of its decision, as ``as_of`` makes it."""
    points = {one["signal"]: one["points"] for one in fields["reasons"]}
    names = tuple(dict.fromkeys((*points, *fields["signals"])))
    counted = {name: _times(points[name], points_of(name, policy)) for name in points}
    times = {name: number for name, number in counted.items() if number > 1}
    return Seen(fields["priority"], names, times)


def _times(points: int, each: int) -> int:
    return round(points / each) if each else 1


def in_order(mails: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Objects of decisions in the order of work: 9 first, then what has waited longest.

    Among equals a customer who was lost in the spam folder comes first (story 1), then whose
    points go furthest beyond 9.
    """
    return sorted(mails, key=_work_order)


def _work_order(fields: Mapping[str, Any]) -> tuple[int, bool, int, datetime, int]:
    lost = RESCUED in fields["signals"]
    beyond = sum(one["points"] for one in fields["reasons"] if one["signal"] == CEILING)
    received = datetime.fromisoformat(fields["received"])
    return -fields["priority"], not lost, beyond, received, fields["id"]
