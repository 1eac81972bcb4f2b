"""What every journal says of escalations, of who works on what, and of what was told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import ANN, BOB, claim, decision, keep, mark, recall, record, sent

from inboxwatch.errors import StateError
from inboxwatch.model.case import Cause, Deed, Means, Standing
from inboxwatch.model.conversation import OwnMail
from inboxwatch.model.correction import Seen
from inboxwatch.model.playbook import Goodwill, GoodwillState, Offer
from inboxwatch.ports import Record

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.case import Escalation
    from inboxwatch.ports import Journal

MANAGER = (Cause("manager-request", "your manager"),)
INSULT = (Cause("insult", "idiots"),)
TEXT = "We are very sorry for the trouble and are looking into it, please be patient with us."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def answer(
    journal: Journal,
    number: int,
    about: int,
    at: datetime,
    text: str = "",
    account: str = "support",
) -> None:
    """A person answers Ann's mail of that number."""
    ids = (f"<o{number}@acme.example>", f"<m{about}@customer.example>")
    mail = OwnMail(ids, at, "jo@acme.example", (ANN,), text=text)
    journal.record_own(account, [mail], mark(number + 1, "Sent"))


def only(journal: Journal) -> Escalation:
    (found,) = journal.escalations()
    return found


def test_a_cause_opens_an_escalation_and_every_further_request_counts(journal: Journal) -> None:
    first, second = keep(
        journal,
        record(1, escalation=INSULT),
        record(2, escalation=MANAGER, received=NOW + HOUR),
    )
    found = only(journal)
    assert (found.account, found.party, found.requests) == ("support", ANN, 2)
    assert (found.opened_at, found.asked_at) == (NOW, NOW + HOUR)
    assert found.causes == ("manager-request", "insult")
    assert found.mail_id == second > first


def test_a_mail_counts_once_however_often_it_is_decided_or_lies_there(journal: Journal) -> None:
    keep(journal, record(1, escalation=MANAGER))
    keep(journal, record(1, escalation=MANAGER))
    keep(journal, record(2, escalation=MANAGER, reply_key="key-1"))
    assert only(journal).requests == 1


def test_customers_and_accounts_have_their_own(journal: Journal) -> None:
    keep(
        journal,
        record(1, escalation=MANAGER),
        record(2, BOB, escalation=MANAGER),
        record(3, escalation=MANAGER, account="sales"),
        record(4),
    )
    assert [(one.account, one.party) for one in journal.escalations()] == [
        ("support", ANN),
        ("support", BOB),
        ("sales", ANN),
    ]


@pytest.mark.parametrize(
    "fields",
    [{"closed": "answered by a person"}, {"received": NOW - 31 * DAY}, {"sender_canonical": ""}],
)
def test_what_needs_nobody_or_is_long_past_opens_none(
    journal: Journal, fields: dict[str, object]
) -> None:
    keep(journal, record(1, escalation=MANAGER, **fields))  # type: ignore[arg-type]
    assert journal.escalations() == ()


def test_an_answer_that_was_read_first_leaves_nothing_to_open(journal: Journal) -> None:
    answer(journal, 1, 1, NOW + HOUR)
    keep(journal, record(1, escalation=MANAGER))
    assert journal.escalations() == ()


def test_a_person_closes_it_in_whatever_conversation(journal: Journal) -> None:
    keep(journal, record(1), record(2, escalation=MANAGER))
    answer(journal, 1, 1, NOW - HOUR)
    assert only(journal).requests == 1
    answer(journal, 2, 1, NOW + HOUR, account="sales")
    assert only(journal).requests == 1
    answer(journal, 3, 1, NOW + HOUR)
    assert journal.escalations() == ()


def test_the_same_text_again_closes_nothing(journal: Journal) -> None:
    keep(journal, record(1, escalation=MANAGER))
    answer(journal, 1, 1, NOW + HOUR, TEXT)
    assert journal.escalations() == ()
    keep(journal, record(2, escalation=MANAGER, received=NOW + 2 * HOUR))
    assert only(journal).requests == 2
    answer(journal, 2, 2, NOW + 3 * HOUR, TEXT)
    assert only(journal).requests == 2
    answer(journal, 3, 2, NOW + 4 * HOUR, "I am the manager and I will call you at noon.")
    assert journal.escalations() == ()


def test_after_a_month_it_is_a_new_one(journal: Journal) -> None:
    keep(journal, record(1, escalation=MANAGER))
    answer(journal, 1, 1, NOW + HOUR)
    later = NOW + 40 * DAY
    keep(journal, record(2, escalation=INSULT, received=later), at=later)
    assert (only(journal).requests, only(journal).causes) == (1, ("insult",))


def test_done_is_an_answer_without_a_mail(journal: Journal) -> None:
    first, other = keep(
        journal,
        record(1, escalation=MANAGER),
        record(2, BOB, related=("<m1@customer.example>",)),
    )
    sent(journal, claim(1, promise=NOW + DAY, mail_id=first))
    deed = Deed(NOW + HOUR, Means.CALL, "Jo", "Found the parcel.")
    assert journal.done(first, deed) == 1
    assert journal.escalations() == ()
    assert journal.deeds(first) == (deed,)
    assert recall(journal, related=("<m1@customer.example>",)).human_answers == 1
    assert journal.promises()[0].kept_at == NOW + HOUR
    closed = journal.mail(first)
    assert closed is not None
    assert (closed.closed, closed.closed_at) == ("done", NOW + HOUR)
    assert journal.mail(other).closed == ""  # type: ignore[union-attr]


def test_what_asks_after_it_was_done_is_open_again(journal: Journal) -> None:
    (first,) = keep(journal, record(1, escalation=MANAGER))
    journal.done(first, Deed(NOW + HOUR))
    keep(journal, record(2, escalation=MANAGER, received=NOW + 2 * HOUR))
    assert only(journal).requests == 2


def test_who_works_on_a_conversation(journal: Journal) -> None:
    first, second, other = keep(
        journal, record(1), record(2, related=("<m1@customer.example>",)), record(3)
    )
    journal.assign(first, "Kim", NOW)
    journal.assign(second, "Jo", NOW)
    assert journal.standings(NOW) == {first: Standing("Jo"), second: Standing("Jo")}
    journal.assign(first, "", NOW)
    assert journal.standings(NOW) == {}
    assert other not in journal.standings(NOW)


def test_a_conversation_is_put_off_until_its_time_or_the_next_mail(journal: Journal) -> None:
    (first,) = keep(journal, record(1))
    journal.snooze(first, NOW + DAY, NOW + HOUR)
    assert journal.standings(NOW + 2 * HOUR) == {first: Standing("", NOW + DAY)}
    assert journal.standings(NOW + DAY) == {}
    related = ("<m1@customer.example>",)
    keep(journal, record(2, related=related, received=NOW + 2 * HOUR, automatic=True))
    assert first in journal.standings(NOW + 3 * HOUR)
    keep(journal, record(3, related=related, received=NOW + 2 * HOUR))
    assert journal.standings(NOW + 3 * HOUR) == {}


def test_done_takes_the_assignment_back(journal: Journal) -> None:
    (first,) = keep(journal, record(1))
    journal.assign(first, "Kim", NOW)
    journal.snooze(first, NOW + DAY, NOW)
    journal.done(first, Deed(NOW))
    assert journal.standings(NOW) == {}


def test_a_mail_that_is_not_there(journal: Journal) -> None:
    for act in (
        lambda: journal.done(7, Deed(NOW)),
        lambda: journal.assign(7, "Kim", NOW),
        lambda: journal.snooze(7, NOW, NOW),
        lambda: journal.deeds(7),
    ):
        with pytest.raises(StateError):
            act()


def test_an_alert_is_told_once(journal: Journal) -> None:
    assert journal.begin_telling("escalation 1 1", NOW)
    assert not journal.begin_telling("escalation 1 1", NOW)
    journal.end_telling("escalation 1 1", told=True)
    assert not journal.begin_telling("escalation 1 1", NOW + DAY)
    assert journal.begin_telling("escalation 1 2", NOW)
    journal.end_telling("escalation 1 2", told=False)
    assert journal.begin_telling("escalation 1 2", NOW)


def test_the_goodwill_ledger(journal: Journal) -> None:
    rows = [
        Record(decision(1), {"customer": {"id": "c-1"}}),
        Record(decision(2, BOB), {"customer": None}),
    ]
    first, other = keep(journal, *rows)
    offer = Offer(Decimal("12.50"), "EUR", NOW, "Kim", "late")
    made = journal.propose(first, offer, lambda before: "" if not before else "again")
    assert isinstance(made, Goodwill)
    assert (made.mail_id, made.party, made.offer, made.state.value) == (
        first,
        ANN,
        offer,
        "proposed",
    )
    assert journal.propose(first, offer, lambda before: f"{len(before)} before") == "1 before"
    seen: list[Goodwill] = []
    second = journal.propose(other, offer, lambda before: seen.extend(before) or "")
    assert isinstance(second, Goodwill)
    assert seen == [made]
    assert (made.customer_id, second.customer_id) == ("c-1", "")
    done = journal.decide_goodwill(made.id, GoodwillState.APPROVED, "Jo", NOW + HOUR)
    assert done is not None
    assert (done.state.value, done.decided_by, done.decided_at) == ("approved", "Jo", NOW + HOUR)
    assert journal.decide_goodwill(made.id, GoodwillState.DECLINED, "Jo", NOW) is None
    assert journal.decide_goodwill(99, GoodwillState.DECLINED, "Jo", NOW) is None
    assert journal.goodwills() == (done, second)
    with pytest.raises(StateError):
        journal.propose(99, offer, lambda _: "")


def test_how_often_somebody_asked_for_money_back(journal: Journal) -> None:
    asks = [
        decision(1, received=NOW - 400 * DAY),
        decision(2),
        decision(3),
        decision(4, BOB),
        decision(5, automatic=True),
        decision(6, reply_key="key-2"),
    ]
    rows = [Record(one, {"signals": ["money-back", "anger"]}) for one in asks]
    ids = keep(journal, *rows, record(7))
    assert journal.asked_money_back(ids[1], NOW - 365 * DAY) == 2
    assert journal.asked_money_back(ids[3], NOW - 365 * DAY) == 1


SEEN = Seen(5, ("problem", "waiting-time"), {"waiting-time": 2})


def test_corrections_the_last_word_counts_and_a_keyword_takes_none_back(journal: Journal) -> None:
    (first,) = keep(journal, record(1, priority=3))
    journal.correct(first, 6, NOW, seen=SEEN, exact=False)
    (found,) = journal.corrections()
    assert (found.priority, found.wanted, found.exact) == (5, 6, False)
    assert (found.reasons, found.times) == (SEEN.reasons, {"waiting-time": 2})
    journal.correct(first, 7, NOW + HOUR, seen=SEEN, exact=True)
    journal.correct(first, 4, NOW + 2 * HOUR, seen=SEEN, exact=False)
    (found,) = journal.corrections()
    assert (found.wanted, found.at, found.party) == (7, NOW + HOUR, ANN)
    with pytest.raises(StateError):
        journal.correct(99, 5, NOW, seen=SEEN, exact=True)


def test_a_keyword_that_stays_says_nothing_new_while_the_mail_ages(journal: Journal) -> None:
    (first,) = keep(journal, record(1, priority=3))
    for hours, (shown, wanted) in enumerate([(5, 6), (6, 7), (7, 6)]):
        journal.correct(first, wanted, NOW + hours * HOUR, seen=Seen(shown), exact=False)
        (found,) = journal.corrections()
        assert (found.priority, found.wanted) == ((5, 6), (5, 6), (7, 6))[hours]


def test_a_correction_can_be_taken_back(journal: Journal) -> None:
    first, second = keep(journal, record(1), record(2))
    for one in (first, second):
        journal.correct(one, 6, NOW, seen=SEEN, exact=True)
    taken = journal.take_back(first)
    assert taken is not None
    assert (taken.mail_id, taken.wanted) == (first, 6)
    assert [one.mail_id for one in journal.corrections()] == [second]
    assert (journal.take_back(first), journal.take_back(99)) == (None, None)


def test_an_alert_of_a_run_that_died_is_claimed_anew(journal: Journal) -> None:
    assert journal.begin_telling("promise 1", NOW)
    assert journal.begin_telling("promise 1", NOW + HOUR)
    journal.end_telling("promise 1", told=True)
    assert not journal.begin_telling("promise 1", NOW + DAY)
