"""Private files and folders: the state, its lock, logs and reports hold mail (rule T06)."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from inboxwatch.errors import ReportFileError, StateError

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_OTHERS = 0o077
_ROOT = 0


def private_folder(path: Path) -> Path:
    """Make a folder, and what is missing above it, that only its owner can enter.

    A folder that is there already keeps its mode. Raises StateError when it cannot be made, is
    no folder, or is reached through a symbolic link of another user.
    """
    refuse_foreign_links(path)
    with _os_errors(path):
        for missing in reversed([one for one in (path, *path.parents) if not one.exists()]):
            missing.mkdir(FOLDER_MODE, exist_ok=True)
        if not path.is_dir():
            raise NotADirectoryError(0, "it is not a folder")
    return path


def private_file(path: Path) -> Path:
    """Make sure of a file that only its owner can read, empty if it was missing.

    An existing file is never opened, only its mode is tightened: closing it would drop the locks
    that SQLite holds on it in this process. Raises StateError as ``private_folder`` does.
    """
    refuse_foreign_links(path)
    with _os_errors(path):
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
        except FileExistsError:
            tighten(path)
    return path


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all; what was there is replaced.

    Raises ReportFileError, also for a link and for what is there and no regular file.
    """
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise OSError(0, "it is a link, or no regular file")  # noqa: TRY301 - told as below
        _replace(path, content)
    except OSError as error:
        raise ReportFileError(
            f"{path} could not be written: {error.strerror or error}",
            next_step="name a file in a folder that is there and that you may write to",
        ) from error


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def tighten(path: Path) -> None:
    """Take a file's rights away from everybody but its owner. Raises OSError."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is not a regular file")
    if found.st_mode & _OTHERS:
        path.chmod(FILE_MODE)


def refuse_irregular(path: Path) -> None:
    """Raise StateError for what is there and no regular file, after following links.

    A pipe would be waited for, and a device may never end: a copy of it would fill the disk.
    """
    with _os_errors(path), suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(0, "it is not a regular file")


def refuse_foreign_links(path: Path) -> None:
    """Raise StateError if a symbolic link of another user leads to ``path``; root is trusted."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links
    with _os_errors(path):
        for step in (absolute, *absolute.parents):
            if step.is_symlink() and step.lstat().st_uid not in (_ROOT, os.geteuid()):
                raise StateError(
                    f"{path}: {step} is a symbolic link that belongs to another user",
                    next_step="point state.path to a folder of your own",
                )


@contextmanager
def _os_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StateError(
            f"{path} cannot be used: {error.strerror or error}",
            next_step="check that the path is right and that its folder is yours and writable",
        ) from error
