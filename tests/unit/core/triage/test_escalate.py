"""What has to reach a person, and what that person does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.build import NOW

from inboxwatch.core.triage.escalate import CAUSES, causes_of, gravest_first, next_step_of
from inboxwatch.core.triage.score import Facts
from inboxwatch.core.triage.table import SIGNAL_NAMES
from inboxwatch.model.case import Action
from inboxwatch.model.conversation import Repeated
from inboxwatch.model.decision import Signal
from inboxwatch.model.message import Finding

SAME = Repeated(2, 1, NOW)
LONG, LEVEL = timedelta(hours=9), timedelta(hours=8)


def names(signals: str, facts: Facts) -> tuple[str, ...]:
    found = tuple(Signal(name, f"words of {name}") for name in signals.split())
    return tuple(one.name for one in causes_of(found, facts))


@pytest.mark.parametrize(
    ("signals", "facts", "expected"),
    [
        ("", Facts(), ()),
        ("anger complaint urgency charged-wrongly", Facts(), ()),
        ("manager-request", Facts(), ("manager-request",)),
        ("insult legal", Facts(), ("legal", "insult")),
        ("abuse-or-threat", Facts(), ("abuse-or-threat",)),
        ("danger self-harm", Facts(), ("self-harm", "danger")),
        ("insult", Facts(unproven=True), ()),
        ("insult", Facts(automatic=(Finding("A01", "x"),)), ()),
        ("", Facts(customer_mails=5), ()),
        ("", Facts(customer_mails=6), ("relationship-at-risk",)),
        ("anger", Facts(customer_mails=2), ()),
        ("anger", Facts(customer_mails=3), ("relationship-at-risk",)),
        ("thanks", Facts(customer_mails=3), ()),
        ("anger", Facts(sender_mails=1), ()),
        ("anger", Facts(sender_mails=2), ("relationship-at-risk",)),
        ("", Facts(sender_mails=9), ()),
        ("", Facts(customer_mails=3, repeated=SAME), ("relationship-at-risk",)),
        ("", Facts(customer_mails=3, waited=LONG, level=LEVEL), ("relationship-at-risk",)),
        ("", Facts(customer_mails=2, waited=LONG, level=LEVEL, repeated=SAME), ()),
    ],
)
def test_the_causes(signals: str, facts: Facts, expected: tuple[str, ...]) -> None:
    assert names(signals, facts) == expected


def test_a_relationship_at_risk_says_what_puts_it_there() -> None:
    facts = Facts(customer_mails=4, repeated=SAME, waited=LONG, level=LEVEL)
    (cause,) = causes_of((Signal("anger", "!!!"),), facts)
    told = (
        "mail 4 of the customer, anger, the same text sent 2 times, waiting past the service level"
    )
    assert cause.evidence == told


def test_the_gravest_cause_says_what_to_do() -> None:
    assert next_step_of(()) is None
    assert next_step_of(["insult"]).action is Action.CALL  # type: ignore[union-attr]
    assert next_step_of(["insult", "legal"]).action is Action.WRITE  # type: ignore[union-attr]
    assert gravest_first(["insult", "legal", "insult"]) == ("legal", "insult")


def test_causes_that_words_show_are_signals() -> None:
    words = {row.name for row in CAUSES} - {"relationship-at-risk"}
    assert words <= set(SIGNAL_NAMES)
