"""One suite for every journal: the one in memory and the one on disk."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import (
    ANN,
    BOB,
    STATES,
    answer,
    claim,
    keep,
    mark,
    permitted,
    recall,
    record,
    ref,
)

from inboxwatch.errors import StateError
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.playbook import GoodwillState
from inboxwatch.model.world import History, PastReply, Usage
from inboxwatch.ports import Journal, RunEnd

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
IN_THREAD_1 = {"related_ids": ("<m4@customer.example>", "<m1@customer.example>")}
COUNTED = ("sending", "sent", "unknown", "retry", "drafted", "held")


# --- small texts, the secret, runs -------------------------------------------------------------


def test_the_secret_is_made_once(journal: Journal) -> None:
    assert len(journal.secret()) == 32
    assert journal.secret() == journal.secret()


def test_a_text_is_remembered_until_the_next_one(journal: Journal) -> None:
    assert journal.remembered("config") is None
    journal.remember("config", "a")
    journal.remember("config", "b\u00fc")
    journal.remember("secret", "not the secret")
    assert journal.remembered("config") == "b\u00fc"
    assert journal.remembered("secret") == "not the secret"
    assert len(journal.secret()) == 32


def test_a_snapshot_answers_like_the_journal_and_ends(journal: Journal) -> None:
    keep(journal, record(1))
    with journal.snapshot():
        assert recall(journal, 2, ANN).sender_mails == 1
        assert journal.mail(1) is not None
    keep(journal, record(2))
    assert recall(journal, 3, ANN).sender_mails == 2


def test_the_first_run_has_no_past(journal: Journal) -> None:
    start = journal.begin_run(NOW, replies_enabled=True)
    assert start.previous_at is None
    assert start.previous_replies_enabled is None
    assert start.replies_since is None
    assert start.median_candidates == 0.0


def test_a_run_learns_of_the_one_before_even_if_that_one_died(journal: Journal) -> None:
    first = journal.begin_run(NOW, replies_enabled=False)
    second = journal.begin_run(NOW + HOUR, replies_enabled=True)
    assert second.run_id != first.run_id
    assert second.previous_at == NOW
    assert second.previous_replies_enabled is False


def test_when_replies_were_switched_on_outlives_runs_that_say_nothing(journal: Journal) -> None:
    first = journal.begin_run(NOW, replies_enabled=True)
    journal.set_replies_since(first.run_id, NOW - SECOND)
    journal.begin_run(NOW + HOUR, replies_enabled=True)
    assert journal.begin_run(NOW + DAY, replies_enabled=True).replies_since == NOW - SECOND
    third = journal.begin_run(NOW + DAY, replies_enabled=True)
    journal.set_replies_since(third.run_id, NOW + DAY)
    assert journal.begin_run(NOW + DAY, replies_enabled=True).replies_since == NOW + DAY


def test_the_median_is_over_finished_runs_of_the_last_thirty_days(journal: Journal) -> None:
    for days_ago, candidates in ((31, 900), (3, 1), (2, 4), (1, 7)):
        run = journal.begin_run(NOW - days_ago * DAY, replies_enabled=True)
        journal.end_run(RunEnd(run.run_id, NOW, candidates, {"decided": 5}))
    journal.begin_run(NOW - HOUR, replies_enabled=True)  # died
    assert journal.begin_run(NOW, replies_enabled=True).median_candidates == 4.0


# --- mailboxes and mails -----------------------------------------------------------------------


def test_a_mark_is_kept_exactly_and_moves_with_records(journal: Journal) -> None:
    assert journal.mailbox("support", "INBOX") is None
    baseline = NOW.replace(microsecond=123457).astimezone(ZoneInfo("Europe/Berlin"))
    journal.record((), mark(7, at=baseline), NOW)
    assert journal.mailbox("support", "INBOX") == mark(7, at=baseline)
    journal.record((record(8),), mark(9, uidvalidity=2**32 - 1, at=NOW), NOW)
    assert journal.mailbox("support", "INBOX") == mark(9, uidvalidity=2**32 - 1, at=NOW)
    assert journal.mailbox("sales", "INBOX") is None


def test_a_mail_comes_back_as_it_was_recorded(journal: Journal) -> None:
    received = NOW.replace(microsecond=999999)
    (mail_id,) = keep(
        journal,
        record(4, subject="\u00dcber 50 \u20ac", priority=8, received=received),
        at=NOW + HOUR,
    )
    mail = journal.mail(mail_id)
    assert mail is not None
    assert (mail.id, mail.ref, mail.role, mail.sender) == (mail_id, ref(4), "inbox", ANN)
    assert (mail.subject, mail.priority, mail.automatic) == ("\u00dcber 50 \u20ac", 8, False)
    assert mail.received == received
    assert mail.decision == {"subject": "\u00dcber 50 \u20ac", "priority": 8}
    assert (mail.answered_at, mail.closed, mail.closed_at) == (None, "", None)
    assert journal.mail(mail_id + 1) is None


def test_recording_again_brings_up_to_date_and_keeps_the_id(journal: Journal) -> None:
    first = keep(journal, record(1), record(2, pending=True))
    again = keep(journal, record(2, priority=9, closed="automatic mail"), record(3), at=NOW + HOUR)
    assert again[0] == first[1]
    assert len({*first, *again}) == 3
    mail = journal.mail(first[1])
    assert mail is not None
    assert (mail.priority, mail.closed) == (9, "automatic mail")
    assert mail.closed_at == NOW + HOUR
    assert journal.pending("support", "INBOX", 1) == ()


def test_mails_keep_their_ids_when_a_mailbox_is_numbered_anew(journal: Journal) -> None:
    old = keep(journal, record(1, pending=True), record(2))
    records = (
        record(5, ref=ref(5, uidvalidity=9), reply_key="key-2"),
        record(6, ref=ref(6, uidvalidity=9)),
        record(7, ref=ref(7, uidvalidity=9), reply_key="key-1"),
    )
    new = journal.record(records, mark(8, uidvalidity=9), NOW)
    assert (new[0], new[2]) == (old[1], old[0])
    assert new[1] not in old
    moved = journal.mail(old[0])
    assert moved is not None
    assert moved.ref == ref(7, uidvalidity=9)
    assert journal.pending("support", "INBOX", 1) == ()


def test_two_copies_under_an_old_number_are_taken_over_one_by_one(journal: Journal) -> None:
    old = keep(journal, record(1, reply_key="same"), record(2, reply_key="same"))
    for expected, uid in zip(old, (8, 7), strict=True):
        moved = record(uid, ref=ref(uid, uidvalidity=9), reply_key="same")
        assert journal.record((moved,), mark(9, uidvalidity=9), NOW) == (expected,)


def test_without_a_mark_mails_are_kept_and_the_mailbox_stays_as_it_is(journal: Journal) -> None:
    (first,) = journal.record((record(1),), None, NOW)
    assert journal.mailbox("support", "INBOX") is None
    assert [one.id for one in journal.open_mails()] == [first]
    keep(journal, record(2))
    before = journal.mailbox("support", "INBOX")
    assert journal.record((record(1, priority=9),), None, NOW) == (first,)
    renumbered = record(5, ref=ref(5, uidvalidity=9), reply_key="key-1")
    assert journal.record((renumbered,), None, NOW) == (first,)
    assert journal.mailbox("support", "INBOX") == before


def test_another_mail_under_the_same_uid_leaves_the_conversation(journal: Journal) -> None:
    keep(journal, record(1))
    answer(journal, "<m1@customer.example>")
    keep(journal, record(1, message_id="<other@customer.example>", reply_key="other"))
    assert len(journal.open_mails()) == 1


def test_pending_are_uids_that_nobody_acted_on(journal: Journal) -> None:
    ids = keep(
        journal,
        record(3, pending=True),
        record(1, pending=True),
        record(2),
        record(4, pending=True),
    )
    assert journal.pending("support", "INBOX", 1) == (1, 3, 4)
    journal.acted(ids[1], {"outcome": "done"})
    journal.claim(claim(4), permitted)
    assert journal.pending("support", "INBOX", 1) == (3,)
    assert journal.pending("support", "INBOX", 2) == ()
    assert journal.pending("support", "Spam", 1) == ()
    acted = journal.mail(ids[1])
    assert acted is not None
    assert acted.decision == {"outcome": "done"}


def test_what_was_put_off_is_kept_and_stays_pending(journal: Journal) -> None:
    (mail_id,) = keep(journal, record(1, pending=True))
    journal.acted(mail_id, {"outcome": "deferred"}, pending=True)
    assert journal.pending("support", "INBOX", 1) == (1,)
    kept = journal.mail(mail_id)
    assert kept is not None
    assert kept.decision == {"outcome": "deferred"}
    journal.acted(mail_id, {"outcome": "done"})
    assert journal.pending("support", "INBOX", 1) == ()


def test_the_pending_mails_of_all_mailboxes_are_told_by_their_ids(journal: Journal) -> None:
    ids = keep(journal, record(1, pending=True), record(2), record(3, pending=True))
    (spam,) = journal.record(
        [record(1, pending=True, ref=ref(1, "Spam"), reply_key="key-9")], mark(2, "Spam"), NOW
    )
    assert journal.pending_mails() == {ids[0], ids[2], spam}
    journal.claim(claim(3), permitted)
    journal.acted(ids[0], {})
    assert journal.pending_mails() == {spam}


def test_a_mail_that_was_closed_waits_for_no_decision(journal: Journal) -> None:
    ids = keep(journal, record(1, pending=True), record(2, pending=True, closed="a draft"))
    assert journal.pending("support", "INBOX", 1) == (1,)
    journal.close_mails([ids[0]], "moved or deleted", NOW)
    assert journal.pending_mails() == frozenset()
    journal.acted(ids[0], {"outcome": "deferred"}, pending=True)
    assert journal.pending("support", "INBOX", 1) == ()


def test_nothing_waits_under_a_number_that_is_no_longer_true(journal: Journal) -> None:
    keep(journal, record(1, pending=True))
    elsewhere = [record(1, pending=True, ref=ref(1, "Spam"), reply_key="key-9")]
    (spam,) = journal.record(elsewhere, mark(2, "Spam"), NOW)
    journal.record((), mark(1, uidvalidity=7), NOW)
    assert journal.pending("support", "INBOX", 1) == ()
    assert journal.pending_mails() == {spam}


def test_what_is_not_there_cannot_be_finished(journal: Journal) -> None:
    with pytest.raises(StateError, match="has no mail 12"):
        journal.acted(12, {})
    with pytest.raises(StateError, match="has no reply 12"):
        journal.settle(12, OutboxState.SENT, NOW, "")


def test_hostile_text_is_kept_somehow(journal: Journal) -> None:
    broken = "\ud800\x00\u202e" + "x" * 100_000
    key, sender = "k\udfff", "a\ud800@customer.example"
    (mail_id,) = keep(
        journal,
        record(1, sender, subject=broken, message_id=f"<{broken}>", reply_key=key, pending=True),
    )
    journal.claim(claim(1, sender, reply_key=key, mail_id=mail_id), permitted)
    assert journal.mail(mail_id) is not None
    assert journal.pending("support", "INBOX", 1) == ()
    assert recall(journal, 1, sender, key=key).handled


def test_a_mailbox_whose_name_is_not_text_is_found_again(journal: Journal) -> None:
    journal.record((), mark(3, "Spam\ud800"), NOW)
    assert journal.mailbox("support", "Spam\ud800") is not None


# --- the queue ---------------------------------------------------------------------------------


def test_open_mails_come_by_priority_then_age(journal: Journal) -> None:
    ids = keep(
        journal,
        record(1, priority=3, received=NOW),
        record(2, priority=9, received=NOW),
        record(3, priority=9, received=NOW - HOUR),
        record(4, priority=9, received=NOW),
        record(5, priority=9, closed="automatic mail"),
    )
    assert [mail.id for mail in journal.open_mails()] == [ids[2], ids[1], ids[3], ids[0]]
    assert [mail.id for mail in journal.open_mails(since=NOW)] == [ids[1], ids[3], ids[0]]


def test_watched_are_the_open_mails_of_an_account_and_whether_we_replied(
    journal: Journal,
) -> None:
    old = NOW - timedelta(days=20)
    ids = journal.record(
        [
            record(1, priority=3),
            record(2, BOB, priority=9),
            record(3, "c@third.example", closed="automatic mail"),
            record(4, "d@fourth.example", received=old),
        ],
        mark(5),
        NOW,
    )
    journal.claim(claim(1, mail_id=ids[0]), lambda _history, _usage: ())
    since = NOW - timedelta(days=14)
    seen = journal.watched("support", since=since, limit=10)
    assert [(one.id, one.ref.uid, one.replied) for one in seen] == [
        (ids[1], 2, False),
        (ids[0], 1, False),
    ]
    entry = journal.outbox((OutboxState.SENDING,))[0]
    journal.settle(entry.id, OutboxState.SENT, NOW, "")
    assert [one.replied for one in journal.watched("support", since=since, limit=10)] == [
        False,
        True,
    ]
    assert [one.id for one in journal.watched("support", since=since, limit=1)] == [ids[1]]
    assert journal.watched("sales", since=since, limit=10) == ()


def test_it_is_known_whether_mails_lie_elsewhere(journal: Journal) -> None:
    places = [("INBOX", 1), ("Spam", 2), ("\U0001f4ec", 3)]
    assert not journal.mails_elsewhere("support", [])
    for mailbox, uidvalidity in places:
        journal.record([record(ref=ref(1, mailbox, uidvalidity))], None, NOW)
    assert not journal.mails_elsewhere("support", reversed(places))
    assert not journal.mails_elsewhere("support", [*places, ("Archive", 1), ("INBOX", 7)])
    assert not journal.mails_elsewhere("sales", [])
    for place in places:
        assert journal.mails_elsewhere("support", [one for one in places if one != place])
    assert journal.mails_elsewhere("support", [("INBOX", 2), *places[1:]])


def test_closed_mails_leave_the_queue_with_the_first_reason(journal: Journal) -> None:
    ids = keep(journal, record(1), record(2))
    journal.close_mails([ids[0], 4711], "answered by a person", NOW)
    journal.close_mails([ids[0]], "moved or deleted", NOW + HOUR)
    assert [mail.id for mail in journal.open_mails()] == [ids[1]]
    closed = journal.mail(ids[0])
    assert closed is not None
    assert (closed.closed, closed.closed_at) == ("answered by a person", NOW)


def test_a_human_answer_counts_only_for_mail_received_before_it(journal: Journal) -> None:
    early, late = keep(
        journal,
        record(1, received=NOW),
        record(2, related=("<m1@customer.example>",), received=NOW + 2 * HOUR),
    )
    answer(journal, "<m1@customer.example>", at=NOW + HOUR)
    answer(journal, "<m1@customer.example>", at=NOW - HOUR)
    answer(journal, "<m1@customer.example>", at=NOW + 2 * HOUR - timedelta(seconds=1))
    assert [mail.id for mail in journal.open_mails()] == [late]
    answered, waiting = journal.mail(early), journal.mail(late)
    assert answered is not None
    assert waiting is not None
    assert (answered.answered_at, waiting.answered_at) == (NOW + HOUR, None)
    assert journal.mailbox("support", "Sent") == mark(2, "Sent")


def test_an_answer_that_is_read_before_the_mail_counts(journal: Journal) -> None:
    answer(journal, "<m1@customer.example>", "<root@customer.example>")
    keep(journal, record(1))
    assert journal.open_mails() == ()
    assert recall(journal, 2, related=("<root@customer.example>",)).human_answered_at == NOW + HOUR


def test_an_answer_in_the_second_in_which_the_mail_came_counts(journal: Journal) -> None:
    keep(journal, record(1))
    answer(journal, "<m1@customer.example>", at=NOW)
    assert journal.open_mails() == ()


def test_an_answer_without_ids_moves_only_the_mark(journal: Journal) -> None:
    keep(journal, record(1, message_id=None))
    answer(journal, "", at=NOW + HOUR)
    assert len(journal.open_mails()) == 1
    assert journal.mailbox("support", "Sent") is not None


# --- conversations and history -----------------------------------------------------------------


def test_a_stranger_has_no_history(journal: Journal) -> None:
    assert recall(journal) == History()


@pytest.mark.parametrize(
    "related",
    [("<m1@customer.example>",), ("<r1@acme.example>",), ("<x@y.example>", "<r1@acme.example>")],
    ids=["their first mail", "our reply", "among others"],
)
def test_a_reply_to_the_mail_or_to_ours_is_in_the_conversation(
    journal: Journal, related: tuple[str, ...]
) -> None:
    (mail_id,) = keep(journal, record(1))
    journal.claim(claim(1, mail_id=mail_id), permitted)
    history = recall(journal, 2, BOB, related)
    assert history.conversation == recall(journal).replies[0].conversation is not None
    assert history.conversation_replies == 1
    assert history.replies == ()


def test_mails_that_arrive_in_the_wrong_order_find_each_other(journal: Journal) -> None:
    keep(journal, record(2, related=("<m1@customer.example>",)))
    keep(journal, record(1))
    second, first = recall(journal, 2), recall(journal, 1)
    assert second.conversation == first.conversation is not None


def test_only_the_two_ends_of_a_long_thread_count(journal: Journal) -> None:
    keep(journal, record(1), record(2, BOB), record(3, "eve@third.example"))
    filler = [f"<f{number}@customer.example>" for number in range(200)]
    related = ("<m1@customer.example>", *filler, "<m3@third.example>")
    middle = (*filler[:100], "<m2@other.example>", *filler[100:])
    assert recall(journal, 9, related=related).conversation is not None
    assert recall(journal, 9, related=(*filler, "<m3@third.example>")).conversation is not None
    assert recall(journal, 9, related=middle).conversation is None


def test_a_strangers_copy_of_a_message_id_is_another_conversation(journal: Journal) -> None:
    (first,) = keep(journal, record(1, BOB, message_id="<form@shop.example>"))
    journal.claim(claim(1, BOB, mail_id=first, related_ids=("<form@shop.example>",)), permitted)
    own = ("<form@shop.example>",)
    history = journal.recall(
        account="support",
        reply_key="key-2",
        sender_canonical=ANN,
        related_ids=own,
        now=NOW,
        ref=ref(2),
    )
    assert history == History()
    (second,) = keep(journal, record(2, ANN, message_id=own[0]))
    seen: list[History] = []
    made = claim(2, ANN, mail_id=second, related_ids=own)
    assert journal.claim(made, lambda past, _: seen.append(past) or ()).entry is not None
    assert seen[0].conversation_replies == 0
    # who refers to the id may mean either
    assert recall(journal, 3, "eve@third.example", own).conversation_replies == 2


def test_a_mail_without_any_id_still_has_a_conversation(journal: Journal) -> None:
    (mail_id,) = keep(journal, record(1, message_id=None))
    entry = journal.claim(claim(1, mail_id=mail_id, related_ids=()), permitted).entry
    assert entry is not None
    conversation = recall(journal, 2, related=("<r1@acme.example>",)).conversation
    assert conversation is not None
    again = journal.recall(
        account="support",
        reply_key="key-1",
        sender_canonical=ANN,
        related_ids=("",),
        now=NOW,
        ref=ref(1),
    )
    assert (again.conversation, again.conversation_replies) == (conversation, 1)


def test_a_claim_without_a_mail_starts_a_conversation(journal: Journal) -> None:
    entry = journal.claim(claim(1), permitted).entry
    assert entry is not None
    history = recall(journal, 2, BOB, ("<m1@customer.example>",))
    assert history.conversation is not None
    assert history.conversation_replies == 1


def test_the_count_of_a_conversation_starts_again_after_a_human_wrote(journal: Journal) -> None:
    keep(journal, record(1), record(2, related=("<m1@customer.example>",)))
    journal.claim(claim(1, claimed_at=NOW), permitted)
    answer(journal, "<m1@customer.example>", at=NOW + HOUR)
    later = recall(journal, 3, related=("<m1@customer.example>",))
    assert (later.conversation_replies, later.human_answered_at) == (0, NOW + HOUR)
    answer(journal, "<m1@customer.example>", at=NOW + HOUR + SECOND)
    journal.claim(claim(4, claimed_at=NOW + HOUR + SECOND, **IN_THREAD_1), permitted)
    assert recall(journal, 3, related=("<m1@customer.example>",)).conversation_replies == 0
    journal.claim(claim(2, claimed_at=NOW + 2 * HOUR), permitted)
    assert recall(journal, 3, related=("<m1@customer.example>",)).conversation_replies == 1


def test_replies_to_a_sender_of_the_last_seven_days_newest_last(journal: Journal) -> None:
    for uid, at in ((1, NOW - 7 * DAY), (2, NOW), (3, NOW - DAY), (4, NOW + 365 * DAY)):
        journal.claim(claim(uid, claimed_at=at, handle=f"h{uid}", kind="away"), permitted)
    journal.claim(claim(5, BOB), permitted)
    replies = recall(journal).replies
    assert [reply.handle for reply in replies] == ["h3", "h2", "h4"]
    assert replies[0] == PastReply("h3", "away", NOW - DAY, replies[0].conversation)


@pytest.mark.parametrize("state", STATES)
def test_only_refused_and_dropped_replies_do_not_count(
    journal: Journal, state: OutboxState
) -> None:
    entry = journal.claim(claim(1), permitted).entry
    assert entry is not None
    journal.settle(entry.id, state, NOW, "as said")
    history = recall(journal, 2, related=("<m1@customer.example>",))
    usage = journal.usage(account="support", recipient_domain="customer.example", now=NOW)
    counted = int(state.value in COUNTED)
    assert (len(history.replies), history.conversation_replies) == (counted, counted)
    assert usage == Usage(counted, counted, counted, counted)
    assert recall(journal, 1).handled is (state is not OutboxState.DROPPED)


def test_a_mail_whose_reply_key_was_claimed_is_handled_wherever_it_lies(journal: Journal) -> None:
    keep(journal, record(1))
    journal.claim(claim(1), permitted)
    assert recall(journal, 1).handled
    assert recall(journal, 2, key="key-1").handled
    assert not recall(journal, 2).handled


def test_other_unanswered_mails_of_a_sender_are_counted_once(journal: Journal) -> None:
    keep(
        journal,
        record(1),
        record(2),
        record(3, reply_key="key-2", ref=ref(3, "Spam")),  # a copy of the second
        record(4, automatic=True),
        record(5, closed="answered by a person"),
        record(6, received=NOW - 7 * DAY),
        record(7, BOB),
        record(8),
    )
    answer(journal, "<m8@customer.example>")
    assert recall(journal, 99).sender_mails == 2
    assert recall(journal, 1).sender_mails == 1
    assert recall(journal, 2).sender_mails == 1
    assert recall(journal, 99, now=NOW + 8 * DAY).sender_mails == 0


def test_the_count_of_a_senders_mails_is_bounded(journal: Journal) -> None:
    keep(journal, *(record(uid) for uid in range(1, 121)))
    assert recall(journal, 999).sender_mails == 100


def test_mails_without_a_sender_have_nothing_in_common(journal: Journal) -> None:
    keep(journal, record(1, ""), record(2, ""))
    journal.claim(claim(1, ""), permitted)
    history = recall(journal, 3, "")
    assert (history.sender_mails, history.replies) == (0, ())


def test_usage_counts_an_hour_and_a_day_and_the_future(journal: Journal) -> None:
    sales = {"account": "sales"}
    for uid, recipient, at, more in (
        (1, ANN, NOW - HOUR + SECOND, {}),
        (2, ANN, NOW - HOUR, {}),
        (3, BOB, NOW, {}),
        (4, ANN, NOW, sales),
        (5, ANN, NOW - DAY, {}),
        (6, ANN, NOW + 400 * DAY, sales),
    ):
        journal.claim(claim(uid, recipient, claimed_at=at, **more), permitted)
    usage = journal.usage(account="support", recipient_domain="customer.example", now=NOW)
    assert usage == Usage(domain_hour=3, domain_day=4, account_hour=2, day=5, run=0)


# --- claims ------------------------------------------------------------------------------------


def test_a_claim_comes_back_octet_for_octet(journal: Journal) -> None:
    octets = bytes(range(256)) * 3
    (mail_id,) = keep(journal, record(1))
    claimed = journal.claim(claim(1, octets=octets, mail_id=mail_id), permitted)
    assert claimed.refusals == ()
    (entry,) = journal.outbox([OutboxState.SENDING])
    assert entry == claimed.entry
    assert (entry.octets, entry.mail_id, entry.claimed_at) == (octets, mail_id, NOW)
    assert (entry.recipient, entry.handle, entry.settled_at) == (ANN, "business", None)


@pytest.mark.parametrize("state", STATES)
def test_a_reply_key_can_be_claimed_once_whatever_became_of_it(
    journal: Journal, state: OutboxState
) -> None:
    entry = journal.claim(claim(1), permitted).entry
    assert entry is not None
    journal.settle(entry.id, state, NOW, "")
    again = journal.claim(claim(1, BOB, account="sales", handle="evening"), permitted)
    assert again.entry is None
    (refusal,) = again.refusals
    assert (refusal.rule, refusal.severity, refusal.effect) == ("X01", "H", Effect.NONE)
    assert f"reply {entry.id}" in refusal.evidence


def test_permit_sees_what_was_claimed_just_before_and_may_refuse(journal: Journal) -> None:
    refusal = Refusal("L03", "H", Effect.NONE, "1 today")

    def once(history: History, usage: Usage) -> tuple[Refusal, ...]:
        return (refusal,) if usage.day or history.replies else ()

    assert journal.claim(claim(1), once).entry is not None
    refused = journal.claim(claim(2), once)
    assert (refused.entry, refused.refusals) == (None, (refusal,))
    assert len(journal.outbox(list(OutboxState))) == 1
    assert not recall(journal, 2).handled


def test_a_permit_that_raises_claims_nothing(journal: Journal) -> None:
    def die(*_: object) -> tuple[()]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        journal.claim(claim(1), die)
    assert journal.outbox(list(OutboxState)) == ()
    assert journal.claim(claim(1), permitted).entry is not None


def test_the_mail_that_is_answered_is_not_among_the_senders_other_mails(journal: Journal) -> None:
    ids = keep(journal, record(1), record(2))
    seen: list[History] = []
    journal.claim(claim(1, mail_id=ids[0]), lambda history, _: seen.append(history) or ())
    assert seen[0].sender_mails == 1
    assert seen[0].conversation is not None


def test_a_settled_reply_says_how_and_when(journal: Journal) -> None:
    entry = journal.claim(claim(1), permitted).entry
    assert entry is not None
    journal.settle(entry.id, OutboxState.REFUSED, NOW + SECOND, "550 no such user")
    (settled,) = journal.outbox([OutboxState.REFUSED])
    assert (settled.settled_at, settled.detail) == (NOW + SECOND, "550 no such user")
    assert journal.outbox([OutboxState.SENDING]) == ()
    assert journal.outbox([]) == ()


def test_recover_turns_what_was_being_sent_into_unknown_once(journal: Journal) -> None:
    for uid, state in ((1, OutboxState.SENDING), (2, OutboxState.HELD), (3, OutboxState.SENDING)):
        journal.claim(claim(uid, state=state), permitted)
    recovered = journal.recover(NOW + HOUR)
    assert [entry.reply_key for entry in recovered] == ["key-1", "key-3"]
    assert {entry.state for entry in recovered} == {OutboxState.UNKNOWN}
    assert {entry.settled_at for entry in recovered} == {NOW + HOUR}
    assert all(entry.detail for entry in recovered)
    assert journal.recover(NOW + 2 * HOUR) == recovered
    assert journal.outbox([OutboxState.UNKNOWN]) == recovered


def test_what_is_unknown_is_told_until_a_run_has_come_to_its_end(journal: Journal) -> None:
    journal.claim(claim(1), lambda _history, _usage: ())
    died = journal.begin_run(NOW, replies_enabled=True)
    assert [entry.reply_key for entry in journal.recover(NOW)] == ["key-1"]
    ended = journal.begin_run(NOW, replies_enabled=True)
    assert ended.run_id != died.run_id
    assert [entry.reply_key for entry in journal.recover(NOW)] == ["key-1"]
    journal.end_run(RunEnd(ended.run_id, NOW, 0))
    assert journal.recover(NOW) == ()


def test_a_reply_that_waits_is_claimed_again_within_the_limits_of_now(journal: Journal) -> None:
    entry = journal.claim(claim(1), lambda _history, _usage: ()).entry
    assert entry is not None
    later = NOW + timedelta(minutes=10)
    assert journal.reclaim(entry.id, later, lambda _usage: ()).entry is None
    journal.settle(entry.id, OutboxState.RETRY, NOW, "450 later")
    seen: list[Usage] = []
    refusal = Refusal("L03", "H", Effect.HOLD, "enough")

    def full(usage: Usage) -> tuple[Refusal, ...]:
        seen.append(usage)
        return (refusal,)

    assert journal.reclaim(entry.id, later, full).refusals == (refusal,)
    assert seen == [Usage()]
    (waiting,) = journal.outbox((OutboxState.RETRY,))
    assert waiting.claimed_at == entry.claimed_at
    again = journal.reclaim(entry.id, later, lambda _usage: ()).entry
    assert again is not None
    assert (again.id, again.state, again.claimed_at) == (entry.id, OutboxState.SENDING, later)
    used = journal.usage(account="support", recipient_domain=again.recipient_domain, now=later)
    assert used.account_hour == 1


def test_a_mail_tells_how_its_reply_stands(journal: Journal) -> None:
    (mail_id,) = keep(journal, record(1))
    stored = journal.mail(mail_id)
    assert stored is not None
    assert stored.reply_state == ""
    entry = journal.claim(claim(1, mail_id=mail_id), lambda _history, _usage: ()).entry
    assert entry is not None
    journal.settle(entry.id, OutboxState.REFUSED, NOW, "550 no")
    stored = journal.mail(mail_id)
    assert stored is not None
    assert (stored.reply_state, stored.reply_detail) == ("refused", "550 no")
    assert stored.reply_id == entry.id
    assert [one.reply_state for one in journal.open_mails()] == ["refused"]


def test_a_mark_keeps_where_its_baseline_ended(journal: Journal) -> None:
    journal.record((), replace(mark(5), baseline_uidnext=42), NOW)
    found = journal.mailbox("support", "INBOX")
    assert found is not None
    assert found.baseline_uidnext == 42


def test_the_outbox_is_in_the_order_of_claiming(journal: Journal) -> None:
    for uid in (3, 1, 2):
        journal.claim(claim(uid, state=OutboxState.HELD), permitted)
    keys = [entry.reply_key for entry in journal.outbox([OutboxState.HELD, OutboxState.SENT])]
    assert keys == ["key-3", "key-1", "key-2"]


def test_a_batch_is_recorded_wholly_or_not_at_all(journal: Journal) -> None:
    with pytest.raises(ValueError, match="lies in a mailbox"):
        keep(journal, record(1), record(2, ref=None))
    assert journal.open_mails() == ()
    assert journal.mailbox("support", "INBOX") is None


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 2**63, 10**30, -(10**30)])
def test_a_number_that_nothing_has_finds_nothing(journal: Journal, number: int) -> None:
    keep(journal, record(1))
    found = (
        journal.mail(number),
        journal.entry(number),
        journal.surge(number),
        journal.sweep(number),
        journal.decide_goodwill(number, GoodwillState.DECLINED, "Jo", NOW),
    )
    assert found == (None,) * len(found)
