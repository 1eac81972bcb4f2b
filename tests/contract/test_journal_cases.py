"""What every journal says of escalations, of who works on what, and of what was told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import ANN, BOB, claim, decision, keep, mark, recall, record, sent

from inboxwatch.core.summary import decision_fields
from inboxwatch.errors import StateError
from inboxwatch.model.case import Cause, Deed, Means, Settled, Standing
from inboxwatch.model.conversation import OwnMail, Pledge
from inboxwatch.model.correction import Seen
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
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
    mail = OwnMail(ids, at, "jo@acme.example", (ANN,), text=text, parent=ids[1])
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
    assert journal.done(first, deed) == Settled(1, 1)
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


def test_done_wakes_what_was_put_off_and_leaves_it_to_whom_it_was_assigned(
    journal: Journal,
) -> None:
    (first,) = keep(journal, record(1))
    journal.assign(first, "Kim", NOW)
    journal.snooze(first, NOW + DAY, NOW)
    journal.done(first, Deed(NOW))
    assert journal.standings(NOW) == {first: Standing("Kim")}


def test_a_mail_knows_the_escalation_that_it_is_part_of(journal: Journal) -> None:
    first, second, third = keep(
        journal,
        record(1, escalation=MANAGER),
        record(2, escalation=INSULT, related=("<m1@customer.example>",)),
        record(3),
    )
    (found,) = journal.escalations()
    assert journal.case(first).escalation == journal.case(second).escalation == found
    assert journal.case(first).conversation == journal.case(second).conversation
    assert journal.case(third).escalation is None
    assert journal.escalated_mails() == {first, second}
    journal.done(first, Deed(NOW + HOUR))
    closed = journal.case(second).escalation
    assert closed is not None
    assert closed.closed_at == NOW + HOUR
    assert journal.escalated_mails() == set()


def test_done_counts_what_was_in_the_queue(journal: Journal) -> None:
    (first,) = keep(journal, record(1, escalation=MANAGER))
    answer(journal, 1, 1, NOW + HOUR)
    assert journal.done(first, Deed(NOW + 2 * HOUR)) == Settled()
    assert journal.done(first, Deed(NOW + 3 * HOUR, Means.TEXT)) == Settled()
    assert [one.by for one in journal.deeds(first)] == [None, Means.TEXT]


def test_what_was_done_can_be_taken_back_with_all_that_it_settled(journal: Journal) -> None:
    first, second = keep(
        journal, record(1, escalation=MANAGER), record(2, related=("<m1@customer.example>",))
    )
    sent(journal, claim(1, promise=NOW + DAY, mail_id=first))
    assert journal.undo_done(first) is None
    deed = Deed(NOW + HOUR, Means.CALL, "Jo")
    assert journal.done(first, deed).mails == 2
    assert journal.undo_done(second) == deed
    assert [one.id for one in journal.open_mails()] == [first, second]
    assert only(journal).requests == 1
    assert journal.promises()[0].kept_at is None
    assert journal.deeds(first) == ()
    assert recall(journal, related=("<m1@customer.example>",)).human_answers == 0
    assert journal.undo_done(first) is None


def test_what_somebody_else_settled_stays_so(journal: Journal) -> None:
    first, other = keep(journal, record(1, escalation=MANAGER), record(2, BOB, escalation=INSULT))
    sent(journal, claim(1, promise=NOW + DAY, mail_id=first))
    journal.done(other, Deed(NOW + HOUR))
    journal.done(first, Deed(NOW + HOUR * 2))
    answer(journal, 1, 1, NOW + 3 * HOUR)
    journal.undo_done(first)
    assert journal.promises()[0].kept_at == NOW + 3 * HOUR
    assert [one.party for one in journal.escalations()] == [ANN]


def test_a_mail_that_is_not_there(journal: Journal) -> None:
    for act in (
        lambda: journal.done(7, Deed(NOW)),
        lambda: journal.assign(7, "Kim", NOW),
        lambda: journal.snooze(7, NOW, NOW),
        lambda: journal.deeds(7),
        lambda: journal.undo_done(7),
        lambda: journal.case(7),
    ):
        with pytest.raises(StateError):
            act()


RUTH = CustomerMatch(Customer("c-2", "Ruth", (ANN, BOB)), MatchKind.ADDRESS)


def known(uid: int, sender: str = ANN, **fields: object) -> Record:
    """A mail of a customer who has two addresses."""
    made = decision(uid, sender, customer=RUTH, **fields)
    return Record(made, decision_fields(made))


def test_both_addresses_of_one_customer_escalate_as_one(journal: Journal) -> None:
    keep(
        journal,
        known(1, escalation=INSULT),
        known(2, BOB, escalation=MANAGER, received=NOW + HOUR),
    )
    found = only(journal)
    assert (found.party, found.customer, found.requests) == (ANN, "c-2", 2)
    assert found.causes == ("manager-request", "insult")
    other = replace(RUTH, match=MatchKind.DOMAIN)
    apart = decision(3, "eve@other.example", customer=other, escalation=MANAGER)
    keep(journal, Record(apart, decision_fields(apart)))
    assert [one.customer for one in journal.escalations()] == ["c-2", ""]


@pytest.mark.parametrize("number", [1, 2])
def test_done_at_either_address_closes_it(journal: Journal, number: int) -> None:
    ids = keep(journal, known(1, escalation=INSULT), known(2, BOB, escalation=MANAGER))
    journal.done(ids[number - 1], Deed(NOW + HOUR))
    assert journal.escalations() == ()


def test_an_answer_to_the_other_address_closes_it(journal: Journal) -> None:
    keep(journal, known(1, escalation=INSULT), known(2, BOB))
    mail = OwnMail(("<o@acme.example>",), NOW + HOUR, "jo@acme.example", (BOB,), text="Sorry!")
    journal.record_own("support", [replace(mail, related_ids=("", "<m2@other.example>"))], mark(3))
    assert journal.escalations() == ()


def test_an_address_that_is_known_since_then_joins_what_it_asked_before(journal: Journal) -> None:
    keep(journal, record(1, escalation=INSULT))
    keep(journal, known(2, escalation=MANAGER))
    assert (only(journal).customer, only(journal).requests) == ("c-2", 2)


def test_it_is_known_since_when_an_escalation_is_open(journal: Journal) -> None:
    def since(party: str = ANN, account: str = "support", customer: str = "") -> datetime | None:
        return journal.escalated_since(account, party, customer)

    assert since() is None
    (first, _) = keep(
        journal, known(1, escalation=INSULT), known(2, escalation=MANAGER, received=NOW + HOUR)
    )
    assert since() == NOW
    assert since("new@address.example", customer="c-2") == NOW
    assert since("") is None
    assert since(BOB) is None
    assert since(account="sales") is None
    journal.done(first, Deed(NOW + 2 * HOUR))
    assert since(customer="c-2") is None


def test_an_alert_is_told_once(journal: Journal) -> None:
    assert journal.begin_telling("escalation 1 1", NOW)
    assert not journal.begin_telling("escalation 1 1", NOW)
    journal.end_telling("escalation 1 1", told=True)
    assert not journal.begin_telling("escalation 1 1", NOW + DAY)
    assert journal.begin_telling("escalation 1 2", NOW)
    journal.end_telling("escalation 1 2", told=False)
    assert journal.begin_telling("escalation 1 2", NOW)


def test_what_was_told_of_an_escalation_is_news_again_with_the_next_request(
    journal: Journal,
) -> None:
    keep(journal, record(1, escalation=INSULT), record(2, BOB, escalation=MANAGER))
    anns, bobs = journal.untold_escalations()
    assert (anns.party, bobs.party) == (ANN, BOB)
    assert journal.begin_telling(anns.alert_key, NOW)
    assert journal.untold_escalations() == (anns, bobs)  # a run that died here told nobody
    journal.end_telling(anns.alert_key, told=True)
    assert journal.untold_escalations() == (bobs,)
    keep(journal, record(3, escalation=INSULT, received=NOW + HOUR))
    assert [one.requests for one in journal.untold_escalations()] == [2, 1]
    (mail_id,) = keep(journal, record(4, BOB, received=NOW + HOUR))
    journal.done(mail_id, Deed(NOW + 2 * HOUR))
    assert [one.party for one in journal.untold_escalations()] == [ANN]


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


# --- whom an answer counts for, and for which mails ---------------------------------------------

MINUTE = timedelta(minutes=1)


def wrote(journal: Journal, about: int, to: str, at: datetime, *, parent: int = 0) -> None:
    """A person writes in the conversation of a mail, to whomever."""
    ids = (f"<w{about}{at:%d%H%M}@acme.example>", f"<m{about}@customer.example>")
    named = f"<m{parent}@customer.example>" if parent else ""
    mail = OwnMail(ids, at, "jo@acme.example", (to,), parent=named)
    journal.record_own("support", [mail], mark(40, "Sent"))


def test_a_forward_answers_nobody(journal: Journal) -> None:
    keep(journal, record(1, escalation=MANAGER))
    wrote(journal, 1, "parts@supplier.example", NOW + HOUR, parent=1)
    assert only(journal).requests == 1
    assert len(journal.open_mails()) == 1


def test_an_answer_to_one_leaves_the_other_of_a_conversation_open(journal: Journal) -> None:
    first, _ = keep(
        journal,
        record(1, sender=ANN),
        record(2, sender=BOB, related=("<m1@customer.example>",), escalation=MANAGER),
    )
    wrote(journal, 1, ANN, NOW + HOUR, parent=1)
    assert only(journal).party == BOB
    assert [one.sender for one in journal.open_mails()] == [BOB]
    journal.done(first, Deed(NOW + 2 * HOUR))
    assert [one.sender for one in journal.open_mails()] == [BOB]
    wrote(journal, 1, BOB, NOW + 3 * HOUR)
    assert journal.open_mails() == ()
    assert journal.escalations() == ()


def test_an_answer_goes_where_the_customer_wanted_it(journal: Journal) -> None:
    keep(journal, record(1, escalation=MANAGER, reply_to=("ann@home.example",)))
    wrote(journal, 1, "ann@home.example", NOW + HOUR)
    assert journal.open_mails() == ()
    assert journal.escalations() == ()


@pytest.mark.parametrize("early", [MINUTE, HOUR])
def test_what_nobody_had_seen_is_not_swallowed(journal: Journal, early: timedelta) -> None:
    (first,) = keep(journal, record(1), at=NOW)
    journal.done(first, Deed(NOW + HOUR))
    unseen = record(2, related=("<m1@customer.example>",), received=NOW + early)
    keep(journal, unseen, at=NOW + 2 * HOUR)
    assert [one.received for one in journal.open_mails()] == [NOW + early]


def test_what_was_put_off_wakes_by_mail_that_nobody_had_seen(journal: Journal) -> None:
    (first,) = keep(journal, record(1), at=NOW)
    journal.snooze(first, NOW + DAY, NOW + HOUR)
    assert journal.standings(NOW + HOUR)[first].snoozed_until == NOW + DAY
    unseen = record(2, related=("<m1@customer.example>",), received=NOW + MINUTE)
    keep(journal, unseen, at=NOW + 2 * HOUR)
    assert first not in journal.standings(NOW + 2 * HOUR)


def test_an_answer_before_a_grave_mail_was_seen_is_none(journal: Journal) -> None:
    keep(journal, record(1), at=NOW)
    wrote(journal, 1, ANN, NOW + HOUR, parent=1)
    grave = record(2, related=("<m1@customer.example>",), received=NOW + MINUTE, escalation=MANAGER)
    keep(journal, grave, at=NOW + 2 * HOUR)
    assert only(journal).requests == 1
    assert [one.received for one in journal.open_mails()] == [NOW + MINUTE]
    wrote(journal, 1, ANN, NOW + 3 * HOUR)
    assert journal.open_mails() == ()
    assert journal.escalations() == ()


def test_an_answer_to_a_grave_mail_counts_though_it_was_read_first(journal: Journal) -> None:
    keep(journal, record(1), at=NOW)
    wrote(journal, 1, ANN, NOW + HOUR, parent=2)
    grave = record(2, related=("<m1@customer.example>",), received=NOW + MINUTE, escalation=MANAGER)
    keep(journal, grave, at=NOW + 2 * HOUR)
    assert journal.escalations() == ()
    assert journal.open_mails() == ()


def test_clocks_that_differ_leave_nothing_open(journal: Journal) -> None:
    ahead = NOW + 3 * MINUTE
    first, second = keep(
        journal,
        record(1, escalation=MANAGER, received=ahead),
        record(2, sender=BOB, escalation=INSULT, received=ahead),
        at=NOW,
    )
    wrote(journal, 1, ANN, NOW + MINUTE, parent=1)
    assert [one.id for one in journal.open_mails()] == [second]
    assert journal.done(second, Deed(NOW + MINUTE)) == Settled(1, 1)
    assert journal.open_mails() == ()
    assert journal.escalations() == ()
    assert first < second


def test_a_promise_is_kept_by_an_answer_to_whom_it_was_made(journal: Journal) -> None:
    keep(journal, record(1))
    promised = OwnMail(
        ("<p1@acme.example>", "<m1@customer.example>"),
        NOW + HOUR,
        "jo@acme.example",
        (ANN,),
        pledges=(Pledge("by Friday", NOW + DAY),),
    )
    journal.record_own("support", [promised], mark(41, "Sent"))
    wrote(journal, 1, "parts@supplier.example", NOW + 2 * HOUR)
    assert journal.promises()[0].kept_at is None
    wrote(journal, 1, ANN, NOW + 3 * HOUR)
    assert journal.promises()[0].kept_at == NOW + 3 * HOUR


def test_an_answer_to_one_address_of_a_customer_counts_for_the_other(journal: Journal) -> None:
    keep(
        journal,
        known(1),
        known(2, BOB, related=("<m1@customer.example>",), escalation=MANAGER),
    )
    wrote(journal, 1, ANN, NOW + HOUR, parent=1)
    assert journal.open_mails() == ()
    assert journal.escalations() == ()
