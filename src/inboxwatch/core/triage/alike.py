"""Whether two texts are the same but for a name, a greeting or a date (story 2)."""

from __future__ import annotations

import re
from itertools import pairwise

FEWEST_WORDS = 10
"""Shorter texts are never the same: everybody writes "Thank you, we will look into it"."""

SHARE = 0.7
"""Of all pairs of neighbouring words, those that both texts have."""

MOST_CHARACTERS = 4000

_WORD = re.compile(r"[^\W_]+")


def pairs_of(text: str) -> frozenset[tuple[str, str]]:
    """The pairs of neighbouring words of a text; empty for one of fewer than ``FEWEST_WORDS``."""
    words = _WORD.findall(text[:MOST_CHARACTERS].casefold())
    return frozenset(pairwise(words)) if len(words) >= FEWEST_WORDS else frozenset()


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts share most of their pairs of words."""
    first, second = pairs_of(one), pairs_of(other)
    either = len(first | second)
    return either > 0 and len(first & second) >= SHARE * either
