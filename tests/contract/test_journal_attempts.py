"""Mails whose reading was begun: the part of the journal's suite about attempts (rule X12)."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import mark, record, ref

from inboxwatch.model.condition import Attempt
from inboxwatch.model.conversation import OwnMail
from inboxwatch.ports import Journal, RunEnd

LATER = NOW + timedelta(minutes=5)


def tries(journal: Journal, mailbox: str = "INBOX") -> dict[int, int]:
    return {one.ref.uid: one.tries for one in journal.attempts("support", mailbox, 1)}


def begin(journal: Journal, *uids: int, times: int = 1, mailbox: str = "INBOX") -> None:
    for _ in range(times):
        journal.begin_reading([ref(uid, mailbox) for uid in uids], NOW)


def test_attempts_are_counted_by_mail(journal: Journal) -> None:
    begin(journal, 3, 1)
    begin(journal, 3)
    begin(journal, 3, mailbox="Spam")
    assert tries(journal) == {1: 1, 3: 2}
    assert journal.attempts("support", "INBOX", 2) == ()
    assert journal.attempts("sales", "INBOX", 1) == ()


def test_an_attempt_comes_back_as_it_was_kept(journal: Journal) -> None:
    begin(journal, 1)
    journal.begin_reading([ref(1)], LATER)
    assert journal.attempts("support", "INBOX", 1) == (Attempt(ref(1), 2, NOW, LATER),)
    journal.set_aside(ref(1), "RecursionError", LATER)
    (kept,) = journal.attempts("support", "INBOX", 1)
    assert kept == Attempt(ref(1), 2, NOW, LATER, "RecursionError")
    journal.begin_reading([ref(1)], LATER)
    assert journal.attempts("support", "INBOX", 1)[0].error == "", "the third may end otherwise"


def test_what_was_read_with_a_mark_is_no_attempt_any_more(journal: Journal) -> None:
    begin(journal, 1, 2, 3)
    journal.record((record(1), record(3)), replace(mark(4), read=(1, 3)), NOW)
    assert tries(journal) == {2: 1}
    assert journal.mailbox("support", "INBOX") == mark(4)
    begin(journal, 1, 2, mailbox="Sent")
    own = OwnMail(("<a@acme.example>",), NOW)
    journal.record_own("support", [own], replace(mark(3, "Sent"), read=(1,)))
    assert tries(journal, "Sent") == {2: 1}
    assert tries(journal) == {2: 1}


def test_under_another_uidvalidity_nothing_was_begun(journal: Journal) -> None:
    begin(journal, 1, times=3)
    journal.record((), mark(1, uidvalidity=2), NOW)
    assert tries(journal) == {}
    assert journal.quarantined() == ()


def test_three_attempts_are_quarantine_until_a_person_says_otherwise(journal: Journal) -> None:
    begin(journal, 1, times=3)
    begin(journal, 2, times=2)
    assert [one.ref.uid for one in journal.quarantined()] == [1]
    assert journal.try_again("sales") == 0
    assert journal.try_again("support") == 1
    assert journal.try_again("support") == 0
    assert journal.quarantined() == ()
    assert tries(journal) == {1: 0, 2: 2}


def test_a_run_that_ends_has_told_of_what_is_in_quarantine(journal: Journal) -> None:
    begin(journal, 1, times=3)
    begin(journal, 2, times=2)
    assert not journal.quarantined()[0].told
    run = journal.begin_run(NOW, replies_enabled=True)
    journal.end_run(RunEnd(run.run_id, NOW, 0))
    begin(journal, 2)
    assert [(one.ref.uid, one.told) for one in journal.quarantined()] == [(1, True), (2, False)]
    journal.try_again("support")
    begin(journal, 1, times=3)
    assert [(one.ref.uid, one.told) for one in journal.quarantined()] == [(1, False)]


def test_attempts_are_forgotten_by_mail_or_by_mailbox(journal: Journal) -> None:
    begin(journal, 1, 2, 3)
    begin(journal, 1, mailbox="Spam")
    journal.forget_attempts("support", "INBOX", [1, 2, 9])
    assert tries(journal) == {3: 1}
    journal.forget_attempts("support", "INBOX")
    assert tries(journal) == {}
    assert tries(journal, "Spam") == {1: 1}


# --- how much was read -------------------------------------------------------------------------


def test_octets_add_up_by_account_and_day(journal: Journal) -> None:
    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
    journal.add_octets(today, {"support": 5, "sales": 0})
    run = journal.begin_run(NOW, replies_enabled=True)
    journal.end_run(RunEnd(run.run_id, NOW, 0, octets={"support": 2, "sales": 3_000_000_000}))
    journal.add_octets(tomorrow, {"support": 1})
    assert journal.octets(today) == {"sales": 3_000_000_000, "support": 7}
    assert journal.octets(tomorrow) == {"support": 1}
    assert journal.octets(today - timedelta(days=1)) == {}


def test_octets_are_kept_for_thirty_days(journal: Journal) -> None:
    days = [NOW.date() + timedelta(days=number) for number in range(31)]
    journal.add_octets(days[0], {"support": 1})
    journal.add_octets(days[29], {"support": 1})
    assert journal.octets(days[0]) == {"support": 1}
    journal.add_octets(days[30], {"support": 1})
    assert journal.octets(days[0]) == {}
    assert journal.octets(days[29]) == {"support": 1}
