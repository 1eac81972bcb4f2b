"""FETCH responses as imaplib records them, read by one scan below imapclient's parser.

The scan knows the items that are fetched by the thousand. Whatever else a response holds, and
however else it is written, imapclient's own parser reads. Both are taken from the range of
imapclient that ``pyproject.toml`` names; a property test compares them.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imapclient.response_parser import parse_fetch_response

from inboxwatch.mail.imap import wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    Record = list[bytes | tuple[bytes, bytes]]
    Row = dict[bytes, Any]

IMAPCLIENT = ((4, 1), (5,))
"""The versions of imapclient whose parser the scan was compared with: from, and below."""

_HEAD = re.compile(rb"([1-9]\d{0,9}) \(")
_ITEM = re.compile(
    rb"(?:(?P<number>UID|RFC822\.SIZE) (?P<value>0|[1-9]\d{0,17})"
    rb"|FLAGS \((?P<flags>(?:[\\$A-Za-z_][\\$\w.:/-]*(?: [\\$A-Za-z_][\\$\w.:/-]*)*)?)\)"
    rb'|INTERNALDATE "(?P<date>[^"\\]*)"'
    rb"|MODSEQ \((?P<modseq>0|[1-9]\d{0,18})\)"
    rb"|(?P<section>BODY\[[^\]\x00-\x1f]*\](?:<\d+>)?) "
    rb'(?:\{(?P<octets>\d{1,10})\}\Z|"(?P<quoted>[^"\\]*)"|(?P<nil>NIL)))'
)
_DATE = re.compile(
    rb" ?(\d{1,2})-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-([12]\d{3})"
    rb" (\d\d):(\d\d):(\d\d) (?!-0000)([+-])(0\d|1[0-4])([0-5]\d)"
)
_MONTHS = {
    name: number
    for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
_SPACE, _END = ord(" "), b")"


def scan(record: Record) -> Row | None:
    """One response as imapclient's parser would have it, its UID among the items; None if unsure.

    The record has as many pieces as there are literals, and a last one without.
    """
    head = _HEAD.match(record[0][0] if isinstance(record[0], tuple) else record[0])
    if head is None:
        return None
    row: Row = {b"SEQ": int(head[1])}
    at, begins = head.end(), True
    found: re.Match[bytes] | None = None
    for piece in record:
        text, literal = piece if isinstance(piece, tuple) else (piece, None)
        while at < len(text) and (begins or text[at] == _SPACE):
            found = _ITEM.match(text, at if begins else at + 1)
            if found is None or not _take(found, row, literal):
                return None
            at, begins = found.end(), False
        if literal is None:
            return row if text[at:] == _END and piece is record[-1] else None
        if found is None or at != len(text) or found["octets"] is None:
            return None
        at = 0
    return None


def _take(found: re.Match[bytes], row: Row, literal: bytes | None) -> bool:
    """Put one item into the row; whether it is what it seems."""
    kind = found.lastgroup
    if kind == "value":
        row[found["number"]] = int(found["value"])
    elif kind == "flags":
        row[b"FLAGS"] = flags = tuple(found["flags"].split())
        return b"NIL" not in flags
    elif kind == "octets":
        row[found["section"].upper()] = literal
        return literal is not None and len(literal) == int(found["octets"])
    elif kind == "date":
        row[b"INTERNALDATE"] = when = _date(found["date"])
        return when is not None
    elif kind == "modseq":
        row[b"MODSEQ"] = (int(found["modseq"]),)
    else:
        row[found["section"].upper()] = found["quoted"]
    return True


def _date(text: bytes) -> datetime | None:
    """An INTERNALDATE as RFC 9051 section 9 writes it; None for any other."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    zone = _zone(sign, int(hours), int(minutes))
    moment = (int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second))
    try:
        return datetime(*moment, tzinfo=zone)
    except ValueError:
        return None


@lru_cache(maxsize=128)
def _zone(sign: bytes, hours: int, minutes: int) -> timezone:
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == b"-" else offset)


def read(record: Record) -> tuple[Row, ...]:
    """The items of one response, by the scan or by imapclient; UID is one of them.

    A structure of thousands of parts is left out: the parser takes some 2 microseconds an octet.
    Raises whatever imapclient's parser raises at an answer that is not IMAP.
    """
    row = scan(record)
    if row is not None:
        return (row,)
    if (
        sum(len(piece[0]) if isinstance(piece, tuple) else len(piece) for piece in record)
        > MAX_TEXT
    ):
        record = without_lists(record)
        row = scan(record)
        if row is not None:
            return (row,)
    return tuple(parse_fetch_response(record, normalise_times=False, uid_is_key=False).values())


MAX_TEXT = 32 * 1024
"""Octets of a response without its literals; a BODYSTRUCTURE of 200 parts has as many."""

_TOKEN = re.compile(
    rb'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<name> ?\b(?:BODYSTRUCTURE|BODY|ENVELOPE) (?=\())|[()]'
)


def without_lists(record: Record) -> Record:
    """The same response without the structures in it, which nobody asked for among thousands."""
    kept: Record = []
    line = b""
    depth = inside = 0
    for piece in record:
        text, literal = piece if isinstance(piece, tuple) else (piece, None)
        begin = 0
        for found in _TOKEN.finditer(text):
            if found["name"] and depth == 1 and not inside:
                line += text[begin : found.start()]
                inside = 1
            elif found[0] == b"(":
                depth += 1
            elif found[0] == b")":
                depth -= 1
                if inside and depth == 1:
                    inside, begin = 0, found.end()
        if not inside:
            line += text[begin:]
        if literal is None:
            kept.append(line)
            line = b""
        elif not inside:
            kept.append((line, literal))
            line = b""
    return kept


def rows(imap: wire.Imap4, tag: bytes) -> Iterator[Row]:
    """What a FETCH brings, each response as it comes, until its tagged end.

    Nothing piles up in imaplib: a response is taken away before the next is read. Other commands
    may be on their way, and what they bring may come in between (RFC 9051 section 5.5). Raises
    RefusedError, and what a broken conversation raises (``wire.WIRE_ERRORS``).
    """
    untagged = imap.untagged_responses
    ended: dict[bytes, Any] = imap.tagged_commands
    while (end := ended[tag]) is None:
        imap._check_bye()  # noqa: SLF001 - imaplib has no other way to read one response
        imap._get_response()  # noqa: SLF001 - the same
        record = untagged.pop("FETCH", None)
        if record:
            yield from read(record)
    del ended[tag]
    typ, data = end
    if typ == "NO":
        raise wire.RefusedError(wire.text_of(data))
    if typ != "OK":
        raise wire.Failure(wire.text_of(data))
    imap._check_bye()  # noqa: SLF001 - the same
