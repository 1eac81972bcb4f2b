"""Accounts that fail are left alone longer and longer, across runs, and told of with measure."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.build import NOW, account, policy
from tests.support.fake_account import FakeAccount
from tests.support.house import House, letter

from inboxwatch.app.run import run
from inboxwatch.core.backoff import QUOTA
from inboxwatch.core.run_summary import RunReport, exit_code, run_fields
from inboxwatch.core.traffic import MEGABYTE
from inboxwatch.errors import (
    AccountError,
    ExitCode,
    LoginRefusedError,
    MailboxError,
    UnreachableError,
)
from inboxwatch.model.condition import Condition
from inboxwatch.render.run import warning_lines

if TYPE_CHECKING:
    import pytest

DOWN = UnreachableError("support (mail.example:993) cannot be reached", next_step="check it")
REFUSED = LoginRefusedError("support (mail.example:993) refused", next_step="check the password")
MINUTE = timedelta(minutes=1)


class Counted(FakeAccount):
    """An account that counts how often somebody connects to it."""

    tries = 0

    def connect(self) -> None:
        self.tries += 1
        super().connect()


def house(*names: str) -> House:
    accounts = {name: Counted(name) for name in names or ("support",)}
    own = {name: account(name) for name in accounts}
    built = House(accounts=dict(accounts), policy=policy(accounts=own))
    return built.after_baseline()


def failing(built: House, error: AccountError = DOWN, name: str = "support") -> None:
    built.accounts[name].fail("connect", *[error] * 100)


def tries(built: House, name: str = "support") -> int:
    counted = built.accounts[name]
    assert isinstance(counted, Counted)
    return counted.tries


def condition(built: House, name: str = "support", mailbox: str = "") -> Condition:
    return next(
        one for one in built.journal.conditions() if (one.account, one.mailbox) == (name, mailbox)
    )


def told(report: RunReport) -> str:
    fresh = [one for one in report.failures if not one.known]
    return "\n".join(line.plain for line in warning_lines(report, (), fresh))


def every_minute(built: House, minutes: int) -> list[RunReport]:
    reports = []
    for _ in range(minutes):
        reports.append(built.run())
        built.clock.pass_by(minutes=1)
    return reports


def test_an_account_that_stays_down_is_tried_less_and_less_often() -> None:
    built = house()
    failing(built)
    before = tries(built)
    when = []
    for minute in range(200):
        known = tries(built)
        built.run()
        when += [minute] if tries(built) > known else []
        built.clock.pass_by(minutes=1)
    assert when == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    assert tries(built) - before == len(when)


def test_a_refused_login_is_tried_four_times_in_two_hours() -> None:
    built = house()
    failing(built, REFUSED)
    before = tries(built)
    every_minute(built, 120)
    assert tries(built) - before == 4


def test_an_account_left_alone_keeps_its_exit_code_and_says_so_only_to_who_looks() -> None:
    built = house()
    failing(built, REFUSED)
    first, second = every_minute(built, 2)
    assert exit_code(first) is ExitCode.LOGIN
    assert exit_code(second) is ExitCode.LOGIN
    assert told(first).count("refused") == 1
    assert told(second) == ""
    shown = " ".join(line.plain for line in warning_lines(second, ()))
    assert "left alone until" in shown
    assert "at once, from a terminal: inboxwatch run --account support" in shown
    (fields,) = run_fields(second)["failures"]  # type: ignore[misc]
    assert fields["known"] is True


def test_a_day_of_a_dead_server_under_cron_is_two_messages() -> None:
    built = house()
    failing(built)
    reports = every_minute(built, 24 * 60)
    assert sum(bool(told(one)) for one in reports) == 2
    assert {exit_code(one) for one in reports} == {ExitCode.UNREACHABLE}


def test_the_others_go_on_and_mail_is_answered() -> None:
    built = house("support", "sales")
    failing(built, name="sales")
    built.run()
    built.deliver(letter())
    report = built.run()
    assert len(built.transport.sent) == 1
    assert exit_code(report) is ExitCode.INCOMPLETE
    assert [(one.account, one.known) for one in report.failures] == [("sales", True)]


def test_success_clears_it_and_is_told_once() -> None:
    built = house()
    built.account.fail("connect", DOWN, DOWN)
    built.run()
    built.clock.pass_by(minutes=1)
    built.run()
    built.clock.pass_by(minutes=2)
    report = built.run()
    assert exit_code(report) is ExitCode.DONE
    assert "support works again; 2 attempts had failed since" in told(report)
    assert condition(built) == Condition("support", succeeded_at=built.clock.now())
    assert told(built.run()) == ""


def test_a_single_failure_is_told_once_and_its_end_never() -> None:
    built = house()
    built.account.fail("connect", DOWN)
    first = built.run()
    built.clock.pass_by(minutes=1)
    assert told(first)
    assert told(built.run()) == ""


def test_who_is_eager_tries_at_once() -> None:
    built = house()
    built.account.fail("connect", REFUSED)
    built.run()
    built.eager = True
    assert exit_code(built.run()) is ExitCode.DONE
    assert condition(built).failures == 0


def test_a_configuration_written_since_is_tried_at_once() -> None:
    built = house()
    built.account.fail("connect", REFUSED)
    built.run(configured_at=NOW)
    built.clock.pass_by(minutes=1)
    assert exit_code(built.run(configured_at=NOW)) is ExitCode.LOGIN
    assert exit_code(built.run(configured_at=built.clock.now())) is ExitCode.DONE


def test_what_an_account_logs_in_with_counts_like_the_configuration() -> None:
    built = house()
    built.account.fail("connect", REFUSED)
    built.run(configured_at=NOW)
    built.clock.pass_by(minutes=1)
    desk = built.desk()
    mended = {"support": replace(desk.doors["support"], changed_at=built.clock.now())}
    assert exit_code(built.run(configured_at=NOW)) is ExitCode.LOGIN
    assert exit_code(run(replace(desk, doors=mended), configured_at=NOW)) is ExitCode.DONE


def test_the_log_says_which_accounts_a_run_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="inboxwatch")
    built = house()
    built.account.fail("connect", REFUSED)
    built.run()
    assert "left alone" not in caplog.text
    built.clock.pass_by(minutes=1)
    caplog.clear()
    built.run()
    assert "0 mails; nothing new; left alone: support" in caplog.text


def test_chance_spreads_accounts_that_failed_together() -> None:
    names = [f"a{number}" for number in range(20)]
    built = house(*names)
    built.chance = Random(7).random  # noqa: S311 - no secret
    for name in names:
        failing(built, name=name)
    built.run()
    waits = {one.next_attempt for one in built.journal.conditions() if not one.mailbox}
    assert len(waits) == len(names)


def test_a_mailbox_that_fails_by_itself_is_tried_in_every_run_and_told_with_measure() -> None:
    built = house()
    gone = MailboxError("support has no mailbox Spam", next_step="check it")
    reports = []
    for _ in range(3):
        built.account.fail("state", gone)
        reports.append(built.run())
        built.clock.pass_by(minutes=1)
    assert [bool(told(one)) for one in reports] == [True, False, False]
    assert {exit_code(one) for one in reports} == {ExitCode.INCOMPLETE}
    failed_box = next(one for one in built.journal.conditions() if one.failures)
    assert (failed_box.failures, failed_box.next_attempt) == (3, None)
    assert condition(built).failures == 0


def test_what_a_server_says_of_the_account_in_a_mailbox_rests_the_account() -> None:
    built = house()
    built.deliver(letter())
    built.account.fail("fetch", UnreachableError("bandwidth is used up", kind=QUOTA))
    built.run()
    assert condition(built).next_attempt == built.clock.now() + 60 * MINUTE
    before = tries(built)
    every_minute(built, 59)
    assert tries(built) == before
    built.clock.pass_by(minutes=1)
    assert exit_code(built.run()) is ExitCode.DONE
    assert len(built.transport.sent) == 1


def test_a_mailbox_that_is_no_more_is_forgotten() -> None:
    built = house()
    assert condition(built, mailbox="Spam").succeeded_at
    built.account.found = type(built.account.found)("INBOX", (), "Sent", "Drafts")
    built.run()
    assert [one.mailbox for one in built.journal.conditions()] == ["", "INBOX", "Sent"]


def test_a_run_that_a_person_ends_says_nothing_of_accounts() -> None:
    built = house()
    before = built.journal.conditions()
    failing(built)
    desk = built.desk(stop=lambda: True)
    from inboxwatch.app.run import run  # noqa: PLC0415 - the others go through the house

    assert run(desk).interrupted
    assert built.journal.conditions() == before


def test_what_was_read_is_kept_by_the_day_and_told_when_it_comes_near_the_limit() -> None:
    built = house()
    built.host = "imap.gmail.com"
    today = built.clock.now().date()
    assert built.journal.octets(today) == {}
    built.deliver(letter())
    assert built.run().limits == ()
    assert 300 < built.journal.octets(today)["support"] < 2000
    built.accounts["support"].octets = 2000 * MEGABYTE
    report = built.run()
    assert "support: 2,000 MB of the 2,500 MB were read today that Gmail allows" in told(report)
    assert exit_code(report) is ExitCode.DONE
    built.accounts["support"].octets = 1
    assert built.run().limits == ()
    built.clock.pass_by(days=1)
    built.run()
    assert built.journal.octets(built.clock.now().date()) == {"support": 1}


def test_a_dry_run_leaves_an_account_alone_as_well() -> None:
    built = house()
    built.account.fail("connect", REFUSED)
    built.run()
    before = tries(built)
    assert exit_code(built.run(dry_run=True)) is ExitCode.LOGIN
    assert tries(built) == before
