"""The phrase that many texts share: the longest and most telling one, as most of them write it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from inboxwatch.core.text import one_line
from inboxwatch.core.triage.fillers import EVERYDAY
from inboxwatch.core.triage.fingerprint import LETTERS_READ, MARK, means_something
from inboxwatch.core.triage.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LONGEST: Final = 8
"""Words of a phrase."""

PHRASE_LIMIT: Final = 60
"""Characters of it."""

LEAST_SHARE: Final = 0.3
"""The share of the texts that have it."""

TEXTS_AT_MOST: Final = 60

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_BREAK = re.compile(r"[.!?;:,()\"\n]+")
_REPLY = re.compile(r"\s*(?:re|aw|antw|rv|sv|fwd?|wg)\s*:", re.IGNORECASE)


def shared_phrase(texts: Iterable[tuple[str, str]]) -> str:
    """The phrase that most of some mails share, by their subjects and texts; empty if none.

    It is foreign text, made safe to show on one line.
    """
    given = list(texts)[:TEXTS_AT_MOST]
    having: Counter[tuple[str, ...]] = Counter()
    written: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for subject, text in given:
        found = dict(_phrases(subject, text))
        having.update(found.keys())
        for words, surface in found.items():
            written[words][surface] += 1
    least = max(2.0, LEAST_SHARE * len(given))
    enough = [words for words, count in having.items() if count >= least]
    if not enough:
        return ""
    best = max(enough, key=lambda words: (_telling(words) * having[words] ** 2, words))
    surface = min(written[best].items(), key=lambda item: (-item[1], item[0]))[0]
    return one_line(surface, PHRASE_LIMIT)


def _telling(words: Sequence[str]) -> int:
    return sum(1 if word in EVERYDAY else 2 for word in words if means_something(word))


def _phrases(subject: str, text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """All phrases of one mail, folded and as they are written; they begin and end with meaning."""
    for sentence in _sentences(subject, text):
        spans = [match.span() for match in _WORD.finditer(sentence)]
        words = [fold(sentence[begin:end]).replace("'", "") for begin, end in spans]
        meaning = [means_something(word) for word in words]
        for first, begins in enumerate(meaning):
            for last in range(first, min(first + LONGEST, len(words)) if begins else first):
                if meaning[last]:
                    surface = sentence[spans[first][0] : spans[last][1]]
                    yield tuple(words[first : last + 1]), surface


def _sentences(subject: str, text: str) -> list[str]:
    shown = "" if _REPLY.match(subject) else subject
    whole = f"{shown[:LETTERS_READ]}\n{text[:LETTERS_READ]}"
    bare = MARK.sub(lambda match: match[0] if match.lastgroup == "code" else ".", whole)
    return _BREAK.split(bare)
