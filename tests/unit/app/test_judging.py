"""Faults of our own: a mail that the code trips over is held, and the run goes on (rule X12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW, customers, policy, raw
from tests.support.house import House, letter

from inboxwatch.app import judging
from inboxwatch.app.triage import Triage
from inboxwatch.core import decide
from inboxwatch.core.message import forms
from inboxwatch.core.message.parse import parse
from inboxwatch.core.reply import serialise
from inboxwatch.core.run_summary import exit_code
from inboxwatch.core.triage import matcher, signals
from inboxwatch.errors import ExitCode
from inboxwatch.model.decision import ReplyDecision

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.core.run_summary import RunReport

POISON = "poison"


def tripping_over(real: Callable[..., object]) -> Callable[..., object]:
    """A function with a bug that only one mail brings to light."""

    def faulty(first: object, *rest: object, **named: object) -> object:
        if POISON in repr(first):
            raise RecursionError(POISON)
        return real(first, *rest, **named)

    return faulty


def house() -> House:
    """Three mails, the one in the middle poisonous."""
    built = House().after_baseline()
    for name in ("ann", POISON, "bo"):
        built.deliver(letter(f"{name}@{name}.example"))
    return built


def recipients(built: House) -> list[str]:
    return sorted(sent.recipient for sent in built.transport.sent)


def held(report: RunReport) -> list[tuple[str, str]]:
    return [
        (refusal.rule, refusal.evidence)
        for outcome in report.outcomes
        for refusal in outcome.decision.reply.refusals
        if outcome.decision.reply.decision is ReplyDecision.HOLD
    ]


@pytest.mark.parametrize(
    ("module", "name", "evidence"),
    [
        (judging, "parse", "this mail could not be judged: it could not be read"),
        (decide, "decide", "this mail could not be judged: RecursionError"),
        (serialise, "serialise", "the reply could not be written: RecursionError"),
    ],
)
def test_a_mail_that_the_code_trips_over_is_held_and_the_others_are_answered(
    module: object,
    name: str,
    evidence: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, name, tripping_over(getattr(module, name)))
    built = house()
    report = built.run()
    assert recipients(built) == ["ann@ann.example", "bo@bo.example"]
    assert held(report) == [("X12", evidence)]
    assert len(built.journal.open_mails()) == 3
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]
    mark = built.journal.mailbox("support", "INBOX")
    assert mark is not None
    assert mark.uidnext == 4
    again = built.run()
    assert again.outcomes == ()
    assert exit_code(again) is ExitCode.DONE


def test_a_fault_while_getting_ready_is_told_with_the_mails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def trips(_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(matcher, "matcher_for", trips)
    monkeypatch.setattr(signals, "matcher_for", trips)
    built = house()
    report = built.run()
    assert {rule for rule, _ in held(report)} == {"X12"}
    assert len(report.outcomes) == 3
    assert exit_code(built.run()) is ExitCode.DONE


def test_whose_mail_it_is_may_not_be_told_either(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty = tripping_over(forms.open_letter)
    monkeypatch.setattr(forms, "writer_of", tripping_over(forms.writer_of))
    monkeypatch.setattr(decide, "open_letter", faulty)
    built = house()
    assert [rule for rule, _ in held(built.run())] == ["X12"]
    assert recipients(built) == ["ann@ann.example", "bo@bo.example"]


def test_a_copy_in_sent_that_cannot_be_read_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "parse", tripping_over(parse))
    built = House().after_baseline()
    built.deliver(letter(f"{POISON}@acme.example"), "Sent")
    built.deliver(letter())
    built.run()
    assert recipients(built) == ["ann@customer.example"]
    mark = built.journal.mailbox("support", "Sent")
    assert mark is not None
    assert mark.uidnext == 2


def test_triage_judges_the_other_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "parse", tripping_over(parse))
    triage = Triage(policy(), customers(), NOW)
    decision = triage.judge(raw(letter(f"{POISON}@customer.example")))
    assert [one.rule for one in decision.reply.refusals] == ["X12"]
    assert decision.defects == ("unparsed", "undecided")
    assert triage.judge(raw(letter())).reply.decision is ReplyDecision.SEND
