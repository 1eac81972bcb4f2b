"""What a run does with new mail in the spam folder (rules S26, S27, A40, X17)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from tests.support.build import template
from tests.support.killed import KilledError, killing
from tests.unit.app.test_sweep import BOXES, forged, genuine, house, spam, subjects

from inboxwatch.core.run_summary import exit_code, run_fields
from inboxwatch.errors import ExitCode
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.policy import RescueMode
from inboxwatch.model.sweep import SweepOutcome
from inboxwatch.render.run import run_lines


def test_under_report_a_run_moves_nothing() -> None:
    at = house(mode=RescueMode.REPORT, create=True, reply=True)
    at.deliver(genuine(), "Spam")
    report = at.run()
    assert (report.rescued, at.account.writes, at.transport.sent) == ((), [], [])


@pytest.mark.parametrize(
    ("mode", "mailbox"), [(RescueMode.INBOX, "INBOX"), (RescueMode.REVIEW, "Rescued")]
)
def test_a_run_moves_what_is_proven_genuine(mode: RescueMode, mailbox: str) -> None:
    at = house(mode=mode, create=True)
    for octets in (genuine(), forged(), spam()):
        at.deliver(octets, "Spam")
    report = at.run()
    assert [(one.subject, one.outcome) for one in report.rescued] == [
        ("Question 1", SweepOutcome.MOVED)
    ]
    assert len(subjects(at, "Spam")) == 2
    assert subjects(at, mailbox) == ["Question 1"]
    assert exit_code(report) is ExitCode.DONE
    at.clock.pass_by(minutes=1)
    again = at.run()
    assert (again.outcomes, again.rescued) == ((), ())
    assert at.transport.sent == []


def test_a_dry_run_moves_nothing() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    report = at.run(dry_run=True)
    assert (report.rescued, at.account.writes) == ((), [])


def test_a_first_run_moves_nothing() -> None:
    at = house(run=False)
    at.deliver(genuine(), "Spam")
    at.clock.pass_by(minutes=1)
    assert at.run().rescued == ()
    assert at.account.writes == []


def test_without_replies_mail_is_moved_all_the_same() -> None:
    at = house()
    at.policy = replace(at.policy, replies_enabled=False)
    at.deliver(genuine(), "Spam")
    assert [one.outcome for one in at.run().rescued] == [SweepOutcome.MOVED]


def apologising(**fields: Any) -> Any:
    at = house(reply=True, **fields)
    words = template("rescued", body="Sorry, {{ greeting_name }}: it lay there.\n\n{{ sign }}\n")
    at.policy = replace(at.policy, templates=(*at.policy.templates, words))
    return at


def test_whoever_is_rescued_is_answered_before_the_mail_is_moved() -> None:
    at = apologising()
    at.deliver(genuine(), "Spam")
    report = at.run()
    assert [outcome.state for outcome in report.outcomes] == [OutboxState.SENT]
    assert b"Sorry" in at.transport.sent[0].octets
    assert [write[0] for write in at.account.writes] == ["mark_answered", "append", "move"]
    (mail,) = at.account.boxes["INBOX"].mails.values()
    assert {"\\Answered", "$InboxwatchReplied", "$NotJunk"} <= mail.flags
    at.clock.pass_by(minutes=1)
    at.run()
    assert len(at.transport.sent) == 1


def test_forged_and_unknown_mail_gets_no_apology() -> None:
    at = apologising()
    for octets in (forged(), spam()):
        at.deliver(octets, "Spam")
    at.run()
    assert at.transport.sent == []
    assert len(subjects(at, "Spam")) == 2


def test_mail_beyond_the_cap_waits_for_the_next_run_with_its_apology() -> None:
    at = apologising(most=1)
    at.deliver(genuine(1), "Spam")
    at.deliver(genuine(2, sender="ann@customer.example"), "Spam")
    report = at.run()
    assert sorted(one.outcome.value for one in report.rescued) == ["capped", "moved"]
    assert len(at.transport.sent) == 1
    assert any("S27" in note for note in report.notes)
    at.clock.pass_by(minutes=1)
    assert [one.outcome for one in at.run().rescued] == [SweepOutcome.MOVED]
    assert len(subjects(at, "INBOX")) == 2


def test_where_mail_can_go_nowhere_nobody_is_answered_and_it_is_told() -> None:
    at = apologising(mode=RescueMode.REVIEW)
    at.deliver(genuine(), "Spam")
    report = at.run()
    assert at.transport.sent == []
    assert [one.outcome for one in report.rescued] == [SweepOutcome.FAILED]
    (failure,) = report.failures
    assert "no mailbox Rescued" in failure.error.message
    assert exit_code(report) is ExitCode.INCOMPLETE
    (refusal,) = report.outcomes[0].decision.reply.refusals
    assert refusal.rule == "A40"


def test_what_somebody_put_back_is_neither_moved_nor_answered() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    at.run()
    (uid,) = at.account.boxes["INBOX"].mails
    at.account.move("INBOX", 1, [uid], "Spam")
    words = template("rescued")
    terms = replace(at.policy.rescue, reply=True)
    at.policy = replace(at.policy, rescue=terms, templates=(*at.policy.templates, words))
    at.clock.pass_by(minutes=1)
    report = at.run()
    assert [one.outcome for one in report.rescued] == [SweepOutcome.RETURNED]
    assert "put it back" in report.rescued[0].detail
    assert at.transport.sent == []
    assert subjects(at, "Spam") == ["Question 1"]


@pytest.mark.parametrize("moved", [True, False])
def test_a_run_that_was_killed_is_taken_up_and_nobody_is_answered_twice(moved: bool) -> None:
    at = apologising()
    at.deliver(genuine(), "Spam")
    with killing(at, moved=moved), pytest.raises(KilledError):
        at.run()
    at.clock.pass_by(minutes=1)
    report = at.run()
    assert [one.outcome.value for one in report.rescued] == ["moved" if moved else "failed"]
    assert len(at.transport.sent) == 1
    assert len(subjects(at, "INBOX")) == moved


def test_a_run_without_replies_that_was_killed_before_the_move_moves_it_the_next_time() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    with killing(at, moved=False), pytest.raises(KilledError):
        at.run()
    at.clock.pass_by(minutes=1)
    assert [one.outcome.value for one in at.run().rescued] == ["failed", "moved"]
    assert subjects(at, "INBOX") == ["Question 1"]


def test_a_run_tells_what_it_moved() -> None:
    at = house()
    at.account.found = replace(BOXES)
    at.deliver(genuine(), "Spam")
    report = at.run()
    text = "\n".join(str(line) for line in run_lines(report, ()))
    assert "moved to INBOX" in text
    (told,) = run_fields(report)["rescued"]  # type: ignore[misc]
    assert (told["outcome"], told["moved_to"]) == ("moved", "INBOX")  # type: ignore[index]
