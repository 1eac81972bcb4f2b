"""``inboxwatch prune``: what goes is said before and after; too short an age is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.journal import claim, keep, record, sent
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli.outbox import show
from inboxwatch.cli.prune import prune
from inboxwatch.errors import LockHeldError, UsageError
from inboxwatch.store import lock
from inboxwatch.store.lock import hold_lock
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-fri: "09:00-18:00"}}
  open: [business]
state: {{path: state.db}}
"""
DAY = timedelta(days=1)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Mails of 200 and 50 days ago, and a reply that was sent 95 days ago."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    now = datetime.now(UTC)  # the clock of the command
    with open_journal(tmp_path / "state.db") as journal:
        for uid, days in ((1, 200), (2, 50), (3, 95)):
            at = now - days * DAY
            keep(journal, record(uid, f"a{uid}@b.example", closed="deleted", received=at), at=at)
        sent(journal, claim(3, mail_id=3, claimed_at=now - 95 * DAY))
    return path


def mails(config: Path) -> list[int]:
    with open_journal(config.with_name("state.db")) as journal:
        return [number for number in (1, 2, 3) if journal.mail(number)]


def test_a_dry_run_says_what_would_go(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prune(dry_run=True, config=config)
    told = " ".join(capsys.readouterr().out.split())
    assert "Would let go of what is older than 90d: 1 mail" in told
    assert "Nothing was changed." in told
    assert mails(config) == [1, 2, 3]


def test_what_is_older_goes(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prune(config=config)
    assert "Let go of what is older than 90d: 1 mail" in capsys.readouterr().out
    assert mails(config) == [2, 3]
    prune(config=config)
    assert "Nothing to let go of" in capsys.readouterr().out


def test_another_age_is_counted_but_a_reply_is_remembered(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prune(older_than="30d", config=config, as_json=True)
    fields = json.loads(capsys.readouterr().out)
    assert (fields["keep"], fields["dry_run"], fields["counts"]["mail"]) == ("30d", False, 2)
    assert mails(config) == [3]


def test_a_reply_whose_text_is_gone_is_shown_all_the_same(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prune(config=config)
    capsys.readouterr()
    show(1, config=config)
    assert "a3@b.example" in capsys.readouterr().out


def test_old_mail_that_waits_is_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_journal(config.with_name("state.db")) as journal:
        keep(journal, record(9, received=datetime.now(UTC) - 300 * DAY))
    prune(config=config)
    assert "1 mail as old waits in the queue" in capsys.readouterr().out


def test_by_a_clock_that_jumped_nothing_goes(config: Path) -> None:
    with open_journal(config.with_name("state.db")) as journal:
        journal.begin_run(datetime.now(UTC) - 40 * DAY, replies_enabled=True)
    with pytest.raises(UsageError, match="more than 30 days ago"):
        prune(config=config)
    assert mails(config) == [1, 2, 3]


@pytest.mark.parametrize("age", ["29d", "1h", "soon", "0d"])
def test_too_short_an_age_is_refused(age: str, config: Path) -> None:
    with pytest.raises(UsageError, match="--older-than"):
        prune(older_than=age, config=config)
    assert mails(config) == [1, 2, 3]


def test_nothing_goes_while_a_run_is_at_work(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.01)
    with hold_lock(config.with_name("state.db.lock")), pytest.raises(LockHeldError):
        prune(config=config)
    assert mails(config) == [1, 2, 3]
