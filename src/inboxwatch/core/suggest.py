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

LEAST = 0.25
"""What is wanted of each time that points count, from which on they change."""

_BOUNDS = (-9, 9)


class Suggestion(Struct, frozen=True):
    """Other points for a signal or a fact.

    ``up`` and ``down`` count the mails that have it and that people wanted higher and lower,
    without those that an earlier proposal explains; ``mails`` are some of those that speak for it.
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
    asked = _Asked(
        {one.mail_id: one for one in corrections if one.wanted != one.priority}, policy, least
    )
    left = {mail_id: one.wanted - one.priority for mail_id, one in asked.corrections.items()}
    found: list[Suggestion] = []
    while best := asked.best(left, {one.name for one in found}):
        found.append(best)
        for mail_id, one in asked.corrections.items():
            if best.name in one.reasons:
                left[mail_id] -= (best.proposed - best.points) * one.times.get(best.name, 1)
    return tuple(found)


class _Asked(Struct, frozen=True):
    """What people corrected, and under which points."""

    corrections: Mapping[int, Correction]
    policy: TriagePolicy
    least: int

    def best(self, left: Mapping[int, int], done: set[str]) -> Suggestion | None:
        """The best supported proposal for what is left unexplained of each correction."""
        known = {name for one in self.corrections.values() for name in one.reasons}
        names = sorted((known & DEFAULT_POINTS.keys()) - done)
        made = filter(None, (self._suggestion(name, left) for name in names))
        return max(made, key=lambda one: self._support(one, left), default=None)

    def _support(self, one: Suggestion, left: Mapping[int, int]) -> tuple[int, int, str]:
        """By what it explains of the corrections, then by what its points add to the mails."""
        change, explained, added = one.proposed - one.points, 0, 0
        for mail in self._having(one.name):
            times, before = mail.times.get(one.name, 1), left[mail.mail_id]
            explained += abs(before) - abs(before - change * times)
            added += abs(one.points) * times
        return explained, added, one.name

    def _having(self, name: str) -> list[Correction]:
        return [one for one in self.corrections.values() if name in one.reasons]

    def _suggestion(self, name: str, left: Mapping[int, int]) -> Suggestion | None:
        having = self._having(name)
        up = [one for one in having if left[one.mail_id] > 0 and one.wanted > one.priority]
        down = [one for one in having if left[one.mail_id] < 0 and one.wanted < one.priority]
        more = max(up, down, key=len)
        if len(more) < self.least or len(more) < SHARE * len(having):
            return None
        wanted = median(left[one.mail_id] / one.times.get(name, 1) for one in having)
        now = points_of(name, self.policy)
        proposed = max(_BOUNDS[0], min(_BOUNDS[1], now + _change(wanted)))
        if proposed == now:
            return None
        mails = tuple(sorted(one.mail_id for one in more))[:5]
        return Suggestion(name, now, proposed, len(up), len(down), mails)


def _change(wanted: float) -> int:
    """By how many points a signal is changed; points that counted several times by one at least."""
    whole = round(wanted) or (1 if wanted >= LEAST else -1 if wanted <= -LEAST else 0)
    return max(-LARGEST, min(LARGEST, whole))


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
