"""The journal on disk: one SQLite file, opened for good or as a scratch copy for a dry run."""

from __future__ import annotations

import errno
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from inboxwatch.errors import StateError
from inboxwatch.store.attempts import AttemptsPart
from inboxwatch.store.breaker import BreakerPart
from inboxwatch.store.cases import CasesPart
from inboxwatch.store.conditions import ConditionsPart
from inboxwatch.store.corrections import CorrectionsPart
from inboxwatch.store.database import Database
from inboxwatch.store.files import (
    private_file,
    private_folder,
    refuse_foreign_links,
    refuse_irregular,
    tighten,
)
from inboxwatch.store.forgetting import ForgettingPart
from inboxwatch.store.goodwill import GoodwillPart
from inboxwatch.store.keeping import KeepingPart
from inboxwatch.store.ledger import LedgerPart
from inboxwatch.store.leftovers import SCRATCH_FOLDER
from inboxwatch.store.looks import LooksPart
from inboxwatch.store.mails import MailsPart
from inboxwatch.store.outbox import OutboxPart
from inboxwatch.store.people import PeoplePart
from inboxwatch.store.reports import ReportsPart
from inboxwatch.store.runs import RunsPart
from inboxwatch.store.surges import SurgesPart
from inboxwatch.store.sweeps import SweepsPart
from inboxwatch.store.traffic import TrafficPart

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_COPY_ATTEMPTS = 10


class SqliteJournal(
    RunsPart,
    MailsPart,
    LooksPart,
    OutboxPart,
    LedgerPart,
    BreakerPart,
    SurgesPart,
    CasesPart,
    GoodwillPart,
    CorrectionsPart,
    PeoplePart,
    ReportsPart,
    SweepsPart,
    KeepingPart,
    ForgettingPart,
    ConditionsPart,
    AttemptsPart,
    TrafficPart,
):
    """``ports.Journal`` over one SQLite file; to be used in the thread that opened it."""

    def __init__(self, database: Database, scratch: TemporaryDirectory[str] | None = None) -> None:
        super().__init__(database)
        self._scratch = scratch

    def close(self) -> None:
        """Let go of the file; a scratch copy is removed. Never raises."""
        self._database.close()
        if self._scratch is not None:
            with suppress(OSError):
                self._scratch.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_journal(path: Path, *, create: bool = True) -> SqliteJournal:
    """Open the state at ``path``, private to its owner (rule T06), migrated, safe against crashes.

    Raises StateError when it is missing and not to be created, damaged, not ours, newer than this
    program, unwritable, or reached through a symbolic link of another user (rules X15, T06).
    """
    if not create and not path.exists():
        raise missing(path)
    private_folder(path.parent)
    private_file(path)
    refuse_irregular_state(path)
    for name in (f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(OSError):
            tighten(path.with_name(name))
    return SqliteJournal(Database(path))


def scratch_journal(path: Path, *, create: bool = True) -> SqliteJournal:
    """Open a private copy of the state at ``path``, empty if there is none, for a dry run.

    Nothing at ``path`` or beside it changes. Not for a process that has the same state open: the
    copying would drop the locks SQLite holds for it. Raises StateError as ``open_journal`` does.
    """
    refuse_foreign_links(path)
    there = _is_there(path)
    if not there and not create:
        raise missing(path)
    refuse_irregular_state(path)
    scratch = _scratch_folder()
    copy = Path(scratch.name) / "state.db"
    try:
        private_file(copy)
        if there:
            copy_state(path, copy)
        return SqliteJournal(Database(copy, shown=path), scratch)
    except BaseException:
        scratch.cleanup()
        raise


def refuse_irregular_state(path: Path) -> None:
    """Raise StateError where the state, or a file that belongs to it, is no regular file."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        refuse_irregular(path.with_name(name))


def _scratch_folder() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix=SCRATCH_FOLDER)
    except OSError as error:
        raise StateError(
            f"no folder for a copy of the state can be made: {error.strerror}",
            next_step="make room in the folder for temporary files, or set TMPDIR to another one",
        ) from error


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise StateError(
            f"the state {path} cannot be looked at: {error.strerror}",
            next_step="check that its folder is yours",
        ) from error


def copy_state(path: Path, copy: Path) -> None:
    """Copy database and write-ahead log so that they belong together.

    The log only ever grows by whole transactions, and starts again only after its content was
    written to the database: a database that did not change meanwhile fits the log read after it.
    """
    for _ in range(_COPY_ATTEMPTS):
        with suppress(FileNotFoundError):
            if _copied_at_rest(path, copy):
                return
    raise StateError(
        f"the state {path} is being written all the time",
        next_step="wait until the other run has ended, then try again",
    )


def _copied_at_rest(path: Path, copy: Path) -> bool:
    log, log_copy = (one.with_name(f"{one.name}-wal") for one in (path, copy))
    try:
        before = _stamp(path)
        shutil.copyfile(path, copy)
        log_copy.unlink(missing_ok=True)
        if log.exists():
            shutil.copyfile(log, private_file(log_copy))
        return _stamp(path) == before
    except FileNotFoundError:
        raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        what = "does not fit on the disk a second time" if full else "cannot be read"
        raise StateError(
            f"the state {path} {what}: {error.strerror or error}",
            next_step=f"make room in {copy.parent}; nothing has changed"
            if full
            else "check that the file and its folder belong to you",
        ) from error


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def missing(path: Path) -> StateError:
    """What there is to say where no state is."""
    return StateError(
        f"no run has happened yet: there is no state at {path}",
        next_step="`inboxwatch run` makes one at its first run; if there was one, check state.path",
    )
