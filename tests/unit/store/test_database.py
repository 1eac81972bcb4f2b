from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from inboxwatch.errors import ExitCode, StateError
from inboxwatch.store.database import FAULTS, Database, fault_of
from inboxwatch.store.files import private_file
from inboxwatch.store.schema import MIGRATIONS, Migration

if TYPE_CHECKING:
    from pathlib import Path

NEXT = MIGRATIONS[-1].version + 1
LATER = (
    *MIGRATIONS,
    Migration(NEXT, ("ALTER TABLE mail ADD COLUMN more TEXT", "CREATE TABLE extra (id INTEGER)")),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return private_file(tmp_path / "state.db")


def pragma(database: Database, name: str) -> object:
    with database.reading() as sql:
        return sql.execute(f"PRAGMA {name}").fetchone()[0]


def tables(database: Database) -> set[str]:
    with database.reading() as sql:
        return {row[0] for row in sql.execute("SELECT name FROM sqlite_master WHERE type='table'")}


def make(path: Path, *statements: str) -> None:
    sql = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        sql.execute(statement)
    sql.close()


def test_a_state_is_durable_and_checks_its_references(path: Path) -> None:
    database = Database(path)
    assert pragma(database, "journal_mode") == "wal"
    assert pragma(database, "synchronous") == 2
    assert pragma(database, "foreign_keys") == 1
    assert pragma(database, "busy_timeout") == 30_000
    assert pragma(database, "user_version") == MIGRATIONS[-1].version
    database.close()


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [one.version for one in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_an_older_state_is_migrated_and_keeps_what_it_has(path: Path) -> None:
    old = Database(path, MIGRATIONS[:1])
    with old.writing() as sql:
        sql.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    old.close()
    new = Database(path, LATER)
    assert "extra" in tables(new)
    with new.reading() as sql:
        assert sql.execute("SELECT value FROM meta WHERE key = 'kept'").fetchone() == ("yes",)
    new.close()
    Database(path, LATER).close()  # a second time there is nothing to do


def test_a_migration_that_fails_leaves_the_state_as_it_was(path: Path) -> None:
    Database(path).close()
    broken = (*MIGRATIONS, Migration(NEXT, ("CREATE TABLE extra (id INTEGER)", "NONSENSE")))
    with pytest.raises(sqlite3.OperationalError):
        Database(path, broken)
    database = Database(path)
    assert "extra" not in tables(database)
    assert pragma(database, "user_version") == MIGRATIONS[-1].version
    database.close()


def test_a_newer_state_is_refused_and_left_alone(path: Path) -> None:
    Database(path, LATER).close()
    before = path.read_bytes()
    with pytest.raises(
        StateError, match=f"version {NEXT} and is newer than this program"
    ) as caught:
        Database(path)
    assert caught.value.code == ExitCode.STATE
    assert "update inboxwatch" in caught.value.next_step
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statements",
    [("CREATE TABLE theirs (id INTEGER)",), ("PRAGMA application_id = 7",)],
    ids=["tables", "application id"],
)
def test_a_database_of_another_program_is_left_alone(
    path: Path, statements: tuple[str, ...]
) -> None:
    make(path, *statements)
    before = path.read_bytes()
    with pytest.raises(StateError, match="another program"):
        Database(path)
    assert path.read_bytes() == before


def test_what_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"From ann@customer.example\n" * 500)
    with pytest.raises(StateError, match="is not a database") as caught:
        Database(path)
    assert "begins anew with a baseline and answers nobody" in caught.value.next_step


def damaged(path: Path) -> None:
    """A state of many pages, one of which has been overwritten."""
    database = Database(path)
    with database.writing() as sql:
        sql.executemany(
            "INSERT INTO meta VALUES (?, ?)", [(f"k{n}", "x" * 200) for n in range(500)]
        )
    database.close()
    octets = bytearray(path.read_bytes())
    octets[-8192:-4096] = b"\xa5" * 4096
    path.write_bytes(octets)


def test_damage_is_looked_for_after_a_run_that_did_not_end_well(path: Path) -> None:
    damaged(path)
    Database(path).close()  # a clean end: nothing is read that is not needed
    path.with_name("state.db-wal").write_bytes(b"left behind")
    with pytest.raises(StateError, match="is damaged"):
        Database(path)


def test_damage_that_is_met_on_the_way_is_said(path: Path) -> None:
    damaged(path)
    database = Database(path)
    with pytest.raises(StateError, match="is damaged"), database.reading() as sql:
        sql.execute("SELECT COUNT(*), SUM(length(value)) FROM meta").fetchall()
    database.close()


def test_a_crash_is_no_damage(path: Path, tmp_path: Path) -> None:
    database = Database(path)
    with database.writing() as sql:
        sql.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    crashed = tmp_path / "crashed.db"
    shutil.copyfile(path, crashed)
    shutil.copyfile(path.with_name("state.db-wal"), crashed.with_name("crashed.db-wal"))
    database.close()
    again = Database(crashed)
    with again.reading() as sql:
        assert sql.execute("SELECT value FROM meta").fetchall() == [("yes",)]
    again.close()


def test_a_disk_that_is_full_is_said_and_nothing_is_half_written(path: Path) -> None:
    database = Database(path)
    with database.reading() as sql:
        pages = sql.execute("PRAGMA page_count").fetchone()[0]
    with database.reading() as sql:
        sql.execute(f"PRAGMA max_page_count = {pages + 2}")
    rows = [(f"k{number}", "x" * 4000) for number in range(100)]
    with pytest.raises(StateError, match="does not fit on the disk"), database.writing() as sql:
        sql.executemany("INSERT INTO meta VALUES (?, ?)", rows)
    with database.reading() as sql:
        assert sql.execute("SELECT COUNT(*) FROM meta").fetchone() == (0,)
    database.close()


def test_a_state_that_cannot_be_written_is_said(path: Path) -> None:
    database = Database(path)
    with database.reading() as sql:
        sql.execute("PRAGMA query_only = ON")
    with pytest.raises(StateError, match="cannot be written"), database.writing() as sql:
        sql.execute("INSERT INTO meta VALUES ('a', 'b')")
    database.close()


def test_a_missing_file_is_never_made_by_sqlite(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be opened"):
        Database(tmp_path / "missing.db")
    assert list(tmp_path.iterdir()) == []


def test_a_path_is_a_path_and_no_uri(tmp_path: Path) -> None:
    path = private_file(tmp_path / "a?mode=memory #1%41.db")
    Database(path).close()
    assert path.stat().st_size > 0


def interrupted_after(_: object) -> None:
    raise KeyboardInterrupt


def test_an_error_inside_a_transaction_takes_everything_back(path: Path) -> None:
    database = Database(path)
    with pytest.raises(KeyboardInterrupt), database.writing() as sql:
        interrupted_after(sql.execute("INSERT INTO meta VALUES ('a', 'b')"))
    with database.writing() as sql:
        assert sql.execute("SELECT COUNT(*) FROM meta").fetchone() == (0,)
    database.close()


def count(database: Database) -> int:
    with database.reading() as sql:
        return int(sql.execute("SELECT COUNT(*) FROM meta").fetchone()[0])


def test_a_snapshot_is_one_state_whatever_others_write(path: Path) -> None:
    database, other = Database(path), Database(path)
    with database.snapshot():
        assert count(database) == 0
        with other.writing() as sql:
            sql.execute("INSERT INTO meta VALUES ('a', 'b')")
        assert count(database) == 0
    assert count(database) == 1
    database.close()
    other.close()


def test_nothing_is_written_within_a_snapshot(path: Path) -> None:
    database = Database(path)
    with (
        pytest.raises(sqlite3.OperationalError),
        database.snapshot(),
        database.writing() as sql,
    ):
        sql.execute("INSERT INTO meta VALUES ('a', 'b')")
    assert count(database) == 0
    database.close()


def test_a_snapshot_tells_the_faults_of_the_state_and_no_others(path: Path) -> None:
    database = Database(path)
    with (
        pytest.raises(StateError, match="is damaged"),
        database.snapshot(),
        database.reading() as sql,
    ):
        sql.execute("SELECT * FROM nowhere")
    with pytest.raises(UnicodeDecodeError), database.snapshot():
        b"\xff".decode("utf-8")
    with database.writing() as sql:  # neither left a transaction behind
        sql.execute("INSERT INTO meta VALUES ('a', 'b')")
    assert count(database) == 1
    database.close()


def test_what_is_noted_stays_and_what_comes_after_it_is_durable_again(path: Path) -> None:
    database, other = Database(path), Database(path)
    with database.noting() as sql:
        assert sql.execute("PRAGMA synchronous").fetchone() == (1,)
        sql.execute("INSERT INTO meta VALUES ('a', 'b')")
    assert count(other) == 1
    with pytest.raises(KeyboardInterrupt), database.noting() as sql:
        interrupted_after(sql.execute("INSERT INTO meta VALUES ('c', 'd')"))
    assert count(other) == 1
    assert pragma(database, "synchronous") == 2
    database.close()
    other.close()


def test_closing_twice_is_fine(path: Path) -> None:
    database = Database(path)
    database.close()
    database.close()


def test_every_fault_has_a_next_step_and_a_bug_is_none() -> None:
    assert all(fault.what and fault.next_step for fault in FAULTS)
    assert fault_of(sqlite3.OperationalError("no such table: mail")) is None
