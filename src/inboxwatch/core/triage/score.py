"""From signals and facts to a priority from 1 to 9, with reasons that add up to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.triage.table import (
    DEFAULT_POINTS,
    FACTS,
    SIGNALS,
    descriptions,
)
from inboxwatch.model.decision import Reason
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from inboxwatch.model.conversation import Repeated
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.decision import Signal
    from inboxwatch.model.message import Finding
    from inboxwatch.model.policy import TriagePolicy

__all__ = ["DEFAULT_POINTS", "FACTS", "SIGNALS", "Facts", "descriptions", "score"]

HIGHEST, LOWEST = 9, 1
MOST_REPEATS = 3
"""How many further mails count; the fourth says nothing that the third did not say."""

USUAL_LEVEL = timedelta(hours=8)
"""Business time within which somebody should answer, where the team named none."""

WAITING_STEPS = (0.5, 1, 2, 4)
"""Shares of the service level after which waiting counts once more: first soon, then slowly."""

RESCUED, WAITING = "rescued-customer", "waiting-time"
BY_HAND = "a person said so"

BULK = frozenset({"A08", "A12"})
"""The rules by which a mail was sent to many, and may be a shop's own words all the same."""

LONG_EXCHANGE = (3, 6, 10)
"""The customer's mails in a conversation at which it gets more urgent."""

_CALM = frozenset(row.name for row in SIGNALS if row.group == "calm")


class Facts(Struct, frozen=True):
    """What is known about a mail besides its words.

    ``by_hand`` tells that a person took it out of the spam folder, whatever proves its sender.
    ``automatic`` holds what showed that a machine wrote it, and is empty for a person's mail.
    ``sender_mails`` counts the sender's further mails without an answer. ``unproven`` says that
    rule S30 caps the priority. ``question`` is the first thing that the mail asks, if it does.
    ``contact_since`` is when somebody of the team first wrote to the sender.

    ``waited`` is the business time since the oldest mail came that nobody answered, ``level`` the
    business time within which somebody should. ``customer_mails`` counts the customer's mails in
    the conversation, this one among them, ``human_answers`` those of the team. ``bulk`` says that
    the mail was sent to many by somebody whom nobody knows.
    """

    customer: CustomerMatch | None = None
    rescued: bool = False
    by_hand: bool = False
    automatic: tuple[Finding, ...] = ()
    sender_mails: int = 0
    unproven: bool = False
    role: Role = Role.INBOX
    waited: timedelta = timedelta(0)
    level: timedelta = USUAL_LEVEL
    customer_mails: int = 1
    human_answers: int = 0
    repeated: Repeated | None = None
    question: Signal | None = None
    contact_since: datetime | None = None
    bulk: bool = False


def score(
    signals: tuple[Signal, ...], facts: Facts, policy: TriagePolicy
) -> tuple[int, tuple[Reason, ...]]:
    """The priority and its reasons, whose points add up to it.

    Every signal has a reason, even without points. Words that calm lower the sum only while no
    signal raises it: whoever ends an angry mail with thanks is still angry.
    """
    reasons = [Reason("base", policy.base), *_fact_reasons(facts, policy)]
    reasons += _signal_reasons(signals, policy)
    reasons = lifted(reasons, policy) if facts.by_hand else reasons
    total = sum(reason.points for reason in reasons)
    for cap in _caps(facts, policy):
        reason = cap(total)
        if reason is not None:
            reasons.append(reason)
            total += reason.points
    return total, tuple(reasons)


def lifted(reasons: Iterable[Reason], policy: TriagePolicy) -> list[Reason]:
    """The same reasons, among them that a person took the mail out of the spam folder.

    That counts as any rescue does, or for as much more as makes the priority the highest without
    the waiting, which is counted anew by everybody who looks.
    """
    others = [one for one in reasons if one.signal != RESCUED]
    lacking = HIGHEST - sum(one.points for one in others if one.signal != WAITING)
    return [*others, Reason(RESCUED, max(lacking, points_of(RESCUED, policy)), BY_HAND)]


def points_of(name: str, policy: TriagePolicy) -> int:
    """The points of a signal or a fact, as the team wants them."""
    return policy.points.get(name, DEFAULT_POINTS.get(name, 0))


def _signal_reasons(signals: tuple[Signal, ...], policy: TriagePolicy) -> Iterator[Reason]:
    raised = any(points_of(s.name, policy) > 0 for s in signals if s.name not in _CALM)
    for signal in signals:
        silenced = raised and signal.name in _CALM
        points = 0 if silenced else points_of(signal.name, policy)
        yield Reason(signal.name, points, signal.evidence, signal.place, signal.due)


def _fact_reasons(facts: Facts, policy: TriagePolicy) -> Iterator[Reason]:
    for name, test in _FACT_TESTS.items():
        found = test(facts)
        if found is not None:
            times, evidence = found
            yield Reason(name, times * points_of(name, policy), evidence)
    if asked := facts.question:
        yield Reason(asked.name, points_of(asked.name, policy), asked.evidence, asked.place)


def _known(facts: Facts) -> tuple[int, str] | None:
    found = facts.customer
    if found is None:
        return None
    return 1, f"{found.customer.name or found.customer.id}, by {found.match.value}"


def _vip(facts: Facts) -> tuple[int, str] | None:
    return (1, "") if facts.customer and facts.customer.customer.vip else None


def _contact(facts: Facts) -> tuple[int, str] | None:
    """Whom the team wrote to; a forged or unproven sender only says that it is them (rule S30)."""
    if facts.contact_since is None or facts.customer is not None or facts.unproven:
        return None
    return 1, f"we wrote on {facts.contact_since:%Y-%m-%d}"


def _rescued(facts: Facts) -> tuple[int, str] | None:
    return (1, r"found in \Junk") if facts.rescued else None


def _repeated(facts: Facts) -> tuple[int, str] | None:
    if facts.sender_mails < 1:
        return None
    plural = "" if facts.sender_mails == 1 else "s"
    told = f"{facts.sender_mails} more mail{plural} waiting from this address"
    return min(facts.sender_mails, MOST_REPEATS), told


def waiting_points(waited: timedelta, level: timedelta) -> int:
    """How many times the points of waiting count, up to four."""
    return sum(waited >= share * level for share in WAITING_STEPS) if level else 0


def _waiting(facts: Facts) -> tuple[int, str] | None:
    """What a stranger sent to many does not wait for an answer."""
    return None if facts.bulk else waiting(facts.waited, facts.level)


def waiting(waited: timedelta, level: timedelta) -> tuple[int, str] | None:
    """How many times the points of waiting count, and what that is told by; None before that."""
    times = waiting_points(waited, level) if waited else 0
    if not times:
        return None
    return times, f"{_hours(waited)} of business time, the level is {_hours(level)}"


def _hours(span: timedelta) -> str:
    hours = span // timedelta(hours=1)
    return f"{hours} h" if hours else f"{span // timedelta(minutes=1)} min"


def _exchange(facts: Facts) -> tuple[int, str] | None:
    times = sum(facts.customer_mails >= one for one in LONG_EXCHANGE)
    if not times:
        return None
    answers = f"{facts.human_answers} answer{'' if facts.human_answers == 1 else 's'}"
    return times, f"mail {facts.customer_mails} of the customer, {answers}"


def _repeated_text(facts: Facts) -> tuple[int, str] | None:
    found = facts.repeated
    if found is None:
        return None
    people = f", by {found.authors} people" if found.authors > 1 else ""
    return 1, f"sent {found.times} times{people}"


def _unknown_in_junk(facts: Facts) -> tuple[int, str] | None:
    known = facts.customer is not None or _contact(facts) is not None
    unknown = facts.role is Role.JUNK and not known and not facts.rescued
    return (1, r"in \Junk, not a customer") if unknown else None


_FACT_TESTS: dict[str, Callable[[Facts], tuple[int, str] | None]] = {
    "known-customer": _known,
    "vip": _vip,
    "known-contact": _contact,
    RESCUED: _rescued,
    "repeated-mail": _repeated,
    WAITING: _waiting,
    "long-exchange": _exchange,
    "repeated-text": _repeated_text,
    "unknown-in-junk": _unknown_in_junk,
}
"""For each fact, how many times its points count and the evidence, or None if it is not one."""


def _caps(facts: Facts, policy: TriagePolicy) -> Iterator[Callable[[int], Reason | None]]:
    """The bounds that apply, in the order in which they cut the sum."""
    yield _at_most("ceiling", HIGHEST)
    if facts.unproven:
        yield _at_most("unproven-sender", policy.unproven_cap)
    if facts.automatic:
        first = facts.automatic[0]
        yield lambda total: Reason(
            "automatic-mail", min(LOWEST - total, 0), f"{first.id}: {first.evidence}"
        )
    yield lambda total: Reason("floor", LOWEST - total) if total < LOWEST else None


def _at_most(name: str, bound: int) -> Callable[[int], Reason | None]:
    return lambda total: Reason(name, bound - total) if total > bound else None
