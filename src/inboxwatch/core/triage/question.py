"""Whether a mail asks something, or only states it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from inboxwatch.core.triage.table import QUESTIONS, RHETORICAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inboxwatch.core.triage.matcher import Span

_MARKS = ("?", "\uff1f")
_ENDS = (". ", "! ", "? ", "\n", "\u3002", "\uff1f")
_ANSWERS = re.compile(
    r"\s*(?:re|aw|antw|antwort|ref?|res|rif|sv|vs|odp|fwd?|wg|tr|rv|enc|doorst)"
    r"\s?(?:\[\d{1,3}\])?\s?[:\uff1a]"
)
"""What a mail client puts before the subject of a mail that is answered or handed on."""
_MOST, _REACH, _FEWEST_LETTERS = 20, 300, 2


def find_question(folded: str, found: Mapping[str, Sequence[Span]]) -> Span | None:
    """Where the first question of a text stands, or None; ``folded`` begins with the subject.

    The subject of a mail that answers another, or hands it on, says what that one asked.

    A question mark in an address of the web ends none, nor does one after words that only sound
    like a question. Without a mark, the words of ``found`` tell.
    """
    rhetorical = found.get(RHETORICAL, ())
    own = folded.find("\n") if _ANSWERS.match(folded) else -1
    for place in islice(_marks(folded, own + 1), _MOST):
        begin = _begin(folded, place)
        letters = len(list(islice(filter(str.isalpha, folded[begin:place]), _FEWEST_LETTERS)))
        hollow = any(start < place and end > begin for start, end in rhetorical)
        if letters >= _FEWEST_LETTERS and not hollow:
            return begin, place + 1
    return next((span for span in found.get(QUESTIONS, ()) if span[0] > own), None)


def _marks(folded: str, start: int) -> Iterator[int]:
    for mark in _MARKS:
        place = folded.find(mark, start)
        while place >= 0:
            after = folded[place + 1 : place + 2]
            if not (after.isalnum() or after in {"=", "&", "/", "%"}):
                yield place
            place = folded.find(mark, place + 1)


def _begin(folded: str, place: int) -> int:
    """Where the sentence that ends at a place begins."""
    floor = max(0, place - _REACH)
    ends = ((folded.rfind(end, floor, place), len(end)) for end in _ENDS)
    return max((found + length for found, length in ends if found >= 0), default=floor)
