"""The lock: one run per state (rule X10). The kernel lets go of it when the process dies."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from inboxwatch.errors import LockHeldError, StateError
from inboxwatch.store.files import private_file, private_folder, refuse_irregular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 10.0
"""Seconds that what a person asks for waits until a run has ended."""

_STEP = 0.1
"""Seconds between two looks whether the lock is free: the kernel's own waiting has no end."""

_PID_OCTETS = 20


@contextmanager
def hold_lock(path: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock file at ``path``, which lies next to the state and is never removed.

    While it is held its content is the number of the process, for people: it decides nothing.
    Raises LockHeldError when another run holds it, still after ``patience`` seconds, and StateError
    when there can be no lock here.
    """
    private_folder(path.parent)
    private_file(path)
    descriptor = _open(path)
    try:
        _lock(descriptor, path, fcntl.LOCK_EX, patience)
        with _signature(descriptor):
            yield
    finally:
        os.close(descriptor)


@contextmanager
def respect_lock(path: Path, patience: float = 0.0) -> Iterator[None]:
    """Keep runs out while somebody looks, as a dry run does: nothing is made and nothing written.

    Several may look at once. Raises as ``hold_lock`` does; without a lock file nothing runs.
    """
    if not path.exists():
        yield
        return
    descriptor = _open(path, os.O_RDONLY)
    try:
        _lock(descriptor, path, fcntl.LOCK_SH, patience)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _signature(descriptor: int) -> Iterator[None]:
    with suppress(OSError):  # a full disk: the lock holds without a word in it
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    try:
        yield
    finally:
        with suppress(OSError):
            os.ftruncate(descriptor, 0)


def _open(path: Path, mode: int = os.O_RDWR) -> int:
    refuse_irregular(path)
    try:
        return os.open(path, mode | os.O_CLOEXEC)
    except OSError as error:
        raise StateError(
            f"the lock {path} cannot be opened: {error.strerror}",
            next_step="check that the file and its folder belong to you",
        ) from error


def _lock(descriptor: int, path: Path, kind: int, patience: float) -> None:
    until = time.monotonic() + patience
    try:
        while not _is_taken(descriptor, kind):
            if time.monotonic() >= until:
                raise _held(_holder(descriptor), path, patience)
            time.sleep(_STEP)
    except OSError as error:
        raise StateError(
            f"the lock {path} cannot be taken: {error.strerror}",
            next_step="keep the state on a local disk: locks are unreliable on network drives",
        ) from error


def _is_taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _held(holder: str, path: Path, patience: float) -> LockHeldError:
    if not patience:
        return LockHeldError(
            f"already running: {holder} holds the lock {path}",
            next_step="wait until it has ended; the lock goes with it, there is nothing to delete",
            expected=True,
        )
    return LockHeldError(
        f"nothing was changed and nothing sent: {holder} holds the lock {path}, still after "
        f"{patience:g} seconds",
        next_step="give the same command again when it has ended; the lock goes with it, there is "
        "nothing to delete",
    )


def _holder(descriptor: int) -> str:
    written = os.pread(descriptor, _PID_OCTETS, 0).strip()
    return f"process {int(written)}" if written.isdigit() else "another run"
