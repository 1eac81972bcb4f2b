"""Apology: whoever is rescued is answered first, once, with how long the mail lay there (A17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.app.act import Acting
from inboxwatch.app.desk import log
from inboxwatch.app.run import clock_fault
from inboxwatch.core.queue import after_escalations, arrange, hold_all
from inboxwatch.core.sweep import one_apology
from inboxwatch.model.decision import Effect, Refusal, ReplyDecision
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.sweep import SweepMail, SweepOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxwatch.app.desk import Desk
    from inboxwatch.core.queue import Judged
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.outcome import Outcome
    from inboxwatch.ports import Mailboxes, RunStart

WAITS = "its apology waits for the next sweep: {why}"


class Swept(Struct):
    """A mail that a sweep tells of, with its decision while it may still be acted on.

    ``text`` is that of a doubtful mail, about which a person is going to be asked.
    """

    mail: SweepMail
    judged: Judged | None = None
    text: str | None = None


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
        one.mail = answered(one.mail, outcome)


def _in_order(desk: Desk, start: RunStart, judged: Sequence[Judged]) -> tuple[Decision, ...]:
    each = after_escalations(one_apology(judged), desk.policy)
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
    """A mail with how its reply stands; one whose reply was put off is not moved."""
    if outcome.state is OutboxState.DEFERRED:
        refused = "; ".join(one.evidence for one in outcome.decision.reply.refusals)
        why = WAITS.format(why=outcome.detail or refused)
        return replace(mail, outcome=SweepOutcome.CAPPED, detail=why)
    if outcome.state is not None:
        return replace(mail, reply=outcome.state.value)
    held = outcome.decision.reply.decision is ReplyDecision.HOLD
    return replace(mail, reply=OutboxState.HELD.value) if held else mail
