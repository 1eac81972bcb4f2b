"""One suite for every journal: rebounds, the breaker, promises, and what a person does by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import (
    ANN,
    BOB,
    STATES,
    answer,
    bounce,
    claim,
    keep,
    permitted,
    recall,
    record,
    ref,
    sent,
)

from inboxwatch.model.decision import ReboundKind
from inboxwatch.model.message import Authentication, AuthenticationStatus, Role
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.world import History, Usage
from inboxwatch.ports import Health, RunEnd

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inboxwatch.model.decision import Rebound
    from inboxwatch.ports import Journal

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
RELAY = "relay@mailer.example"
DUE = NOW + 4 * HOUR
FAILED = Authentication(AuthenticationStatus.FAILED)
WENT_OUT = (OutboxState.SENDING, OutboxState.SENT, OutboxState.UNKNOWN)


def rebounds(journal: Journal, uid: int, rebound: Rebound, at: datetime = NOW) -> None:
    """A mail comes that tells of a reply come back."""
    keep(journal, record(uid, "mailer-daemon@mx.example", rebound=rebound), at=at)


# --- whom a reply counts for -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "envelope", "counts"),
    [
        (ANN, "", True),
        (ANN, "other@relay.example", True),
        (BOB, RELAY, True),
        (RELAY, "", True),
        (BOB, ANN, True),
        (BOB, "", False),
        ("", RELAY, True),
        ("", "", False),
    ],
)
def test_a_reply_counts_for_both_addresses_of_whom_it_went_to(
    journal: Journal, sender: str, envelope: str, counts: bool
) -> None:
    sent(journal, claim(1, ANN, envelope_canonical=RELAY))
    history = recall(journal, sender=sender, envelope=envelope)
    assert [reply.handle for reply in history.replies] == ["business"] * counts
    assert history.last_used == ({"business": NOW} if counts else {})


def test_a_reply_to_both_addresses_counts_once(journal: Journal) -> None:
    sent(journal, claim(1, ANN, envelope_canonical=ANN))
    sent(journal, claim(2, ANN, envelope_canonical=RELAY))
    assert len(recall(journal, sender=ANN, envelope=RELAY).replies) == 2


def test_replies_without_a_return_path_have_nothing_in_common(journal: Journal) -> None:
    sent(journal, claim(1, ANN))
    assert recall(journal, sender=BOB, envelope="").replies == ()


def test_a_claim_sees_the_replies_to_its_return_path(journal: Journal) -> None:
    sent(journal, claim(1, ANN, envelope_canonical=RELAY))
    seen: list[History] = []
    made = claim(2, BOB, envelope_canonical=RELAY)
    journal.claim(made, lambda past, _: seen.append(past) or ())
    assert len(seen[0].replies) == 1


def test_the_last_use_of_each_template_is_remembered_for_ever(journal: Journal) -> None:
    for uid, days, handle in ((1, 900, "away"), (2, 30, "business"), (3, 2, "business")):
        sent(journal, claim(uid, claimed_at=NOW - days * DAY, handle=handle))
    sent(journal, claim(4, BOB, handle="evening"))
    sent(journal, claim(5, handle="night"), OutboxState.REFUSED)
    sent(journal, claim(6, handle="business"), OutboxState.DROPPED)
    sent(journal, claim(7, handle="weekend"), OutboxState.HELD)
    history = recall(journal)
    assert dict(history.last_used) == {
        "away": NOW - 900 * DAY,
        "business": NOW - 2 * DAY,
        "weekend": NOW,
    }
    assert [reply.handle for reply in history.replies] == ["business", "weekend"]


def test_the_last_away_is_remembered_for_ever_whatever_its_name(journal: Journal) -> None:
    assert recall(journal).last_away is None
    for uid, days, handle in ((1, 900, "closure"), (2, 30, "holiday")):
        sent(journal, claim(uid, claimed_at=NOW - days * DAY, handle=handle, kind="away"))
    sent(journal, claim(3, claimed_at=NOW - DAY))
    sent(journal, claim(4, kind="away"), OutboxState.REFUSED)
    sent(journal, claim(5, BOB, kind="away", envelope_canonical=RELAY))
    assert recall(journal).last_away == NOW - 30 * DAY
    assert recall(journal, envelope=RELAY).last_away == NOW


def test_everybody_we_replied_to_is_remembered(journal: Journal) -> None:
    """Rule L02: a thousand of them and more."""
    people = [f"c{uid}@customer.example" for uid in range(1001)]
    for uid, sender in enumerate(people):
        journal.claim(claim(uid, sender, claimed_at=NOW - DAY + uid * SECOND), permitted)
    assert {len(recall(journal, 9999, sender).replies) for sender in people} == {1}


# --- conversations -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_a_mail_that_refers_to_our_reply_answers_it(journal: Journal, state: OutboxState) -> None:
    sent(journal, claim(1, claimed_at=NOW - HOUR), state)
    sent(journal, claim(2, BOB, claimed_at=NOW - 2 * HOUR))
    sent(journal, claim(3, BOB, claimed_at=NOW))
    related = ("<r2@acme.example>", "<x@y.example>", "<r1@acme.example>")
    assert recall(journal, related=related).answers_reply_of == NOW - HOUR
    assert recall(journal, related=("<m1@customer.example>",)).answers_reply_of is None


def test_a_mail_with_our_message_id_for_its_own_refers_to_nothing(journal: Journal) -> None:
    sent(journal, claim(1))
    past = journal.recall(
        account="support",
        reply_key="key-9",
        sender_canonical=ANN,
        related_ids=("<r1@acme.example>", "<r1@acme.example>"),
        now=NOW,
        ref=None,
    )
    assert past.answers_reply_of is None


def test_answers_of_humans_are_counted(journal: Journal) -> None:
    keep(journal, record(1))
    assert recall(journal, 1).human_answers == 0
    for hours in (1, 2, 2, -5):
        answer(journal, "<m1@customer.example>", at=NOW + hours * HOUR)
    history = recall(journal, 2, related=("<m1@customer.example>",))
    assert (history.human_answers, history.human_answered_at) == (3, NOW + 2 * HOUR)
    for minutes in range(150):
        answer(journal, "<m1@customer.example>", at=NOW + timedelta(minutes=minutes))
    assert recall(journal, 2, related=("<m1@customer.example>",)).human_answers == 100


def test_an_answer_in_two_conversations_is_one(journal: Journal) -> None:
    own = "<form@shop.example>"
    keep(journal, record(1, ANN, message_id=own), record(2, BOB, message_id=own))
    answer(journal, own)
    assert recall(journal, 3, "eve@third.example", (own,)).human_answers == 1


def test_arrivals_of_a_day_are_those_of_the_sender_copies_once(journal: Journal) -> None:
    keep(
        journal,
        record(1, received=NOW - DAY),
        record(2, received=NOW - DAY + SECOND, automatic=True),
        record(3, received=NOW, closed="answered by a person"),
        record(4, received=NOW - HOUR),
        record(5, received=NOW - HOUR + SECOND, reply_key="key-4", ref=ref(5, "Archive")),
        record(6, received=NOW + 2 * DAY),
        record(7, BOB),
        record(8, ""),
    )
    expected = (NOW - DAY + SECOND, NOW - HOUR, NOW, NOW + 2 * DAY)
    assert recall(journal).arrivals == expected
    assert recall(journal, 4).arrivals == (expected[0], *expected[2:])
    assert recall(journal, sender="").arrivals == ()


@pytest.mark.parametrize("change", [{"role": Role.JUNK}, {"authentication": FAILED}])
def test_what_anybody_can_write_in_her_name_is_no_arrival(
    journal: Journal, change: dict[str, object]
) -> None:
    keep(journal, record(1), record(2, received=NOW + SECOND, **change))
    assert recall(journal).arrivals == (NOW,)
    keep(journal, record(1, **change), record(2, received=NOW + SECOND))
    assert recall(journal).arrivals == (NOW + SECOND,)


def test_of_a_flood_the_newest_arrivals_count(journal: Journal) -> None:
    keep(journal, *(record(uid, received=NOW + uid * SECOND) for uid in range(1, 251)))
    arrivals = recall(journal, 999).arrivals
    assert (len(arrivals), arrivals[-1]) == (200, NOW + 250 * SECOND)


# --- rebounds ----------------------------------------------------------------------------------


def test_a_report_about_one_of_our_ids_mutes_the_address_written_to(journal: Journal) -> None:
    sent(journal, claim(1, claimed_at=NOW - 300 * DAY))
    report = bounce("<x@y.example>", "<r1@acme.example>")
    rebounds(journal, 50, report, NOW)
    assert recall(journal).bounced_at == NOW
    assert recall(journal, sender=BOB, envelope=ANN).bounced_at == NOW
    assert recall(journal, sender=BOB).bounced_at is None


def test_what_is_none_of_ours_is_not_kept(journal: Journal) -> None:
    sent(journal, claim(1))
    rebounds(journal, 50, bounce("<m1@customer.example>", ""))
    rebounds(journal, 51, bounce())
    assert journal.health("support", NOW - HOUR) == Health(replies=1, rebounds=0)
    assert recall(journal).bounced_at is None


@pytest.mark.parametrize("change", [{"permanent": False}, {"kind": ReboundKind.LOOP}])
def test_only_a_bounce_for_good_mutes(journal: Journal, change: dict[str, object]) -> None:
    sent(journal, claim(1, claimed_at=NOW - SECOND))
    rebounds(journal, 50, bounce("<r1@acme.example>", **change))
    assert recall(journal).bounced_at is None
    assert journal.health("support", NOW - HOUR).rebounds == 1


def test_a_rebound_is_kept_once_for_each_mail_and_reply(journal: Journal) -> None:
    for uid in (1, 2):
        sent(journal, claim(uid, claimed_at=NOW - SECOND))
    for later in range(3):
        rebounds(journal, 50, bounce("<r1@acme.example>"), NOW + later * HOUR)
    assert recall(journal).bounced_at == NOW
    rebounds(journal, 51, bounce("<r1@acme.example>"), NOW + HOUR)
    assert recall(journal).bounced_at == NOW + HOUR
    assert journal.health("support", NOW - HOUR) == Health(replies=2, rebounds=1)


def test_of_many_ids_the_newest_reply_is_meant(journal: Journal) -> None:
    sent(journal, claim(1, ANN))
    sent(journal, claim(2, BOB))
    rebounds(journal, 50, bounce("<r2@acme.example>", "<r1@acme.example>"))
    assert recall(journal, sender=BOB).bounced_at == NOW
    assert recall(journal, sender=ANN).bounced_at is None


def test_a_reply_is_not_taken_for_one_to_the_mail_that_has_its_uid_now(journal: Journal) -> None:
    (mail_id,) = keep(journal, record(1))
    entry = sent(journal, claim(1, mail_id=mail_id, promise=NOW + DAY))
    keep(journal, record(1))
    assert [one.mail_id for one in journal.promises()] == [mail_id]
    assert keep(journal, record(1, BOB, reply_key="key-2")) == (mail_id,)
    found = journal.entry(entry.id)
    assert found is not None
    assert found.mail_id is None
    assert [one.mail_id for one in journal.promises()] == [None]


def test_a_rebound_counts_for_the_account_that_sent(journal: Journal) -> None:
    sent(journal, claim(1, claimed_at=NOW - SECOND, account="sales"))
    rebounds(journal, 50, bounce("<r1@acme.example>"))
    assert journal.health("sales", NOW - HOUR) == Health(replies=1, rebounds=1)
    assert journal.health("support", NOW - HOUR) == Health()


def test_hostile_ids_of_a_report_are_harmless(journal: Journal) -> None:
    sent(journal, claim(1))
    filler = [f"<{number}@evil.example>" for number in range(5000)]
    hostile = bounce("\ud800\x00", *filler, "<r1@acme.example>")
    rebounds(journal, 50, hostile)
    assert journal.health("support", NOW - HOUR).rebounds == 0


# --- health and the breaker --------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_health_counts_what_went_out(journal: Journal, state: OutboxState) -> None:
    sent(journal, claim(1, claimed_at=NOW - HOUR + SECOND), state)
    sent(journal, claim(2, claimed_at=NOW - HOUR), state)
    sent(journal, claim(3, claimed_at=NOW + DAY), state)
    assert journal.health("support", NOW - HOUR).replies == (2 if state in WENT_OUT else 0)


def test_rebounds_of_drafts_are_not_an_accounts_health(journal: Journal) -> None:
    sent(journal, claim(1, claimed_at=NOW - SECOND), OutboxState.DRAFTED)
    rebounds(journal, 50, bounce("<r1@acme.example>"))
    assert journal.health("support", NOW - HOUR) == Health()
    assert recall(journal).bounced_at == NOW


def test_an_account_is_stopped_until_it_is_resumed(journal: Journal) -> None:
    assert journal.tripped() == {}
    assert not journal.resume("support", NOW)
    journal.trip("support", NOW, "6 of 10 replies came back")
    journal.trip("support", NOW + HOUR, "again")
    journal.trip("sales", NOW, "")
    assert dict(journal.tripped()) == {
        "sales": "stopped",
        "support": "6 of 10 replies came back",
    }
    usage = {"recipient_domain": "customer.example", "now": NOW}
    assert journal.usage(account="support", **usage) == Usage(breaker="6 of 10 replies came back")
    assert journal.usage(account="else", **usage) == Usage()
    assert journal.resume("support", NOW + HOUR)
    assert not journal.resume("support", NOW + HOUR)
    assert dict(journal.tripped()) == {"sales": "stopped"}
    assert journal.usage(account="support", **usage) == Usage()
    journal.trip("support", NOW + DAY, "once more")
    assert journal.tripped()["support"] == "once more"


def test_the_breaker_is_seen_inside_the_claim_and_the_reclaim(journal: Journal) -> None:
    waiting = sent(journal, claim(2), OutboxState.RETRY)
    journal.trip("support", NOW, "too many came back")
    seen: list[Usage] = []
    journal.claim(claim(1), lambda _, usage: seen.append(usage) or ())
    journal.reclaim(waiting.id, NOW, lambda usage: seen.append(usage) or ())
    assert [usage.breaker for usage in seen] == ["too many came back"] * 2


def test_what_was_sent_before_an_account_was_resumed_is_forgiven(journal: Journal) -> None:
    for uid in (1, 2):
        sent(journal, claim(uid, claimed_at=NOW - 10 * SECOND))
    rebounds(journal, 50, bounce("<r1@acme.example>"), NOW - 5 * SECOND)
    journal.trip("support", NOW, "half came back")
    journal.resume("support", NOW)
    rebounds(journal, 51, bounce("<r2@acme.example>"), NOW + SECOND)
    assert journal.health("support", NOW - HOUR) == Health()
    sent(journal, claim(3, claimed_at=NOW + SECOND))
    rebounds(journal, 52, bounce("<r3@acme.example>"), NOW + 2 * SECOND)
    assert journal.health("support", NOW - HOUR) == Health(replies=1, rebounds=1)
    assert journal.health("support", NOW + HOUR) == Health()


# --- the ledger --------------------------------------------------------------------------------


def test_a_promise_is_entered_with_its_claim(journal: Journal) -> None:
    (mail_id,) = keep(journal, record(1))
    entry = journal.claim(claim(1, mail_id=mail_id, promise=DUE), permitted).entry
    assert entry is not None
    assert journal.promises() == ()
    journal.settle(entry.id, OutboxState.SENT, NOW + SECOND, "250 ok")
    (promise,) = journal.promises()
    assert (promise.entry_id, promise.mail_id) == (entry.id, mail_id)
    assert (promise.account, promise.recipient) == ("support", ANN)
    assert promise.conversation == recall(journal, 2, related=(entry.message_id,)).conversation
    assert (promise.due_at, promise.kept_at) == (DUE, None)
    assert promise.made_at == NOW


def test_a_refused_claim_and_one_without_a_deadline_promise_nothing(journal: Journal) -> None:
    sent(journal, claim(1))
    journal.claim(claim(1, promise=DUE), permitted)
    with pytest.raises(ZeroDivisionError):
        journal.claim(claim(2, promise=DUE), lambda *_: 1 // 0)
    assert journal.promises() == ()


@pytest.mark.parametrize("state", STATES)
def test_only_what_was_sent_or_drafted_binds(journal: Journal, state: OutboxState) -> None:
    sent(journal, claim(1, promise=DUE), state)
    binds = state in (OutboxState.SENT, OutboxState.DRAFTED)
    assert len(journal.promises()) == int(binds)


def test_a_dropped_replys_promise_is_void(journal: Journal) -> None:
    entry = sent(journal, claim(1, promise=DUE), OutboxState.HELD)
    journal.drop(entry.id, [OutboxState.HELD], NOW, "by hand")
    assert journal.promises() == ()


def test_the_earliest_deadline_comes_first(journal: Journal) -> None:
    for uid, hours in ((1, 3), (2, 1), (3, 2), (4, 1)):
        sent(journal, claim(uid, promise=NOW + hours * HOUR))
    assert [promise.entry_id for promise in journal.promises()] == [2, 4, 3, 1]


def test_the_first_human_answer_after_it_keeps_a_promise(journal: Journal) -> None:
    keep(journal, record(1), record(2, BOB))
    for uid, sender in ((1, ANN), (2, BOB)):
        sent(journal, claim(uid, sender, promise=DUE))
    kept, waiting = journal.promises()
    for at in (NOW - HOUR, NOW):
        answer(journal, "<m1@customer.example>", at=at)
    assert journal.promises() == (kept, waiting)
    for hours in (3, 2, 4):
        answer(journal, "<m1@customer.example>", at=NOW + hours * HOUR)
    kept = replace(kept, kept_at=NOW + 2 * HOUR)
    assert journal.promises() == (kept, waiting)


def test_an_answer_read_before_the_claim_was_committed_keeps_the_promise(journal: Journal) -> None:
    keep(journal, record(1))
    answer(journal, "<m1@customer.example>", at=NOW + HOUR)
    sent(journal, claim(1, promise=DUE))
    assert [promise.kept_at for promise in journal.promises()] == [NOW + HOUR]


# --- by hand -----------------------------------------------------------------------------------


def test_an_entry_is_found_by_its_number(journal: Journal) -> None:
    good_until = NOW + 2 * HOUR
    made = claim(1, envelope_canonical=RELAY, good_until=good_until)
    entry = journal.claim(made, permitted).entry
    assert entry is not None
    assert journal.entry(entry.id) == entry
    assert entry.good_until == good_until
    assert journal.entry(entry.id + 1) is None


def _nothing(journal: Journal, entry_id: int, states: Sequence[OutboxState]) -> bool:
    before = journal.outbox(STATES)
    taken = journal.take(entry_id, states, NOW + HOUR, b"other")
    dropped = journal.drop(entry_id, states, NOW + HOUR, "no")
    return taken is dropped is None and journal.outbox(STATES) == before


def test_what_is_in_another_state_by_now_is_left_alone(journal: Journal) -> None:
    entry = sent(journal, claim(1), OutboxState.SENT)
    assert _nothing(journal, entry.id, [OutboxState.HELD, OutboxState.UNKNOWN])
    assert _nothing(journal, entry.id, [])
    assert _nothing(journal, entry.id + 1, STATES)


@pytest.mark.parametrize("octets", [None, b"Subject: Anew\r\n\r\n"])
def test_a_taken_reply_is_being_sent_and_counts_from_now(
    journal: Journal, octets: bytes | None
) -> None:
    entry = sent(journal, claim(1, promise=DUE), OutboxState.HELD)
    at = NOW + 2 * DAY
    taken = journal.take(entry.id, [OutboxState.HELD, OutboxState.RETRY], at, octets)
    assert taken == replace(
        entry,
        state=OutboxState.SENDING,
        claimed_at=at,
        octets=entry.octets if octets is None else octets,
    )
    assert journal.entry(entry.id) == taken
    assert journal.usage(account="support", recipient_domain="", now=at).day == 1
    assert journal.take(entry.id, [OutboxState.HELD], at) is None
    journal.settle(entry.id, OutboxState.SENT, at, "250 ok")
    answer(journal, "<m1@customer.example>", at=NOW + SECOND)  # after it was claimed at first
    assert [promise.kept_at for promise in journal.promises()] == [NOW + SECOND]


def test_a_taken_reply_that_ends_unknown_again_is_told_again(journal: Journal) -> None:
    entry = sent(journal, claim(1), OutboxState.UNKNOWN)
    run = journal.begin_run(NOW, replies_enabled=True)
    journal.end_run(RunEnd(run.run_id, NOW, 0))
    assert journal.recover(NOW) == ()
    assert journal.take(entry.id, [OutboxState.UNKNOWN], NOW) is not None
    assert [one.id for one in journal.recover(NOW)] == [entry.id]


def test_a_dropped_reply_says_why_and_keeps_its_key(journal: Journal) -> None:
    entry = sent(journal, claim(1), OutboxState.HELD)
    dropped = journal.drop(entry.id, [OutboxState.HELD], NOW + HOUR, "dropped by hand")
    assert dropped == journal.entry(entry.id)
    assert dropped is not None
    assert (dropped.state, dropped.detail) == (OutboxState.DROPPED, "dropped by hand")
    assert dropped.settled_at == NOW + HOUR
    assert journal.claim(claim(1), permitted).entry is None
    assert recall(journal).replies == ()
