"""The whole way of a mail, with every outside part in memory."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, account, policy, template
from tests.support.fake_account import FakeAccount
from tests.support.fake_transport import FakeTransport
from tests.support.house import House, letter

from inboxwatch.core.run_summary import exit_code, run_fields, undelivered
from inboxwatch.errors import ExitCode, LoginRefusedError, MailboxError, UnreachableError
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.message import Role
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.policy import Kind, Limits, Mode, ReplyRule
from inboxwatch.ports import Mailboxes
from inboxwatch.render.run import run_lines, warning_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inboxwatch.model.message import RawMessage
    from inboxwatch.ports import MailboxState


def states(report: object) -> list[OutboxState | None]:
    return [outcome.state for outcome in report.outcomes]  # type: ignore[attr-defined]


def rules(report: object, index: int = 0) -> set[str]:
    decision = report.outcomes[index].decision  # type: ignore[attr-defined]
    return {refusal.rule for refusal in decision.reply.refusals}


def test_the_first_run_is_a_baseline_that_answers_nobody() -> None:
    house = House()
    for number in range(20):
        house.deliver(letter(f"c{number}@customer.example"))
    house.clock.pass_by(seconds=2)
    report = house.run()
    assert house.transport.sent == []
    assert [(one.mailbox, one.mails, one.would_answer) for one in report.baselines] == [
        ("INBOX", 20, 20),
        ("Spam", 0, 0),
    ]
    assert report.outcomes == ()
    assert len(house.journal.open_mails()) == 20


def test_a_new_mail_is_answered_marked_and_filed_once() -> None:
    house = House().after_baseline()
    uid = house.deliver(letter())
    report = house.run()
    assert states(report) == [OutboxState.SENT]
    assert [sent.recipient for sent in house.transport.sent] == ["ann@customer.example"]
    assert "\\Answered" in house.account.boxes["INBOX"].mails[uid].flags
    assert [write[:2] for write in house.account.writes] == [
        ("mark_answered", "INBOX"),
        ("append", "Sent"),
    ]
    assert house.run().outcomes == ()
    assert len(house.transport.sent) == 1


def test_the_copy_in_sent_is_what_went_out() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.run()
    copy = next(iter(house.account.boxes["Sent"].mails.values()))
    assert copy.octets == house.transport.sent[0].octets


def test_the_most_urgent_mail_is_answered_first() -> None:
    house = House().after_baseline()
    house.deliver(letter("calm@other.example"))
    house.clock.pass_by(minutes=1)
    house.deliver(
        letter(
            "ann@customer.example",
            subject="Third time!",
            text="I am furious. I want to speak to a manager. Refund me now.",
        )
    )
    report = house.run()
    priorities = [outcome.decision.priority for outcome in report.outcomes]
    assert priorities == sorted(priorities, reverse=True)
    assert priorities[0] > priorities[1]


def test_two_mails_of_one_customer_in_one_run_get_one_reply() -> None:
    house = House().after_baseline()
    house.deliver(letter(subject="One"))
    house.deliver(letter(subject="Two"))
    report = house.run()
    assert len(house.transport.sent) == 1
    assert states(report).count(None) == 1
    assert "L01" in rules(report, states(report).index(None))


def test_a_contact_form_is_as_many_senders_as_it_has_customers() -> None:
    form = account(trust=("mx.acme.example",), forms=frozenset({"forms@acme.example"}))
    house = House(policy=policy(accounts={"support": form})).after_baseline()
    for number, customer in enumerate(("ann", "bob", "Ann+x")):
        headers = f"Reply-To: {customer}@customer.example\n"
        house.deliver(letter("forms@acme.example", subject=f"Form {number}", headers=headers))
    house.run()
    assert [sent.recipient for sent in house.transport.sent] == [
        "ann@customer.example",
        "bob@customer.example",
    ]
    house.clock.pass_by(hours=1)
    headers = "Reply-To: bob@customer.example\n"
    house.deliver(letter("forms@acme.example", subject="Once more", headers=headers))
    assert "L01" in rules(house.run())


def test_the_same_mail_in_two_mailboxes_gets_one_reply() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.deliver(letter(), "Spam")
    house.run()
    assert len(house.transport.sent) == 1


def test_with_replies_off_everything_is_decided_and_nothing_is_written() -> None:
    house = House(policy=policy(replies_enabled=False)).after_baseline()
    house.deliver(letter())
    report = house.run()
    assert report.outcomes[0].decision.reply.decision is ReplyDecision.SEND
    assert report.outcomes[0].state is None
    assert house.transport.sent == []
    assert house.account.writes == []
    assert len(house.journal.open_mails()) == 1


def test_switching_on_answers_only_what_arrives_afterwards() -> None:
    house = House(policy=policy(replies_enabled=False)).after_baseline()
    house.run()
    house.clock.pass_by(minutes=1)
    house.deliver(letter("early@customer.example"))
    house.clock.pass_by(minutes=1)
    switched_on = house.clock.now()
    house.policy = policy()
    house.clock.pass_by(minutes=1)
    house.deliver(letter("late@customer.example"))
    house.run(configured_at=switched_on)
    assert [sent.recipient for sent in house.transport.sent] == ["late@customer.example"]


def test_switched_on_by_a_file_of_unknown_age_means_from_now_on() -> None:
    house = House(policy=policy(replies_enabled=False)).after_baseline()
    house.deliver(letter("early@customer.example"))
    house.clock.pass_by(seconds=1)
    house.policy = policy()
    report = house.run(configured_at=NOW.replace(year=2020))
    assert house.transport.sent == []
    assert "L12" in rules(report)


def test_an_interrupted_baseline_stays_a_baseline() -> None:
    house = House()
    for number in range(120):
        house.deliver(letter(f"c{number}@customer.example"))
    house.clock.pass_by(minutes=1)
    inbox = house.account.boxes["INBOX"]
    whole = dict(inbox.mails)
    for uid in range(61, 121):
        del inbox.mails[uid]
    house.account.fail("fetch", UnreachableError("hung up"))
    house.run()
    inbox.mails.update(whole)
    house.clock.pass_by(minutes=1)
    house.run()
    assert house.transport.sent == []


def test_a_changed_uidvalidity_answers_nobody() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.run()
    house.deliver(letter("new@customer.example"))
    house.clock.pass_by(minutes=1)
    house.account.change_uidvalidity("INBOX", 99)
    report = house.run()
    assert len(house.transport.sent) == 1
    assert [one.reason for one in report.baselines] == ["its UIDVALIDITY changed"]


def test_a_server_restored_from_a_copy_answers_nobody_and_loses_nothing() -> None:
    house = House().after_baseline()
    for number in range(5):
        house.deliver(letter(f"ann@shop{number}.example"))
    house.run()
    inbox = house.account.boxes["INBOX"]
    inbox.mails.clear()
    inbox.uidnext = 1
    house.clock.pass_by(minutes=5)
    house.deliver(letter("first@new.example", at=house.clock.now()))
    house.clock.pass_by(minutes=5)
    report = house.run()
    assert [(one.mailbox, one.mails, one.would_answer, one.reason) for one in report.baselines] == [
        ("INBOX", 1, 1, "its UIDNEXT went back")
    ]
    house.deliver(letter("second@new.example", at=house.clock.now()))
    assert house.run().baselines == ()
    assert [sent.recipient for sent in house.transport.sent[5:]] == ["second@new.example"]
    assert [mail.sender for mail in house.journal.open_mails()] == [
        "first@new.example",
        "second@new.example",
    ]


def test_one_false_uidnext_does_not_blind_a_mailbox() -> None:
    house = House().after_baseline()
    inbox = house.account.boxes["INBOX"]
    true, inbox.uidnext = inbox.uidnext, 4_294_967_295
    house.run()
    inbox.uidnext = true
    house.clock.pass_by(minutes=1)
    assert [one.reason for one in house.run().baselines] == ["its UIDNEXT went back"]
    house.clock.pass_by(minutes=1)
    house.deliver(letter())
    assert house.run().baselines == ()
    assert len(house.transport.sent) == 1


def test_a_person_who_was_faster_keeps_the_reply_back() -> None:
    house = House().after_baseline()
    first = house.deliver(letter("a@customer.example", text="I am furious"))
    second = house.deliver(letter("b@customer.example"))
    house.transport.before = lambda: house.account.set_flags("INBOX", second, "\\Answered")
    report = house.run()
    assert first != second
    assert [sent.recipient for sent in house.transport.sent] == ["a@customer.example"]
    assert "X09" in rules(report, 1)


def test_a_mail_that_vanished_is_not_answered() -> None:
    house = House().after_baseline()
    house.deliver(letter("a@customer.example", text="I am furious"))
    second = house.deliver(letter("b@customer.example"))
    house.transport.before = lambda: house.account.boxes["INBOX"].mails.pop(second, None)  # type: ignore[assignment,return-value]
    report = house.run()
    assert len(house.transport.sent) == 1
    assert "X09" in rules(report, 1)


def test_the_kill_switch_holds_replies_and_is_loud() -> None:
    house = House(brake=lambda: "the file no-send is there").after_baseline()
    house.deliver(letter())
    report = house.run()
    assert house.transport.sent == []
    assert rules(report) == {"L13"}
    assert exit_code(report) is ExitCode.INCOMPLETE


def test_a_switch_pulled_just_before_data_holds_what_was_claimed() -> None:
    answers = iter(["", "pulled"])
    house = House(brake=lambda: next(answers)).after_baseline()
    house.deliver(letter())
    report = house.run()
    assert house.transport.sent == []
    assert states(report) == [OutboxState.HELD]
    assert exit_code(report) is ExitCode.INCOMPLETE


@pytest.mark.parametrize(
    ("phase", "code", "state"),
    [
        ("rcpt", 450, OutboxState.RETRY),
        ("rcpt", 550, OutboxState.REFUSED),
        ("data", None, OutboxState.RETRY),
        ("dot", 554, OutboxState.REFUSED),
        ("dot", None, OutboxState.UNKNOWN),
    ],
)
def test_what_the_server_says_decides_what_becomes_of_a_reply(
    phase: str, code: int | None, state: OutboxState
) -> None:
    house = House().after_baseline()
    house.transport.answers = {phase: code}
    house.deliver(letter())
    assert states(house.run()) == [state]


def test_a_temporary_refusal_is_tried_again_with_the_same_octets() -> None:
    house = House().after_baseline()
    house.transport.answers = {"rcpt": 450}
    house.deliver(letter())
    house.run()
    octets = house.journal.outbox((OutboxState.RETRY,))[0].octets
    house.transport.answers = {}
    house.clock.pass_by(minutes=5)
    report = house.run()
    assert [sent.octets for sent in house.transport.sent] == [octets]
    assert [entry.state for entry in report.retried] == [OutboxState.SENT]
    house.clock.pass_by(minutes=5)
    house.run()
    assert len(house.transport.sent) == 1


def test_a_reply_whose_end_is_unknown_is_never_sent_again() -> None:
    house = House().after_baseline()
    house.transport.answers = {"dot": None}
    house.deliver(letter())
    report = house.run()
    assert exit_code(report) is ExitCode.INCOMPLETE
    house.transport.answers = {}
    for _ in range(3):
        house.clock.pass_by(minutes=5)
        house.run()
    assert house.transport.sent == []


def test_filing_the_copy_fails_and_nothing_is_sent_twice() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.account.fail("append", MailboxError("over quota"))
    report = house.run()
    assert report.outcomes[0].notes == ("sent, but over quota",)
    house.clock.pass_by(minutes=5)
    house.run()
    assert len(house.transport.sent) == 1


def test_one_dead_account_does_not_stop_the_other() -> None:
    both = policy(
        accounts={
            "support": account(),
            "sales": account("sales", "sales@acme.example"),
        }
    )
    dead, alive = FakeAccount("support"), FakeAccount("sales")
    house = House(accounts={"support": dead, "sales": alive}, policy=both).after_baseline()
    dead.fail("connect", UnreachableError("no route"))
    alive.deliver("INBOX", letter(to="sales@acme.example"), house.clock.now())
    report = house.run()
    assert len(house.transport.sent) == 1
    assert [failure.account for failure in report.failures] == ["support"]
    assert exit_code(report) is ExitCode.INCOMPLETE


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LoginRefusedError("refused"), ExitCode.LOGIN),
        (UnreachableError("no route"), ExitCode.UNREACHABLE),
    ],
)
def test_one_account_in_all_gives_its_own_code(error: Exception, code: ExitCode) -> None:
    house = House()
    house.account.fail("connect", error)  # type: ignore[arg-type]
    assert exit_code(house.run()) is code


def test_one_mailbox_failing_leaves_the_others() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.deliver(letter("spam@elsewhere.example"), "Spam")
    house.account.fail("fetch", UnreachableError("hung up"))
    report = house.run()
    assert len(report.failures) == 1
    assert len(report.outcomes) == 1
    house.clock.pass_by(minutes=1)
    assert len(house.run().outcomes) == 1


@pytest.mark.parametrize("shut", ["INBOX", "Spam", "Sent"])
def test_a_mailbox_that_cannot_be_opened_leaves_the_others(shut: str) -> None:
    house = House().after_baseline()
    for mailbox in ("INBOX", "Spam"):
        house.deliver(letter(subject=f"In {mailbox}"), mailbox)
    box = house.account.boxes.pop(shut)
    report = house.run()
    assert [(one.mailbox, exit_code(report)) for one in report.failures] == [
        (shut, ExitCode.INCOMPLETE)
    ]
    seen = {one.decision.subject for one in report.outcomes}
    assert seen == {f"In {one}" for one in ("INBOX", "Spam") if one != shut}
    house.account.boxes[shut] = box
    house.clock.pass_by(minutes=1)
    later = {one.decision.subject for one in house.run().outcomes}
    assert seen | later == {"In INBOX", "In Spam"}


def test_draft_mode_files_an_unmarked_draft() -> None:
    drafts = account(mode=Mode.DRAFT)
    house = House(policy=policy(accounts={"support": drafts})).after_baseline()
    house.deliver(letter())
    assert states(house.run()) == [OutboxState.DRAFTED]
    draft = next(iter(house.account.boxes["Drafts"].mails.values()))
    assert draft.flags == {"\\Draft"}
    assert b"Auto-Submitted" not in draft.octets
    assert house.transport.sent == []


def drafting() -> House:
    """A house in draft mode, with one draft filed for Ann's first mail."""
    drafts = account(mode=Mode.DRAFT)
    house = House(policy=policy(accounts={"support": drafts})).after_baseline()
    house.deliver(letter(message_id="<q1@customer.example>"))
    assert states(house.run()) == [OutboxState.DRAFTED]
    house.clock.pass_by(minutes=1)
    return house


def test_a_draft_is_threaded_under_the_mail_and_leaves_it_unanswered() -> None:
    house = drafting()
    draft = message_from_bytes(next(iter(house.account.boxes["Drafts"].mails.values())).octets)
    assert draft["In-Reply-To"] == draft["References"] == "<q1@customer.example>"
    assert draft["To"] == "ann@customer.example"
    assert [write[0] for write in house.account.writes] == ["append"]
    assert house.account.boxes["Sent"].mails == {}
    assert house.journal.open_mails()


def test_a_draft_counts_as_a_reply_to_its_sender() -> None:
    house = drafting()
    house.deliver(letter(subject="Another question"))
    report = house.run()
    assert "L01" in rules(report)
    assert len(house.account.boxes["Drafts"].mails) == 1


def test_a_draft_that_a_person_sent_is_a_persons_answer() -> None:
    house = drafting()
    draft = house.account.boxes["Drafts"].mails.popitem()[1]
    house.account.deliver("Sent", draft.octets, house.clock.now(), frozenset({"\\Seen"}))
    house.run()
    assert house.journal.open_mails() == ()
    house.clock.pass_by(days=2)
    ours = message_from_bytes(draft.octets)["Message-ID"]
    house.deliver(letter(subject="Re: A question", headers=f"In-Reply-To: {ours}\n"))
    (outcome,) = house.run().outcomes
    evidence = [one.evidence for one in outcome.decision.reply.refusals if one.rule == "L05"]
    assert any("a colleague took this conversation up" in text for text in evidence)
    assert house.account.boxes["Drafts"].mails == {}


def test_an_automatic_reply_in_sent_is_nobodys_answer() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.run()
    house.clock.pass_by(minutes=1)
    house.run()
    assert len(house.account.boxes["Sent"].mails) == 1
    assert len(house.journal.open_mails()) == 1


@pytest.mark.parametrize("smtputf8", [True, False])
def test_an_address_beyond_ascii_is_answered_or_held_with_the_reason(smtputf8: bool) -> None:
    house = House(transport=FakeTransport(smtputf8=smtputf8)).after_baseline()
    house.deliver(letter("jörg@customer.example"))
    (outcome,) = house.run().outcomes
    if smtputf8:
        assert outcome.state is OutboxState.SENT
        (sent,) = house.transport.sent
        assert sent.recipient == "jörg@customer.example"
        assert "To: jörg@customer.example\r\n".encode() in sent.octets
        return
    assert outcome.state is OutboxState.HELD
    assert "SMTPUTF8" in outcome.detail
    assert house.transport.sent == []
    assert house.run().outcomes == ()
    assert [one.recipient for one in house.journal.outbox((OutboxState.HELD,))] == [
        "jörg@customer.example"
    ]


def test_where_the_answered_flag_is_peoples_own_it_closes_a_mail_that_got_a_reply() -> None:
    house = House().after_baseline()
    house.account.answered_flag = False
    uid = house.deliver(letter())
    assert states(house.run()) == [OutboxState.SENT]
    assert house.account.boxes["INBOX"].mails[uid].flags == {"$InboxwatchReplied"}
    house.clock.pass_by(minutes=1)
    house.run()
    assert len(house.journal.open_mails()) == 1
    house.account.set_flags("INBOX", uid, "$InboxwatchReplied", "\\Answered")
    house.run()
    assert house.journal.open_mails() == ()


def test_a_refused_null_sender_is_refused_once_and_no_other_sender_is_tried() -> None:
    null = account(null_sender=True)
    house = House(policy=policy(accounts={"support": null})).after_baseline()
    house.transport.answers["mail"] = 550
    house.deliver(letter())
    assert states(house.run()) == [OutboxState.REFUSED]
    house.transport.answers.clear()
    house.clock.pass_by(minutes=1)
    assert house.run().outcomes == ()
    assert house.transport.sent == []


def test_hold_mode_keeps_the_reply_in_the_outbox() -> None:
    held = account(mode=Mode.HOLD)
    house = House(policy=policy(accounts={"support": held})).after_baseline()
    house.deliver(letter())
    assert states(house.run()) == [OutboxState.HELD]
    assert house.journal.outbox((OutboxState.HELD,))[0].recipient == "ann@customer.example"
    assert house.transport.sent == []


def test_a_cap_of_the_run_stops_the_sending_and_is_loud() -> None:
    capped = replace(policy(), limits=Limits(run=3))
    house = House(policy=capped).after_baseline()
    for number in range(5):
        house.deliver(letter(f"ann@shop{number}.example"))
    report = house.run()
    assert len(house.transport.sent) == 3
    assert len(report.outcomes) == 5
    assert exit_code(report) is ExitCode.INCOMPLETE


def test_more_candidates_than_the_tripwire_allows_send_nothing() -> None:
    wired = replace(policy(), limits=Limits(tripwire=4))
    house = House(policy=wired).after_baseline()
    for number in range(5):
        house.deliver(letter(f"ann@shop{number}.example"))
    report = house.run()
    assert house.transport.sent == []
    assert all("X08" in rules(report, index) for index in range(5))
    assert exit_code(report) is ExitCode.INCOMPLETE


def test_a_mail_answered_by_hand_leaves_the_queue() -> None:
    house = House(policy=policy(replies_enabled=False)).after_baseline()
    uid = house.deliver(letter())
    house.run()
    assert len(house.journal.open_mails()) == 1
    house.account.set_flags("INBOX", uid, "\\Answered")
    report = house.run()
    assert report.closed == 1
    assert house.journal.open_mails() == ()


def test_a_mail_that_was_deleted_leaves_the_queue() -> None:
    house = House(policy=policy(replies_enabled=False)).after_baseline()
    uid = house.deliver(letter())
    house.run()
    house.account.expunge("INBOX", uid)
    house.run()
    assert house.journal.open_mails() == ()


def test_our_own_mark_does_not_take_a_mail_out_of_the_queue() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.run()
    house.clock.pass_by(minutes=5)
    house.run()
    assert len(house.journal.open_mails()) == 1


def test_a_person_s_answer_in_sent_closes_the_conversation() -> None:
    house = House().after_baseline()
    house.deliver(letter(message_id="<q1@customer.example>"))
    house.run()
    house.clock.pass_by(hours=1)
    answer = letter(
        "support@acme.example",
        subject="Re: A question",
        to="ann@customer.example",
        headers="In-Reply-To: <q1@customer.example>\n",
        message_id="<a1@acme.example>",
    )
    house.deliver(answer, "Sent")
    house.run()
    assert house.journal.open_mails() == ()


def test_a_dry_run_on_a_copy_says_the_same_and_touches_no_server() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    report = house.run(dry_run=True)
    assert report.outcomes[0].decision.reply.decision is ReplyDecision.SEND
    assert house.transport.sent == []
    assert house.account.writes == []


def test_a_mail_whose_reply_was_never_claimed_is_decided_again() -> None:
    house = House().after_baseline()
    house.deliver(letter("a@customer.example"))

    def dies() -> None:
        raise KeyboardInterrupt

    house.transport.before = dies
    house.deliver(letter("b@other.example"))
    with pytest.raises(KeyboardInterrupt):
        house.run()
    house.transport.before = None
    house.clock.pass_by(minutes=1)
    report = house.run()
    assert len(report.unknown) == 1
    assert len(house.transport.sent) == 1
    assert {entry.state for entry in house.journal.outbox(tuple(OutboxState))} == {
        OutboxState.UNKNOWN,
        OutboxState.SENT,
    }


def test_a_baseline_answers_nobody_whatever_the_dates_say() -> None:
    house = House()
    ahead = house.clock.now() + timedelta(hours=9)
    house.account.deliver("INBOX", letter("a@customer.example"), ahead)
    house.run()
    house.clock.pass_by(minutes=1)
    house.run()
    assert house.transport.sent == []


def waiting_for_another_attempt() -> House:
    house = House().after_baseline()
    house.transport.answers = {"rcpt": 450}
    house.deliver(letter(message_id="<q1@customer.example>"))
    house.run()
    house.transport.answers = {}
    house.clock.pass_by(minutes=5)
    return house


def retried(house: House) -> list[OutboxState]:
    return [entry.state for entry in house.run().retried]


def test_no_second_attempt_once_a_person_has_answered() -> None:
    house = waiting_for_another_attempt()
    answer = letter(
        "support@acme.example",
        to="ann@customer.example",
        headers="In-Reply-To: <q1@customer.example>\n",
        message_id="<a1@acme.example>",
    )
    house.deliver(answer, "Sent")
    assert retried(house) == [OutboxState.DROPPED]
    assert house.transport.sent == []


def test_no_second_attempt_while_the_flags_cannot_be_read() -> None:
    house = waiting_for_another_attempt()
    house.account.fail("flags", UnreachableError("hung up"))
    assert retried(house) == []
    assert house.transport.sent == []
    assert retried(house) == [OutboxState.SENT]


def test_no_second_attempt_for_a_mail_that_has_grown_old() -> None:
    house = waiting_for_another_attempt()
    house.clock.pass_by(hours=25)
    assert retried(house) == [OutboxState.DROPPED]


def test_no_second_attempt_while_the_brake_is_on() -> None:
    house = waiting_for_another_attempt()
    house.brake = lambda: "the file no-send is there"
    assert retried(house) == []


def test_second_attempts_stay_within_the_limits() -> None:
    house = House().after_baseline()
    house.transport.answers = {"rcpt": 450}
    for number in range(6):
        house.deliver(letter(f"ann@shop{number}.example"))
    house.run()
    house.transport.answers = {}
    house.policy = replace(policy(), limits=Limits(run=4, account_hour=30))
    house.clock.pass_by(minutes=5)
    house.run()
    assert len(house.transport.sent) == 4
    house.run()
    assert len(house.transport.sent) == 6


@pytest.mark.parametrize("answers", [{"rcpt": 450}, {"rcpt": 550}, {"mail": None}, {"dot": None}])
def test_a_reply_that_did_not_arrive_makes_the_run_incomplete(answers: dict[str, int]) -> None:
    house = House().after_baseline()
    house.transport.answers = answers
    house.deliver(letter())
    report = house.run()
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert [(number, recipient) for number, recipient, _, _ in undelivered(report)] == [
        (1, "ann@customer.example")
    ]


def test_an_unknown_end_is_told_until_a_run_came_to_its_own() -> None:
    house = House().after_baseline()

    def dies() -> None:
        raise KeyboardInterrupt

    house.transport.before = dies
    house.deliver(letter())
    with pytest.raises(KeyboardInterrupt):
        house.run()
    house.transport.before = None
    house.journal.recover(house.clock.now())
    report = house.run()
    assert [entry.recipient for entry in report.unknown] == ["ann@customer.example"]
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert house.run().unknown == ()


def test_a_rule_that_sends_decides_for_the_second_attempt_as_well() -> None:
    held = policy(
        accounts={"support": account(mode=Mode.HOLD)},
        rules=(ReplyRule("send it", mode=Mode.SEND),),
    )
    house = House(policy=held).after_baseline()
    house.transport.answers = {"rcpt": 450}
    house.deliver(letter())
    assert states(house.run()) == [OutboxState.RETRY]
    house.transport.answers = {}
    house.clock.pass_by(minutes=5)
    assert retried(house) == [OutboxState.SENT]


def test_what_was_claimed_to_be_sent_is_sent_though_the_account_only_drafts_by_now() -> None:
    house = waiting_for_another_attempt()
    house.policy = policy(accounts={"support": account(mode=Mode.DRAFT)})
    assert retried(house) == [OutboxState.SENT]


def test_two_texts_that_say_away_are_one_in_a_week() -> None:
    closed = template("business", name="closure", kind=Kind.AWAY)
    holiday = template("weekend", name="holiday", kind=Kind.AWAY)
    house = House(policy=policy(templates=(closed, holiday))).after_baseline()
    house.deliver(letter())
    house.run()
    house.clock.pass_by(days=3)
    house.deliver(letter(text="Anybody there?", at=house.clock.now()))
    report = house.run()
    assert report.outcomes[0].decision.moment.template_period == "weekend"
    assert rules(report) == {"L01"}
    assert len(house.transport.sent) == 1


def report_of(house: House) -> tuple[ExitCode, str, str, object]:
    """A run's exit code, what it says on the terminal and as a warning, and its JSON."""
    report = house.run()
    warned = "\n".join(line.plain for line in warning_lines(report, ()))
    shown = "\n".join(line.plain for line in run_lines(report, ()))
    return exit_code(report), shown, warned, run_fields(report)["retried"]


def test_a_reply_that_was_lost_to_time_is_told_as_loudly_as_one_not_delivered() -> None:
    house = waiting_for_another_attempt()
    house.clock.pass_by(hours=25)
    code, shown, warned, retried = report_of(house)
    assert code is ExitCode.INCOMPLETE
    assert "Delayed reply #1 to ann@customer.example: given up · too old by now" in shown
    assert warned == (
        "Reply #1 to ann@customer.example: given up: too old by now\n"
        "  next: answer by hand; inboxwatch outbox show 1 has the words"
    )
    assert retried == [
        {"id": 1, "to": "ann@customer.example", "state": "dropped", "detail": "too old by now"}
    ]


def test_a_reply_that_a_person_made_needless_is_told_without_a_warning() -> None:
    house = waiting_for_another_attempt()
    house.account.expunge("INBOX", 1)
    house.clock.pass_by(hours=25)
    code, shown, warned, _ = report_of(house)
    assert code is ExitCode.DONE
    assert "given up · the mail was moved or deleted meanwhile" in shown
    assert warned == ""


def test_a_second_attempt_that_went_out_is_told() -> None:
    code, shown, warned, _ = report_of(waiting_for_another_attempt())
    assert code is ExitCode.DONE
    assert "Delayed reply #1 to ann@customer.example: answered" in shown
    assert warned == ""


def test_a_mailbox_named_for_two_roles_is_taken_for_spam() -> None:
    both = FakeAccount("support", Mailboxes("INBOX", ("INBOX",), "Sent", "Drafts"))
    house = House(accounts={"support": both}).after_baseline()
    house.deliver(letter())
    report = house.run()
    assert [outcome.decision.role for outcome in report.outcomes] == [Role.JUNK]
    assert house.transport.sent == []


# What is down stays down for this run


def two_accounts() -> House:
    """A house with an account whose flags can be made to fail, and a healthy one."""
    accounts = {name: FakeAccount(name) for name in ("sales", "support")}
    both = policy(accounts={name: account(name) for name in accounts})
    return House(accounts=accounts, policy=both).after_baseline()


def test_an_account_that_fails_while_acting_is_down_for_this_run() -> None:
    house = two_accounts()
    sales, support = house.accounts.values()
    for number in range(3):
        text = f"I am furious about {number}"
        sales.deliver("INBOX", letter(f"c{number}@one.example", text=text), house.clock.now())
    support.deliver("INBOX", letter(), house.clock.now())
    sales.fail("flags", UnreachableError("silence"), UnreachableError("more silence"))
    report = house.run()
    assert [sent.recipient for sent in house.transport.sent] == ["ann@customer.example"]
    assert [(one.account, str(one.error)) for one in report.failures] == [("sales", "silence")]
    assert states(report).count(OutboxState.DEFERRED) == 3
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert [str(error) for error in sales._failures["flags"]] == ["more silence"]  # not asked again
    sales._failures.clear()
    assert states(house.run()) == [OutboxState.SENT] * 3
    assert len(house.transport.sent) == 4


def test_a_mailbox_that_fails_while_acting_is_no_account_that_is_down() -> None:
    house = House().after_baseline()
    house.deliver(letter("a@customer.example", text="I am furious"))
    house.deliver(letter("b@customer.example"))
    house.account.fail("flags", MailboxError("no rights"))
    report = house.run()
    assert [sent.recipient for sent in house.transport.sent] == ["b@customer.example"]
    assert rules(report) == {"X09"}
    assert report.failures == ()


def test_retries_do_not_knock_again_at_a_server_that_is_down() -> None:
    house = House(transport=FakeTransport(unreachable="no route")).after_baseline()
    for number in range(3):
        house.deliver(letter(f"c{number}@customer.example"))
    assert states(house.run()) == [OutboxState.RETRY] * 3
    assert house.transport.attempts == 1

    house.transport = FakeTransport(unreachable="no route")  # as each run has its own
    house.clock.pass_by(minutes=5)
    report = house.run()
    assert house.transport.attempts == 1
    assert [entry.state for entry in report.retried] == [OutboxState.RETRY]
    assert exit_code(report) is ExitCode.INCOMPLETE

    house.transport = FakeTransport()
    house.clock.pass_by(minutes=5)
    assert len(house.run().retried) == 3
    assert len(house.transport.sent) == 3


def test_an_answer_of_another_installation_keeps_ours_back() -> None:
    house = House().after_baseline()
    house.deliver(letter("a@customer.example", text="I am furious"))
    second = house.deliver(letter("b@customer.example"))
    house.transport.before = lambda: house.account.set_flags("INBOX", second, "$InboxwatchReplied")
    report = house.run()
    assert [sent.recipient for sent in house.transport.sent] == ["a@customer.example"]
    assert "X09" in rules(report, 1)


def test_our_own_keyword_closes_nothing() -> None:
    house = House().after_baseline()
    house.account.answered_flag = False
    uid = house.deliver(letter())
    house.run()
    house.account.set_flags("INBOX", uid, "$InboxwatchReplied")
    house.clock.pass_by(minutes=5)
    assert house.run().closed == 0
    assert len(house.journal.open_mails()) == 1


class LooseAccount(FakeAccount):
    """A server that keeps no UIDs, which it tells only of a mailbox that is opened."""

    def state(self, mailbox: str) -> MailboxState:
        return replace(super().state(mailbox), uidvalidity=0)

    def states(self, mailboxes: Sequence[str]) -> Mapping[str, MailboxState | MailboxError]:
        return {name: replace(self.state(name), uidvalidity=5) for name in mailboxes}

    def fetch(
        self, mailbox: str, role: Role, uidvalidity: int, *args: Any, **kwargs: Any
    ) -> Iterator[tuple[RawMessage, ...]]:
        self.boxes[mailbox].uidvalidity = 0
        yield from super().fetch(mailbox, role, uidvalidity, *args, **kwargs)


def test_a_mailbox_without_lasting_uids_is_read_though_its_state_says_otherwise() -> None:
    house = House(accounts={"support": LooseAccount()})
    house.deliver(letter())
    first, again = house.run(), house.run()
    assert first.failures == again.failures == ()
    assert [one.reason for one in again.baselines if one.mailbox == "INBOX"] == [
        "the server keeps no UIDVALIDITY"
    ]
    assert len(house.journal.open_mails()) == 1
