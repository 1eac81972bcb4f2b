"""Tests in the team's own configuration: the mail that they make, and what is compared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from tests.support.build import account, customers, policy, week

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.message.header import split_octets
from inboxwatch.core.message.parse import parse
from inboxwatch.core.trial import mail_octets, ordinary_instant, range_text, try_all
from inboxwatch.model.customer import Customer
from inboxwatch.model.decision import ReplyDecision, RescueDecision
from inboxwatch.model.message import AuthenticationStatus, Message, RawMessage, Role
from inboxwatch.model.trial import Difference, Expectation, Trial, TrialMail
from inboxwatch.model.world import History

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
ANN = Customer("c-1", "Ann", ("ann@customer.example",))


OURS = replace(account(), trust=("mx.acme.example",))
POLICY = replace(policy(), accounts={"support": OURS}, lexicon=load_lexicon()[0])


def differences(mail: TrialMail, expect: Expectation, **more: object) -> list[Difference]:
    trial = Trial("a test", mail, expect, at=AT, **more)  # type: ignore[arg-type]
    (result,) = try_all([trial], POLICY, customers(ANN))
    return list(result.differences)


def read(mail: TrialMail) -> Message:
    octets = mail_octets(mail, account(), AT)
    header, body = split_octets(octets)
    return parse(RawMessage("test", Role.INBOX, header, body, AT, len(octets)))


def test_what_a_test_does_not_say_is_a_genuine_new_mail_to_us() -> None:
    mail = TrialMail("ann@customer.example", text="How long is the warranty?")
    assert differences(mail, Expectation(reply=ReplyDecision.SEND, customer="c-1")) == []


def test_everything_that_came_out_otherwise_is_told() -> None:
    mail = TrialMail("ann@customer.example", text="You are idiots.")
    expect = Expectation(
        priority=(9, 9),
        signals=frozenset({"legal"}),
        no_signals=frozenset({"insult"}),
        reply=ReplyDecision.SEND,
        rules=frozenset({"A08"}),
        template="weekend",
        tone="funny",
        language="de",
        rescue=RescueDecision.RESCUE,
        customer="c-2",
        says=("on Monday",),
    )
    found = {one.what: one for one in differences(mail, expect)}
    assert list(found) == [
        "priority",
        "signals",
        "customer",
        "rescue",
        "reply",
        "rules",
        "template",
        "tone",
        "language",
        "says",
    ]
    assert found["reply"].got.startswith("hold (A44 insult: ")
    assert found["template"].got == "no reply"


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        (AuthenticationStatus.AUTHENTICATED, ReplyDecision.SEND),
        (AuthenticationStatus.UNVERIFIED, ReplyDecision.SEND),
        (AuthenticationStatus.FAILED, ReplyDecision.HOLD),
    ],
)
def test_what_our_server_found_out_can_be_said(
    status: AuthenticationStatus, reply: ReplyDecision
) -> None:
    mail = TrialMail("ann@customer.example", text="A question", authentication=status)
    assert differences(mail, Expectation(reply=reply)) == []


def test_a_customer_in_the_spam_folder_is_rescued() -> None:
    mail = TrialMail("ann@customer.example", text="A question", role=Role.JUNK)
    expect = Expectation(rescue=RescueDecision.RESCUE, priority=(9, 9))
    assert differences(mail, expect) == []


def test_the_past_counts() -> None:
    mail = TrialMail("ann@customer.example", text="Again: where is it?")
    waiting = Expectation(signals=frozenset({"repeated-mail"}))
    assert differences(mail, waiting, history=History(sender_mails=2)) == []
    assert differences(mail, waiting)


def test_further_header_fields_replace_our_own() -> None:
    mail = TrialMail(
        "robot@customer.example",
        text="done",
        fields=(("Auto-Submitted", "auto-generated"), ("Message-ID", "<own@customer.example>")),
    )
    assert differences(mail, Expectation(rules=frozenset({"A01"}))) == []
    assert read(mail).message_id == "<own@customer.example>"


def test_a_mail_in_a_file_counts_alone() -> None:
    octets = b"From: bob@customer.example\r\nSubject: x\r\n\r\nYou are idiots.\r\n"
    mail = TrialMail(octets=octets)
    expect = Expectation(signals=frozenset({"insult"}), rules=frozenset({"A03"}))
    assert differences(mail, expect) == []


def test_text_of_any_language_arrives_as_it_was_written() -> None:
    text = "Où est ma commande ? Größe 40 你好\n" + "lang " * 300
    message = read(TrialMail("ann@customer.example", "Änn", "Où ?", text, cc=("b@x.example",)))
    assert message.subject == "Où ?"
    assert message.text.split() == text.split()
    assert message.sender
    assert message.sender.name == "Änn"
    assert "b@x.example" in message.recipients


def test_html_is_what_is_read() -> None:
    message = read(TrialMail("ann@customer.example", html="<p>You are <b>idiots</b></p>"))
    assert "idiots" in message.full_text


def test_without_an_instant_it_is_an_ordinary_one() -> None:
    at = ordinary_instant(week())
    assert at == ordinary_instant(week())
    mail = TrialMail("ann@customer.example", text="How long is the warranty?")
    trial = Trial("a test", mail, Expectation(template="business"))
    (result,) = try_all([trial], policy(), customers(ANN))
    assert result.differences == ()


@pytest.mark.parametrize(
    ("bounds", "text"), [((5, 5), "5"), ((8, 9), "8.."), ((1, 3), "..3"), ((4, 6), "4..6")]
)
def test_ranges_are_told_as_they_are_written(bounds: tuple[int, int], text: str) -> None:
    assert range_text(bounds) == text
