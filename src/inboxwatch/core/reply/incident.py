"""What a reply does where the mail is one of many about the same thing (rule L14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from inboxwatch.core.reply.conditions import first_match
from inboxwatch.core.reply.rulebook import RULEBOOK
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.policy import ReplyRule, Rule
from inboxwatch.model.surge import Suspicion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.core.reply.case import Case
    from inboxwatch.core.reply.choose import Choice
    from inboxwatch.core.reply.occasion import Occasion
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.policy import Policy
    from inboxwatch.model.surge import Incident

HELD: Final = Rule("L14", "S", Effect.HOLD, RULEBOOK["L14"])

_SEEN: Final[Mapping[Suspicion, str]] = {
    Suspicion.OFFER: "many new senders claim one offer",
    Suspicion.NAMES: "the same text, link or number comes under many addresses",
    Suspicion.SENDER: "one new sender writes it under many names",
}


def with_incident(
    incident: Incident | None, occasion: Occasion, rules: tuple[ReplyRule, ...]
) -> tuple[ReplyRule, ...]:
    """The rules with one before them for the template that a person assigned to the surge.

    What becomes of the reply stays as the team's own rules have it.
    """
    if incident is None or not incident.template:
        return rules
    own = first_match(rules, occasion)
    mode = own.mode if own else None
    rule = ReplyRule(f"surge {incident.id}", templates=(incident.template,), mode=mode)
    return (rule, *rules)


def told_about(choice: Choice | None, incident: Incident | None) -> Choice | None:
    """The choice with what the surge is about, which its template may say."""
    if choice is None or incident is None:
        return choice
    return replace(choice, incident=incident.about)


def many_claim(case: Case) -> str:
    """L14: a surge that a person should look at first, for senders who are no customers."""
    if case.incident is None or case.customer is not None:
        return ""
    return _evidence(case.incident)


def _evidence(incident: Incident) -> str:
    seen = _SEEN.get(incident.held, "")
    return f"{seen} (surge {incident.id})" if seen else ""


def held_at_once(decision: Decision, incident: Incident, policy: Policy) -> tuple[Refusal, ...]:
    """The same for a mail that was decided before the surge was seen."""
    evidence = _evidence(incident)
    if not evidence or decision.customer is not None or _is_exempt(decision, policy):
        return ()
    return (Refusal(HELD.id, HELD.severity, HELD.effect, evidence),)


def _is_exempt(decision: Decision, policy: Policy) -> bool:
    sender = decision.sender
    domain = f"@{sender.rpartition('@')[2]}"
    return not policy.overrides.get(HELD.id, frozenset()).isdisjoint((sender, domain))
