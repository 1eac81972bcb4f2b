"""Rule X15: a state that is damaged stops, and looking for it costs little."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import claim, keep, permitted, record, sent

from inboxwatch.errors import ExitCode, StateError
from inboxwatch.model.outcome import OutboxState
from inboxwatch.store.database import Database
from inboxwatch.store.sqlite import open_journal, scratch_journal

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

HOUR = timedelta(hours=1)


def run(path: Path, now: datetime) -> None:
    with open_journal(path) as journal:
        journal.begin_run(now, replies_enabled=True)


def fill(path: Path) -> None:
    """So many mails that a run does not come across each page of them."""
    with open_journal(path) as journal:
        keep(journal, *(record(uid, subject="x" * 1000) for uid in range(1, 101)))


def damage(path: Path) -> None:
    """One page in the middle of the mails is overwritten."""
    octets = bytearray(path.read_bytes())
    start = octets.index(b"x" * 1000) // 8192 * 8192
    octets[start : start + 4096] = b"\xa5" * 4096
    path.write_bytes(octets)


def lose_an_index_entry(path: Path) -> None:
    """A row is written while an index of the outbox leaves it out."""
    whole = "CREATE INDEX outbox_state ON outbox (state)"
    _write_schema(path, whole + " WHERE state = 'never'")
    with open_journal(path) as journal:
        journal.claim(claim(1), permitted)
    _write_schema(path, whole)


def _write_schema(path: Path, index: str) -> None:
    sql = sqlite3.connect(path, isolation_level=None)
    sql.execute("PRAGMA writable_schema = ON")
    sql.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'outbox_state'", (index,))
    sql.close()


def test_a_damaged_state_stops_the_first_run_of_a_day(path: Path) -> None:
    fill(path)
    run(path, NOW)
    damage(path)
    run(path, NOW + 23 * HOUR)
    for _ in range(2):
        with pytest.raises(StateError, match=r"state\.db is damaged") as caught:
            run(path, NOW + 24 * HOUR)
    assert caught.value.code == ExitCode.STATE
    assert "restore it from a backup" in caught.value.next_step


def test_a_sound_state_is_looked_at_again_after_a_day(path: Path) -> None:
    for hours in (0, 24, 48):
        run(path, NOW + hours * HOUR)
    fill(path)
    damage(path)
    run(path, NOW + 71 * HOUR)
    with pytest.raises(StateError, match="is damaged"):
        run(path, NOW + 72 * HOUR)


def test_a_clock_that_was_wrong_does_not_put_the_look_off(path: Path) -> None:
    fill(path)
    run(path, NOW + 9000 * HOUR)
    damage(path)
    with pytest.raises(StateError, match="is damaged"):
        run(path, NOW)


def test_after_damage_was_met_nothing_goes_on(path: Path) -> None:
    fill(path)
    run(path, NOW)
    damage(path)
    database = Database(path)
    with pytest.raises(StateError, match="is damaged"), database.reading() as sql:
        sql.execute("SELECT SUM(length(decision)) FROM mail").fetchall()
    database.close()
    with pytest.raises(StateError, match="is damaged"):
        run(path, NOW + HOUR)


def test_an_outbox_that_an_index_does_not_know_is_damaged(path: Path) -> None:
    run(path, NOW)
    lose_an_index_entry(path)
    with pytest.raises(StateError, match="outbox_state"):
        run(path, NOW + 24 * HOUR)


def test_a_person_cannot_send_from_a_damaged_state(path: Path) -> None:
    fill(path)
    with open_journal(path) as journal:
        entry = sent(journal, claim(1), OutboxState.HELD)
    damage(path)
    with open_journal(path) as journal:
        with pytest.raises(StateError, match="is damaged"):
            journal.take(entry.id, [OutboxState.HELD], NOW)
        assert journal.entry(entry.id) is not None


def test_a_dry_run_names_the_state_and_not_its_copy(path: Path) -> None:
    fill(path)
    damage(path)
    with scratch_journal(path) as scratch, pytest.raises(StateError) as caught:
        scratch.begin_run(NOW, replies_enabled=True)
    assert str(path) in caught.value.message


def test_a_state_that_died_before_it_had_tables_begins_anew(path: Path) -> None:
    path.touch()
    path.with_name("state.db-wal").write_bytes(b"left behind")
    run(path, NOW)
