"""One mail through the stages: the same call for a run, a dry run, ``explain`` and a test.

``decide(message, world)`` is pure. Whatever the mail holds, a decision comes out, and every step
that is missing or fails ends in a hold, never in a reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from inboxwatch.core.message.automatic import automatic_findings, is_automatic
from inboxwatch.core.message.forms import Letter, open_letter
from inboxwatch.core.reply.choose import Choice, Occasion, choose
from inboxwatch.core.reply.compose import compose
from inboxwatch.core.reply.language import Spoken, spoken
from inboxwatch.core.reply.permit import (
    Case,
    answered_at_once,
    destination,
    limit_refusals,
    refusals,
)
from inboxwatch.core.reply.promise import deadline
from inboxwatch.core.reply.sandbox import TemplateFault
from inboxwatch.core.rescue.judge import judge
from inboxwatch.core.schedule import business_time_after
from inboxwatch.core.schedule import moment as moment_at
from inboxwatch.core.triage.amounts import names_amount
from inboxwatch.core.triage.match import match_customer
from inboxwatch.core.triage.score import Facts, score
from inboxwatch.core.triage.signals import find_signals
from inboxwatch.model.decision import (
    Decision,
    Effect,
    Reason,
    Rebound,
    ReboundKind,
    Refusal,
    Reply,
    ReplyDecision,
    RescueDecision,
)
from inboxwatch.model.message import Authentication, AuthenticationStatus, Role
from inboxwatch.model.policy import Mode

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.decision import Draft, Rescue, Signal
    from inboxwatch.model.message import Address, Finding, Message
    from inboxwatch.model.policy import Template
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.world import World

_MODES = {
    Mode.SEND: ReplyDecision.SEND,
    Mode.DRAFT: ReplyDecision.DRAFT,
    Mode.HOLD: ReplyDecision.HOLD,
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the first stages found out about a mail."""

    letter: Letter
    customer: CustomerMatch | None
    automatic: tuple[Finding, ...]
    rescue: Rescue | None
    signals: tuple[Signal, ...]

    @property
    def authentication(self) -> Authentication:
        """The verdict on who sent it."""
        return self.letter.authentication

    @property
    def rescued(self) -> bool:
        """Whether a genuine customer's mail was taken for spam."""
        return self.rescue is not None and self.rescue.decision is RescueDecision.RESCUE


def decide(message: Message, world: World) -> Decision:
    """Everything about one mail: who wrote, how urgent it is, whether and how it is answered."""
    seen = _look(message, world)
    facts = _facts(message, world, seen)
    priority, reasons = score(seen.signals, facts, world.policy.triage)
    names = tuple(reason.signal for reason in reasons if reason.signal not in _ARITHMETIC)
    moment = moment_at(world.policy.schedule, world.now)
    occasion = _occasion(seen.letter.message, world, seen, moment, names, priority)
    choice = choose(occasion, world.policy.templates, world.policy.rules)
    reply = _reply(_case(seen.letter.message, world, seen, choice), choice, moment, priority)
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
        rebound=_rebound(message, world, seen.automatic),
    )
    return _decision(message, world, judged)


def _look(message: Message, world: World) -> _Seen:
    letter = open_letter(message, world.account)
    found = automatic_findings(letter.message, world.policy, world.account)
    automatic = letter.about_the_writer(found)
    customer = None if letter.fault else match_customer(letter.message, world.customers)
    return _Seen(
        letter=letter,
        customer=customer,
        automatic=automatic,
        rescue=judge(letter.message, letter.authentication, customer, automatic),
        signals=find_signals(message.subject, message.text, world.policy.lexicon),
    )


def _facts(message: Message, world: World, seen: _Seen) -> Facts:
    return Facts(
        customer=seen.customer,
        rescued=seen.rescued,
        automatic=seen.automatic if is_automatic(seen.automatic) else (),
        sender_mails=world.history.sender_mails,
        unproven=_unproven(message, seen.authentication),
        role=message.role,
    )


def _occasion(
    message: Message,
    world: World,
    seen: _Seen,
    moment: Moment,
    names: tuple[str, ...],
    priority: int,
) -> Occasion:
    return Occasion(
        moment=moment,
        account=world.account.name,
        sender=message.sender.canonical if message.sender else "",
        spoken=_spoken(message, world, seen),
        history=world.history,
        customer=seen.customer,
        signals=frozenset(names),
        priority=priority,
        money=names_amount(message.subject, message.text),
        rescued=seen.rescued,
        role=message.role,
    )


def _spoken(message: Message, world: World, seen: _Seen) -> Spoken:
    """The language of the reply; what no person wrote is not worth asking for its own."""
    if is_automatic(seen.automatic):
        return Spoken(world.account.language)
    return spoken(message, seen.customer, world)


def _case(message: Message, world: World, seen: _Seen, choice: Choice | None) -> Case:
    return Case(
        message=message,
        world=world,
        authentication=seen.authentication,
        automatic=seen.automatic,
        customer=seen.customer,
        rescue=seen.rescue,
        signals=seen.signals,
        mailer=seen.letter.mailer,
        form_fault=seen.letter.fault,
        rule=choice.rule if choice else None,
    )


_ARITHMETIC = frozenset({"base", "ceiling", "floor", "unproven-sender", "waiting-for-nobody"})
"""Reasons that only make the sum come out; they say nothing about the mail."""


def undecided(message: Message, world: World, fault: str) -> Decision:
    """What stands for a decision when deciding itself failed: a person has to look (rule X12)."""
    base = world.policy.triage.base
    judged = _Judged(
        moment=moment_at(world.policy.schedule, world.now),
        reply=_held("X12", f"this mail could not be judged: {fault}", world.account.language),
        authentication=Authentication(AuthenticationStatus.UNVERIFIED),
        writer=message.sender,
        envelope=message.return_path.address,
        priority=base,
        reasons=(Reason("base", base),),
        defects=("undecided",),
    )
    return _decision(message, world, judged)


@dataclass(frozen=True, slots=True)
class _Judged:
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
    )


def _rebound(message: Message, world: World, automatic: tuple[Finding, ...]) -> Rebound | None:
    """Whether the mail tells that a reply of ours came back (rules A39, L09)."""
    report = message.report
    if report is not None:
        recipient = report.recipients[0].canonical if report.recipients else ""
        return Rebound(ReboundKind.BOUNCE, report.message_ids, recipient, report.permanent)
    ours = any(finding.id == "A11" for finding in automatic)
    if ours or answered_at_once(world.history, world.policy.limits, message.received):
        return Rebound(ReboundKind.LOOP, tuple(filter(None, _related_ids(message))))
    return None


def _unproven(message: Message, authentication: Authentication) -> bool:
    """Whether rule S30 caps the priority: forged or suspicious, or unauthenticated in Junk."""
    status = authentication.status
    if status in (AuthenticationStatus.FAILED, AuthenticationStatus.SUSPICIOUS):
        return True
    return message.role is Role.JUNK and status is not AuthenticationStatus.AUTHENTICATED


def _related_ids(message: Message) -> tuple[str, ...]:
    """The mail's own Message-ID first (empty if it has none), then those that it names."""
    own = message.message_id or ""
    return tuple(dict.fromkeys((own, *message.in_reply_to, *message.references)))


def _reply(case: Case, choice: Choice | None, moment: Moment, priority: int) -> Reply:
    language = _language(case, choice)
    refused = (*refusals(case), *_limits(case, choice))
    if refused:
        return Reply.refused(refused, language)
    to, why_not = destination(case.message, case.authentication)
    if to is None:
        return _held("F01", why_not, language)
    if choice is None:
        return _held("O04", f"no template answers {moment.template_period}", language)
    try:
        draft = compose(
            message=case.message,
            choice=choice,
            world=case.world,
            moment=moment,
            customer=case.customer,
            destination=to,
            due=_due(case.world, priority),
            signals=frozenset(signal.name for signal in case.signals),
        )
    except TemplateFault as fault:
        return _held("O04", f"{choice.template.origin}: {fault}", language)
    mode = (choice.rule and choice.rule.mode) or case.world.account.mode
    return Reply(_MODES[mode], (), draft, language)


def _due(world: World, priority: int) -> datetime | None:
    """Until when a person answers, counted from now."""
    policy = world.policy
    after = partial(business_time_after, policy.schedule)
    return deadline(policy.service_level, priority, world.now, after)


def preview(message: Message, world: World, template: Template) -> Draft:
    """The reply that a template makes of a mail, whatever period it is and whatever rules refuse.

    It is addressed to whoever the mail is from. Raises TemplateFault; ValueError for a mail without
    a sender.
    """
    if message.sender is None:
        raise ValueError("the mail has no single valid From")
    seen = _look(message, world)
    priority, _ = score(seen.signals, _facts(message, world, seen), world.policy.triage)
    return compose(
        message=message,
        choice=Choice(template, "preview"),
        world=world,
        moment=moment_at(world.policy.schedule, world.now),
        customer=seen.customer,
        destination=message.sender,
        due=_due(world, priority),
        signals=frozenset(signal.name for signal in seen.signals),
    )


def _language(case: Case, choice: Choice | None) -> str:
    return choice.template.language if choice else case.world.account.language


def _limits(case: Case, choice: Choice | None) -> tuple[Refusal, ...]:
    if case.message.sender is None:
        return ()
    return limit_refusals(
        handle=choice.template.name if choice else "",
        recipient_canonical=case.message.sender.canonical,
        recipient_domain=case.message.sender.organisational,
        history=case.world.history,
        usage=case.world.usage,
        limits=case.world.policy.limits,
        now=case.world.now,
        received=case.message.received,
    )


def _held(rule: str, evidence: str, language: str) -> Reply:
    return Reply.refused((Refusal(rule, "H", Effect.HOLD, evidence),), language)
