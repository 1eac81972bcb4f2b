"""Swear words of which some letters are masked: "sh*t", "what the f***"."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from inboxwatch.core.text import has_one
from inboxwatch.core.triage.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = """
fuck fucks fucked fucker fuckers fuckin fucking shit shits shitty bullshit crap crappy asshole
assholes arsehole bitch bitches bastard bastards cunt cunts dick dickhead goddamn motherfucker
scheisse scheiße scheiss scheiß arschloch arschlöcher verdammt fick ficken fickt
merde putain connard connards connasse salaud enculé foutre
mierda joder puta putas coño cabrón cabrones gilipollas
klote kut klootzak godverdomme tering kanker
"""
_MASKS = "*#$!"
_MASKED = re.compile(r"(?<![^\W_])(?<![*#$!])[a-zß]{1,6}[*#$!][a-zß*#$!]{0,12}")
_MAYBE = re.compile(r"[*#$]|![a-zß]")
"""Without one of these nothing is masked, as in most mail."""
_SIGNS = ("!", "*", "#", "$")
_MARK = re.compile(f"[{_MASKS}]")
_LETTERS, _MOST_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzß"), 6
_MOST = 40
"""Words with masks of one mail that are looked at."""


def _by_length() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for word in map(fold, _WORDS.split()):
        found.setdefault(len(word), []).append(word)
    return found


_SWEAR_WORDS = _by_length()


def masked_word(folded: str) -> tuple[int, int] | None:
    """Where in a folded text the first masked swear word stands, or None.

    Each mask stands for one letter; exclamation marks at the end are none.
    """
    if not has_one(folded, _SIGNS) or not _MAYBE.search(folded):
        return None
    for found in islice(_with_masks(folded), _MOST):
        word = found[0].rstrip("!")
        if _is_masked(word) and not folded[found.end() : found.end() + 1].isalnum():
            return found.start(), found.start() + len(word)
    return None


def _with_masks(folded: str) -> Iterator[re.Match[str]]:
    """What may be words with masks, in order: a mark each, with the letters on both sides."""
    end = 0
    for mark in _MARK.finditer(folded):
        begin = mark.start()
        while begin > max(end, mark.start() - _MOST_LETTERS) and folded[begin - 1] in _LETTERS:
            begin -= 1
        if mark.start() >= end and (found := _MASKED.match(folded, begin)):
            yield found
            end = found.end()


def _is_masked(word: str) -> bool:
    """A single mask at the end is a footnote's, and a letter with nothing else is no word."""
    inner = word.rstrip(_MASKS)
    if len(word) - len(inner) == 1 or not any(mark in word for mark in _MASKS):
        return False
    return any(_fits(word, swear) for swear in _SWEAR_WORDS.get(len(word), ()))


def _fits(word: str, swear: str) -> bool:
    return all(one in _MASKS or one == two for one, two in zip(word, swear, strict=True))
