"""The lock: one run per state (rule X10). The kernel lets go of it when the process dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from inboxwatch.errors import LockHeldError, StateError
from inboxwatch.store.files import private_file, private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PID_OCTETS = 20


def lock_path(state: Path) -> Path:
    """Where the lock of a state lies: next to it, never removed."""
    return state.with_name(f"{state.name}.lock")


@contextmanager
def hold_lock(state: Path) -> Iterator[None]:
    """Hold the lock of the state at this path; its folder is made if it is missing.

    Raises LockHeldError when another run holds it, StateError when there can be no lock here.
    The file's content is the number of the process, for people: it decides nothing.
    """
    path = lock_path(state)
    private_folder(path.parent)
    private_file(path)
    descriptor = _open(path)
    try:
        _lock(descriptor, path)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise StateError(
            f"the lock {path} cannot be opened: {error.strerror}",
            next_step="check that the file and its folder belong to you",
        ) from error


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LockHeldError(
            f"already running: {_holder(descriptor)} holds the lock {path}",
            next_step="wait until it has ended; the lock goes with it, there is nothing to delete",
        ) from None
    except OSError as error:
        raise StateError(
            f"the lock {path} cannot be taken: {error.strerror}",
            next_step="keep the state on a local disk: locks are unreliable on network drives",
        ) from error


def _holder(descriptor: int) -> str:
    written = os.pread(descriptor, _PID_OCTETS, 0).strip()
    return f"process {int(written)}" if written.isdigit() else "another run"
