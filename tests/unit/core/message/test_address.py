from __future__ import annotations

import email.utils
import time
from email.headerregistry import HeaderRegistry
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publicsuffixlist import PSLFILE, PublicSuffixList

from inboxwatch.core.message.address import (
    AddressError,
    ascii_domain,
    clean_name,
    make_address,
    organisational_domain,
    parse_address,
    parse_addresses,
    parse_from,
    parse_return_path,
)
from inboxwatch.model.message import ReturnPathKind


@pytest.mark.parametrize(
    ("text", "spec", "name"),
    [
        ("ann@x.example", "ann@x.example", ""),
        ("<ann@x.example>", "ann@x.example", ""),
        ("Ann <ann@x.example>", "ann@x.example", "Ann"),
        ("Ann B. Example <ann@x.example>", "ann@x.example", "Ann B. Example"),
        ('"Example, Ann" <ann@x.example>', "ann@x.example", "Example, Ann"),
        ('"Ann \\"A\\" Example" <ann@x.example>', "ann@x.example", 'Ann "A" Example'),
        ("Ann (Sales) <ann@x.example>", "ann@x.example", "Ann (Sales)"),
        ("ann@x.example (Ann)", "ann@x.example", "Ann"),
        ("=?utf-8?q?J=C3=BCrgen?= <j@x.example>", "j@x.example", "Jürgen"),
        ("Jürgen <j@x.example>", "j@x.example", "Jürgen"),
        ('"alice@acme.example" <x@evil.example>', "x@evil.example", "alice@acme.example"),
        ("Ann<ann@X.Example>", "ann@x.example", "Ann"),
        ("Ann.Example@X.EXAMPLE", "Ann.Example@x.example", ""),
        ('"ann.example"@x.example', "ann.example@x.example", ""),
        ("ann@faß.example", "ann@xn--fa-hia.example", ""),
        ("ann@bücher.example", "ann@xn--bcher-kva.example", ""),
        ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example", ""),
        ("jürgen@x.example", "jürgen@x.example", ""),
        ("root@localhost", "root@localhost", ""),
    ],
)
def test_one_address(text: str, spec: str, name: str) -> None:
    address = parse_address(text)
    assert (address.spec, address.name) == (spec, name)


@pytest.mark.parametrize(
    "text",
    [
        "alice@example.com <evil@x.example>",
        "alice@example.com, <evil@x.example>",
        "alice@example.com]<evil@x.example>",
        "alice@example.com(<evil@x.example>",
        "alice@example.com)<evil@x.example>",
        "alice@example.com<<evil@x.example>",
        "alice@example.com><evil@x.example>",
        "alice@example.com@<evil@x.example>",
        "alice@example.com:<evil@x.example>",
        "alice@example.com;<evil@x.example>",
        "alice@example.com.<evil@x.example>",
        'alice@example.com"<evil@x.example>',
        "alice@example.com[<evil@x.example>",
        "alice@example.com@evil.example",
        "<alice@example.com>@evil.example",
        '"test@acme.example x"@evil.example',
        '"alice smith"@x.example',
        "(alice@example.com) evil@x.example",
        "alice(comment)@x.example",
        "alice@x.example <>",
        "<@relay.example:alice@x.example>",
        "alice @x.example",
        "alice@ x.example",
        "alice@[192.0.2.1]",
        "alice@x.example.",
        "alice@x..example",
        "alice@-x.example",
        "alice..b@x.example",
        ".alice@x.example",
        "alice@x_y.example",
        "alice@" + "x" * 64 + ".example",
        "a" * 250 + "@x.example",
        "=?utf-8?q?alice?=@x.example",
        "=?utf-8?q?al?=ice@x.example",
        "al\u202eice@x.example",
        "\u212aate@x.example",
        "kate@\u212aeys.example",
        "al\u00a0ice@x.example",
        "alice@x\u2028.example",
        "a\x00b@x.example",
        "alice",
        "@x.example",
        "alice@",
        "",
        "<>",
    ],
)
def test_what_two_programs_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        parse_address(text)


@pytest.mark.parametrize(
    ("values", "defect"),
    [
        ((), "from-missing"),
        (("",), "from-missing"),
        (("a@x.example", "a@x.example"), "from-several"),
        (("a@x.example, b@y.example",), "from-several"),
        (("Ann <a@x.example>, b@y.example",), "from-several"),
        (("undisclosed-recipients:;",), "from-group"),
        (("MAILER-DAEMON",), "from-no-domain"),
        (("Ann",), "from-no-domain"),
        (("alice@example.com <evil@x.example>",), "from-invalid"),
    ],
)
def test_a_from_without_exactly_one_sender(values: tuple[str, ...], defect: str) -> None:
    assert parse_from(values) == (None, (defect,))


def test_a_from_with_one_sender() -> None:
    address, defects = parse_from(("Ann <ann@x.example>",))
    assert address is not None
    assert address.spec == "ann@x.example"
    assert defects == ()


@pytest.mark.parametrize(
    ("spec", "exact", "canonical"),
    [
        ("Ann+Shop@X.example", "ann+shop@x.example", "ann@x.example"),
        ("A.b+1@gmail.com", "a.b+1@gmail.com", "ab@gmail.com"),
        ("ab@googlemail.com", "ab@googlemail.com", "ab@gmail.com"),
        ("a.b@x.example", "a.b@x.example", "a.b@x.example"),
        ("+tag@x.example", "+tag@x.example", "+tag@x.example"),
    ],
)
def test_keys_for_customers_and_for_limits(spec: str, exact: str, canonical: str) -> None:
    address = parse_address(spec)
    assert (address.exact, address.canonical) == (exact, canonical)


@pytest.mark.parametrize(
    ("domain", "organisational"),
    [
        ("mail.a.co.uk", "a.co.uk"),
        ("b.co.uk", "b.co.uk"),
        ("deep.mail.acme.com", "acme.com"),
        ("mail.acme.example", "mail.acme.example"),
        ("com", "com"),
        ("localhost", "localhost"),
    ],
)
def test_organisational_domain(domain: str, organisational: str) -> None:
    assert organisational_domain(domain) == organisational
    assert make_address("ann", domain).organisational == organisational


def test_by_top_level_domain_the_suffix_list_says_the_same() -> None:
    whole = PublicSuffixList(accept_unknown=False)
    lines = Path(PSLFILE).read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("//")]
    special = [rule for rule in rules if rule[0] in "*!" or not rule.isascii()]
    assert len(special) > 200
    for rule in (*special, *rules[::5]):
        suffix = ascii_domain(rule.removeprefix("!").replace("*", "w"))
        parent = suffix.partition(".")[2] or suffix
        for domain in (suffix, f"a.{suffix}", f"b.a.{suffix}", f"c.{parent}", f"{suffix}."):
            assert organisational_domain(domain) == (whole.privatesuffix(domain) or domain)


@pytest.mark.parametrize(
    ("values", "specs"),
    [
        (("a@x.example, Ann <b@x.example>",), ["a@x.example", "b@x.example"]),
        (('"Example, Ann" <a@x.example>; b@x.example',), ["a@x.example", "b@x.example"]),
        (("Team: a@x.example, b@x.example;",), ["a@x.example", "b@x.example"]),
        (("undisclosed-recipients:;",), []),
        (("broken@, a@x.example, <, b@x.example>",), ["a@x.example"]),
        (("a@x.example", "b@x.example"), ["a@x.example", "b@x.example"]),
        (("a@x.example (one, two), b@x.example",), ["a@x.example", "b@x.example"]),
        (('"unclosed, a@x.example',), []),
    ],
)
def test_lists_skip_what_does_not_parse(values: tuple[str, ...], specs: list[str]) -> None:
    assert [address.spec for address in parse_addresses(values)] == specs


def test_lists_end_at_the_limit() -> None:
    value = ", ".join(f"a{number}@x.example" for number in range(500))
    assert len(parse_addresses((value,))) == 100
    assert len(parse_addresses((value, value), limit=7)) == 7


@pytest.mark.parametrize(
    "text",
    [
        ", ".join(f"a{number}@x{number}.example" for number in range(40_000)),
        '"' * 20_001,
        '",' * 20_000,
        "(" * 60_000,
        "()" * 30_000,
        "<" * 60_000,
        "<@>," * 15_000,
        "a," * 30_000 + "@",
        " " * 60_000 + "@",
        "\\" * 60_000,
        '"\\' * 30_000 + "@",
    ],
)
def test_hostile_lists_take_linear_time(text: str) -> None:
    start = time.process_time()
    parse_addresses((text,))
    parse_from((text,))
    parse_return_path((text,))
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("values", "kind", "spec"),
    [
        ((), ReturnPathKind.ABSENT, None),
        (("<>",), ReturnPathKind.NULL, None),
        (("< >",), ReturnPathKind.NULL, None),
        (("",), ReturnPathKind.NULL, None),
        (("(none)",), ReturnPathKind.NULL, None),
        (("<> (bounce)",), ReturnPathKind.NULL, None),
        (("<ann@x.example>",), ReturnPathKind.ADDRESS, "ann@x.example"),
        (("ann@x.example",), ReturnPathKind.ADDRESS, "ann@x.example"),
        (("<a@x.example>", "<b@x.example>"), ReturnPathKind.ADDRESS, "a@x.example"),
        (("<a@x.example>", "<>"), ReturnPathKind.NULL, None),
        (("<MAILER-DAEMON>",), ReturnPathKind.INVALID, None),
        (("nonsense",), ReturnPathKind.INVALID, None),
    ],
)
def test_return_path(values: tuple[str, ...], kind: ReturnPathKind, spec: str | None) -> None:
    path = parse_return_path(values)
    assert path.kind is kind
    assert (path.address.spec if path.address else None) == spec


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Ann\r\n Example ", "Ann Example"),
        ("'Ann'", "Ann"),
        ("=?utf-8?q?a=0ab?=", "a b"),
        ("Ann\u202e", "Ann"),
        ("x" * 500, "x" * 120),
    ],
)
def test_names_are_cleaned(text: str, name: str) -> None:
    assert clean_name(text) == name


_PIECES = st.one_of(
    st.sampled_from('a@<>"(),;:\\. []'),
    st.sampled_from(["b@x.example", "<b@x.example>", "Ann", "evil.example", "=?utf-8?q?a?="]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=8).map("".join))
def test_other_parsers_read_the_same_address(text: str) -> None:
    try:
        address = parse_address(text)
    except AddressError:
        return
    expected = [address.spec.lower()]
    assert [found.lower() for _, found in email.utils.getaddresses([text])] == expected
    try:
        header = HeaderRegistry()("from", text)
    except AttributeError:  # its own fault, on names of nothing but dots
        return
    assert [found.addr_spec.lower() for found in header.addresses] == expected
