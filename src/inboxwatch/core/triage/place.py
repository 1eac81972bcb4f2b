"""Where words that were found stand in the subject and the text as they were written."""

from __future__ import annotations

import re
from itertools import islice

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
    before = plain[:start].split()
    begins = start == 0 or plain[start - 1].isspace()
    number = len(before) if begins else len(before) - 1
    inside = 0 if begins else len(before[-1])
    offset, same = _word(written[:LIMIT], number, plain, start - inside)
    return offset + inside if same else offset


def _word(written: str, number: int, plain: str, begin: int) -> tuple[int, bool]:
    """Where the word with a number begins, and whether it is written as in the plain text."""
    if "\r" in written or not (written.isascii() or _UNSEEN.isdisjoint(written)):
        found = next(islice(_WORD.finditer(written), number, None), None)
        offset = found.start() if found else 0
    else:
        rest = written.split(None, number)[number:]
        offset = len(written) - len(rest[0]) if rest else 0
    word = plain[begin : begin + _ENOUGH].split(None, 1)
    return offset, bool(word) and written.startswith(word[0], offset)
