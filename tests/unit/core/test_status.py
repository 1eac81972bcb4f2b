"""How accounts stand, by what is left of the last runs, and what a monitor is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.build import NOW
from tests.support.journal import ref

from inboxwatch.core.backoff import failed, succeeded
from inboxwatch.core.status import (
    MAX_LAG,
    AccountStatus,
    Left,
    State,
    Status,
    Waiting,
    account_fields,
    account_status,
    exit_code,
    status_fields,
)
from inboxwatch.core.traffic import MEGABYTE
from inboxwatch.errors import (
    ExitCode,
    InboxwatchError,
    LoginRefusedError,
    MailboxError,
    UnreachableError,
)
from inboxwatch.model.condition import Attempt, Condition
from inboxwatch.model.outcome import PromiseRecord

MINUTE = timedelta(minutes=1)
LONG_AGO = NOW - timedelta(days=365)
REFUSED = LoginRefusedError("support refused", next_step="check the password")
DOWN = UnreachableError("support cannot be reached")


def well(mailbox: str = "", ago: timedelta = MINUTE, account: str = "support") -> Condition:
    return succeeded(Condition(account, mailbox), NOW - ago)


def down(
    error: InboxwatchError = REFUSED, mailbox: str = "", account: str = "support"
) -> Condition:
    return failed(well(mailbox, account=account), error, NOW - MINUTE, 0.0)


def stands(
    *conditions: Condition,
    name: str = "support",
    host: str = "mail.acme.example",
    quarantined: tuple[Attempt, ...] = (),
    octets: int = 0,
    stopped: str = "",
) -> AccountStatus:
    left = Left(conditions, quarantined, {"support": octets}, {"support": stopped})
    return account_status(name, host, left, NOW, MAX_LAG, LONG_AGO)


def test_an_account_that_was_read_is_well() -> None:
    found = stands(well(), well("INBOX"), well("Spam"))
    assert (found.state, found.own.lag) == (State.WELL, MINUTE)
    assert [one.condition.mailbox for one in found.mailboxes] == ["INBOX", "Spam"]
    assert exit_code([found]) is ExitCode.DONE


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (stands(), State.NEVER),
        (stands(down()), State.FAILING),
        (stands(well(), down(MailboxError("gone"), "Spam")), State.FAILING),
        (stands(well(ago=61 * MINUTE)), State.BEHIND),
        (stands(well(), well("INBOX", 61 * MINUTE)), State.BEHIND),
        (stands(well(), stopped="too many came back"), State.STOPPED),
        (stands(well(), quarantined=(Attempt(ref(1), 3, NOW, NOW),)), State.QUARANTINE),
        (stands(well(), host="imap.gmail.com", octets=2000 * MEGABYTE), State.LIMIT),
        (stands(down(), octets=1, stopped="too many"), State.FAILING),
    ],
)
def test_whatever_is_wrong_is_told_and_its_code_is_not_0(
    found: AccountStatus, state: State
) -> None:
    assert found.state is state
    assert exit_code([found]) is not ExitCode.DONE


@pytest.mark.parametrize(
    "found",
    [
        stands(well(ago=60 * MINUTE)),
        stands(well(), host="imap.gmail.com", octets=1999 * MEGABYTE),
        stands(well(), octets=9000 * MEGABYTE),
        stands(well(ago=-MINUTE)),
    ],
)
def test_what_is_at_its_bounds_is_well(found: AccountStatus) -> None:
    assert found.state is State.WELL


def test_the_code_is_that_of_all_accounts_or_3() -> None:
    refused, fine = stands(down()), stands(well())
    gone = stands(down(DOWN, account="sales"), name="sales")
    assert exit_code([refused]) is ExitCode.LOGIN
    assert exit_code([refused, refused]) is ExitCode.LOGIN
    assert exit_code([refused, gone]) is ExitCode.INCOMPLETE
    assert exit_code([refused, fine]) is ExitCode.INCOMPLETE
    assert exit_code([stands(well(), down(MailboxError("gone"), "Spam"))]) is ExitCode.INCOMPLETE


def test_of_an_account_that_fails_the_mailboxes_are_not_told_as_behind() -> None:
    found = stands(down(), well("INBOX", 300 * MINUTE))
    assert found.states == {State.FAILING}
    assert found.rests


def test_everything_that_is_wrong_is_named_the_gravest_first() -> None:
    found = stands(
        down(), quarantined=(Attempt(ref(1), 3, NOW, NOW),), stopped="too many came back"
    )
    fields = account_fields(found, NOW.tzinfo)
    assert fields["states"] == ["failing", "replies stopped", "quarantine"]


def test_an_account_as_an_object() -> None:
    found = stands(
        down(),
        well("INBOX"),
        host="imap.gmail.com",
        octets=5,
        quarantined=(Attempt(ref(7), 3, NOW, NOW, "KeyError"),),
    )
    fields = account_fields(found, NOW.tzinfo)
    assert fields["type"] == "account"
    assert fields["last_success"] == (NOW - MINUTE).isoformat()
    assert fields["lag_seconds"] == 60
    assert (fields["failures"], fields["kind"], fields["code"]) == (1, "refused", 12)
    assert (fields["error"], fields["next_step"]) == ("support refused", "check the password")
    assert fields["next_attempt"] == (NOW + 14 * MINUTE).isoformat()
    assert fields["left_alone"] is True
    assert fields["octets_today"] == 5
    assert fields["limit"] == {"provider": "Gmail", "octets": 2500 * MEGABYTE}
    assert [one["mailbox"] for one in fields["mailboxes"]] == ["INBOX"]  # type: ignore[attr-defined]
    assert fields["quarantined"] == [
        {
            "account": "support",
            "mailbox": "INBOX",
            "uidvalidity": 1,
            "uid": 7,
            "attempts": 3,
            "first_at": NOW.isoformat(),
            "last_at": NOW.isoformat(),
            "error": "KeyError",
        }
    ]


def test_the_whole_as_an_object() -> None:
    waiting = Waiting({"held": 2}, PromiseRecord(open=3, overdue=1))
    fields = status_fields(Status(NOW, (stands(down()),), waiting))
    assert fields["accounts"] == {"support": "failing"}
    assert fields["replies"] == {"held": 2}
    assert fields["promises"] == {"open": 3, "broken": 1}
    assert fields["exit_code"] == 12
