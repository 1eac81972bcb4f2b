from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import claim, keep, permitted, record

from inboxwatch.errors import StateError
from inboxwatch.model.outcome import OutboxState
from inboxwatch.store import sqlite
from inboxwatch.store.database import Database
from inboxwatch.store.schema import MIGRATIONS, Migration
from inboxwatch.store.sqlite import open_journal, scratch_journal

if TYPE_CHECKING:
    from pathlib import Path


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_folder_and_files_are_private(tmp_path: Path) -> None:
    state = tmp_path / "a" / "state.db"
    with open_journal(state) as journal:
        keep(journal, record(1))
        assert modes(state.parent) == {
            "state.db": 0o600,
            "state.db-wal": 0o600,
            "state.db-shm": 0o600,
        }
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
    assert modes(state.parent) == {"state.db": 0o600}


@pytest.mark.parametrize("name", ["state.db", "state.db-wal", "state.db-shm"])
@pytest.mark.parametrize("kind", ["device", "pipe", "folder"])
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, name: str, kind: str) -> None:
    state, odd = tmp_path / "state.db", tmp_path / "odd"
    open_journal(state).close()
    (tmp_path / name).unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(odd)
    elif kind == "folder":
        odd.mkdir()
    (tmp_path / name).symlink_to("/dev/zero" if kind == "device" else odd)
    for opening in (open_journal, scratch_journal):
        with pytest.raises(StateError, match="it is not a regular file"):
            opening(state)


def test_a_state_that_others_could_read_is_tightened(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    open_journal(state).close()
    state.chmod(0o644)
    with open_journal(state) as journal:
        keep(journal, record(1))
        assert set(modes(tmp_path).values()) == {0o600}


def test_everything_outlives_the_connection(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with open_journal(state) as journal:
        secret = journal.secret()
        keep(journal, record(1, pending=True))
        journal.claim(claim(2), permitted)
    with open_journal(state, create=False) as journal:
        assert journal.secret() == secret
        assert journal.pending("support", "INBOX", 1) == (1,)
        assert len(journal.outbox([OutboxState.SENDING])) == 1


def test_two_states_have_two_secrets(tmp_path: Path) -> None:
    with open_journal(tmp_path / "a.db") as one, open_journal(tmp_path / "b.db") as other:
        assert one.secret() != other.secret()


def test_a_missing_state_is_not_made_when_it_should_not(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="there is no state at") as caught:
        open_journal(tmp_path / "new" / "state.db", create=False)
    assert caught.value.next_step
    assert list(tmp_path.iterdir()) == []


def test_a_deleted_state_is_a_first_run(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with open_journal(state) as journal:
        keep(journal, record(1))
    state.unlink()
    with open_journal(state) as journal:
        assert journal.mailbox("support", "INBOX") is None


def test_an_empty_file_is_a_first_run(tmp_path: Path) -> None:
    (tmp_path / "state.db").touch()
    with open_journal(tmp_path / "state.db") as journal:
        assert journal.begin_run(NOW, replies_enabled=True).previous_at is None


def test_a_folder_in_the_place_of_the_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.db").mkdir()
    with pytest.raises(StateError, match="cannot be used"):
        open_journal(tmp_path / "state.db")


def test_a_scratch_copy_shows_the_state_and_changes_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with open_journal(state) as journal:
        keep(journal, record(1))
        secret = journal.secret()
    before = snapshot(tmp_path)
    with scratch_journal(state) as scratch:
        assert len(scratch.open_mails()) == 1
        assert scratch.secret() == secret
        keep(scratch, record(2))
        scratch.claim(claim(2), permitted)
        assert snapshot(tmp_path) == before
    assert snapshot(tmp_path) == before


def test_a_scratch_copy_includes_what_only_the_log_holds(tmp_path: Path) -> None:
    live, crashed = tmp_path / "live", tmp_path / "crashed"
    crashed.mkdir()
    with open_journal(live / "state.db") as journal:
        keep(journal, record(1))
        for name in ("state.db", "state.db-wal"):
            (crashed / name).write_bytes((live / name).read_bytes())
    before = snapshot(crashed)
    with scratch_journal(crashed / "state.db") as scratch:
        assert len(scratch.open_mails()) == 1
    assert snapshot(crashed) == before


def test_a_scratch_journal_without_a_state_is_empty_and_makes_none(tmp_path: Path) -> None:
    with scratch_journal(tmp_path / "none" / "state.db") as scratch:
        assert scratch.mailbox("support", "INBOX") is None
        keep(scratch, record(1))
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_copy_is_private_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    scratch = scratch_journal(tmp_path / "state.db")
    (folder,) = tmp_path.iterdir()
    keep(scratch, record(1))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes(folder).values()) == {0o600}
    scratch.close()
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_copy_of_a_newer_state_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.db"
    state.touch()
    Database(state, (*MIGRATIONS, Migration(99, ()))).close()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with pytest.raises(StateError, match="newer than this program"):
        scratch_journal(state)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_state_that_changes_while_it_is_copied_is_copied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.db"
    with open_journal(state) as journal:
        keep(journal, record(1))
    stamps = iter([(1, 1, 1), (1, 1, 2), (1, 1, 3), (1, 1, 3)])
    monkeypatch.setattr(sqlite, "_stamp", lambda _: next(stamps))
    with scratch_journal(state) as scratch:
        assert len(scratch.open_mails()) == 1
    assert list(stamps) == []


def test_a_log_that_vanishes_during_copying_is_not_laid_over_the_newer_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, copied = tmp_path / "live", tmp_path / "copied"
    copied.mkdir()
    with open_journal(live / "state.db") as journal:
        keep(journal, record(1))
        for name in ("state.db", "state.db-wal"):
            (copied / name).write_bytes((live / name).read_bytes())
        keep(journal, record(2))

    def ended_meanwhile() -> int:
        (copied / "state.db").write_bytes((live / "state.db").read_bytes())
        (copied / "state.db-wal").unlink()
        return 2

    stamps = iter([lambda: 1, ended_meanwhile, lambda: 2, lambda: 2])
    monkeypatch.setattr(sqlite, "_stamp", lambda _: next(stamps)())
    with scratch_journal(copied / "state.db") as scratch:
        assert len(scratch.open_mails()) == 2


def test_a_state_that_never_rests_cannot_be_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.db"
    open_journal(state).close()
    stamps = iter(range(1000))
    monkeypatch.setattr(sqlite, "_stamp", lambda _: next(stamps))
    with pytest.raises(StateError, match="being written all the time"):
        scratch_journal(state)
