"""The apology of a sweep: once, late, under every other rule (A17, A40, L01, L12, X14)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, customers, template
from tests.support.house import ANN, letter
from tests.unit.app.test_sweep import genuine, house, outcomes, subjects, sweep

from inboxwatch.model.customer import Customer
from inboxwatch.model.policy import Limits
from inboxwatch.model.sweep import SweepOutcome

if TYPE_CHECKING:
    from tests.support.house import House

WORDS = "We found it after {{ delay }}.\n\n{{ sign }}\n"


def apologising(**fields: Any) -> House:
    """A house in which replies have been on for a hundred days."""
    at = house(run=False, reply=True, **fields)
    at.policy = replace(
        at.policy, templates=(*at.policy.templates, template("rescued", body=WORDS))
    )
    at.clock.at = NOW - timedelta(days=20)
    at.run()
    at.clock.at = NOW
    return at


def lay(at: House, days: float, octets: bytes | None = None) -> None:
    """A mail that has lain in the spam folder for so many days."""
    when = at.clock.now() - timedelta(days=days)
    at.account.deliver("Spam", octets or genuine(at=when), when)


def test_the_apology_names_how_long_the_mail_lay_there() -> None:
    at = apologising()
    lay(at, 3)
    (mail,) = sweep(at, apply=True).mails
    assert (mail.outcome, mail.reply) == (SweepOutcome.MOVED, "sent")
    (sent,) = at.transport.sent
    assert sent.recipient == "ann@customer.example"
    assert b"We found it after 3 days." in sent.octets
    assert [write[0] for write in at.account.writes] == ["mark_answered", "append", "move"]


def test_a_second_sweep_apologises_to_nobody() -> None:
    at = apologising()
    lay(at, 12)
    sweep(at, apply=True)
    sweep(at, apply=True)
    at.clock.pass_by(minutes=1)
    at.run()
    assert len(at.transport.sent) == 1


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"reply_max_age": timedelta(days=10)}, 11),
        ({}, 25),  # before replies were switched on (L12)
    ],
)
def test_older_mail_is_moved_without_an_apology(fields: dict[str, Any], days: int) -> None:
    at = apologising(**fields)
    lay(at, days)
    (mail,) = sweep(at, apply=True).mails
    assert (mail.outcome, mail.reply) == (SweepOutcome.MOVED, "")
    assert at.transport.sent == []


def test_a_date_that_is_too_old_counts_as_well() -> None:
    at = apologising()
    lay(at, 2, genuine(at=NOW - timedelta(days=60)))
    sweep(at, apply=True)
    assert at.transport.sent == []


def test_one_customer_gets_one_apology_whatever_the_address() -> None:
    at = apologising()
    ann = replace(ANN, emails=("ann@customer.example", "ann@home.example"))
    at.customers = customers(ann, Customer("c-2", "Bob", ("bob@other.example",)))
    lay(at, 3, genuine(1, sender="ann@customer.example", at=NOW - timedelta(days=3)))
    lay(at, 2, genuine(2, sender="ann@home.example", at=NOW - timedelta(days=2)))
    lay(at, 1, genuine(3, sender="bob@other.example", at=NOW - timedelta(days=1)))
    report = sweep(at, apply=True)
    assert {one.outcome for one in report.mails} == {SweepOutcome.MOVED}
    assert sorted(sent.recipient for sent in at.transport.sent) == [
        "ann@customer.example",
        "bob@other.example",
    ]


@pytest.mark.parametrize(
    "headers", ["Auto-Submitted: auto-replied\n", "List-Id: <group.example>\n"]
)
def test_machines_and_lists_are_neither_moved_nor_answered(headers: str) -> None:
    at = apologising()
    when = NOW - timedelta(days=1)
    lay(at, 1, letter(subject="Question 1", at=when, headers=headers))
    sweep(at, apply=True)
    assert at.transport.sent == []
    assert subjects(at, "Spam") == ["Question 1"]


def test_without_replies_or_without_apply_nothing_goes_out() -> None:
    at = apologising()
    lay(at, 1)
    sweep(at)
    at.policy = replace(at.policy, replies_enabled=False)
    assert outcomes(sweep(at, apply=True)) == [("Question 1", "moved")]
    assert at.transport.sent == []


def test_a_mail_whose_apology_a_cap_puts_off_waits_for_the_next_sweep() -> None:
    at = apologising()
    at.policy = replace(at.policy, limits=Limits(run=1))
    at.customers = customers(ANN, Customer("c-2", "Bob", ("bob@other.example",)))
    lay(at, 3, genuine(1, at=NOW - timedelta(days=3)))
    lay(at, 1, genuine(2, sender="bob@other.example", at=NOW - timedelta(days=1)))
    report = sweep(at, apply=True)
    assert outcomes(report) == [("Question 1", "moved"), ("Question 2", "capped")]
    assert "apology waits" in report.mails[1].detail
    assert outcomes(sweep(at, apply=True)) == [("Question 2", "moved")]
    assert len(at.transport.sent) == 2


def test_the_kill_switch_holds_the_apology_and_not_the_move() -> None:
    at = apologising()
    at.brake = lambda: "the file no-send is there"
    lay(at, 1)
    (mail,) = sweep(at, apply=True).mails
    assert (mail.outcome, mail.reply) == (SweepOutcome.MOVED, "")
    assert mail.detail == "no apology: L13 the file no-send is there"
    assert at.transport.sent == []


def test_with_a_clock_that_cannot_be_right_nothing_is_sent() -> None:
    at = apologising()
    lay(at, 1)
    at.clock.at = NOW - timedelta(days=21)
    sweep(at, apply=True)
    assert at.transport.sent == []
