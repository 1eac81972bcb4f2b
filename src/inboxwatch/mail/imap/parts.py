"""The text of a mail in which a large file comes first: by its own part (RFC 9051 6.4.5).

The first octets of such a mail are nothing but a file. BODYSTRUCTURE tells where the text is; it is
asked for only then, since servers have had more faults there than anywhere (rule I05).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.mail.imap.fetch import TEXT_LIMIT, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PART_LIMIT = TEXT_LIMIT // 2
MIME_LIMIT = 4 * 1024
"""Octets fetched of a text part and of its header."""

MOST_PARTS = 200
DEEPEST = 20
"""What is looked through of a structure: the rest of it is no letter to support."""

_FIELD = rb"(?im)^content-type:[ \t]*(?:\r?\n[ \t]+)?"
_MULTIPART = re.compile(_FIELD + rb"multipart/")
_TEXT = re.compile(_FIELD + rb"text/(?:plain|html)\b")
_BOUNDARY = re.compile(r"[ -~]{1,200}")
_KINDS = (b"plain", b"html")


def lacks_text(header: bytes, body: bytes) -> bool:
    """Whether a mail was cut at the limit before any text in it begins, and may have some."""
    if len(body) < TEXT_LIMIT or not _MULTIPART.search(header):
        return False
    if body.count(b"\n--") > MOST_PARTS:
        return False
    return all(_is_file(body, found) for found in _TEXT.finditer(body))


def _is_file(body: bytes, found: re.Match[bytes]) -> bool:
    """Whether the header of a part says that its text is a file."""
    begin = body.rfind(b"\n--", max(0, found.start() - MIME_LIMIT), found.start())
    end = body.find(b"\r\n\r\n", found.start(), found.start() + MIME_LIMIT)
    head = body[max(begin, 0) : end if end >= 0 else found.start() + MIME_LIMIT]
    return b"attachment" in head.lower()


class TextPart(Struct, frozen=True):
    """A part of a mail that is text; ``number`` is its section."""

    number: str
    kind: bytes

    @property
    def items(self) -> tuple[str, ...]:
        """What to fetch of it."""
        mime, text = f"BODY.PEEK[{self.number}.MIME]", f"BODY.PEEK[{self.number}]"
        return ("UID", f"{mime}<0.{MIME_LIMIT}>", f"{text}<0.{PART_LIMIT}>")


def find_text(structure: object) -> TextPart | None:
    """The first text/plain that is no file, else the first such text/html."""
    texts = list(_texts(structure))
    return next((one for kind in _KINDS for one in texts if one.kind == kind), None)


def _texts(structure: object) -> Iterator[TextPart]:
    """The text parts in a BODYSTRUCTURE as imapclient parses it, in the order of the mail."""
    waiting: list[tuple[str, int, object]] = [("", 0, structure)]
    seen = 0
    while waiting and seen < MOST_PARTS:
        number, depth, node = waiting.pop()
        seen += 1
        if not isinstance(node, tuple) or not node:
            continue
        if isinstance(node[0], list):
            dot = f"{number}." if number else ""
            inner = [(f"{dot}{place}", depth + 1, one) for place, one in enumerate(node[0], 1)]
            waiting.extend(reversed(inner[:MOST_PARTS]) if depth < DEEPEST else ())
        elif _word(node, 0) == b"text" and _disposition(node) != b"attachment":
            yield TextPart(number or "1", _word(node, 1))


_AT = 9
"""Where the disposition stands in the structure of a text (RFC 9051 section 7.5.2)."""


def _disposition(node: tuple[object, ...]) -> bytes:
    told = node[_AT] if len(node) > _AT else None
    return _word(told, 0) if isinstance(told, tuple) and told else b""


def _word(node: tuple[object, ...], place: int) -> bytes:
    found = node[place] if len(node) > place else None
    return found.lower() if isinstance(found, bytes) else b""


def with_text(header: bytes, body: bytes, part: TextPart, answer: Mapping[bytes, object]) -> bytes:
    """The body as before, its end given up for the text, as one more part of the mail."""
    # imported late: hardly a mail has a file before its text
    from inboxwatch.core.message.header import read_header  # noqa: PLC0415 - see above
    from inboxwatch.core.message.parameters import read_parameters  # noqa: PLC0415 - see above

    number = part.number.encode()
    mime = section(answer, b"BODY[%s.MIME]" % number) or b""
    text = (section(answer, b"BODY[%s]" % number) or b"")[:PART_LIMIT]
    boundary = read_parameters(read_header(header).first("content-type"))[1].get("boundary", "")
    if not text or not _BOUNDARY.fullmatch(boundary):
        return body
    mark = b"\r\n--" + boundary.encode()
    whole = mark + b"\r\n" + mime[:MIME_LIMIT].strip(b"\r\n") + b"\r\n\r\n" + text
    whole += mark + b"--\r\n" if len(text) < PART_LIMIT else b""
    return body[: TEXT_LIMIT - len(whole)] + whole
