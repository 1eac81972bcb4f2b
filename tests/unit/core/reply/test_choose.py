"""Choosing a template: period, language, tone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, occasion, template

from inboxwatch.core.reply.choose import Choice, choose
from inboxwatch.core.reply.language import Spoken
from inboxwatch.model.policy import ReplyRule, Template, Tone
from inboxwatch.model.schedule import Moment
from inboxwatch.model.world import History

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
    rules: tuple[ReplyRule, ...] = (),
    language: str = "en",
    signals: tuple[str, ...] = (),
    **fields: object,
) -> Choice | None:
    mail = occasion(language, moment=moment, signals=frozenset(signals), **fields)
    return choose(mail, templates, rules)


def name(choice: Choice | None) -> str:
    assert choice is not None
    return f"{choice.template.name}.{choice.template.language}"


def test_a_cheerful_mail_at_the_weekend_gets_the_funny_one() -> None:
    choice = chosen(signals=("thanks",))
    assert name(choice) == "weekend.en"
    assert choice is not None
    assert choice.why == "weekend"


def test_nobody_in_trouble_is_joked_with() -> None:
    choice = chosen(signals=("question", "anger"))
    assert name(choice) == "weekend-sincere.en"
    assert choice is not None
    assert choice.why == "weekend, sincere instead of funny: anger"


def test_why_names_every_gate_that_closed() -> None:
    choice = chosen(signals=("insult", "legal"), priority=9)
    assert choice is not None
    assert choice.why.endswith("insult and legal and priority 7 or above")


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
    ("wanted", "expected"),
    [
        ("de", "weekend.de"),
        ("en", "weekend.en"),
        ("de-AT", "weekend.de"),
        ("DE_at", "weekend.de"),
        ("fi", "weekend.en"),
        ("pt", "weekend.pt-BR"),
        ("pt-PT", "weekend.pt-BR"),
    ],
)
def test_a_language_without_templates_is_answered_in_its_nearest_kin_else_in_english(
    wanted: str, expected: str
) -> None:
    templates = (*TEMPLATES, template("weekend", language="pt-BR"))
    assert name(chosen(templates=templates, language=wanted)) == expected


def test_the_readers_language_outranks_the_period() -> None:
    templates = (template("weekend"), template("night", language="de"))
    choice = chosen(templates=templates, language="de")
    assert name(choice) == "night.de"


def test_an_apology_in_english_outranks_no_apology_in_german() -> None:
    templates = (template("rescued"), template("night", language="de"))
    assert name(chosen(templates=templates, language="de", rescued=True)) == "rescued.en"


def test_only_funny_texts_in_a_language_leave_the_angry_its_sincere_night_text() -> None:
    templates = (
        template("weekend", tone=Tone.FUNNY, language="de"),
        template("night", language="de"),
        template("weekend", name="weekend-sincere"),
    )
    assert name(chosen(templates=templates, language="de")) == "weekend.de"
    assert name(chosen(templates=templates, language="de", signals=("anger",))) == "night.de"


def test_where_all_texts_are_funny_the_angry_are_left_to_a_person() -> None:
    templates = tuple(template(p, tone=Tone.FUNNY) for p in ("weekend", "night", "business"))
    assert chosen(templates=templates, signals=("anger",)) is None


def test_why_says_that_the_mail_told_the_language() -> None:
    choice = chosen(spoken=Spoken("de", detected=True))
    assert choice is not None
    assert choice.why == "weekend, in de like the mail"


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


# --- in turn ------------------------------------------------------------------------------------

NAMES = ("one", "two", "three")
SEVERAL = tuple(template("weekend", name=name) for name in NAMES)


def had(*names: str) -> History:
    """A past in which the names were used, the first one longest ago."""
    return History(last_used={name: NOW - timedelta(days=90 - i) for i, name in enumerate(names)})


def test_nobody_gets_the_same_text_while_there_is_another() -> None:
    past: tuple[str, ...] = ()
    for _ in NAMES:
        choice = chosen(templates=SEVERAL, history=had(*past))
        assert choice is not None
        past = (*past, choice.template.name)
    assert sorted(past) == sorted(NAMES)
    again = chosen(templates=SEVERAL, history=had(*past))
    assert again is not None
    assert again.template.name == past[0]
    assert again.why == "weekend, all have been used, this one longest ago"


def test_why_says_what_was_had_before() -> None:
    choice = chosen(templates=SEVERAL, history=had("one", "three"))
    assert choice is not None
    assert choice.why == "weekend, not again one or three"


def test_the_turn_differs_from_sender_to_sender_and_not_from_time_to_time() -> None:
    def first(sender: str) -> str:
        choice = chosen(templates=SEVERAL, sender=sender)
        assert choice is not None
        return choice.template.name

    senders = [f"ann{i}@customer.example" for i in range(60)]
    firsts = [first(sender) for sender in senders]
    assert {name: firsts.count(name) >= 10 for name in NAMES} == dict.fromkeys(NAMES, True)
    assert [first(sender) for sender in senders] == firsts


def test_the_order_of_the_files_does_not_matter() -> None:
    assert chosen(templates=SEVERAL) == chosen(templates=SEVERAL[::-1])


def test_a_new_sincere_text_goes_before_a_joke_told_twice() -> None:
    choice = chosen(history=had("weekend"))
    assert name(choice) == "weekend-sincere.en"


def test_the_angry_get_a_sincere_text_again_rather_than_a_new_joke() -> None:
    choice = chosen(history=had("weekend-sincere"), signals=("anger",))
    assert name(choice) == "weekend-sincere.en"


# --- by the team's rules ------------------------------------------------------------------------

OUTAGE = template("outage", name="outage")
WITH_OUTAGE = (*TEMPLATES, OUTAGE)


def test_a_rule_names_the_templates() -> None:
    rule = ReplyRule("down", signals=frozenset({"outage"}), templates=("outage",))
    choice = chosen(templates=WITH_OUTAGE, rules=(rule,), signals=("outage",))
    assert choice is not None
    assert (choice.template, choice.rule, choice.why) == (OUTAGE, rule, "rule down")


def test_a_rule_that_does_not_match_has_no_say() -> None:
    rule = ReplyRule("down", signals=frozenset({"outage"}), templates=("outage",))
    choice = chosen(templates=WITH_OUTAGE, rules=(rule,))
    assert name(choice) == "weekend.en"
    assert choice is not None
    assert choice.rule is None


def test_the_first_rule_that_matches_wins() -> None:
    first, second = (
        ReplyRule("first", templates=("night",)),
        ReplyRule("second", templates=("one",)),
    )
    choice = chosen(templates=(*TEMPLATES, *SEVERAL), rules=(first, second))
    assert choice is not None
    assert (choice.template.name, choice.rule) == ("night", first)


def test_a_rule_with_a_mode_alone_leaves_the_template_to_the_period() -> None:
    rule = ReplyRule("look first")
    choice = chosen(rules=(rule,))
    assert name(choice) == "weekend.en"
    assert choice is not None
    assert (choice.rule, choice.why) == (rule, "rule look first: weekend")


def test_the_templates_of_a_rule_take_turns() -> None:
    rule = ReplyRule("any", templates=NAMES)
    choice = chosen(templates=SEVERAL, rules=(rule,), history=had("one", "two"))
    assert choice is not None
    assert (choice.template.name, choice.why) == ("three", "rule any, not again one or two")


def test_a_rule_does_not_open_the_tone_gate() -> None:
    rule = ReplyRule("jokes", templates=("weekend",))
    choice = chosen(rules=(rule,), signals=("anger",))
    assert name(choice) == "weekend-sincere.en"
    assert choice is not None
    assert choice.rule == rule
    assert choice.why == (
        "rule jokes has no template that fits, so weekend, sincere instead of funny: anger"
    )


def test_the_templates_of_a_rule_are_told_apart_by_language() -> None:
    german = template("outage", name="outage", language="de")
    rule = ReplyRule("down", templates=("outage",))
    assert name(chosen(templates=(OUTAGE, german), rules=(rule,), language="de")) == "outage.de"
    assert name(chosen(templates=(OUTAGE, german), rules=(rule,), language="fr")) == "outage.en"


def test_no_rule_tells_of_a_rescue_that_was_none() -> None:
    rule = ReplyRule("sorry", templates=("rescued",))
    assert name(chosen(rules=(rule,))) == "weekend.en"
    assert name(chosen(rules=(rule,), rescued=True)) == "rescued.en"


def test_a_template_without_a_period_is_for_the_rules_that_name_it() -> None:
    outage = template("", name="outage")
    rule = ReplyRule("down", signals=frozenset({"outage"}), templates=("outage",))
    assert name(chosen(templates=(outage, *TEMPLATES), rules=(rule,))) == "weekend.en"
    down = chosen(templates=(outage, *TEMPLATES), rules=(rule,), signals=("outage",))
    assert name(down) == "outage.en"
    assert chosen(templates=(outage,)) is None
