"""The octets of a reply that went out, read again and written without somebody's name."""

from __future__ import annotations

from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import TYPE_CHECKING

from inboxwatch.core.reply.parts import SerialiseFault, body_of, text_of
from inboxwatch.core.reply.serialise import subject_field

if TYPE_CHECKING:
    from collections.abc import Callable

_ERRORS = (SerialiseFault, MessageError, ValueError, LookupError)
_OF_BODY = frozenset({"content-type", "content-transfer-encoding"})


def names(octets: bytes, has: Callable[[str], bool]) -> bool:
    """Whether subject or text of a reply holds something; what cannot be read may hold anything."""
    if not octets:
        return False
    try:
        read = message_from_bytes(octets)
        return any(map(has, (_subject(read), *_texts(read))))
    except _ERRORS:
        return True


def without(octets: bytes, change: Callable[[str], str]) -> bytes:
    """The octets with subject and texts changed; none at all where they cannot be read."""
    try:
        read = message_from_bytes(octets)
        plain, html = (*map(change, _texts(read)), "")[:2]
        body = body_of(plain, html, str(read["Message-ID"] or ""))
        fields = [
            (name, subject_field(change(_subject(read))) if name == "Subject" else raw)
            for name, raw in read.raw_items()
            if name.lower() not in _OF_BODY
        ]
        head = "".join(f"{name}: {value}\r\n" for name, value in (*fields, *body.fields))
        return head.encode("utf-8", "surrogateescape") + b"\r\n" + body.octets
    except _ERRORS:
        return b""


def _subject(read: Message) -> str:
    return str(make_header(decode_header(read["Subject"] or "")))


def _texts(read: Message) -> tuple[str, ...]:
    """The text, and the same as HTML if there is one."""
    parts = read.get_payload() if read.is_multipart() else [read]
    return tuple(text_of(one) for one in parts if isinstance(one, Message))
