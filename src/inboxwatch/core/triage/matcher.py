"""A lexicon compiled into one automaton, and its matches in a text judged.

A match counts if it stands on word boundaries, no exception of its signal overlaps it, and no
negator stands shortly before it in the same clause.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import ahocorasick
from msgspec import Struct

from inboxwatch.core.triage.deadline import DEADLINE
from inboxwatch.core.triage.pattern import Pattern, compiled
from inboxwatch.core.triage.phrase import (
    beginnings,
    endings,
    is_exception,
    openings,
    spellings,
    variants,
)
from inboxwatch.core.triage.table import (
    CONJUNCTIONS,
    DEMANDS,
    NEGATORS,
    SIGNALS,
    SINGLE,
    WISHES,
    Negation,
)
from inboxwatch.model.policy import SpelledOut

if TYPE_CHECKING:
    from inboxwatch.model.policy import Lexicon, Phrase

Span = tuple[int, int]
"""Start and end of a match in the folded text."""

_REACH = 3
"""Words that may stand between a negator and what it negates: "not at all angry"."""

_LONG_WORD, _WISH_REACH = 20, 40
"""Characters: of a long word, and of the text before a phrase in which a wish stands."""

_CLAUSE_ENDS = frozenset(".,;:!?()\n\u2013\u2014")


Start = tuple[str, bool, str]
"""What may begin with a key of the automaton: a signal, whether it is an exception of that
signal, and the ``endings`` of the phrase."""

_NEXT = 4
"""Characters after a key by which the phrases that it begins are told apart."""


class Begun:
    """The phrases that begin with a key, by what follows it: prepared when a text has the key."""

    __slots__ = ("_by_next", "_starts")

    def __init__(self, starts: Sequence[Start]) -> None:
        self._starts = starts
        self._by_next: Mapping[str, Sequence[Start]] | None = None

    def after(self, folded: str, end: int) -> Sequence[Start]:
        """Those that may go on at a place of a text."""
        by_next = self._by_next
        if by_next is None:
            by_next = self._by_next = _by_next(self._starts)
        return by_next.get(folded[end : end + _NEXT], by_next[""])


Hit = tuple[int, Sequence[tuple[str, bool]], Begun | None]
"""The length of a key, the phrases that it is (signal, whether an exception), and that it begins.
Most of what a text holds is whole phrases, which need no more looking."""


class Matcher(Struct, frozen=True):
    """A compiled lexicon; ``find`` may be called from several threads."""

    automaton: Any
    conjunctions: frozenset[str]
    wishes: frozenset[str]
    demands: frozenset[str] = frozenset()
    patterns: tuple[Pattern, ...] = ()

    def find(self, folded: str, plain: str) -> Mapping[str, list[Span]]:
        """For each signal (or helper) that counts in a text, its spans in order.

        Of a signal whose first words are its evidence, and that may be negated, the first alone.
        ``folded`` is searched for phrases, ``plain``, which it comes from, for patterns.
        """
        found, excepted = self._collect(folded)
        for pattern in self.patterns:
            (excepted if pattern.exception else found)[pattern.signal] += pattern.spans(plain)
        negators = _outside(found.pop(NEGATORS, []), excepted.get(NEGATORS))
        ends = sorted(end for _, end in negators)
        kept: dict[str, list[Span]] = {}
        for signal, spans in found.items():
            valid = _outside(spans, excepted.get(signal))
            if len(valid) > 1:
                valid = sorted(valid, key=_earliest_then_longest)
            if ends and (wish := _UNDONE.get(signal)) is not None:
                counts = (s for s in valid if not self._negated(folded, s, ends, wish=wish))
                valid = list(counts if signal in _WANTED_WHOLE else islice(counts, 1))
            if valid:
                kept[signal] = valid
        return kept

    def _collect(self, folded: str) -> tuple[dict[str, list[Span]], dict[str, list[Span]]]:
        """All matches on word boundaries, and those of exceptions."""
        found: dict[str, list[Span]] = defaultdict(list)
        excepted: dict[str, list[Span]] = defaultdict(list)
        padded = f" {folded} "  # so that each key has a character before it and one after it
        for last, (length, complete, begun) in self._hits(folded):
            end = last + 1
            start = end - length
            goes_on = padded[end + 1].isalnum()
            if (goes_on and not begun) or padded[start : start + 2].isalnum():
                continue  # it ends, or it begins, inside of a word
            if complete and not goes_on:
                for signal, exception in complete:
                    (excepted if exception else found)[signal].append((start, end))
            for signal, exception, rest in begun.after(folded, end) if begun else ():
                for place in _places(folded, end, rest):
                    (excepted if exception else found)[signal].append((start, place))
        return found, excepted

    def _hits(self, folded: str) -> Iterable[tuple[int, Hit]]:
        return self.automaton.iter(folded) if len(self.automaton) else ()

    def _negated(self, folded: str, span: Span, ends: list[int], *, wish: bool) -> bool:
        """Whether the nearest negator before a span reaches it.

        If need be with a ``wish``, which may be a word of the phrase itself.
        """
        start = span[0]
        index = bisect_right(ends, start) - 1
        if index < 0:
            return False
        if start - ends[index] > _REACH * _LONG_WORD:
            return False
        between = folded[ends[index] : start]
        if not _CLAUSE_ENDS.isdisjoint(between):
            return False
        words = between.split()
        if len(words) > _REACH or not self.conjunctions.isdisjoint(words):
            return False
        around = folded[max(start - _WISH_REACH, 0) : span[1]]
        return not wish or not self.wishes.isdisjoint(around.split())


_UNDONE = {
    row.name: row.negation is Negation.UNDOES_WISH
    for row in SIGNALS
    if row.negation is not Negation.NOTHING
}
"""Signals that a negator undoes, and whether it takes a wish for that."""
_WANTED_WHOLE = frozenset({DEADLINE})
"""Signals of which every place is looked at; of the others the first is the evidence."""


@lru_cache(maxsize=8)
def matcher_for(lexicon: Lexicon) -> Matcher:
    """The matcher of a lexicon, compiled once for each: lexicons are compared by identity."""
    spelled = lexicon.spelled or spelled_out(lexicon)
    return Matcher(
        _automaton(spelled.whole, spelled.starts),
        conjunctions=spelled.single[CONJUNCTIONS],
        wishes=spelled.single[WISHES],
        demands=spelled.single[DEMANDS],
        patterns=tuple(map(compiled, spelled.patterns)),
    )


def spelled_out(lexicon: Lexicon) -> SpelledOut:
    """The phrases of a lexicon as words by which they are found."""
    whole: dict[str, list[tuple[str, bool]]] = {}
    starts: dict[str, list[Start]] = {}
    single: dict[str, set[str]] = {section: set() for section in SINGLE}
    patterns: list[Phrase] = []
    texts = spellings([phrase.text for phrase in lexicon.phrases])
    for phrase, spelled in zip(lexicon.phrases, texts, strict=True):
        signal = phrase.signal
        if spelled[0].startswith("/"):
            patterns.append(phrase)
        elif signal in single:
            single[signal].update(variants(phrase.text) if "(" in phrase.text else spelled)
        else:
            exception = is_exception(phrase.text)
            for spelling in spelled:
                for words, rest in beginnings(spelling):
                    if rest:
                        starts.setdefault(words, []).append((signal, exception, rest))
                    else:
                        whole.setdefault(words, []).append((signal, exception))
    others = {section: frozenset(found) for section, found in single.items()}
    return SpelledOut(whole, starts, others, tuple(patterns))


def _automaton(
    whole: Mapping[str, Sequence[tuple[str, bool]]], starts: Mapping[str, Sequence[Start]]
) -> Any:  # noqa: ANN401 - not typed
    """The keys with their hits."""
    automaton = ahocorasick.Automaton()
    for words in whole.keys() | starts.keys():
        begun = Begun(starts[words]) if words in starts else None
        automaton.add_word(words, (len(words), whole.get(words, []), begun))
    if len(automaton):
        automaton.make_automaton()
    return automaton


def _by_next(starts: Iterable[Start]) -> Mapping[str, Sequence[Start]]:
    """Beginnings by the characters that may follow; under no characters those that need fewer."""
    short: list[Start] = []
    by_next: dict[str, list[Start]] = defaultdict(list)
    for start in starts:
        nexts, some_short = openings(start[2], _NEXT)
        if some_short:
            short.append(start)
        else:
            for characters in nexts:
                by_next[characters].append(start)
    return {"": short, **{characters: short + found for characters, found in by_next.items()}}


def _places(folded: str, end: int, rest: str) -> Sequence[int]:
    """Where phrases that have begun up to ``end`` come to an end, on word boundaries."""
    texts, stems = endings(rest)
    if not folded.startswith(texts, end):
        return ()
    places: list[int] = []
    for text, stem in zip(texts, stems, strict=True):
        if folded.startswith(text, end):
            place = end + len(text)
            if not folded[place : place + 1].isalnum():
                places.append(place)
            elif stem:
                places.append(_word_end(folded, place))
    return places


def _word_end(folded: str, end: int) -> int:
    """Where the word that goes on at ``end`` ends."""
    while end < len(folded) and folded[end].isalnum():
        end += 1
    return end


def _outside(spans: list[Span], excepted: list[Span] | None) -> list[Span]:
    """The spans that no excepted one overlaps."""
    if not excepted:
        return spans
    areas = _joined(excepted)
    starts = [start for start, _ in areas]
    kept = []
    for span in spans:
        index = bisect_left(starts, span[1]) - 1
        if index < 0 or areas[index][1] <= span[0]:
            kept.append(span)
    return kept


def _joined(spans: list[Span]) -> list[Span]:
    """The same areas as spans in order that do not overlap."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _earliest_then_longest(span: Span) -> tuple[int, int]:
    return span[0], -span[1]
