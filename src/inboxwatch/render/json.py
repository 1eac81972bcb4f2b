"""Report models as JSON, one object a line."""

from __future__ import annotations

import codecs
from json import JSONEncoder
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING

from msgspec.json import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

_ESCAPED = "inboxwatch.json"
_encoded = JSONEncoder(check_circular=False, separators=(",", ":")).encode


def to_line(fields: Mapping[str, object]) -> str:
    """One object on one line, in ASCII: safe for terminals, logs and every reader (rule O14)."""
    try:
        line = encode(fields).decode()
    except (UnicodeEncodeError, OverflowError):  # half a character, or a number beyond 64 bits
        return _encoded(fields)
    return line if line.isascii() else line.encode("ascii", _ESCAPED).decode()


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Characters as JSON writes them in ASCII; outside of strings there are none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return encode_basestring_ascii(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(_ESCAPED, _escaped)
