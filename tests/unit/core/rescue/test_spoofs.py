"""Every way to forge a customer: a mail in which one rule alone refuses, and its genuine twin.

From the octets to the judgement, under one configuration: Ann of archer.example is a customer, and
mx.acme.example is trusted.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.support.build import NOW, account, customers, policy, world

from inboxwatch.app.known import Known
from inboxwatch.core.decide import decide
from inboxwatch.core.message.authentication import authenticate
from inboxwatch.core.message.parse import parse_octets
from inboxwatch.core.stranger import resembled
from inboxwatch.core.summary import decision_fields
from inboxwatch.model.customer import Customer, Customers
from inboxwatch.model.decision import Decision, ReplyDecision
from inboxwatch.model.message import AuthenticationStatus, Role

AR = "Authentication-Results"
ID = "mx.acme.example"
HOP = f"Received: from mail.sender.example by {ID} with ESMTPS; Wed, 18 Nov 2026 09:30:00 +0000"
PASS = f"{AR}: {ID}; dmarc=pass header.from=archer.example"
NONE = f"{AR}: {ID}; spf=none"
FAIL = f"{AR}: {ID}; dmarc=fail header.from=archer.example"
SOMEBODY = f"{AR}: {ID}; dmarc=pass header.from={{}}"
FROM = "From: Ann Archer <ann@archer.example>"
BELOW = f"Received: from a by b; Wed, 18 Nov 2026 09:29:00 +0000\n{PASS}"
FOREFRONT = "X-Forefront-Antispam-Report: SCL:8;CAT:PHSH;"
MULTIPART = 'Content-Type: multipart/mixed; boundary="x"'
ANN = Customer("c-1", "Ann Archer", ("ann@archer.example",))
BAKER = Customer("c-3", "Bea Baker", ("bea@mail.baker.co.uk",))
GAIL = "From: Gail Mail <gail@gmail.com>"
GAILS = Customer("c-4", "Gail Mail", ("gail@gmail.com",))
NORD = Customer("c-2", "Nordwind GmbH", ("jo@nordwind.com",), ("nordwind.com",))
SUPPORT = account(
    trust=(ID,),
    arc_sealers=frozenset({"old.example"}),
    forwarded_from=frozenset({"help@old.example"}),
    own_lists=frozenset({"support.acme.example"}),
)


def lines(*fields: str, body: str = "Where is my order?") -> bytes:
    """A mail: what the trusted server wrote, then what the sender wrote."""
    rest = ("To: support@acme.example", "Subject: My order", "Message-ID: <m1@archer.example>")
    date = "Date: Wed, 18 Nov 2026 09:29:00 +0000"
    return "\n".join(("Return-Path: <x@y.example>", *fields, *rest, date, "", body)).encode()


def decided(
    octets: bytes, role: Role = Role.JUNK, flags: tuple[str, ...] = (), **trust: object
) -> Decision:
    mail = parse_octets(octets, source="x", role=role, received=NOW, flags=frozenset(flags))
    directory = Known(customers(ANN, NORD, BAKER, GAILS), Customers())
    under = replace(SUPPORT, **trust)
    around = directory.around(mail.sender)
    return decide(
        mail,
        world(
            policy=policy(accounts={"support": under}),
            account=under,
            customers=around,
            resembled=resembled(mail, mail.sender, around, directory),
        ),
    )


def judged(octets: bytes, **trust: object) -> tuple[str, set[str]]:
    rescue = decided(octets, **trust).rescue
    assert rescue is not None
    return rescue.decision.value, {one.id for one in rescue.unmet}


GENUINE = lines(PASS, HOP, FROM)
LIST = "List-Id: <news.lists.example>"
OWN_LIST = "List-Id: <support.acme.example>"
EXCHANGE = f"{AR}: spf=pass smtp.mailfrom=archer.example; dmarc=pass header.from=archer.example"


def attached(name: str) -> bytes:
    part = f'--x\n\nHello\n--x\nContent-Type: image/png; name="{name}"\n\nxx\n--x--'
    return lines(PASS, HOP, FROM, MULTIPART, body=part)


def nested(inner: str, *outer: str) -> bytes:
    part = f"--x\n\nHello\n--x\nContent-Type: message/rfc822\n\n{inner}\n\nHi\n--x--"
    return lines(*outer, MULTIPART, body=part)


SEALED = (
    "ARC-Seal: i=1; cv=none; d={}; b=x\n"
    "ARC-Authentication-Results: i=1; mx.old.example; dmarc=pass header.from=archer.example"
)
UNCHECKED = f"{AR}: {ID}; dmarc=fail header.from=archer.example; spf=pass smtp.mailfrom="

NO_ID_OF_OURS = (
    ("ｍｘ.acme.example", ID),  # noqa: RUF001 - full-width letters are the trick
    ("mx.ac\u00adme.example", ID),
    ("mx。acme.example", ID),
    (f"{ID.upper()}.", ID.upper()),
    (f'"{ID}"', f"(own) {ID}"),
    ('mx"."acme.example', ID),
    (r"mx\.acme.example", ID),
    ("mx.acme.e\u200dxample", ID),
)
"""Names in which no server strips results from mail that comes in, and twins which it strips."""

DIVERTED = (
    "ann@archer.example, eve(c)@evil.example",
    "ann@archer.example, eve@evil.example <eve@evil.example>",
    'ann@archer.example, "x y"@evil.example',
    "ann@archer.example, a@b <eve@evil.example>",
    "ann@archer.example, <@r:eve@evil.example>",
    "ann@archer.example, eve@[1.2.3.4]",
    "ann@archer.example, =?utf-8?q?eve=40evil=2Eexample?=",
    "ann@archer.example, eve",
    "ann@archer.example, (x eve@evil.example",
    "Eve: ann@archer.example;",
    "=?utf-8?q?eve=40evil.example?= <ann@archer.example>",
    f"{', '.join(['ann@archer.example'] * 100)}, eve@evil.example",
)
"""Ways to have answers go to a stranger as well."""

SURE = (
    ("X-Forefront-Antispam-Report: SCL:9;SFV:SPM", "X-Forefront-Antispam-Report: SCL:5;SFV:SPM"),
    ("X-Forefront-Antispam-Report: SCL:6;CAT:HSPM", "X-Forefront-Antispam-Report: SCL:6;CAT:SPM"),
    ("X-Amavis-Alert: INFECTED, message contains virus: EICAR", "X-Amavis-Alert: BAD HEADER"),
    ("X-Virus-Status: Infected", "X-Virus-Status: Clean"),
)
"""Filters that say that a mail is harmful, or that they are certain; and the same ones unsure."""


def declared(*fields: str, body: str = "xx") -> bytes:
    """A mail whose second part has these fields."""
    part = "\n".join(("--x", "", "Hello", "--x", *fields, "", body, "--x--"))
    return lines(PASS, HOP, FROM, MULTIPART, body=part)


DISPOSED = "Content-Disposition: attachment; filename"
HIDDEN = (
    (f'{DISPOSED}="a.pdf"; filename="a.exe"', f'{DISPOSED}="a.pdf"'),
    (f'{DISPOSED}="a.pdf"\n{DISPOSED}="a.exe"', f'{DISPOSED}="a.pdf"'),
    (f'{DISPOSED}="a.pdf"\n{DISPOSED}="a.pdf"', f'{DISPOSED}="a.pdf"'),
    (
        f'Content-Type: image/png; name="a.exe"\n{DISPOSED}="a.png"',
        f'Content-Type: image/png; name="b.png"\n{DISPOSED}="a.png"',
    ),
    (
        f'Content-Type: image/png; name="a.png"\n{DISPOSED}="a.dat"',
        f'Content-Type: image/png; name="A.PNG"\n{DISPOSED}="a.png"',
    ),
    (f"{DISPOSED}=a.exe (x)", f"{DISPOSED}=a.pdf"),
    (f"{DISPOSED}=a.pdf (x)", f'{DISPOSED}="a (x).pdf"'),
    (f'{DISPOSED}="a.exe\\""', f'{DISPOSED}="a.exe.pdf"'),
    (f'{DISPOSED}="a.exe?"', f'{DISPOSED}="a exe.pdf"'),
    (f'{DISPOSED}="a.e\txe"', f'{DISPOSED}="a.e xe.pdf"'),
    (f'{DISPOSED}="a.exe::$DATA"', f'{DISPOSED}="a$DATA.pdf"'),
    (f'{DISPOSED}="a.exe/"', f'{DISPOSED}="a.pdf"'),
    (f"{DISPOSED}*0=in.e; filename*1=xe", f"{DISPOSED}*0=in.p; filename*1=df"),
    (f"{DISPOSED}*0=in.pdf; filename*2=.exe", f"{DISPOSED}*1=.pdf; filename*0=in"),
    (f"{DISPOSED}*=utf-8''in%2Eexe", f"{DISPOSED}*=utf-8''in%2Epdf"),
    (f"{DISPOSED}*=utf-8''in.pdf; filename=a.exe", f"{DISPOSED}*=utf-8''in.pdf; filename=a.pdf"),
    (f"{DISPOSED}*=utf-8''in%E2%80%AEfdp.exe", f"{DISPOSED}*=utf-8''in%C3%BC.pdf"),
    (f'{DISPOSED}="=?utf-8?b?aW4uZXhl?="', f'{DISPOSED}="=?utf-8?b?aW4ucGRm?="'),
    (f'{DISPOSED}="=?utf-8?b?aW4u', f'{DISPOSED}="in.pdf"'),
    ("Content-Type: application/octet-stream", "Content-Type: application/pgp-signature"),
    ("Content-Type: application/vnd.ms-htmlhelp", "Content-Type: application/pdf"),
    (
        "Content-Type: application/ms-tnef; name=winmail.dat",
        "Content-Type: text/x; name=winmail.dat",
    ),
    ("Content-Type: pdf", "Content-Type: image/png"),
    *(
        (f"{DISPOSED}=a.{ending}", f"{DISPOSED}=a.{ending}.pdf")
        for ending in ("xlsb", "rdp", "library-ms", "settingcontent-ms", "diagcab", "one", "EXE")
    ),
)
"""Attachments that are programs, or may be by one of their readings, and twins that are none."""

INNER = "Content-Type: multipart/mixed; boundary=y\n\n--y\n\nHi\n--y\n{}\n\nxx\n--y--"
FOLDER = "Content-Type: message/rfc822"
DEEP = f"{FOLDER}\n\n" * 3
ENCLOSED = (
    ("Content-Type: image/png; name=b.exe\n\nxx", "Content-Type: image/png; name=b.png\n\nxx"),
    (INNER.format("Content-Type: image/png; name=b.exe"), INNER.format("Content-Type: image/png")),
    (INNER.format("Content-Type: image/png").replace("--y--", ""), INNER.format("X: x")),
    (f"{DEEP}Hi", f"{FOLDER}\n\nSubject: x\n\nHi"),
    ("Subject: x\n\nbegin 644 b.exe\nxx\nend", "Subject: x\n\nbegin 644 b.png\nxx\nend"),
)
UUENCODED = (
    ("Hello\n\nbegin 644 a.exe\n#86)C\n`\nend\n", "Hello\n\nbegin 644 a.png\n#86)C\n`\nend\n"),
    ("Hello\nbegin-base64 0755 a.js\nxx\n====\n", "Hello\nbegin 3 a.js\nend"),
    ('Hello\nbegin 644 a.exe"\nxx\nend', "> begin 644 a.exe\nend"),
)

TWINS = [
    *(("S26", declared(hidden), {}, declared(plain), {}) for hidden, plain in HIDDEN),
    *(
        ("S26", declared(FOLDER, body=hidden), {}, declared(FOLDER, body=plain), {})
        for hidden, plain in ENCLOSED
    ),
    *(
        ("S26", lines(PASS, HOP, FROM, body=hidden), {}, lines(PASS, HOP, FROM, body=plain), {})
        for hidden, plain in UUENCODED
    ),
    (
        "S26",
        lines(PASS, HOP, FROM, "Content-Type: application/octet-stream; name=a.exe"),
        {},
        lines(PASS, HOP, FROM, "Content-Type: text/plain; name=a.txt"),
        {},
    ),
    *(
        ("S14", lines(HOP, forged, FROM), {}, lines(HOP, genuine, FROM), {})
        for forged, genuine in (
            tuple(f"{AR}: {one}; dkim=pass header.d=archer.example" for one in names)
            for names in NO_ID_OF_OURS
        )
    ),
    (
        "S14",
        lines(f"{AR}: topmost-without-id; dmarc=pass header.from=archer.example", HOP, FROM),
        {"trust": ("topmost-without-id",)},
        lines(f"{AR}: dmarc=pass header.from=archer.example", HOP, FROM),
        {"trust": ("topmost-without-id",)},
    ),
    *(
        (
            "S24",
            lines(PASS, HOP, FROM, f"Reply-To: {diverted}"),
            {},
            lines(PASS, HOP, FROM, "Reply-To: Ann <ann@archer.example>; desk@archer.example"),
            {},
        )
        for diverted in DIVERTED
    ),
    (
        "S24",
        lines(SOMEBODY.format("gmail.com"), HOP, GAIL, "Reply-To: mallory@gmail.com"),
        {},
        lines(SOMEBODY.format("gmail.com"), HOP, GAIL, "Reply-To: g.ail+shop@googlemail.com"),
        {},
    ),
    ("S01", lines(PASS, HOP, FROM), {"trust": ()}, GENUINE, {}),
    ("S14", lines(f"{AR}: {ID}.evil.example; dmarc=pass", HOP, FROM), {}, GENUINE, {}),
    (
        "S14",
        lines(PASS.replace(f"{ID};", f"{ID} 99;"), HOP, FROM),
        {},
        lines(PASS.replace(f"{ID};", f"{ID.upper()} 1;"), HOP, FROM),
        {},
    ),
    ("S14", lines(HOP, HOP, PASS, FROM), {}, lines(HOP, HOP, PASS, FROM), {"own_hops": 2}),
    ("S14", lines(HOP, FROM, PASS), {}, lines(HOP, PASS, FROM), {}),
    ("S14", lines(NONE, HOP, PASS, FROM), {}, lines(NONE, PASS, HOP, FROM), {}),
    ("S07", lines(FAIL, HOP, BELOW, FROM), {}, lines(PASS, HOP, BELOW, FROM), {}),
    ("S07", lines(PASS, FAIL, HOP, FROM), {}, lines(PASS, PASS, HOP, FROM), {}),
    (
        "S14",
        lines(EXCHANGE, HOP, FROM),
        {},
        lines(EXCHANGE, HOP, FROM),
        {"trust": ("topmost-without-id",)},
    ),
    ("S06", lines(f'{PASS}; spf=pass smtp.mailfrom="x', HOP, FROM), {}, GENUINE, {}),
    (
        "S07",
        lines(
            f'{AR}: {ID}; spf=pass smtp.mailfrom="a;dmarc=pass header.from=archer.example"@e.xy',
            HOP,
            FROM,
        ),
        {},
        lines(f"{AR}: {ID}; spf=pass smtp.mailfrom=ann@archer.example", HOP, FROM),
        {},
    ),
    (
        "S07",
        lines(SOMEBODY.format("attacker.example"), HOP, FROM),
        {},
        lines(SOMEBODY.format("archer.example"), HOP, FROM),
        {},
    ),
    (
        "S07",
        lines(f"{AR}: {ID}; dkim=pass header.d=attacker.example", HOP, FROM),
        {},
        lines(f"{AR}: {ID}; dkim=pass header.d=archer.example", HOP, FROM),
        {},
    ),
    (
        "S08",
        lines(PASS.replace("dmarc=pass", "dmarc=bestguesspass"), HOP, FROM),
        {},
        GENUINE,
        {},
    ),
    (
        "S14",
        lines(f"{AR}: {ID}; compauth=pass reason=100", HOP, FROM),
        {},
        lines(f"{PASS}; compauth=pass reason=100", HOP, FROM),
        {},
    ),
    (
        "S07",
        lines(f"{FAIL}; arc=pass", HOP, SEALED.format("evil.example"), FROM),
        {},
        lines(f"{FAIL}; arc=pass", HOP, SEALED.format("old.example"), FROM),
        {},
    ),
    (
        "S11",
        lines(f"{UNCHECKED}SRS0=a@old.example", HOP, FROM),
        {},
        lines(
            f"{AR}: {ID}; spf=pass smtp.mailfrom=x@old.example; dkim=pass header.d=archer.example",
            HOP,
            FROM,
        ),
        {},
    ),
    (
        "S07",  # S09: the public suffix list knows that co.uk is nobody's
        lines(f"{AR}: {ID}; dkim=pass header.d=evil.co.uk", HOP, "From: bea@mail.baker.co.uk"),
        {},
        lines(f"{AR}: {ID}; dkim=pass header.d=baker.co.uk", HOP, "From: bea@mail.baker.co.uk"),
        {},
    ),
    ("A07", lines(PASS, HOP, FROM, LIST), {}, lines(PASS, HOP, FROM, OWN_LIST), {}),
    (
        "S14",
        nested(f"{PASS}\n{FROM}", HOP, FROM),
        {},
        nested(f"{FAIL}\n{FROM}", PASS, HOP, FROM),
        {},
    ),
    (
        "S20",
        lines(SOMEBODY.format("evil.example"), HOP, "From: ann <ann@evil.example>"),
        {},
        GENUINE,
        {},
    ),
    (
        "S20",
        lines(SOMEBODY.format("nordwind.com"), HOP, "From: eve@nordwind.com"),
        {},
        lines(SOMEBODY.format("nordwind.com"), HOP, "From: jo@nordwind.com"),
        {},
    ),
    (
        "S21",
        lines(PASS, HOP, "From: ann@archer.example <x@evil.example>"),
        {},
        lines(PASS, HOP, 'From: "ann@archer.example" <ann@archer.example>'),
        {},
    ),
    (
        "S22",
        lines(PASS, HOP, 'From: "jo@nordwind.com" <ann@archer.example>'),
        {},
        lines(PASS, HOP, 'From: "Jo Nord" <ann@archer.example>'),
        {},
    ),
    (
        "S22",
        lines(PASS, HOP, "From: Acme Support <ann@archer.example>"),
        {},
        lines(PASS, HOP, "From: Support <ann@archer.example>"),
        {},
    ),
    (
        "S24",
        lines(PASS, HOP, FROM, "Reply-To: x@evil.example"),
        {},
        lines(PASS, HOP, FROM, "Reply-To: ann@archer.example"),
        {},
    ),
    ("S25", lines(FOREFRONT, PASS, HOP, FROM), {}, lines(PASS, HOP, HOP, FOREFRONT, FROM), {}),
    (
        "S25",
        lines("X-Rspamd-Action: reject", PASS, HOP, FROM),
        {},
        lines("X-Rspamd-Action: add header", PASS, HOP, FROM),
        {},
    ),
    *(
        ("S25", lines(sure, PASS, HOP, FROM), {}, lines(unsure, PASS, HOP, FROM), {})
        for sure, unsure in SURE
    ),
    ("S26", attached("photo.png.exe"), {}, attached("photo.exe.png"), {}),
    ("A43", attached("photo.png").replace(b"--x--", b""), {}, attached("photo.png"), {}),
    ("A14", lines(PASS, HOP, FROM, FROM), {}, GENUINE, {}),
]


@pytest.mark.parametrize(("rule", "forged", "trust", "twin", "twins_trust"), TWINS)
def test_a_forged_mail_is_refused_by_one_rule_and_its_twin_is_rescued(
    rule: str,
    forged: bytes,
    trust: dict[str, object],
    twin: bytes,
    twins_trust: dict[str, object],
) -> None:
    decision, unmet = judged(forged, **trust)
    assert decision != "rescue"
    assert unmet == {rule, *_WITH.get(rule, ())}
    assert judged(twin, **twins_trust) == ("rescue", set())


_WITH = {"S11": {"S07"}, "S21": {"A14", "S20"}, "A14": {"S20"}}
"""What cannot but speak against a mail as well: nobody who has no address is a customer."""

STRANGERS = [
    ("S22", "From: Archer, Ann <x@evil.example>", "From: Eve <x@evil.example>"),
    ("S22", "From: =?utf-8?q?Acm=D0=B5_Support?= <x@evil.example>", "From: Help <x@evil.example>"),
    ("S23", "From: x@nordw1nd.com", "From: x@elsewhere.example"),
    ("S23", "From: x@xn--nordwnd-9za.com", "From: x@elsewhere.example"),
    ("S23", "From: x@nord-wind.net", "From: x@elsewhere.example"),
]


@pytest.mark.parametrize(("rule", "forged", "twin"), STRANGERS)
def test_a_stranger_who_pretends_to_be_somebody(rule: str, forged: str, twin: str) -> None:
    for sender, unmet in ((forged, {"S20", rule}), (twin, {"S20"})):
        domain = sender.rpartition("@")[2].rstrip(">")
        octets = lines(SOMEBODY.format(domain), HOP, sender.replace("Archer, Ann", '"Archer, Ann"'))
        assert judged(octets) == ("leave", unmet)


LENA = "From: Lena Berg <lena@{}>"
POSING = [
    (lines(FAIL, HOP, FROM), "Ann Archer (customer c-1)", ""),
    (
        lines(f"{AR}: {ID}; dmarc=fail", HOP, LENA.format("nordwind.com")),
        "Lena Berg of Nordwind GmbH (customer c-2)",
        "",
    ),
    (lines(f"{AR}: {ID}; dmarc=fail", HOP, LENA.format("x.example")), "lena@x.example", ""),
    (
        lines(SOMEBODY.format("nordw1nd.com"), HOP, LENA.format("nordw1nd.com")),
        "Lena Berg of nordwind.com",
        "its domain is made to look like another one, to pass for Lena Berg of nordwind.com; that",
    ),
    (
        lines(SOMEBODY.format("evil.example"), HOP, "From: Acme Support <x@evil.example>"),
        "Acme Support (your team)",
        "it shows the name of Acme Support (your team), whose address it does not have; that it",
    ),
    (
        lines(SOMEBODY.format("evil.example"), HOP, "From: Ann Archer <x@evil.example>"),
        "Ann Archer (customer c-1)",
        "",  # who may write from another address
    ),
    (
        lines(FAIL, HOP, 'From: "jo@nordwind.com" <ann@archer.example>'),
        "jo@nordwind.com",
        "it shows the name of jo@nordwind.com, whose address it does not have",
    ),
    (
        lines(PASS, HOP, "From: ann@archer.example <x@evil.example>"),
        "",
        "its sender can be read in two ways, so that programs would show different people",
    ),
    (lines(PASS, HOP, FROM, FROM), "", "it names no sender, or several"),
    (lines(f"{UNCHECKED}SRS0=a@old.example", HOP, FROM), "", ""),  # forwarded, not forged
    (GENUINE, "", ""),
]


@pytest.mark.parametrize(("octets", "whom", "why"), POSING)
def test_a_forged_mail_says_whom_it_poses_as_and_why_it_is_suspicious(
    octets: bytes, whom: str, why: str
) -> None:
    rescue = decided(octets).rescue
    assert rescue is not None
    assert rescue.poses_as == whom
    assert rescue.suspicion.startswith(f"suspicious: {why}" if why else "")
    assert bool(rescue.suspicion) == bool(why)


def test_the_name_and_the_address_are_the_mails_own() -> None:
    rescue = decided(lines(FAIL, HOP, "From: Annie <ann@archer.example>")).rescue
    assert rescue is not None
    assert (rescue.shown_name, rescue.shown_address) == ("Annie", "ann@archer.example")


def test_the_servers_mark_for_phishing_keeps_a_known_customer_back() -> None:
    for flags, expected in ((("$Phishing",), "leave"), (("$Junk",), "rescue")):
        rescue = decided(GENUINE, flags=flags).rescue
        assert rescue is not None
        assert rescue.decision == expected


def test_what_the_filter_said_stands_in_the_json() -> None:
    status = "X-Spam-Status: Yes, score=7.2 required=5.0 tests=BAYES_99"
    fields = decision_fields(decided(lines(status, PASS, HOP, FROM)))
    rescue = fields["rescue"]
    assert isinstance(rescue, dict)
    assert rescue["filtered"] == {
        "by": "SpamAssassin",
        "category": "spam",
        "score": 7.2,
        "threshold": 5.0,
        "reasons": ["BAYES_99"],
        "text": "SpamAssassin took it for spam, with 7.2 points where 5 suffice: its words are "
        "like those of earlier spam.",
    }
    assert decision_fields(decided(GENUINE))["rescue"]["filtered"] is None  # type: ignore[index]


def test_forged_mail_is_capped_wherever_it_lies() -> None:
    words = "URGENT! I want a refund and to speak to a manager, my lawyer is informed!"
    for mail in (lines(FAIL, HOP, FROM, body=words), lines(HOP, FROM, body=words)):
        assert decided(mail).priority <= 5
    assert decided(lines(FAIL, HOP, FROM, body=words), Role.INBOX).priority <= 5


def test_nothing_in_junk_is_answered_by_itself() -> None:
    assert decided(GENUINE).reply.decision is ReplyDecision.HOLD


FORGED = st.sampled_from(
    (
        PASS,
        EXCHANGE,
        f"{AR}: {ID}; arc=pass",
        f"{AR}: {ID}; spf=pass smtp.mailfrom=archer.example; dkim=pass header.d=archer.example",
        HOP,
        "Received: by mx.acme.example with SMTP id x1; Wed, 18 Nov 2026 09:30:00 +0000",
        SEALED.format("old.example"),
        "X-Spam-Status: No, score=-5",
        f"Received-SPF: pass (mx.acme.example) {ID}",
        "ARC-Authentication-Results: i=1; x; dmarc=pass header.from=archer.example",
    )
)


@given(
    st.lists(FORGED, max_size=8),
    st.sampled_from((FAIL, f"{AR}: {ID}; none", "X-Nothing: x")),
    st.integers(1, 3),
)
def test_no_field_below_the_boundary_makes_a_sender_authenticated(
    forged: list[str], verdict: str, hops: int
) -> None:
    octets = lines(verdict, *[HOP] * hops, "Received: from e by e; x", *forged, FROM)
    mail = parse_octets(octets, source="x", role=Role.JUNK, received=NOW)
    assert authenticate(mail, (ID,), hops).status is not AuthenticationStatus.AUTHENTICATED
    assert judged(octets, own_hops=hops)[0] != "rescue"


@given(st.lists(FORGED, max_size=8))
def test_no_field_below_the_boundary_takes_a_proof_away(forged: list[str]) -> None:
    octets = lines(PASS, HOP, "Received: from e by e; x", *forged, FROM)
    mail = parse_octets(octets, source="x", role=Role.JUNK, received=NOW)
    assert authenticate(mail, (ID,)).status is AuthenticationStatus.AUTHENTICATED


@given(st.binary(max_size=400))
def test_no_octets_raise(octets: bytes) -> None:
    decided(octets)
    decided(b"\n".join((PASS.encode(), HOP.encode(), b"From: " + octets)))
