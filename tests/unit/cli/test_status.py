"""``inboxwatch status``: a table of 80 columns, objects for a monitor, and its exit codes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import typer
from msgspec.structs import replace
from tests.support.journal import claim, permitted, record, ref
from tests.support.journal import keep as keep_mails
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli.clock import SystemClock
from inboxwatch.cli.status import status
from inboxwatch.cli.wiring import NO_SEND_FILE, NO_SEND_VARIABLE
from inboxwatch.core.backoff import failed, succeeded
from inboxwatch.core.traffic import MEGABYTE
from inboxwatch.errors import LockHeldError, LoginRefusedError, StateError, UsageError
from inboxwatch.model.condition import Condition
from inboxwatch.model.outcome import OutboxState
from inboxwatch.ports import RunEnd
from inboxwatch.ports.records import RESTORED_KEY
from inboxwatch.store import lock
from inboxwatch.store.lock import hold_lock
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONFIG = f"""\
{ONE_ACCOUNT}  sales:
    address: sales@acme.example
    imap: {{host: imap.gmail.com, user: sales, password_env: SECRET}}
    smtp: {{host: smtp.acme.example, user: sales, password_env: SECRET}}
schedule:
  business: {{mon-fri: "09:00-18:00"}}
  open: [business]
state: {{path: state.db}}
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state in which both accounts are well; the clock stands still."""
    monkeypatch.setattr(
        SystemClock, "now", lambda _clock: NOW.astimezone(ZoneInfo("Europe/Berlin"))
    )
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    keep(path, well("support"), well("support", "INBOX"), well("sales"), octets=12 * MEGABYTE)
    return path


def well(account: str, mailbox: str = "", ago: timedelta = 2 * MINUTE) -> Condition:
    return succeeded(Condition(account, mailbox), NOW - ago)


def refused(account: str) -> Condition:
    error = LoginRefusedError(f"{account} (imap) refused user", next_step="check the password")
    return failed(well(account), error, NOW, 0.0)


def keep(config: Path, *conditions: Condition, octets: int = 0) -> None:
    journal = open_journal(config.with_name("state.db"))
    run = journal.begin_run(NOW, replies_enabled=False)
    journal.end_run(RunEnd(run.run_id, NOW, 0, conditions=conditions))
    journal.add_octets(NOW.date(), {"sales": octets})
    journal.close()


def poison(config: Path) -> None:
    journal = open_journal(config.with_name("state.db"))
    for _ in range(3):
        journal.begin_reading([ref(17)], NOW)
    journal.close()


def code(config: Path, **options: object) -> int:
    try:
        status(config, **options)  # type: ignore[arg-type]
    except typer.Exit as leaving:
        return leaving.exit_code
    return 0


def test_all_is_well(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code(config) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["account", "state", "last", "read", "next", "read", "today"]
    assert lines[1].split() == ["support", "well", "2m", "ago", "-", "0", "MB"]
    assert lines[2].split() == ["INBOX", "2m", "ago"]
    assert lines[3].split() == ["sales", "well", "2m", "ago", "-", "12", "MB", "of", "2,500", "MB"]
    assert len(lines) == 4


def test_the_table_fits_80_columns_and_names_what_to_do(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(config, refused("support"), octets=1_200 * MEGABYTE)
    poison(config)
    monkeypatch.setenv("COLUMNS", "80")
    assert code(config) == 3
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    words = " ".join(out.split())
    assert "support failing" in words
    assert "1,212 MB of 2,500 MB" in words
    assert "support: 1 failure since" in words
    assert "next: check the password" in words
    assert "at once, from a terminal: inboxwatch run --account support" in words
    assert "support/INBOX, UID 17: set aside, inboxwatch ended 3 times" in words
    assert "inboxwatch status --retry" in words


def test_all_that_fail_alike_give_their_code(config: Path) -> None:
    keep(config, refused("support"), refused("sales"))
    assert code(config) == 12
    assert code(config, account=["support"]) == 12


def test_only_the_accounts_that_are_asked_for_count(config: Path) -> None:
    keep(config, refused("support"))
    assert code(config, account=["sales"]) == 0
    assert code(config, account=["support"]) == 12
    with pytest.raises(UsageError):
        status(config, ["nobody"])


def test_a_password_file_that_was_written_since_ends_the_wait(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = config.with_name("secret")
    secret.write_text("right", "utf-8")
    secret.chmod(0o600)
    imap = "user: support, password_env: SECRET"
    text = CONFIG.replace(imap, "user: support, password_file: secret", 1)
    config.write_text(text, "utf-8")
    keep(config, refused("support"))
    for path, age in ((config, 60), (secret, 60)):
        os.utime(path, (NOW.timestamp() - age,) * 2)
    code(config, as_json=True)
    assert json.loads(capsys.readouterr().out.splitlines()[0])["left_alone"] is True
    keep(config, replace(refused("support"), failed_at=NOW - MINUTE))
    os.utime(secret, (NOW.timestamp() - 30,) * 2)
    code(config, as_json=True)
    assert json.loads(capsys.readouterr().out.splitlines()[0])["left_alone"] is False


def test_json_is_an_object_an_account_and_one_for_all(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(config, refused("support"))
    assert code(config, as_json=True) == 3
    support, sales, whole = map(json.loads, capsys.readouterr().out.splitlines())
    assert (support["account"], support["state"], support["kind"]) == (
        "support",
        "failing",
        "refused",
    )
    assert support["left_alone"] is True
    assert (sales["state"], sales["octets_today"]) == ("well", 12 * MEGABYTE)
    assert whole["accounts"] == {"support": "failing", "sales": "well"}
    assert whole["exit_code"] == 3


def test_how_long_ago_is_too_long_may_be_said(config: Path) -> None:
    keep(config, well("support", ago=50 * MINUTE))
    assert code(config) == 0
    assert code(config, max_lag=20) == 3


def test_an_account_that_no_run_has_read_is_not_well(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    third = """  third:
    address: third@acme.example
    imap: {host: imap.acme.example, user: third, password_env: SECRET}
    smtp: {host: smtp.acme.example, user: third, password_env: SECRET}
schedule:"""
    config.write_text(CONFIG.replace("schedule:", third), "utf-8")
    assert code(config) == 3
    assert "third: no run has read it yet" in capsys.readouterr().out


def test_a_limit_that_is_near_is_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(config, well("support"), octets=1990 * MEGABYTE)
    assert code(config) == 3
    out = capsys.readouterr().out
    assert "2,002 MB of 2,500 MB" in out
    assert "sales: close to what its provider lets be read in a day" in out


def test_what_else_waits_is_a_line(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = open_journal(config.with_name("state.db"))
    made = journal.claim(claim(1, state=OutboxState.HELD), permitted)
    assert made.entry
    journal.close()
    assert code(config) == 0
    assert "1 reply in the outbox (1 held): inboxwatch outbox" in capsys.readouterr().out


def test_what_a_server_said_is_printed_without_its_controls(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = LoginRefusedError("support said \x1b]0;owned\x07\x1b[2J")
    keep(config, failed(Condition("support"), error, NOW, 0.0))
    code(config)
    out = capsys.readouterr().out
    assert "owned" in out
    assert not {"\x1b", "\x07"} & set(out)


def switched_off_by_file(config: Path, _patch: pytest.MonkeyPatch) -> str:
    switch = config.with_name(NO_SEND_FILE)
    switch.touch()
    return f"the file {switch} is there"


def switched_off_by_variable(_config: Path, patch: pytest.MonkeyPatch) -> str:
    patch.setenv(NO_SEND_VARIABLE, "1")
    return f"${NO_SEND_VARIABLE} is set"


@pytest.mark.parametrize("switch", [switched_off_by_file, switched_off_by_variable])
def test_while_the_kill_switch_is_on_all_is_not_well(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    switch: Callable[[Path, pytest.MonkeyPatch], str],
) -> None:
    why = switch(config, monkeypatch)
    assert code(config) == 3
    out = capsys.readouterr().out
    assert f"nothing is sent: {why}" in " ".join(out.split())
    assert "next: find out who wanted that" in out
    assert code(config, as_json=True) == 3
    whole = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (whole["no_send"], whole["exit_code"]) == (why, 3)
    keep(config, refused("support"), refused("sales"))
    assert code(config) == 12


def test_replies_are_counted_as_outbox_lists_them(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not those whose mail is done with; those of accounts that are gone as well."""
    with open_journal(config.with_name("state.db")) as journal:
        mail_ids = keep_mails(journal, record(1, closed="moved"), record(2))
        for number, mail_id in enumerate(mail_ids, 1):
            journal.claim(claim(number, state=OutboxState.HELD, mail_id=mail_id), permitted)
        gone = claim(3, state=OutboxState.HELD, account="gone")
        assert journal.claim(gone, permitted).entry
    code(config)
    assert "2 replies in the outbox (2 held): inboxwatch outbox" in capsys.readouterr().out
    code(config, account=["support"])
    assert "1 reply in the outbox (1 held): inboxwatch outbox" in capsys.readouterr().out


def test_the_mailboxes_of_an_account_that_fails_are_not_well(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(config, refused("support"), well("support", "INBOX"))
    code(config, as_json=True)
    (box,) = json.loads(capsys.readouterr().out.splitlines()[0])["mailboxes"]
    assert box["state"] == "failing"
    code(config)
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split() == ["INBOX", "failing", "2m", "ago"]
    assert sum("failure" in line for line in lines) == 1


def test_that_the_state_was_restored_is_told_for_two_weeks(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    restored(config, NOW - timedelta(days=13))
    assert code(config) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "restored from a backup on Thu 05 Nov 2026, 10:30: mail that lay there then" in out
    assert "next: inboxwatch queue" in out
    restored(config, NOW - timedelta(days=14))
    code(config)
    assert "restored" not in capsys.readouterr().out
    code(config, as_json=True)
    whole = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert whole["restored_at"] == "2026-11-04T10:30:00+01:00"


@pytest.mark.parametrize("odd", ["", "yesterday", "2026-11-04T10:30:00"])
def test_an_odd_instant_of_a_restore_is_told(config: Path, odd: str) -> None:
    with open_journal(config.with_name("state.db")) as journal:
        journal.remember(RESTORED_KEY, odd)
    with pytest.raises(StateError, match="never writes"):
        status(config)


def restored(config: Path, at: datetime) -> None:
    with open_journal(config.with_name("state.db")) as journal:
        journal.remember(RESTORED_KEY, at.isoformat())


def test_retry_lets_mail_out_of_quarantine(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poison(config)
    assert code(config, retry=True, account=["sales"]) == 0
    assert "Nothing to do" in capsys.readouterr().out
    assert code(config) == 3
    capsys.readouterr()
    assert code(config, retry=True) == 0
    assert "1 mail will be read by the next run" in capsys.readouterr().out
    assert code(config) == 0
    capsys.readouterr()
    assert code(config, retry=True, as_json=True) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"account": "support", "retried": 0},
        {"account": "sales", "retried": 0},
    ]


def test_retry_waits_for_a_run_to_end(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    with hold_lock(config.with_name("state.db.lock")), pytest.raises(LockHeldError):
        status(config, retry=True)


def test_before_the_first_run_there_is_nothing_to_tell(config: Path) -> None:
    for name in ("state.db", "state.db-wal", "state.db-shm"):
        config.with_name(name).unlink(missing_ok=True)
    with pytest.raises(StateError, match="no run has happened yet"):
        status(config)


def test_nothing_is_written(config: Path) -> None:
    before = config.with_name("state.db").read_bytes()
    code(config)
    assert config.with_name("state.db").read_bytes() == before
    assert not Path(f"{config.with_name('state.db')}.lock").exists()
