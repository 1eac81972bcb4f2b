"""Mailbox names between our text and the server's octets: modified UTF-7, and what is not (I14)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapclient.imap_utf7 import decode, encode

from inboxwatch.mail.discover import Listed

if TYPE_CHECKING:
    from collections.abc import Sequence

_SENDABLE = re.compile(rb"[\x20-\x7e]+")


class MailboxNames:
    """Remembers the names that do not come out of encoding as they went into decoding."""

    def __init__(self) -> None:
        self._raw: dict[str, bytes] = {}

    def listed(
        self, attributes: Sequence[object], delimiter: bytes | None, name: bytes | str
    ) -> Listed:
        """One row of LIST as imapclient parsed it; ``name`` is a str where it was all digits."""
        raw = name.encode("latin-1") if isinstance(name, str) else bytes(name)
        text = _decoded(raw)
        if encode(text) != raw and _SENDABLE.fullmatch(raw):
            self._raw[text] = raw
        between = None if delimiter is None else delimiter.decode("latin-1")
        return Listed(tuple(word(attribute) for attribute in attributes), between, text)

    def wire(self, mailbox: str) -> str:
        """The name in ASCII, as the server spells it; controls cannot come out of the encoding."""
        octets = self._raw.get(mailbox) or bytes(encode(mailbox))
        return octets.decode("ascii")


def _decoded(raw: bytes) -> str:
    try:
        text = str(decode(raw))
        text.encode()  # a lone surrogate decodes, but can be neither stored nor shown
    except ValueError:  # with UnicodeError
        return raw.decode("latin-1")
    return text


def word(flag: object) -> str:
    """A flag as text; imapclient's lexer turns a keyword of digits into an int."""
    return flag.decode("latin-1") if isinstance(flag, bytes) else str(flag)
