"""One mail through the stages: the same call for a run, a dry run, ``explain`` and a test.

``decide(message, world)`` is pure. Whatever the mail holds, a decision comes out, and every step
that is missing or fails ends in a hold, never in a reply.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.message.automatic import automatic_findings, is_automatic
from inboxwatch.core.message.filtered import filtered, in_words
from inboxwatch.core.message.forms import open_letter
from inboxwatch.core.message.forwarding import with_forwarders
from inboxwatch.core.playbook import step_for
from inboxwatch.core.relation import relation
from inboxwatch.core.reply.permit import answered_at_once
from inboxwatch.core.rescue.judge import Facts as FactsOfRescue
from inboxwatch.core.rescue.judge import judge
from inboxwatch.core.respond import Seen, held, rendered, respond
from inboxwatch.core.schedule import moment as moment_at
from inboxwatch.core.stranger import suspected
from inboxwatch.core.triage.deadline import written_at
from inboxwatch.core.triage.escalate import causes_of
from inboxwatch.core.triage.match import match_customer
from inboxwatch.core.triage.score import BULK, USUAL_LEVEL, Facts, score
from inboxwatch.core.triage.signals import listen
from inboxwatch.core.waiting import WaitingTerms
from inboxwatch.model.decision import (
    Decision,
    Reason,
    Rebound,
    ReboundKind,
    Reply,
    is_unproven,
)
from inboxwatch.model.message import Authentication, AuthenticationStatus, Role

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.core.message.forms import Letter
    from inboxwatch.model.case import Cause, NextStep
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.decision import Draft, Rescue
    from inboxwatch.model.message import Address, Finding, Message
    from inboxwatch.model.policy import Template
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.surge import Incident
    from inboxwatch.model.world import World


def decide(message: Message, world: World) -> Decision:
    """Everything about one mail: who wrote, how urgent it is, whether and how it is answered."""
    seen = _look(message, world)
    facts = _facts(message, world, seen)
    priority, reasons = score(seen.signals, facts, world.policy.triage)
    names = tuple(reason.signal for reason in reasons if reason.signal not in _ARITHMETIC)
    moment = moment_at(world.policy.schedule, world.now)
    causes = causes_of(seen.signals, facts)
    reply = respond(seen, world, moment, names, priority)
    judged = _Judged(
        moment=moment,
        reply=reply,
        authentication=seen.authentication,
        writer=seen.letter.message.sender,
        envelope=seen.letter.message.return_path.address,
        priority=priority,
        reasons=reasons,
        customer=seen.customer,
        signals=names,
        automatic=bool(facts.automatic),
        rescue=seen.rescue,
        rebound=_rebound(message, world, seen),
        waiting_since=_waiting_since(message, world),
        escalation=causes,
        next_step=_next_step(message, world, seen, causes, priority)
        if not (facts.automatic or facts.unproven)
        else None,
    )
    return _decision(message, world, judged)


def preview(message: Message, world: World, template: Template) -> Draft:
    """The reply that a template makes of a mail, whatever period it is and whatever rules refuse.

    Raises TemplateFault; ValueError for a mail without a writer.
    """
    seen = _look(message, world)
    priority, _ = score(seen.signals, _facts(message, world, seen), world.policy.triage)
    moment = moment_at(world.policy.schedule, world.now)
    return rendered(seen, world, moment, template, priority)


def _look(message: Message, world: World) -> Seen:
    letter = open_letter(message, world.policy, world.account)
    found = automatic_findings(letter.message, world.policy, world.account)
    automatic = letter.about_the_writer(found)
    customer = None if letter.fault else match_customer(letter.message, world.customers)
    if message.role is Role.JUNK:
        letter = _in_junk(letter, customer, world)
    written = written_at(message, world.policy.schedule.timezone)
    heard = listen(message.subject, message.text, world.policy.lexicon, written)
    return Seen(
        letter=letter,
        customer=customer,
        automatic=automatic,
        rescue=_rescue(letter, customer, automatic, world),
        signals=heard.signals,
        question=heard.question,
        incident=_incident(message, world),
        by_hand=world.by_hand and message.role is Role.JUNK,
    )


def _in_junk(letter: Letter, customer: CustomerMatch | None, world: World) -> Letter:
    """The letter with everything that is asked only of what the filter took for spam."""
    believed = letter.authentication
    if letter.mailer is None:
        believed = with_forwarders(letter.message, believed, world.account)
    believed = suspected(letter.message, believed, customer, world)
    return replace(letter, authentication=believed)


def _rescue(
    letter: Letter, customer: CustomerMatch | None, automatic: tuple[Finding, ...], world: World
) -> Rescue | None:
    if letter.message.role is not Role.JUNK:
        return None
    taken = filtered(letter.message, world.account.trust, world.account.own_hops)
    facts = FactsOfRescue(
        message=letter.message,
        authentication=letter.authentication,
        customer=customer,
        automatic=automatic,
        filtered=taken,
        taken_for=in_words(taken) if taken else "",
        relation="" if customer else relation(letter.message, world),
    )
    return judge(facts)


def _incident(message: Message, world: World) -> Incident | None:
    """The open surge that the mail is part of."""
    if not world.incidents:  # as nearly always
        return None
    from inboxwatch.core.triage.surge import incident_with  # noqa: PLC0415 - see above

    return incident_with(message, world.incidents, world.policy)


def _facts(message: Message, world: World, seen: Seen) -> Facts:
    return Facts(
        customer=seen.customer,
        rescued=seen.rescued,
        by_hand=seen.by_hand,
        automatic=seen.automatic if is_automatic(seen.automatic) else (),
        sender_mails=world.history.sender_mails,
        waited=_waited(message, world),
        level=world.policy.service_level.first_answer or USUAL_LEVEL,
        customer_mails=world.history.customer_mails + 1,
        human_answers=world.history.human_answers,
        repeated=world.history.repeated,
        unproven=not seen.by_hand and is_unproven(message.role, seen.authentication.status),
        role=message.role,
        question=seen.question,
        contact_since=world.history.contact_since,
        bulk=_is_bulk(world, seen),
    )


def _is_bulk(world: World, seen: Seen) -> bool:
    """Whether a mail was sent to many, by somebody who is no customer and whom nobody wrote to."""
    known = seen.customer is not None or world.history.contact_since is not None
    return not known and any(one.id in BULK for one in seen.automatic)


def _next_step(
    message: Message,
    world: World,
    seen: Seen,
    causes: tuple[Cause, ...],
    priority: int,
) -> NextStep | None:
    if not seen.signals and not causes:
        return None
    return step_for(message, seen.signals, causes, priority, world.policy, world.now)


def _waited(message: Message, world: World) -> timedelta:
    """Business time since the oldest mail without an answer came; a file waits for nobody."""
    since = _waiting_since(message, world)
    if since is None or world.now - since < _SOON:
        return timedelta(0)
    return WaitingTerms(world.policy.schedule).waited(since, world.now)


def _waiting_since(message: Message, world: World) -> datetime | None:
    known = (world.history.waiting_since, message.received if message.ref else None)
    return min((one for one in known if one is not None), default=None)


_SOON = timedelta(minutes=10)
"""Waiting that nobody counts: a run reads what has just come."""

_ARITHMETIC = frozenset({"base", "ceiling", "floor", "unproven-sender", "waiting-for-nobody"})
"""Reasons that only make the sum come out; they say nothing about the mail."""


def undecided(message: Message, world: World, fault: str) -> Decision:
    """What stands for a decision when deciding itself failed: a person has to look (rule X12)."""
    base = world.policy.triage.base
    judged = _Judged(
        moment=moment_at(world.policy.schedule, world.now),
        reply=held("X12", f"this mail could not be judged: {fault}", world.account.language),
        authentication=Authentication(AuthenticationStatus.UNVERIFIED),
        writer=message.sender,
        envelope=message.return_path.address,
        priority=base,
        reasons=(Reason("base", base),),
        defects=("undecided",),
    )
    return _decision(message, world, judged)


class _Judged(Struct, frozen=True):
    """What a decision says besides what the mail says of itself.

    ``writer`` is whose mail it is, ``envelope`` the address that counts with it (rule L04).
    """

    moment: Moment
    reply: Reply
    authentication: Authentication
    writer: Address | None
    envelope: Address | None
    priority: int
    reasons: tuple[Reason, ...]
    customer: CustomerMatch | None = None
    signals: tuple[str, ...] = ()
    automatic: bool = False
    rescue: Rescue | None = None
    defects: tuple[str, ...] = ()
    rebound: Rebound | None = None
    waiting_since: datetime | None = None
    escalation: tuple[Cause, ...] = ()
    next_step: NextStep | None = None


def _decision(message: Message, world: World, judged: _Judged) -> Decision:
    sender, writer, envelope = message.sender, judged.writer, judged.envelope
    return Decision(
        source=message.source,
        ref=message.ref,
        account=world.account.name,
        role=message.role,
        message_id=message.message_id,
        reply_key=message.reply_key,
        sender=sender.exact if sender else "",
        sender_canonical=writer.canonical if writer else "",
        sender_organisational=writer.organisational if writer else "",
        from_text=message.from_text,
        subject=message.subject,
        received=message.received,
        related_ids=_related_ids(message),
        customer=judged.customer,
        authentication=judged.authentication,
        moment=judged.moment,
        priority=judged.priority,
        reasons=judged.reasons,
        signals=judged.signals,
        automatic=judged.automatic,
        reply=judged.reply,
        rescue=judged.rescue,
        text=message.text,
        defects=(*message.defects, *judged.defects),
        envelope_canonical=envelope.canonical if envelope else "",
        rebound=judged.rebound,
        waiting_since=judged.waiting_since,
        escalation=judged.escalation,
        next_step=judged.next_step,
        reply_to=tuple(one.canonical for one in message.reply_to),
    )


def _rebound(message: Message, world: World, seen: Seen) -> Rebound | None:
    """Whether the mail tells that a reply of ours came back (rules A39, L09).

    Only mail in the inbox is believed, and none that failed authentication: anybody can write one.
    """
    failed = seen.authentication.status is AuthenticationStatus.FAILED
    if message.role is not Role.INBOX or failed:
        return None
    report = message.report
    if report is not None:
        return Rebound(ReboundKind.BOUNCE, report.message_ids, report.permanent)
    ours = any(finding.id == "A11" for finding in seen.automatic)
    if ours or answered_at_once(world.history, world.policy.limits, message.received):
        return Rebound(ReboundKind.LOOP, tuple(filter(None, _related_ids(message))))
    return None


def _related_ids(message: Message) -> tuple[str, ...]:
    """The mail's own Message-ID first (empty if it has none), then those that it names."""
    own = message.message_id or ""
    return tuple(dict.fromkeys((own, *message.in_reply_to, *message.references)))
