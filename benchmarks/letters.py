"""One mail, put together from its header and its parts."""

from __future__ import annotations

import base64
import quopri
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

from shop import ADDRESS, AUTHSERV

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from phrases import Voice


class Letter(NamedTuple):
    """What one mail is made from. ``number`` makes its ids, ``rng`` everything else."""

    rng: random.Random
    number: int
    when: datetime
    name: str
    email: str
    voice: Voice


# Headers


def header(letter: Letter, subject: str, *more: str, sender: str = "", path: str = "") -> str:
    """The fields of a mail that came over two servers, signed and checked; ``more`` as written."""
    rng, email = letter.rng, sender or letter.email
    domain = email.partition("@")[2]
    at = format_datetime(letter.when)
    signature = base64.b64encode(rng.randbytes(256)).decode()
    lines = [
        f"Return-Path: <{path or email}>" if path != "<>" else "Return-Path: <>",
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.{rng.randrange(1, 255)}])",
        f"\tby {AUTHSERV} (Postfix) with ESMTPS id {rng.randrange(16**10):010X}",
        f"\tfor <{ADDRESS}>; {at}",
        f"Authentication-Results: {AUTHSERV}; dkim=pass header.d={domain} header.s=s1;",
        f"\tspf=pass smtp.mailfrom={email}; dmarc=pass (p=reject) header.from={domain}",
        f"Received: from [10.0.0.{rng.randrange(1, 255)}] by mail.{domain} with ESMTPSA; {at}",
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;",
        "\th=from:to:subject:date:message-id:mime-version:content-type;",
        "\tb=" + "\r\n\t".join(signature[n : n + 70] for n in range(0, len(signature), 70)),
        f"From: {letter.name} <{email}>",
        f"To: Acme Support <{ADDRESS}>",
        f"Subject: {encoded(subject)}",
        f"Date: {at}",
        f"Message-ID: <{letter.number}.{rng.randrange(16**12):012x}@{domain}>",
        "MIME-Version: 1.0",
        *more,
    ]
    return "\r\n".join(lines) + "\r\n"


def encoded(text: str) -> str:
    """A header value, as an encoded word if it needs one (RFC 2047)."""
    return text if text.isascii() else f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def answering(letter: Letter, depth: int = 1) -> str:
    """The fields of a reply in a conversation with ``depth`` mails before it."""
    ids = [f"<{letter.number}.{step}.reply@acme.example>" for step in range(depth)]
    return f"In-Reply-To: {ids[-1]}\r\nReferences: " + "\r\n\t".join(ids)


# Texts and parts


def words(letter: Letter, count: int) -> str:
    """Some sentences in the letter's language, with greeting, farewell and name."""
    rng, voice = letter.rng, letter.voice
    body = "\r\n".join(rng.choices(voice.sentences, k=count))
    greeting, farewell = rng.choice(voice.greetings), rng.choice(voice.farewells)
    return f"{greeting}\r\n\r\n{body}\r\n\r\n{farewell}\r\n{letter.name}\r\n"


def quoted(letter: Letter, depth: int = 1) -> str:
    """What was written before, deeper and deeper."""
    voice = letter.voice
    blocks: list[str] = []
    for level in range(1, depth + 1):
        lines = (*letter.rng.choices(voice.sentences, k=4), "", "Acme Support")
        blocks.append(f"{'>' * (level - 1)} {voice.attribution}".lstrip())
        blocks.extend(f"{'>' * level} {line}" for line in lines)
    return "\r\n".join(blocks) + "\r\n"


def as_html(text: str) -> str:
    """A text as a mail program writes it in HTML, a style sheet and a picture included."""
    paragraphs = "".join(
        f'<p class="MsoNormal" style="margin:0 0 8px 0;font-family:Arial">{line}</p>\r\n'
        if line
        else "<br>\r\n"
        for line in text.split("\r\n")
    )
    return (
        "<!DOCTYPE html>\r\n<html><head><meta charset=utf-8><style>\r\n"
        + "".join(f".c{n} {{ color: #33{n:02}33; padding: {n}px }}\r\n" for n in range(20))
        + f"</style></head>\r\n<body><div>{paragraphs}</div>\r\n"
        '<img src="https://pixel.example/open.gif" width=1 height=1></body></html>\r\n'
    )


def part(text: str, subtype: str = "plain", charset: str = "utf-8") -> bytes:
    """A text part, header included, as quoted-printable."""
    octets = text.encode(charset, "replace")
    head = f"Content-Type: text/{subtype}; charset={charset}\r\n"
    head += "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(
        b"\n", b"\r\n"
    )


def blob(letter: Letter, size: int, name: str = "photo.jpg", kind: str = "image/jpeg") -> bytes:
    """An attachment of about ``size`` octets of base64."""
    content = base64.encodebytes(letter.rng.randbytes(size * 3 // 4)).replace(b"\n", b"\r\n")
    head = f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
    head += f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    return head.encode() + content


def multipart(letter: Letter, subtype: str, *parts: bytes, parameters: str = "") -> bytes:
    """Parts with delimiters around them, header field included."""
    mark = f"=_{letter.number}_{subtype}_{letter.rng.randrange(16**8):08x}"
    head = f'Content-Type: multipart/{subtype}; boundary="{mark}"{parameters}\r\n\r\n'
    body = b"".join(b"--%s\r\n%s\r\n" % (mark.encode(), one) for one in parts)
    return head.encode() + body + f"--{mark}--\r\n".encode()
