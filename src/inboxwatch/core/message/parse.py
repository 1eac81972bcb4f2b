"""A mail's octets into a Message: total, bounded, and the same for the same octets.

```
header ─▶ fields ─▶ sender, recipients, ids, dates ─┐
body ───▶ parts ──▶ text ─▶ new text ───────────────┴▶ Message
```
Whatever is wrong is a short code in ``Message.defects``; nothing is raised (rules P01 to P15).
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.message import address, body, mime, quote
from inboxwatch.core.message.date import parse_date
from inboxwatch.core.message.enclosed import enclosed
from inboxwatch.core.message.header import Header, decode_words, read_header, split_octets
from inboxwatch.core.message.parameters import read_parameters
from inboxwatch.core.message.reply_to import parse_reply_to
from inboxwatch.core.message.report import read_report
from inboxwatch.model.message import (
    REPLY_TO_UNCLEAR,
    Message,
    RawMessage,
    ReturnPath,
    ReturnPathKind,
    Role,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.model.message import Address, MessageRef

__all__ = ["parse", "parse_date", "parse_octets", "received_time", "split_octets", "unparsed"]

UNPARSED = "unparsed"
"""The defect of a mail that parsing failed for."""

MAX_SUBJECT = 1000
MAX_FROM_TEXT = 320
MAX_RECIPIENTS = 1000
MAX_REPLY_TO = 20
MAX_DELIVERED = 100
MAX_IDS = 20
"""Message ids kept from the beginning and from the end of References."""
MAX_KEY_BODY = 64 * 1024

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLY = timedelta(days=30)
_LATE = timedelta(days=1)
_SEPARATOR = 4
"""Octets of line ends at the separator that ``RawMessage`` may leave out."""
_SINGLE = ("subject", "date", "message-id", "content-type", "auto-submitted")
_RECIPIENTS = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
_DELIVERED = ("delivered-to", "envelope-to", "x-delivered-to", "x-forwarded-to", "x-original-to")
_LOCAL_FIELDS = frozenset({"received", "return-path", "delivered-to", "authentication-results"})
_LOCAL_PREFIXES = ("x-", "arc-", "received-")


def parse_octets(
    octets: bytes,
    *,
    source: str,
    role: Role,
    received: datetime | None,
    flags: frozenset[str] = frozenset(),
    ref: MessageRef | None = None,
    size: int | None = None,
) -> Message:
    """Parse a whole mail; ``size`` is its size on the server when ``octets`` were cut."""
    head, content = split_octets(octets)
    size = len(octets) if size is None else size
    return parse(RawMessage(source, role, head, content, received, size, flags, ref))


def parse(raw: RawMessage) -> Message:
    """Any octets as a Message, never an exception; ``defects`` says what was wrong (P01 to P15).

    Without an INTERNALDATE, ``received`` is what ``received_time`` finds, else 1970, and
    ``received_known`` is False (rule A17).
    """
    header = read_header(raw.header)
    sender, faults = address.parse_from(header.fields.get("from", ()))
    cut = raw.size > len(raw.header) + len(raw.body) + _SEPARATOR
    tree = mime.walk(header, raw.body, cut=cut)
    text = body.choose(tree.leaves, truncated=cut)
    date = parse_date(header.first("date"))
    received = raw.received or received_time(header) or _EPOCH
    message_id = _first_id(header.first("message-id"))
    recipients, count = _recipients(header)
    reply_to, whole = parse_reply_to(header.fields.get("reply-to", ()), MAX_REPLY_TO)
    defects = (
        *header.defects,
        *faults,
        *_header_defects(header, message_id, date, raw.received),
        *_type_defects(header),
        *(() if whole else (REPLY_TO_UNCLEAR,)),
        *tree.defects,
        *text.defects,
    )
    return Message(
        source=raw.source,
        role=raw.role,
        received=received,
        flags=raw.flags,
        ref=raw.ref,
        headers=header.fields,
        sender=sender,
        from_text=decode_words(header.first("from"))[:MAX_FROM_TEXT],
        return_path=address.parse_return_path(header.fields.get("return-path", ())),
        reply_to=reply_to,
        recipients=recipients,
        recipient_count=count,
        message_id=message_id,
        in_reply_to=_ids(header.fields.get("in-reply-to", ())),
        references=_ids(header.fields.get("references", ())),
        subject=decode_words(header.first("subject"))[:MAX_SUBJECT],
        date=date,
        parts=tuple(tree.parts),
        text=quote.new_text(text.text),
        full_text=text.text,
        reply_key=_reply_key(header, raw.body, message_id, sender),
        received_known=raw.received is not None,
        defects=tuple(dict.fromkeys(defects)),
        delivered_to=_delivered_to(header),
        trace=header.trace,
        enclosed=enclosed(tree.leaves),
        report=read_report(header, tree.leaves, text.text),
    )


def unparsed(raw: RawMessage) -> Message:
    """What stands for a mail that parsing failed for: where it lies and when it came, no more.

    It names nobody and refers to nothing. Its key is that of its octets (rule X12).
    """
    return Message(
        source=raw.source,
        role=raw.role,
        received=raw.received or _EPOCH,
        flags=raw.flags,
        ref=raw.ref,
        headers={},
        sender=None,
        from_text="",
        return_path=ReturnPath(ReturnPathKind.ABSENT),
        reply_to=(),
        recipients=frozenset(),
        recipient_count=0,
        message_id=None,
        in_reply_to=(),
        references=(),
        subject="",
        date=None,
        parts=(),
        text="",
        full_text="",
        reply_key=hashlib.sha256(raw.header + b"\0" + raw.body).hexdigest(),
        received_known=raw.received is not None,
        defects=(UNPARSED,),
    )


def received_time(header: Header | bytes) -> datetime | None:
    """When a mail without INTERNALDATE arrived: its topmost Received, else its Date, else None."""
    fields = read_header(header) if isinstance(header, bytes) else header
    _, _, stamp = fields.first("received").rpartition(";")
    return parse_date(stamp.strip()) or parse_date(fields.first("date"))


def _header_defects(
    header: Header, message_id: str | None, date: datetime | None, received: datetime | None
) -> list[str]:
    defects = [f"{name}-several" for name in _SINGLE if len(header.fields.get(name, ())) > 1]
    if message_id is None:
        defects.append("message-id-invalid" if header.first("message-id") else "message-id-missing")
    if date is None:
        defects.append("date-invalid" if header.first("date") else "date-missing")
    elif received is not None and not -_EARLY <= date - received <= _LATE:
        defects.append("date-abuse")
    return defects


def _type_defects(header: Header) -> Iterator[str]:
    """What names no type and subtype: the parts behind it are guessed."""
    value = header.first("content-type")
    if value and "/" not in read_parameters(value)[0]:
        yield "content-type-invalid"


def _first_id(value: str) -> str | None:
    match = _MESSAGE_ID.search(value)
    return match[0] if match else None


def _ids(values: tuple[str, ...]) -> tuple[str, ...]:
    """Well-formed message ids in order, each once, at most the first and last 20 (rule F12)."""
    found = tuple(dict.fromkeys(_MESSAGE_ID.findall(" ".join(values)))) if values else ()
    return found if len(found) <= 2 * MAX_IDS else (*found[:MAX_IDS], *found[-MAX_IDS:])


def _recipients(header: Header) -> tuple[frozenset[str], int]:
    """The exact forms of all recipients, and the number of those in To and Cc."""
    exact: set[str] = set()
    count = 0
    for name in _RECIPIENTS:
        values = header.fields.get(name)
        if values:
            found = address.parse_addresses(values, MAX_RECIPIENTS)
            exact.update(one.exact for one in found)
            count += len(found) if name in ("to", "cc") else 0
    return frozenset(exact), count


def _delivered_to(header: Header) -> frozenset[str]:
    """The exact forms of whom the servers on the way delivered to; the sender may add more."""
    return frozenset(
        one.exact
        for name in _DELIVERED
        if name in header.fields
        for one in address.parse_addresses(header.fields[name], MAX_DELIVERED)
    )


def _reply_key(
    header: Header, content: bytes, message_id: str | None, sender: Address | None
) -> str:
    """The key under which one mail is answered once, in whatever mailboxes it lies (rule X04).

    A Message-ID alone may be somebody else's: it counts together with From, Date and Subject.
    Without one, the header that the sender wrote and the first 64 KB of the body count.
    """
    digest = hashlib.sha256()
    if message_id is not None:
        writer = sender.exact if sender else header.first("from")
        for value in (message_id, writer, header.first("date"), header.first("subject")):
            digest.update(_key_part(value))
        return digest.hexdigest()
    for name, values in header.fields.items():
        if name not in _LOCAL_FIELDS and not name.startswith(_LOCAL_PREFIXES):
            for value in values:
                digest.update(_key_part(f"{name}:{value}"))
    digest.update(content[:MAX_KEY_BODY].replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _key_part(value: str) -> bytes:
    return " ".join(value.split()).encode("utf-8", "replace") + b"\0"
