"""Serialising: the octets that go out, byte by byte (rules F09 to F18)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, account, message, template, world

from inboxwatch.core.reply import parts
from inboxwatch.core.reply import serialise as serialise_module
from inboxwatch.core.reply.choose import Choice
from inboxwatch.core.reply.compose import compose
from inboxwatch.core.reply.serialise import _FORMS, Form, Mailbox, SerialiseFault, Value, serialise
from inboxwatch.model.decision import Draft
from inboxwatch.model.schedule import Moment

if TYPE_CHECKING:
    from inboxwatch.model.message import Message

DATE = datetime(2026, 11, 18, 10, 30, tzinfo=timezone(timedelta(hours=1)))
DRAFT = Draft(
    template="weekend.en",
    handle="weekend",
    kind="acknowledgement",
    tone="funny",
    language="en",
    why="weekend",
    to="ann@customer.example",
    from_name="Acme Support",
    from_address="support@acme.example",
    envelope_from="support@acme.example",
    reply_to="",
    subject="Re: A question",
    text="Hello Ann,\n\nwe have it.\n",
    message_id="<iw.00@acme.example>",
    in_reply_to="<m1@customer.example>",
    references=("<m0@customer.example>", "<m1@customer.example>"),
    loop_marker="0123abcd",
)
NAMES = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Loop",
    "X-Inboxwatch-Loop",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]


def parsed(octets: bytes) -> EmailMessage:
    """Read by the modern parser, not by the one that serialise checks itself with."""
    read = message_from_bytes(octets, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def test_the_exact_octets() -> None:
    expected = """\
From: Acme Support <support@acme.example>
To: ann@customer.example
Subject: Re: A question
Date: Wed, 18 Nov 2026 10:30:00 +0100
Message-ID: <iw.00@acme.example>
In-Reply-To: <m1@customer.example>
References: <m0@customer.example>
 <m1@customer.example>
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
X-Loop: support@acme.example
X-Inboxwatch-Loop: 0123abcd
Content-Language: en
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Hello Ann,

we have it.
"""
    assert serialise(DRAFT, DATE) == expected.replace("\n", "\r\n").encode("ascii")


def test_a_draft_for_a_human_does_not_call_itself_automatic() -> None:
    names = parsed(serialise(DRAFT, DATE, automatic=False)).keys()
    assert names == [n for n in NAMES if n not in {"Auto-Submitted", "X-Auto-Response-Suppress"}]


def test_precedence_only_if_configured_and_automatic() -> None:
    draft = replace(DRAFT, precedence="auto_reply")
    assert parsed(serialise(draft, DATE))["Precedence"] == "auto_reply"
    assert "Precedence" not in parsed(serialise(DRAFT, DATE))
    assert "Precedence" not in parsed(serialise(draft, DATE, automatic=False))


HTML = "<!DOCTYPE html>\n<p>Hello Ann,<br>\nwe have it.</p>\n"


def test_the_exact_octets_with_an_alternative() -> None:
    plain = serialise(DRAFT, DATE).partition(b"Content-Type")[0].decode()
    boundary = "=_c113857d8a97d39da1f08ec9"
    expected = f"""\
Content-Type: multipart/alternative; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Hello Ann,

we have it.

--{boundary}
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 7bit

<!DOCTYPE html>
<p>Hello Ann,<br>
we have it.</p>

--{boundary}--
"""
    octets = serialise(replace(DRAFT, html=HTML), DATE)
    assert octets.decode() == plain + expected.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "plain\n",
        "Größe\n\n\n",
        "--=_c113857d8a97d39da1f08ec9\nContent-Type: text/html\n\n<b>\n",
        "--=_c113857d8a97d39da1f08ec9--\n",
        "x" * 990 + "\n.\nFrom x\n",
        "no line feed at the end",
    ],
)
def test_both_texts_read_back(text: str) -> None:
    html = f"<p>{text}</p>"
    read = parsed(serialise(replace(DRAFT, text=text, html=html), DATE))
    plain, rich = read.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == text
    assert rich.get_content().replace("\r\n", "\n") == html
    assert [part.get_content_type() for part in (plain, rich)] == ["text/plain", "text/html"]


def test_a_local_part_beyond_ascii_makes_a_header_in_utf8_and_only_there() -> None:
    draft = replace(DRAFT, to="jörg.用户@customer.example", subject="Re: Größe", text="Größe\n")
    octets = serialise(draft, DATE)
    foreign = [line for line in octets.split(b"\r\n") if not line.isascii()]
    assert foreign == ["To: jörg.用户@customer.example".encode()]


def test_reply_to_only_if_configured() -> None:
    draft = replace(DRAFT, reply_to="people@acme.example")
    assert parsed(serialise(draft, DATE))["Reply-To"] == "people@acme.example"


def test_no_parent_no_threading_fields() -> None:
    names = parsed(serialise(replace(DRAFT, in_reply_to="", references=()), DATE)).keys()
    assert "In-Reply-To" not in names
    assert "References" not in names


@pytest.mark.parametrize(
    "name",
    [
        "Acme Support",
        "Acme, Inc.",
        'Jo "the fixer" O\\Neil',
        "Zoë",
        "Größe " * 20,
        "A very long name of a support team " * 4,
        "=?utf-8?q?x?=",
        "مرحبا",
        "",
    ],
)
def test_display_names_read_back(name: str) -> None:
    octets = serialise(replace(DRAFT, from_name=name.strip()), DATE)
    sender = parsed(octets)["From"].addresses
    assert len(sender) == 1
    assert sender[0].addr_spec == "support@acme.example"
    raw = message_from_bytes(octets)["From"].rpartition("<")[0].strip()
    assert str(make_header(decode_header(raw))).strip('"').replace('\\"', '"') == (
        name.strip().replace("\\", "\\\\")
    )
    assert max(map(len, octets.split(b"\r\n"))) <= 76


@pytest.mark.parametrize(
    "subject",
    [
        "Re: plain",
        "Re: " + "word " * 39 + "x",
        "Re: " + "x" * 196,
        "Re: Größe und Maß",
        "Re: " + "\U0001f600" * 196,
        "Re: مرحبا بالعالم",
        "Re: = ?utf-8?q?=0ABcc?=",
        "Re: a  b",
        "x",
    ],
)
def test_subjects_read_back_and_stay_short(subject: str) -> None:
    octets = serialise(replace(DRAFT, subject=subject), DATE)
    assert parsed(octets)["Subject"] == subject
    assert parsed(octets).keys() == NAMES
    head = octets.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 76


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain\n", "7bit"),
        ("x" * 78 + "\n", "7bit"),
        ("x" * 79 + "\n", "quoted-printable"),
        ("Größe\n", "quoted-printable"),
        ("x\n-- \nJo\n", "quoted-printable"),
        ("a = b\n", "7bit"),
        ("x" * 990 + "\n", "quoted-printable"),
        ("From x\n", "quoted-printable"),
        ("a\n.\nb\n", "quoted-printable"),
        ("\U0001f600" * 240 + "\n", "quoted-printable"),
    ],
)
def test_texts_read_back(text: str, encoding: str) -> None:
    octets = serialise(replace(DRAFT, text=text), DATE)
    read = parsed(octets)
    assert read["Content-Transfer-Encoding"] == encoding
    assert read.get_content().replace("\r\n", "\n") == text
    assert max(map(len, octets.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "hi\nBcc: eve@evil.example"},
        {"subject": "hi\r"},
        {"subject": "hi\x00"},
        {"subject": "hi\u202e"},
        {"subject": "hi\u2028"},
        {"subject": " hi"},
        {"subject": "\ud800"},
        {"from_name": "a\nb"},
        {"to": "ann@customer.example, eve@evil.example"},
        {"to": "ann@customer.example\r\nBcc: eve@evil.example"},
        {"to": "ann@customer.example>"},
        {"to": "ann@cüstomer.example"},
        {"to": "a\u0308nn@customer.example"},
        {"to": "änn\u200b@customer.example"},
        {"to": "änn\u202e@customer.example"},
        {"to": "änn\r\nBcc: eve@customer.example"},
        {"to": "ä nn@customer.example"},
        {"to": "ä,eve@evil.example,@customer.example"},
        {"precedence": "bulk\r\nBcc: eve@evil.example"},
        {"html": "<p>a</p>\r\n"},
        {"html": "\ud800\n"},
        {"to": "ann"},
        {"to": ""},
        {"from_address": "support"},
        {"reply_to": "people@acme.example\nBcc: x@y.example"},
        {"message_id": "x"},
        {"message_id": "<a b@x>"},
        {"in_reply_to": "<a@x>\r\nBcc: e@x"},
        {"references": ("<a@x>", "<b\n@x>")},
        {"loop_marker": "a\nb"},
        {"loop_marker": ""},
        {"language": "e\nn"},
        {"text": "a\r\nb\n"},
        {"text": "\ud800\n"},
    ],
)
def test_a_draft_that_would_say_something_else_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(SerialiseFault):
        serialise(replace(DRAFT, **fields), DATE)


def _written(line: str) -> Form:
    """A broken way of writing a field: Subject holds ``line``, whatever the draft says."""

    def write(name: str, value: Value) -> str:
        return line if name == "Subject" else str(value)

    return Form(write, _FORMS[str].read)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Re: A question\nBcc: eve@evil.example", "line break"),
        ("Re: A question\rBcc: eve@evil.example", "line break"),
        ("Re: A question\r\nBcc: eve@evil.example", "fields read back as"),
        ("Re: A question\r\nFrom: eve@evil.example", "fields read back as"),
        ("Re: A question\r\n\r\nAnother text.", "fields read back as"),
        ("Re: A question\r\nno field at all", "fields read back as"),
        ("Re: Another question", "Subject does not read back"),
        ("Re: A question\r\n and more", "Subject does not read back"),
        ("=?utf-8?q?Re:_A_question=0ABcc:_eve@evil.example?=", "Subject does not read back"),
        ("=?nonsense?q?Re=3A?=", "cannot be read back"),
        ("Re: A question" + "x" * 980, "a line has 1003 octets"),
    ],
)
def test_a_field_that_is_written_wrong_is_found_by_reading_back(
    line: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule F15: whatever the writing lets out, the octets are read before anybody gets them."""
    monkeypatch.setitem(_FORMS, str, _written(line))
    with pytest.raises(SerialiseFault, match=found):
        serialise(DRAFT, DATE)


def test_a_field_that_is_written_right_passes_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the faults above are found in is the line, not the way that the test writes it."""
    monkeypatch.setitem(_FORMS, str, _written(DRAFT.subject))
    assert parsed(serialise(DRAFT, DATE)).keys() == NAMES


@pytest.mark.parametrize(
    ("mailbox", "found"),
    [
        ("eve@evil.example", "From does not read back"),
        ("support@acme.example, eve@evil.example", "2 addresses"),
        ("Eve <support@acme.example>", "From does not read back"),
    ],
)
def test_an_address_that_is_written_wrong_is_found_by_reading_back(
    mailbox: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_FORMS, Mailbox, Form(lambda *_: mailbox, _FORMS[Mailbox].read))
    with pytest.raises(SerialiseFault, match=found):
        serialise(DRAFT, DATE)


def test_a_message_id_that_is_written_wrong_is_found_by_reading_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(_FORMS, tuple, Form(lambda *_: "<x@y>", _FORMS[tuple].read))
    with pytest.raises(SerialiseFault, match="Message-ID does not read back"):
        serialise(DRAFT, DATE)


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        (b"Hello Eve,\r\n\r\nwe have it.\r\n", "the text does not read back"),
        (b"Hello Ann,\r\n\r\nwe have it.\r\nAnd more.\r\n", "the text does not read back"),
        (b"", "the text does not read back"),
        (b"Hello Ann,\n\nwe have it.\n", "line break"),
        (b"Hello Ann,\r\r\nwe have it.\r\n", "line break"),
        (b"Hello Ann,\r\n\r\nwe have it.\xff\r\n", "an octet"),
        (b"x" * 999 + b"\r\n", "a line has 999 octets"),
    ],
)
@pytest.mark.parametrize("html", ["", HTML])
def test_a_body_that_is_written_wrong_is_found_by_reading_back(
    octets: bytes, found: str, html: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text alone, and as one of two alternatives."""
    monkeypatch.setattr(parts, "_encoded", lambda _text: ("7bit", octets))
    with pytest.raises(SerialiseFault, match=found):
        serialise(replace(DRAFT, html=html), DATE)


def test_a_line_of_998_octets_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x" * 998 + "\n"
    written = text.replace("\n", "\r\n").encode()
    monkeypatch.setattr(parts, "_encoded", lambda _text: ("7bit", written))
    assert max(map(len, serialise(replace(DRAFT, text=text), DATE).split(b"\r\n"))) == 998


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"text/html", b"text/plain"),
        (b"Content-Type: text/html", b"Bcc: eve@evil.example\r\nContent-Type: text/html"),
        (b"--\r\n", b"--\r\nAnother text.\r\n"),
    ],
)
def test_alternatives_that_are_joined_wrong_are_found_by_reading_back(
    old: bytes, new: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ``test_parts`` shows of ``check_body`` alone, on the way that a reply takes."""

    def joined(text: str, html: str, message_id: str) -> parts.Body:
        body = parts.body_of(text, html, message_id)
        assert old in body.octets
        return replace(body, octets=body.octets.replace(old, new))

    monkeypatch.setattr(serialise_module, "body_of", joined)
    with pytest.raises(SerialiseFault, match="read back"):
        serialise(replace(DRAFT, html=HTML), DATE)


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(SerialiseFault, match="time zone"):
        serialise(DRAFT, DATE.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("to", "written"),
    [
        ("ann smith@customer.example", '"ann smith"@customer.example'),
        ('"ann smith"@customer.example', '"ann smith"@customer.example'),
        ("ann..b@customer.example", '"ann..b"@customer.example'),
        ("a+b_c=d/e@customer.example", "a+b_c=d/e@customer.example"),
    ],
)
def test_unusual_addresses_are_quoted(to: str, written: str) -> None:
    octets = serialise(replace(DRAFT, to=to), DATE)
    assert f"\r\nTo: {written}\r\n".encode() in octets


def hostile(name: str) -> Message:
    long_ids = tuple(f"<{'A' * 120}{n:02}@prod.outlook.example>" for n in range(60))
    inputs: dict[str, Message] = {
        "newline in an encoded-word": message(subject="hi =?UTF-8?Q?=0A?=Bcc: x"),
        "newline in the subject": message(subject="hi \nBcc: x@evil.example"),
        "carriage return at the end": message(subject="hi\r"),
        "bidi": message(subject="\u202ehi\u2066 \u200fthere"),
        "a megabyte": message(subject="ä " * 500_000),
        "emoji at the cut": message(subject="x" * 195 + "\U0001f469\u200d\U0001f4bb"),
        "right to left": message(subject="مرحبا بالعالم " * 20),
        "encoded-word in cleaned text": message(subject="=?\x00=?utf-8?q?=0ABcc=3A?="),
        "ten thousand references": message(references=tuple(f"<{n}@x>" for n in range(10_000))),
        "sixty long ids": message(references=long_ids),
    }
    return inputs[name]


@pytest.mark.parametrize(
    "name",
    [
        "newline in an encoded-word",
        "newline in the subject",
        "carriage return at the end",
        "bidi",
        "a megabyte",
        "emoji at the cut",
        "right to left",
        "encoded-word in cleaned text",
        "ten thousand references",
        "sixty long ids",
    ],
)
def test_hostile_mails_get_exactly_the_intended_fields(name: str) -> None:
    draft = _composed(hostile(name))
    octets = serialise(draft, DATE)
    read = parsed(octets)
    assert read.keys() == NAMES
    assert read["Subject"] == draft.subject
    assert tuple(str(read["References"]).split()) == draft.references
    assert b"=?" not in octets.partition(b"References:")[2].partition(b"Auto-Submitted")[0]
    assert octets.replace(b"\r\n", b"").isascii()
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", ["=?utf-8?q?a=0ab?=", "a\nBcc: x@evil.example", "\u202eAcme\r"])
def test_hostile_display_names_get_exactly_the_intended_fields(name: str) -> None:
    octets = serialise(_composed(message(), name), DATE)
    assert parsed(octets).keys() == NAMES
    assert len(parsed(octets)["From"].addresses) == 1


def test_the_same_draft_gives_the_same_octets() -> None:
    assert serialise(DRAFT, DATE) == serialise(replace(DRAFT), DATE)


def test_serialising_does_not_take_long_for_the_worst_draft() -> None:
    worst = replace(DRAFT, subject="\U0001f600" * 200, text="ä " * 1300 + "\n")
    began = time.perf_counter()
    serialise(worst, DATE)
    assert time.perf_counter() - began < 0.2


def _composed(mail: Message, display_name: str = "Acme Support") -> Draft:
    assert mail.sender is not None
    return compose(
        message=mail,
        choice=Choice(template(), "test"),
        world=replace(world(), account=account(display_name=display_name)),
        moment=Moment(NOW, "business", "business", True, None),
        customer=None,
        destination=mail.sender,
    )
