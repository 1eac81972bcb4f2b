"""The MIME tree is the one that the standard library finds, but for what ``EXCEPTIONS`` lists."""

from __future__ import annotations

import re
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.fuzzing import fuzzed, hostile

from inboxwatch.core.message.header import MAX_NAME, read_header, split_octets
from inboxwatch.core.message.mime import MAX_DEPTH, MAX_PARTS, Tree, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Found(NamedTuple):
    """A part: its type, how deep it lies, and its octets if it is no multipart and no mail.

    The text of a multipart that holds no part is all of it for us, so that nothing is missed, and
    at times nothing for the library.
    """

    content_type: str
    depth: int
    octets: bytes | None


def looks(pattern: bytes) -> Callable[[bytes], bool]:
    return lambda octets: re.search(pattern, octets, re.DOTALL) is not None


EXCEPTIONS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "cr": (
        "A CR alone ends no line where others end in LF (P07).",
        looks(rb"\r(?!\n)"),
    ),
    "nul": ("NUL in a header becomes SUB (P05).", looks(rb"\0")),
    "garbage": (
        "A line that is no field ends a header for the library, and is left out by us (P02).",
        lambda octets: any(map(_is_garbage, re.split(rb"\r\n|\n", octets))),
    ),
    "type": (
        (
            "A type with characters that none has, or with two slashes, is text/plain for the "
            "library; ours is told as it is written, and never a text that is read."
        ),
        looks(rb"(?i)content-type[ \t]*:(?!\s*[\w.+-]+/[\w.+-]+\s*(?:;|\r?\n|\Z))"),
    ),
    "parameters": (
        "A boundary that is not written by the grammar is read leniently by both, and not alike.",
        looks(
            rb"(?i)content-type(?!:\s*[\w.+-]+/[\w.+-]+"
            rb"(?:;\s*boundary=(?:\w+|\"[\w' ]*\w\"))?\s*?\r?\n)"
        ),
    ),
    "several": (
        (
            "Of several types the first counts for both, but a type within a mail that is enclosed "
            "is read by the library alone (P10)."
        ),
        looks(rb"(?i)message/"),
    ),
    "bounds": (
        "Beyond 20 levels and 200 parts nothing is looked for (P01).",
        lambda octets: (
            octets.count(b"--") > MAX_PARTS or octets.lower().count(b"multipart") > MAX_DEPTH
        ),
    ),
}
"""Where we differ on purpose: a name, why, and the octets that it applies to."""

_FIELD = re.compile(rb"[!-9;-~]{1,199}:")


def _is_garbage(line: bytes) -> bool:
    return bool(line) and line[:1] not in b" \t" and not _FIELD.match(line) and len(line) < MAX_NAME


def ours(octets: bytes) -> Tree:
    header, body = split_octets(octets)
    return walk(read_header(header), body)


def our_parts(tree: Tree) -> list[Found]:
    """The parts of a tree; a leaf belongs to the first part that it can belong to."""
    leaves = list(tree.leaves)
    found: list[Found] = []
    for part in tree.parts:
        octets = None
        if (
            leaves
            and leaves[0].part.depth == part.depth
            and _may_be(part.content_type, leaves[0].part.content_type)
        ):
            octets = leaves.pop(0).octets
        inner = part.content_type.startswith(("message/", "multipart/"))
        found.append(Found(part.content_type, part.depth, None if inner else octets))
    assert not leaves
    return found


def _may_be(written: str, read: str) -> bool:
    return written == read or written.startswith("multipart/")


def their_parts(message: Message, depth: int = 0) -> Iterator[Found]:
    """The parts that the library finds, without those of mails within the mail."""
    content_type = message.get_content_type()
    if message.is_multipart() and content_type.startswith("multipart/"):
        yield Found(content_type, depth, None)
        for part in message.get_payload():
            assert isinstance(part, Message)
            yield from their_parts(part, depth + 1)
        return
    inner = content_type.startswith(("message/", "multipart/"))
    payload = message._payload  # type: ignore[attr-defined]  # get_payload() decodes
    octets = None if inner or not isinstance(payload, str) else payload
    yield Found(
        content_type,
        depth,
        None if octets is None else octets.encode("ascii", "surrogateescape"),
    )


def theirs(octets: bytes) -> list[Found]:
    return list(their_parts(BytesParser(policy=compat32).parsebytes(octets)))


TYPES = st.sampled_from([b"text/plain", b"text/html", b"image/png", b"application/x-a.b+c"])
BODIES = st.lists(
    st.sampled_from(
        [b"", b"a", b"--", b"--x", b"--b", b"-- b", b"a --b0", b"--b0x", b"\xe4: x", b" "]
    ),
    max_size=4,
)
SPACES = st.sampled_from([b"", b" ", b" \t"])


@st.composite
def entities(draw: st.DrawFn, depth: int = 0, end: bytes = b"\r\n") -> bytes:
    """A header and a body, with parts within parts."""
    fields = draw(st.lists(st.sampled_from([b"X: y", b"Content-Id: <a@b>"]), max_size=2))
    if depth > 3 or draw(st.integers(0, 3)) < 2:
        fields += draw(st.lists(TYPES.map(b"Content-Type: ".__add__), max_size=1))
        return _joined(fields, draw(BODIES), end)
    boundary = b"b%d" % draw(st.integers(0, 3))
    quoted = draw(st.sampled_from([boundary, b'"' + boundary + b'"']))
    kind = draw(st.sampled_from([b"mixed", b"alternative", b"related", b"digest", b"x-y"]))
    fields.append(b"Content-Type: multipart/" + kind + b"; boundary=" + quoted)
    lines = draw(BODIES)
    for part in draw(st.lists(entities(depth + 1, end), max_size=3)):
        lines += [b"--" + boundary + draw(SPACES), part]
    if draw(st.booleans()):
        lines += [b"--" + boundary + b"--" + draw(SPACES), *draw(BODIES)]
    return _joined(fields, lines, end)


def _joined(fields: list[bytes], lines: list[bytes], end: bytes) -> bytes:
    return b"".join(field + end for field in fields) + end + end.join(lines)


MAILS = st.sampled_from([b"\r\n", b"\n"]).flatmap(lambda end: entities(0, end))


def _without_last_end(mail: bytes, part: bytes) -> bytes:
    """A part with which an unclosed mail ends: the library takes its last line end from it."""
    return re.sub(rb"(?:\r\n|\n|\r)\Z", b"", part) if mail.endswith(part) else part


def check(octets: bytes) -> None:
    tree = ours(octets)
    found = our_parts(tree)
    expected = theirs(octets)
    assert [(one.content_type, one.depth) for one in found] == [
        (one.content_type, one.depth) for one in expected
    ]
    for one, other in zip(found, expected, strict=True):
        if one.octets is not None and other.octets is not None:
            assert other.octets in (one.octets, _without_last_end(octets, one.octets))


@fuzzed
@given(MAILS)
def test_parts_are_those_that_the_library_finds(octets: bytes) -> None:
    check(octets)


@fuzzed
@given(hostile(MAILS, 400))
def test_whatever_the_octets_only_named_exceptions_differ(octets: bytes) -> None:
    tree = ours(octets)
    assert len(tree.parts) <= MAX_PARTS
    assert all(part.depth <= MAX_DEPTH for part in tree.parts)
    _, body = split_octets(octets)
    assert all(leaf.octets in body for leaf in tree.leaves)
    if not any(applies(octets) for _, applies in EXCEPTIONS.values()):
        check(octets)


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("cr", b"X: y\rContent-Type: text/html\n\nx\n"),
        ("garbage", b"no field\nContent-Type: text/html\n\nx\n"),
        ("type", b"Content-Type: text/html/x\n\nx\n"),
    ],
)
def test_every_exception_is_one(name: str, octets: bytes) -> None:
    assert EXCEPTIONS[name][1](octets)
    with pytest.raises(AssertionError):
        check(octets)
