"""No canned text while something of the customer has to reach a person, and has not (rule A46).

What began it may be acknowledged; nothing that came after it is. An apology to whom we rescue is
late by itself: none goes out while one is open, whichever mail began it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inboxwatch.core.reply.rulebook import RULEBOOK
from inboxwatch.core.zone import clock_words
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.policy import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from inboxwatch.core.reply.case import Case
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.policy import Policy

    Begun = Mapping[tuple[str, str], datetime]

RULE: Final = Rule("A46", "S", Effect.HOLD, RULEBOOK["A46"])


def is_open(case: Case) -> str:
    """That an escalation of the customer is open which an earlier mail began, or any (apology)."""
    since = case.world.history.escalated_since
    if since is None or (since >= case.message.received and not case.apologises):
        return ""
    return _evidence(since, case.world.policy)


def begun(decisions: Iterable[Decision]) -> Begun:
    """When each customer's first escalation of a run began, by account and who it is."""
    found: dict[tuple[str, str], datetime] = {}
    for one in decisions:
        for who in _whose(one) if one.escalation else ():
            found[who] = min(one.received, found.get(who, one.received))
    return found


def held_at_once(
    decision: Decision, found: Begun, policy: Policy, *, late: bool = False
) -> tuple[Refusal, ...]:
    """The same for a mail that was decided in the run that brought the escalation.

    A ``late`` answer, the apology of a sweep, is held to older mail as well.
    """
    since = min((found[who] for who in _whose(decision) if who in found), default=None)
    if since is None or _is_exempt(decision, policy):
        return ()
    if since >= decision.received and (decision.escalation or not late):
        return ()
    return (Refusal(RULE.id, RULE.severity, RULE.effect, _evidence(since, policy)),)


def _whose(decision: Decision) -> Iterator[tuple[str, str]]:
    """The address, which has an @, and the customer's id, behind what no address begins with."""
    if decision.sender_canonical:
        yield decision.account, decision.sender_canonical
    if decision.customer_id:
        yield decision.account, f"@{decision.customer_id}"


def _is_exempt(decision: Decision, policy: Policy) -> bool:
    sender, match = decision.sender, decision.customer
    names = {sender, f"@{sender.rpartition('@')[2]}", *([match.customer.id] if match else [])}
    return not policy.overrides.get(RULE.id, frozenset()).isdisjoint(names)


def _evidence(since: datetime, policy: Policy) -> str:
    at = clock_words(since, policy.schedule.timezone)
    return f"an escalation of this customer is open since {at}"
