"""What the playbook says about a mail."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.support.build import BERLIN, NOW, message, policy

from inboxwatch.core.playbook import step_for
from inboxwatch.model.case import Action, Cause, NextStep
from inboxwatch.model.decision import Signal
from inboxwatch.model.playbook import Detail, GoodwillPolicy, Play

PLAYBOOK = (
    Play(
        "charged-wrongly",
        "find the payment",
        Action.CALL,
        timedelta(hours=2),
        signals=frozenset({"charged-wrongly"}),
        find_out=(Detail.ORDER_NUMBER, Detail.AMOUNT, Detail.CARD_LAST_FOUR),
        goodwill=True,
    ),
    Play("late", "find the parcel", phrases=("never arrived", "en retard")),
)
INSULT = (Cause("insult", "idiots"),)


def step(
    text: str, *names: str, causes: tuple[Cause, ...] = (), priority: int = 5, most: int = 0
) -> NextStep | None:
    signals = [Signal(name, "") for name in names]
    rules = policy(playbook=PLAYBOOK, goodwill=GoodwillPolicy(Decimal(most)))
    return step_for(message(text=text), signals, causes, priority, rules, NOW)


def test_a_topic_has_its_step_by_when_and_what_the_mail_does_not_say() -> None:
    found = step("I was charged $400 for order 4711-22.", "charged-wrongly")
    assert found is not None
    assert (found.action, found.topic, found.text) == (
        Action.CALL,
        "charged-wrongly",
        "find the payment",
    )
    assert found.find_out == ("card-last-four",)
    assert f"{found.due:%H:%M}" == "12:30"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("My parcel NEVER  arrived", "late"),
        ("Mon colis est en retard.", "late"),
        ("It never arrives late", ""),
        ("", ""),
    ],
)
def test_a_topic_by_its_phrases(text: str, topic: str) -> None:
    found = step(text, "complaint")
    assert (found.topic if found else "") == topic


def test_at_priority_nine_it_is_an_hour_of_business_time() -> None:
    found = step("x", "charged-wrongly", priority=9)
    assert found is not None
    assert found.due is not None
    assert f"{found.due.astimezone(BERLIN):%H:%M}" == "11:30"


def test_the_cause_says_how_and_the_topic_what() -> None:
    found = step("x", "charged-wrongly", "insult", causes=INSULT)
    assert found is not None
    assert found.action is Action.CALL
    assert found.text.endswith("no canned text; find the payment")
    alone = step("x", "insult", causes=INSULT)
    assert alone is not None
    assert alone.topic == ""
    assert alone.due is not None


def test_goodwill_is_named_within_its_limit_only_where_there_is_one() -> None:
    assert step("x", "charged-wrongly").goodwill == ""  # type: ignore[union-attr]
    found = step("x", "charged-wrongly", most=25)
    assert found is not None
    assert found.goodwill == "up to 25 EUR may be proposed"


def test_danger_waits_for_no_opening_hours() -> None:
    found = step("My son is hurt!", causes=(Cause("danger", "hurt"), *INSULT))
    assert found is not None
    assert found.due == NOW
