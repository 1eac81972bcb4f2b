"""What in a mail is encrypted: nobody here can read it, so it is neither shown nor searched (A19).

S/MIME (RFC 8551), PGP/MIME (RFC 3156) and PGP armour in a text (RFC 9580 6.2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxwatch.model.message import Part

ENCRYPTED = "encrypted"
"""The defect of a mail with ciphertext in it."""

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_READABLE_BY_ANYBODY = frozenset({"certs-only", "compressed-data", "signed-data"})
_BEGIN = re.compile(
    r"^[ \t]*-----BEGIN PGP MESSAGE(?:, PART \d{1,3}(?:/\d{1,3})?)?-----", re.MULTILINE
)
_END = re.compile(r"-----END PGP MESSAGE[^\n-]{0,20}-----")


def is_sealed(part: Part) -> bool:
    """Whether everything inside a part is ciphertext: it is multipart/encrypted."""
    return part.content_type == "multipart/encrypted"


def is_ciphertext(part: Part) -> bool:
    """Whether a part is itself encrypted; S/MIME says so with its ``smime-type``, if it says."""
    if part.content_type == "application/pgp-encrypted":
        return True
    kind = part.parameters.get("smime-type", "").strip().lower()
    return part.content_type in _SMIME and kind not in _READABLE_BY_ANYBODY


def without_ciphertext(text: str) -> str:
    """A text without its armoured messages; one that never ends reaches to the end."""
    kept: list[str] = []
    start = 0
    while begin := _BEGIN.search(text, start):
        kept.append(text[start : begin.start()])
        end = _END.search(text, begin.end())
        start = end.end() if end else len(text)
    return "".join((*kept, text[start:])) if kept else text
