"""Bringing text and phrases into one form without moving a character, so that evidence is exact."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from inboxwatch.core.text import beyond_ascii, has_gaps, has_one

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LIMIT = 50_000
"""Characters of one mail that are searched; what people write is far shorter."""

MAX_EVIDENCE = 80

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_UNTIDY = ("\n\n\n", " \n", "\n ")
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def _base_letter(character: str) -> str:
    """The letter without its marks: é is e. What has no such letter stays, as ß and ø do."""
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() else character


_FOLDED = {chr(code): _base_letter(chr(code)) for code in range(0xC0, 0x250)}
_FOLDED.update(dict.fromkeys("\u2018\u2019\u02bc\u00b4\uff07", "'"))
_FOLDED.update(dict.fromkeys("\u2010\u2011", "-"))


@lru_cache(maxsize=4)  # of one mail the words are asked for, and the amounts
def read(subject: str, text: str) -> tuple[str, str]:
    """``plain_text`` of a mail, and the same folded."""
    plain, strange = _plain(subject, text)
    return plain, _folded(plain, strange)


def plain_text(subject: str, text: str) -> str:
    """Subject and text with runs of white space as one space, paragraphs divided by a line feed."""
    return _plain(subject, text)[0]


def fold(text: str) -> str:
    """Lower case, accents dropped, apostrophes straight: as long as ``text``, place for place."""
    return text.lower() if text.isascii() else _folded(text, beyond_ascii(text))


def _plain(subject: str, text: str) -> tuple[str, Collection[str]]:
    """The plain text, and the characters of it that are not ASCII, perhaps some more."""
    whole = f"{subject[:LIMIT]}\n\n{text[:LIMIT]}".replace("\r", "")
    strange: Collection[str] = ()
    if not whole.isascii():
        whole = unicodedata.normalize("NFC", whole)
        strange = beyond_ascii(whole)
        for character in set(INVISIBLE).intersection(strange):
            whole = whole.replace(character, "")
    if _is_tidy(whole, strange):
        return whole.replace("\n", " ").replace("  ", "\n"), strange
    return "\n".join(" ".join(part.split()) for part in _PARAGRAPH.split(whole)), strange


def _is_tidy(whole: str, strange: Iterable[str]) -> bool:
    """Whether all white space is single spaces, single line feeds, and two between paragraphs."""
    untidy = has_one(whole, _UNTIDY) or has_gaps(whole, strange)
    return not untidy and whole == whole.strip()


def _folded(text: str, strange: Iterable[str]) -> str:
    for character in strange:
        if (folded := _FOLDED.get(character)) is not None:
            text = text.replace(character, folded)
    return text.lower()


def evidence(plain: str, start: int, end: int) -> str:
    """The words from ``start`` to ``end`` on one line, cut with an ellipsis if they are many."""
    words = plain[start:end].replace("\n", " ")
    return words if len(words) <= MAX_EVIDENCE else words[: MAX_EVIDENCE - 1] + "…"
