"""Apology: whoever is rescued is answered first, once, with how long the mail lay there (A17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.app.act import Acting
from inboxwatch.app.desk import log
from inboxwatch.app.run import clock_fault
from inboxwatch.core.queue import after_escalations, arrange, hold_all
from inboxwatch.core.summary import outcome_fields
from inboxwatch.core.sweep import is_proven, one_apology
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.sweep import SweepMail, SweepOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxwatch.app.desk import Desk
    from inboxwatch.core.queue import Judged
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Message
    from inboxwatch.model.outcome import Outcome
    from inboxwatch.ports import Mailboxes, RunStart

NAMED = 2
"""How many of the rules that refuse an apology a line names."""

WAITS = "its apology waits for the next sweep: {why}"


class Swept(Struct):
    """A mail that a sweep tells of, with its decision while it may still be acted on.

    ``text`` is that of a doubtful mail, about which a person is going to be asked; ``message`` is
    the mail itself where it may be moved.
    """

    mail: SweepMail
    judged: Judged | None = None
    text: str | None = None
    message: Message | None = None


def apologise(
    desk: Desk, mailboxes: dict[str, Mailboxes], start: RunStart, swept: Sequence[Swept]
) -> None:
    """Act on the replies to mails that are about to be moved, and note on each how that ended.

    Every rule and limit of a run holds. A mail whose reply a cap puts off is not moved either.
    """
    acting = Acting(desk, mailboxes)
    places = {one.mail.ref: one for one in swept}
    for decision in _in_order(desk, start, [one.judged for one in swept if one.judged]):
        if desk.stop() or decision.ref is None:
            return
        one = places[decision.ref]
        known = one.mail.mail_id is not None
        outcome = acting.act(decision, one.mail.mail_id, pending=known)
        if outcome.state is OutboxState.DEFERRED and one.mail.by_hand:
            outcome = _given_up(desk, one.mail, outcome)
        one.mail = answered(one.mail, outcome)


def _given_up(desk: Desk, mail: SweepMail, outcome: Outcome) -> Outcome:
    """A person wants the mail moved now: it does not wait for a cap."""
    if mail.mail_id is not None:
        desk.journal.acted(mail.mail_id, outcome_fields(outcome))
    return replace(outcome, state=None)


def _in_order(desk: Desk, start: RunStart, judged: Sequence[Judged]) -> tuple[Decision, ...]:
    each = after_escalations(one_apology(judged), desk.policy, late=True)
    fault = clock_fault(start.previous_at, desk.clock.now())
    if fault:
        log.warning("nothing is sent: %s", fault)
        return hold_all(each, Refusal("X14", "H", Effect.HOLD, fault))
    return arrange(
        each,
        limits=desk.policy.limits,
        now=desk.clock.now(),
        median_candidates=start.median_candidates,
    )


def answered(mail: SweepMail, outcome: Outcome) -> SweepMail:
    """A mail with how its reply stands, or why there is none; one put off is not moved."""
    refused = outcome.decision.reply.refusals
    if outcome.state is OutboxState.DEFERRED:
        why = outcome.detail or "; ".join(one.evidence for one in refused)
        return replace(mail, outcome=SweepOutcome.CAPPED, detail=WAITS.format(why=why))
    if outcome.state is not None:
        return replace(mail, reply=outcome.state.value)
    if mail.by_hand and not is_proven(mail):
        return _without(mail, "nothing proves the sender")
    told = "; ".join(f"{one.rule} {one.evidence}".rstrip() for one in refused[:NAMED])
    return _without(mail, told or outcome.detail)


def _without(mail: SweepMail, why: str) -> SweepMail:
    """A mail whose sender is sent nothing, which its line says."""
    if not why:
        return mail
    return replace(mail, detail="; ".join(filter(None, (mail.detail, f"no apology: {why}"))))
