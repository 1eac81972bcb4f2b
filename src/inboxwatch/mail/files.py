"""Mail that lies in files: single mails, mbox, Maildir, folders of mails, standard input.

Memory stays flat whatever the size of a file: of each mail only the first octets are kept.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from msgspec import Struct

from inboxwatch.core.message.date import MAX_DATE, parse_date
from inboxwatch.core.message.header import split_octets
from inboxwatch.core.text import one_line
from inboxwatch.model.message import RawMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inboxwatch.model.message import Role

HEADER_LIMIT = 256 * 1024
BODY_LIMIT = 128 * 1024
"""Octets kept of a header and of a body, as many as of mail on a server (rule I08)."""

STANDARD_INPUT = "-"
_READ = HEADER_LIMIT + BODY_LIMIT + 4
_LINE = 64 * 1024
_BLOCK = 1024 * 1024
_FROM_LIMIT = 1000
_FROM_LINE = re.compile(
    rb"From +(?:\S.*\s)?(?P<date>(?:[A-Z][a-z]{2},? +)?[A-Z][a-z]{2} +\d{1,2} +\d{1,2}:\d\d.*)"
)
_CR_LINE = re.compile(rb"[^\r]*+\r|[^\r]++")
_EMPTY_LINES = frozenset({b"\n", b"\r\n", b"\r"})
_ESCAPED_FROM = re.compile(rb">+From ")
_RECEIVED = re.compile(rb"(?im)^received[ \t]*:(.*(?:\r?\n[ \t].*)*)")
_DATE = re.compile(rb"(?im)^date[ \t]*:(.*(?:\r?\n[ \t].*)*)")
_MAILDIR_FLAGS = {
    "D": "\\Draft",
    "F": "\\Flagged",
    "R": "\\Answered",
    "S": "\\Seen",
    "T": "\\Deleted",
}


class Unreadable(Struct, frozen=True):
    """A file that could not be read, and why; the next one goes on."""

    source: str
    error: str


Read = RawMessage | Unreadable


def read_mails(
    path: Path | Literal["-"], *, role: Role, at: datetime | None = None
) -> Iterator[Read]:
    """Yield every mail at ``path``, in a stable order; never raises for what lies there.

    ``path`` is a mail, an mbox, a Maildir, a folder in which all ``*.eml`` are read, or ``-``.
    ``source`` is the path, with ``#N`` (from 1) inside an mbox. ``received`` is the mbox From line
    or the Maildir file's time, else the topmost Received, else Date, else the file's own time, for
    which ``at`` stands in on standard input.
    """
    if str(path) == STANDARD_INPUT:
        yield from _stream(sys.stdin.buffer, STANDARD_INPUT, role, at)
        return
    path = Path(path)
    try:
        if not path.is_dir():
            yield from _file(str(path), role)
        elif (path / "cur").is_dir() and (path / "new").is_dir():
            yield from _maildir(path, role)
        else:
            yield from _folder(path, role)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        yield Unreadable(str(path), _why(error))


def _file(path: str, role: Role) -> Iterator[Read]:
    """A single mail, or an mbox if it begins with a From line and is not called ``*.eml``."""
    if path.lower().endswith(".eml"):
        yield _mail(path, role, _received_by_header)
        return
    with open(path, "rb") as stream:  # noqa: PTH123 - Path.open costs more than the reading
        told = os.fstat(stream.fileno())
        when = _time(told.st_mtime) if stat.S_ISREG(told.st_mode) else None
        yield from _stream(stream, path, role, when)


def _folder(path: Path, role: Role) -> Iterator[Read]:
    """All ``*.eml`` below a folder, in the order of their names."""
    found = False
    closed: list[OSError] = []
    for parent, folders, names in os.walk(path, onerror=closed.append):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(".eml"):
                found = True
                yield _mail(f"{parent}{os.sep}{name}", role, _received_by_header)
    for error in closed:
        yield Unreadable(str(error.filename), _why(error))
    if not found and not closed:
        yield Unreadable(str(path), "there is no *.eml file in it, and it is no Maildir")


def _maildir(path: Path, role: Role) -> Iterator[Read]:
    entries = [
        (name, f"{path}{os.sep}{sub}{os.sep}{name}")
        for sub in ("cur", "new")
        for name in os.listdir(path / sub)  # noqa: PTH208 - Path.iterdir costs more than reading
        if not name.startswith(".")
    ]
    for name, file in sorted(entries):
        flags = name.rpartition(":2,")[2] if ":2," in name else ""
        kept = frozenset(_MAILDIR_FLAGS[flag] for flag in flags if flag in _MAILDIR_FLAGS)
        yield _mail(file, role, _received_by_file, kept)


def _mail(
    path: str,
    role: Role,
    received: Callable[[bytes, float], datetime | None],
    flags: frozenset[str] = frozenset(),
) -> Read:
    """One regular file as one mail, read with three system calls."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            told = os.fstat(descriptor)
            if not stat.S_ISREG(told.st_mode):
                return Unreadable(path, "it is not a regular file")
            octets = os.read(descriptor, min(told.st_size or _READ, _READ))
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        return Unreadable(path, _why(error))
    header, body, skipped = split(octets)
    when = _from_line_date(octets[:skipped]) if skipped else None
    when = when or received(header, told.st_mtime)
    return RawMessage(path, role, header, body, when, told.st_size - skipped, flags)


def split(octets: bytes) -> tuple[bytes, bytes, int]:
    """Header with its last line end, body, and how many octets of an mbox From line came before."""
    skipped = 0
    if octets.startswith(b"From ") and _FROM_LINE.match(_first_line(octets)[:_FROM_LIMIT]):
        skipped = len(_first_line(octets))
        octets = octets[skipped:]
    header, body = split_octets(octets)
    return header[:HEADER_LIMIT], body[:BODY_LIMIT], skipped


def _first_line(octets: bytes) -> bytes:
    """The first line with its end, which is a CR alone only where there is no LF (rule P07)."""
    end = octets.find(b"\n") + 1 or octets.find(b"\r") + 1
    return octets[:end] if end else octets


# Streams: mbox and standard input


def _stream(stream: BinaryIO, source: str, role: Role, when: datetime | None) -> Iterator[Read]:
    try:
        first = stream.readline(_LINE)
        if _FROM_LINE.match(_first_line(first)):
            yield from _mbox(_lines(first, stream), source, role, when)
            return
        mail = _Growing()
        mail.add(first)
        for block in iter(lambda: stream.read(_BLOCK), b""):
            mail.add(block)
        yield mail.finish(source, role, when)
    except OSError as error:
        yield Unreadable(source, _why(error))


def _mbox(
    lines: Iterator[tuple[bytes, bool]], source: str, role: Role, when: datetime | None
) -> Iterator[Read]:
    """The mails of an mbox, line by line; ``>From`` becomes ``From`` again (RFC 4155, mboxrd)."""
    number, mail, blank = 1, _Growing(_from_line_date(next(lines)[0])), 0
    for line, begins in lines:
        if blank and _FROM_LINE.match(line):
            yield mail.finish(f"{source}#{number}", role, when, drop=blank)
            number, mail, blank = number + 1, _Growing(_from_line_date(line)), 0
            continue
        escaped = begins and line.startswith(b">") and _ESCAPED_FROM.match(line)
        mail.add(line[1:] if escaped else line)
        blank = len(line) if begins and line in _EMPTY_LINES else 0
    yield mail.finish(f"{source}#{number}", role, when, drop=blank)


def _lines(first: bytes, stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Lines in pieces of bounded length, and whether a piece begins a line.

    ``first`` has been read already; it tells whether lines end in CR alone.
    """
    end = b"\n" if b"\n" in first else b"\r"
    begins = True
    for piece in chain((first,), iter(lambda: stream.readline(_LINE), b"")):
        for line in (piece,) if end == b"\n" else _CR_LINE.findall(piece):
            yield line, begins
            begins = line.endswith(end)


class _Growing:
    """A mail as its octets come in: the first are kept, all are counted."""

    def __init__(self, received: datetime | None = None) -> None:
        self._received = received
        self._kept = bytearray()
        self._size = 0

    def add(self, octets: bytes) -> None:
        room = _READ - len(self._kept)
        if room > 0:
            self._kept += octets[:room]
        self._size += len(octets)

    def finish(
        self, source: str, role: Role, when: datetime | None, *, drop: int = 0
    ) -> RawMessage:
        """The mail without its last ``drop`` octets: an mbox ends each with an empty line."""
        self._size -= drop
        octets = bytes(self._kept[: self._size])
        header, body, skipped = split(octets)
        received = self._received or _dated(header) or when
        return RawMessage(source, role, header, body, received, self._size - skipped)


# Times


def _received_by_header(header: bytes, modified: float) -> datetime | None:
    return _dated(header) or _time(modified)


def _received_by_file(header: bytes, modified: float) -> datetime | None:
    del header
    return _time(modified)


def _dated(header: bytes) -> datetime | None:
    """The date of the topmost Received, else that of the first Date field."""
    if b"\n" not in header:
        header = header.replace(b"\r", b"\n")
    if received := _RECEIVED.search(header):
        when = _parsed(received[1].rpartition(b";")[2])
        if when is not None:
            return when
    written = _DATE.search(header)
    return _parsed(written[1]) if written else None


def _from_line_date(line: bytes) -> datetime | None:
    match = _FROM_LINE.match(line)
    return _parsed(match["date"]) if match else None


def _parsed(octets: bytes) -> datetime | None:
    """An aware date; one without a zone is in UTC (RFC 4155, and RFC 5322 for -0000)."""
    when = parse_date(octets[:MAX_DATE].decode("latin-1").strip())
    try:
        return when if when and when.astimezone(UTC) else None
    except OverflowError:  # beyond the ends of the calendar
        return None


def _time(modified: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(modified, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _why(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return one_line(text, 200)
