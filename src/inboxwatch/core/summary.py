"""Outcomes into report models: the JSON contract of a decision, and the report of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.step import step_fields
from inboxwatch.core.timely import STALE, TOO_OLD
from inboxwatch.core.zone import iso
from inboxwatch.errors import ExitCode
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.outcome import OutboxState, PromiseRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, tzinfo

    from inboxwatch.model.alert import Alert
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.decision import Condition, Decision, Reason, Refusal, Reply, Rescue
    from inboxwatch.model.message import Finding, MessageRef
    from inboxwatch.model.outcome import AccountFailure, Baseline, OutboxEntry, Outcome
    from inboxwatch.model.sweep import SweepMail

SCHEMA = 1
"""The number of the decision's JSON form: fields may be added, renaming one needs a new number."""

BRAKES = frozenset({"L09", "L13", "X08", "X14"})
"""Refusals that mean a safety brake stopped the sending: loud, and exit 3."""

CAPS = "L03"


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


class RunReport(Struct, frozen=True):
    """Everything one run did and could not do; ``outcomes`` are in the order of work."""

    started: datetime
    finished: datetime
    accounts: int
    replies_enabled: bool
    dry_run: bool = False
    outcomes: tuple[Outcome, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    failures: tuple[AccountFailure, ...] = ()
    unknown: tuple[OutboxEntry, ...] = ()
    retried: tuple[OutboxEntry, ...] = ()
    closed: int = 0
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    overdue: bool = False
    """Whether its time was used up before its work was done (rule X11)."""
    tripped: tuple[str, ...] = ()
    """Accounts whose replies were stopped in this run, and why (rule L09)."""
    alerts: tuple[Alert, ...] = ()
    """What needs a person and had not been told before."""
    untold: str = ""
    """Why nobody could be notified of them; the next run tries again."""
    promises: PromiseRecord = PromiseRecord()
    rescued: tuple[SweepMail, ...] = ()
    """Mail that was moved out of the spam folders, or should have been."""
    """How the promises of the last thirty days fared."""
    again: int = 0
    """How many of the outcomes are of mails that an earlier run has seen and that waited."""


def run_fields(report: RunReport) -> dict[str, object]:
    """A run as one object: the last line of ``run --json``."""
    return {
        "schema": SCHEMA,
        "type": "run",
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat(),
        "dry_run": report.dry_run,
        "replies_enabled": report.replies_enabled,
        "mails": len(report.outcomes),
        "again": report.again,
        "counts": dict(counts(report)),
        "closed": report.closed,
        "baselines": [_baseline_fields(one) for one in report.baselines],
        "failures": [_failure_fields(one) for one in report.failures],
        "unknown": [
            {"id": one.id, "to": one.recipient, "message_id": one.message_id}
            for one in report.unknown
        ],
        "retried": [
            {"id": one.id, "to": one.recipient, "state": one.state.value, "detail": one.detail}
            for one in report.retried
        ],
        "brakes": list(brakes(report)),
        "rescued": [_rescued_fields(one) for one in report.rescued],
        "notes": list(report.notes),
        "alerts": [alert_fields(one) for one in report.alerts],
        "untold": report.untold,
        "promises": _promises_fields(report.promises),
        "exit_code": int(exit_code(report)),
    }


def _baseline_fields(baseline: Baseline) -> dict[str, object]:
    return {
        "account": baseline.account,
        "mailbox": baseline.mailbox,
        "mails": baseline.mails,
        "would_answer": baseline.would_answer,
        "reason": baseline.reason,
    }


def _failure_fields(failure: AccountFailure) -> dict[str, object]:
    return {
        "account": failure.account,
        "mailbox": failure.mailbox or None,
        "code": int(failure.error.code),
        "message": failure.error.message,
        "next_step": failure.error.next_step,
    }


def _rescued_fields(rescued: SweepMail) -> dict[str, object]:
    return {
        "id": rescued.mail_id,
        "from": rescued.sender or None,
        "subject": rescued.subject,
        "outcome": rescued.outcome.value,
        "moved_to": rescued.moved_to or None,
        "detail": rescued.detail,
        "sweep": rescued.sweep_id or None,
    }


def _promises_fields(promises: PromiseRecord) -> dict[str, object]:
    return {
        "open": promises.open,
        "kept": promises.kept,
        "late": promises.late,
        "broken": promises.overdue,
        "kept_rate": promises.rate,
    }


def alert_fields(alert: Alert) -> dict[str, object]:
    """An alert as an object."""
    return {
        "key": alert.key,
        "kind": alert.kind,
        "title": alert.title,
        "lines": list(alert.lines),
        "next_step": alert.next_step,
        "id": alert.mail_id,
    }


def counts(report: RunReport) -> Mapping[str, int]:
    """How many outcomes ended in each way; decisions that nothing was done about by decision."""
    return Counter(
        outcome.state.value if outcome.state else outcome.decision.reply.decision.value
        for outcome in report.outcomes
    )


def brakes(report: RunReport) -> tuple[str, ...]:
    """What stopped the sending, in sentences: a brake, or a cap of whatever kind (rule L03).

    Only where a reply was wanted, or where a brake was first pulled. The limits of one sender (L01,
    L05) are none of it: they refuse what nobody misses.
    """
    stopped: Counter[tuple[str, str]] = Counter()
    for outcome in report.outcomes:
        word = _what_became_of(outcome)
        stopped.update((text, word) for text in _stopped_by(outcome))
    told = [f"{text} ({number} {word})" for (text, word), number in stopped.items()]
    told += [f"L09: {why}" for why in report.tripped]
    if report.overdue:
        told.append("X11: the time of this run was used up, the rest waits for the next one")
    return tuple(told)


def _what_became_of(outcome: Outcome) -> str:
    if outcome.state is OutboxState.DEFERRED:
        return "deferred"
    refused = outcome.decision.reply.decision is ReplyDecision.NONE
    return "not answered" if refused else "held"


def _stopped_by(outcome: Outcome) -> list[str]:
    """The brakes and caps that keep a reply back which nothing else does."""
    reply = outcome.decision.reply
    if reply.decision is ReplyDecision.SEND and outcome.state is OutboxState.HELD:
        return [f"L13: {outcome.detail}"]
    if all(_is_brake(refusal) for refusal in reply.refusals):
        return [f"{refusal.rule}: {refusal.evidence}" for refusal in reply.refusals]
    return []


def _is_brake(refusal: Refusal) -> bool:
    return refusal.rule in BRAKES or refusal.rule == CAPS


FLOOD = "L08"


def floods(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Who wrote so often in so short a time that replies to it stop for a day (rule L08)."""
    seen = {
        refusal.evidence
        for outcome in outcomes
        for refusal in outcome.decision.reply.refusals
        if refusal.rule == FLOOD
    }
    return tuple(f"{FLOOD}: {evidence}: no replies for a day" for evidence in sorted(seen))


UNDELIVERED = frozenset({OutboxState.RETRY, OutboxState.REFUSED, OutboxState.UNKNOWN})
"""Replies that did not go out, or of which nobody knows: a run that has any is incomplete."""

LOST = frozenset({TOO_OLD, STALE})
"""Why a reply was given up though nobody has dealt with its mail: as bad as one not delivered."""


def undelivered(report: RunReport) -> tuple[tuple[int, str, OutboxState, str], ...]:
    """The replies of this run that did not arrive: number, recipient, state, the server's words."""
    fresh = [
        (outcome.entry_id, outcome.decision.sender, outcome.state, outcome.detail)
        for outcome in report.outcomes
        if outcome.state is not None and outcome.state in UNDELIVERED
    ]
    again = [
        (entry.id, entry.recipient, entry.state, entry.detail)
        for entry in report.retried
        if entry.state in UNDELIVERED
        or (entry.state is OutboxState.DROPPED and entry.detail in LOST)
    ]
    return (*fresh, *again)


def exit_code(report: RunReport) -> ExitCode:
    """The exit code of a run (rule I32): an account's own only when every account shares it."""
    if report.interrupted:
        return ExitCode.INTERRUPTED
    whole = {failure.account for failure in report.failures if not failure.mailbox}
    codes = {failure.error.code for failure in report.failures}
    if whole and len(whole) == report.accounts and len(codes) == 1:
        return codes.pop()
    incomplete = report.failures or report.unknown or report.untold
    if incomplete or undelivered(report) or brakes(report):
        return ExitCode.INCOMPLETE
    return ExitCode.DONE
