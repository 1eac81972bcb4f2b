"""Copies of a state that a killed backup, restore or dry run left: they hold mail, and go."""

from __future__ import annotations

import os
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRATCH_FOLDER = "inboxwatch-"
"""How the name of a folder with the copy for a dry run begins."""

ABANDONED = 3600.0
"""Seconds without a change after which a copy that somebody may be at work on is taken for left."""

_RANDOM = r"[a-z0-9_]{8}"
"""What ``tempfile`` puts behind a prefix."""


def prefix_of(path: Path) -> str:
    """How the name of a copy begins that is made beside a file, and gets its name in the end."""
    return f".{path.name[:40]}-"


def remove_copies(path: Path, *, older: float = ABANDONED) -> None:
    """Remove copies that were to become ``path``; at once for who holds the lock of the state."""
    pattern = re.compile(rf"{re.escape(prefix_of(path))}{_RANDOM}(?:-wal|-shm|-journal)?")
    with suppress(OSError):
        for one in list(path.parent.iterdir()):
            if pattern.fullmatch(one.name) and not one.is_dir() and _is_left(one, older):
                one.unlink(missing_ok=True)


def remove_scratch() -> None:
    """Remove the copies of dry runs of ours that were killed."""
    pattern = re.compile(rf"{re.escape(SCRATCH_FOLDER)}{_RANDOM}")
    with suppress(OSError):
        for one in list(Path(tempfile.gettempdir()).iterdir()):
            if pattern.fullmatch(one.name) and all(_is_left(x, ABANDONED) for x in _within(one)):
                rmtree(one, ignore_errors=True)


def _within(folder: Path) -> Iterator[Path]:
    """A folder and what a copy in it is made of; nothing behind a link."""
    yield folder
    if folder.is_dir() and not folder.is_symlink():
        yield from folder.glob("state.db*")


def _is_left(path: Path, older: float) -> bool:
    """Whether it is ours and nobody has changed it for so long."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and time.time() - found.st_mtime >= older
