"""Decisions and outcomes as objects: the JSON contract of one mail (``docs/decision.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.step import step_fields
from inboxwatch.core.zone import iso

if TYPE_CHECKING:
    from datetime import tzinfo

    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.decision import Condition, Decision, Reason, Refusal, Reply, Rescue
    from inboxwatch.model.message import Finding, MessageRef
    from inboxwatch.model.outcome import Outcome

SCHEMA = 1
"""The number of the decision's JSON form: fields may be added, renaming one needs a new number."""


def decision_fields(decision: Decision) -> dict[str, object]:
    """A decision as the object of the JSON contract (``docs/decision.md``), plain values only."""
    moment = decision.moment
    return {
        "schema": SCHEMA,
        "source": decision.source,
        "account": decision.account,
        "message_id": decision.message_id,
        "from": decision.sender or None,
        "from_text": decision.from_text,
        "subject": decision.subject,
        "received": iso(decision.received, moment.zone),
        "role": decision.role.value,
        "customer": _customer(decision.customer),
        "authentication": {
            "status": decision.authentication.status.value,
            "findings": [_finding(one) for one in decision.authentication.findings],
            "proof": decision.authentication.proof,
        },
        "period": moment.period,
        "next_opening": iso(moment.next_opening, moment.zone),
        "priority": decision.priority,
        "reasons": [_reason(reason) for reason in decision.reasons],
        "waiting_since": iso(decision.waiting_since, moment.zone),
        "signals": list(decision.signals),
        "escalation": [
            {"cause": one.name, "evidence": one.evidence} for one in decision.escalation
        ],
        "next_step": step_fields(decision.next_step, moment.zone),
        "reply": _reply(decision.reply, moment.zone),
        "rescue": _rescue(decision.rescue),
        "text": decision.text,
        "defects": list(decision.defects),
        "ref": place_fields(decision.ref) if decision.ref else None,
    }


def _reason(reason: Reason) -> dict[str, object]:
    place = reason.place
    return {
        "signal": reason.signal,
        "points": reason.points,
        "evidence": reason.evidence,
        "place": {"field": place.field, "offset": place.offset, "line": place.line}
        if place
        else None,
        "due": reason.due or None,
    }


def place_fields(ref: MessageRef) -> dict[str, object]:
    """Where a mail lies on a server."""
    return {
        "account": ref.account,
        "mailbox": ref.mailbox,
        "uidvalidity": ref.uidvalidity,
        "uid": ref.uid,
    }


def _customer(match: CustomerMatch | None) -> dict[str, object] | None:
    if match is None:
        return None
    customer = match.customer
    return {
        "id": customer.id,
        "name": customer.name,
        "match": match.match.value,
        "vip": customer.vip,
        "tags": list(customer.tags),
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {"id": finding.id, "evidence": finding.evidence}


def _refusal(refusal: Refusal) -> dict[str, str]:
    return {
        "rule": refusal.rule,
        "severity": refusal.severity,
        "effect": refusal.effect.value,
        "evidence": refusal.evidence,
    }


def _reply(reply: Reply, zone: tzinfo) -> dict[str, object]:
    draft = reply.draft
    return {
        "decision": reply.decision.value,
        "refusals": [_refusal(one) for one in reply.refusals],
        "template": draft.template if draft else None,
        "why": draft.why if draft else None,
        "tone": draft.tone if draft else None,
        "language": reply.language,
        "promise": iso(draft.promise, zone) if draft else None,
        "to": draft.to if draft else None,
        "subject": draft.subject if draft else None,
        "text": draft.text if draft else None,
    }


def _rescue(rescue: Rescue | None) -> dict[str, object] | None:
    if rescue is None:
        return None
    return {
        "decision": rescue.decision.value,
        "refusals": [{"rule": one.id, "evidence": one.evidence} for one in rescue.unmet],
        "conditions": [_condition(one) for one in rescue.conditions],
        "why": rescue.why,
        "filtered": _filtered(rescue),
        "shown_name": rescue.shown_name,
        "shown_address": rescue.shown_address,
        "poses_as": rescue.poses_as,
        "suspicion": rescue.suspicion,
    }


def _filtered(rescue: Rescue) -> dict[str, object] | None:
    if rescue.filtered is None:
        return None
    return {
        "by": rescue.filtered.by,
        "category": rescue.filtered.category,
        "score": rescue.filtered.score,
        "threshold": rescue.filtered.threshold,
        "reasons": list(rescue.filtered.reasons),
        "text": rescue.taken_for,
    }


def _condition(condition: Condition) -> dict[str, object]:
    return {
        "id": condition.id,
        "title": condition.title,
        "met": condition.met,
        "evidence": condition.evidence,
    }


def outcome_fields(outcome: Outcome) -> dict[str, object]:
    """A decision of a run: the contract's object, and what became of it."""
    return {
        **decision_fields(outcome.decision),
        "id": outcome.mail_id,
        "outcome": {
            "state": outcome.state.value if outcome.state else None,
            "detail": outcome.detail,
            "notes": list(outcome.notes),
        },
    }
