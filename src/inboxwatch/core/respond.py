"""The reply to one mail: which text, whether it may go, and its words.

What ``decide`` does once it knows who wrote and how urgent it is. Every step that is missing or
fails ends in a hold, never in a reply.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message.automatic import is_automatic
from inboxwatch.core.reply.choose import Choice, Occasion, choose
from inboxwatch.core.reply.compose import compose
from inboxwatch.core.reply.incident import told_about, with_incident
from inboxwatch.core.reply.language import Spoken, spoken
from inboxwatch.core.reply.permit import Case, Wording, destination, limit_refusals, refusals
from inboxwatch.core.reply.promise import deadline
from inboxwatch.core.reply.sandbox import TemplateFault
from inboxwatch.core.schedule import business_time_after
from inboxwatch.core.triage.amounts import names_amount
from inboxwatch.model.decision import Effect, Refusal, Reply, ReplyDecision, RescueDecision
from inboxwatch.model.message import AuthenticationStatus
from inboxwatch.model.policy import Mode

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.core.message.forms import Letter
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.decision import Draft, Rescue, Signal
    from inboxwatch.model.message import Authentication, Finding
    from inboxwatch.model.policy import Template
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.surge import Incident
    from inboxwatch.model.world import World

_MODES = {
    Mode.SEND: ReplyDecision.SEND,
    Mode.DRAFT: ReplyDecision.DRAFT,
    Mode.HOLD: ReplyDecision.HOLD,
}


class Seen(Struct, frozen=True):
    """What the first stages found out about a mail; ``by_hand`` as in the world."""

    letter: Letter
    customer: CustomerMatch | None
    automatic: tuple[Finding, ...]
    rescue: Rescue | None
    signals: tuple[Signal, ...]
    incident: Incident | None = None
    question: Signal | None = None
    by_hand: bool = False

    @property
    def authentication(self) -> Authentication:
        """The verdict on who sent it."""
        return self.letter.authentication

    @property
    def rescued(self) -> bool:
        """Whether a genuine customer's mail was taken for spam, by the conditions or a person."""
        judged = self.rescue is not None and self.rescue.decision is RescueDecision.RESCUE
        return judged or self.by_hand

    @property
    def proven(self) -> bool:
        """Whether it was, and the sender really is who wrote."""
        proven = self.authentication.status is AuthenticationStatus.AUTHENTICATED
        return self.rescued and (proven or not self.by_hand)


def respond(
    seen: Seen, world: World, moment: Moment, names: tuple[str, ...], priority: int
) -> Reply:
    """Whether and how a mail is answered; ``names`` are those of its signals and facts."""
    occasion = _occasion(seen, world, moment, names, priority)
    rules = with_incident(seen.incident, occasion, world.policy.rules)
    choice = told_about(choose(occasion, world.policy.templates, rules), seen.incident)
    return _reply(_case(seen, world, choice), choice, moment, priority)


def _occasion(
    seen: Seen, world: World, moment: Moment, names: tuple[str, ...], priority: int
) -> Occasion:
    message = seen.letter.message
    return Occasion(
        moment=moment,
        account=world.account.name,
        sender=message.sender.canonical if message.sender else "",
        spoken=_spoken(seen, world),
        history=world.history,
        customer=seen.customer,
        signals=frozenset(names),
        priority=priority,
        money=names_amount(message.subject, message.text),
        rescued=seen.rescued,
        role=message.role,
        surge=seen.incident is not None,
    )


def _spoken(seen: Seen, world: World) -> Spoken:
    """The language of the reply; what no person wrote is not worth asking for its own."""
    if is_automatic(seen.automatic):
        return Spoken(world.account.language)
    return spoken(seen.letter.message, seen.customer, world)


def _case(seen: Seen, world: World, choice: Choice | None) -> Case:
    return Case(
        message=seen.letter.message,
        world=world,
        authentication=seen.authentication,
        automatic=seen.automatic,
        customer=seen.customer,
        signals=seen.signals,
        mailer=seen.letter.mailer,
        form_fault=seen.letter.fault,
        rule=choice.rule if choice else None,
        incident=seen.incident,
        rescued=seen.proven,
    )


def _reply(case: Case, choice: Choice | None, moment: Moment, priority: int) -> Reply:
    language = _language(case, choice)
    refused = (*refusals(case), *_limits(case, choice))
    if refused:
        return Reply.refused(refused, language)
    to, why_not = destination(case.message, case.authentication)
    if to is None:
        return held("F01", why_not, language)
    if choice is None:
        return held("O04", f"no template answers {moment.template_period}", language)
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
        return held("O04", f"{choice.template.origin}: {fault}", language)
    mode = (choice.rule and choice.rule.mode) or case.world.account.mode
    return Reply(_MODES[mode], (), draft, language)


def _due(world: World, priority: int) -> datetime | None:
    """Until when a person answers, counted from now."""
    policy = world.policy
    after = partial(business_time_after, policy.schedule)
    return deadline(policy.service_level, priority, world.now, after)


def rendered(seen: Seen, world: World, moment: Moment, template: Template, priority: int) -> Draft:
    """What a template makes of a mail, whatever period it is and whatever rules refuse.

    It is addressed to the writer. Raises TemplateFault; ValueError for a mail without a writer.
    """
    writer = seen.letter.message.sender
    if writer is None:
        raise ValueError("the mail has no single valid From")
    return compose(
        message=seen.letter.message,
        choice=Choice(template, "preview"),
        world=world,
        moment=moment,
        customer=seen.customer,
        destination=writer,
        due=_due(world, priority),
        signals=frozenset(signal.name for signal in seen.signals),
    )


def _language(case: Case, choice: Choice | None) -> str:
    return choice.template.language if choice else case.world.account.language


def _limits(case: Case, choice: Choice | None) -> tuple[Refusal, ...]:
    if case.message.sender is None:
        return ()
    return limit_refusals(
        wording=_wording(choice),
        recipient_canonical=case.message.sender.canonical,
        recipient_domain=case.message.sender.organisational,
        history=case.world.history,
        usage=case.world.usage,
        limits=case.world.policy.limits,
        now=case.world.now,
        received=case.message.received,
    )


def _wording(choice: Choice | None) -> Wording:
    return Wording(choice.template.name, choice.template.kind) if choice else Wording()


def held(rule: str, evidence: str, language: str) -> Reply:
    """A reply that a person has to look at, for one reason."""
    return Reply.refused((Refusal(rule, "H", Effect.HOLD, evidence),), language)
