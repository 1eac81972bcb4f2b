"""From a draft to the octets that go out, which are read back before anybody may send them.

The fields are written here rather than by ``email.message.EmailMessage``: its folding turns long
message ids into encoded-words (rule F13) and lets a line break out of an encoded-word (rule F15).
The standard library still does the encoding, and as a second, independent opinion the reading back.
"""

from __future__ import annotations

import re
import unicodedata
from email import message_from_bytes
from email.errors import MessageError
from email.header import Header, decode_header, make_header
from email.utils import format_datetime, getaddresses
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.core.reply.compose import MESSAGE_ID
from inboxwatch.core.reply.parts import Body, SerialiseFault, body_of, check_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from inboxwatch.model.decision import Draft

__all__ = ["SerialiseFault", "serialise"]

LINE_LIMIT: Final = 998
FIELD_LINE_LIMIT: Final = 76

_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[A-Fa-f0-9.:]{2,45}\]")
_QUOTABLE = re.compile(r"[A-Za-z0-9 .!#$%&'*+/=?^_`{|}~-]{1,62}")
"""Local parts that may be put between quotation marks: nothing that could end them (RFC 5322)."""
_QUOTED = re.compile(f'"{_QUOTABLE.pattern}"')
_UTF8_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a0-\U0010ffff-]+"
_UTF8_DOT_ATOM = re.compile(rf"{_UTF8_ATOM}(?:\.{_UTF8_ATOM})*")
"""Local parts of RFC 6532 section 3.2."""
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")
_PRECEDENCE = re.compile(r"[a-z_]{1,20}")
_BARE_BREAK = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class Mailbox(Struct, frozen=True):
    """The value of From, To and Reply-To: one address, perhaps with a name."""

    address: str
    name: str = ""


Value = str | Mailbox | tuple[str, ...]
"""Free text, one mailbox, or message ids."""


class Form(Struct, frozen=True):
    """A row of how one kind of value is written and read back."""

    write: Callable[[str, Value], str]
    read: Callable[[str], Value]


def serialise(draft: Draft, date: datetime, *, automatic: bool = True, asked: bool = True) -> bytes:
    """The octets of ``draft``, with CRLF line ends; the same for the same input.

    ``automatic`` is False for a draft that a human is going to send: it does not call itself
    automatic (rules F09, F10). ``asked`` is False for a mail that answers none (RFC 3834 5.1).
    ``date`` is aware. The header is in ASCII, unless an address has a
    local part that is not: then in UTF-8, and only SMTPUTF8 carries it (rule F20). Raises
    SerialiseFault.
    """
    body = body_of(draft.text, draft.html, draft.message_id)
    submitted = ("auto-replied" if asked else "auto-generated") if automatic else ""
    fields = [*_fields(draft, date, submitted), *body.fields]
    try:
        head = "".join(f"{name}: {_form(value).write(name, value)}\r\n" for name, value in fields)
        octets = head.encode(_charset(fields)) + b"\r\n" + body.octets
    except (UnicodeError, MessageError) as error:
        raise SerialiseFault(f"a field cannot be written: {error}") from error
    _check(octets, fields, body)
    return octets


def _charset(fields: list[tuple[str, Value]]) -> str:
    addresses = (value.address for _, value in fields if isinstance(value, Mailbox))
    return "ascii" if all(address.isascii() for address in addresses) else "utf-8"


def _fields(draft: Draft, date: datetime, submitted: str) -> list[tuple[str, Value]]:
    """Names and values in the order of RFC 5322 3.6; never Cc, Bcc or a receipt (rule F17)."""
    if date.tzinfo is None:
        raise SerialiseFault("the date has no time zone")
    fields: list[tuple[str, Value]] = [
        ("From", _mailbox("From", draft.from_address, draft.from_name)),
        ("To", _mailbox("To", draft.to)),
        ("Subject", draft.subject),
        ("Date", format_datetime(date)),
        ("Message-ID", (draft.message_id,)),
    ]
    if draft.in_reply_to:
        fields.append(("In-Reply-To", (draft.in_reply_to,)))
    if draft.references:
        fields.append(("References", draft.references))
    if draft.reply_to:
        fields.append(("Reply-To", _mailbox("Reply-To", draft.reply_to)))
    if submitted:
        fields.append(("Auto-Submitted", submitted))
        fields.append(("X-Auto-Response-Suppress", "All"))
        if draft.precedence:
            fields.append(("Precedence", _matching(_PRECEDENCE, draft.precedence, "precedence")))
    return [
        *fields,
        ("X-Loop", _mailbox("X-Loop", draft.from_address)),
        ("X-Inboxwatch-Loop", _matching(_TOKEN, draft.loop_marker, "loop marker")),
        ("Content-Language", _matching(_LANGUAGE, draft.language, "language")),
        ("MIME-Version", "1.0"),
    ]


def _matching(pattern: re.Pattern[str], value: str, what: str) -> str:
    if not pattern.fullmatch(value):
        raise SerialiseFault(f"the {what} {value[:80]!a} is not well-formed")
    return value


def _write_text(name: str, value: Value) -> str:
    """Unstructured text: as it is if that is one short ASCII line, else in encoded-words."""
    text = _safe(name, str(value))
    if text.isascii() and "=?" not in text and len(name) + 2 + len(text) <= FIELD_LINE_LIMIT:
        return text
    return _encoded(name, text)


def subject_field(text: str) -> str:
    """A subject as it stands in its field. Raises SerialiseFault."""
    return _write_text("Subject", text)


def _encoded(name: str, text: str) -> str:
    header = Header(text, "utf-8", maxlinelen=FIELD_LINE_LIMIT - 1, header_name=name)
    return header.encode(linesep="\r\n")


def _safe(name: str, text: str) -> str:
    found = _UNSAFE.search(text)
    if found or text != text.strip():
        what = f"U+{ord(found[0]):04X}" if found else "white space at an end"
        raise SerialiseFault(f"{name} contains {what}")
    return text


def _read_text(raw: str) -> Value:
    return str(make_header(decode_header(raw))) if "=?" in raw else raw


def _write_mailbox(name: str, value: Value) -> str:
    """``name <address>``: the name as atoms, a quoted string or encoded-words (RFC 5322 3.4)."""
    if not isinstance(value, Mailbox):
        raise SerialiseFault(f"{name} holds no address")
    address = value.address
    if not value.name:
        return address
    phrase = _phrase(name, _safe(name, value.name))
    first, _, last = phrase.rpartition("\r\n")
    used = len(last) if first else len(name) + 2 + len(last)
    gap = " " if used + len(address) + 3 <= FIELD_LINE_LIMIT else "\r\n "
    return f"{phrase}{gap}<{address}>"


def _phrase(name: str, text: str) -> str:
    if not text.isascii() or "=?" in text or len(text) + len(name) + 4 > FIELD_LINE_LIMIT:
        return _encoded(name, text)
    if _ATOMS.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _mailbox(name: str, spec: str, display_name: str = "") -> Mailbox:
    return Mailbox(_address(name, spec), display_name)


def _address(name: str, spec: str) -> str:
    """``spec`` as it is written in a field; a local part that is no dot-atom is quoted.

    One beyond ASCII stays what it is, to the letter, or is refused (rule F20, RFC 6532 3.1).
    """
    local, _, domain = spec.rpartition("@")
    if not local.isascii() and not _writable(local):
        raise SerialiseFault(f"{name} cannot hold the address {spec[:80]!a} (rule F20)")
    if _DOMAIN.fullmatch(domain):
        if _UTF8_DOT_ATOM.fullmatch(local) or _QUOTED.fullmatch(local):
            return spec
        if _QUOTABLE.fullmatch(local):
            return f'"{local}"@{domain}'
    raise SerialiseFault(f"{name} needs an address, and {spec[:80]!a} is none")


def _writable(local: str) -> bool:
    return local.isprintable() and unicodedata.is_normalized("NFC", local)


def _read_mailbox(raw: str) -> Value:
    found = getaddresses([raw])
    if len(found) != 1:
        raise SerialiseFault(f"{len(found)} addresses where one was written")
    name, address = found[0]
    return Mailbox(address, str(make_header(decode_header(name))))


def _write_ids(name: str, value: Value) -> str:
    """One message id a line, and never an encoded-word (rule F13)."""
    for message_id in value if isinstance(value, tuple) else ():
        _matching(MESSAGE_ID, message_id, name)
    return "\r\n ".join(value if isinstance(value, tuple) else ())


def _read_ids(raw: str) -> Value:
    return tuple(raw.split())


_FORMS: dict[type, Form] = {
    str: Form(_write_text, _read_text),
    Mailbox: Form(_write_mailbox, _read_mailbox),
    tuple: Form(_write_ids, _read_ids),
}


def _form(value: Value) -> Form:
    return _FORMS[type(value)]


def _check(octets: bytes, fields: list[tuple[str, Value]], body: Body) -> None:
    """Read the octets back; nothing but the intended fields and texts may come out (rule F15)."""
    if _BARE_BREAK.search(octets) or not body.octets.isascii():
        raise SerialiseFault("a line break or an octet that has no place in a mail")
    longest = max(map(len, octets.split(b"\r\n")))
    if longest > LINE_LIMIT:
        raise SerialiseFault(f"a line has {longest} octets, and at most {LINE_LIMIT} may pass")
    read = message_from_bytes(octets)  # compat32: email.policy loads a parser of 20 ms
    if [name for name, _ in fields] != read.keys():
        raise SerialiseFault(f"the fields read back as {', '.join(read.keys())[:300]}")
    for (name, value), (_, raw) in zip(fields, read.raw_items(), strict=True):
        if _read_back(value, raw) != value:
            raise SerialiseFault(f"{name} does not read back as it was written")
    check_body(read, body)


def _read_back(value: Value, raw: str) -> Value:
    try:
        return _form(value).read(raw.encode("ascii", "surrogateescape").decode())
    except (MessageError, ValueError, LookupError) as error:
        raise SerialiseFault(f"a field cannot be read back: {error}") from error
