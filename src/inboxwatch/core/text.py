"""Foreign text: what is in it, and making it safe to show, since all of it is hostile.

That is mail, mailbox names and server answers alike.
"""

from __future__ import annotations

import re
import unicodedata
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


_DOT = "[.\u3002\uff0e\uff61]"
"""The dots that programs take for one in a domain (UTS 46)."""
_LETTER = r"[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e-]"
"""What a label is made of, with the marks without which some scripts are not written."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,20})[:\uff1a](?://|\uff0f\uff0f)", re.IGNORECASE)
_SCHEME_ALONE = re.compile(r"(https?|ftp)[:\uff1a](?=\S)", re.IGNORECASE)
_AFTER_SLASHES = re.compile(r"(?<=//)[^\s/\uff0f?#]+")
_BARE = re.compile(rf"(?<!{_LETTER}){_LETTER}++(?:{_DOT}{_LETTER}++)+")
_INNER_DOT = re.compile(rf"{_DOT}(?={_LETTER})")
_GOES_ON = re.compile(rf"{_DOT}?(?:[/\uff0f]|[:\uff1a]\d|[?#]\w)")
"""A path, a port, a query or a mark behind a host."""
_LOCAL_PART = re.compile(rf"@{_LETTER}")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_SCHEMES = {
    "http": "hxxp",
    "https": "hxxps",
    "ftp": "fxp",
    "hxxp": "hxxp",
    "hxxps": "hxxps",
    "fxp": "fxp",
}


def defanged(text: str) -> str:
    """A text in which no address of a web page works any more (rule S29).

    Schemes are misspelt, and the dots of hosts stand in brackets: of those with a scheme, a path, a
    port or a query, and of every domain under a top-level domain that exists (``report.zip`` is
    one). Mail addresses, abbreviations, figures and the dots of sentences stay.
    """
    if text.isascii() and "." not in text and ":" not in text:
        return text
    text = _SCHEME_ALONE.sub(_misspelt, _SCHEME.sub(_disarmed, text))
    return _BARE.sub(_broken, _AFTER_SLASHES.sub(_dotless, text))


def harmless(text: str, limit: int = 0) -> str:
    """Foreign text on one line, nothing in it that acts, and no link that works (O10, S29)."""
    return defanged(one_line(text, limit))


def _disarmed(found: re.Match[str]) -> str:
    scheme = found[1].lower()
    known = _SCHEMES.get(scheme)
    return f"{known}://" if known else f"{scheme}[:]//"


def _misspelt(found: re.Match[str]) -> str:
    return f"{_SCHEMES[found[1].lower()]}:"


def _dotless(found: re.Match[str]) -> str:
    return _INNER_DOT.sub("[.]", found[0])


def _broken(found: re.Match[str]) -> str:
    return _dotless(found) if _is_host(found) else found[0]


def _is_host(found: re.Match[str]) -> bool:
    """Whether a program would make a link of words with dots between them."""
    whole, end = found.string, found.end()
    labels = re.split(_DOT, unicodedata.normalize("NFKC", found[0]).lower())
    if _GOES_ON.match(whole, end):
        return _is_word(labels[-1]) or _IPV4.fullmatch(".".join(labels)) is not None
    before = whole[max(0, found.start() - 2) : found.start()]
    if _LOCAL_PART.match(whole, end) or (before.endswith("@") and before.strip() not in ("", "@")):
        return False
    return labels[0] == "www" or labels[-1].startswith("xn--") or _exists(labels[-1])


def _is_word(label: str) -> bool:
    return label.startswith("xn--") or (len(label) > 1 and not re.search(r"[\d_]", label))


def _exists(label: str) -> bool:
    """Whether there is such a top-level domain."""
    from inboxwatch.core.suffixes import a_label, rules_below  # noqa: PLC0415  # seldom

    return rules_below(a_label(label)) is not None


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
