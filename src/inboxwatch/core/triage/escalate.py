"""Which mail has to reach a person, why, and what that person does next (stories 2 and 4).

Each cause is a row. Mail whose sender is unproven has none: it is shown for review (rule S30).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.model.case import Action, Cause, NextStep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from inboxwatch.core.triage.score import Facts
    from inboxwatch.model.decision import Signal

    Test = Callable[[Sequence[Signal], Facts], str | None]

MANY_MAILS = 3
"""The customer's mails, in a conversation or unanswered, from which on a relationship may be at
risk."""

TOO_MANY_MAILS = 6
"""From so many in a conversation on it is, whatever they say."""

_UNHAPPY = frozenset(
    {"abuse-or-threat", "insult", "anger", "complaint", "manager-request", "legal", "leaving"}
)


class CauseRow(Struct, frozen=True):
    """A cause: its name, what it means, what to do, and what shows it in a mail (None: nothing)."""

    name: str
    description: str
    step: NextStep
    test: Test


def _says(name: str) -> Test:
    def test(signals: Sequence[Signal], _facts: Facts) -> str | None:
        return next((one.evidence for one in signals if one.name == name), None)

    return test


def _mails(facts: Facts) -> int:
    """The mails of a customer: in the conversation, or those without an answer in any."""
    return max(facts.customer_mails, facts.sender_mails + 1)


def _at_risk(signals: Sequence[Signal], facts: Facts) -> str | None:
    mails = _mails(facts)
    if mails < MANY_MAILS:
        return None
    worries = [one.name for one in signals if one.name in _UNHAPPY]
    if facts.repeated is not None:
        worries.append(f"the same text sent {facts.repeated.times} times")
    if facts.waited >= facts.level:
        worries.append("waiting past the service level")
    if not worries and facts.customer_mails < TOO_MANY_MAILS:
        return None
    return ", ".join((f"mail {mails} of the customer", *worries))


CAUSES = (
    CauseRow(
        "self-harm",
        "The writer speaks of ending or harming their life.",
        NextStep(Action.CALL, "at once; where a life is in danger, the emergency services first"),
        _says("self-harm"),
    ),
    CauseRow(
        "danger",
        "Somebody is hurt or in danger.",
        NextStep(Action.CALL, "at once, and ask whether everybody is safe"),
        _says("danger"),
    ),
    CauseRow(
        "abuse-or-threat",
        "Somebody threatens us, or abuses a person.",
        NextStep(Action.WRITE, "let one person decide how to answer, and keep the mail"),
        _says("abuse-or-threat"),
    ),
    CauseRow(
        "legal",
        "Lawyers, courts, regulators or the press are mentioned.",
        NextStep(Action.WRITE, "hand it to whoever answers such letters, before anybody replies"),
        _says("legal"),
    ),
    CauseRow(
        "manager-request",
        "The writer asks for a manager.",
        NextStep(Action.CALL, "it has to be a manager"),
        _says("manager-request"),
    ),
    CauseRow(
        "insult",
        "We are insulted: it says something about us.",
        NextStep(Action.CALL, "find out what went wrong and say sorry; no canned text"),
        _says("insult"),
    ),
    CauseRow(
        "relationship-at-risk",
        "Many mails, no solution, and growing anger, the same text again, or long waiting.",
        NextStep(Action.CALL, "read the whole exchange first, and let one person see it through"),
        _at_risk,
    ),
)
"""What has to reach a person, the gravest first."""

AT_ONCE = frozenset({"self-harm", "danger"})
"""Causes that wait for no opening hours."""

_STEPS = {row.name: row.step for row in CAUSES}


def causes_of(signals: Sequence[Signal], facts: Facts) -> tuple[Cause, ...]:
    """Why a mail has to reach a person; none for automatic mail and for unproven senders."""
    quiet = not signals and _mails(facts) < MANY_MAILS
    if quiet or facts.automatic or facts.unproven:
        return ()
    found = ((row.name, row.test(signals, facts)) for row in CAUSES)
    return tuple(Cause(name, evidence) for name, evidence in found if evidence is not None)


def next_step_of(causes: Iterable[str]) -> NextStep | None:
    """What a person does next about causes, by the gravest of them."""
    named = frozenset(causes)
    return next((step for name, step in _STEPS.items() if name in named), None)


def gravity(cause: str) -> int:
    """Where a cause stands in the table: 0 is the gravest; what is not in it comes last."""
    names = tuple(_STEPS)
    return names.index(cause) if cause in names else len(names)


def gravest_first(causes: Iterable[str]) -> tuple[str, ...]:
    """Names of causes in the order of the table, each once."""
    named = frozenset(causes)
    return tuple(name for name in _STEPS if name in named)
