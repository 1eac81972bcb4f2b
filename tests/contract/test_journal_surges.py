"""What every journal remembers of surges."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import ANN, BOB, answer, claim, keep, mark, permitted, record

from inboxwatch.errors import StateError
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.message import Role
from inboxwatch.model.surge import Fingerprint, Suspicion, Trace, Writer
from inboxwatch.ports import Journal, Record, SurgeFound

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVER = timedelta(days=3000)
ODD = (0, 7, 2**32 - 1)


def made(
    uid: int = 1,
    sender: str = ANN,
    traits: tuple[int, ...] = (1,),
    name: str = "",
    **fields: object,
) -> Record:
    """A mail with a trace of the scheme 3."""
    return replace(record(uid, sender, **fields), fingerprint=Fingerprint(3, traits, name))  # type: ignore[arg-type]


def traces(journal: Journal, scheme: int = 3, limit: int = 99) -> tuple[Trace, ...]:
    return journal.traces(NOW - EVER, NOW + EVER, scheme=scheme, limit=limit)


def opened(journal: Journal, *given: Trace, **fields: object) -> int:
    found = SurgeFound(keys=ODD, traces=given or traces(journal), at=NOW, phrase="promo code")
    return journal.keep_surge(replace(found, **fields)).id  # type: ignore[arg-type]


def test_a_mail_leaves_a_trace_with_all_of_its_traits(journal: Journal) -> None:
    known = CustomerMatch(Customer("c-1"), MatchKind.ADDRESS)
    first, second = keep(journal, made(1, traits=ODD, customer=known, name="ann"), made(2, BOB))
    assert traces(journal) == (
        Trace(first, ANN, NOW, ODD, known=True, name="ann"),
        Trace(second, BOB, NOW, (1,), known=False),
    )


def test_a_mail_that_does_not_count_leaves_none(journal: Journal) -> None:
    keep(journal, record(1))
    assert traces(journal) == ()
    assert journal.first_trace(scheme=3) is None


def test_a_mail_that_counts_no_more_loses_its_trace(journal: Journal) -> None:
    keep(journal, made(1))
    keep(journal, record(1))
    assert traces(journal) == ()


def test_traces_of_another_scheme_are_no_traces(journal: Journal) -> None:
    keep(journal, made(1))
    assert traces(journal, scheme=4) == ()
    assert journal.trace_count(NOW - DAY, NOW, scheme=4) == 0
    assert journal.first_trace(scheme=4) is None


def test_the_newest_traces_of_a_stretch_come_oldest_first(journal: Journal) -> None:
    keep(journal, *(made(uid, received=NOW - uid * HOUR) for uid in (1, 2, 3, 4)))
    found = journal.traces(NOW - 4 * HOUR, NOW - HOUR, scheme=3, limit=2)
    assert [one.received for one in found] == [NOW - 2 * HOUR, NOW - HOUR]
    assert journal.trace_count(NOW - 4 * HOUR, NOW - HOUR, scheme=3) == 3
    assert journal.first_trace(scheme=3) == NOW - 4 * HOUR


def test_old_traces_are_forgotten(journal: Journal) -> None:
    keep(journal, made(1, received=NOW - DAY), made(2, BOB))
    journal.forget_traces(NOW)
    assert [one.sender for one in traces(journal)] == [BOB]


def test_who_wrote_before_is_known_by_mail_in_an_inbox(journal: Journal) -> None:
    keep(journal, record(1, ANN), record(2, BOB, role=Role.JUNK))
    assert journal.wrote_before({ANN, BOB, "new@x.example"}, NOW + HOUR) == {ANN}
    assert journal.wrote_before({ANN}, NOW) == frozenset()
    assert journal.wrote_before((), NOW) == frozenset()


def test_a_surge_counts_senders_and_mails(journal: Journal) -> None:
    known = CustomerMatch(Customer("c-1"), MatchKind.ADDRESS)
    keep(
        journal,
        made(1, ANN, customer=known, received=NOW - HOUR),
        made(2, ANN, customer=known),
        made(3, BOB),
    )
    surge_id = opened(journal, usual=0.25, told=2, suspicion=Suspicion.OFFER)
    surge = journal.surge(surge_id)
    assert surge is not None
    assert (surge.senders, surge.mails, surge.known, surge.told) == (2, 3, 1, 2)
    assert (surge.first_at, surge.latest_at, surge.opened_at) == (NOW - HOUR, NOW, NOW)
    assert (surge.keys, surge.phrase, surge.usual) == (ODD, "promo code", 0.25)
    assert (surge.suspicion, surge.template, surge.closed_at) == (Suspicion.OFFER, "", None)
    assert journal.surges() == (surge,)
    assert journal.surge(surge_id + 1) is None


def test_who_wrote_of_a_surge_comes_by_name_the_oldest_first(journal: Journal) -> None:
    known = CustomerMatch(Customer("c-1"), MatchKind.ADDRESS)
    keep(journal, record(9, BOB, received=NOW - DAY))
    ids = keep(
        journal,
        made(1, "new@x.example", name="one", received=NOW - 3 * HOUR),
        made(2, ANN, name="ann", customer=known, received=NOW - 2 * HOUR),
        made(3, BOB, name="bob", received=NOW - HOUR),
        made(4, "new@x.example", name="two"),
        made(5, "new@x.example", name="one", received=NOW + HOUR),
    )
    surge_id = opened(journal)
    first, second = NOW - 3 * HOUR, NOW - 2 * HOUR
    writers = (
        Writer("new@x.example", "one", ids[0], first, NOW + HOUR, 2, new=True),
        Writer(ANN, "ann", ids[1], second, second, 1, known=True),
        Writer(BOB, "bob", ids[2], NOW - HOUR, NOW - HOUR, 1),
        Writer("new@x.example", "two", ids[3], NOW, NOW, 1, new=True),
    )
    assert journal.surge_writers(surge_id, 9) == writers
    assert journal.surge_writers(surge_id, 2) == writers[2:]
    assert journal.surge_writers(surge_id + 1, 9) == ()
    surge = journal.surge(surge_id)
    assert surge is not None
    assert (surge.senders, surge.names, surge.mails, surge.known) == (3, 4, 5, 1)


def test_a_surge_grows_and_keeps_what_it_had(journal: Journal) -> None:
    first, second = keep(journal, made(1, ANN), made(2, BOB))
    one, two = traces(journal)
    surge_id = opened(journal, one, told=5, suspicion=Suspicion.NAMES, usual=1.5)
    grown = journal.keep_surge(SurgeFound((9,), (one, two), NOW + HOUR, id=surge_id, told=3))
    assert (grown.id, grown.keys, grown.phrase, grown.usual) == (surge_id, (9,), "promo code", 1.5)
    assert (grown.mails, grown.told, grown.suspicion) == (2, 5, Suspicion.NAMES)
    again = SurgeFound((9,), (), NOW, id=surge_id, told=50, suspicion=Suspicion.NONE)
    assert journal.keep_surge(again).told == 50
    assert journal.keep_surge(again).suspicion is Suspicion.NONE
    assert journal.surge_mails(surge_id, 9) == (first, second)
    assert journal.surge_mails(surge_id, 1) == (second,)


def test_a_surge_outlives_the_traces_of_its_mails(journal: Journal) -> None:
    keep(journal, made(1), made(2, BOB))
    surge_id = opened(journal)
    journal.forget_traces(NOW + DAY)
    surge = journal.surge(surge_id)
    assert surge is not None
    assert (surge.senders, surge.mails) == (2, 2)


def test_a_template_is_assigned_and_unanswered_mail_is_decided_again(journal: Journal) -> None:
    ids = keep(
        journal,
        made(1),
        made(2, closed="answered by a person"),
        made(3),
        made(4),
        made(5, automatic=True),
    )
    surge_id = opened(journal)
    journal.claim(claim(3), permitted)
    answer(journal, "<m4@customer.example>")
    assert journal.answer_surge(surge_id, "incident", "the code", NOW + HOUR) == (ids[0],)
    assert journal.pending("support", "INBOX", 1) == (1,)
    surge = journal.surge(surge_id)
    assert surge is not None
    assert (surge.template, surge.about, surge.answered_at) == ("incident", "the code", NOW + HOUR)


def test_mail_under_an_old_uidvalidity_is_not_decided_again(journal: Journal) -> None:
    keep(journal, made(1))
    surge_id = opened(journal)
    journal.record((), mark(1, uidvalidity=2), NOW)
    assert journal.answer_surge(surge_id, "incident", "", NOW) == ()


def test_a_closed_surge_is_told_of_only_when_asked_for(journal: Journal) -> None:
    keep(journal, made(1))
    surge_id = opened(journal)
    assert journal.close_surge(surge_id, NOW + HOUR)
    assert not journal.close_surge(surge_id, NOW + DAY)
    assert not journal.close_surge(99, NOW)
    assert journal.surges() == ()
    assert [one.id for one in journal.surges(closed_since=NOW + HOUR)] == [surge_id]
    assert journal.surges(closed_since=NOW + 2 * HOUR) == ()
    with pytest.raises(StateError):
        journal.answer_surge(surge_id, "incident", "", NOW)
    with pytest.raises(StateError):
        journal.answer_surge(99, "incident", "", NOW)
