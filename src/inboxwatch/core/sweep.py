"""What a sweep tells of, and what it may move: pure, over decisions that were made."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.queue import refuse, wants_reply, work_order
from inboxwatch.core.summary import decision_fields
from inboxwatch.core.zone import iso
from inboxwatch.errors import ExitCode
from inboxwatch.model.decision import Effect, Refusal, RescueDecision
from inboxwatch.model.message import AuthenticationStatus
from inboxwatch.model.sweep import SweepMail, SweepOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from inboxwatch.core.queue import Judged
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import AccountFailure
    from inboxwatch.model.policy import RescuePolicy
    from inboxwatch.model.sweep import SweepRun

PRETENDING = frozenset({"S22", "S23"})
"""Findings that a mail pretends to be from somebody whom the team knows, or from the team."""


class SweepReport(Struct, frozen=True):
    """What a sweep did: the sweep, the mails that it tells of, and what could not be done.

    ``taken_up`` are the mails of an earlier sweep that was killed, as they stand by now. ``asked``
    tells about how many doubtful mails a person was asked, None where nobody was to be, and
    ``unasked`` about how many no more.
    """

    sweep: SweepRun
    mails: tuple[SweepMail, ...] = ()
    failures: tuple[AccountFailure, ...] = ()
    taken_up: tuple[SweepMail, ...] = ()
    interrupted: bool = False
    asked: int | None = None
    unasked: int = 0


def is_told(decision: Decision) -> bool:
    """Whether a sweep tells of a mail: of a customer, perhaps of one, or pretending to be one."""
    if decision.customer is not None or is_offered(decision):
        return True
    return any(finding.id in PRETENDING for finding in decision.authentication.findings)


def is_offered(decision: Decision) -> bool:
    """Whether a mail may be rescued, or a person should look at it."""
    return decision.rescue is not None and decision.rescue.decision is not RescueDecision.LEAVE


def is_doubtful(decision: Decision) -> bool:
    """Whether a person should look at a mail."""
    return decision.rescue is not None and decision.rescue.decision is RescueDecision.REVIEW


def is_proven(mail: SweepMail) -> bool:
    """Whether a mail really is from its sender, so that the sender may be remembered."""
    return mail.authentication is AuthenticationStatus.AUTHENTICATED


def may_be_rescued(decision: Decision) -> bool:
    """Whether every condition of rule S26 is met."""
    return decision.rescue is not None and decision.rescue.decision is RescueDecision.RESCUE


def told(decision: Decision, ref: MessageRef, mail_id: int | None) -> SweepMail:
    """What a sweep tells of a mail. ``judgement`` is what the JSON contract says of its rescue."""
    match, rescue = decision.customer, decision.rescue
    judgement = decision_fields(decision)["rescue"]
    return SweepMail(
        ref=ref,
        sender=decision.sender,
        from_text=decision.from_text,
        subject=decision.subject,
        received=decision.received,
        decision=rescue.decision if rescue else RescueDecision.LEAVE,
        judgement=judgement if isinstance(judgement, dict) else {},
        authentication=decision.authentication.status,
        priority=decision.priority,
        message_id=decision.message_id or "",
        reply_key=decision.reply_key,
        customer=(match.customer.name, match.customer.id) if match else None,
        mail_id=mail_id,
    )


def returned(mail: SweepMail, undone: int) -> SweepMail:
    """A mail that was moved before and lies there again; ``undone`` is whose undo did it, or 0."""
    why = f"the undo of sweep {undone} put it back" if undone else "somebody put it back"
    return replace(mail, outcome=SweepOutcome.RETURNED, detail=why)


def within_caps(
    mails: Iterable[SweepMail], policy: RescuePolicy, in_junk: Mapping[str, int]
) -> tuple[SweepMail, ...]:
    """The same mails, those beyond the caps of rule S27 marked as such; the first ones get through.

    ``in_junk`` is how many mails lie in the spam folders of each account.
    """
    counted: Counter[str] = Counter()
    found: list[SweepMail] = []
    for mail in mails:
        account = mail.ref.account
        most = policy.allowance(in_junk.get(account, 0))
        if counted.total() >= policy.most or counted[account] >= most:
            why = f"{min(most, policy.most)} of {in_junk.get(account, 0)} mails were moved already"
            found.append(replace(mail, outcome=SweepOutcome.CAPPED, detail=why))
            continue
        counted[account] += 1
        found.append(mail)
    return tuple(found)


def one_apology(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """The same decisions in the order of work, with one reply for each customer (rule A17)."""
    seen: set[str] = set()
    found: list[Judged] = []
    for one in sorted(judged, key=lambda one: work_order(one.decision)):
        decision = one.decision
        customer = decision.customer_id or decision.sender_canonical
        if wants_reply(decision) and customer in seen:
            refusal = Refusal("A17", "H", Effect.NONE, "this customer gets one apology in a sweep")
            decision = refuse(decision, (refusal,))
        seen.update((customer,) if wants_reply(decision) else ())
        found.append(replace(one, decision=decision))
    return tuple(found)


def swept_fields(mail: SweepMail, zone: tzinfo | None) -> dict[str, object]:
    """A mail that a sweep tells of, as an object."""
    place = mail.place
    return {
        "type": "swept",
        "sweep": mail.sweep_id or None,
        "id": mail.mail_id,
        "account": mail.ref.account,
        "mailbox": mail.ref.mailbox,
        "uid": mail.ref.uid,
        "from": mail.sender or None,
        "from_text": mail.from_text,
        "subject": mail.subject,
        "received": iso(mail.received, zone),
        "customer": {"name": mail.customer[0], "id": mail.customer[1]} if mail.customer else None,
        "message_id": mail.message_id or None,
        "authentication": mail.authentication.value,
        "priority": mail.priority,
        "rescue": dict(mail.judgement),
        "outcome": mail.outcome.value,
        "moved_to": mail.moved_to or None,
        "place": {"mailbox": place.mailbox, "uid": place.uid} if place else None,
        "detail": mail.detail,
        "reply": mail.reply or None,
    }


def sweep_fields(report: SweepReport, zone: tzinfo | None) -> dict[str, object]:
    """A sweep as one object: the last line of ``sweep --json``."""
    sweep = report.sweep
    return {
        "type": "sweep",
        "id": sweep.id or None,
        "mode": sweep.mode.value,
        "started": iso(sweep.started_at, zone),
        "ended": iso(sweep.ended_at, zone),
        "since": iso(sweep.since, zone),
        "accounts": list(sweep.accounts),
        "examined": dict(sweep.examined),
        "counts": counts(report.mails),
        "taken_up": len(report.taken_up),
        "notes": list(sweep.notes),
        "failures": [
            {
                "account": one.account,
                "mailbox": one.mailbox or None,
                "code": int(one.error.code),
                "message": one.error.message,
                "next_step": one.error.next_step,
            }
            for one in report.failures
        ],
    }


def counts(mails: Sequence[SweepMail]) -> dict[str, int]:
    """How many mails came to which end; those that were only reported by what was decided."""
    reported = SweepOutcome.REPORTED
    names = (one.decision.value if one.outcome is reported else one.outcome.value for one in mails)
    return dict(sorted(Counter(names).items()))


INCOMPLETE = frozenset({SweepOutcome.FAILED, SweepOutcome.CAPPED, SweepOutcome.MOVING})


def sweep_exit_code(report: SweepReport) -> ExitCode:
    """The exit code of a sweep; an account's own only when every account shares it (rule I32)."""
    if report.interrupted:
        return ExitCode.INTERRUPTED
    whole = {failure.account for failure in report.failures if not failure.mailbox}
    codes = {failure.error.code for failure in report.failures}
    if whole and len(whole) == len(report.sweep.accounts) and len(codes) == 1:
        return codes.pop()
    left = any(one.outcome in INCOMPLETE for one in report.mails)
    return ExitCode.INCOMPLETE if left or report.failures else ExitCode.DONE
