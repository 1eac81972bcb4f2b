"""What every journal tells of a stretch of time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import ANN, BOB, answer, claim, decision, keep, mark, ref, sent

from inboxwatch.core.summary import decision_fields
from inboxwatch.model.case import Cause, Deed
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.decision import Decision, Effect, Refusal, Reply
from inboxwatch.model.outcome import OutboxState
from inboxwatch.ports import Record

if TYPE_CHECKING:
    from inboxwatch.ports import Journal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HELD = Reply.refused(
    (Refusal("A15", "S", Effect.HOLD, "x"), Refusal("A44", "S", Effect.HOLD, "y")), "en"
)


def kept(journal: Journal, *decisions: Decision, closed: str = "") -> tuple[int, ...]:
    records = [Record(one, decision_fields(one), closed=closed) for one in decisions]
    return keep(journal, *records)


def test_the_mails_of_a_span_with_what_became_of_them(journal: Journal) -> None:
    ann = CustomerMatch(Customer("c-1", "Ann", (ANN,)), MatchKind.ADDRESS)
    first, second = kept(
        journal,
        decision(1, customer=ann, signals=("manager-request",), reply=HELD, priority=7),
        decision(2, BOB, received=NOW + HOUR),
    )
    answer(journal, f"<m1@{ANN.partition('@')[2]}>", at=NOW + 2 * HOUR)
    sent(journal, claim(2, BOB))
    one, two = journal.reported(NOW, NOW + DAY)
    assert (one.id, one.party, one.customer, one.priority) == (first, ANN, "Ann", 7)
    assert (one.reply, one.held_by, one.reply_state) == ("hold", ("A15", "A44"), "")
    assert (one.answered_at, one.signals) == (NOW + 2 * HOUR, ("manager-request",))
    assert (two.id, two.customer, two.answered_at) == (second, "", None)
    assert two.reply_state == OutboxState.SENT
    assert one.conversation != two.conversation


def test_the_span_takes_its_beginning_and_leaves_its_end(journal: Journal) -> None:
    kept(journal, decision(1), decision(2, received=NOW + DAY))
    assert len(journal.reported(NOW, NOW + DAY)) == 1
    assert len(journal.reported(NOW, NOW + DAY + HOUR)) == 2
    assert journal.reported(NOW + 2 * DAY, NOW + 3 * DAY) == ()


def test_a_mail_that_lies_in_several_mailboxes_counts_once(journal: Journal) -> None:
    kept(journal, decision(1))
    copy = replace(decision(1), ref=ref(5, "Archive"), received=NOW + HOUR)
    journal.record([Record(copy, decision_fields(copy))], mark(6, "Archive"), NOW)
    (found,) = journal.reported(NOW, NOW + DAY)
    assert found.received == NOW


def test_why_a_mail_needs_nobody_is_told(journal: Journal) -> None:
    kept(journal, decision(1, automatic=True), closed="automatic mail")
    (found,) = journal.reported(NOW, NOW + DAY)
    assert (found.automatic, found.closed) == (True, "automatic mail")


def test_a_decision_of_an_odd_form_counts_for_what_it_says(journal: Journal) -> None:
    keep(journal, Record(decision(1), {"reply": 5, "signals": "x", "customer": []}))
    (found,) = journal.reported(NOW, NOW + DAY)
    assert (found.reply, found.held_by, found.signals, found.customer) == ("", (), (), "")


def test_escalations_of_a_span_are_told_when_they_are_closed_as_well(journal: Journal) -> None:
    causes = (Cause("manager-request", "your manager"),)
    first, _ = kept(
        journal,
        decision(1, escalation=causes),
        decision(2, BOB, escalation=causes, received=NOW + DAY),
    )
    journal.done(first, Deed(NOW + HOUR, owner="Jo"))
    (found,) = journal.escalated_between(NOW, NOW + DAY)
    assert (found.party, found.closed_at, found.closed_by) == (ANN, NOW + HOUR, "Jo")
    assert len(journal.escalated_between(NOW, NOW + 2 * DAY)) == 2
