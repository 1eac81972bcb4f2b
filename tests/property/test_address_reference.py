"""An address is the one that the standard library reads, or is refused for a named reason."""

from __future__ import annotations

import re
from email.headerregistry import Address as TheirAddress
from email.headerregistry import HeaderRegistry
from email.utils import getaddresses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.fuzzing import fuzzed, hostile

from inboxwatch.core.message import charset
from inboxwatch.core.message.address import (
    AddressError,
    ascii_domain,
    parse_address,
    parse_addresses,
    parse_from,
    parse_return_path,
)

REFUSED: dict[str, tuple[str, str]] = {
    "group": (
        r":",
        "A group is nobody in particular, and a route is read by hardly anybody (A14).",
    ),
    "comment": (r"[()]", "Comments within an address are left out by some, kept by others (S21)."),
    "quoted": (r'"[^"]*"\s*@|\\', "A local part that only quoting makes valid (S21)."),
    "literal": (r"\[|\]", "An address literal names a machine and no domain."),
    "white": (r"\s@|@\s|\.\s|\s\.|[^\s<]\s+[^\s<]+@", "White space within an address (S21)."),
    "controls": (r"[^ -~]", "A character that is not shown, or not read alike by all (S21)."),
    "encoded": (r"=\?", "An encoded word where no word may stand (RFC 2047 5)."),
    "domain": (
        r"@(?:[^>,;\s]*\.)?(?:-|[^.>]*-(?:\.|>|$)|[^.>]*[^a-zA-Z0-9.>-]|[^.>]{0,2}--)",
        "What no domain is called (RFC 5890).",
    ),
    "dots": (r"\.\.|^\.|<\.|\.@|@\.|\.>|\.$|\.\s", "Dots that part nothing."),
    "no-domain": (r"^[^@]*$|@>?$|<>", "There is no domain."),
    "several": (r"@.*@|[,;]", "There could be more than one (A14)."),
    "unclosed": (r"^[^<]*>|<[^>]*$|<.*<|>.*>|>.", "Brackets that do not fit (S21)."),
    "long": (r".{64}", "Longer than an address or a label may be (RFC 5321 4.5.3.1)."),
}
"""What we refuse although the library reads an address: how it looks, and why."""

HEADERS = HeaderRegistry()

ATOMS = st.from_regex(r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,6}", fullmatch=True).filter(
    lambda text: "=?" not in text
)
DOMAINS = st.lists(st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True), min_size=1, max_size=3).map(
    ".".join
)
SPECS = st.tuples(st.lists(ATOMS, min_size=1, max_size=3).map(".".join), DOMAINS).map("@".join)
QUOTED = st.text(st.sampled_from("ab ,;:<>@().ü"), max_size=8).map(lambda text: f'"{text}"')
PHRASES = st.lists(ATOMS | QUOTED, min_size=1, max_size=3).map(" ".join)
MAILBOXES = (
    SPECS
    | SPECS.map("<{}>".format)
    | st.tuples(PHRASES, SPECS).map(lambda pair: f"{pair[0]} <{pair[1]}>")
    | st.tuples(SPECS, ATOMS).map(lambda pair: f"{pair[0]} ({pair[1]})")
)


def theirs(text: str) -> list[TheirAddress] | None:
    """What the strict parser of the library reads, or None where it trips over itself."""
    try:
        return list(HEADERS("from", text).addresses)
    except (AttributeError, IndexError, ValueError, TypeError, RecursionError):
        return None


def comparable(spec: str) -> str:
    local, _, domain = spec.rpartition("@")
    return f"{charset.normalise(local.strip(chr(34))).lower()}@{ascii_domain(domain)}"


@fuzzed
@given(MAILBOXES)
def test_a_plain_mailbox_is_read_as_the_library_reads_it(text: str) -> None:
    found = parse_address(text)
    (their,) = HEADERS("from", text).addresses
    assert found.exact == comparable(their.addr_spec)
    ((name, spec),) = getaddresses([text])
    assert found.exact == comparable(spec)
    assert found.name == " ".join(name.split()).strip(" '\"")


@fuzzed
@given(hostile(MAILBOXES.map(str.encode)).map(lambda octets: octets.decode("utf-8", "replace")))
def test_what_is_read_at_all_is_read_alike(text: str) -> None:
    try:
        found = parse_address(text)
    except AddressError:
        return
    specs = [spec for _, spec in getaddresses([text])]
    assert [comparable(spec) for spec in specs] == [found.exact]
    their = theirs(text)
    if their is not None:
        assert [comparable(one.addr_spec) for one in their] == [found.exact]


@fuzzed
@given(hostile(MAILBOXES.map(str.encode)).map(lambda octets: octets.decode("utf-8", "replace")))
def test_what_the_library_reads_is_refused_for_a_named_reason(text: str) -> None:
    their = theirs(text)
    assume(their)
    try:
        parse_address(text)
    except AddressError:
        reasons = [
            name for name, (looks, _) in REFUSED.items() if re.search(looks, text, re.DOTALL)
        ]
        assert reasons


@fuzzed
@given(st.lists(MAILBOXES, max_size=5), st.sampled_from([", ", ",", " ,\t"]))
def test_a_list_is_read_as_the_library_reads_it(mailboxes: list[str], comma: str) -> None:
    text = comma.join(mailboxes)
    expected = [comparable(spec) for _, spec in getaddresses([text])] if text else []
    assert [one.exact for one in parse_addresses((text,))] == expected


@fuzzed
@given(st.lists(hostile(MAILBOXES.map(str.encode)), max_size=3))
def test_no_fields_make_an_exception_or_invent_an_address(fields: list[bytes]) -> None:
    values = tuple(octets.decode("utf-8", "replace") for octets in fields)
    parse_return_path(values)
    sender, defects = parse_from(values)
    assert (sender is None) == bool(defects)
    for one in parse_addresses(values, 4):
        assert any(one.local in value for value in values)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("group", "team: a@x.example;"),
        ("comment", "a(b)@x.example"),
        ("quoted", '"a b"@x.example'),
        ("literal", "a@[192.0.2.1]"),
        ("white", "a @x.example"),
        ("controls", "\u212a@x.example"),
        ("encoded", "=?utf-8?q?a?=@x.example"),
        ("domain", "a@x_y.example"),
        ("dots", "a..b@x.example"),
        ("several", "a@x.example, b@x.example"),
        ("long", f"a@{'x' * 64}.example"),
    ],
)
def test_every_reason_is_one(name: str, text: str) -> None:
    assert theirs(text)
    assert re.search(REFUSED[name][0], text)
    with pytest.raises(AddressError):
        parse_address(text)
