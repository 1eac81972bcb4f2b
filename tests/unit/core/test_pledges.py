"""What people promise in their mails, in five languages, and when it is due."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.support.build import BERLIN, week

from inboxwatch.core.pledges import find_pledges, pledged
from inboxwatch.model.conversation import OwnMail

FRIDAY = datetime(2026, 11, 20, 20, 14, tzinfo=BERLIN)
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=BERLIN)


def due(text: str, at: datetime = WEDNESDAY) -> list[str]:
    return [f"{one.due_at:%a %d.%m. %H:%M}" for one in find_pledges(text, at, week())]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("I'll get back to you by Friday.", "Fri 20.11. 18:00"),
        ("I\u2019ll let you know tomorrow morning.", "Thu 19.11. 12:00"),
        ("We will reply within two days.", "Fri 20.11. 18:00"),
        ("We will reply within 24 hours.", "Thu 19.11. 18:00"),
        ("We'll send a replacement in 2-3 business days.", "Mon 23.11. 18:00"),
        ("You will hear from me within an hour.", "Wed 18.11. 11:00"),
        ("I will call you by 3 pm.", "Wed 18.11. 15:00"),
        ("We'll look into it and let you know by the end of the week.", "Fri 20.11. 18:00"),
        ("We will refund you by 28 November.", "Mon 30.11. 18:00"),
        ("We will get back to you next week.", "Fri 27.11. 18:00"),
        ("I will call you today.", "Wed 18.11. 18:00"),
        ("I will call you today before 24:00.", "Wed 18.11. 18:00"),
        ("We will refund it tomorrow at 50.99 euros.", "Thu 19.11. 18:00"),
        ("Ich melde mich bis Freitag.", "Fri 20.11. 18:00"),
        ("Wir werden Ihnen morgen früh antworten.", "Thu 19.11. 12:00"),
        ("Ich rufe Sie morgen Nachmittag an.", "Thu 19.11. 18:00"),
        ("Sie hören innerhalb von zwei Werktagen von uns.", "Fri 20.11. 18:00"),
        ("Wir melden uns bis zum 28.11. bei Ihnen.", "Mon 30.11. 18:00"),
        ("Je vous rappelle demain matin.", "Thu 19.11. 12:00"),
        ("Nous vous répondrons sous 48 heures.", "Fri 20.11. 18:00"),
        ("Vous recevrez une réponse d'ici vendredi.", "Fri 20.11. 18:00"),
        ("Le responderé mañana por la mañana.", "Thu 19.11. 12:00"),
        ("Le llamaremos el viernes.", "Fri 20.11. 18:00"),
        ("Recibirá una respuesta en dos días hábiles.", "Fri 20.11. 18:00"),
        ("Ik bel u morgen.", "Thu 19.11. 18:00"),
        ("U hoort uiterlijk vrijdag van ons.", "Fri 20.11. 18:00"),
        ("Wij sturen binnen twee werkdagen een antwoord.", "Fri 20.11. 18:00"),
    ],
)
def test_a_promise_and_its_time(text: str, when: str) -> None:
    assert due(f"Dear Ann,\n\nthank you. {text} Kind regards, Jo") == [when]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("I will call you tomorrow morning.", "Mon 23.11. 12:00"),
        ("I will call you tomorrow.", "Mon 23.11. 18:00"),
        ("You will hear from me within an hour.", "Mon 23.11. 10:00"),
        ("I'll get back to you today.", "Mon 23.11. 18:00"),
    ],
)
def test_what_is_promised_on_friday_evening_is_due_in_business_hours(text: str, when: str) -> None:
    assert due(text, FRIDAY) == [when]


@pytest.mark.parametrize(
    "text",
    [
        "I won't be able to call tomorrow.",
        "Shall I call you tomorrow?",
        "I called you yesterday and on Monday.",
        "I will go on holiday on Monday.",
        "The shop will open again on Monday.",
        "You can write to us until Friday.",
        "I will get back to you soon.",
        "Maybe I will call you tomorrow.",
        "Ich melde mich leider erst am Freitag.",
        "Sie haben bis Freitag Zeit.",
        "I will send it by 31 February.",
        "I will send it by the end of the year.",
        "We will call you in 0 hours.",
        "We will reply within 0 days.",
        "I will answer by 99:99 tomorrow.",
        "I will answer by 25:00 tomorrow.",
        "I will answer tomorrow by 9:75.",
        "Ich melde mich morgen um 99 Uhr.",
        "Je vous rappelle demain à 99h99.",
        "Le llamaremos el viernes a las 31:00.",
        "Ik bel u morgen om 26 uur.",
        "I'll reply " + "very " * 100 + "soon, on Friday.",
        "",
    ],
)
def test_no_promise(text: str) -> None:
    assert due(text) == []


def test_several_promises_are_three_at_most_each_once() -> None:
    text = "I will call you tomorrow. I will write on Friday. I will call on Friday."
    assert due(text) == ["Thu 19.11. 18:00", "Fri 20.11. 18:00"]
    many = " ".join(f"I will call you within {n} hours." for n in (1, 2, 3, 4, 5))
    assert len(due(many)) == 3


def test_the_words_are_the_sentence() -> None:
    (found,) = find_pledges("Hello. I'll reply\nby Friday. Bye.", WEDNESDAY, week())
    assert found.words == "I'll reply by Friday."


def test_a_mail_to_nobody_outside_promises_nothing() -> None:
    mail = OwnMail(("",), WEDNESDAY, "jo@acme.example", (), text="I will call you tomorrow.")
    assert pledged(mail, week()).pledges == ()
    outside = OwnMail(("",), WEDNESDAY, "jo@acme.example", ("a@b.example",), text=mail.text)
    assert len(pledged(outside, week()).pledges) == 1
