"""A priority that rises while nobody answers: the stored sum with the waiting of this instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.core.triage.score import (
    BULK,
    HIGHEST,
    LOWEST,
    RESCUED,
    WAITING,
    points_of,
    waiting,
)
from inboxwatch.model.decision import is_unproven
from inboxwatch.model.message import AuthenticationStatus, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import timedelta

    from inboxwatch.model.policy import TriagePolicy

CEILING = "ceiling"
_BOUNDS = frozenset({CEILING, "floor", "unproven-sender"})


def aged(
    fields: Mapping[str, Any], waited: timedelta, level: timedelta, policy: TriagePolicy
) -> dict[str, Any]:
    """A decision's object with the priority and the reasons that it has after so much waiting.

    ``waited`` and ``level`` are business time. The bounds hold as they did (rule S30).
    """
    terms = [one for one in fields["reasons"] if one["signal"] not in {WAITING, *_BOUNDS}]
    if found := None if _is_bulk(fields) else waiting(waited, level):
        times, evidence = found
        points = times * points_of(WAITING, policy)
        terms.append({"signal": WAITING, "points": points, "evidence": evidence})
    total = sum(one["points"] for one in terms)
    for name, bounded in _bounds(fields, policy):
        if (new := bounded(total)) != total:
            terms.append({"signal": name, "points": new - total, "evidence": ""})
            total = new
    return {**fields, "priority": total, "reasons": terms}


def _is_bulk(fields: Mapping[str, Any]) -> bool:
    """As ``decide`` has it: sent to many, by somebody whom nobody knows."""
    known = fields["customer"] or "known-contact" in fields["signals"]
    return not known and any(one["rule"] in BULK for one in fields["reply"]["refusals"])


def _bounds(
    fields: Mapping[str, Any], policy: TriagePolicy
) -> Iterator[tuple[str, Callable[[int], int]]]:
    yield CEILING, lambda total: min(total, HIGHEST)
    status = AuthenticationStatus(fields["authentication"]["status"])
    believed = RESCUED in fields["signals"]  # for a person where nothing proves the sender
    if is_unproven(Role(fields["role"]), status) and not believed:
        yield "unproven-sender", lambda total: min(total, policy.unproven_cap)
    yield "floor", lambda total: max(total, LOWEST)
