"""What a run did: its report model, what is told of it, and the exit code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.summary import SCHEMA, place_fields
from inboxwatch.core.timely import STALE, TOO_OLD
from inboxwatch.errors import ExitCode
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.outcome import OutboxState, PromiseRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from inboxwatch.model.alert import Alert
    from inboxwatch.model.condition import Attempt, Condition
    from inboxwatch.model.decision import Refusal
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import AccountFailure, Baseline, OutboxEntry, Outcome
    from inboxwatch.model.sweep import SweepMail

BRAKES = frozenset({"L09", "L13", "X08", "X14"})
"""Refusals that mean a safety brake stopped the sending: loud, and exit 3."""

CAPS = "L03"


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
    recovered: tuple[Condition, ...] = ()
    """How accounts and mailboxes had fared that work again, and of which somebody had been told."""
    set_aside: int = 0
    """How many mails could not be read in this run; those in quarantine are left to a person."""
    first_aside: tuple[MessageRef, ...] = ()
    """Those of them that no run has set aside before."""
    quarantined: tuple[Attempt, ...] = ()
    """The mails in quarantine of which no run has told before (rule X12)."""
    limits: tuple[str, ...] = ()
    """Which limits of a day came near in this run, in sentences (rule I19)."""
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
        "recovered": [
            {"account": one.account, "mailbox": one.mailbox or None, "failures": one.failures}
            for one in report.recovered
        ],
        "limits": list(report.limits),
        "set_aside": report.set_aside,
        "quarantined": [attempt_fields(one) for one in report.quarantined],
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
        "known": failure.known,
    }


def attempt_fields(attempt: Attempt) -> dict[str, object]:
    """A mail that could not be read, as an object."""
    return {
        **place_fields(attempt.ref),
        "attempts": attempt.tries,
        "first_at": attempt.first_at.isoformat(),
        "last_at": attempt.last_at.isoformat(),
        "error": attempt.error or None,
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
    unread = report.set_aside or report.quarantined
    incomplete = report.failures or report.unknown or report.untold
    if unread or incomplete or undelivered(report) or brakes(report):
        return ExitCode.INCOMPLETE
    return ExitCode.DONE
