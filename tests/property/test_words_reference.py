"""Encoded words are those of the standard library, but for what ``EXCEPTIONS`` lists."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.fuzzing import fuzzed, hostile

from inboxwatch.core.message import charset
from inboxwatch.core.message.header import decode_words

if TYPE_CHECKING:
    from collections.abc import Callable


def looks(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.search(pattern, text, re.DOTALL) is not None


def _words(text: str) -> list[bytes]:
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return []
    return [piece for piece, label in pieces if isinstance(piece, bytes) and label == "iso-8859-1"]


EXCEPTIONS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "charset": (
        (
            "A charset that is not on our list is read as UTF-8 or Windows-1252, where the library "
            "raises or runs a codec that is none of text (P04); RFC 2231's language is left out."
        ),
        looks(r"=\?(?!(?:utf-8|iso-8859-1|koi8-r)\?)"),
    ),
    "wider": (
        "Latin-1 means Windows-1252, as everywhere on the web: its controls are none of text.",
        lambda text: any(set(octets) & {*range(0x80, 0xA0)} for octets in _words(text)),
    ),
    "question": (
        (
            "A question mark within the text ends no word for the library, and is none for us: "
            "RFC 2047 2 forbids it."
        ),
        looks(r"\?[bqBQ]\?(?:[^?]|\?(?!=))*\?(?!=)"),
    ),
    "base64": (
        (
            "What is no base64 stays as it is written; the library leaves out what it does not "
            "know, or raises (P03). What follows the padding is not read."
        ),
        looks(r"\?[bB]\?(?![A-Za-z0-9+/]*={0,2}\?=)"),
    ),
    "cut": (
        "Base64 that ends within a group is read as far as it goes; the library raises.",
        looks(r"\?[bB]\?(?:[^=?]{4})*[^=?]=*\?"),
    ),
    "8-bit": (
        (
            "What is no ASCII within a word is text of the charset of the word, where the library "
            "writes escapes."
        ),
        looks(r"=\?[^?]*\?[bBqQ]\?[^?]*[^\x00-\x7f]"),
    ),
    "white": (
        "The library looks at a header line by line, and keeps controls; ours is one line.",
        looks(r"[^\S ]|[\x00-\x1f\x7f]"),
    ),
}
"""Where we differ on purpose: a name, why, and what it applies to."""

TEXTS = st.text(st.sampled_from("ab _=?üЖ日!"), max_size=8)


@st.composite
def words(draw: st.DrawFn) -> str:
    label = draw(st.sampled_from(["utf-8", "iso-8859-1", "koi8-r"]))
    octets = draw(TEXTS).encode(label, "replace")
    if draw(st.booleans()):
        return f"=?{label}?B?{base64.b64encode(octets).decode()}?="
    encoded = quopri.encodestring(octets, quotetabs=True, header=True).decode().replace("?", "=3F")
    return f"=?{label}?Q?{encoded.replace('=' + chr(10), '')}?="


PLAIN = st.text(st.sampled_from("ab <>,@ü"), min_size=1, max_size=6)
VALUES = st.lists(words() | PLAIN.map(lambda text: f" {text} ") | st.just(" "), max_size=6).map(
    "".join
)


def theirs(text: str) -> str | None:
    """What the library makes of a value, or None where it raises."""
    try:
        pieces = decode_header(text)
        return "".join(
            piece if isinstance(piece, str) else _decoded(piece, label) for piece, label in pieces
        )
    except (HeaderParseError, LookupError, UnicodeError, ValueError, binascii.Error):
        return None


def _decoded(octets: bytes, label: str | None) -> str:
    if label is None:
        return octets.decode("raw-unicode-escape")
    return octets.decode(label, "replace")


def same(text: str, expected: str) -> bool:
    """The library keeps blanks around plain text that stands between words in some releases."""
    return re.sub(r"\s", "", decode_words(text)) == re.sub(r"\s", "", charset.one_line(expected))


@fuzzed
@given(VALUES)
def test_words_are_read_as_the_library_reads_them(text: str) -> None:
    expected = theirs(text)
    assert expected is not None
    assert same(text, expected)


@fuzzed
@given(hostile(VALUES.map(str.encode)).map(lambda octets: octets.decode("utf-8", "replace")))
def test_whatever_the_text_only_named_exceptions_differ(text: str) -> None:
    decoded = decode_words(text)
    assert decoded == charset.one_line(decoded)
    expected = theirs(text)
    assume(expected is not None)
    if not any(applies(text) for _, applies in EXCEPTIONS.values()):
        assert same(text, str(expected))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("charset", "=?utf-7?Q?+ADw-?="),
        ("8-bit", "=?utf-8?Q?日?="),
        ("wider", "=?iso-8859-1?Q?=93?="),
        ("question", "=?utf-8?Q?a?b?="),
        ("base64", "=?utf-8?B?!!YQ==?="),
        ("cut", "=?utf-8?B?YWJjZ?="),
    ],
)
def test_every_exception_is_one(name: str, text: str) -> None:
    assert EXCEPTIONS[name][1](text)
    expected = theirs(text)
    assert expected is None or not same(text, expected)
