"""The split of a header is that of the standard library, but for what ``EXCEPTIONS`` lists."""

from __future__ import annotations

import re
from email.parser import BytesParser
from email.policy import compat32
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.fuzzing import fuzzed, hostile

from inboxwatch.core.message import charset
from inboxwatch.core.message.header import MAX_NAME, read_header, split_octets

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELD = re.compile(rb"([!-9;-~]{1,199})((?:[ \t]|(?:\r\n?|\n)[ \t])*):")


def _without_cr(head: bytes) -> bytes:
    if b"\n" not in head:
        return head
    return re.sub(rb"\r+\n", b"\n", head).replace(b"\r", b"\x1a")


_LOGICAL = re.compile(rb"[^\r\n]*(?:\r\n?|\n|\Z)(?:[ \t][^\r\n]*(?:\r\n?|\n|\Z))*")


def _without_garbage(head: bytes) -> bytes:
    """The same with the lines left out that are no field, and names without white space behind."""
    kept: list[bytes] = []
    for line in _LOGICAL.findall(head):
        match = _FIELD.match(line)
        written = match[1] + match[2] if match else b""
        results = match is not None and match[1].lower() == b"authentication-results" and match[2]
        if match and not results and len(re.sub(rb"[\r\n]", b"", written)) < MAX_NAME:
            kept.append(match[1] + line[len(written) :])
    return b"".join(kept)


EXCEPTIONS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "cr": (
        (
            "A CR alone ends a line for the library even where lines end in LF; a mail server "
            "never saw a field there (P07). Ours becomes SUB, and nothing right before CRLF."
        ),
        _without_cr,
    ),
    "nul": ("NUL becomes SUB: it is no text (P05).", lambda head: head.replace(b"\0", b"\x1a")),
    "garbage": (
        (
            "At a line that is no field the library ends the header, so that all fields behind "
            "it are body; ours leaves the line out with what is folded below it, since what "
            "speaks against a reply may follow (P02). White space between name and colon, folded "
            "or not, makes no garbage of ours, but for results of authentication (S03)."
        ),
        _without_garbage,
    ),
}
"""Where we differ on purpose: a name, why, and the octets of which the library reads the same."""


def meant(octets: bytes) -> bytes:
    """What the library has to be given to read what we read."""
    head, body = split_octets(octets)
    end = b"\n" if b"\n" in octets else b"\r"
    for _, as_meant in EXCEPTIONS.values():
        head = as_meant(head)
    return head + end + body if len(octets) > len(split_octets(octets)[0]) else head


def theirs(octets: bytes) -> dict[str, tuple[str, ...]]:
    """The fields as the library reads them, in the form of ours."""
    parsed = BytesParser(policy=compat32).parsebytes(octets, headersonly=True)
    found: dict[str, tuple[str, ...]] = {}
    as_utf_8 = _is_utf_8(split_octets(octets)[0])
    for name, value in parsed.raw_items():
        written = str(value).encode("ascii", "surrogateescape")
        unfolded = re.sub(rb"[\r\n]+", b"", written)
        text = _text(unfolded, as_utf_8=as_utf_8)
        found[name.lower()] = (*found.get(name.lower(), ()), text.strip(" \t\r\n"))
    return found


def _is_utf_8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(octets: bytes, *, as_utf_8: bool) -> str:
    label = "utf-8" if as_utf_8 or _is_utf_8(octets) else "latin-1"
    return charset.normalise_field(octets.decode(label))


NAMES = st.sampled_from([b"Subject", b"From", b"X-A", b"received", b"DKIM-Signature", b"a!#$%&'*"])
PIECES = st.sampled_from(
    [b"a", b"b c", b" ", b"\t", b":", b"<a@x.example>", b"=?utf-8?Q?a?=", "ü".encode(), b"\xe4"]
)


@st.composite
def headers(draw: st.DrawFn) -> bytes:
    end = draw(st.sampled_from([b"\r\n", b"\n"]))
    lines: list[bytes] = []
    for _ in range(draw(st.integers(0, 6))):
        values = draw(st.lists(st.lists(PIECES, max_size=4).map(b"".join), min_size=1, max_size=3))
        fold = end + draw(st.sampled_from([b" ", b"\t", b"  ", b" \t"]))
        lines.append(draw(NAMES) + b":" + draw(st.sampled_from([b" ", b""])) + fold.join(values))
    body = draw(st.sampled_from([b"", end + b"body" + end, end + b"Subject: x" + end]))
    return b"".join(line + end for line in lines) + body


@fuzzed
@given(headers())
def test_a_header_is_read_as_the_library_reads_it(octets: bytes) -> None:
    head, _ = split_octets(octets)
    assert dict(read_header(head).fields) == theirs(octets)


@fuzzed
@given(hostile(headers()))
def test_whatever_the_octets_only_named_exceptions_differ(octets: bytes) -> None:
    head, body = split_octets(octets)
    assert octets.startswith(head)
    assert octets.endswith(body)
    assert dict(read_header(head).fields) == theirs(meant(octets))


@fuzzed
@given(hostile(headers()))
def test_where_the_body_begins_is_where_the_library_finds_it(octets: bytes) -> None:
    parsed = BytesParser(policy=compat32).parsebytes(meant(octets))
    if not parsed.is_multipart():
        payload = parsed._payload.encode("ascii", "surrogateescape")  # get_payload decodes
        assert split_octets(octets)[1] == payload


@fuzzed
@given(hostile(headers()))
def test_no_octets_are_invented(octets: bytes) -> None:
    """What a field says stands in the mail, and no name holds what no name holds."""
    for name, values in read_header(split_octets(octets)[0]).fields.items():
        assert re.fullmatch(r"[!-9;-~]+", name)
        assert len(name) < MAX_NAME
        for value in values:
            assert "\r" not in value
            assert "\n" not in value
            assert all(one.encode() in octets for one in re.findall(r"[!-~]+", value))


@pytest.mark.parametrize(
    ("name", "octets"),
    [("cr", b"A: b\rC: d\nE: f\n"), ("nul", b"A: b\0c\n"), ("garbage", b"A: b\nno field\nC: d\n")],
)
def test_every_exception_is_one(name: str, octets: bytes) -> None:
    found = dict(read_header(split_octets(octets)[0]).fields)
    assert found != theirs(octets)
    assert found == theirs(EXCEPTIONS[name][1](octets))
