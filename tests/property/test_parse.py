"""Any octets give a Message, and the new text is some of the lines of the whole text."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxwatch.core.message.parse import parse_octets
from inboxwatch.core.message.quote import new_text
from inboxwatch.model.message import Message, Role

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

_MULTIPART = b"""\
From: Ann <ann@x.example>
To: a@y.example, "B, C" <b@y.example>
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?x?B?YQ==?=
Date: Wed, 18 Nov 2026 10:29:00 +0100
Message-ID: <m@x.example>
Return-Path: <ann@x.example>
References: <a@b> <c@d>
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe

On 16 Nov 2026 09:30, Ann wrote:
> Old
--b
Content-Disposition: attachment; filename*0*=utf-8''%C3%A4; filename*1=b

x
--b--
"""
_ENCODED_HTML = b"""\
From: a@x.example
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: base64

PGRpdiBzdHlsZT0iZGlzcGxheTpub25lIj54PC9kaXY+PGJsb2NrcXVvdGUgdHlwZT1jaXRlPg==
"""
_HTML = b"""\
From: a@x.example
Content-Type: text/html

<div class=gmail_quote>--- Forwarded message ---<br>From: x<br><p>a<hr>b
<blockquote type=cite>c</blockquote><pre>d

e</pre></div>
"""
_REPLY = b"""\
From: a@x.example

New

-----Original Message-----
From: A
To: B
Subject: C

Old
--\x20
A
"""
_SEEDS = (_MULTIPART, _MULTIPART.replace(b"\n", b"\r\n"), _ENCODED_HTML, _HTML, _REPLY)
_PIECES = st.sampled_from(
    (
        *(
            b"\r\n",
            b"\n",
            b"\r",
            b"\0",
            b"--b",
            b"--b--",
            b":",
            b"=?",
            b"?=",
            b'"',
            b"(",
            b"<",
            b">",
        ),
        *(b"\xff", b"\xed\xa0\x80", b"utf-7", b"unicode_escape", b"=", b"<div>", b"> ", b";", b"@"),
        *("\u0315\u0300".encode(), "\u202e".encode(), b"multipart/mixed", b"base64", b"From: "),
    )
)


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    mail = bytearray(draw(st.sampled_from(_SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(mail)))
        length = draw(st.integers(0, 12))
        mail[at : at + length] = draw(st.one_of(_PIECES, st.binary(max_size=6)))
    return bytes(mail)


def _parsed(octets: bytes) -> Message:
    return parse_octets(octets, source="test", role=Role.INBOX, received=NOW)


def _check(message: Message) -> None:
    texts = [message.text, message.full_text, message.subject, message.from_text]
    texts += [value for values in message.headers.values() for value in values]
    texts += [
        value for part in message.parts for value in (part.filename, *part.parameters.values())
    ]
    json.dumps(texts, ensure_ascii=False).encode()
    assert "\0" not in "".join(texts)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", message.subject)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", message.full_text)
    assert (message.sender is None) is any(d.startswith("from-") for d in message.defects)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", defect) for defect in message.defects)
    assert message.received.tzinfo is not None
    assert message.date is None or message.date.utcoffset() is not None
    _check_new(message.text, message.full_text)


def _check_new(new: str, full: str) -> None:
    rest = iter(full.split("\n"))
    assert all(line in rest for line in new.split("\n")) or not new


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=400))
def test_any_octets_give_a_message(octets: bytes) -> None:
    _check(_parsed(octets))


@settings(max_examples=400, deadline=None)
@given(_mutated())
def test_mutated_mails_give_a_message(octets: bytes) -> None:
    _check(_parsed(octets))


@settings(max_examples=400, deadline=None)
@given(_mutated())
def test_the_same_octets_give_the_same_message(octets: bytes) -> None:
    assert _parsed(octets) == _parsed(octets)


_LINES = st.sampled_from(
    (
        *("", " ", "New", "> Old", ">", "-- ", "--", "From: a", "To: b", "Subject: c", "| x"),
        *("a@x.example:", "Ann wrote:", "On 16 Nov 2026 09:30, Ann <a@x.example> wrote:", "_" * 32),
        *("Sent from my iPhone", "-----Original Message-----", "--- Forwarded message ---"),
    )
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(_LINES, max_size=14).map("\n".join), st.text(max_size=200)))
def test_new_text_only_leaves_lines_out(text: str) -> None:
    _check_new(new_text(text), text)
