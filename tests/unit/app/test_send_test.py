"""A first reply, to ourselves (rule L12)."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from tests.support.build import BERLIN, account, policy, template
from tests.support.house import House

from inboxwatch.app.send_test import send_test
from inboxwatch.errors import IncompleteError, LoginRefusedError, UsageError
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.policy import Mode, Tone

if TYPE_CHECKING:
    from email.message import Message

SATURDAY = datetime(2026, 11, 21, 20, 14, tzinfo=BERLIN)


def house(**fields: object) -> House:
    return House(policy=policy(replies_enabled=False, **fields))


def sent(built: House) -> Message:
    (one,) = built.transport.sent
    assert one.recipient == "support@acme.example"
    return message_from_bytes(one.octets)


def test_it_goes_to_our_own_address_even_while_replies_are_switched_off() -> None:
    built = house()
    tested = send_test(built.desk(), "support", at=None)
    mail = sent(built)
    assert mail["To"] == "support@acme.example"
    assert mail["Subject"] == "[test] Re: A question about my order"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert "Hello Alex Sample," in str(mail.get_payload())
    assert (tested.period, tested.draft.template) == ("business", "business.en")


def test_it_counts_nowhere() -> None:
    built = house()
    send_test(built.desk(), "support", at=None)
    assert built.journal.outbox(tuple(OutboxState)) == ()
    assert built.account.writes == []


def test_it_is_composed_for_the_period_of_another_instant_and_dated_now() -> None:
    built = house()
    tested = send_test(built.desk(), "support", at=SATURDAY)
    assert (tested.period, tested.draft.template) == ("weekend", "weekend.en")
    assert sent(built)["Date"] == "Wed, 18 Nov 2026 09:30:00 +0000"


def test_any_template_can_be_asked_for() -> None:
    funny = template("evening", name="joke", tone=Tone.FUNNY, body="Ha!\n")
    french = template("rescued", name="trouvé", language="fr", body="Bonjour\n")
    built = house(templates=(template(), funny, french))
    assert send_test(built.desk(), "support", at=None, template="joke").draft.handle == "joke"
    tested = send_test(built.desk(), "support", at=None, template="trouvé.fr")
    assert (tested.draft.handle, tested.draft.language) == ("trouvé", "fr")
    with pytest.raises(UsageError, match="nonsense"):
        send_test(built.desk(), "support", at=None, template="nonsense")


def test_two_tests_are_two_mails() -> None:
    built = house()
    first = send_test(built.desk(), "support", at=None)
    built.clock.pass_by(seconds=1)
    assert send_test(built.desk(), "support", at=None).draft.message_id != first.draft.message_id


@pytest.mark.parametrize("mode", [Mode.DRAFT, Mode.HOLD])
def test_it_goes_out_whatever_the_account_does_with_replies(mode: Mode) -> None:
    built = house(accounts={"support": account(mode=mode, test_domains_allowed=False)})
    send_test(built.desk(), "support", at=None)
    assert len(built.transport.sent) == 1


def test_it_is_not_answered_when_it_comes_back() -> None:
    built = House().after_baseline()
    send_test(built.desk(), "support", at=None)
    built.deliver(b"Return-Path: <support@acme.example>\n" + built.transport.sent[0].octets)
    (outcome,) = built.run().outcomes
    assert outcome.decision.reply.decision is ReplyDecision.NONE
    assert "A11" in {refusal.rule for refusal in outcome.decision.reply.refusals}
    assert len(built.transport.sent) == 1


def test_the_kill_switch_stops_it() -> None:
    built = house()
    built.brake = lambda: "the file no-send is there"
    with pytest.raises(IncompleteError, match="no-send"):
        send_test(built.desk(), "support", at=None)
    assert built.transport.sent == []


def test_a_refused_login_is_told_as_such() -> None:
    built = house()
    built.transport.check_error = LoginRefusedError("refused user and password")
    with pytest.raises(LoginRefusedError):
        send_test(built.desk(), "support", at=None)
    assert built.transport.sent == []


@pytest.mark.parametrize(
    ("answers", "told"), [({"rcpt": 550}, "not sent: 550"), ({"dot": None}, "unknown whether")]
)
def test_what_the_server_refuses_is_told(answers: dict[str, int | None], told: str) -> None:
    built = house()
    built.transport.answers = answers
    with pytest.raises(IncompleteError, match=told):
        send_test(built.desk(), "support", at=None)


def test_without_a_template_it_says_why() -> None:
    built = house(templates=(template("rescued"),))
    with pytest.raises(IncompleteError, match="no template answers business"):
        send_test(built.desk(), "support", at=None)
