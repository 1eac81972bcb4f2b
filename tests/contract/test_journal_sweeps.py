"""What every journal remembers of sweeps, and of where mail was moved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import keep, record

from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.message import AuthenticationStatus, MessageRef
from inboxwatch.model.sweep import Earlier, SweepMail, SweepMode, SweepOutcome, SweepRun

if TYPE_CHECKING:
    from inboxwatch.ports import Journal

LATER = NOW + timedelta(minutes=1)
INBOX = MessageRef("support", "INBOX", 7, 31)
REFUSALS = [{"rule": "S14", "evidence": "unverified"}]


def swept(uid: int = 1, **fields: object) -> SweepMail:
    mail = SweepMail(
        ref=MessageRef("support", "Spam", 3, uid),
        sender="ann@customer.example",
        from_text='"Ann \ud800" <ann@customer.example>',
        subject="Where is it?",
        received=NOW,
        decision=RescueDecision.REVIEW,
        judgement={"decision": "review", "refusals": REFUSALS},
        authentication=AuthenticationStatus.UNVERIFIED,
        priority=5,
        message_id=f"<{uid}@customer.example>",
        reply_key=f"key {uid}",
        customer=("Ann", "c-1"),
        was_junk=True,
    )
    return replace(mail, **fields)


def begun(journal: Journal, **fields: object) -> int:
    sweep = SweepRun(NOW, SweepMode.APPLY, ("support", "sales"), since=NOW - timedelta(days=30))
    return journal.begin_sweep(replace(sweep, **fields))


def test_a_sweep_is_kept_from_its_beginning(journal: Journal) -> None:
    number = begun(journal)
    kept = journal.sweep(number)
    assert kept == SweepRun(
        NOW, SweepMode.APPLY, ("support", "sales"), since=NOW - timedelta(days=30), id=number
    )
    ended = replace(kept, ended_at=LATER, examined={"support": 12}, notes=("one", "two"))
    journal.end_sweep(ended)
    assert journal.sweep(number) == ended
    assert journal.sweep(number + 1) is None


def test_the_newest_sweeps_come_first(journal: Journal) -> None:
    first = begun(journal)
    second = begun(journal, started_at=LATER, since=None, mode=SweepMode.REPORT)
    assert [one.id for one in journal.sweeps()] == [second, first]
    assert [one.id for one in journal.sweeps(LATER)] == [second]


def test_everything_about_a_mail_is_kept(journal: Journal) -> None:
    one, other = begun(journal), begun(journal)
    mails = (swept(1), swept(2, customer=None, outcome=SweepOutcome.CAPPED, detail="25 a sweep"))
    rows = journal.keep_swept(one, mails)
    assert journal.swept(one) == tuple(
        replace(mail, id=row, sweep_id=one) for mail, row in zip(mails, rows, strict=True)
    )
    assert journal.swept(other) == ()
    assert journal.unsettled_swept() == ()


def test_what_is_claimed_waits_until_it_is_settled(journal: Journal) -> None:
    number = begun(journal)
    first, second = journal.keep_swept(
        number, [swept(uid, outcome=SweepOutcome.MOVING, moved_to="INBOX") for uid in (1, 2)]
    )
    assert [one.id for one in journal.unsettled_swept()] == [first, second]
    journal.settle_swept(first, SweepOutcome.MOVED, LATER, place=INBOX)
    journal.settle_swept(second, SweepOutcome.FAILED, LATER, detail="refused")
    assert journal.unsettled_swept() == ()
    moved, failed = journal.swept(number)
    assert (moved.outcome, moved.place, moved.detail) == (SweepOutcome.MOVED, INBOX, "")
    assert (failed.outcome, failed.place, failed.detail) == (SweepOutcome.FAILED, None, "refused")
    journal.reclaim_swept([first], SweepOutcome.UNDOING, LATER)
    assert [(one.id, one.place) for one in journal.unsettled_swept()] == [(first, INBOX)]


def test_where_mail_was_put_is_remembered(journal: Journal) -> None:
    number = begun(journal)
    (row,) = journal.keep_swept(number, [swept(outcome=SweepOutcome.MOVING)])
    assert journal.placed("support", "INBOX", 7) == frozenset()
    journal.settle_swept(row, SweepOutcome.MOVED, NOW, place=INBOX)
    back = MessageRef("support", "Spam", 3, 50)
    journal.settle_swept(row, SweepOutcome.UNDONE, LATER, place=back)
    assert journal.placed("support", "INBOX", 7) == {31}
    assert journal.placed("support", "Spam", 3) == {50}
    assert journal.placed("support", "INBOX", 8) == frozenset()
    assert journal.placed("sales", "INBOX", 7) == frozenset()


def test_the_mail_in_the_journal_goes_along(journal: Journal) -> None:
    (mail_id,) = keep(journal, record(1))
    mail = journal.mail(mail_id)
    assert mail is not None
    assert journal.stored_at([mail.ref, INBOX]) == {mail.ref: mail_id}
    number = begun(journal)
    (row,) = journal.keep_swept(number, [swept(mail_id=mail_id, outcome=SweepOutcome.MOVING)])
    journal.settle_swept(row, SweepOutcome.MOVED, NOW, place=INBOX)
    assert journal.stored_at([mail.ref, INBOX]) == {INBOX: mail_id}
    moved = journal.mail(mail_id)
    assert moved is not None
    assert moved.ref == INBOX


def test_a_place_that_is_taken_in_the_journal_stays_with_its_mail(journal: Journal) -> None:
    first, second = keep(journal, record(1), record(2))
    there = journal.mail(second)
    assert there is not None
    number = begun(journal)
    (row,) = journal.keep_swept(number, [swept(mail_id=first, outcome=SweepOutcome.MOVING)])
    journal.settle_swept(row, SweepOutcome.MOVED, NOW, place=there.ref)
    assert journal.mail(second) == there
    mail = journal.mail(first)
    assert mail is not None
    assert mail.ref != there.ref
    assert journal.swept(number)[0].place == there.ref


def test_what_was_moved_once_is_known_by_its_key(journal: Journal) -> None:
    number = begun(journal)
    outcomes = (
        SweepOutcome.MOVED,
        SweepOutcome.UNDONE,
        SweepOutcome.FAILED,
        SweepOutcome.CAPPED,
        SweepOutcome.MOVING,
    )
    mails = [swept(uid, outcome=outcome) for uid, outcome in enumerate(outcomes)]
    journal.keep_swept(number, mails)
    keys = [f"key {uid}" for uid in range(9)]
    assert journal.once_rescued(keys) == {"key 0": 0, "key 1": number}
    assert journal.once_rescued([]) == {}


def test_who_put_it_back_is_told_by_the_newest_sweep(journal: Journal) -> None:
    first, second, third = begun(journal), begun(journal), begun(journal)
    journal.keep_swept(first, [swept(1, outcome=SweepOutcome.MOVED)])
    journal.keep_swept(first, [swept(2, outcome=SweepOutcome.UNDONE)])
    journal.keep_swept(second, [swept(1, outcome=SweepOutcome.UNDONE)])
    journal.keep_swept(second, [swept(2, outcome=SweepOutcome.MOVED)])
    journal.keep_swept(third, [swept(2, outcome=SweepOutcome.RETURNED)])
    assert journal.once_rescued(["key 1", "key 2"]) == {"key 1": second, "key 2": 0}
    assert journal.undoable() == (second, first)


def test_a_claim_remembers_where_the_next_mail_would_have_come(journal: Journal) -> None:
    number = begun(journal)
    spam = MessageRef("support", "Spam", 3, 90)
    claim = swept(outcome=SweepOutcome.MOVING, next_place=INBOX)
    (row,) = journal.keep_swept(number, [claim])
    assert [one.next_place for one in journal.unsettled_swept()] == [INBOX]
    journal.settle_swept(row, SweepOutcome.MOVED, NOW, place=INBOX)
    journal.reclaim_swept([row], SweepOutcome.UNDOING, LATER, next_place=spam)
    assert [one.next_place for one in journal.unsettled_swept()] == [spam]


def rescued(journal: Journal, mail_id: int, **fields: object) -> int:
    """The row of a mail that was moved and is being put back."""
    claim = swept(mail_id=mail_id, outcome=SweepOutcome.MOVING, **fields)
    (row,) = journal.keep_swept(begun(journal), [claim])
    journal.settle_swept(row, SweepOutcome.MOVED, NOW, place=INBOX)
    journal.reclaim_swept([row], SweepOutcome.UNDOING, LATER)
    return row


def test_an_undone_mail_is_again_what_it_was_before(journal: Journal) -> None:
    (mail_id,) = keep(journal, replace(record(1, pending=True), payload={"before": "\ud800"}))
    before = journal.mail(mail_id)
    assert before is not None
    earlier = journal.earlier_of([mail_id, 999])
    assert set(earlier) == {mail_id}
    assert (earlier[mail_id].pending, earlier[mail_id].decision) == (True, before.decision)
    keep(journal, replace(record(1, priority=9), payload={"after": 1}))
    row = rescued(journal, mail_id, earlier=earlier[mail_id])
    assert journal.unsettled_swept()[0].earlier == earlier[mail_id]
    journal.settle_swept(row, SweepOutcome.UNDONE, LATER, place=MessageRef("support", "Spam", 3, 9))
    assert journal.earlier_of([mail_id]) == earlier
    after = journal.mail(mail_id)
    assert after is not None
    assert (after.priority, after.decision) == (before.priority, before.decision)
    assert after.ref == MessageRef("support", "Spam", 3, 9)
    assert journal.pending_mails() == {mail_id}


def test_what_was_closed_before_is_closed_again_and_what_was_closed_since_stays(
    journal: Journal,
) -> None:
    first, second = keep(journal, record(1), record(2))
    earlier = journal.earlier_of([first, second])
    was_closed = Earlier(
        3, automatic=False, unproven=False, pending=False, decision={}, closed="old", closed_at=NOW
    )
    rows = [
        rescued(journal, first, earlier=was_closed),
        rescued(journal, second, earlier=earlier[second]),
    ]
    journal.close_mails([second], "answered", LATER)
    for row in rows:
        journal.settle_swept(row, SweepOutcome.UNDONE, LATER)
    found = [journal.mail(one) for one in (first, second)]
    assert [(one.closed, one.closed_at) for one in found if one] == [
        ("old", NOW),
        ("answered", LATER),
    ]


def test_a_mail_that_was_first_known_when_it_was_rescued_waits_for_nobody(
    journal: Journal,
) -> None:
    first, second = keep(journal, record(1), record(2))
    rows = [rescued(journal, first), rescued(journal, second)]
    journal.settle_swept(rows[0], SweepOutcome.UNDONE, LATER)
    journal.settle_swept(rows[1], SweepOutcome.MOVED, LATER, detail="refused")
    assert [one.id for one in journal.open_mails()] == [second]
    mail = journal.mail(first)
    assert mail is not None
    assert (mail.closed, mail.closed_at) == ("put back into the spam folder", LATER)


def test_old_mail_that_was_rescued_lately_waits_with_the_rest(journal: Journal) -> None:
    old, older = NOW - timedelta(days=20), NOW - timedelta(days=21)
    first, second = keep(journal, record(1, received=old), record(2, received=older))
    number = begun(journal)
    mails = [swept(mail_id=one, outcome=SweepOutcome.MOVING) for one in (first, second)]
    rows = journal.keep_swept(number, mails)
    journal.settle_swept(rows[0], SweepOutcome.MOVED, NOW, place=INBOX)
    journal.settle_swept(rows[1], SweepOutcome.FAILED, NOW)
    since = NOW - timedelta(days=14)
    assert [one.id for one in journal.open_mails(since=since)] == [first]
    assert [one.id for one in journal.watched("support", since=since, limit=9)] == [first]
    assert journal.open_mails(since=LATER) == ()
    assert [one.id for one in journal.open_mails()] == [second, first]


def test_senders_whom_a_person_called_genuine_are_remembered_until_forgotten(
    journal: Journal,
) -> None:
    assert journal.genuine() == ()
    for address in ("bob@other.example", "ann@home.example", "bob@other.example"):
        journal.remember_genuine(address, NOW)
    assert journal.genuine() == ("ann@home.example", "bob@other.example")
    assert journal.is_genuine("ann@home.example")
    assert not journal.is_genuine("ann@home")
    assert journal.forget_genuine("ann@home.example")
    assert not journal.forget_genuine("ann@home.example")
    assert journal.genuine() == ("bob@other.example",)
