from __future__ import annotations

from typing import TYPE_CHECKING

import authres
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.support.build import NOW, address, message
from tests.support.steps import steps

from inboxwatch.core.message.authentication import _passed_dkim, authenticate
from inboxwatch.core.message.authres import Result, _read_segments, _segments, read
from inboxwatch.core.message.parse import parse_octets
from inboxwatch.core.message.structured import UnreadableError
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from inboxwatch.model.message import Authentication, Message

AR = "Authentication-Results"
HOP = ("Received", "from sender by mx.acme.example; Wed, 18 Nov 2026 09:30:00 +0000")
ID = "mx.acme.example"
TRUST = (ID,)
EXCHANGE = ("topmost-without-id",)
PASS = f"{ID}; dmarc=pass header.from=customer.example"
FORGED = f"{ID}; dmarc=fail header.from=customer.example"


def mail(*trace: tuple[str, str] | str, **fields: object) -> Message:
    """A mail of ann@customer.example; a bare text in the trace is an Authentication-Results."""
    built = tuple((AR, item) if isinstance(item, str) else item for item in trace)
    return message(trace=(HOP, *built), **fields)


def verdict(*trace: tuple[str, str] | str, trust: tuple[str, ...] = TRUST) -> str:
    return judged(*trace, trust=trust).status.value


def judged(*trace: tuple[str, str] | str, trust: tuple[str, ...] = TRUST) -> Authentication:
    return authenticate(mail(*trace), trust)


def rules(authentication: Authentication) -> list[str]:
    return [finding.id for finding in authentication.findings]


def test_without_trust_nothing_counts() -> None:
    found = judged(PASS, "attacker.example; dmarc=pass header.from=customer.example", trust=())
    assert found.status == "unverified"
    assert rules(found) == ["S01"]


def test_an_authenticated_sender_leaves_no_findings() -> None:
    found = judged(PASS)
    assert found.status == "authenticated"
    assert found.findings == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("MX.Acme.EXAMPLE; dmarc=pass header.from=customer.example", "authenticated"),
        ("mx.acme.example 1; dmarc=pass header.from=customer.example", "authenticated"),
        ("(x) mx.acme.example (y) 1 ; dmarc=pass header.from=customer.example", "authenticated"),
        ('"mx.acme.example"; dmarc=pass header.from=customer.example', "unverified"),
        ('mx"."acme.example; dmarc=pass header.from=customer.example', "unverified"),
        ("mx.acme.example.; dmarc=pass header.from=customer.example", "unverified"),
        ("ｍｘ.acme.example; dmarc=pass header.from=customer.example", "unverified"),  # noqa: RUF001 - full width
        ("mx。acme.example; dmarc=pass header.from=customer.example", "unverified"),
        ("mx.ac\u00adme.example; dmarc=pass header.from=customer.example", "unverified"),
        ("mx.acme.example 99; dmarc=pass header.from=customer.example", "unverified"),
        ("mx.acme.example one; dmarc=pass header.from=customer.example", "unverified"),
        ("mx.acme.example.evil.example; dmarc=pass header.from=customer.example", "unverified"),
        ("evil.mx.acme.example; dmarc=pass header.from=customer.example", "unverified"),
        ("acme.example; dmarc=pass header.from=customer.example", "unverified"),
        ("dmarc=pass header.from=customer.example", "unverified"),
        ("mx.acme.example; none", "unverified"),
        ("mx.acme.example", "unverified"),
        ("", "unverified"),
    ],
)
def test_the_authserv_id_is_compared_exactly(value: str, expected: str) -> None:
    assert verdict(value) == expected


@pytest.mark.parametrize(
    "trust", ["mx.bücher.example", "mx.xn--bcher-kva.example", "MX.BÜCHER.example"]
)
@pytest.mark.parametrize("name", ["mx.bücher.example", "mx.xn--bcher-kva.example"])
def test_the_authserv_id_in_either_script(trust: str, name: str) -> None:
    value = f"{name}; dmarc=pass header.from=customer.example"
    assert verdict(value, trust=(trust,)) == "authenticated"


def test_no_verdict_of_a_trusted_server() -> None:
    assert rules(judged()) == ["S14"]
    assert rules(judged("other.example; dmarc=pass header.from=customer.example")) == ["S14"]
    assert rules(judged(f"{ID}; none")) == ["S14"]
    assert rules(judged(f"{ID}; dkim=none; spf=none")) == ["S14"]


def test_nothing_below_the_second_received_is_read() -> None:
    assert verdict(HOP, PASS) == "unverified"
    assert verdict(f"{ID}; dmarc=fail header.from=customer.example", HOP, PASS) == "failed"


def test_a_forged_field_above_the_boundary_cannot_beat_the_servers_own() -> None:
    assert verdict(FORGED, PASS) == "failed"
    assert verdict(PASS, FORGED) == "failed"


def test_googles_note_to_itself_is_no_boundary() -> None:
    own = ("Received", "by 2002:a05:6a10:1234:b0 with SMTP id x1csp1; Wed, 18 Nov 2026 01:30:00")
    genuine = message(trace=(own, HOP, (AR, PASS)))
    assert authenticate(genuine, TRUST).status == "authenticated"
    below = message(trace=(own, HOP, HOP, (AR, PASS)))
    assert authenticate(below, TRUST).status == "unverified"
    repeated = message(trace=(HOP, own, (AR, PASS)))
    assert authenticate(repeated, TRUST).status == "unverified"


def test_several_fields_of_one_server_are_read_together() -> None:
    found = verdict(
        f"{ID}; arc=none",
        f"{ID}; bimi=skipped",
        f"{ID}; dkim=pass header.d=bulk.example; spf=pass smtp.mailfrom=x@bulk.example",
        PASS,
    )
    assert found == "authenticated"


def test_fields_of_arc_are_not_read() -> None:
    assert verdict(("ARC-Authentication-Results", f"i=1; {PASS}")) == "unverified"


ONLINE = (
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=customer.example; dkim=pass (signature was "
    "verified) header.d=customer.example;dmarc=pass action=none "
    "header.from=customer.example;compauth=pass reason=100"
)


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        ((ONLINE,), "authenticated"),
        ((HOP, HOP, ONLINE), "authenticated"),
        ((ONLINE.replace("dmarc=pass", "dmarc=fail"), ONLINE), "failed"),
        (("spf=none", ONLINE), "unverified"),
        ((PASS, ONLINE), "unverified"),
        (("other.example; none", ONLINE), "unverified"),
        ((ONLINE.replace("dmarc=pass", "dmarc=bestguesspass"),), "unverified"),
        (("compauth=pass reason=100",), "unverified"),
    ],
)
def test_exchange_online(trace: tuple[tuple[str, str] | str, ...], expected: str) -> None:
    assert verdict(*trace, trust=EXCHANGE) == expected


def test_a_field_without_id_needs_the_sentinel() -> None:
    assert verdict(ONLINE) == "unverified"


@pytest.mark.parametrize(
    ("results", "expected", "rule"),
    [
        ("dmarc=pass header.from=customer.example", "authenticated", None),
        ("dmarc=PASS header.from=CUSTOMER.example", "authenticated", None),
        ("dmarc=pass (p=none dis=none) header.from=customer.example", "authenticated", None),
        ("dmarc/1=pass header.from=customer.example", "authenticated", None),
        ("dmarc = pass header.from = customer.example", "authenticated", None),
        ("dmarc=pass", "unverified", "S07"),
        ("dmarc=pass header.from=attacker.example", "failed", "S07"),
        ("dmarc=pass header.from=sub.customer.example", "failed", "S07"),
        ("dmarc=pass header.from=customer.example.evil.example", "failed", "S07"),
        ("dmarc=fail header.from=customer.example", "failed", "S07"),
        (
            "dmarc=fail header.from=customer.example; dkim=pass header.d=customer.example",
            "failed",
            "S07",
        ),
        ("dmarc=pass header.from=customer.example; dmarc=fail", "failed", "S07"),
        ("dmarc=pass header.from=customer.example; dmarc=temperror", "unverified", "S08"),
        ("dmarc=bestguesspass header.from=customer.example", "unverified", "S08"),
        ("dmarc=temperror; dkim=pass header.d=customer.example", "unverified", "S08"),
        ("dmarc=permerror", "unverified", "S08"),
        ("dmarc=policy", "unverified", "S08"),
        ("dmarc=neutral", "unverified", "S08"),
        ("dmarc/2=pass header.from=customer.example", "unverified", "S14"),
        ("xdmarc=pass header.from=customer.example", "unverified", "S14"),
        ("compauth=pass reason=100", "unverified", "S14"),
        ("dmarc=none; dkim=pass header.d=customer.example", "authenticated", None),
        ("dmarc=none; spf=softfail smtp.mailfrom=ann@customer.example", "unverified", "S08"),
        ("dmarc=none", "unverified", "S14"),
        ("dkim=pass header.d=customer.example", "authenticated", None),
        ("dkim=pass header.i=@customer.example", "authenticated", None),
        ("dkim=pass header.i=ann@customer.example", "authenticated", None),
        ("dkim=pass header.d=attacker.example", "failed", "S07"),
        ("dkim=pass header.d=attacker.example header.i=@customer.example", "failed", "S07"),
        ("dkim=pass header.d=evilcustomer.example", "failed", "S07"),
        ("dkim=pass", "unverified", "S08"),
        ("spf=pass smtp.mailfrom=ann@customer.example", "authenticated", None),
        ("spf=pass smtp.mailfrom=customer.example", "authenticated", None),
        ("spf=pass smtp.mailfrom=x@attacker.example", "failed", "S07"),
        ("spf=pass smtp.helo=customer.example", "unverified", "S08"),
        ("spf=softfail smtp.mailfrom=ann@customer.example", "unverified", "S08"),
        ("spf=neutral smtp.mailfrom=ann@customer.example", "unverified", "S08"),
        ("spf=fail smtp.mailfrom=ann@customer.example", "failed", "S07"),
        (
            "spf=fail smtp.mailfrom=ann@customer.example; dkim=fail header.d=customer.example",
            "failed",
            "S07",
        ),
        (
            "spf=fail smtp.mailfrom=x@forwarder.example; dkim=pass header.d=customer.example",
            "authenticated",
            None,
        ),
        (
            "spf=pass smtp.mailfrom=x@attacker.example; dkim=pass header.d=attacker.example",
            "failed",
            "S07",
        ),
    ],
)
def test_what_proves_the_sender(results: str, expected: str, rule: str | None) -> None:
    found = judged(f"{ID}; {results}")
    assert found.status.value == expected
    assert rules(found) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("dkim=pass header.d=customer.example; dkim=fail header.d=customer.example", "unverified"),
        (
            (
                "dkim=pass header.d=customer.example header.s=a header.b=x; "
                "dkim=fail header.d=customer.example header.s=a header.b=x"
            ),
            "unverified",
        ),
        (
            (
                "dkim=pass header.d=customer.example header.s=rsa; "
                "dkim=neutral header.d=customer.example header.s=ed25519"
            ),
            "authenticated",
        ),
        (
            "dkim=pass header.d=customer.example; dkim=fail header.d=list.example",
            "authenticated",
        ),
        (
            "spf=pass smtp.mailfrom=ann@customer.example; spf=fail smtp.mailfrom=a@b.example",
            "unverified",
        ),
        (
            "spf=pass smtp.mailfrom=ann@customer.example; spf=none smtp.helo=mail.customer.example",
            "authenticated",
        ),
    ],
)
def test_the_worst_result_of_one_method_counts(results: str, expected: str) -> None:
    assert verdict(f"{ID}; {results}") == expected


@pytest.mark.parametrize(
    ("sender", "domain", "expected"),
    [
        ("ann@mail.acme.co.uk", "acme.co.uk", "authenticated"),
        ("ann@acme.co.uk", "mail.acme.co.uk", "authenticated"),
        ("ann@a.co.uk", "b.co.uk", "failed"),
        ("ann@co.uk", "evil.co.uk", "failed"),
        ("ann@customer.example", "mail.customer.example", "failed"),
        ("ann@xn--bcher-kva.com", "bücher.com", "authenticated"),
    ],
)
def test_alignment_by_registrable_domain(sender: str, domain: str, expected: str) -> None:
    organisational = {"mail.acme.co.uk": "acme.co.uk", "acme.co.uk": "acme.co.uk"}
    who = address(sender)
    who = replace(who, organisational=organisational.get(who.domain, who.domain))
    built = replace(mail(f"{ID}; dkim=pass header.d={domain}"), sender=who)
    assert authenticate(built, TRUST).status.value == expected


@pytest.mark.parametrize(
    "results",
    [
        'spf=pass smtp.mailfrom="a;dmarc=pass header.from=customer.example"@attacker.example',
        "spf=pass (x; dmarc=pass header.from=customer.example) smtp.mailfrom=a@attacker.example",
        'spf=pass reason="dmarc=pass header.from=customer.example" smtp.mailfrom=attacker.example',
        "spf=pass smtp.mailfrom=a@attacker.example dmarc=pass header.from=customer.example",
        (
            "spf=pass smtp.mailfrom=a@attacker.example ; dmarc=pass header.from=customer.example "
            "header.from=attacker.example"
        ),
        "dmarc=pass header.from=attacker.example; x=y dmarc=pass header.from=customer.example",
        "dmarc=pass and more header.from=customer.example",
        "dmarc=pass header.from=attacker.example header.from=customer.example",
    ],
)
def test_text_of_the_attacker_inside_the_servers_field_proves_nothing(results: str) -> None:
    assert verdict(f"{ID}; {results}") != "authenticated"


@pytest.mark.parametrize(
    "value",
    [
        f'{ID}; dmarc=pass header.from=customer.example; spf=pass smtp.mailfrom="x',
        f"{ID}; dmarc=pass header.from=customer.example (never closed",
        f"{ID}; " + "(" * 5000 + ")" * 5000 + " dmarc=pass header.from=customer.example",
        PASS + "; " + "x" * 70_000,
        PASS + "; dkim=none" * 200,
    ],
)
def test_a_trusted_field_that_cannot_be_read_spoils_the_proof(value: str) -> None:
    found = judged(PASS, value)
    assert found.status == "unverified"
    assert rules(found) == ["S06"]


def test_an_unreadable_field_of_somebody_else_does_no_harm() -> None:
    assert verdict("other.example; (((", PASS) == "authenticated"
    assert verdict(PASS, HOP, f"{ID}; (((") == "authenticated"


@pytest.mark.parametrize(
    ("defect", "rule"),
    [("from-invalid", "S21"), ("from-several", "A14"), ("from-missing", "A14")],
)
def test_no_single_sender_is_suspicious(defect: str, rule: str) -> None:
    built = replace(mail(PASS, defects=(defect,)), sender=None)
    found = authenticate(built, TRUST)
    assert found.status == "suspicious"
    assert rules(found) == [rule]


@pytest.mark.parametrize(
    ("name", "suspicious"),
    [
        ("boss@acme.example", True),
        ("The boss <boss@acme.example>", True),
        ("boss＠acme.example", True),  # noqa: RUF001 - the full-width sign is the attack
        ("Support @ acme.example", True),
        ("ann@customer.example.evil.example", True),
        ("ann@customer.example", False),
        ("Ann @ home", False),
        ("Ann @work", False),
        ("Ann", False),
        ("", False),
        ("@" * 120, False),
    ],
)
def test_an_address_in_the_display_name(name: str, suspicious: bool) -> None:
    built = replace(mail(PASS), sender=address("ann@customer.example", name))
    found = authenticate(built, TRUST)
    assert found.status.value == ("suspicious" if suspicious else "authenticated")
    assert rules(found) == (["S22"] if suspicious else [])


def test_a_spoofed_name_does_not_hide_a_failure() -> None:
    built = replace(mail(FORGED), sender=address("ann@customer.example", "boss@acme.example"))
    assert rules(authenticate(built, TRUST)) == ["S07", "S22"]


@pytest.mark.parametrize(
    ("fields", "diverts"),
    [
        ({"reply_to": (address("ann@customer.example"),)}, False),
        ({"reply_to": (address("desk@mail.customer.example"),)}, False),
        ({"reply_to": (address("ann@customer.example"), address("x@evil.example"))}, True),
        ({"reply_to": (address("ann@customer.example", "x@evil.example"),)}, True),
        (
            {"reply_to": (address("ann@customer.example"),), "defects": ("reply-to-unclear",)},
            True,
        ),
        ({"headers": {"Reply-To": "undisclosed-recipients:;"}}, True),
        ({"headers": {"Reply-To": " "}}, False),
        ({}, False),
    ],
)
def test_a_reply_to_of_strangers_is_told_beside_the_verdict(
    fields: dict[str, object], diverts: bool
) -> None:
    found = authenticate(mail(PASS, **fields), TRUST)
    assert found.status == "authenticated"
    assert rules(found) == (["S24"] if diverts else [])


def test_evidence_is_one_short_line() -> None:
    found = judged(f"{ID}; dmarc=pass header.from={'a' * 60}.{'b' * 60}.{'c' * 60}.example")
    assert all(len(finding.evidence) <= 160 for finding in found.findings)


COMPARED = [
    "example.com 1; none",
    "example.com; spf=pass smtp.mailfrom=example.net",
    (
        "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass "
        "smtp.mailfrom=example.net"
    ),
    (
        "example.com; sender-id=fail header.from=example.com; dkim=pass (good signature) "
        "header.d=example.com"
    ),
    (
        'example.com; dkim=pass reason="good signature" header.i=@router.example.net; dkim=fail '
        'reason="bad signature" header.i=@newyork.example.com'
    ),
    "mx.example; dmarc=pass (p=reject dis=none) header.from=example.com",
    'mx.example; spf=pass smtp.mailfrom="a;dmarc=pass"@example.com',
]


@pytest.mark.parametrize("value", COMPARED)
def test_our_reading_is_that_of_the_library_where_that_reads_it(value: str) -> None:
    ours = read(value)
    theirs = authres.AuthenticationResultsHeader.parse(f"{AR}: {value}")
    assert ours.authserv_id == theirs.authserv_id
    known = [
        (result.method, result.result)
        for result in theirs.results
        if result.method in ("dkim", "spf", "dmarc")
    ]
    if known:
        assert [(result.method, result.result) for result in ours.results] == known


RESULTS = st.tuples(
    st.sampled_from(("dkim", "spf", "dmarc")),
    st.sampled_from(("pass", "fail", "none", "temperror", "softfail")),
    st.sampled_from(("", " (a comment; dmarc=pass)", ' reason="a; dmarc=pass"')),
    st.sampled_from(("header.d", "header.i", "smtp.mailfrom", "header.from")),
    st.sampled_from(("example.org", "@example.org", "ann@example.org", "mail.example.org")),
)


@given(st.lists(RESULTS, min_size=1, max_size=6))
def test_our_reading_is_that_of_the_library_for_any_field_that_it_reads(
    written: list[tuple[str, str, str, str, str]],
) -> None:
    told = (f"{one}={result}{more} {name}={text}" for one, result, more, name, text in written)
    value = f"mx.example; {'; '.join(told)}"
    theirs = authres.AuthenticationResultsHeader.parse(f"{AR}: {value}")
    ours = read(value)
    assert [(one.method, one.result) for one in ours.results] == [
        (one.method, one.result) for one in theirs.results
    ]
    for one, other in zip(ours.results, theirs.results, strict=True):
        (known,) = other.properties
        assert one.properties[f"{known.type}.{known.name}"] == known.value


PIECES = ("dkim", "=", " = ", "pass", ";", " ", "(c)", "( (c) )", "(", ")", ".", "/1", "a@b", "\t")


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_plain_splitting_reads_what_the_tokenizer_reads(value: str) -> None:
    try:
        expected = list(_read_segments(value))
    except UnreadableError:
        with pytest.raises(UnreadableError):
            list(_segments(value))
    else:
        assert list(_segments(value)) == expected


@pytest.mark.parametrize("value", [ONLINE, f"{ID}; " + "(" * 5000])
def test_what_the_library_cannot_read(value: str) -> None:
    with pytest.raises((authres.SyntaxError, RecursionError)):
        authres.AuthenticationResultsHeader.parse(f"{AR}: {value}")


def test_the_grammars_oddest_example_is_no_pass() -> None:
    value = (
        "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) "
        "fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't "
        "expecting it) 1362471462"
    )
    assert [result for result in read(value).results if result.result == "pass"] == []


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        (f"{ID}; spf=none", PASS, "unverified"),
        (f"{ID}; dkim=fail", PASS, "failed"),
        (PASS, FORGED, "failed"),
        (PASS, PASS, "authenticated"),
        (PASS, f"{ID}; dkim=pass header.d=elsewhere.example", "authenticated"),
    ],
)
def test_below_the_hop_of_the_first_result_only_what_speaks_against_it_counts(
    above: str, below: str, expected: str
) -> None:
    """Where our server writes on top of its Received, the writer's own field is next to follow."""
    trace = ((AR, above), HOP, (AR, below))
    assert authenticate(message(trace=trace), TRUST).status == expected


def test_passes_are_held_against_denials_in_linear_time() -> None:
    """Fifty fields with as many passes as denials took seven seconds."""

    def work(fields: int) -> int:
        results = "; ".join(
            f"dkim={'pass' if number % 2 else 'fail'} header.d=x.example header.s=s{number}"
            for number in range(90)
        )
        judged = mail(*[f"{ID}; {results}"] * fields)
        return steps(lambda: authenticate(judged, TRUST))

    work(1)
    assert work(16) < 5 * work(4)


PROPERTIES = st.fixed_dictionaries(
    {"header.d": st.sampled_from(["x.example", "y.example"])},
    optional={"header.s": st.sampled_from(["", "1", "2"]), "header.b": st.sampled_from(["", "a"])},
)


@given(st.lists(st.tuples(st.sampled_from(["pass", "fail", "none"]), PROPERTIES), max_size=6))
def test_a_pass_counts_unless_a_denial_may_speak_of_the_same_signature(
    drawn: list[tuple[str, dict[str, str]]],
) -> None:
    def may_be_same(one: dict[str, str], other: dict[str, str]) -> bool:
        shared = one.keys() & other.keys()
        return all(one[name] == other[name] for name in shared)

    denied = [properties for said, properties in drawn if said != "pass"]
    expected = [
        ("dkim", properties["header.d"])
        for said, properties in drawn
        if said == "pass" and not any(may_be_same(properties, other) for other in denied)
    ]
    assert _passed_dkim([Result("dkim", *one) for one in drawn]) == expected


@pytest.mark.parametrize(
    "forged",
    [
        "mx.acme.example\u037e",  # the Greek question mark, of which NFC makes a semicolon
        "mx.a\u212ame.example;",  # the Kelvin sign, of which NFC makes a K
        "\u00a0mx.acme.example;",
        "mx.acme.example\u2003;",
        "mx.acme.example\u0085;",
        "mx.acme.example\x1c;",
        "mx.acme.example\x0b;",
        "\x0cmx.acme.example;",
        "mx.acme\0.example;",
        "mx.acme\r.example;",
        "mx.acme.example\r;",
        "mx.acme.example\xad;",
        "mx.acme.example\u200b;",
        "mx.acm\uff45.example;",
        "mx.acme.example(\u037e;",
        '"mx.acme.example";',
        "mx.acme.example.;",
        "mx.acme.example\\;",
    ],
)
@pytest.mark.parametrize("field", ["Authentication-Results", "Authentication-Results "])
def test_what_only_looks_like_a_trusted_server_is_none(forged: str, field: str) -> None:
    """A server strips what bears its own name from mail that comes in, and compares octets."""
    octets = (
        "Received: from x by mx.acme.example; Wed, 18 Nov 2026 09:30:00 +0000\r\n"
        f"{field}: {forged} dmarc=pass header.from=customer.example\r\n"
        "From: ann@customer.example\r\n\r\nhello\r\n"
    )
    found = parse_octets(octets.encode(), source="", role=Role.INBOX, received=NOW)
    assert authenticate(found, (ID, "mx.akme.example")).status == "unverified"


@pytest.mark.parametrize(
    "name",
    [
        "Authentication\0-Results",
        "Authentication-Results\0",
        "Authentication-Results\r",
        "Authentication-Results ",
        "Authentication-Results\t",
        "Authentication-Result\u017f",
    ],
)
def test_what_only_looks_like_a_field_of_results_is_none(name: str) -> None:
    octets = f"{name}: {PASS}\nFrom: ann@customer.example\n\nhello\n"
    found = parse_octets(octets.encode(), source="", role=Role.INBOX, received=NOW)
    assert authenticate(found, TRUST).status == "unverified"
