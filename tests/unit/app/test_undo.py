"""Taking a sweep back, and taking up what was killed: only the very mail, and all of it (X16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from tests.support.fake_account import FakeAccount
from tests.support.killed import KilledError, killing
from tests.unit.app.test_apology import apologising, lay
from tests.unit.app.test_sweep import (
    BOXES,
    forged,
    genuine,
    house,
    outcomes,
    subjects,
    sweep,
)

from inboxwatch.app.put_back import undo
from inboxwatch.core.sweep import sweep_exit_code
from inboxwatch.errors import ExitCode, UnreachableError, UsageError
from inboxwatch.model.message import MessageRef
from inboxwatch.model.policy import RescueMode
from inboxwatch.model.sweep import Choice, SweepMail, SweepOutcome

if TYPE_CHECKING:
    from tests.support.house import House


def nameless() -> bytes:
    """A genuine mail without a Message-ID."""
    lines = genuine().split(b"\n")
    return b"\n".join(one for one in lines if not one.lower().startswith(b"message-id:"))


# The very mail, and no copy of it


def test_an_undo_leaves_a_copy_alone_that_the_sweep_never_moved() -> None:
    at = house()
    original = at.deliver(genuine(), "INBOX")
    at.deliver(genuine(), "Spam")
    number = sweep(at, apply=True).sweep.id
    (rescued,) = set(at.account.boxes["INBOX"].mails) - {original}
    at.account.expunge("INBOX", rescued)
    (mail,) = undo(at.desk(), number).mails
    assert mail.outcome is SweepOutcome.GONE
    assert (set(at.account.boxes["INBOX"].mails), subjects(at, "Spam")) == ({original}, [])


@pytest.mark.parametrize("make", [genuine, nameless])
@pytest.mark.parametrize("moved", [True, False])
@pytest.mark.parametrize("told", [True, False])
def test_a_copy_that_lay_in_the_target_is_not_taken_for_the_moved_one(
    moved: bool, told: bool, make: Any
) -> None:
    at = house()
    at.account.told = told
    original = at.deliver(make(), "INBOX")
    at.deliver(make(), "Spam")
    with killing(at, moved=moved), pytest.raises(KilledError):
        sweep(at, apply=True)
    report = sweep(at, apply=True)
    assert [one.outcome.value for one in report.taken_up] == ["moved" if moved else "failed"]
    assert (subjects(at, "INBOX"), subjects(at, "Spam")) == (["Question 1"] * 2, [])
    last = report.taken_up[0].sweep_id if moved else report.sweep.id
    assert [one.outcome for one in undo(at.desk(), last).mails] == [SweepOutcome.UNDONE]
    assert set(at.account.boxes["INBOX"].mails) == {original}
    assert subjects(at, "Spam") == ["Question 1"]


@pytest.mark.parametrize("moved", [True, False])
@pytest.mark.parametrize("told", [True, False])
def test_mail_without_a_message_id_is_taken_up_both_ways(moved: bool, told: bool) -> None:
    at = house()
    at.account.told = told
    at.deliver(nameless(), "Spam")
    with killing(at, moved=moved), pytest.raises(KilledError):
        sweep(at, apply=True)
    report = sweep(at, apply=True)
    (mail,) = report.taken_up if moved else report.mails
    assert mail.outcome is SweepOutcome.MOVED
    (uid,) = at.account.boxes["INBOX"].mails
    assert mail.place == MessageRef("support", "INBOX", 1, uid)
    at.clock.pass_by(minutes=1)
    assert at.run().outcomes == ()
    with killing(at, moved=moved), pytest.raises(KilledError):
        undo(at.desk(), mail.sweep_id)
    undo(at.desk(), mail.sweep_id)
    assert (subjects(at, "INBOX"), subjects(at, "Spam")) == ([], ["Question 1"])
    assert at.journal.unsettled_swept() == ()


def test_two_copies_that_were_moved_are_found_each_at_its_own_place() -> None:
    at = house()
    for _ in range(2):
        at.deliver(genuine(), "Spam")
    with killing(at, moved=True), pytest.raises(KilledError):
        sweep(at, apply=True)
    report = sweep(at, apply=True)
    assert len({one.place for one in report.taken_up}) == 2
    undo(at.desk(), report.taken_up[0].sweep_id)
    assert (subjects(at, "INBOX"), subjects(at, "Spam")) == ([], ["Question 1"] * 2)


@pytest.mark.parametrize("make", [genuine, nameless])
def test_a_target_that_was_numbered_anew_after_the_kill_is_searched(make: Any) -> None:
    at = house()
    at.deliver(make(), "Spam")
    with killing(at, moved=True), pytest.raises(KilledError):
        sweep(at, apply=True)
    at.account.change_uidvalidity("INBOX", 99)
    (mail,) = sweep(at, apply=True).taken_up
    assert mail.place == MessageRef("support", "INBOX", 99, 1)


def test_an_interactive_sweep_takes_up_what_was_killed() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    with killing(at, moved=True), pytest.raises(KilledError):
        sweep(at, apply=True)
    assert sweep(at).taken_up == ()
    report = sweep(at, choose=lambda *_: Choice.STOP)
    assert [one.outcome for one in report.taken_up] == [SweepOutcome.MOVED]


# The queue as it was before


def queue(at: House) -> list[tuple[str, int, str, object]]:
    return [
        (one.subject, one.priority, one.ref.mailbox, one.decision["signals"])
        for one in at.journal.open_mails()
    ]


def test_an_undo_restores_the_decision_and_the_place_in_the_queue() -> None:
    at = house(mode=RescueMode.REPORT, create=True)
    at.deliver(genuine(), "Spam")
    at.run()
    before = queue(at)
    assert before != []
    at.policy = replace(at.policy, rescue=replace(at.policy.rescue, mode=RescueMode.INBOX))
    at.clock.pass_by(hours=3)
    number = sweep(at, apply=True).sweep.id
    assert queue(at) != before
    undo(at.desk(), number)
    assert queue(at) == before
    at.clock.pass_by(minutes=1)
    at.run()
    assert queue(at) == before


def test_an_undo_of_what_the_queue_did_not_know_takes_it_out() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    number = sweep(at, apply=True).sweep.id
    assert len(queue(at)) == 1
    undo(at.desk(), number)
    assert queue(at) == []


def test_what_was_answered_after_the_rescue_does_not_wait_again() -> None:
    at = house(mode=RescueMode.REPORT, create=True)
    at.deliver(genuine(), "Spam")
    at.run()
    report = sweep(at, apply=True)
    (mail,) = report.mails
    assert mail.mail_id is not None
    at.journal.close_mails([mail.mail_id], "answered", at.clock.now())
    undo(at.desk(), report.sweep.id)
    assert queue(at) == []


def test_an_undo_that_was_killed_restores_the_queue_when_it_is_taken_up() -> None:
    at = house(mode=RescueMode.REPORT, create=True)
    at.deliver(genuine(), "Spam")
    at.run()
    before = queue(at)
    number = sweep(at, apply=True).sweep.id
    with killing(at, moved=True), pytest.raises(KilledError):
        undo(at.desk(), number)
    report = undo(at.desk(), number)
    assert queue(at) == before
    assert (report.mails, [one.outcome for one in report.taken_up]) == ((), [SweepOutcome.UNDONE])


@pytest.mark.parametrize("moved", [True, False])
def test_a_sweep_that_was_killed_can_be_undone_at_once(moved: bool) -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    with killing(at, moved=moved), pytest.raises(KilledError):
        sweep(at, apply=True)
    report = undo(at.desk(), 1)
    told = [(one.subject, one.outcome.value) for one in (*report.taken_up, *report.mails)]
    assert told == [("Question 1", "undone" if moved else "failed")]
    assert report.sweep.notes == ()
    assert (subjects(at, "INBOX"), subjects(at, "Spam")) == ([], ["Question 1"])


# The way back


@pytest.mark.parametrize("apply", [True, False])
def test_what_was_put_back_is_told_apart_and_offered_to_a_person(apply: bool) -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    number = sweep(at, apply=True).sweep.id
    undo(at.desk(), number)
    (mail,) = sweep(at).mails
    assert (mail.outcome, mail.detail) == (
        SweepOutcome.RETURNED,
        f"the undo of sweep {number} put it back",
    )
    asked: list[SweepMail] = []

    def choose(mail: SweepMail, text: str) -> Choice:
        assert text
        asked.append(mail)
        return Choice.LEAVE if len(asked) == 1 else Choice.RESCUE

    assert outcomes(sweep(at, apply=apply, choose=choose)) == [("Question 1", "returned")]
    again = sweep(at, apply=apply, choose=choose)
    assert [one.outcome for one in asked] == [SweepOutcome.RETURNED] * 2
    assert outcomes(again) == [("Question 1", "moved")]
    assert subjects(at, "INBOX") == ["Question 1"]
    undo(at.desk(), again.sweep.id)
    assert subjects(at, "Spam") == ["Question 1"]


def test_what_somebody_put_back_by_hand_is_told_apart() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    sweep(at, apply=True)
    (uid,) = at.account.boxes["INBOX"].mails
    at.account.move("INBOX", 1, [uid], "Spam")
    (mail,) = sweep(at).mails
    assert (mail.outcome, mail.detail) == (SweepOutcome.RETURNED, "somebody put it back")


def test_forged_mail_is_none_that_was_put_back() -> None:
    at = house()
    at.deliver(forged(), "Spam")
    assert outcomes(sweep(at)) == [("Urgent 1", "reported")]


# What cannot be undone


def test_a_sweep_that_moved_nothing_says_so_and_which_ones_did() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    reported = sweep(at).sweep.id
    moved = sweep(at, apply=True).sweep.id
    report = undo(at.desk(), reported)
    assert report.mails == ()
    (note,) = report.sweep.notes
    assert note == f"Sweep {reported} moved nothing. Mail lies where sweep {moved} moved it."
    assert sweep_exit_code(report) is ExitCode.DONE
    with pytest.raises(UsageError, match="no sweep 99") as caught:
        undo(at.desk(), 99)
    assert caught.value.next_step == f"mail lies where sweep {moved} moved it"
    undo(at.desk(), moved)
    (note,) = undo(at.desk(), moved).sweep.notes
    assert note == f"Nothing that sweep {moved} moved is left to put back."
    with pytest.raises(UsageError) as caught:
        undo(at.desk(), 99)
    assert caught.value.next_step == "no sweep has moved mail that could be put back"


def test_an_undo_of_some_accounts_says_what_stays() -> None:
    at = house()
    trusting = at.policy.accounts["support"]
    sales = replace(trusting, name="sales")
    at.accounts["sales"] = FakeAccount("sales", BOXES)
    at.policy = replace(at.policy, accounts={"support": trusting, "sales": sales})
    at.deliver(genuine(1), "Spam")
    at.accounts["sales"].deliver("Spam", genuine(2), at.clock.now())
    number = sweep(at, apply=True).sweep.id
    alone = replace(at.desk(), doors={"support": at.desk().doors["support"]})
    report = undo(alone, number)
    assert outcomes(report) == [("Question 1", "undone")]
    assert report.sweep.notes == (
        "1 mail of sales stays where it is: this undo is not about that account.",
    )


def test_a_server_that_refuses_to_take_mail_back_is_an_incomplete_undo() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    number = sweep(at, apply=True).sweep.id
    at.account.boxes["Spam"].readonly = True
    report = undo(at.desk(), number)
    assert outcomes(report) == [("Question 1", "moved")]
    assert "refused moving mail to 'Spam'" in report.mails[0].detail
    assert sweep_exit_code(report) is ExitCode.INCOMPLETE
    at.account.boxes["Spam"].readonly = False
    assert outcomes(undo(at.desk(), number)) == [("Question 1", "undone")]


def test_an_undo_on_a_server_that_hangs_up_can_be_done_again() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    number = sweep(at, apply=True).sweep.id
    for method in ("state", "flags", "move"):
        at.account.fail(method, UnreachableError("support: broke off"))
        assert sweep_exit_code(undo(at.desk(), number)) is not ExitCode.DONE
    undo(at.desk(), number)
    assert subjects(at, "Spam") == ["Question 1"]


# Before anybody is answered


@pytest.mark.parametrize(
    ("box", "why"),
    [("Spam", "Spam is read-only"), ("INBOX", "the server lets nobody put mail into INBOX")],
)
def test_nothing_is_said_to_whoever_cannot_be_rescued(box: str, why: str) -> None:
    at = apologising()
    lay(at, 3)
    at.account.boxes[box].readonly = True
    (mail,) = sweep(at, apply=True).mails
    assert (mail.outcome, mail.detail, mail.reply) == (SweepOutcome.FAILED, why, "")
    assert at.transport.sent == []
    at.account.boxes[box].readonly = False
    (mail,) = sweep(at, apply=True).mails
    assert (mail.outcome, mail.reply) == (SweepOutcome.MOVED, "sent")


def test_a_run_holds_the_apology_of_what_it_cannot_move() -> None:
    at = apologising()
    at.account.boxes["Spam"].readonly = True
    at.clock.pass_by(minutes=1)
    lay(at, 0, genuine(at=at.clock.now()))
    report = at.run()
    assert at.transport.sent == []
    (outcome,) = report.outcomes
    held = {one.rule: one.evidence for one in outcome.decision.reply.refusals}
    assert held["A40"] == "found in \\Junk, and left there: Spam is read-only"


def test_a_server_that_breaks_off_when_it_is_asked_moves_nothing() -> None:
    at = house()
    at.deliver(genuine(), "Spam")
    at.account.fail("obstacle", UnreachableError("support: broke off"))
    report = sweep(at, apply=True)
    assert outcomes(report) == [("Question 1", "failed")]
    assert report.mails[0].detail == "support: broke off"
    assert outcomes(sweep(at, apply=True)) == [("Question 1", "moved")]
