"""The scan of FETCH responses says what imapclient's parser says, or nothing."""

from __future__ import annotations

import imaplib
import io
import re
import tomllib
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from imapclient.response_parser import parse_fetch_response

from inboxwatch.mail.imap import records

if TYPE_CHECKING:
    from inboxwatch.mail.imap.records import Record

ROOT = Path(__file__).parents[2]


class Recorder(imaplib.IMAP4):
    """imaplib's own reading of responses, over octets instead of a connection."""

    def __init__(self, octets: bytes) -> None:
        self.debug = 0
        self._mode_ascii()  # type: ignore[attr-defined]
        self.tagre = re.compile(rb"(?P<tag>A\d+) (?P<type>[A-Z]+) (?P<data>.*)")
        self.untagged_responses: dict[str, Any] = {}
        self.tagged_commands: dict[Any, Any] = {}
        self._cmd_log: dict[int, Any] = {}
        self._cmd_log_idx = 0
        self._cmd_log_len = 10
        stream = io.BytesIO(octets)
        self.read = stream.read  # type: ignore[method-assign]
        self.readline = stream.readline  # type: ignore[method-assign]

    def record(self) -> Record | None:
        self._get_response()  # type: ignore[attr-defined]
        found: Record | None = self.untagged_responses.get("FETCH")
        return found


def recorded(response: bytes) -> Record | None:
    """One response as imaplib records it; None where it would end the conversation."""
    try:
        return Recorder(b"* " + response + b"\r\n").record()
    except imaplib.IMAP4.error:
        return None


def by_imapclient(record: Record) -> list[dict[bytes, Any]] | None:
    """What imapclient's parser says; None where it raises."""
    try:
        rows = parse_fetch_response(record, normalise_times=False, uid_is_key=False)  # type: ignore[arg-type]
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return None
    return list(rows.values())


def literal(octets: bytes) -> bytes:
    return b"{%d}\r\n%s" % (len(octets), octets)


def listed(values: list[bytes]) -> bytes:
    return b"(" + b" ".join(values) + b")"


ATOMS = st.sampled_from(
    b"NIL nil 0 00 07 7 4294967295 99999999999999999999 \\Seen $Junk $iw-up 123 \\* a]b {3 x{3}"
    b" caf\xc3\xa9 + -1".split(b" ")
)
LINE = st.binary(max_size=12).map(lambda raw: re.sub(rb"[\r\n\0]", b"", raw))
QUOTED = st.one_of(
    LINE.map(lambda raw: b'"' + re.sub(rb'([\\"])', rb"\\\1", raw) + b'"'),
    st.sampled_from([b'"a\\b"', b'"\\"', b'"', b'"a', b'"(a b)"', b'"{3}"', b'""']),
)
LITERALS = st.binary(max_size=40).map(literal)
DATES = st.one_of(
    st.datetimes().map(lambda at: f'"{at:%d-%b-%Y %H:%M:%S} +0000"'.encode()),
    st.from_regex(
        rb'"[ 0-3]?\d-(Jan|Feb|Dec|jan|Foo)-(19|20|00|9)\d\d \d\d:\d\d:\d\d [+-]\d\d\d\d"',
        fullmatch=True,
    ),
    st.sampled_from([b'"18-Nov-2026 08:30:05 -0000"', b'"18-Nov-2026 08.30.05 +0100"', b'"x"']),
)
VALUES = st.recursive(
    st.one_of(ATOMS, QUOTED, LITERALS, DATES),
    lambda inner: st.lists(inner, max_size=4).map(listed),
    max_leaves=8,
)
FLAGS = st.lists(ATOMS, max_size=4).map(listed)
NUMBERS = st.integers(0, 2**33).map(lambda number: b"%d" % number)
NAMES = st.sampled_from(
    b"UID|FLAGS|INTERNALDATE|RFC822.SIZE|MODSEQ|uid|X-GM-MSGID|RFC822|BODY[HEADER]<0>|BODY[TEXT]<0>"
    b"|BODY[TEXT]|BODY[1.2.MIME]|body[header]|BODY[HEADER.FIELDS (FROM TO)]<0>|BODY[|BODY[]"
    b'|BODY[HEADER.FIELDS ("From")]'.split(b"|")
)
KNOWN = st.one_of(
    st.tuples(st.just(b"UID"), NUMBERS),
    st.tuples(st.just(b"RFC822.SIZE"), NUMBERS),
    st.tuples(st.just(b"FLAGS"), FLAGS),
    st.tuples(st.just(b"INTERNALDATE"), DATES),
    st.tuples(st.just(b"MODSEQ"), NUMBERS.map(lambda one: listed([one]))),
    st.tuples(NAMES, st.one_of(LITERALS, QUOTED)),
)
SPACES = st.sampled_from((*[b" "] * 30, b"  ", b"", b"\t"))
ENDS = st.sampled_from((*[b")"] * 12, b"", b" )", b"))", b") X", b") 2 (UID 3)"))


@st.composite
def responses(draw: st.DrawFn) -> bytes:
    """A response to FETCH as it comes over the wire, mostly as servers write it."""
    items = draw(st.lists(st.one_of(KNOWN, KNOWN, st.tuples(NAMES, VALUES)), max_size=7))
    whole = b"%d FETCH (" % draw(st.integers(0, 2**32))
    for number, (name, value) in enumerate(items):
        whole += (draw(SPACES) if number else b"") + name + draw(SPACES) + value
    return whole + draw(ENDS)


def same(scanned: Any, parsed: Any) -> bool:
    """Equal values of equal types; moments with the same offset."""
    if isinstance(scanned, dict):
        return set(scanned) == set(parsed) and all(same(scanned[k], parsed[k]) for k in scanned)
    if isinstance(scanned, datetime):
        return (scanned, scanned.utcoffset()) == (parsed, parsed.utcoffset())
    return type(scanned) is type(parsed) and bool(scanned == parsed)


def agrees(response: bytes) -> bool:
    """Whether the scan knows the response; then it has to say what the parser says."""
    record = recorded(response)
    row = records.scan(record) if record else None
    if record is None or row is None:
        return False
    parsed = by_imapclient(record)
    assert parsed is not None, f"the parser refuses {record!r}"
    assert len(parsed) == 1
    assert same(row, parsed[0]), f"{row!r} is not {parsed[0]!r}"
    return True


@given(responses())
def test_the_scan_says_what_the_parser_says_or_nothing(response: bytes) -> None:
    event(f"scanned: {agrees(response)}")


@given(st.binary(max_size=60))
def test_octets_that_are_no_response_are_left_to_the_parser(octets: bytes) -> None:
    event(f"scanned: {agrees(b'7 FETCH (UID 3 FLAGS () ' + octets.replace(b'{', b'') + b')')}")


ORDINARY = (
    b'3 FETCH (UID 9 FLAGS (\\Seen $iw-up) INTERNALDATE "18-Nov-2026 08:30:05 -0530"'
    b" RFC822.SIZE 20 BODY[HEADER]<0> {6}\r\na: b\r\n BODY[TEXT]<0> {3}\r\n)(\n)"
)
SCANNED = (
    ORDINARY,
    b"1 FETCH (UID 9 RFC822.SIZE 2048)",
    b"1 FETCH (FLAGS () UID 9 MODSEQ (12345))",
    b"1 FETCH (UID 9 BODY[TEXT]<0> NIL BODY[HEADER] {0}\r\n)",
    b'1 FETCH (UID 9 BODY[1]<0> "short" FLAGS (NonJunk))',
    b'1 FETCH (INTERNALDATE " 8-Nov-2026 08:30:05 +0000" UID 9)',
)
LEFT = (
    b"1 FETCH (UID 9 FLAGS (\\Seen 123))",
    b"1 FETCH (UID 9 FLAGS NIL)",
    b"1 FETCH (UID 09)",
    b"1 FETCH (UID 9  FLAGS ())",
    b'1 FETCH (UID 9 INTERNALDATE "not a date")',
    b'1 FETCH (UID 9 BODY[TEXT] "a\\"b")',
    b"1 FETCH (UID 9 BODY[TEXT] {3}\r\nabc X)",
    b"1 FETCH (UID 9 BODYSTRUCTURE ((1 2) 3))",
    b"1 FETCH (UID 9) 2 (UID 3)",
    b"1 FETCH (UID 9",
    b"1 FETCH ()",
)


@pytest.mark.parametrize("response", SCANNED)
def test_what_servers_send_is_scanned(response: bytes) -> None:
    assert agrees(response)


@pytest.mark.parametrize("response", LEFT)
def test_what_is_odd_is_left_to_the_parser(response: bytes) -> None:
    assert not agrees(response)


def test_a_response_gives_its_items() -> None:
    record = recorded(ORDINARY)
    assert record is not None
    (row,) = records.read(record)
    assert (row[b"UID"], row[b"FLAGS"]) == (9, (b"\\Seen", b"$iw-up"))
    assert row[b"INTERNALDATE"].isoformat() == "2026-11-18T08:30:05-05:30"
    assert (row[b"BODY[HEADER]<0>"], row[b"BODY[TEXT]<0>"]) == (b"a: b\r\n", b")(\n")


def test_the_parser_is_of_the_versions_that_the_scan_was_compared_with() -> None:
    """Whoever widens the range in pyproject.toml has to look at the scan again."""
    oldest, end = (".".join(map(str, one)) for one in records.IMAPCLIENT)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"imapclient>={oldest},<{end}" in project["dependencies"]
    installed = tuple(int(part) for part in version("imapclient").split(".")[:2])
    assert records.IMAPCLIENT[0] <= installed < records.IMAPCLIENT[1]
