"""What a person does with the outbox, with every outside part in memory."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import account, policy
from tests.support.fake_account import FakeAccount
from tests.support.house import House, letter

from inboxwatch.app import outbox
from inboxwatch.app.outbox import Done, Outbox, look, look_at
from inboxwatch.config.secrets import SecretError
from inboxwatch.core.outbox import LISTED, needs_somebody
from inboxwatch.errors import StateError, UnreachableError
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.policy import Mode
from inboxwatch.ports import Mailboxes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inboxwatch.app.desk import Desk

ANYWAY = partial(Outbox.send, anyway=True)


def held_house() -> House:
    """A house in which one reply is held; its mail lies in INBOX as UID 1."""
    held = policy(accounts={"support": account(mode=Mode.HOLD)})
    house = House(policy=held).after_baseline()
    house.deliver(letter())
    house.run()
    house.clock.pass_by(minutes=30)
    assert state(house) is OutboxState.HELD
    return house


def failed_house(**answers: int | None) -> House:
    """A house whose one reply ended as the server's answers make it."""
    house = House().after_baseline()
    house.transport.answers = dict(answers)
    house.deliver(letter())
    house.run()
    house.transport.answers = {}
    house.transport.sent.clear()
    house.clock.pass_by(minutes=30)
    return house


def unknown_house() -> House:
    house = failed_house(dot=None)
    assert state(house) is OutboxState.UNKNOWN
    return house


def state(house: House) -> OutboxState:
    entry = house.journal.entry(1)
    assert entry is not None
    return entry.state


def work(
    desk: Desk, verb: Callable[[Outbox, int], Done], entry_ids: Sequence[int]
) -> tuple[Done, ...]:
    return tuple(outbox.work(desk, verb, entry_ids))


def one(done: tuple[Done, ...]) -> Done:
    assert len(done) == 1
    return done[0]


def test_a_held_reply_goes_out_once_dated_now_marked_and_filed() -> None:
    house = held_house()
    done = one(work(house.desk(), Outbox.send, [1]))
    assert done.ok, done
    (sent,) = house.transport.sent
    assert sent.recipient == "ann@customer.example"
    assert b"\r\nDate: Wed, 18 Nov 2026 10:01:00 +0000\r\n" in sent.octets
    assert state(house) is OutboxState.SENT
    assert "\\Answered" in house.account.boxes["INBOX"].mails[1].flags
    (copy,) = house.account.boxes["Sent"].mails.values()
    assert copy.octets == sent.octets
    again = one(work(house.desk(), Outbox.send, [1]))
    assert not again.ok
    assert again.text == "it is sent and cannot be sent"
    assert len(house.transport.sent) == 1
    assert house.run().outcomes == ()
    assert len(house.transport.sent) == 1


def test_the_claim_is_committed_before_anything_is_sent() -> None:
    house = held_house()
    seen: list[OutboxState] = []
    house.transport.before = lambda: seen.append(state(house))
    work(house.desk(), Outbox.send, [1])
    assert seen == [OutboxState.SENDING]


def test_each_number_is_handled_by_itself() -> None:
    house = held_house()
    done = work(house.desk(), Outbox.send, [99, 1, 1, -3, 2**70])
    assert [(it.entry_id, it.ok) for it in done] == [
        (99, False),
        (1, True),
        (-3, False),
        (2**70, False),
    ]
    assert "no such reply" in done[0].text
    assert len(house.transport.sent) == 1


@pytest.mark.parametrize("flag", ["\\Answered", "\\Deleted"])
def test_a_person_was_faster(flag: str) -> None:
    house = held_house()
    house.account.set_flags("INBOX", 1, flag)
    done = one(work(house.desk(), Outbox.send, [1]))
    assert not done.ok
    assert flag in done.text
    assert done.next_step == "inboxwatch outbox send --anyway 1"
    assert house.transport.sent == []
    assert state(house) is OutboxState.HELD
    assert one(work(house.desk(), ANYWAY, [1])).ok
    assert len(house.transport.sent) == 1


def test_a_mail_that_is_gone_is_answered_only_anyway() -> None:
    house = held_house()
    house.account.expunge("INBOX", 1)
    done = one(work(house.desk(), Outbox.send, [1]))
    assert "moved or deleted" in done.text
    assert house.transport.sent == []
    done = one(work(house.desk(), ANYWAY, [1]))
    assert done.ok
    assert "no longer there" in done.notes[0]


def test_words_of_the_day_before_are_sent_only_anyway() -> None:
    house = held_house()
    house.clock.pass_by(hours=23)
    assert one(work(house.desk(), Outbox.send, [1])).ok
    house = held_house()
    house.clock.pass_by(hours=25)
    done = one(work(house.desk(), Outbox.send, [1]))
    assert (done.ok, done.text) == (False, "it was written more than 24 h ago")
    assert done.next_step == "inboxwatch outbox send --anyway 1"
    assert house.transport.sent == []
    assert one(work(house.desk(), ANYWAY, [1])).ok


def test_an_answer_in_sent_stops_a_held_reply() -> None:
    house = held_house()
    mail = house.journal.open_mails()[0]
    answer = letter(
        "support@acme.example",
        to="ann@customer.example",
        at=house.clock.now(),
        headers=f"In-Reply-To: {mail.decision['message_id']}\n",
    )
    house.deliver(answer, "Sent")
    house.clock.pass_by(minutes=1)
    house.run()
    done = one(work(house.desk(), Outbox.send, [1]))
    assert done.text == "a person has answered meanwhile"
    assert house.transport.sent == []


def answered_in_sent(house: House, header: str = "In-Reply-To", **fields: str) -> None:
    """Somebody answers from a mail client that sets no flag, and no run has seen it."""
    mail = house.journal.open_mails()[0]
    headers = f"{header}: {mail.decision['message_id']}\n"
    sender, to = "support@acme.example", "ann@customer.example"
    house.deliver(letter(sender, to=to, at=house.clock.now(), headers=headers, **fields), "Sent")


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_an_answer_in_sent_that_no_run_has_seen_stops_a_reply_by_hand(header: str) -> None:
    house = held_house()
    answered_in_sent(house, header)
    done = one(work(house.desk(), Outbox.send, [1]))
    assert (done.ok, done.text) == (False, "a person has answered meanwhile: it lies in Sent")
    assert done.next_step == "inboxwatch outbox send --anyway 1"
    assert house.transport.sent == []
    assert one(work(house.desk(), ANYWAY, [1])).ok


def test_an_answer_in_sent_that_no_run_has_seen_stops_a_retry() -> None:
    house = unknown_house()
    answered_in_sent(house)
    done = one(work(house.desk(), Outbox.retry, [1]))
    assert (done.ok, done.text) == (False, "a person has answered meanwhile: it lies in Sent")
    assert house.transport.sent == []


def test_an_earlier_reply_of_ours_in_sent_is_no_answer_of_a_person() -> None:
    house = held_house()
    entries = house.journal.entries  # type: ignore[attr-defined]
    ours = "<r0@acme.example>"
    entries[2] = replace(entries[1], id=2, state=OutboxState.SENT, message_id=ours)
    answered_in_sent(house, message_id=ours)
    assert one(work(house.desk(), Outbox.send, [1])).ok


def test_a_draft_of_ours_in_sent_was_sent_by_a_person() -> None:
    house = held_house()
    entries = house.journal.entries  # type: ignore[attr-defined]
    ours = "<r0@acme.example>"
    entries[2] = replace(entries[1], id=2, state=OutboxState.DRAFTED, message_id=ours)
    answered_in_sent(house, message_id=ours)
    assert not one(work(house.desk(), Outbox.send, [1])).ok


def test_the_kill_switch_stops_it() -> None:
    house = held_house()
    house.brake = lambda: "$INBOXWATCH_NO_SEND is set"
    done = one(work(house.desk(), Outbox.send, [1]))
    assert "$INBOXWATCH_NO_SEND" in done.text
    assert state(house) is OutboxState.HELD


@pytest.mark.parametrize("before", [OutboxState.HELD, OutboxState.UNKNOWN])
def test_a_brake_at_data_leaves_it_what_it_was(before: OutboxState) -> None:
    house = held_house() if before is OutboxState.HELD else unknown_house()
    asked: list[str] = []

    def brake() -> str:
        asked.append("")
        return "stopped" if len(asked) > 1 else ""

    house.brake = brake
    verb = Outbox.send if before is OutboxState.HELD else Outbox.retry
    done = one(work(house.desk(), verb, [1]))
    assert not done.ok
    assert done.text == "not sent: stopped"
    assert state(house) is before
    assert house.transport.sent == []


def test_with_replies_switched_off_nothing_goes_out() -> None:
    house = held_house()
    house.policy = replace(house.policy, replies_enabled=False)
    done = one(work(house.desk(), Outbox.send, [1]))
    assert "switched off" in done.text
    assert house.transport.sent == []


def test_a_tripped_breaker_stops_it_until_it_is_resumed() -> None:
    house = held_house()
    house.journal.trip("support", house.clock.now(), "6 of 10 came back")
    done = one(work(house.desk(), Outbox.send, [1]))
    assert "6 of 10 came back" in done.text
    assert done.next_step == "inboxwatch resume support"
    house.journal.resume("support", house.clock.now())
    assert one(work(house.desk(), Outbox.send, [1])).ok


def good_until(house: House, **length: float) -> None:
    """Let the one reply be true for so long."""
    entries = house.journal.entries  # type: ignore[attr-defined]
    entries[1] = replace(entries[1], good_until=house.clock.now() + timedelta(**length))


def test_what_is_no_longer_true_is_not_sent_not_even_anyway() -> None:
    house = held_house()
    good_until(house, minutes=-1)
    done = one(work(house.desk(), ANYWAY, [1]))
    assert "no longer true" in done.text
    assert "drop 1" in done.next_step
    good_until(house, minutes=1)
    assert one(work(house.desk(), ANYWAY, [1])).ok


def test_a_clock_before_the_reply_sends_nothing() -> None:
    house = held_house()
    house.clock.pass_by(days=-40)
    done = one(work(house.desk(), Outbox.send, [1]))
    assert "clock" in done.text
    assert house.transport.sent == []


def test_an_account_that_is_gone_from_the_configuration() -> None:
    house = held_house()
    house.accounts = {"sales": FakeAccount("sales")}
    done = one(work(house.desk(), Outbox.send, [1]))
    assert "no account 'support'" in done.text
    assert one(work(house.desk(), Outbox.drop, [1])).ok


def test_a_server_that_cannot_be_reached_sends_nothing() -> None:
    house = held_house()
    house.account.fail("flags", UnreachableError("gone", next_step="wait"))
    done = one(work(house.desk(), Outbox.send, [1]))
    assert (done.text, done.next_step) == ("gone", "wait")
    assert state(house) is OutboxState.HELD


def test_a_broken_state_ends_the_work_and_what_was_done_is_told() -> None:
    house = held_house()

    def breaks(verbs: Outbox, entry_id: int) -> Done:
        def broken(*_: object) -> None:
            raise StateError("the disk is full")

        if entry_id == 1:
            return verbs.drop(entry_id)
        house.journal.entry = broken  # type: ignore[method-assign,assignment]
        return verbs.drop(entry_id)

    doing = outbox.work(house.desk(), breaks, [1, 2])
    assert next(doing).ok
    with pytest.raises(StateError):
        next(doing)


def test_a_password_that_cannot_be_had_is_told_for_each_number() -> None:
    house = held_house()
    error = SecretError("there is no password")
    house.account.fail("connect", error, error)  # type: ignore[arg-type]
    house.account.connected = False
    done = one(work(house.desk(), Outbox.send, [1]))
    assert done.text == "there is no password"
    assert state(house) is OutboxState.HELD


@pytest.mark.parametrize(
    ("answers", "after", "text"),
    [
        ({"rcpt": 450}, OutboxState.HELD, "not sent: 450"),
        ({"rcpt": 550}, OutboxState.REFUSED, "refused by the server: 550"),
        ({"dot": None}, OutboxState.UNKNOWN, "unknown whether"),
    ],
)
def test_what_the_server_says_of_a_held_reply(
    answers: dict[str, int | None], after: OutboxState, text: str
) -> None:
    house = held_house()
    house.transport.answers = answers
    done = one(work(house.desk(), Outbox.send, [1]))
    assert not done.ok
    assert text in done.text
    assert state(house) is after
    house.transport.answers = {}
    house.run()
    assert house.transport.sent == [], "nothing that a person sends is tried again by itself"


def test_what_is_unknown_and_lies_in_sent_went_out() -> None:
    house = unknown_house()
    (taken,) = house.transport.taken
    house.account.deliver("Sent", taken.octets, house.clock.now())
    done = one(work(house.desk(), Outbox.retry, [1]))
    assert done.ok
    assert "lies in Sent" in done.text
    assert house.transport.sent == []
    assert state(house) is OutboxState.SENT
    assert "\\Answered" in house.account.boxes["INBOX"].mails[1].flags
    assert len(house.account.boxes["Sent"].mails) == 1


def test_what_has_lain_in_sent_for_days_is_not_filed_again() -> None:
    house = unknown_house()
    house.account.deliver("Sent", house.transport.taken[0].octets, house.clock.now())
    house.clock.at += timedelta(days=5)
    assert one(work(house.desk(), Outbox.retry, [1])).ok
    assert len(house.account.boxes["Sent"].mails) == 1


def test_what_lies_in_sent_is_settled_even_while_nothing_may_be_sent() -> None:
    house = unknown_house()
    house.account.deliver("Sent", house.transport.taken[0].octets, house.clock.now())
    house.brake = lambda: "stopped"
    assert one(work(house.desk(), Outbox.retry, [1])).ok


def test_what_is_unknown_and_not_in_sent_is_sent_once() -> None:
    house = unknown_house()
    assert one(work(house.desk(), Outbox.retry, [1])).ok
    assert len(house.transport.sent) == 1
    assert house.transport.sent[0].octets != house.transport.taken[0].octets, "dated anew"
    again = one(work(house.desk(), Outbox.retry, [1]))
    assert not again.ok
    assert len(house.transport.sent) == 1


def test_what_is_unknown_stays_so_without_a_sent_to_look_into() -> None:
    house = unknown_house()
    house.account.found = Mailboxes("INBOX", ("Spam",))
    done = one(work(house.desk(), Outbox.retry, [1]))
    assert "no Sent to look into" in done.text
    assert house.transport.sent == []
    assert state(house) is OutboxState.UNKNOWN


def test_a_temporary_refusal_of_what_was_unknown_leaves_it_unknown() -> None:
    house = unknown_house()
    house.transport.answers = {"rcpt": 450}
    done = one(work(house.desk(), Outbox.retry, [1]))
    assert not done.ok
    assert state(house) is OutboxState.UNKNOWN
    house.transport.answers = {}
    house.run()
    assert house.transport.sent == [], "never again by itself (rule X02)"


@pytest.mark.parametrize("answer", [450, 550])
def test_refused_and_delayed_replies_are_tried_again(answer: int) -> None:
    house = failed_house(rcpt=answer)
    assert one(work(house.desk(), Outbox.retry, [1])).ok
    assert len(house.transport.sent) == 1
    house.run()
    assert len(house.transport.sent) == 1


def test_a_row_left_by_a_run_that_died_is_unknown_and_can_be_tried_again() -> None:
    house = held_house()
    house.journal.take(1, (OutboxState.HELD,), house.clock.now())
    assert state(house) is OutboxState.SENDING
    done = one(work(house.desk(), Outbox.send, [1]))
    assert not done.ok
    assert done.next_step == "inboxwatch outbox retry 1"
    assert one(work(house.desk(), Outbox.retry, [1])).ok
    assert len(house.transport.sent) == 1


def test_a_reply_given_up_is_never_sent_and_its_mail_gets_no_other() -> None:
    house = held_house()
    done = one(work(house.desk(), Outbox.drop, [1]))
    assert done.ok
    assert state(house) is OutboxState.DROPPED
    house.policy = policy()
    house.run()
    house.deliver(letter(), "Spam")
    house.run()
    assert house.transport.sent == []
    for verb in (Outbox.send, Outbox.retry, Outbox.drop):
        assert not one(work(house.desk(), verb, [1])).ok
    assert len(house.journal.open_mails()) == 2


def test_what_was_sent_cannot_be_given_up() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.run()
    assert "it is sent" in one(work(house.desk(), Outbox.drop, [1])).text
    assert state(house) is OutboxState.SENT


def test_an_interruption_leaves_the_rest_alone() -> None:
    house = held_house()
    done = one(work(house.desk(stop=lambda: True), Outbox.send, [1]))
    assert not done.ok
    assert "interrupted" in done.text
    assert house.transport.sent == []


def test_the_list_tells_mail_and_need() -> None:
    house = held_house()
    (kept,) = look(house.journal, LISTED)
    assert kept.mail is not None
    assert kept.mail.subject == "A question"
    assert needs_somebody(kept, house.clock.now())
    house.account.set_flags("INBOX", 1, "\\Answered")
    house.run()
    (kept,) = look(house.journal, LISTED)
    assert not needs_somebody(kept, house.clock.now())
    assert look_at(house.journal, 1) == kept
    assert look_at(house.journal, 2) is None
    assert look_at(house.journal, 2**70) is None
