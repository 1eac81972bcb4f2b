"""Foreign text: what is in it, and making it safe to show, since all of it is hostile.

That is mail, mailbox names and server answers alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_COMBINING = 3
"""Combining marks kept behind one character; more would climb over the neighbouring lines."""

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4,}")


_ASCII = bytes(range(0x80))


def beyond_ascii(text: str) -> set[str]:
    """The characters of a text that are not ASCII."""
    octets = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return set(octets.decode("utf-8", "surrogatepass"))


@cache
def compiled_late(pattern: str) -> re.Pattern[str]:
    """One of the program's own expressions, compiled when a text may have it for the first time."""
    return re.compile(pattern)


_OTHER_SPACES = ("\t", "\r", *"\x0b\x0c\x1c\x1d\x1e\x1f")
"""White space in ASCII besides the space and the line feed."""


def has_one(text: str, parts: Iterable[str]) -> bool:
    """Whether a text holds any of some parts."""
    for part in parts:  # noqa: SIM110 - any() costs three times as much for the few that there are
        if part in text:
            return True
    return False


def has_gaps(text: str, strange: Iterable[str]) -> bool:
    """Whether there is other white space than single spaces and line feeds.

    ``strange`` are its characters that are not ASCII.
    """
    return "  " in text or has_one(text, _OTHER_SPACES) or any(map(str.isspace, strange))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFF:  # noqa: PLR2004 - the last code point with a two-digit escape
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the BMP's end


def printable(text: str, limit: int = 0, *, keep: str = "") -> str:
    """Foreign text with every control, bidi and invisible character made visible (rule O10).

    ``keep`` names characters that may stay, such as a line feed. With ``limit``, text that is
    longer is cut and ends in an ellipsis.
    """
    if limit and len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    cleaned = _UNSAFE.sub(lambda m: m[0] if m[0] in keep else _escape(m), text)
    return _MARKS.sub(lambda m: m[0][:MAX_COMBINING], cleaned)


def one_line(text: str, limit: int = 0) -> str:
    """Foreign text on a single line: white space folded, the rest made printable."""
    return printable(" ".join(text.split()), limit)


def cell_width(text: str) -> int:
    """How many columns of a terminal a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def file_ending(name: str) -> str:
    """What follows the last dot of a name, in lower case, as whatever opens the file reads it."""
    if "." not in name and name.isascii():
        return ""
    plain = unicodedata.normalize("NFKC", name).rstrip(" .\u200b\u00a0")
    return plain.rpartition(".")[2].strip().lower() if "." in plain else ""
