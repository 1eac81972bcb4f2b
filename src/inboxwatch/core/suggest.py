"""What corrections say about points: proposals with their evidence, for a person to accept.

A signal is proposed other points when at least three corrections of different mails have it, and
three quarters of them go one way. What one proposal explains is taken off before the next is looked
for, so that one mistake is not mended twice. Nothing changes by itself.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.triage.score import points_of
from inboxwatch.core.triage.table import DEFAULT_POINTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inboxwatch.model.correction import Correction
    from inboxwatch.model.policy import TriagePolicy

FEWEST = 3
"""Corrections that have to agree before anything is proposed."""

SHARE = 0.75
"""Of a signal's corrections, those that have to go the same way."""

LARGEST = 2
"""By how many points a signal is changed at most in one go."""

_BOUNDS = (-9, 9)


class Suggestion(Struct, frozen=True):
    """Other points for a signal or a fact.

    ``up`` and ``down`` count the corrections of mails that have it, ``mails`` are some of them.
    """

    name: str
    points: int
    proposed: int
    up: int
    down: int
    mails: tuple[int, ...]


def suggest(
    corrections: Sequence[Correction], policy: TriagePolicy, *, least: int = FEWEST
) -> tuple[Suggestion, ...]:
    """Proposals, the best supported first; empty where people did not say enough."""
    left = {one.mail_id: one.wanted - one.priority for one in corrections}
    reasons = {one.mail_id: frozenset(one.reasons) for one in corrections}
    found: list[Suggestion] = []
    while best := _best(left, reasons, policy, {one.name for one in found}, least):
        found.append(best)
        change = best.proposed - best.points
        for mail_id, names in reasons.items():
            left[mail_id] -= change if best.name in names else 0
    return tuple(found)


def _best(
    left: Mapping[int, int],
    reasons: Mapping[int, frozenset[str]],
    policy: TriagePolicy,
    done: set[str],
    least: int,
) -> Suggestion | None:
    known = {name for names in reasons.values() for name in names} & DEFAULT_POINTS.keys()
    made = (_suggestion(name, left, reasons, policy, least) for name in sorted(known - done))
    return max(filter(None, made), key=lambda one: (abs(one.up - one.down), one.name), default=None)


def _suggestion(
    name: str,
    left: Mapping[int, int],
    reasons: Mapping[int, frozenset[str]],
    policy: TriagePolicy,
    least: int,
) -> Suggestion | None:
    having = {mail_id: left[mail_id] for mail_id, names in reasons.items() if name in names}
    up = sum(change > 0 for change in having.values())
    down = sum(change < 0 for change in having.values())
    if max(up, down) < least or max(up, down) < SHARE * len(having):
        return None
    change = max(-LARGEST, min(LARGEST, round(median(having.values()))))
    now = points_of(name, policy)
    proposed = max(_BOUNDS[0], min(_BOUNDS[1], now + change))
    if proposed == now:
        return None
    return Suggestion(name, now, proposed, up, down, tuple(sorted(having))[:5])


def suggestion_fields(one: Suggestion) -> dict[str, object]:
    """A proposal as one object."""
    return {
        "schema": 1,
        "type": "suggestion",
        "signal": one.name,
        "points": one.points,
        "proposed": one.proposed,
        "up": one.up,
        "down": one.down,
        "ids": list(one.mails),
    }
