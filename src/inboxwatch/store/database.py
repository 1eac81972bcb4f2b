"""The connection to the state: opening it safely, transactions, and what its errors mean."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from inboxwatch.errors import StateError
from inboxwatch.store import integrity
from inboxwatch.store.schema import APPLICATION_ID, MIGRATIONS
from inboxwatch.store.values import OddValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from inboxwatch.store.schema import Migration

_Given = TypeVar("_Given")

BUSY_TIMEOUT = 30.0
"""Seconds that a statement waits for another process to finish its transaction."""

_WAL_ATTEMPTS = 10

_PAGE_OCTETS = 8192
"""A mail with its decision is 2 to 5 KB: two or three of them share a page of this size."""

_CHECKPOINT_PAGES = 4000
"""When the write-ahead log is folded in: not after every batch of a first run."""

_REPLACE_IT = (
    "restore it from a backup, or move it away together with its -wal and -shm files: the next "
    "run then begins anew with a baseline and answers nobody"
)
_CHECK_RIGHTS = "check that the file and its folder belong to you and that the disk is writable"

_CHECK_DISK = "see whether the disk is full; if it is not, check it and the system's log"


class Fault(Struct, frozen=True):
    """What an error of SQLite, by the beginning of its name, means to a user."""

    name: str
    what: str
    next_step: str


_DAMAGED = "SQLITE_CORRUPT"

FAULTS = (
    Fault("SQLITE_NOTADB", "is not a database", _REPLACE_IT),
    Fault(_DAMAGED, "is damaged", _REPLACE_IT),
    Fault("SQLITE_READONLY", "cannot be written", _CHECK_RIGHTS),
    Fault("SQLITE_CANTOPEN", "cannot be opened", _CHECK_RIGHTS),
    Fault("SQLITE_PERM", "cannot be opened", _CHECK_RIGHTS),
    Fault("SQLITE_BUSY", "is in use by another process", "wait for it to end and try again"),
    Fault("SQLITE_FULL", "does not fit on the disk", "make room on the disk and try again"),
    Fault("SQLITE_TOOBIG", "cannot hold a value this long", "report this as a bug"),
    Fault("SQLITE_IOERR", "cannot be read or written", _CHECK_DISK),
)


_NO_TEXT = Fault(_DAMAGED, "is damaged: it holds text that is not UTF-8", _REPLACE_IT)


_NO_TABLE = Fault(_DAMAGED, "is damaged: it lacks what inboxwatch made in it", _REPLACE_IT)


class _Guard(Generic[_Given]):
    """A block that is given something, and whose errors are told in words for a user."""

    def __init__(self, told: Callable[[BaseException], StateError | None], given: _Given) -> None:
        self._told = told
        self._given = given

    def __enter__(self) -> _Given:
        return self._given

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        told = None if error is None else self._told(error)
        if told is not None:
            raise told from error


class Database:
    """One connection to the state at ``path``, its tables up to date, private to one thread.

    Messages call it ``shown``, where ``path`` is but a copy. Raises StateError for everything that
    ``FAULTS`` names, and for values that were never written, when opening and in every transaction.
    """

    def __init__(
        self,
        path: Path,
        migrations: tuple[Migration, ...] = MIGRATIONS,
        *,
        shown: Path | None = None,
    ) -> None:
        self.path = shown or path
        self._faults = _Guard(self._told, None)
        self._snapshot: _Guard[sqlite3.Connection] | None = None
        unclean = _left_behind(path)
        with self._faults:
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=BUSY_TIMEOUT,
                isolation_level=None,
            )
        try:
            self._prepare(migrations, check=unclean)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, migrations: tuple[Migration, ...], *, check: bool) -> None:
        sql = self._connection
        with self._faults:
            self._refuse_foreign(migrations[-1].version)
            sql.execute(f"PRAGMA page_size = {_PAGE_OCTETS:d}")  # of an empty database only
            sql.execute("PRAGMA auto_vacuum = INCREMENTAL")  # as above, or once it is written anew
            sql.execute("PRAGMA secure_delete = ON")  # what is deleted is mail
            if sql.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                self._switch_to_wal()
            sql.execute("PRAGMA synchronous = FULL")
            sql.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES:d}")
            sql.execute("PRAGMA foreign_keys = ON")
            if check:  # damage is to be expected where a run did not end well
                self._refuse_damage(integrity.QUICK)
        self._migrate(migrations)

    def check(self, now: datetime) -> None:
        """Look for damage, unless that was done within a day before; raises StateError (X15)."""
        with self.reading() as sql:
            if not integrity.is_due(sql, now):
                return
            self._refuse_damage(integrity.THOROUGH)
        with self.writing() as sql:
            integrity.note_sound(sql, now)

    def _refuse_damage(self, checks: tuple[str, ...]) -> None:
        if found := integrity.damage(self._connection, checks):
            raise StateError(f"the state {self.path} is damaged: {found}", next_step=_REPLACE_IT)

    def _refuse_foreign(self, newest: int) -> None:
        with self.reading() as sql:  # all at one instant: another process may just be making it
            application = sql.execute("PRAGMA application_id").fetchone()[0]
            tables = sql.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
            version = self._version()
        if application != APPLICATION_ID and (application or tables):
            raise StateError(
                f"{self.path} is a database of another program",
                next_step="point state.path to a file of its own",
            )
        if version > newest:
            raise StateError(
                f"the state {self.path} has version {version} and is newer than this program, "
                f"which knows versions up to {newest}",
                next_step="update inboxwatch, or use the version that wrote this state",
            )

    def _switch_to_wal(self) -> None:
        """Several processes may open a new state at once: the later ones find it switched.

        SQLite does not wait for this lock by itself, but it does for that of a transaction.
        """
        for attempts_left in reversed(range(_WAL_ATTEMPTS)):
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not (attempts_left and error.sqlite_errorname.startswith("SQLITE_BUSY")):
                    raise
                with self.writing():
                    continue
            return

    def _migrate(self, migrations: tuple[Migration, ...]) -> None:
        if self._version() == migrations[-1].version:
            return
        with self.writing() as sql:
            version = self._version()
            for migration in migrations:
                if migration.version > version:
                    for statement in migration.statements:
                        sql.execute(statement)
                    sql.execute(f"PRAGMA user_version = {migration.version:d}")
            sql.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that no other process can come between; durable once it is left."""
        return self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def noting(self) -> Iterator[sqlite3.Connection]:
        """The same, for what a later run finds out again if the power fails before it is on disk.

        It outlives this process all the same, and is on disk once anything is that is written
        afterwards.
        """
        sql = self._connection
        with self._faults:
            sql.execute("PRAGMA synchronous = NORMAL")
            try:
                with self.writing():
                    yield sql
            finally:
                sql.execute("PRAGMA synchronous = FULL")

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that sees one state of everything: that of the ``snapshot``, within one."""
        return self._snapshot or self._transaction("BEGIN")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One state for every ``reading`` meanwhile; nothing can be written before its end.

        An error of what else is done meanwhile is none of the state's.
        """
        sql = self._connection
        with self._faults:
            sql.execute("BEGIN")
        self._snapshot = _Guard(self._told, sql)
        try:
            yield
        finally:
            self._snapshot = None
            with self._faults:
                if sql.in_transaction:
                    sql.execute("COMMIT")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        sql = self._connection
        with self._faults:
            sql.execute(begin)
            try:
                yield sql
                sql.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if sql.in_transaction:
                    sql.execute("ROLLBACK")
                raise

    def _told(self, error: BaseException) -> StateError | None:
        """An error in the words of ``FAULTS``; None for what is none of the state."""
        if isinstance(error, OddValueError):
            return StateError(
                f"the state {self.path} holds {error.what}, which inboxwatch never writes",
                next_step=_REPLACE_IT,
            )
        if not isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError):
            return None
        fault = fault_of(error)
        if fault is None:
            return None
        if fault.name == _DAMAGED:
            integrity.distrust(self._connection)
        return StateError(
            f"the state {self.path} {fault.what}{why(error, fault)}", next_step=fault.next_step
        )

    def shrink(self, pages: int, *, anew: bool) -> int:
        """Give up to so many free pages back (0 for all); the octets of the state afterwards.

        A state that was made without room for that is written anew where ``anew`` says so and a
        quarter of it is free: for that the disk has to hold it twice.
        """
        with self._faults:
            sql = self._connection
            if self._pragma("auto_vacuum"):
                sql.executescript(f"PRAGMA incremental_vacuum({pages:d})")  # a step gives one page
            elif anew and self._pragma("freelist_count") * 4 > self._pragma("page_count"):
                sql.execute("PRAGMA auto_vacuum = INCREMENTAL")
                sql.execute("VACUUM")
            return self._pragma("page_count") * self._pragma("page_size")

    def rewrite(self) -> None:
        """Write the file anew and empty the log: of what was deleted, nothing is left in either."""
        with self._faults:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    def close(self) -> None:
        """Fold the write-ahead log in and let go. Never raises."""
        with suppress(sqlite3.Error):
            self._connection.close()


def fault_of(error: sqlite3.Error | UnicodeDecodeError) -> Fault | None:
    """The row of ``FAULTS`` for an error; None for what can only be a bug of ours.

    What we write is UTF-8. Python tells other text in a column by its words alone, and in a message
    of SQLite's by an error of its own.
    """
    if isinstance(error, UnicodeDecodeError) or "Could not decode to UTF-8" in str(error):
        return _NO_TEXT
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_ERROR" and str(error).startswith("no such "):
        return _NO_TABLE
    return next((fault for fault in FAULTS if name.startswith(fault.name)), None)


def why(error: sqlite3.Error | UnicodeDecodeError, fault: Fault) -> str:
    """What SQLite says of a fault, to stand behind it; not where that would quote mail."""
    return "" if fault is _NO_TEXT else f": {error}"


def _left_behind(path: Path) -> bool:
    """Whether a write-ahead log lies there: the last process did not close, or one is at work."""
    log = path.with_name(f"{path.name}-wal")
    try:
        return log.stat().st_size > 0
    except OSError:
        return False
