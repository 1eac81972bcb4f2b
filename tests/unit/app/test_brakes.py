"""What puts replies off, and what stops them: caps, the breaker, the clock, the time of a run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, account, policy
from tests.support.fake_account import FakeAccount
from tests.support.house import House, bounce, letter

from inboxwatch.app.act import Acting
from inboxwatch.app.poll import Poll
from inboxwatch.app.run import DEFERRED_KEY, clock_fault
from inboxwatch.core.run_summary import RunReport, brakes, counts, exit_code, run_fields
from inboxwatch.core.summary import outcome_fields
from inboxwatch.errors import ExitCode
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.policy import Limits, Mode
from inboxwatch.render.run import run_lines, warning_lines


def limited(**limits: object) -> House:
    built = replace(policy(), limits=Limits(**limits))  # type: ignore[arg-type]
    return House(policy=built).after_baseline()


def strangers(house: House, number: int, first: int = 0) -> None:
    """Mails of so many senders at as many domains."""
    for one in range(first, first + number):
        house.deliver(letter(f"ann@shop{one}.example", at=house.clock.now()))


def told(report: RunReport) -> str:
    outcomes = [outcome_fields(one) for one in report.outcomes]
    lines = (*run_lines(report, outcomes), *warning_lines(report, brakes(report)))
    return "\n".join(line.plain for line in lines)


def rules(report: RunReport) -> set[str]:
    return {
        refusal.rule for outcome in report.outcomes for refusal in outcome.decision.reply.refusals
    }


def recipients(house: House) -> list[str]:
    return [sent.recipient for sent in house.transport.sent]


# --- caps put off -------------------------------------------------------------------------------


@pytest.mark.parametrize("cap", ["run", "account_hour", "day"])
def test_a_cap_puts_off_what_it_stops_and_says_so(cap: str) -> None:
    house = limited(**{cap: 3})
    strangers(house, 5)
    report = house.run()
    assert len(house.transport.sent) == 3
    assert counts(report) == {"sent": 3, "deferred": 2}
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert "2 deferred" in str(run_fields(report)["brakes"])
    assert "put off, decided again next time" in told(report)
    assert "Sending stopped: L03: 3 replies" in told(report)


def test_what_the_cap_of_a_run_put_off_goes_out_in_the_next() -> None:
    house = limited(run=3)
    strangers(house, 7)
    codes = []
    for _ in range(4):
        codes.append(exit_code(house.run()))
        house.clock.pass_by(minutes=5)
    assert sorted(recipients(house)) == [f"ann@shop{one}.example" for one in range(7)]
    assert codes == [ExitCode.INCOMPLETE, ExitCode.INCOMPLETE, ExitCode.DONE, ExitCode.DONE]


def test_mail_that_comes_while_the_cap_is_reached_waits_for_the_hour_to_pass() -> None:
    house = limited(account_hour=2)
    strangers(house, 2)
    house.run()
    house.clock.pass_by(minutes=5)
    strangers(house, 1, first=7)
    for _ in range(3):
        report = house.run()
        assert [one.state for one in report.outcomes] == [OutboxState.DEFERRED]
        assert exit_code(report) is ExitCode.INCOMPLETE
        house.clock.pass_by(minutes=10)
    house.clock.pass_by(minutes=30)
    assert exit_code(house.run()) is ExitCode.DONE
    assert recipients(house)[2:] == ["ann@shop7.example"]
    assert house.run().outcomes == ()


def test_what_was_put_off_until_it_is_old_is_never_answered() -> None:
    house = limited(account_hour=1)
    strangers(house, 2)
    house.run()
    house.clock.pass_by(hours=25)
    report = house.run()
    assert "A17" in rules(report)
    assert exit_code(report) is ExitCode.DONE
    assert house.run().outcomes == ()
    assert len(house.transport.sent) == 1


def test_the_journal_shows_what_is_put_off() -> None:
    house = limited(run=1)
    strangers(house, 2)
    house.run()
    states = [mail.decision["outcome"]["state"] for mail in house.journal.open_mails()]  # type: ignore[index]
    assert sorted(states) == ["deferred", "sent"]


@pytest.mark.parametrize(("sent", "state"), [(2, OutboxState.SENT), (3, OutboxState.DEFERRED)])
def test_the_claim_counts_what_this_run_has_sent_once_more(sent: int, state: OutboxState) -> None:
    house = limited(run=3)
    house.deliver(letter())
    desk = house.desk()
    polled = next(Poll(desk, house.clock.now(), None).rounds())
    mail_id = next(iter(polled.mail_ids.values()))
    acting = Acting(desk, polled.mailboxes, sent=sent)
    outcome = acting.act(polled.judged[0].decision, mail_id, pending=True)
    assert outcome.state is state
    assert len(house.transport.sent) == (state is OutboxState.SENT)


def test_the_cap_of_a_domain_says_so_when_nothing_else_refuses() -> None:
    house = House().after_baseline()
    for number in range(8):
        house.deliver(letter(f"ann{number}@shop.example"))
    report = house.run()
    assert len(house.transport.sent) == 5
    said = ("L03: 5 replies to shop.example within an hour (3 not answered)",)
    assert brakes(report) == said
    assert run_fields(report)["brakes"] == list(said)
    assert f"Sending stopped: {said[0]}" in told(report)
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert exit_code(house.run()) is ExitCode.DONE


def test_the_limits_of_one_sender_are_silent_beside_the_cap_of_its_domain() -> None:
    house = limited(domain_hour=1)
    house.deliver(letter())
    house.run()
    house.deliver(letter(text="Hello?"))
    report = house.run()
    assert rules(report) == {"L01", "L03"}
    assert brakes(report) == ()
    assert exit_code(report) is ExitCode.DONE


def test_what_waits_anyway_is_held_and_not_put_off() -> None:
    house = limited(account_hour=1)
    strangers(house, 1)
    house.run()
    house.clock.pass_by(minutes=5)
    house.deliver(letter("b@other.example", subject="Auto: my car is broken"))
    report = house.run()
    assert {"A15", "L03"} <= rules(report)
    assert [one.state for one in report.outcomes] == [None]
    assert exit_code(report) is ExitCode.DONE
    house.clock.pass_by(hours=2)
    assert house.run().outcomes == ()


def test_an_automatic_mail_while_the_cap_is_reached_is_nothing_to_be_loud_about() -> None:
    house = limited(account_hour=1)
    strangers(house, 1)
    house.run()
    house.deliver(letter("b@other.example", headers="Auto-Submitted: auto-replied\n"))
    assert exit_code(house.run()) is ExitCode.DONE


def test_a_backlog_that_was_put_off_does_not_look_like_a_new_mailbox() -> None:
    house = limited(run=10, account_hour=10, tripwire=20, domain_hour=90, domain_day=900)
    for round_ in range(3):
        strangers(house, 15, first=15 * round_)
        assert "X08" not in rules(house.run())
        house.clock.pass_by(minutes=10)
    for _ in range(60):
        report = house.run()
        assert "X08" not in rules(report)
        house.clock.pass_by(minutes=10)
    assert len(house.transport.sent) == 45


def kept_waiting(house: House) -> tuple[tuple[int, ...], str | None]:
    return house.journal.pending("support", "INBOX", 1), house.journal.remembered(DEFERRED_KEY)


def test_what_was_put_off_and_then_moved_or_answered_is_forgotten() -> None:
    house = limited(account_hour=1)
    strangers(house, 3)
    house.run()
    uids, kept = kept_waiting(house)
    assert len(uids) == 2
    assert len((kept or "").split()) == 2
    house.account.expunge("INBOX", uids[0])
    house.account.set_flags("INBOX", uids[1], "\\Answered")
    for _ in range(2):
        house.clock.pass_by(minutes=5)
        house.run()
    assert kept_waiting(house) == ((), "")


def test_what_was_put_off_under_another_uidvalidity_is_forgotten() -> None:
    house = limited(account_hour=1)
    strangers(house, 3)
    house.run()
    house.account.change_uidvalidity("INBOX", 9)
    for _ in range(2):
        house.clock.pass_by(minutes=5)
        house.run()
    assert kept_waiting(house) == ((), "")
    assert house.journal.pending_mails() == frozenset()


def test_a_whole_mailbox_that_looks_new_still_trips_beside_a_backlog() -> None:
    house = limited(run=2, tripwire=20)
    for _ in range(4):
        house.run()
    strangers(house, 10)
    house.run()
    house.clock.pass_by(minutes=5)
    strangers(house, 21, first=100)
    sent = len(house.transport.sent)
    assert "X08" in rules(house.run())
    assert len(house.transport.sent) == sent


def test_what_a_killed_run_left_counts_for_the_tripwire() -> None:
    """Pending alone proves nothing: the run may have died before it looked at the tripwire."""
    house = limited(run=50, tripwire=60)
    strangers(house, 20)

    def dies() -> None:
        raise KeyboardInterrupt

    house.transport.before = dies
    with pytest.raises(KeyboardInterrupt):
        house.run()
    house.transport.before = None
    house.policy = replace(policy(), limits=Limits(tripwire=10))
    house.clock.pass_by(minutes=1)
    assert "X08" in rules(house.run())
    assert house.transport.sent == []


# --- floods and bounces -------------------------------------------------------------------------


def test_a_flood_gets_none_and_the_report_says_so() -> None:
    house = House().after_baseline()
    for number in range(6):
        house.deliver(letter("bot@shop.example", text=f"Mail {number}"))
    report = house.run()
    assert house.transport.sent == []
    assert report.notes == (
        "L08: more than 5 mails of bot@shop.example within 10 minutes: no replies for a day",
    )
    house.clock.pass_by(hours=23)
    house.deliver(letter("bot@shop.example", text="Once more", at=house.clock.now()))
    house.run()
    assert house.transport.sent == []
    house.clock.pass_by(hours=25)
    house.deliver(letter("bot@shop.example", text="Another day", at=house.clock.now()))
    house.run()
    assert len(house.transport.sent) == 1


def test_a_forged_flood_in_the_spam_folder_silences_no_customer() -> None:
    house = House().after_baseline()
    for number in range(6):
        house.deliver(letter(text=f"Mail {number}"), "Spam")
    assert house.run().notes == ()
    house.clock.pass_by(hours=6)
    house.deliver(letter(text="Hello?", at=house.clock.now()))
    house.run()
    assert recipients(house) == ["ann@customer.example"]


def test_an_address_that_bounced_gets_no_other_reply_for_a_month() -> None:
    house = House().after_baseline()
    house.deliver(letter(), "INBOX")
    house.run()
    house.clock.pass_by(minutes=5)
    house.deliver(bounce(house.transport.sent[0], at=house.clock.now()))
    house.run()
    house.clock.pass_by(days=8)
    house.deliver(letter(text="Hello?", at=house.clock.now()))
    assert "A39" in rules(house.run())
    house.clock.pass_by(days=23)
    house.run()
    house.deliver(letter(text="Hello again?", at=house.clock.now()))
    house.run()
    assert len(house.transport.sent) == 2


FORGED = b"Authentication-Results: mx.acme.example; dmarc=fail header.from=customer.example\n"


@pytest.mark.parametrize(
    ("mailbox", "before", "after"),
    [
        ("INBOX", b"Message-ID: <iw.", b"Message-ID: <guessed."),
        ("Spam", b"", b""),
        ("INBOX", b"Return-Path", FORGED + b"Return-Path"),
    ],
)
def test_what_anybody_can_write_neither_mutes_nor_trips(
    mailbox: str, before: bytes, after: bytes
) -> None:
    trusting = policy(accounts={"support": account(trust=("mx.acme.example",))})
    house = House(policy=trusting).after_baseline()
    strangers(house, 3)
    house.run()
    house.clock.pass_by(minutes=5)
    for sent in house.transport.sent:
        forged = bounce(sent, at=house.clock.now())
        assert before in forged
        house.deliver(forged.replace(before, after, 1) if before else forged, mailbox)
    assert house.run().tripped == ()
    house.clock.pass_by(days=8)
    house.deliver(letter("ann@shop0.example", text="Hello?", at=house.clock.now()))
    house.run()
    assert len(house.transport.sent) == 4


def test_failed_recipients_of_a_stranger_s_mail_mute_nobody() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    house.run()
    named = "X-Failed-Recipients: ann@customer.example\n"
    house.deliver(letter("eve@evil.example", headers=named))
    house.run()
    house.clock.pass_by(days=8)
    house.deliver(letter(text="Hello?", at=house.clock.now()))
    house.run()
    assert recipients(house).count("ann@customer.example") == 2


def test_the_return_path_counts_like_from() -> None:
    trusting = policy(accounts={"support": account(trust=("mx.acme.example",))})
    house = House(policy=trusting).after_baseline()
    mail = letter("ann@customer.example").replace(
        b"Return-Path: <ann@customer.example>", b"Return-Path: <team@customer.example>"
    )
    house.deliver(mail)
    house.run()
    assert len(house.transport.sent) == 1
    house.deliver(
        letter("eve@customer.example").replace(
            b"Return-Path: <eve@customer.example>", b"Return-Path: <team@customer.example>"
        )
    )
    assert "L01" in rules(house.run())


# --- the breaker --------------------------------------------------------------------------------


def bounced(number: int, of: int, **fields: object) -> tuple[House, RunReport]:
    """So many replies come back of some, and another mail wants one."""
    house = House().after_baseline()
    strangers(house, of)
    house.run()
    house.clock.pass_by(minutes=5)
    for sent in house.transport.sent[:number]:
        house.deliver(bounce(sent, at=house.clock.now(), **fields))  # type: ignore[arg-type]
    strangers(house, 1, first=100)
    return house, house.run()


@pytest.mark.parametrize(("number", "of"), [(2, 2), (3, 6), (0, 4)])
def test_a_few_that_came_back_stop_nobody(number: int, of: int) -> None:
    house, report = bounced(number, of)
    assert recipients(house)[of:] == ["ann@shop100.example"]
    assert exit_code(report) is ExitCode.DONE
    assert report.tripped == ()


@pytest.mark.parametrize(("number", "of"), [(3, 5), (4, 7), (3, 3)])
def test_too_many_that_came_back_stop_the_account_in_the_same_run(number: int, of: int) -> None:
    house, report = bounced(number, of)
    assert len(house.transport.sent) == of
    assert "L09" in rules(report)
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert report.tripped == (
        f"support: {number} replies came back within an hour, and {of} went out",
    )
    assert "inboxwatch resume" in told(report)


def test_delays_trip_nothing() -> None:
    _, report = bounced(5, 5, action="delayed", status="4.0.0")
    assert report.tripped == ()


def test_a_tripped_account_is_loud_when_something_wants_a_reply_until_resumed() -> None:
    house, _ = bounced(3, 3)
    house.clock.pass_by(hours=2)
    assert exit_code(house.run()) is ExitCode.DONE
    strangers(house, 1, first=200)
    report = house.run()
    assert "L09" in rules(report)
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert len(house.transport.sent) == 3
    house.journal.resume("support", house.clock.now())
    house.clock.pass_by(minutes=1)
    strangers(house, 1, first=300)
    assert exit_code(house.run()) is ExitCode.DONE
    assert recipients(house)[3:] == ["ann@shop300.example"]


def test_the_run_that_trips_is_loud_though_nothing_wants_a_reply() -> None:
    house = House().after_baseline()
    strangers(house, 3)
    house.run()
    for sent in house.transport.sent:
        house.deliver(bounce(sent))
    report = house.run()
    assert report.tripped
    assert exit_code(report) is ExitCode.INCOMPLETE


def test_another_attempt_waits_while_the_account_is_stopped() -> None:
    house = House().after_baseline()
    house.transport.answers = {"rcpt": 450}
    house.deliver(letter())
    house.run()
    house.transport.answers = {}
    house.journal.trip("support", house.clock.now(), "too many came back")
    house.clock.pass_by(minutes=5)
    assert house.run().retried == ()
    house.journal.resume("support", house.clock.now())
    assert [entry.state for entry in house.run().retried] == [OutboxState.SENT]


# --- attempts that came too late ----------------------------------------------------------------


def test_a_reply_that_speaks_of_a_time_now_past_is_given_up() -> None:
    house = House().after_baseline()
    house.transport.answers = {"rcpt": 450}
    house.deliver(letter())
    house.run()
    entry = house.journal.outbox((OutboxState.RETRY,))[0]
    house.journal.entries[entry.id] = replace(  # type: ignore[attr-defined]
        entry, good_until=house.clock.now() + timedelta(hours=1)
    )
    house.transport.answers = {}
    house.clock.pass_by(minutes=61)
    assert [one.state for one in house.run().retried] == [OutboxState.DROPPED]
    assert house.transport.sent == []


def test_a_text_that_is_past_before_it_goes_out_is_written_anew_by_the_next_run() -> None:
    house = House().after_baseline()
    house.deliver(letter())
    desk = house.desk()
    polled = next(Poll(desk, house.clock.now(), None).rounds())
    decision, mail_id = polled.judged[0].decision, next(iter(polled.mail_ids.values()))
    draft = replace(decision.reply.draft, good_until=house.clock.now() - timedelta(seconds=1))  # type: ignore[type-var]
    late = replace(decision, reply=replace(decision.reply, draft=draft))
    outcome = Acting(desk, polled.mailboxes).act(late, mail_id, pending=True)
    assert outcome.state is OutboxState.DEFERRED
    assert house.transport.sent == []
    house.run()
    assert len(house.transport.sent) == 1


# --- the clock ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "faulty"),
    [
        (-60 * 24 * 365, True),
        (-6, True),
        (-5, False),
        (0, False),
        (60 * 24 * 30, False),
        (60 * 24 * 30 + 1, True),
        (60 * 24 * 365, True),
    ],
)
def test_how_far_the_clock_may_stand_from_the_last_run(minutes: int, *, faulty: bool) -> None:
    assert bool(clock_fault(NOW, NOW + timedelta(minutes=minutes))) is faulty


def test_what_no_clock_can_show() -> None:
    assert clock_fault(None, NOW.replace(year=2023))
    assert clock_fault(None, NOW) == ""


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("hours", [-24 * 365, -1, 24 * 365])
def test_after_a_jump_of_the_clock_a_run_triages_and_sends_nothing(hours: int, mode: Mode) -> None:
    built = policy(accounts={"support": account(mode=mode)})
    house = House(policy=built)
    house.clock.pass_by(days=-400)
    house.run()
    house.clock.pass_by(days=400)
    house.run()
    house.clock.pass_by(hours=hours)
    house.deliver(letter(at=house.clock.now()))
    report = house.run()
    assert house.transport.sent == []
    assert house.journal.outbox(tuple(OutboxState)) == ()
    assert rules(report) == {"X14"}
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert "Sending stopped: X14: the clock says" in told(report)
    house.clock.pass_by(minutes=5)
    house.deliver(letter("b@other.example", at=house.clock.now()))
    assert rules(house.run()) == set()


@pytest.mark.parametrize("days", [-365, 365])
def test_a_clock_that_jumped_and_stays_answers_no_mail_of_a_server_that_did_not(days: int) -> None:
    house = House().after_baseline()
    house.clock.pass_by(days=days)
    for minutes in range(2, 30, 5):
        arrived = NOW + timedelta(minutes=minutes)
        mail = letter(f"a{minutes}@other.example", at=arrived)
        house.account.deliver("INBOX", mail, arrived)
        house.clock.pass_by(minutes=5)
        house.run()
    assert house.transport.sent == []


def test_after_a_jump_nothing_is_tried_again() -> None:
    house = House().after_baseline()
    house.transport.answers = {"rcpt": 450}
    house.deliver(letter())
    house.run()
    house.transport.answers = {}
    house.clock.pass_by(minutes=-30)
    assert house.run().retried == ()
    assert house.transport.sent == []
    house.clock.pass_by(minutes=35)
    assert [entry.state for entry in house.run().retried] == [OutboxState.SENT]


# --- the time of a run --------------------------------------------------------------------------


def test_a_run_whose_time_is_used_up_leaves_the_rest_to_the_next() -> None:
    house = House().after_baseline()
    strangers(house, 6)

    def slow() -> None:
        house.clock.wait(100.0)

    house.transport.before = slow
    report = house.run()
    assert len(house.transport.sent) == 3
    assert len(report.outcomes) == 3
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert "X11" in told(report)
    assert any("X11" in one for one in run_fields(report)["brakes"])  # type: ignore[attr-defined]
    house.transport.before = None
    house.clock.pass_by(minutes=5)
    report = house.run()
    assert exit_code(report) is ExitCode.DONE
    assert len(house.transport.sent) == 6


def test_a_run_that_spends_its_time_with_reading_answers_the_next_time() -> None:
    house = House().after_baseline()
    strangers(house, 3)
    house.budget = 0.0
    report = house.run()
    assert house.transport.sent == []
    assert exit_code(report) is ExitCode.INCOMPLETE
    house.budget = 240.0
    house.clock.pass_by(minutes=5)
    house.run()
    assert len(house.transport.sent) == 3


def test_one_account_s_bounces_stop_no_other() -> None:
    both = policy(
        accounts={"support": account(), "sales": account("sales", "sales@acme.example")},
        own_addresses=frozenset({"support@acme.example", "sales@acme.example"}),
    )
    support, sales = FakeAccount("support"), FakeAccount("sales")
    house = House(accounts={"support": support, "sales": sales}, policy=both).after_baseline()
    strangers(house, 3)
    house.run()
    for sent in house.transport.sent:
        sales.deliver("INBOX", bounce(sent), house.clock.now())
    house.run()
    assert list(house.journal.tripped()) == ["support"]
    mail = letter("bo@other.example", to="sales@acme.example")
    sales.deliver("INBOX", mail, house.clock.now())
    house.run()
    assert recipients(house)[3:] == ["bo@other.example"]
