"""``inboxwatch backup`` and ``restore``: what they say, and when they do nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.build import NOW
from tests.support.journal import claim, keep, record, sent
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli.backup import backup, restore
from inboxwatch.errors import LockHeldError, UsageError
from inboxwatch.model.outcome import OutboxState
from inboxwatch.store import lock
from inboxwatch.store.lock import hold_lock
from inboxwatch.store.sqlite import open_journal

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-fri: "09:00-18:00"}}
  open: [business]
state: {{path: state.db}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    with open_journal(tmp_path / "state.db") as journal:
        journal.begin_run(NOW, replies_enabled=True)
        keep(journal, record(1))
        sent(journal, claim(1), OutboxState.HELD)
    return path


def test_a_backup_needs_no_lock_and_tells_what_it_holds(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = config.with_name("copy.db")
    with hold_lock(config.with_name("state.db.lock")):
        backup(target, config=config)
    told = " ".join(capsys.readouterr().out.split())
    assert "copy.db: the state as of the run of " in told
    assert "Not in it: the configuration" in told
    backup(target, force=True, config=config, as_json=True)
    fields = json.loads(capsys.readouterr().out)
    assert fields == {
        "type": "backup",
        "file": str(target),
        "octets": target.stat().st_size,
        "as_of": fields["as_of"],
    }


def test_a_restore_tells_what_it_means_for_replies_and_where_the_state_of_before_is(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = config.with_name("copy.db")
    backup(target, config=config)
    capsys.readouterr()
    restore(target, config=config)
    told = " ".join(capsys.readouterr().out.split())
    assert "nobody whose mail is in a mailbox by the next run gets an automatic reply" in told
    assert "1 reply that waited may have gone out" in told
    assert "state.db.replaced-" in told
    restore(target, config=config, as_json=True)
    fields = json.loads(capsys.readouterr().out)
    assert {"type", "file", "as_of", "version", "unknown", "kept"} == set(fields)
    assert fields["unknown"] == 1


def test_nothing_is_restored_while_a_run_goes_on(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = config.with_name("copy.db")
    backup(target, config=config)
    before = config.with_name("state.db").read_bytes()
    monkeypatch.setattr(lock, "PATIENCE", 0.01)
    with hold_lock(config.with_name("state.db.lock")), pytest.raises(LockHeldError):
        restore(target, config=config)
    assert config.with_name("state.db").read_bytes() == before


@pytest.mark.parametrize("name", ["", "-"])
def test_a_name_that_means_no_file_is_refused(name: str, config: Path) -> None:
    """``-`` is no file of that name, and an empty one not the folder (as of an unset variable)."""
    for command in (backup, restore):
        with pytest.raises(UsageError, match="a file"):
            command(Path(name), config=config)
    assert not Path("-").exists()
