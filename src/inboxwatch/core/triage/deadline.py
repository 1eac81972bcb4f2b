"""Until when something has to be done: the words that say so, and the date that they mean."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.triage.dates import MAX_LENGTH, read_date
from inboxwatch.core.triage.table import UNHURRIED, UNTIL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from inboxwatch.core.triage.dates import Due
    from inboxwatch.core.triage.matcher import Span
    from inboxwatch.model.message import Message

DEADLINE, DISTANT = "deadline", "distant-deadline"
_NEAR = timedelta(days=7)
_ENDS = re.compile(r"[.!?;\n](?=\s|$)|\n")
_STARTS = re.compile(r"(?<![\w'])\w")
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"(?: ?(?:is|ist|est|es|war|was|of|for|fur|fuer|am|on|le|el|op)\b)?[ :]*")
_REACH, _MOST, _SLACK = 100, 20, 3

_CREDIBLE = timedelta(days=2)


class Deadline(Struct, frozen=True):
    """The words that tell of a deadline, and its date; without one, ``due`` is None.

    A ``distant`` one is more than a week away, or the writer says that there is no hurry.
    """

    span: Span
    due: Due | None = None
    distant: bool = False


def written_at(message: Message, zone: tzinfo) -> datetime:
    """When a mail was written, in the time of its writer; a Date that cannot be true is none."""
    date = message.date
    if date and date.tzinfo and abs(date - message.received) <= _CREDIBLE:
        return date
    try:
        return message.received.astimezone(zone)
    except OverflowError:  # at the ends of the calendar
        return message.received


def find_deadline(
    folded: str, found: Mapping[str, Sequence[Span]], demands: frozenset[str], written: datetime
) -> Deadline | None:
    """The next deadline of a text, or None; one without a date only where no other has one.

    ``found`` holds the spans of words that are a deadline by themselves, and of those that are one
    before a date, with a demand in the same sentence.
    """
    dated = [*_strong(folded, found, written), *_weak(folded, found, demands, written)]
    if dated:
        span, due = min(dated, key=lambda one: (one[1].when.date(), one[0]))
        late = due.when.date() - written.date() > _NEAR
        return Deadline(span, due, distant=late or UNHURRIED in found)
    alone = found.get(DEADLINE)
    return Deadline(alone[0]) if alone else None


def _strong(
    folded: str, found: Mapping[str, Sequence[Span]], written: datetime
) -> Iterator[tuple[Span, Due]]:
    for start, end in found.get(DEADLINE, ())[:_MOST]:
        between = _BETWEEN.match(folded, end)
        places = (end, between.end()) if between else (end,)
        after = next(filter(None, (read_date(folded, place, written) for place in places)), None)
        if after:
            yield (start, after.end), after
        elif before := _before(folded, start, written):
            yield (before[0], end), before[1]


def _before(folded: str, end: int, written: datetime) -> tuple[int, Due] | None:
    """A date that ends where the words begin: "Friday at the latest"."""
    floor = max(0, end - MAX_LENGTH)
    for word in _STARTS.finditer(folded, floor, end):
        due = read_date(folded, word.start(), written)
        if due and end - _SLACK <= due.end <= end:
            return word.start(), due
    return None


def _weak(
    folded: str, found: Mapping[str, Sequence[Span]], demands: frozenset[str], written: datetime
) -> Iterator[tuple[Span, Due]]:
    for start, end in found.get(UNTIL, ())[:_MOST]:
        due = read_date(folded, end, written)
        if due and _demanded(folded, start, due.end, demands):
            yield (start, due.end), due


def _demanded(folded: str, start: int, end: int, demands: frozenset[str]) -> bool:
    """Whether the sentence says that something has to be done."""
    floor = max(0, start - _REACH)
    begins = [floor, *(stop.end() for stop in _ENDS.finditer(folded, floor, start))]
    stop = _ENDS.search(folded, end, end + _REACH)
    sentence = folded[begins[-1] : stop.start() if stop else end + _REACH]
    return not demands.isdisjoint(_WORD.findall(sentence))
