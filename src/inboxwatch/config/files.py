"""Files that a configuration names: only regular ones are read, so that none hangs or grows."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import inboxwatch

NAME_LIMIT = 255
"""Octets of a file's or folder's name that file systems have room for."""


def read_file(path: Path, limit: int | None = None) -> bytes:
    """The octets of a regular file, at most ``limit`` of them.

    Raises OSError, with a ``strerror`` also for folders, pipes and devices: a pipe would be waited
    for, and a device may never end.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        refuse_others(os.fstat(descriptor).st_mode)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(-1 if limit is None else limit)
    finally:
        os.close(descriptor)


def refuse_others(mode: int) -> None:
    """Raise OSError with a ``strerror`` for a mode that is not that of a regular file."""
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise OSError(0, f"it is {kind}")


def expanded(path: Path) -> Path:
    """A path with ``~`` written out. Raises ValueError, with the next step, where that fails."""
    if any(len(os.fsencode(part)) > NAME_LIMIT for part in path.parts):
        raise ValueError(f"a name in the path has more than {NAME_LIMIT} octets")
    if "\0" in str(path):
        raise ValueError("the path holds a NUL character: write it without")
    try:
        return path.expanduser()
    except RuntimeError:
        user = path.parts[0]
        raise ValueError(f"{user} is no user's home folder: write the whole path") from None


def shipped_folder() -> Path:
    """Where the templates that ship with inboxwatch lie: in the wheel, else in the repository."""
    package = Path(inboxwatch.__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parents[1] / "templates"


def mark(path: Path) -> str:
    """What changes of a file whenever its content, its owner or its mode does."""
    try:
        found = path.stat()
    except OSError:
        return "missing"
    where = f"{found.st_dev}:{found.st_ino}:{found.st_mode}:{found.st_uid}"
    return f"{where}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"
