"""Results of authentication are those that the library reads, but for what ``EXCEPTIONS`` lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import authres
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.fuzzing import fuzzed, hostile

from inboxwatch.core.message.authres import INVALID, METHODS, Field, read
from inboxwatch.core.message.structured import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from authres.core import AuthenticationResultsHeader

NAME = "Authentication-Results"
TRUSTED = "mx.example"


def looks(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.search(pattern, text, re.DOTALL | re.IGNORECASE) is not None


EXCEPTIONS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "quoted": (
        "A property behind a quoted value makes the library forget that value; ours reads both.",
        looks(r'="(?:[^"\\]|\\.)*"[^;]*\w='),
    ),
    "key": (
        (
            "A property of characters that no property has breaks the grammar of the library; ours "
            "reads past any that nobody asks for."
        ),
        lambda text: any(not _KEY.fullmatch(key) for key in _KEYS.findall(text)[1:]),
    ),
    "value": (
        (
            "What stands in a value is for whoever asks for that property to judge: a domain is "
            "checked as one (S07)."
        ),
        lambda text: any(not _VALUE.fullmatch(value) for value in _VALUES.findall(text)[1:]),
    ),
    "comment": (
        (
            "What stands in a comment is read past; the library knows no controls there, and fewer "
            "comments within comments."
        ),
        looks(r"[^ -~]|\((?:[^()]*\(){5}"),
    ),
}
"""Where we differ on purpose within one result: a name, why, and what it applies to."""

_KEYS = re.compile(r"([^\s;=()\"]*)\s*=")
_KEY = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)?/?1?", re.IGNORECASE)
_VALUES = re.compile(r"=\s*([^\s;()\"]*)")
_VALUE = re.compile(r"[a-z0-9@./+-]*", re.IGNORECASE)


def excused(value: str) -> bool:
    return any(applies(value) for _, applies in EXCEPTIONS.values())


WORDS = st.sampled_from(["pass", "fail", "none", "x.example", "@x.example", "a@x.example", "p1"])
COMMENTS = st.sampled_from(["", "", "", " (c)", " (a; dmarc=pass)", " ((a) b)", r" (a\) b)"])
VALUES = st.sampled_from(["x.example", "@x.example", "a@x.example", '"a;b"', "s1"])
PROPERTIES = st.tuples(
    st.sampled_from(["header.d", "header.i", "header.from", "smtp.mailfrom", "header.s"]), VALUES
).map("=".join)


@st.composite
def results(draw: st.DrawFn) -> str:
    method = draw(
        st.sampled_from(["dkim", "spf", "dmarc", "arc", "iprev", "auth", "DKIM", "dkim/1"])
    )
    said = draw(st.sampled_from(["pass", "fail", "none", "softfail", "temperror"]))
    reason = draw(st.sampled_from(["", "", ' reason="a; b=pass"', " reason=x"]))
    properties = draw(st.lists(PROPERTIES, max_size=3, unique_by=lambda one: one.split("=")[0]))
    more = "".join(f" {one}" for one in properties)
    return f"{method}={said}{draw(COMMENTS)}{reason}{more}{draw(COMMENTS)}"


@st.composite
def fields(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["mx.example", "mx.example 1", "MX.example", "mx.example(c)"]))
    found = draw(st.lists(results(), max_size=4))
    semicolon = draw(st.sampled_from(["; ", ";", " ;\t"]))
    return name + draw(COMMENTS) + "".join(semicolon + one for one in found or ["none"])


def theirs(value: str) -> AuthenticationResultsHeader | None:
    try:
        return authres.AuthenticationResultsHeader.parse(f"{NAME}: {value}")
    except (
        authres.AuthResError,
        RecursionError,
        ValueError,
        AttributeError,
        TypeError,
        IndexError,
    ):
        return None


def ours(value: str) -> Field | None:
    try:
        return read(value)
    except UnreadableError:
        return None


Said = list[tuple[str, str, dict[str, str]]]


def our_results(field: Field) -> Said:
    return [
        (one.method, one.result, {k: v for k, v in one.properties.items() if "." in k})
        for one in field.results
    ]


def their_results(header: AuthenticationResultsHeader) -> Said:
    return [
        (
            one.method.lower(),
            one.result.lower(),
            {f"{p.type}.{p.name}".lower(): p.value for p in one.properties},
        )
        for one in header.results
        if one.method.lower() in METHODS
    ]


@fuzzed
@given(fields())
def test_a_field_is_read_as_the_library_reads_it(value: str) -> None:
    expected = theirs(value)
    assume(expected is not None)
    found = read(value)
    assert found.authserv_id == expected.authserv_id.lower()
    if not excused(value):
        assert our_results(found) == their_results(expected)


def segments(value: str) -> list[str]:
    """What stands between semicolons, those in quoted strings and comments left aside, slowly."""
    found, depth, quoted, escaped = [""], 0, False, False
    for one in value:
        if escaped:
            escaped = False
        elif one == "\\":
            escaped = True
        elif one == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(one, 0)
            if one == ";" and not depth:
                found.append("")
                continue
        found[-1] += one
    return found


@fuzzed
@given(hostile(fields().map(str.encode)).map(lambda octets: octets.decode("utf-8", "replace")))
def test_a_pass_in_the_name_of_a_trusted_server_is_one_for_the_library(value: str) -> None:
    """Result by result: a fault in one of them spoils it alone, where the library gives up."""
    found = ours(value)
    if found is None or found.authserv_id != TRUSTED:
        return
    believed = [one for one in our_results(found) if one[1] != INVALID]
    for segment in segments(value)[1:]:
        alone = read(f"{TRUSTED};{segment}")
        for one in our_results(alone):
            if one[1] == INVALID or excused(segment):
                believed = [other for other in believed if other != one]
                continue
            expected = theirs(f"{TRUSTED};{segment}")
            assert expected is not None
            assert one in their_results(expected)
            believed = [other for other in believed if other != one]
    assert believed == []


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("quoted", ' dkim=pass header.d="a" header.s=b'),
        ("key", " dmarc=pass a:b=none header.from=x.example"),
        ("value", " dkim=pass header.b=a:b"),
        ("comment", " spf=pass (\x01) smtp.mailfrom=x.example"),
    ],
)
def test_every_exception_is_one(name: str, segment: str) -> None:
    assert EXCEPTIONS[name][1](segment)
    expected = theirs(f"{TRUSTED};{segment}")
    found = our_results(read(f"{TRUSTED};{segment}"))
    assert expected is None or their_results(expected) != found
    assert [one[1] for one in found] == ["pass"]
