"""The header of a mail: fields by name, the trace in its order, and encoded words.

One pass over bounded octets, since the standard library's parser takes seconds or recurses on
headers made for it (rules P01 to P03).
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message import charset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_BLOCK = 256 * 1024
"""Octets of one header block that are read."""
MAX_FIELDS = 1000
MAX_VALUE = 64 * 1024
"""Octets of one field that are kept."""
MAX_NAME = 200
MAX_DECODED = 8 * 1024
"""Characters of one value in which encoded words are looked for."""

FILTER_FIELDS = frozenset(
    {
        "x-amavis-alert",
        "x-barracuda-spam-status",
        "x-forefront-antispam-report",
        "x-gm-phishy",
        "x-gm-spam",
        "x-proofpoint-spam-details",
        "x-rspamd-action",
        "x-spam-flag",
        "x-spam-hits",
        "x-spam-score",
        "x-spam-status",
        "x-spamd-result",
        "x-ui-filterresults",
        "x-virus-status",
        "x-yahoofilteredbulk",
    }
)
"""Where filters say what they made of a mail (rule S25); it matters at which hop they stand."""

_RESULTS = "authentication-results"
_TRACE = frozenset({"received", _RESULTS}) | FILTER_FIELDS
OF_THE_WRITER = frozenset({"date", "from", "message-id", "mime-version", "subject", "to"})
"""Fields that the writer's program makes."""

_WHITE = " \t\r\n"
_SUBSTITUTE = "\x1a"
_EMPTY_LINE = re.compile(rb"\n\r*+\n")
_EMPTY_CR_LINE = re.compile(rb"\r\r")
_BEGINS_EMPTY = {b"\n": re.compile(rb"\r*+\n"), b"\r": re.compile(rb"\r")}
_CR_BEFORE_LF = re.compile(r"\r++\n")
_NAME = re.compile(r"[!-9;-~]+")
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\n]*)\?=")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


class Header(Struct, frozen=True):
    """The fields of one header block: lower-case names to all values, and what was wrong."""

    fields: Mapping[str, tuple[str, ...]]
    trace: tuple[tuple[str, str], ...] = ()
    defects: tuple[str, ...] = ()

    def first(self, name: str) -> str:
        """The first instance of a field by its lower-case name, or the empty string."""
        values = self.fields.get(name)
        return values[0] if values else ""


def split_octets(octets: bytes) -> tuple[bytes, bytes]:
    """A mail as (header, body), without the empty line between (RFC 5322 2.1, rule P07).

    Lines may end in CRLF, LF or CR alone, the last only where there is no LF: elsewhere it is a
    character of a value, and nothing right before LF. Without an empty line everything is header.
    """
    if b"\n" not in octets and b"\r" in octets:
        return _split_at(octets, _EMPTY_CR_LINE, b"\r")
    return _split_at(octets, _EMPTY_LINE, b"\n")


def _split_at(octets: bytes, separator: re.Pattern[bytes], end: bytes) -> tuple[bytes, bytes]:
    if begins := _BEGINS_EMPTY[end].match(octets):
        return b"", octets[begins.end() :]
    match = separator.search(octets)
    return (octets[: match.start() + 1], octets[match.end() :]) if match else (octets, b"")


def read_header(octets: bytes) -> Header:
    """Read a header block; any octets give a Header (rules P01, P05 to P07).

    A CR alone ends a line only where no line ends in LF: elsewhere it is a character in a value,
    and must not become a field that the mail server never saw. It becomes SUB, and so does NUL: if
    they vanished, what only looks like a trusted server's name would become it (rule S03).
    """
    defects: list[str] = []
    if len(octets) >= MAX_BLOCK:  # what reads mail stops there: more may have followed
        octets = octets[:MAX_BLOCK]
        defects.append("header-truncated")
    if b"\0" in octets:
        octets = octets.replace(b"\0", _SUBSTITUTE.encode())
        defects.append("nul")
    found = _fields(octets, defects)
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in found:
        fields[name] = (*fields[name], value) if name in fields else (value,)
    own = _writers_own(found)
    trace = [
        one
        for place, one in enumerate(found)
        if (one[0] in _TRACE or one[0].startswith("arc-")) and (place < own or one[0] != _RESULTS)
    ]
    return Header(fields, tuple(trace), tuple(dict.fromkeys(defects)))


def _writers_own(found: Sequence[tuple[str, str]]) -> int:
    """Where the fields of the writer's program begin: servers put theirs on top (RFC 8601 5).

    Results of authentication below them are the writer's own words (rule S03).
    """
    places = (place for place, (name, _) in enumerate(found) if name in OF_THE_WRITER)
    return next(places, len(found))


def _fields(octets: bytes, defects: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for number, line in enumerate(_unfolded(octets, defects)):
        written, colon, value = line.partition(":")
        name = _field_name(written) if colon and len(written) < MAX_NAME else ""
        if name:
            if len(value) > MAX_VALUE:
                value = value[:MAX_VALUE]
                defects.append("header-truncated")
            if len(found) >= MAX_FIELDS:
                defects.append("header-truncated")
                break
            found.append((name, value.strip(_WHITE)))
        elif line.strip() and not (number == 0 and line.startswith(("From ", ">From "))):
            defects.append("header-garbage")
    return found


@lru_cache(maxsize=1024)
def _field_name(written: str) -> str:
    """The name in lower case, or nothing: white space after it is obsolete (RFC 5322 4.5).

    There it is no name of results of authentication: a server may have let that pass (rule S03).
    """
    name = written.rstrip(" \t")
    if not _NAME.fullmatch(name):
        return ""
    lowered = name.lower()
    return "" if lowered == _RESULTS and name != written else lowered


def _unfolded(octets: bytes, defects: list[str]) -> list[str]:
    if octets.isascii():
        return _logical_lines(octets.decode("ascii"))
    defects.append("8-bit-header")
    try:
        return _logical_lines(charset.normalise_field(octets.decode()))
    except UnicodeDecodeError:
        lines = _logical_lines(octets.decode("latin-1"))
        return [charset.normalise_field(_utf8_or_latin1(line)) for line in lines]


def _logical_lines(text: str) -> list[str]:
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "\r" in text:
        text = _CR_BEFORE_LF.sub("\n", text)
        text = text.replace("\r", _SUBSTITUTE if "\n" in text else "\n")
    return text.replace("\n ", " ").replace("\n\t", "\t").split("\n")


def _utf8_or_latin1(line: str) -> str:
    if line.isascii():
        return line
    try:
        return line.encode("latin-1").decode()
    except UnicodeDecodeError:
        return line


def decode_words(text: str) -> str:
    """Decode encoded words (RFC 2047) to one clean line; never raises (rules P03, P04, F15).

    Words next to each other in one charset are decoded as one, since senders cut characters in
    half; what cannot be decoded stays as it is written.
    """
    if "=?" not in text:
        return charset.one_line(text[:MAX_DECODED])
    return charset.one_line("".join(_decoded(text[:MAX_DECODED])))


def _decoded(text: str) -> Iterator[str]:
    pending: list[bytes] = []
    label = ""
    end = 0
    for match in _WORD.finditer(text):
        octets = _word_octets(match[2], match[3])
        between = text[end : match.start()]
        adjoining = end > 0 and not between.strip()
        if pending and not (adjoining and octets is not None and match[1].lower() == label):
            yield charset.decode(b"".join(pending), label)
            pending = []
        if not adjoining or octets is None:
            yield between
        end = match.end()
        if octets is None:
            yield match[0]
        else:
            pending.append(octets)
            label = match[1].lower()
    if pending:
        yield charset.decode(b"".join(pending), label)
    yield text[end:]


def _word_octets(encoding: str, text: str) -> bytes | None:
    octets = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return _HEX.sub(lambda match: bytes((int(match[1], 16),)), octets.replace(b"_", b" "))
    return base64_octets(octets)


def base64_octets(octets: bytes) -> bytes | None:
    """Decode base64 that may lack its padding or its end; None when it is no base64 (rule P08).

    What follows the padding is ignored, as list servers append plain text to encoded parts.
    """
    packed = octets.translate(None, b" \t\r\n")
    data, padding, _ = packed.partition(b"=")
    if _NOT_BASE64.search(data):
        return None
    if not padding and len(data) % 4 == 1:
        data = data[:-1]
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return None
