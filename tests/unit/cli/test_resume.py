"""``inboxwatch resume``: the breaker is lifted, under the lock, and what was done is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli.resume import resume
from inboxwatch.errors import LockHeldError, UsageError
from inboxwatch.store import lock
from inboxwatch.store.lock import hold_lock
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

WHY = "support: 3 replies came back within an hour, and 4 went out"
CONFIG = f"""\
{ONE_ACCOUNT}  sales:
    address: sales@acme.example
    imap: {{host: imap.acme.example, user: sales, password_env: SECRET}}
    smtp: {{host: smtp.acme.example, user: sales, password_env: SECRET}}
schedule:
  business: {{mon-fri: "09:00-18:00"}}
  open: [business]
state: {{path: state.db}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    journal = open_journal(tmp_path / "state.db")
    journal.trip("support", NOW, WHY)
    journal.close()
    return path


def stopped(config: Path) -> dict[str, str]:
    journal = open_journal(config.with_name("state.db"))
    try:
        return dict(journal.tripped())
    finally:
        journal.close()


def test_without_a_name_all_that_were_stopped_go_on(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stopped(config) == {"support": WHY}
    resume(config=config)
    told = capsys.readouterr().out
    assert "support: replies go out again" in told
    assert WHY in told
    assert stopped(config) == {}
    resume(config=config)
    assert "Nothing to do" in capsys.readouterr().out


def test_one_that_was_not_stopped_is_said_to_be_none(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resume(["sales"], config)
    assert "sales: its replies were not stopped" in capsys.readouterr().out
    assert stopped(config) == {"support": WHY}


def test_as_json_an_account_a_line(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    resume(["support", "sales"], config, as_json=True)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"account": "support", "resumed": True, "why": WHY},
        {"account": "sales", "resumed": False, "why": None},
    ]


def test_an_account_that_is_not_there_resumes_nothing(config: Path) -> None:
    with pytest.raises(UsageError, match="elsewhere"):
        resume(["support", "elsewhere"], config)
    assert stopped(config) == {"support": WHY}


def test_nobody_resumes_while_a_run_holds_the_lock(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.01)
    with hold_lock(config.with_name("state.db.lock")), pytest.raises(LockHeldError):
        resume(config=config)
    assert stopped(config) == {"support": WHY}
