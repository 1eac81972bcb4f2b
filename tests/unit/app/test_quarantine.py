"""A mail that breaks the run is set aside after three attempts; the others go on (rule X12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.house import House, letter

from inboxwatch.cli.run import tell
from inboxwatch.core.message import own
from inboxwatch.core.run_summary import exit_code, run_fields
from inboxwatch.errors import ExitCode, MailboxError, StateError
from inboxwatch.model.message import MessageRef
from inboxwatch.render.run import run_lines, set_aside_words, warning_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.core.run_summary import RunReport
    from inboxwatch.model.message import Message

POISON = "poison"


class EndError(BaseException):
    """The process ends here."""


class Poison:
    """A function that only one mail makes trip, while it is ``on``."""

    def __init__(self, real: Callable[..., object], fault: BaseException) -> None:
        self.real, self.fault = real, fault
        self.on = True
        self.read: list[str] = []

    def __call__(self, message: Message, *rest: object, **named: object) -> object:
        self.read.append(message.subject)
        if self.on and POISON in message.subject:
            raise self.fault
        return self.real(message, *rest, **named)


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> Poison:
    """A bug outside of what guards reading and deciding by itself."""
    poison = Poison(own.colleague_mail, RecursionError(POISON))
    monkeypatch.setattr(own, "colleague_mail", poison)
    return poison


@pytest.fixture
def death(monkeypatch: pytest.MonkeyPatch) -> Poison:
    """The same, and the whole process ends."""
    poison = Poison(own.colleague_mail, EndError())
    monkeypatch.setattr(own, "colleague_mail", poison)
    return poison


def house(*names: str) -> House:
    """Mails of some people, of whom one writes poison; in the middle unless said otherwise."""
    built = House().after_baseline()
    for name in names or ("ann", POISON, "bo"):
        built.deliver(letter(f"{name}@{name}.example", subject=f"From {name}"))
    return built


def answered(built: House) -> list[str]:
    return sorted(sent.recipient for sent in built.transport.sent)


def quarantined(built: House) -> list[int]:
    return [one.ref.uid for one in built.journal.quarantined()]


def told(report: RunReport) -> str:
    return "\n".join(line.plain for line in warning_lines(report, ()))


def killed(built: House, times: int) -> None:
    for _ in range(times):
        with pytest.raises(EndError):
            built.run()


def test_the_others_are_answered_and_it_is_tried_twice_more(bug: Poison) -> None:
    built = house()
    first = built.run()
    assert answered(built) == ["ann@ann.example", "bo@bo.example"]
    assert (first.set_aside, exit_code(first)) == (1, ExitCode.INCOMPLETE)
    assert "1 mail could not be read" in "\n".join(line.plain for line in run_lines(first, ()))
    assert "1 mail set aside (UID 2)" in told(first)
    assert built.run().set_aside == 1
    assert quarantined(built) == []
    third = built.run()
    assert quarantined(built) == [2]
    assert "support/INBOX, UID 2: set aside, it ended in RecursionError 3 times" in told(third)
    assert exit_code(third) is ExitCode.INCOMPLETE
    bug.read.clear()
    fourth = built.run()
    assert (told(fourth), exit_code(fourth), bug.read) == ("", ExitCode.DONE, [])
    assert len(built.transport.sent) == 2


def test_what_went_wrong_once_is_read_by_the_next_run(bug: Poison) -> None:
    built = house()
    built.run()
    bug.on = False
    report = built.run()
    assert exit_code(report) is ExitCode.DONE
    assert answered(built) == ["ann@ann.example", "bo@bo.example", "poison@poison.example"]
    assert built.journal.attempts("support", "INBOX", 1) == ()


def test_whoever_wrote_it_is_answered_only_after_a_person_let_it_out(bug: Poison) -> None:
    built = house()
    for _ in range(3):
        built.run()
    bug.on = False
    built.run()
    assert len(built.transport.sent) == 2
    assert built.journal.try_again("support") == 1
    built.run()
    assert answered(built)[-1] == "poison@poison.example"
    assert quarantined(built) == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_process_that_dies_gets_past_it_at_the_fourth_run(death: Poison, place: int) -> None:
    names = ["ann", "bo"]
    names.insert(place, POISON)
    built = house(*names)
    killed(built, 3)
    report = built.run()
    assert answered(built) == ["ann@ann.example", "bo@bo.example"]
    assert quarantined(built) == [place + 1]
    assert "set aside, inboxwatch ended 3 times while reading it" in told(report)
    (fields,) = run_fields(report)["quarantined"]  # type: ignore[misc]
    assert (fields["uid"], fields["attempts"], fields["error"]) == (place + 1, 3, None)
    again = built.run()
    assert (told(again), exit_code(again)) == ("", ExitCode.DONE)
    assert len(built.transport.sent) == 2
    assert death.read.count(f"From {POISON}") == 3


@pytest.mark.usefixtures("death")
def test_nobody_else_is_suspected_longer_than_one_run() -> None:
    built = house("ann", "bo", POISON, "cy", "di")
    killed(built, 1)
    assert {one.tries for one in built.journal.attempts("support", "INBOX", 1)} == {1}
    killed(built, 2)
    tries = {one.ref.uid: one.tries for one in built.journal.attempts("support", "INBOX", 1)}
    assert tries == {3: 3, 4: 1, 5: 1}
    built.run()
    assert len(built.transport.sent) == 4
    assert [one.ref.uid for one in built.journal.attempts("support", "INBOX", 1)] == [3]


def test_a_baseline_that_dies_is_none_the_less_a_baseline(death: Poison) -> None:
    built = House()
    for name in ("ann", POISON, "bo"):
        built.deliver(letter(f"{name}@{name}.example", subject=f"From {name}"))
    built.clock.pass_by(seconds=2)
    killed(built, 3)
    built.run()
    assert (answered(built), quarantined(built)) == ([], [2])
    death.on = False
    built.journal.try_again("support")
    built.run()
    assert answered(built) == []
    assert len(built.journal.open_mails()) == 3


@pytest.mark.usefixtures("bug")
def test_two_poisonous_mails_take_as_many_runs_as_each_of_them() -> None:
    built = house(POISON, "ann", POISON + "2", "bo")
    for _ in range(3):
        built.run()
    assert quarantined(built) == [1, 3]
    assert len(built.transport.sent) == 2


def test_a_mail_that_was_set_aside_and_is_gone_is_forgotten(bug: Poison) -> None:
    built = house()
    built.run()
    built.account.expunge("INBOX", 2)
    assert exit_code(built.run()) is ExitCode.DONE
    assert built.journal.attempts("support", "INBOX", 1) == ()
    assert bug.read.count(f"From {POISON}") == 2, "together with the others, then alone"


def test_a_mail_in_quarantine_that_somebody_deleted_is_forgotten(bug: Poison) -> None:
    built = house()
    for _ in range(3):
        built.run()
    built.account.fail("flags", MailboxError("no"))
    built.run()
    assert quarantined(built) == [2]
    built.account.expunge("INBOX", 2)
    built.run()
    assert quarantined(built) == []
    assert bug.read.count(f"From {POISON}") == 4


def test_what_the_server_does_not_hand_out_is_set_aside_as_well() -> None:
    built = house()
    built.account.withheld = {("INBOX", 2)}
    first = built.run()
    assert answered(built) == ["ann@ann.example", "bo@bo.example"]
    assert (first.set_aside, exit_code(first)) == (1, ExitCode.INCOMPLETE)
    built.run()
    report = built.run()
    assert quarantined(built) == [2]
    assert "UID 2: set aside, the server did not hand it out 3 times" in told(report)
    assert exit_code(built.run()) is ExitCode.DONE
    assert len(built.journal.open_mails()) == 2


def test_what_is_set_aside_is_told_once_and_again_in_quarantine() -> None:
    built = house("ann", POISON, "eve")
    built.account.withheld = {("INBOX", 2)}
    told = [[line.plain for line in warning_lines(built.run(), ())] for _ in range(4)]
    words = "1 mail set aside (UID 2); the next run tries again, the log says why"
    assert told[0] == [f"support/INBOX: {words}"]
    assert (told[1], told[3]) == ([], [])
    assert told[2][0].startswith("support/INBOX, UID 2: set aside, the server did not hand it out")


def test_under_cron_a_run_says_in_one_line_what_it_set_aside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    built = house("ann", POISON, "eve")
    built.account.withheld = {("INBOX", 2)}
    tell(built.run(), as_json=False)
    first = capsys.readouterr()
    assert first.out == ""
    assert "1 mail set aside (UID 2)" in first.err
    tell(built.run(), as_json=False)
    assert capsys.readouterr().err == ""


def test_of_many_mails_that_are_set_aside_a_line_names_some() -> None:
    refs = [MessageRef("support", "INBOX", 7, uid) for uid in range(1, 13)]
    (line, other) = set_aside_words([*refs, MessageRef("sales", "In\x1b[1mbox", 7, 3)])
    assert "12 mails set aside (UID 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...)" in line
    assert "\x1b" not in other
    assert "1 mail set aside (UID 3)" in other


def test_what_is_handed_out_later_is_answered() -> None:
    built = house()
    built.account.withheld = {("INBOX", 2)}
    built.run()
    built.account.withheld = set()
    assert exit_code(built.run()) is ExitCode.DONE
    assert answered(built)[-1] == "poison@poison.example"


def test_what_is_renumbered_is_read_anew(bug: Poison) -> None:
    built = house()
    for _ in range(3):
        built.run()
    bug.on = False
    built.account.change_uidvalidity("INBOX", 9)
    built.run()
    assert quarantined(built) == []
    assert f"From {POISON}" in [mail.subject for mail in built.journal.open_mails()]
    assert len(built.transport.sent) == 2


def test_a_server_restored_from_a_copy_has_other_mail_at_these_uids(bug: Poison) -> None:
    built = house()
    for _ in range(3):
        built.run()
    box = built.account.boxes["INBOX"]
    box.mails.clear()
    box.uidnext = 1
    built.deliver(letter("cy@cy.example"))
    built.deliver(letter("di@di.example"))
    built.run()
    assert quarantined(built) == []
    subjects = {mail.sender for mail in built.journal.open_mails()}
    assert {"cy@cy.example", "di@di.example"} <= subjects
    assert bug.read.count("A question") == 2


def test_a_copy_in_sent_that_breaks_the_run_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    poison = Poison(own.by_a_person, RecursionError(POISON))
    monkeypatch.setattr(own, "by_a_person", poison)
    built = House().after_baseline()
    built.deliver(letter("jo@acme.example", subject=POISON), "Sent")
    built.deliver(letter())
    for _ in range(3):
        built.run()
    assert answered(built) == ["ann@customer.example"]
    assert [one.ref.mailbox for one in built.journal.quarantined()] == ["Sent"]


def test_a_fault_of_the_state_is_no_fault_of_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    poison = Poison(own.colleague_mail, StateError("the disk is full"))
    monkeypatch.setattr(own, "colleague_mail", poison)
    built = house()
    with pytest.raises(StateError):
        built.run()
    assert poison.read[-1] == f"From {POISON}"
