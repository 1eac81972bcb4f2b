"""The body of a reply: a text, perhaps with the same as HTML, and its reading back (rule F18)."""

from __future__ import annotations

import binascii
import hashlib
from email.message import Message
from typing import Final

from msgspec import Struct

PLAIN_LINE_LIMIT: Final = 78

Fields = tuple[tuple[str, str], ...]


class SerialiseFault(Exception):  # noqa: N818 - a fault of the draft, not an error of ours
    """A draft whose octets would not say exactly what the draft says (rule F15)."""


class Body(Struct, frozen=True):
    """The fields that describe a body, the text that it holds, and its octets with CRLF.

    ``parts`` are the alternatives of a body that has any, the plainest first (RFC 2046 5.1.4).
    """

    fields: Fields
    octets: bytes
    text: str = ""
    parts: tuple[Body, ...] = ()


def body_of(text: str, html: str, message_id: str) -> Body:
    """The body of a reply; ``html`` empty for the text alone. Raises SerialiseFault.

    The boundary follows from the Message-ID: the same reply has the same octets.
    """
    plain = _single("plain", text)
    if not html:
        return plain
    parts = (plain, _single("html", html))
    boundary = f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:24]}"
    written = b"".join(
        f"--{boundary}\r\n{_head(part.fields)}\r\n".encode("ascii") + part.octets + b"\r\n"
        for part in parts
    )
    octets = written + f"--{boundary}--\r\n".encode("ascii")
    fields = (("Content-Type", f'multipart/alternative; boundary="{boundary}"'),)
    return Body(fields, octets, parts=parts)


def check_body(read: Message, body: Body) -> None:
    """Whether what was read says what was written, and nothing else (rule F15).

    The fields of the mail itself are not looked at. Raises SerialiseFault.
    """
    if not body.parts:
        if read.defects or text_of(read) != body.text:
            raise SerialiseFault("the text does not read back as it was written")
        return
    parts = read.get_payload()
    beside = f"{read.preamble or ''}{read.epilogue or ''}"
    if read.defects or beside or not isinstance(parts, list) or len(parts) != len(body.parts):
        raise SerialiseFault("the parts do not read back as they were written")
    for part, wanted in zip(parts, body.parts, strict=True):
        if not isinstance(part, Message) or tuple(part.raw_items()) != wanted.fields:
            raise SerialiseFault("a part does not read back as it was written")
        check_body(part, wanted)


def _single(subtype: str, text: str) -> Body:
    encoding, octets = _encoded(text)
    kind = f"text/{subtype}; charset=utf-8"
    return Body((("Content-Type", kind), ("Content-Transfer-Encoding", encoding)), octets, text)


def _head(fields: Fields) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in fields)


def _encoded(text: str) -> tuple[str, bytes]:
    """The content transfer encoding and the encoded text, both with CRLF (rule F18)."""
    if "\r" in text:
        raise SerialiseFault("the text has a carriage return")
    lines = text.split("\n")
    if text.isascii() and all(_plain(line) for line in lines):
        return "7bit", text.replace("\n", "\r\n").encode("ascii")
    try:
        encoded = binascii.b2a_qp(text.encode(), istext=True)
    except UnicodeError as error:
        raise SerialiseFault(f"the text cannot be written: {error}") from error
    return "quoted-printable", encoded.replace(b"\n", b"\r\n")


def _plain(line: str) -> bool:
    """Whether any server passes the line on as it is; no line may look like a boundary."""
    fits = len(line) <= PLAIN_LINE_LIMIT and not line.endswith((" ", "\t"))
    return fits and line != "." and not line.startswith(("From ", "--=_"))


def text_of(read: Message) -> str:
    """The text that a part holds. Raises UnicodeDecodeError."""
    payload = read.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return payload.decode().replace("\r\n", "\n")
