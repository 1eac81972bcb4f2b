"""What was known of a mail stays known when it is rescued: only the priority goes up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from inboxwatch.core.step import step_of
from inboxwatch.core.triage.escalate import gravest_first
from inboxwatch.core.triage.score import HIGHEST, RESCUED, WAITING
from inboxwatch.model.case import Cause
from inboxwatch.model.decision import Place, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inboxwatch.model.decision import Decision

_BOUNDS = frozenset({"ceiling", "floor", "unproven-sender", "automatic-mail"})
_NEW = frozenset({"base", RESCUED, WAITING, "known-customer", "vip", "known-contact"})
"""What is always told as it is now: who wrote, and how long that is ago."""

_NOT_KEPT = _BOUNDS | _NEW | {"unknown-in-junk"}


def with_known(decision: Decision, known: Mapping[str, Any]) -> Decision:
    """A decision on a mail that is rescued, with what an earlier one said of the same mail.

    ``known`` is the earlier one's object. Its reasons, its causes of an escalation with what they
    go by, and its next step with when that is due stay; what is worse now is told as it is now.
    """
    reasons = _bounded((*_reasons(decision.reasons, known["reasons"]),))
    added = tuple(one.signal for one in reasons if one.signal not in _BOUNDS | {"base"})
    step = known.get("next_step")
    return replace(
        decision,
        priority=sum(one.points for one in reasons),
        reasons=reasons,
        signals=tuple(dict.fromkeys((*decision.signals, *added))),
        escalation=_causes(decision.escalation, known.get("escalation") or ()),
        next_step=step_of(step) if step else decision.next_step,
        waiting_since=_earlier(decision.waiting_since, known.get("waiting_since")),
    )


def _reasons(now: Iterable[Reason], before: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """Each reason once, as it weighs more."""
    known = {one["signal"]: _reason(one) for one in before if one["signal"] not in _NOT_KEPT}
    kept: list[Reason] = []
    for one in now:
        then = known.pop(one.signal, one)
        kept.append(then if then.points > one.points else one)
    return [*(one for one in kept if one.signal not in _BOUNDS), *known.values()]


def _bounded(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    over = HIGHEST - sum(one.points for one in reasons)
    if over < 0:
        return (*reasons, Reason("ceiling", over))
    lowest = 1 - sum(one.points for one in reasons)
    return (*reasons, Reason("floor", lowest)) if lowest > 0 else reasons


def _reason(fields: Mapping[str, Any]) -> Reason:
    place = fields.get("place")
    return Reason(
        fields["signal"],
        fields["points"],
        fields["evidence"],
        Place(place["field"], place["offset"], place["line"]) if place else None,
        fields.get("due") or "",
    )


def _causes(now: Iterable[Cause], before: Iterable[Mapping[str, str]]) -> tuple[Cause, ...]:
    found = {one.name: one for one in now}
    found |= {one["cause"]: Cause(one["cause"], one["evidence"]) for one in before}
    return tuple(found[name] for name in gravest_first(found))


def _earlier(now: datetime | None, before: str | None) -> datetime | None:
    then = datetime.fromisoformat(before) if before else None
    return min((one for one in (now, then) if one is not None), default=None)
