"""One mail through the stages: the same call for a run, a dry run, ``explain`` and a test.

``decide(message, world)`` is pure. Whatever the mail holds, a decision comes out, and every step
that is missing or fails ends in a hold, never in a reply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.message.authentication import authenticate
from inboxwatch.core.message.automatic import automatic_findings, is_automatic
from inboxwatch.core.reply.choose import choose
from inboxwatch.core.reply.compose import compose
from inboxwatch.core.reply.permit import Case, destination, limit_refusals, refusals
from inboxwatch.core.reply.sandbox import TemplateFault
from inboxwatch.core.rescue.judge import judge
from inboxwatch.core.schedule import moment as moment_at
from inboxwatch.core.triage.match import match_customer
from inboxwatch.core.triage.score import Facts, score
from inboxwatch.core.triage.signals import find_signals
from inboxwatch.model.decision import (
    Decision,
    Effect,
    Reason,
    Refusal,
    Reply,
    ReplyDecision,
    RescueDecision,
)
from inboxwatch.model.message import Authentication, AuthenticationStatus, Role
from inboxwatch.model.policy import Mode

if TYPE_CHECKING:
    from inboxwatch.core.reply.choose import Choice
    from inboxwatch.model.message import Message
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.world import World

_MODES = {
    Mode.SEND: ReplyDecision.SEND,
    Mode.DRAFT: ReplyDecision.DRAFT,
    Mode.HOLD: ReplyDecision.HOLD,
}


def decide(message: Message, world: World) -> Decision:
    """Everything about one mail: who wrote, how urgent it is, whether and how it is answered."""
    policy = world.policy
    customer = match_customer(message, world.customers)
    authentication = authenticate(message, world.account.trust)
    automatic = automatic_findings(message, policy, world.account)
    rescue = judge(message, authentication, customer, automatic)
    rescued = rescue is not None and rescue.decision is RescueDecision.RESCUE
    signals = find_signals(message.subject, message.text, policy.lexicon)
    facts = Facts(
        customer=customer,
        rescued=rescued,
        automatic=automatic if is_automatic(automatic) else (),
        sender_mails=world.history.sender_mails,
        unproven=_unproven(message, authentication),
        role=message.role,
    )
    priority, reasons = score(signals, facts, policy.triage)
    moment = moment_at(policy.schedule, world.now)
    names = tuple(reason.signal for reason in reasons if reason.signal not in _ARITHMETIC)
    choice = choose(
        moment=moment,
        customer=customer,
        account=world.account,
        templates=policy.templates,
        signals=names,
        rescued=rescued,
        priority=priority,
        sender_mails=world.history.sender_mails,
    )
    case = Case(
        message=message,
        world=world,
        authentication=authentication,
        automatic=automatic,
        customer=customer,
        rescue=rescue,
        signals=signals,
    )
    sender = message.sender
    return Decision(
        source=message.source,
        ref=message.ref,
        account=world.account.name,
        role=message.role,
        message_id=message.message_id,
        reply_key=message.reply_key,
        sender=sender.exact if sender else "",
        sender_canonical=sender.canonical if sender else "",
        sender_organisational=sender.organisational if sender else "",
        from_text=message.from_text,
        subject=message.subject,
        received=message.received,
        related_ids=_related_ids(message),
        customer=customer,
        authentication=authentication,
        moment=moment,
        priority=priority,
        reasons=reasons,
        signals=names,
        automatic=bool(facts.automatic),
        reply=_reply(case, choice, moment),
        rescue=rescue,
        text=message.text,
        defects=message.defects,
    )


_ARITHMETIC = frozenset({"base", "ceiling", "floor", "unproven-sender", "waiting-for-nobody"})
"""Reasons that only make the sum come out; they say nothing about the mail."""


def undecided(message: Message, world: World, fault: str) -> Decision:
    """What stands for a decision when deciding itself failed: a person has to look (rule X12)."""
    moment = moment_at(world.policy.schedule, world.now)
    return Decision(
        source=message.source,
        ref=message.ref,
        account=world.account.name,
        role=message.role,
        message_id=message.message_id,
        reply_key=message.reply_key,
        sender=message.sender.exact if message.sender else "",
        sender_canonical=message.sender.canonical if message.sender else "",
        sender_organisational=message.sender.organisational if message.sender else "",
        from_text=message.from_text,
        subject=message.subject,
        received=message.received,
        related_ids=_related_ids(message),
        customer=None,
        authentication=Authentication(AuthenticationStatus.UNVERIFIED),
        moment=moment,
        priority=world.policy.triage.base,
        reasons=(Reason("base", world.policy.triage.base),),
        signals=(),
        automatic=False,
        reply=_held("X12", f"this mail could not be judged: {fault}", world.account.language),
        rescue=None,
        text=message.text,
        defects=(*message.defects, "undecided"),
    )


def _unproven(message: Message, authentication: Authentication) -> bool:
    """Whether rule S30 caps the priority: forged or suspicious, or unauthenticated in Junk."""
    status = authentication.status
    if status in (AuthenticationStatus.FAILED, AuthenticationStatus.SUSPICIOUS):
        return True
    return message.role is Role.JUNK and status is not AuthenticationStatus.AUTHENTICATED


def _related_ids(message: Message) -> tuple[str, ...]:
    own = (message.message_id,) if message.message_id else ()
    return tuple(dict.fromkeys((*own, *message.in_reply_to, *message.references)))


def _reply(case: Case, choice: Choice | None, moment: Moment) -> Reply:
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
        )
    except TemplateFault as fault:
        return _held("O04", f"{choice.template.origin}: {fault}", language)
    return Reply(_MODES[case.world.account.mode], (), draft, language)


def _language(case: Case, choice: Choice | None) -> str:
    return choice.template.language if choice else case.world.account.language


def _limits(case: Case, choice: Choice | None) -> tuple[Refusal, ...]:
    if choice is None or case.message.sender is None:
        return ()
    return limit_refusals(
        handle=choice.template.name,
        kind=choice.template.kind,
        recipient_canonical=case.message.sender.canonical,
        recipient_domain=case.message.sender.organisational,
        history=case.world.history,
        usage=case.world.usage,
        limits=case.world.policy.limits,
        now=case.world.now,
    )


def _held(rule: str, evidence: str, language: str) -> Reply:
    return Reply.refused((Refusal(rule, "H", Effect.HOLD, evidence),), language)
