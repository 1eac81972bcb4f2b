"""Backups: a whole copy of the state in one private file, made while runs go on, and put back.

What went out after a backup was made is unknown to it. A restored state therefore answers nobody
whose mail lies in a mailbox when that is first looked at again, and what waited in its outbox is
``unknown`` from then on: it is never sent by itself (rules X02, X07, X15).
"""

from __future__ import annotations

import os
import sqlite3
import struct
import tempfile
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.errors import StateError, UsageError
from inboxwatch.ports.records import RESTORED_KEY, UNTAKEN
from inboxwatch.store import integrity
from inboxwatch.store.database import BUSY_TIMEOUT, Database, fault_of, why
from inboxwatch.store.files import (
    private_file,
    private_folder,
    refuse_foreign_links,
    refuse_irregular,
)
from inboxwatch.store.leftovers import prefix_of, remove_copies
from inboxwatch.store.schema import APPLICATION_ID
from inboxwatch.store.sqlite import copy_state, missing, refuse_irregular_state
from inboxwatch.store.values import OddValueError, to_instant, to_micros

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

RESTORED = "it waited when the backup was made: whether it went out since then is not known"
"""What stands beside a reply of a restored state that was not settled."""

REPLACED = ".replaced-"
"""Between the name of the state and the instant at which a restore put another in its place."""

_BESIDE = ("", "-wal", "-shm", "-journal", ".lock")
_HEADER = struct.Struct(">16s2xBB48xI")
"""Of an SQLite file: its magic, the versions to write and read it, and whose it is."""
_MAGIC, _ROLLBACK = b"SQLite format 3\0", 1
_WHOLE = ("PRAGMA integrity_check(1)",)
_OTHER_BACKUP = "take another backup; the state is as it was"


class Backup(Struct, frozen=True):
    """A backup that was written, with the instant of the last run that it knows of."""

    path: Path
    octets: int
    as_of: datetime | None


class Restored(Struct, frozen=True):
    """A state that was put back: its last run, what waited, and where the one before is kept."""

    as_of: datetime | None
    version: int
    unknown: int
    kept: Path | None


def back_up(state: Path, target: Path, *, replace: bool = False) -> Backup:
    """Copy the state to one file that only its owner can read, as it is at one instant.

    The copy is looked through before it gets its name. Raises StateError where there is no state,
    it or the copy is damaged, or the file cannot be written, and UsageError for a file that is
    there, unless it is a backup and may be replaced, and for one of the state's own.
    """
    if not state.exists():
        raise missing(state)
    refuse_foreign_links(target)
    target = target.resolve()
    _refuse_own(state, target)
    with _writing(target):
        if not target.parent.is_dir():
            raise StateError(
                f"there is no folder {target.parent}", next_step="make it, or name another"
            )
        if target.exists() and not replace:
            raise UsageError(f"{target} is there already", next_step="name another, or add --force")
        refuse_irregular(target)
        _refuse_precious(target)
        remove_copies(target)
        with _scratch(target) as fresh:
            as_of = _copied(state, fresh)
            _put(fresh, target, replace=replace)
        return Backup(target, target.stat().st_size, as_of)


def restore(source: Path, state: Path, now: datetime) -> Restored:
    """Put a backup in the place of the state, which is kept beside it; for who holds the lock.

    Raises StateError for what is no state of ours, newer than this program, or damaged: nothing has
    changed then.
    """
    refuse_foreign_links(source)
    _refuse_own(state, source)
    private_folder(state.parent)
    state = state.resolve()  # the file is replaced, and not a link to it
    with _writing(source):
        if not source.exists():
            raise StateError(f"there is no file {source}", next_step="name a backup that is there")
        refuse_irregular_state(source)
        remove_copies(state, older=0)
        with _scratch(state) as fresh:
            copy_state(source, fresh)
            found = _made_ready(source, fresh, now)
            kept = _set_aside(state, now)
            _put_in_place(fresh, state, kept)
    return Restored(*found, kept)


def replaced_states(state: Path) -> tuple[Path, ...]:
    """The states that restores have put aside."""
    state = state.resolve()
    found = state.parent.glob(f"{state.name}{REPLACED}*")
    return tuple(sorted(one for one in found if not one.name.endswith(("-wal", "-shm"))))


def _refuse_own(state: Path, named: Path) -> None:
    meant = os.path.realpath(named)
    for base in (state, state.resolve()):  # SQLite's files lie beside what a link leads to
        for suffix in _BESIDE:
            if os.path.realpath(base.with_name(base.name + suffix)) == meant:
                raise UsageError(f"{named} is the state's own file", next_step="name another file")


def _refuse_precious(target: Path) -> None:
    """Refuse to replace what is there and neither empty nor a backup: it may be anything.

    An empty file is nothing, unless somebody may hold it as a lock.
    """
    if not target.exists():
        return
    with target.open("rb") as file:
        head = file.read(_HEADER.size)
    if not (_is_backup(head) if head else target.suffix != ".lock"):
        raise UsageError(
            f"{target} is no backup of inboxwatch, and stays",
            next_step="name another file: --force replaces backups only",
        )


def _is_backup(head: bytes) -> bool:
    """Whether a file begins as a backup does; a state that runs use is in WAL mode, and is none.

    Source: https://www.sqlite.org/fileformat.html, section 1.3.
    """
    if len(head) < _HEADER.size:
        return False
    magic, write, read, application = _HEADER.unpack(head)
    return (magic, write, read, application) == (_MAGIC, _ROLLBACK, _ROLLBACK, APPLICATION_ID)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StateError(
            f"{error.filename or path}: {error.strerror or error}",
            next_step="check that the folder is there, that it is yours, and that the disk has "
            "room; nothing has changed",
        ) from error


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A private file in the same folder, which is gone in the end unless it got another name."""
    try:
        descriptor, name = tempfile.mkstemp(dir=beside.parent, prefix=prefix_of(beside))
    except OSError as error:
        raise StateError(
            f"no file can be made in the folder {beside.parent}: {error.strerror or error}",
            next_step="check that the folder is yours, and that the disk has room; nothing has "
            "changed",
        ) from error
    os.close(descriptor)
    fresh = Path(name)
    try:
        yield fresh
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)


@contextmanager
def _faults(path: Path, next_step: str) -> Iterator[None]:
    try:
        yield
    except OddValueError as error:
        what = f"{path} holds {error}, which inboxwatch never writes"
        raise StateError(what, next_step=next_step or _OTHER_BACKUP) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        fault = fault_of(error)
        if fault is None:
            raise
        text = f"{path} {fault.what}{why(error, fault)}"
        raise StateError(text, next_step=next_step or fault.next_step) from error


def _open(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)


def _copied(state: Path, fresh: Path) -> datetime | None:
    """Copy in one reading transaction, which keeps nobody from writing; when the last run was."""
    with _faults(state, ""), closing(_open(state)) as source, closing(_open(fresh)) as copy:
        _refuse_foreign(source, state)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        if found := integrity.damage(copy, _WHOLE):
            raise StateError(
                f"the state {state} is damaged: {found}",
                next_step="restore the last backup; this one was not kept",
            )
        return _last_run(copy)


def _refuse_foreign(sql: sqlite3.Connection, path: Path) -> None:
    if sql.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StateError(
            f"{path} holds no state of inboxwatch",
            next_step="name a file that `inboxwatch backup` has written",
        )


def _last_run(sql: sqlite3.Connection) -> datetime | None:
    row = sql.execute("SELECT started_at FROM run ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else to_instant(row[0])


def _put(fresh: Path, target: Path, *, replace: bool) -> None:
    """Give a finished copy its name; what came there meanwhile is not replaced by accident."""
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    if not replace:
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise UsageError(
                f"{target} is there already", next_step="name another, or add --force"
            ) from None
    fresh.replace(target)
    _sync_folder(target.parent)


def _made_ready(source: Path, fresh: Path, now: datetime) -> tuple[datetime | None, int, int]:
    """Look the copy through, bring it up to date, and let it know that it was restored."""
    with _faults(source, _OTHER_BACKUP), closing(_open(fresh)) as sql:
        _refuse_foreign(sql, source)
        if found := integrity.damage(sql, _WHOLE):
            raise StateError(f"{source} is damaged: {found}", next_step=_OTHER_BACKUP)
        written = sql.execute("PRAGMA user_version").fetchone()[0]
    database = _brought_up(source, fresh, written)
    try:
        with database.writing() as sql:
            version = sql.execute("PRAGMA user_version").fetchone()[0]
            return _last_run(sql), version, _distrusted(sql, now)
    finally:
        database.close()


def _brought_up(source: Path, fresh: Path, version: int) -> Database:
    """The copy with the tables of today. Raises StateError where they are not what it says."""
    odd = f"{source} calls itself a state of version {version}, and is none"
    if version < 1:
        raise StateError(odd, next_step=_OTHER_BACKUP)
    try:
        return Database(fresh, shown=source)
    except sqlite3.OperationalError as error:
        raise StateError(f"{odd}: {error}", next_step=_OTHER_BACKUP) from error


def _distrusted(sql: sqlite3.Connection, now: datetime) -> int:
    """Nothing is answered or sent that may have been since; how many replies that concerns."""
    at = to_micros(now)
    sql.execute("UPDATE mailbox SET baseline_at = ?, baseline_uidnext = ?", (at, UNTAKEN))
    changed = sql.execute(
        """UPDATE outbox SET state = 'unknown', settled_at = ?, detail = ?, told = 1
        WHERE state IN ('sending', 'retry', 'held')""",
        (at, RESTORED),
    ).rowcount
    sql.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
        (f"note:{RESTORED_KEY}", now.isoformat()),
    )
    return changed


def _set_aside(state: Path, now: datetime) -> Path | None:
    """Rename the state, once its log is folded in, as far as it can be: that is one step.

    A log that stays is renamed after it: a crash between leaves no state. A run then begins anew
    and answers nobody. The other way about it would forget claims.
    """
    if not state.exists():
        for suffix in ("-wal", "-shm"):
            state.with_name(state.name + suffix).unlink(missing_ok=True)
        return None
    kept = _free(state.with_name(f"{state.name}{REPLACED}{now:%Y%m%d-%H%M%S}"))
    private_file(state)
    with suppress(sqlite3.Error), closing(_open(state)) as sql:  # damaged: kept as it is
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _renamed(state, kept)
    return kept


def _put_in_place(fresh: Path, state: Path, kept: Path | None) -> None:
    try:
        fresh.replace(state)
    except OSError:
        if kept is not None:
            _renamed(kept, state)
        raise
    _sync_folder(state.parent)


def _renamed(path: Path, new: Path) -> None:
    path.rename(new)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(new.with_name(new.name + suffix))


def _free(path: Path) -> Path:
    """The path, or the first with a number behind it that is not taken."""
    number, found = 1, path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
