"""Doubtful mail in the spam folder, about which a person is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.build import customers
from tests.support.house import ANN, letter
from tests.unit.app.test_sweep import forged, genuine, house, outcomes, spam, subjects, sweep

from inboxwatch.app.put_back import undo
from inboxwatch.model.customer import Customer
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.sweep import Choice, SweepOutcome
from inboxwatch.render.sweep import doubtful_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.house import House

    from inboxwatch.model.sweep import SweepMail

FIRM = Customer("c-9", "Other Ltd", (), ("other.example",))


def doubting() -> House:
    at = house()
    at.customers = customers(ANN, FIRM)
    return at


def colleague(number: int) -> bytes:
    """Proven, of a customer's domain: its address is not known, so a person has to look."""
    sender = f"p{number}@other.example"
    return letter(sender, subject=f"Doubtful {number}", text=f"Our order {number}.")


def unproven(number: int) -> bytes:
    octets = letter(subject=f"Unproven {number}", message_id=f"<u{number}@customer.example>")
    lines = octets.split(b"\n")
    return b"\n".join(one for one in lines if not one.startswith(b"Authentication-Results"))


def saying(*choices: Choice) -> tuple[Callable[[SweepMail, str], Choice], list[tuple[str, str]]]:
    asked: list[tuple[str, str]] = []

    def choose(mail: SweepMail, text: str) -> Choice:
        asked.append((mail.subject, text))
        return choices[len(asked) - 1]

    return choose, asked


def test_only_the_doubtful_are_asked_about_and_each_gets_what_was_said() -> None:
    at = doubting()
    for octets in (colleague(1), colleague(2), genuine(3), forged(4), spam(5)):
        at.deliver(octets, "Spam")
        at.clock.pass_by(minutes=1)
    choose, asked = saying(Choice.RESCUE, Choice.LEAVE)
    report = sweep(at, choose=choose)
    assert asked == [("Doubtful 1", "Our order 1."), ("Doubtful 2", "Our order 2.")]
    assert subjects(at, "INBOX") == ["Doubtful 1"]
    moved = next(one for one in report.mails if one.outcome is SweepOutcome.MOVED)
    assert (moved.decision, moved.detail) == (RescueDecision.REVIEW, "a person said so")
    assert at.journal.genuine() == ()
    undo(at.desk(), report.sweep.id)
    assert subjects(at, "INBOX") == []


def test_who_rescued_a_mail_and_why_no_apology_went_out_stay_known_where_it_cannot_be_removed() -> (
    None
):
    at = doubting()
    at.policy = replace(at.policy, rescue=replace(at.policy.rescue, reply=True))
    at.account.moves = at.account.uidplus = False
    at.deliver(unproven(1), "Spam")
    report = sweep(at, choose=saying(Choice.RESCUE)[0])
    (mail,) = at.journal.swept(report.sweep.id)
    assert mail.by_hand
    assert mail.detail.startswith("a person said so; no apology: nothing proves the sender; ")
    assert mail.detail.endswith("is only marked as deleted")


def test_stop_leaves_the_rest_alone() -> None:
    at = doubting()
    for number in range(3):
        at.deliver(colleague(number), "Spam")
        at.clock.pass_by(minutes=1)
    choose, asked = saying(Choice.LEAVE, Choice.STOP)
    report = sweep(at, choose=choose)
    assert len(asked) == 2
    assert {one.outcome for one in report.mails} == {SweepOutcome.REPORTED}


def test_a_sender_called_genuine_is_rescued_from_then_on() -> None:
    at = doubting()
    at.deliver(colleague(1), "Spam")
    choose, _ = saying(Choice.GENUINE)
    sweep(at, choose=choose)
    assert at.journal.genuine() == ("p1@other.example",)
    at.clock.pass_by(minutes=1)
    again = letter("p1@other.example", subject="Second", text="Our second order.")
    at.deliver(again, "Spam")
    at.deliver(again.replace(b"dmarc=pass", b"dmarc=fail").replace(b"Second", b"Forged"), "Spam")
    assert [(one.subject, one.outcome) for one in at.run().rescued] == [
        ("Second", SweepOutcome.MOVED)
    ]
    assert subjects(at, "Spam") == ["Forged"]


def test_a_sender_of_whom_nothing_is_proven_is_not_remembered() -> None:
    at = doubting()
    at.deliver(unproven(1), "Spam")
    choose, asked = saying(Choice.GENUINE)
    assert outcomes(sweep(at, choose=choose)) == [("Unproven 1", "moved")]
    assert (len(asked), at.journal.genuine()) == (1, ())


def test_without_questions_the_doubtful_are_only_reported() -> None:
    at = doubting()
    at.deliver(colleague(1), "Spam")
    assert outcomes(sweep(at, apply=True)) == [("Doubtful 1", "reported")]


def test_what_is_shown_holds_nothing_that_runs_or_can_be_clicked() -> None:
    at = doubting()
    text = "Look: https://evil.example/pay?x=1\n\x1b[2Jgone \u202eevil\nwww.evil.example"
    octets = letter("p1@other.example", subject="\x1b]0;x\x07Hi", text=text)
    at.deliver(octets, "Spam")
    choose, asked = saying(Choice.LEAVE)
    (mail,) = sweep(at, choose=choose).mails
    shown = "\n".join(str(one) for one in doubtful_lines(mail, asked[0][1], now=at.clock.now()))
    assert "hxxps://evil[.]example/pay?x=1" in shown
    assert "www[.]evil[.]example" in shown
    assert "not met: S20" in shown
    assert not {"\x1b", "\u202e", "\x07"} & set(shown)
