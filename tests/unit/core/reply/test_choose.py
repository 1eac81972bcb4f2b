"""Choosing a template: period, language, tone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.build import NOW, account, template

from inboxwatch.core.reply.choose import TONE_GATE, Choice, choose
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.policy import Template, Tone
from inboxwatch.model.schedule import Moment

WEEKEND = Moment(NOW, "weekend", "weekend", False, NOW + timedelta(days=2))
TEMPLATES = (
    template("business"),
    template("night"),
    template("evening", tone=Tone.FUNNY),
    template("evening", name="evening-sincere"),
    template("weekend", tone=Tone.FUNNY),
    template("weekend", name="weekend-sincere"),
    template("weekend", tone=Tone.FUNNY, language="de"),
    template("weekend", name="weekend-sincere", language="de"),
    template("rescued"),
)


def chosen(
    moment: Moment = WEEKEND,
    templates: tuple[Template, ...] = TEMPLATES,
    language: str = "en",
    customer: Customer | None = None,
    signals: tuple[str, ...] = (),
    rescued: bool = False,
    priority: int = 3,
    sender_mails: int = 0,
) -> Choice | None:
    return choose(
        moment=moment,
        customer=CustomerMatch(customer, MatchKind.ADDRESS) if customer else None,
        account=account(language=language),
        templates=templates,
        signals=signals,
        rescued=rescued,
        priority=priority,
        sender_mails=sender_mails,
    )


def name(choice: Choice | None) -> str:
    assert choice is not None
    return f"{choice.template.name}.{choice.template.language}"


def test_a_cheerful_mail_at_the_weekend_gets_the_funny_one() -> None:
    choice = chosen(signals=("thanks",))
    assert name(choice) == "weekend.en"
    assert choice is not None
    assert choice.why == "weekend"


@pytest.mark.parametrize(
    "signal",
    [
        "anger",
        "insult",
        "abuse-or-threat",
        "complaint",
        "legal",
        "manager-request",
        "leaving",
        "money-back",
        "charged-wrongly",
        "outage",
        "security",
        "waiting",
    ],
)
def test_nobody_in_trouble_is_joked_with(signal: str) -> None:
    choice = chosen(signals=("question", signal))
    assert name(choice) == "weekend-sincere.en"
    assert choice is not None
    assert choice.why == f"weekend, sincere instead of funny: {signal}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"priority": 6}, "weekend.en"),
        ({"priority": 7}, "weekend-sincere.en"),
        ({"sender_mails": 1}, "weekend-sincere.en"),
        ({"rescued": True}, "rescued.en"),
    ],
)
def test_tone_follows_priority_repetition_and_rescue(given: dict[str, int], expected: str) -> None:
    assert name(chosen(**given)) == expected  # type: ignore[arg-type]


def test_why_names_every_gate_that_closed() -> None:
    choice = chosen(signals=("insult", "legal"), priority=9)
    assert choice is not None
    assert choice.why.endswith("insult and legal and priority 7 or above")


def test_gates_have_names_of_their_own() -> None:
    assert len({gate.name for gate in TONE_GATE}) == len(TONE_GATE)


def test_a_funny_template_without_a_sincere_twin_is_not_used_for_the_angry() -> None:
    only_funny = tuple(t for t in TEMPLATES if t.name != "weekend-sincere")
    choice = chosen(templates=only_funny, signals=("anger",))
    assert name(choice) == "night.en"
    assert choice is not None
    assert choice.why == "weekend has no template that fits, so night"


@pytest.mark.parametrize(("is_open", "expected"), [(False, "night.en"), (True, "business.en")])
def test_a_period_without_a_template_falls_back(is_open: bool, expected: str) -> None:
    moment = replace(WEEKEND, period="stocktaking", template_period="stocktaking", is_open=is_open)
    choice = chosen(moment)
    assert name(choice) == expected
    assert choice is not None
    assert choice.why.startswith("stocktaking has no template")


@pytest.mark.parametrize(
    ("account_language", "customer_language", "expected"),
    [
        ("de", None, "weekend.de"),
        ("en", "de", "weekend.de"),
        ("de", "en", "weekend.en"),
        ("en", "de-AT", "weekend.de"),
        ("en", "DE_at", "weekend.de"),
        ("de", "fi", "weekend.en"),
    ],
)
def test_language_is_the_customers_else_the_accounts_else_english(
    account_language: str, customer_language: str | None, expected: str
) -> None:
    customer = Customer("c1", language=customer_language)
    assert name(chosen(language=account_language, customer=customer)) == expected


def test_why_says_when_the_language_is_not_the_wanted_one() -> None:
    choice = chosen(language="fi")
    assert choice is not None
    assert choice.why == "weekend, in en: there is none in fi"


def test_the_sincere_twin_is_taken_in_english_rather_than_a_joke_in_german() -> None:
    without = tuple(t for t in TEMPLATES if (t.name, t.language) != ("weekend-sincere", "de"))
    assert name(chosen(templates=without, language="de", signals=("anger",))) == (
        "weekend-sincere.en"
    )


def test_no_template_no_choice() -> None:
    assert chosen(templates=()) is None


def test_a_rescued_mail_without_such_a_template_gets_a_sincere_answer() -> None:
    without = tuple(t for t in TEMPLATES if t.period != "rescued")
    assert name(chosen(templates=without, rescued=True)) == "night.en"
