"""Backups: whole, private, sound, never over a file by accident; and what a restore distrusts."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import claim, keep, permitted, record, sent

from inboxwatch.errors import ExitCode, StateError, UsageError
from inboxwatch.model.customer import Customer
from inboxwatch.model.outcome import OutboxState
from inboxwatch.ports.records import RESTORED_KEY, UNTAKEN
from inboxwatch.store.backup import RESTORED, back_up, replaced_states, restore
from inboxwatch.store.customer_import import importing
from inboxwatch.store.database import Database
from inboxwatch.store.schema import MIGRATIONS
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

LATER = NOW + timedelta(days=2)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state with a mail, a reply that was sent, and one of each kind that waits."""
    path = tmp_path / "house" / "state.db"
    with open_journal(path) as journal:
        journal.begin_run(NOW, replies_enabled=True)
        keep(journal, *(record(uid) for uid in range(1, 6)))
        for uid, how in enumerate(("SENT", "RETRY", "HELD", "DRAFTED"), 1):
            sent(journal, claim(uid), OutboxState[how])
        journal.claim(claim(5), permitted)
    return path


def entries(path: Path) -> dict[str, OutboxState]:
    with open_journal(path, create=False) as journal:
        return {one.reply_key: one.state for one in journal.outbox(list(OutboxState))}


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def test_a_backup_is_one_private_file_with_all_that_was_committed(
    state: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    before = os.umask(0)
    try:
        with open_journal(state) as journal:  # in the middle of a run
            keep(journal, record(9, subject="not yet in the file itself"))
            done = back_up(state, target)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert done.octets == target.stat().st_size
    assert done.as_of == NOW
    assert names(tmp_path) == {"house", "copy.db"}
    with open_journal(target, create=False) as journal:
        assert journal.mail(6) is not None


def test_what_is_not_committed_is_not_in_it_and_nobody_waits(state: Path, tmp_path: Path) -> None:
    database = Database(state)
    with database.writing() as sql:
        sql.execute("DELETE FROM outbox")
        back_up(state, tmp_path / "copy.db")
    database.close()
    assert len(entries(tmp_path / "copy.db")) == 5
    assert entries(state) == {}


def test_a_backup_that_is_there_is_replaced_only_when_told(state: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    back_up(state, target)
    before = target.read_bytes()
    with open_journal(state) as journal:
        keep(journal, record(9))
    with pytest.raises(UsageError, match="is there already") as caught:
        back_up(state, target)
    assert "--force" in caught.value.next_step
    assert target.read_bytes() == before
    target.chmod(0o644)
    back_up(state, target, replace=True)
    assert target.read_bytes() != before
    assert len(entries(target)) == 5
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    target.write_bytes(b"")
    back_up(state, target, replace=True)
    assert len(entries(target)) == 5


def _customers(path: Path) -> None:
    with importing(path, print, NOW) as into:
        into.add(Customer("c-1", "Ann", ("ann@x.example",)), "x.csv", 2)


def _other_state(path: Path) -> None:
    with open_journal(path) as journal:
        keep(journal, record(1))


PRECIOUS = {
    "config.yaml": lambda path: path.write_text("accounts: []"),
    "password": lambda path: path.write_text("x"),
    "state.customers.db.lock": lambda path: path.touch(),
    "state.customers.db": _customers,
    "other-state.db": _other_state,
}


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("name", PRECIOUS)
def test_what_is_no_backup_is_never_replaced(
    name: str, linked: bool, state: Path, tmp_path: Path
) -> None:
    named = target = tmp_path / name
    PRECIOUS[name](target)
    if linked:
        named = tmp_path / "latest.db"
        named.symlink_to(target)
    before = target.read_bytes()
    with pytest.raises(UsageError, match=f"{name} is no backup") as caught:
        back_up(state, named, replace=True)
    assert "--force replaces backups only" in caught.value.next_step
    assert target.read_bytes() == before
    assert not [one for one in names(tmp_path) if one.startswith(".")]


def test_a_hard_link_to_the_state_is_no_backup(state: Path, tmp_path: Path) -> None:
    (tmp_path / "hard.db").hardlink_to(state)
    with pytest.raises(UsageError, match="no backup"):
        back_up(state, tmp_path / "hard.db", replace=True)
    assert len(entries(state)) == 5


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_nor_over_what_a_link_to_the_state_leads_to(
    state: Path, tmp_path: Path, suffix: str
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(state)
    own = state.with_name(state.name + suffix)
    with open_journal(state) as journal:
        keep(journal, record(9))
        with pytest.raises(UsageError, match="the state's own"):
            back_up(link, own, replace=True)
        with pytest.raises(UsageError, match="the state's own"):
            restore(own, link, NOW)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", ".lock"])
def test_a_backup_never_goes_over_the_state_itself(state: Path, suffix: str) -> None:
    own = state.with_name(state.name + suffix)
    with pytest.raises(UsageError, match="the state's own"):
        back_up(state, own, replace=True)
    with pytest.raises(UsageError, match="the state's own"):
        restore(own, state, NOW)


def test_a_damaged_state_leaves_no_backup(state: Path, tmp_path: Path) -> None:
    with open_journal(state) as journal:
        keep(journal, *(record(uid, subject="x" * 1000) for uid in range(10, 110)))
    octets = bytearray(state.read_bytes())
    start = octets.index(b"x" * 1000) // 8192 * 8192
    octets[start : start + 4096] = b"\xa5" * 4096
    state.write_bytes(octets)
    with pytest.raises(StateError, match=r"state\.db is damaged"):
        back_up(state, tmp_path / "copy.db")
    assert names(tmp_path) == {"house"}


def test_without_a_state_or_a_folder_there_is_nothing_to_do(state: Path, tmp_path: Path) -> None:
    with pytest.raises(StateError, match="no run has happened yet"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    with pytest.raises(StateError, match=r"there is no folder .*/nowhere$"):
        back_up(state, tmp_path / "nowhere" / "copy.db")
    with pytest.raises(StateError, match="not a regular file"):
        back_up(state, tmp_path, replace=True)
    assert names(tmp_path) == {"house"}


def test_a_restore_puts_back_what_was_and_keeps_the_state_of_before(
    state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    with open_journal(state) as journal:
        keep(journal, record(8, subject="after the backup"))
    done = restore(tmp_path / "copy.db", state, LATER)
    assert done.as_of == NOW
    assert done.version == MIGRATIONS[-1].version
    assert done.kept == state.with_name("state.db.replaced-" + f"{LATER:%Y%m%d-%H%M%S}")
    assert replaced_states(state) == (done.kept,)
    assert {stat.S_IMODE(one.stat().st_mode) for one in state.parent.iterdir()} == {0o600}
    with open_journal(state, create=False) as journal:
        assert journal.mail(6) is None
    with open_journal(done.kept, create=False) as journal:
        assert journal.mail(6) is not None
    again = restore(tmp_path / "copy.db", state, LATER)
    assert again.kept is not None
    assert again.kept.name.endswith("-2")
    assert not [name for name in names(state.parent) if name.startswith(".")]


def as_killed(state: Path, folder: Path) -> Path:
    """A copy of the state as a killed process leaves it: its last mail is in the log alone."""
    with open_journal(state) as journal:
        keep(journal, record(8, subject="in the log alone"))
        for suffix in ("", "-wal"):
            copy = folder / f"killed.db{suffix}"
            copy.write_bytes(state.with_name(state.name + suffix).read_bytes())
    killed = folder / "killed.db"
    killed.chmod(0o600)
    return killed


def test_a_state_that_was_killed_is_kept_with_the_log_that_belongs_to_it(
    state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    killed = as_killed(state, tmp_path)
    done = restore(tmp_path / "copy.db", killed, LATER)
    assert done.kept is not None
    with open_journal(done.kept, create=False) as journal:
        assert journal.mail(6) is not None
    with open_journal(killed, create=False) as journal:
        assert journal.mail(6) is None


def test_a_restore_that_is_killed_between_its_renames_loses_nothing_of_the_state(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(state, tmp_path / "copy.db")
    killed = as_killed(state, tmp_path)
    rename = type(killed).rename

    def once(path: Path, target: Path) -> None:
        rename(path, target)
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.rename", once)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "copy.db", killed, LATER)
    monkeypatch.undo()
    assert restore(tmp_path / "copy.db", killed, LATER).kept is None
    (kept,) = replaced_states(killed)
    with open_journal(kept, create=False) as journal:
        assert journal.mail(6) is not None


def test_a_backup_is_as_of_the_latest_run_even_if_the_clock_was_ahead(
    state: Path, tmp_path: Path
) -> None:
    with open_journal(state) as journal:
        journal.begin_run(LATER + timedelta(days=365), replies_enabled=True)
        journal.begin_run(LATER, replies_enabled=True)
        assert journal.last_run() == LATER
    assert back_up(state, tmp_path / "copy.db").as_of == LATER
    _odd_run(state)
    with pytest.raises(StateError, match="holds 'x' for an instant"):
        back_up(state, tmp_path / "copy.db", replace=True)


def test_what_waited_is_unknown_and_every_baseline_is_taken_anew(
    state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    done = restore(tmp_path / "copy.db", state, LATER)
    assert done.unknown == 3
    assert entries(state) == {
        "key-1": OutboxState.SENT,
        "key-2": OutboxState.UNKNOWN,
        "key-3": OutboxState.UNKNOWN,
        "key-4": OutboxState.DRAFTED,
        "key-5": OutboxState.UNKNOWN,
    }
    with open_journal(state, create=False) as journal:
        assert journal.recover(LATER) == ()  # it was told when it was restored
        entry = journal.entry(2)
        assert entry is not None
        assert entry.detail == RESTORED
        mark = journal.mailbox("support", "INBOX")
        assert mark is not None
        assert (mark.uidnext, mark.baseline_uidnext, mark.baseline_at) == (6, UNTAKEN, LATER)
        assert journal.remembered(RESTORED_KEY) == LATER.isoformat()


def test_the_copies_that_a_killed_restore_left_go_with_the_next(
    state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    state.with_name(".state.db-abcd1234").write_bytes(state.read_bytes())
    done = restore(tmp_path / "copy.db", state, LATER)
    assert done.kept is not None
    assert names(state.parent) == {"state.db", done.kept.name}


def test_a_folder_that_takes_no_file_is_named(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / ".copy.db-x"))

    monkeypatch.setattr("tempfile.mkstemp", fail)
    with pytest.raises(StateError, match=rf"in the folder {tmp_path}: Permission denied"):
        back_up(state, tmp_path / "copy.db")


def test_a_disk_that_is_full_is_called_so(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(state, tmp_path / "copy.db")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", fail)
    with pytest.raises(StateError, match="does not fit on the disk") as caught:
        restore(tmp_path / "copy.db", state, LATER)
    assert f"make room in {state.parent}" in caught.value.next_step


def test_a_lost_state_is_restored_where_none_is(state: Path, tmp_path: Path) -> None:
    back_up(state, tmp_path / "copy.db")
    new = tmp_path / "new" / "state.db"
    assert restore(tmp_path / "copy.db", new, LATER).kept is None
    assert stat.S_IMODE(new.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert len(entries(new)) == 5


def test_a_state_behind_a_link_of_ones_own_stays_behind_it(state: Path, tmp_path: Path) -> None:
    back_up(state, tmp_path / "copy.db")
    link = tmp_path / "link.db"
    link.symlink_to(state)
    done = restore(tmp_path / "copy.db", link, LATER)
    assert link.is_symlink()
    assert done.kept is not None
    assert done.kept.parent == state.parent
    assert replaced_states(link) == (done.kept,)
    (tmp_path / "latest.db").symlink_to(tmp_path / "copy.db")
    back_up(link, tmp_path / "latest.db", replace=True)
    assert (tmp_path / "latest.db").is_symlink()


def test_a_restore_that_fails_at_the_last_step_leaves_the_state(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(state, tmp_path / "copy.db")

    def fail(_self: object, _target: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(StateError, match="Input/output error"):
        restore(tmp_path / "copy.db", state, LATER)
    assert len(entries(state)) == 5
    assert names(state.parent) == {"state.db"}


def test_a_damaged_state_is_no_obstacle(state: Path, tmp_path: Path) -> None:
    back_up(state, tmp_path / "copy.db")
    state.write_bytes(b"no database at all")
    done = restore(tmp_path / "copy.db", state, LATER)
    assert done.kept is not None
    assert done.kept.read_bytes() == b"no database at all"
    assert len(entries(state)) == 5


def _foreign(path: Path) -> None:
    sql = sqlite3.connect(path)
    sql.execute("CREATE TABLE other (x)")
    sql.close()


def _newer(path: Path) -> None:
    sql = sqlite3.connect(path)
    sql.execute("PRAGMA user_version = 9999")
    sql.close()


def _versioned(path: Path, version: int) -> None:
    sql = sqlite3.connect(path)
    sql.execute(f"PRAGMA user_version = {version:d}")
    sql.close()


def _odd_run(path: Path) -> None:
    sql = sqlite3.connect(path)
    sql.execute("UPDATE run SET started_at = 'x'")
    sql.commit()
    sql.close()


def _damaged(path: Path) -> None:
    octets = bytearray(path.read_bytes())
    octets[8192 * 3 : 8192 * 3 + 4096] = b"\xa5" * 4096
    path.write_bytes(octets)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 8192 * 4])


BAD = {
    "holds no state": lambda path: (path.unlink(), _foreign(path)),
    "holds no state of": lambda path: path.write_bytes(b""),
    "is not a database": lambda path: path.write_bytes(b"Dear customer, " * 1000),
    "is newer than this program": _newer,
    "state of version 0, and is none": lambda path: _versioned(path, 0),
    "state of version -1, and is none": lambda path: _versioned(path, -1),
    "version 1, and is none: dup": lambda path: _versioned(path, 1),
    "holds 'x' for an instant": _odd_run,
    "is damaged": _damaged,
    "damaged": _cut,
    "there is no file": lambda path: path.unlink(),
}


@pytest.mark.parametrize("told", BAD)
def test_what_is_no_sound_state_of_ours_changes_nothing(
    told: str, state: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    back_up(state, copy)
    BAD[told](copy)
    before = state.read_bytes()
    with pytest.raises(StateError, match=told) as caught:
        restore(copy, state, LATER)
    assert caught.value.code == ExitCode.STATE
    assert state.read_bytes() == before
    assert names(state.parent) == {"state.db"}


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(state: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.touch(0o600)
    Database(old, MIGRATIONS[:2]).close()
    assert restore(old, state, LATER).version == MIGRATIONS[-1].version
    assert entries(state) == {}
