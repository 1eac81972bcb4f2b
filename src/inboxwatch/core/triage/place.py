"""Where words that were found stand in the subject and the text as they were written."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from unicodedata import is_normalized

from inboxwatch.core.text import has_one
from inboxwatch.core.triage.fold import INVISIBLE, LIMIT
from inboxwatch.model.decision import Place

_ENOUGH = 40
"""Characters of a word that are compared."""

_MOST = 20
"""Earlier ones of a word that are counted: for more, it is faster to count all the words."""

_WORD = re.compile(rf"[^\s{INVISIBLE}][\S\r]*")
"""A word as the plain text has it: it begins with something that can be seen."""


def place_of(subject: str, text: str, plain: str, start: int) -> Place:
    """Where a place of ``fold.plain_text`` is in what it was made of.

    Words keep their order there, so that the word tells the place; inside of a word that is
    composed in another way or has invisible characters it is the place where the word begins.
    """
    begins = plain.index("\n") + 1
    if start < begins:
        return Place("subject", _offset(subject, plain[:begins], start))
    offset = _offset(text, plain[begins:], start - begins)
    return Place("text", offset, text.count("\n", 0, offset) + 1)


def _offset(written: str, plain: str, start: int) -> int:
    """The offset in a part as it was written of ``start`` in the part as plain text."""
    unseen, composed = _form(written)
    if not unseen and composed:
        word = plain[start : start + _ENOUGH].split(None, 1)[:1]
        place = _alike(written, plain, word[0], start) if word else None
        if place is not None:
            return place
    return _counted(written, plain, start, unseen=unseen)


def _alike(written: str, plain: str, word: str, start: int) -> int | None:
    """Where a word stands in a part as written that is at ``start`` in the plain one, if easy."""
    here, there = plain.find(word), written.find(word)
    for _ in range(_MOST):
        if not 0 <= here < start:
            return max(there, 0) if here == start else None
        here = plain.find(word, here + len(word))
        there = written.find(word, there + len(word))
    return None


@lru_cache(maxsize=4)  # each signal of a mail asks the same
def _form(written: str) -> tuple[bool, bool]:
    """Whether a part has characters that its plain text leaves out, and whether it is NFC."""
    if written.isascii():
        return "\r" in written, True
    return "\r" in written or has_one(written, INVISIBLE), is_normalized("NFC", written)


def _counted(written: str, plain: str, start: int, *, unseen: bool) -> int:
    """The same by the number of the word."""
    before = plain[:start].split()
    begins = start == 0 or plain[start - 1].isspace()
    number = len(before) if begins else len(before) - 1
    inside = 0 if begins else len(before[-1])
    offset = _word(written[:LIMIT], number, unseen=unseen)
    word = plain[start - inside : start - inside + _ENOUGH].split(None, 1)[:1]
    return offset + inside if word and written.startswith(word[0], offset) else offset


def _word(written: str, number: int, *, unseen: bool) -> int:
    """Where the word with a number begins."""
    if unseen:
        found = next(islice(_WORD.finditer(written), number, None), None)
        return found.start() if found else 0
    rest = written.split(None, number)[number:]
    return len(written) - len(rest[0]) if rest else 0
