"""The five stories that the program answers to, on Dovecot, over simulated days."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from tests.support.days import ZONE, Days, SetClock
from tests.support.reddit import NIGHT

from inboxwatch.model.case import Deed, Means

if TYPE_CHECKING:
    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.dovecot

ANN, BERT, CLEO = "ann@archer.example", "bert@bloom.example", "cleo@crane.example"
JO, KIM, LEE = "jo@acme.example", "kim@acme.example", "lee@acme.example"

GENERAL = (
    "thank you for your message. We are very sorry for any inconvenience. Your request is "
    "important to us and has been forwarded to the department in charge, which will look into it. "
    "Please bear with us."
)


@pytest.fixture
def days(program: Installed, imap: Dovecot, smtp: SmtpServer) -> Days:
    """Wednesday, ten o'clock; the empty mailboxes are known."""
    start = Days(program, imap, smtp, SetClock(datetime(2026, 11, 18, 10, tzinfo=ZONE)))
    start.run()
    return start


def test_stylehatch_the_woman_in_the_spam_folder(days: Days) -> None:
    days.at("2026-11-18 10:05")
    days.writes(BERT, "A question", "How do I change my address?")
    first = days.writes(CLEO, "Where is my theme?", "I paid and got nothing.", mailbox="Spam")
    days.at("2026-11-18 11:00").writes(
        CLEO,
        "Re: Where is my theme?",
        "Nobody answers! This is outrageous, you are ignoring me and I am furious.",
        about=first,
        mailbox="Spam",
    )
    days.run()
    days.replies()
    queue = days.queue()
    assert [one["priority"] for one in queue[:2]] == [9, 9]
    assert {one["from"] for one in queue[:2]} == {CLEO}
    assert "rescued-customer" in queue[0]["signals"]

    days.at("2026-11-21 20:14").writes(
        CLEO, "Re: Where is my theme?", "I am still furious! This is outrageous.", about=first
    )
    report = days.run()
    assert [one.decision.sender for one in report.outcomes] == [CLEO]
    assert all(
        one.decision.reply.decision.value != "send" or _tone(one) == "sincere"
        for one in report.outcomes
    )
    assert days.queue()[0]["from"] == CLEO

    days.at("2026-11-23 09:30").answers(
        JO, CLEO, "Re: Where is my theme?", "I am so sorry, here is your theme.", about=first
    )
    days.run()
    days.at("2026-11-28 20:14").writes(
        CLEO, "One more thing", "How do I change the colour of the header?"
    )
    days.run()
    (calm,) = [one for one in days.queue() if one["subject"] == "One more thing"]
    assert calm["reply"]["tone"] == "funny"


def test_twenty_eight_mails_to_the_ticket_vendor(days: Days) -> None:
    about, subject = "", "My tickets"
    for number in range(28):
        day, people = 18 + number // 4, (JO, KIM, LEE)
        hour = 9 + 2 * (number % 4)
        days.at(f"2026-11-{day:02} {hour:02}:30")
        about = days.writes(
            ANN, subject, f"Mail {number + 1}. I want to speak to a manager.", about=about
        )
        subject = "Re: My tickets"
        days.run()
        (item,) = days.attention()
        assert item.kind == "escalation"
        assert item.requests == number + 1
        assert item.next_step.action.value == "call"
        if number == 2:
            assert "relationship-at-risk" in item.reasons[0]
        days.at(f"2026-11-{day:02} {hour + 1:02}:00")
        greeting = f"Dear Ann, {GENERAL} {people[number % 3].partition('@')[0].title()}"
        about = days.answers(people[number % 3], ANN, subject, greeting, about=about)
        days.run()

    newest = days.at("2026-11-24 17:00").writes(
        ANN, subject, "I want to speak to a manager. Where are my tickets?", about=about
    )
    days.run()
    (item,) = days.attention()
    assert item.requests == 29
    assert any("the same text sent 28 times" in reason for reason in item.reasons)
    first = days.queue()[0]
    assert first["priority"] == 9
    told = {one["signal"]: one["evidence"] for one in first["reasons"]}
    assert told["repeated-text"] == "sent 28 times, by 3 people"

    days.at("2026-11-25 09:30").answers(
        JO, ANN, subject, "Ann, I am the manager. Your tickets are in this mail.", about=newest
    )
    days.run()
    assert days.attention() == ()


def test_the_promise_made_on_friday_evening(days: Days) -> None:
    mail = days.at("2026-11-20 18:30").writes(ANN, "My order", "Where is my order?")
    days.run()
    days.at("2026-11-20 19:00").answers(
        JO,
        ANN,
        "Re: My order",
        "I'll look into it and get back to you tomorrow morning.",
        about=mail,
    )
    days.run()
    due = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
    assert [one.due_at for one in days.promises() if one.author == JO] == [due]
    days.at("2026-11-21 12:30").run()
    assert days.told == []
    days.at("2026-11-23 11:00").run()
    assert [("falls due" in one) for one in days.told] == [True]
    for minute in (10, 20, 30):
        days.at(f"2026-11-23 12:{minute}").run()
    assert [("was broken" in one) for one in days.told] == [False, True]
    (item,) = days.attention()
    assert item.kind == "promise-broken"
    days.at("2026-11-23 13:00").answers(JO, ANN, "Re: My order", "It is on its way.", about=mail)
    days.run()
    assert days.attention() == ()


def test_you_guys_are_absolute_idiots(days: Days) -> None:
    days.at("2026-11-18 20:00").writes(
        BERT,
        "Survey",
        "Don't bother, you guys are absolute idiots. You told me I owe $400 when I owe $9.",
    )
    days.run()
    assert days.replies() == []
    (mail,) = days.queue()
    said = {one["signal"]: one["evidence"] for one in mail["reasons"]}
    assert {"insult", "charged-wrongly"} <= said.keys()
    assert "400" in said["charged-wrongly"]
    assert "9" in said["charged-wrongly"].replace("400", "")
    assert mail["reply"]["text"] is None
    step = mail["next_step"]
    assert (step["action"], step["topic"]) == ("call", "charged-wrongly")
    assert "amount" not in step["find_out"]  # the mail says it
    assert "card-last-four" in step["find_out"]
    (item,) = days.attention()
    days.at("2026-11-18 20:20").done(
        item.mail_id or 0, Deed(days.clock.at, Means.CALL, "Jo", "Sorted.")
    )
    assert days.attention() == ()
    assert days.queue() == []


def test_the_reddit_night_gives_one_alert(days: Days) -> None:
    for number in range(40):
        subject, text = NIGHT[number % len(NIGHT)]
        minutes = 3 * number
        days.at(f"2026-11-19 {1 + minutes // 60:02}:{minutes % 60:02}")
        days.writes(f"guest{number}@host{number}.example", subject, text)
        if number % 5 == 4:
            days.run()
    assert len(days.told) == 1
    assert "promo code" in days.told[0]


def test_the_fixers_a_colleague_answers_from_her_own_mailbox(days: Days) -> None:
    days.at("2026-11-18 16:00")
    mail = days.writes(ANN, "You are 90 minutes late", "I want to speak to a manager!")
    days.run()
    (item,) = days.attention()
    assert item.next_step is not None
    assert item.next_step.topic == "late"
    assert "say when it comes" in item.next_step.text
    assert item.next_step.find_out == ("order-number",)
    days.at("2026-11-18 16:40").colleague(
        "lisa@acme.example", ANN, "Re: You are 90 minutes late", "I am sorry.", about=mail
    )
    days.run()
    assert days.attention() == ()
    assert days.queue() == []


def _tone(outcome: object) -> str:
    draft = outcome.decision.reply.draft  # type: ignore[attr-defined]
    return draft.tone if draft else ""
