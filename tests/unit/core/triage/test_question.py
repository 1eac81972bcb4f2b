"""Whether a mail asks something."""

from __future__ import annotations

import pytest

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.triage.signals import listen

SHIPPED, _ = load_lexicon()


def asked(text: str, subject: str = "") -> str | None:
    question = listen(subject, text, SHIPPED).question
    return question.evidence if question else None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Hello. Does it fit a frame from 2019? Thanks", "Does it fit a frame from 2019?"),
        ("Hello,\n\nwhere is it?", "where is it?"),
        ("¿Cuánto cuesta?", "¿Cuánto cuesta?"),
        ("青いモデルはありますか\uff1f", "青いモデルはありますか\uff1f"),
        ("Are you kidding me? Where is it?", "Where is it?"),
        ("I was wondering whether you ship to Norway", "I was wondering"),
        ("Ich wollte fragen, ob Sie liefern", "Ich wollte fragen"),
        ("Je voudrais savoir si vous livrez", "Je voudrais savoir"),
        ("Quisiera saber si hacen envíos", "Quisiera saber"),
        ("Kunt u mij vertellen wat het kost", "Kunt u mij vertellen"),
    ],
)
def test_a_question(text: str, question: str) -> None:
    assert asked(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "The lamp is broken.",
        "Are you kidding?",
        "Is this a joke?",
        "Soll das ein Witz sein?",
        "Vous vous moquez de moi ?",
        "¿Están de broma?",
        "Is dit een grap?",
        "See https://shop.example/?a=1&b=2",
        "??",
        "",
    ],
)
def test_a_statement(text: str) -> None:
    assert asked(text) is None


@pytest.mark.parametrize("prefix", ["Re: ", "AW: ", "RE: Re: ", "Antw: ", "Fwd: ", "re[2]: "])
def test_what_an_answered_mail_asked_is_no_question_of_this_one(prefix: str) -> None:
    assert asked("You owe me $400.", subject=f"{prefix}How did we do?") is None
    assert asked("Could you tell me when?", subject=f"{prefix}How did we do?") == (
        "Could you tell me when?"
    )


def test_the_subject_counts_as_well() -> None:
    assert asked("Thanks", subject="Does it fit?") == "Does it fit?"
