"""Where words that were found stand in the subject and the text as they were written."""

from __future__ import annotations

import re
from itertools import islice
from unicodedata import is_normalized

from inboxwatch.core.triage.fold import INVISIBLE, LIMIT
from inboxwatch.model.decision import Place

_UNSEEN = frozenset(INVISIBLE)
_ENOUGH = 40
"""Characters of a word that are compared."""

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
    unseen = "\r" in written or not (written.isascii() or _UNSEEN.isdisjoint(written))
    if not unseen and is_normalized("NFC", written):
        word = plain[start : start + _ENOUGH].split(None, 1)[:1]
        if word and plain.find(word[0]) == start:  # the first of its kind is the first there too
            return max(written.find(word[0]), 0)
    return _counted(written, plain, start, unseen=unseen)


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
