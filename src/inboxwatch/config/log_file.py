"""The log file must be no file that inboxwatch itself reads or writes: the log would spoil it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from inboxwatch.config.checks import Fault, Written
from inboxwatch.config.files import expanded

if TYPE_CHECKING:
    from collections.abc import Iterator

ROTATED = ("", ".1", ".2", ".3")
"""What is appended to the name of the log: full ones are kept under these."""

_STATE = ("", "-wal", "-shm", "-journal", ".lock")
_CUSTOMERS = (*_STATE, "-new")
_FOLDERS = {"templates": ".j2", "phrases": ".txt"}


def log_faults(written: Written) -> Iterator[Fault]:
    """A log file that is another file as well, found whatever links lead to it."""
    names, used = _places(written)
    for what, path in used:
        if any(_same(name, path) for name in names):
            given = written.at("log").get("path")
            place = ("state", "path") if given is None else ("log", "path")
            message = f"the log would be written over {what}"
            yield Fault(place, message, "name a file that nothing else is written to or read from")
            return


def looked_at(written: Written) -> list[Path]:
    """The log, and every file that ``log_faults`` holds it against: paths that links may move."""
    names, used = _places(written)
    return [*names, *(path for _, path in used)]


def _places(written: Written) -> tuple[list[Path], list[tuple[str, Path]]]:
    """The log under all of its names, and what is read or written; nothing where one is no path."""
    base = written.source.absolute().parent
    state = _path(base, written.at("state").get("path", "state.db"))
    if state is None:
        return [], []
    given = written.at("log").get("path")
    log = state.with_name("inboxwatch.log") if given is None else _path(base, given)
    if log is None:
        return [], []
    names = [log.with_name(log.name + more) for more in ROTATED]
    return names, list(_used(written, base, state))


def _used(written: Written, base: Path, state: Path) -> Iterator[tuple[str, Path]]:
    """Every file that is read or written, with what it is."""
    yield "the configuration", written.source
    yield from (("the state", state.with_name(state.name + more)) for more in _STATE)
    customers = state.with_name(f"{state.stem}.customers.db")
    for more in _CUSTOMERS:
        yield "the imported customers", customers.with_name(customers.name + more)
    yield "the kill switch", state.with_name("no-send")
    for what, name in _named(written):
        if path := _path(base, name):
            yield what, path
    for section, suffix in _FOLDERS.items():
        if folder := _path(base, written.at(section).get("path")):
            yield from ((f"one of the {section}", one) for one in _inside(folder, suffix))


def _named(written: Written) -> Iterator[tuple[str, object]]:
    for _, name in written.listed(("customers",), "files"):
        yield "a customers file", name
    for _, section in written.logins():
        yield "a password file", section.get("password_file")
        yield "a file of certificates", section.get("ca_file")
    tests = written.data.get("tests") if isinstance(written.data, dict) else None
    for test in tests if isinstance(tests, list) else ():
        mail = test.get("mail") if isinstance(test, dict) else None
        if isinstance(mail, dict):
            yield "the mail of a test", mail.get("file")


def _inside(folder: Path, suffix: str) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.suffix == suffix]
    except OSError:  # told with its reason by who reads them
        return []


def _path(base: Path, name: object) -> Path | None:
    """A path as the configuration means it; None for what is none, which the schema tells."""
    try:
        path = base / expanded(Path(name)) if isinstance(name, str | Path) else base
    except ValueError:
        return None
    return path if path.name and path != base else None


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.realpath(one) == os.path.realpath(other) or one.samefile(other)
    except (OSError, ValueError):
        return False
