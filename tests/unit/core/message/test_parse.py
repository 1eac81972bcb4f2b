from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, raw

from inboxwatch.core.message.parse import parse, parse_date, parse_octets, received_time
from inboxwatch.model.message import Message, MessageRef, RawMessage, ReturnPathKind, Role

MAIL = b"""\
Return-Path: <ann@customer.example>
Received: from b.example by mx.acme.example; Wed, 18 Nov 2026 09:29:30 +0000
Authentication-Results: mx.acme.example; dmarc=pass
Received: from a.example by b.example; Wed, 18 Nov 2026 09:29:10 +0000
From: =?utf-8?Q?Ann_Gr=C3=BCn?= <Ann@Customer.example>
To: Acme <support@acme.example>, help@acme.example
Cc: bob@customer.example
Reply-To: <ann+reply@customer.example>
Resent-To: old@acme.example
Subject: =?utf-8?Q?Wo_ist_meine_Bestellung=3F?=
Date: Wed, 18 Nov 2026 10:29:00 +0100
Message-ID: <m1@customer.example>
In-Reply-To: <p1@acme.example>
References: <p0@acme.example>
 <p1@acme.example> garbage <p1@acme.example>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Where is my order?

On Mon, 16 Nov 2026 at 09:30, Acme <support@acme.example> wrote:
> It is on its way.
"""


def octets(**headers: str) -> bytes:
    """A small mail with some fields set, added or (empty) left out."""
    fields = {
        "From": "ann@customer.example",
        "Date": "Wed, 18 Nov 2026 10:29:00 +0100",
        "Message-ID": "<m1@customer.example>",
        "Subject": "Order",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"{head}\r\nText\r\n".encode()


def read(mail: bytes, received: datetime | None = NOW) -> Message:
    return parse_octets(mail, source="test", role=Role.INBOX, received=received)


def test_an_ordinary_mail() -> None:
    message = parse(raw(MAIL))
    assert message.sender is not None
    assert message.sender.exact == "ann@customer.example"
    assert message.sender.name == "Ann Grün"
    assert message.from_text == "Ann Grün <Ann@Customer.example>"
    assert message.subject == "Wo ist meine Bestellung?"
    assert message.text == "Where is my order?"
    assert "It is on its way." in message.full_text
    assert message.message_id == "<m1@customer.example>"
    assert message.in_reply_to == ("<p1@acme.example>",)
    assert message.references == ("<p0@acme.example>", "<p1@acme.example>")
    assert message.recipients == {
        "support@acme.example",
        "help@acme.example",
        "bob@customer.example",
        "old@acme.example",
    }
    assert message.recipient_count == 3
    assert [address.canonical for address in message.reply_to] == ["ann@customer.example"]
    assert message.return_path.kind is ReturnPathKind.ADDRESS
    assert [name for name, _ in message.trace] == [
        "received",
        "authentication-results",
        "received",
    ]
    assert len(message.headers["received"]) == 2
    assert message.header("Content-Type") == "text/plain; charset=utf-8"
    assert message.received == NOW
    assert message.received_known
    assert message.date == datetime(2026, 11, 18, 9, 29, tzinfo=UTC)
    assert message.defects == ()


def test_what_the_server_said_goes_through() -> None:
    ref = MessageRef("support", "Spam", 3, 4)
    message = parse(
        RawMessage("x.eml", Role.JUNK, b"A: b\r\n", b"", NOW, 6, frozenset({"\\Seen"}), ref)
    )
    assert (message.source, message.role, message.ref) == ("x.eml", Role.JUNK, ref)
    assert message.flags == {"\\Seen"}


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_all_line_ends_give_the_same_message(end: bytes) -> None:
    assert read(MAIL.replace(b"\n", end)) == read(MAIL)


@pytest.mark.parametrize(
    ("mail", "defect"),
    [
        (octets(From=""), "from-missing"),
        (octets(From="a@x.example, b@x.example"), "from-several"),
        (octets().replace(b"Subject", b"From"), "from-several"),
        (octets(From="undisclosed-recipients:;"), "from-group"),
        (octets(From="MAILER-DAEMON"), "from-no-domain"),
        (octets(From="alice@example.com <evil@x.example>"), "from-invalid"),
        (octets(Message_ID=""), "message-id-missing"),
        (octets(Message_ID="foo"), "message-id-invalid"),
        (octets(Message_ID="<a b@x>"), "message-id-invalid"),
        (octets(Date=""), "date-missing"),
        (octets(Date="yesterday"), "date-invalid"),
        (octets(Date="Wed, 18 Nov 2096 10:29:00 +0100"), "date-abuse"),
        (octets(Date="Thu, 1 Jan 1970 00:00:00 +0000"), "date-abuse"),
        (octets(Subject="a\0b"), "nul"),
        (octets() + b"\0", "nul"),
        (octets(Subject="Grüße"), "8-bit-header"),
        (octets(Content_Transfer_Encoding="base64").replace(b"Text", b"no base64!"), "bad-base64"),
        (octets(Content_Type="multipart/mixed"), "boundary-missing"),
        (b"Subject: two\r\n" + octets(), "subject-several"),
        (b"Auto-Submitted: no\r\nAuto-Submitted: x\r\n" + octets(), "auto-submitted-several"),
        (octets() + b"x" * 300_000, "text-truncated"),
        (b"X: y\r\n" * 2000 + octets(), "header-truncated"),
        (b"\xff\xfe\x00garbage", "header-garbage"),
    ],
)
def test_defects(mail: bytes, defect: str) -> None:
    message = read(mail)
    assert defect in message.defects
    assert (message.sender is None) is any(code.startswith("from-") for code in message.defects)


def test_a_mail_cut_at_the_fetch_limit() -> None:
    whole = raw(MAIL)
    assert parse(replace(whole, size=10_000_000)).defects == ("text-truncated",)
    multipart = (
        b"From: ann@customer.example\nDate: Wed, 18 Nov 2026 10:29:00 +0100\nMessage-ID: <m@x>\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nText\n"
        b"--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo"
    )
    cut = parse(replace(raw(multipart), size=10_000_000))
    assert cut.text == "Text"
    assert "text-truncated" not in cut.defects


@pytest.mark.parametrize(
    ("mail", "received"),
    [
        (MAIL, datetime(2026, 11, 18, 9, 29, 30, tzinfo=UTC)),
        (octets(), datetime(2026, 11, 18, 9, 29, tzinfo=UTC)),
        (octets(Received="nonsense"), datetime(2026, 11, 18, 9, 29, tzinfo=UTC)),
        (octets(Date="nonsense"), datetime(1970, 1, 1, tzinfo=UTC)),
        (b"", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_without_internaldate_the_mail_itself_says_when(mail: bytes, received: datetime) -> None:
    message = read(mail, None)
    assert message.received == received
    assert not message.received_known
    assert received_time(mail) in (received, None)


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("Wed, 18 Nov 2026 10:29:00 +0100", datetime(2026, 11, 18, 9, 29, tzinfo=UTC)),
        ("18 Nov 2026 10:29 -0000", datetime(2026, 11, 18, 10, 29, tzinfo=UTC)),
        ("18 Nov 2026 10:29:00", datetime(2026, 11, 18, 10, 29, tzinfo=UTC)),
        ("Wed, 18 Nov 2026 10:29:00 EST", datetime(2026, 11, 18, 15, 29, tzinfo=UTC)),
        ("Wed, 31 Feb 2026 10:29:00 +0100", None),
        ("Wed, 18 Nov 99999 10:29:00 +0100", None),
        ("Wed, 18 Nov 2026 10:29:00 +9999", None),
        ("Fri, 31 Dec 9999 23:59:59 +0000", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("1 Jan 0000 00:00:00 +0000", datetime(2000, 1, 1, tzinfo=UTC)),
        ("18", None),
        ("x" * 5000, None),
        ("", None),
    ],
)
def test_dates_are_aware_or_none(value: str, date: datetime | None) -> None:
    assert parse_date(value) == date


@pytest.mark.parametrize("value", ["Fri, 31 Dec 9999 23:59:59 -2359", "1 Jan 0101 00:00 +2359"])
def test_dates_at_the_ends_of_the_calendar_do_no_harm(value: str) -> None:
    message = read(octets(Date=value))
    assert "date-abuse" in message.defects
    assert message.date is not None
    assert message.date.utcoffset() is not None


def test_references_are_bounded() -> None:
    ids = [f"<{number}@x.example>" for number in range(3000)]
    references = read(octets(References=" ".join(ids))).references
    assert references == (*ids[:20], *ids[-20:])


def test_a_mail_within_a_mail_gives_no_text() -> None:
    inner = EmailMessage()
    inner.set_content("refund")
    mail = EmailMessage()
    mail["From"] = "ann@customer.example"
    mail.set_content("see attached")
    mail.add_attachment(inner)
    assert read(mail.as_bytes()).full_text.strip() == "see attached"


def key(mail: bytes) -> str:
    return read(mail).reply_key


class TestReplyKey:
    def test_one_mail_in_two_mailboxes_has_one_key(self) -> None:
        assert key(octets()) == key(b"Delivered-To: b@x.example\r\nX-Spam: yes\r\n" + octets())
        assert key(octets(To="support@acme.example")) == key(octets(To="sales@acme.example"))

    def test_another_sender_with_the_same_id_has_another_key(self) -> None:
        assert key(octets()) != key(octets(From="eve@customer.example"))
        assert key(octets()) != key(octets(Subject="Other"))
        assert key(octets()) != key(octets(Date="Wed, 18 Nov 2026 10:29:01 +0100"))

    def test_without_an_id_what_the_sender_wrote_counts(self) -> None:
        mail = octets(Message_ID="")
        local = b"Received: by x\r\nReturn-Path: <a@x>\r\nARC-Seal: i=1\r\nX-A: b\r\n"
        assert key(mail) == key(local + mail)
        assert key(mail) == key(mail.replace(b"\r\n", b"\n"))
        assert key(mail) != key(mail.replace(b"Text", b"Other"))
        assert key(mail) != key(octets(Message_ID="", To="x@y.example"))

    def test_it_is_sha_256_in_hex(self) -> None:
        assert len(bytes.fromhex(key(b""))) == 32


def _well_formed() -> list[EmailMessage]:
    mails = []
    for text, charset in (
        ("Hello\n", "us-ascii"),
        ("Grüße aus Köln\n" * 40, "utf-8"),
        ("Grüße aus Köln\n", "iso-8859-1"),
        ("Привет, где мой заказ?\n", "koi8-r"),
        ("ご注文はどこですか\n", "iso-2022-jp"),
        ("我的订单在哪里\n", "gb18030"),
    ):
        for cte in ("base64", "quoted-printable"):
            mail = EmailMessage()
            mail["From"] = "Jürgen Grün <j@customer.example>"
            mail["To"] = "Acme <support@acme.example>, Bob <bob@acme.example>"
            mail["Subject"] = f"Frage über {text.split()[0]} " + "und noch mehr " * 5
            mail.set_content(text, charset=charset, cte=cte)
            if cte == "base64":
                mail.add_alternative(f"<p>{text}</p>", subtype="html")
                mail.add_attachment(b"\0\1", maintype="image", subtype="png", filename="ü.png")
            mails.append(mail)
    return mails


@pytest.mark.parametrize("mail", _well_formed())
def test_well_formed_mail_reads_as_in_the_standard_library(mail: EmailMessage) -> None:
    octets = mail.as_bytes()
    expected = email.message_from_bytes(octets, policy=email.policy.default)
    message = read(octets)
    content = expected.get_body(("plain",))
    assert content is not None
    assert message.full_text == content.get_content()
    assert message.subject == str(expected["subject"]).strip()
    assert message.sender is not None
    assert message.sender.spec == expected["from"].addresses[0].addr_spec
    assert message.sender.name == expected["from"].addresses[0].display_name
    assert message.recipients == {one.addr_spec for one in expected["to"].addresses}
    assert [part.content_type for part in message.parts] == [
        part.get_content_type() for part in expected.walk()
    ]
    assert [part.filename for part in message.parts] == [
        part.get_filename("") for part in expected.walk()
    ]


def _part(kind: str, text: str, *fields: str) -> str:
    return "\r\n".join((f"Content-Type: {kind}", *fields, "", text, ""))


def _multipart(kind: str, boundary: str, *parts: str) -> str:
    inner = "".join(f"--{boundary}\r\n{part}" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\n{inner}--{boundary}--\r\n"


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (
            _multipart(
                "mixed",
                "m",
                _part("text/plain", "The charger:"),
                _part("image/jpeg", "xx", "Content-Disposition: inline; filename=a.jpg"),
                _part("text/plain", "It caught fire."),
                _part("text/plain", "a log", "Content-Disposition: attachment; filename=a.log"),
            ),
            "The charger:\nIt caught fire.",
        ),
        (
            _multipart(
                "alternative",
                "a",
                _part("text/plain", "Once"),
                _multipart(
                    "mixed", "m", _part("text/html", "<p>Once</p>"), _part("text/plain", "Twice")
                ),
            ),
            "Once",
        ),
        (
            _multipart(
                "mixed",
                "m",
                _multipart(
                    "alternative",
                    "a",
                    _part("text/plain", "Hello"),
                    _part("text/html", "<p>Hello</p>"),
                ),
                _multipart(
                    "alternative", "b", _part("text/plain", "Bye"), _part("text/html", "<p>Bye</p>")
                ),
            ),
            "Hello\nBye",
        ),
    ],
)
def test_text_after_a_picture_is_read_and_of_alternatives_one(tree: str, text: str) -> None:
    assert read(f"From: ann@customer.example\r\n{tree}".encode()).full_text == text
