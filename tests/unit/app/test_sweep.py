"""Sweeps through the spam folder, with every outside part in memory (rules S26, S27, X16, X17)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from tests.support.build import account, policy
from tests.support.fake_account import FakeAccount
from tests.support.house import House, letter
from tests.support.killed import KilledError, killing

from inboxwatch.app.put_back import undo
from inboxwatch.app.sweep import Sweeping
from inboxwatch.core.sweep import sweep_exit_code, sweep_fields, swept_fields
from inboxwatch.errors import ExitCode, LoginRefusedError, UnreachableError, UsageError
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.policy import RescueMode, RescuePolicy
from inboxwatch.model.sweep import SweepMode, SweepOutcome
from inboxwatch.ports import Mailboxes

if TYPE_CHECKING:
    from inboxwatch.core.sweep import SweepReport

BOXES = Mailboxes("INBOX", ("Spam",), "Sent", "Drafts", "Rescued", has_review=False)
HOUR = timedelta(hours=1)


def house(*, run: bool = True, **rescue: Any) -> House:
    """A house that trusts its server; in INBOX mode unless told otherwise."""
    trusting = account(trust=("mx.acme.example",))
    terms = RescuePolicy(**{"mode": RescueMode.INBOX, **rescue})
    built = House(
        accounts={"support": FakeAccount("support", BOXES)},
        policy=policy(accounts={"support": trusting}, rescue=terms),
    )
    return built.after_baseline() if run else built


def genuine(number: int = 1, **fields: Any) -> bytes:
    return letter(
        subject=f"Question {number}", message_id=f"<q{number}@customer.example>", **fields
    )


def forged(number: int = 1) -> bytes:
    octets = letter(subject=f"Urgent {number}", message_id=f"<f{number}@customer.example>")
    return octets.replace(b"dmarc=pass", b"dmarc=fail")


def spam(number: int = 1) -> bytes:
    return letter(f"win{number}@lottery.example", subject=f"You have won {number}")


def sweep(at: House, *, apply: bool = False, **fields: Any) -> SweepReport:
    since = at.clock.now() - timedelta(days=30)
    return Sweeping(at.desk(), since, apply=apply, **fields).run()


def outcomes(report: SweepReport) -> list[tuple[str, str]]:
    return [(one.subject, one.outcome.value) for one in report.mails]


def subjects(at: House, mailbox: str) -> list[str]:
    return [
        line.decode().partition(": ")[2]
        for mail in at.account.boxes[mailbox].mails.values()
        for line in mail.octets.splitlines()
        if line.startswith(b"Subject: ")
    ]


def test_a_sweep_reports_and_moves_nothing() -> None:
    at = house()
    for octets in (genuine(), forged(), spam()):
        at.deliver(octets, "Spam")
    report = sweep(at)
    assert {one.subject: one.decision for one in report.mails} == {
        "Question 1": RescueDecision.RESCUE,
        "Urgent 1": RescueDecision.LEAVE,
    }
    assert {one.outcome for one in report.mails} == {SweepOutcome.REPORTED}
    assert report.sweep.examined == {"support": 3}
    assert report.sweep.mode is SweepMode.REPORT
    assert at.account.writes == []
    assert sweep_exit_code(report) is ExitCode.DONE
    assert at.journal.swept(report.sweep.id) == report.mails


def test_what_is_genuine_is_moved_with_its_keywords_and_its_priority() -> None:
    at = house()
    at.deliver(genuine(), "Spam", flags=frozenset({"$Junk", "\\Seen"}))
    at.deliver(forged(), "Spam")
    report = sweep(at, apply=True)
    assert ("Question 1", "moved") in outcomes(report)
    assert subjects(at, "INBOX") == ["Question 1"]
    assert subjects(at, "Spam") == ["Urgent 1"]
    (moved,) = at.account.boxes["INBOX"].mails.values()
    assert moved.flags == {"$NotJunk", "\\Seen"}
    (mail,) = (one for one in at.journal.open_mails() if one.subject == "Question 1")
    assert (mail.priority, mail.ref.mailbox, mail.role) == (9, "INBOX", "junk")
    assert "rescued-customer" in mail.decision["signals"]  # type: ignore[operator]


def test_the_inbox_pass_does_not_take_a_rescued_mail_for_new() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    sweep(at, apply=True)
    at.clock.pass_by(minutes=1)
    report = at.run()
    assert report.outcomes == ()
    assert at.transport.sent == []
    (mail,) = at.journal.open_mails()
    assert (mail.role, mail.priority) == ("junk", 9)


def test_a_rescued_mail_that_somebody_answers_leaves_the_queue() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    sweep(at, apply=True)
    (uid,) = at.account.boxes["INBOX"].mails
    at.account.set_flags("INBOX", uid, "\\Answered")
    at.clock.pass_by(minutes=1)
    at.run()
    assert at.journal.open_mails() == ()


def test_a_second_sweep_finds_nothing_more() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    sweep(at, apply=True)
    assert sweep(at, apply=True).mails == ()
    assert subjects(at, "INBOX") == ["Question 1"]


def test_before_the_first_run_mail_is_moved_and_the_run_does_not_answer_it() -> None:
    at = house(run=False)
    at.deliver(genuine(), "Spam")
    (mail,) = sweep(at, apply=True).mails
    assert mail.outcome is SweepOutcome.MOVED
    at.clock.pass_by(minutes=1)
    at.run()
    at.clock.pass_by(minutes=1)
    assert at.run().outcomes == ()
    assert at.transport.sent == []


def test_only_what_needs_it_is_fetched_whole() -> None:
    at = house()
    for number in range(60):
        at.deliver(spam(number), "Spam")
    at.deliver(genuine(), "Spam")
    fetched: list[tuple[bool, int]] = []
    real = at.account.fetch

    def fetch(*args: Any, headers_only: bool = False, **fields: Any) -> Any:
        for batch in real(*args, headers_only=headers_only, **fields):
            fetched.append((headers_only, len(batch)))
            yield batch

    at.account.fetch = fetch  # type: ignore[method-assign]
    sweep(at)
    assert sum(number for headers, number in fetched if headers) == 61
    assert [number for headers, number in fetched if not headers] == [1]


def test_older_and_deleted_mail_is_not_looked_at() -> None:
    at = house()
    at.account.deliver("Spam", genuine(1), at.clock.now() - timedelta(days=31))
    at.deliver(genuine(2), "Spam", flags=frozenset({"\\Deleted"}))
    report = sweep(at, apply=True)
    assert (report.mails, report.sweep.examined) == ((), {"support": 0})


def test_under_report_and_review_mail_goes_to_the_mailbox_for_review() -> None:
    for mode in (RescueMode.REPORT, RescueMode.REVIEW):
        at = house(mode=mode, create=True)
        at.deliver(genuine(), "Spam")
        (mail,) = sweep(at, apply=True).mails
        assert (mail.outcome, mail.moved_to) == (SweepOutcome.MOVED, "Rescued")
        assert subjects(at, "Rescued") == ["Question 1"]


def test_without_a_yes_no_mailbox_is_made_and_the_mail_stays() -> None:
    at = house(mode=RescueMode.REVIEW)
    at.deliver(genuine(), "Spam")
    asked: list[tuple[str, str]] = []

    def no(name: str, mailbox: str) -> bool:
        asked.append((name, mailbox))
        return False

    report = sweep(at, apply=True, may_create=no)
    assert asked == [("support", "Rescued")]
    assert outcomes(report) == [("Question 1", "failed")]
    assert "rescue.create" in report.mails[0].detail
    assert sweep_exit_code(report) is ExitCode.INCOMPLETE
    assert subjects(at, "Spam") == ["Question 1"]
    assert outcomes(sweep(at, apply=True, may_create=lambda *_: True)) == [("Question 1", "moved")]


def test_the_mailbox_for_review_is_no_spam_folder() -> None:
    at = house(mode=RescueMode.REVIEW)
    at.account.found = replace(BOXES, review="Spam", has_review=True)
    at.deliver(genuine(), "Spam")
    (mail,) = sweep(at, apply=True).mails
    assert mail.outcome is SweepOutcome.FAILED
    assert "is a spam folder" in mail.detail


def test_the_caps_leave_the_rest_for_the_next_sweep() -> None:
    at = house(most=2)
    for number in range(5):
        at.deliver(genuine(number), "Spam")
    report = sweep(at, apply=True)
    assert [one.outcome.value for one in report.mails] == ["moved"] * 2 + ["capped"] * 3
    assert sweep_exit_code(report) is ExitCode.INCOMPLETE
    assert [one.outcome.value for one in sweep(at, apply=True).mails].count("moved") == 2


def test_never_more_than_a_fifth_of_a_full_spam_folder() -> None:
    at = house()
    for number in range(40):
        at.deliver(spam(number), "Spam")
    for number in range(15):
        at.deliver(genuine(number), "Spam")
    moved = [one for one in sweep(at, apply=True).mails if one.outcome is SweepOutcome.MOVED]
    assert len(moved) == 11  # of 55


def test_an_undone_sweep_puts_everything_back_and_the_next_leaves_it_there() -> None:
    at = house()
    at.deliver(genuine(1), "Spam", flags=frozenset({"$Junk"}))
    at.deliver(genuine(2), "Spam")
    number = sweep(at, apply=True).sweep.id
    back = undo(at.desk(), number)
    assert [one.outcome for one in back.mails] == [SweepOutcome.UNDONE] * 2
    assert (subjects(at, "INBOX"), subjects(at, "Spam")) == ([], ["Question 1", "Question 2"])
    flags = [mail.flags for mail in at.account.boxes["Spam"].mails.values()]
    assert flags == [{"$Junk"}, frozenset()]
    assert at.journal.open_mails() == ()
    again = sweep(at, apply=True)
    assert {one.outcome for one in again.mails} == {SweepOutcome.RETURNED}
    assert {one.detail for one in again.mails} == {f"the undo of sweep {number} put it back"}
    assert sweep_exit_code(again) is ExitCode.DONE
    at.clock.pass_by(minutes=1)
    assert at.run().outcomes == ()
    assert undo(at.desk(), number).mails == ()


def test_an_undo_of_what_somebody_moved_on_leaves_it_alone() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    number = sweep(at, apply=True).sweep.id
    (uid,) = at.account.boxes["INBOX"].mails
    at.account.expunge("INBOX", uid)
    (mail,) = undo(at.desk(), number).mails
    assert mail.outcome is SweepOutcome.GONE
    assert subjects(at, "Spam") == []


def test_an_undo_finds_the_mail_after_its_mailbox_was_numbered_anew() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    number = sweep(at, apply=True).sweep.id
    at.account.change_uidvalidity("INBOX", 99)
    (mail,) = undo(at.desk(), number).mails
    assert mail.outcome is SweepOutcome.UNDONE
    assert subjects(at, "Spam") == ["Question 1"]


def test_a_sweep_that_is_not_there_is_told() -> None:
    at = house()
    with pytest.raises(UsageError, match="no sweep 7") as caught:
        undo(at.desk(), 7)
    assert caught.value.next_step == "no sweep has moved mail that could be put back"


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("moves", [True, False])
def test_servers_that_cannot_move_or_tell_where_to(told: bool, moves: bool) -> None:
    at = house()
    at.account.told, at.account.moves = told, moves
    at.deliver(genuine(), "Spam")
    report = sweep(at, apply=True)
    (mail,) = report.mails
    (uid,) = at.account.boxes["INBOX"].mails
    assert mail.outcome is SweepOutcome.MOVED
    assert mail.place is not None
    assert mail.place.uid == uid
    (back,) = undo(at.desk(), report.sweep.id).mails
    assert back.outcome is SweepOutcome.UNDONE


def test_what_a_server_cannot_remove_is_told_and_not_moved_twice() -> None:
    at = house()
    at.account.moves = at.account.uidplus = False
    at.deliver(genuine(), "Spam")
    (mail,) = sweep(at, apply=True).mails
    assert mail.outcome is SweepOutcome.MOVED
    assert "only marked as deleted" in mail.detail
    assert sweep(at, apply=True).mails == ()
    assert subjects(at, "INBOX") == ["Question 1"]


def test_mail_that_another_program_takes_away_meanwhile_is_gone() -> None:
    at = house()
    uid = at.deliver(genuine(), "Spam")
    real = at.account.flags

    def flags(*args: Any) -> Any:
        at.account.boxes["Spam"].mails.pop(uid, None)
        return real(*args)

    at.account.flags = flags  # type: ignore[method-assign]
    assert outcomes(sweep(at, apply=True)) == [("Question 1", "gone")]


def test_one_account_that_fails_does_not_stop_the_others() -> None:
    at = house()
    trusting = at.policy.accounts["support"]
    sales = replace(trusting, name="sales")
    at.accounts["sales"] = FakeAccount("sales", BOXES)
    at.policy = replace(at.policy, accounts={"support": trusting, "sales": sales})
    at.deliver(genuine(), "Spam")
    at.accounts["sales"].fail("connect", LoginRefusedError("sales: no"))
    report = sweep(at, apply=True)
    assert outcomes(report) == [("Question 1", "moved")]
    assert [one.account for one in report.failures] == ["sales"]
    assert sweep_exit_code(report) is ExitCode.INCOMPLETE
    assert sweep_fields(report, None)["failures"] != []


def test_a_spam_folder_that_cannot_be_opened_leaves_the_others() -> None:
    at = house()
    at.account.found = replace(at.account.found, junk=("Junk", "Spam"))
    at.deliver(genuine(), "Spam")
    report = sweep(at, apply=True)
    assert outcomes(report) == [("Question 1", "moved")]
    assert [one.mailbox for one in report.failures] == ["Junk"]
    assert sweep_exit_code(report) is ExitCode.INCOMPLETE


def test_what_the_server_does_not_hand_out_is_told() -> None:
    at, number = house(), 7
    for one in range(number):
        at.deliver(genuine(one), "Spam")
    at.account.withheld = {("Spam", uid) for uid in range(2, number + 1)}
    report = sweep(at, apply=True)
    assert outcomes(report) == [("Question 0", "moved")]
    (failure,) = report.failures
    assert failure.mailbox == "Spam"
    assert "does not hand out UID 2, 3, 4, 5, 6 and 1 more: refused" in failure.error.message
    assert sweep_exit_code(report) is ExitCode.INCOMPLETE
    at.account.withheld = set()
    assert len(outcomes(sweep(at, apply=True))) == number - 1


@pytest.mark.parametrize("moved", [True, False])
def test_killed_between_claim_and_settling_the_next_sweep_takes_it_up(moved: bool) -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    with killing(at, moved=moved), pytest.raises(KilledError):
        sweep(at, apply=True)
    report = sweep(at, apply=True)
    assert [one.outcome.value for one in report.taken_up] == ["moved" if moved else "failed"]
    assert (subjects(at, "INBOX"), subjects(at, "Spam")) == (["Question 1"], [])
    assert at.journal.unsettled_swept() == ()
    (mail,) = at.journal.open_mails()
    assert mail.ref.mailbox == "INBOX"
    at.clock.pass_by(minutes=1)
    assert at.run().outcomes == ()


@pytest.mark.parametrize("moved", [True, False])
def test_an_undo_that_was_killed_is_taken_up(moved: bool) -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    number = sweep(at, apply=True).sweep.id
    with killing(at, moved=moved), pytest.raises(KilledError):
        undo(at.desk(), number)
    undo(at.desk(), number)
    assert (subjects(at, "INBOX"), subjects(at, "Spam")) == ([], ["Question 1"])
    assert [one.outcome for one in at.journal.swept(number)] == [SweepOutcome.UNDONE]


def test_a_server_that_breaks_off_leaves_the_claim_for_the_next_sweep() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    at.account.fail("move", UnreachableError("support: broke off"))
    report = sweep(at, apply=True)
    assert outcomes(report) == [("Question 1", "moving")]
    assert sweep_exit_code(report) is ExitCode.INCOMPLETE
    assert outcomes(sweep(at, apply=True)) == [("Question 1", "moved")]


def test_another_mail_with_the_same_message_id_is_not_taken_for_it() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    at.deliver(letter("eve@evil.example", message_id="<q1@customer.example>"), "INBOX")
    with killing(at, moved=False), pytest.raises(KilledError):
        sweep(at, apply=True)
    report = sweep(at, apply=True)
    assert [one.outcome.value for one in report.taken_up] == ["failed"]
    assert outcomes(report) == [("Question 1", "moved")]


def test_the_object_of_a_mail_says_what_was_not_met() -> None:
    at = house()
    at.deliver(forged(), "Spam")
    report = sweep(at)
    fields = swept_fields(report.mails[0], at.clock.now().tzinfo)
    assert fields["authentication"] == "failed"
    assert fields["rescue"]["decision"] == "leave"  # type: ignore[index]
    assert fields["customer"] == {"name": "Ann Customer", "id": "c-1"}
    assert fields["outcome"] == "reported"
