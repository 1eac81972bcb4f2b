"""Display names that belong to somebody else: to a customer, or to the team (rule S22)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from inboxwatch.core.rescue.looks import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_BRAND = 4
"""Characters of a domain's label from which on it is a brand that a name may show."""
MIN_WORD = 6
"""Characters of a name of one word from which on it says who somebody is."""
MAX_WORDS = 12

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """A name as it looks, whatever the order of its words; empty if it says too little.

    "Archer, Ann" is Ann Archer. One short word, as a given name alone, is nobody's.
    """
    words = _WORD.findall(skeleton(name))[:MAX_WORDS]
    if len(words) < 2 and len("".join(words)) < MIN_WORD:  # noqa: PLR2004 - a name and a surname
        return ""
    return " ".join(sorted(words))


def ours(name: str, names: Iterable[str], brands: Iterable[str]) -> str:
    """Which of the team's names or brands a display name shows, or the empty string.

    ``names`` match as a whole, ``brands``, the labels of the team's own domains, as a word.
    """
    words = frozenset(_WORD.findall(skeleton(name))) if name else frozenset()
    if not words:
        return ""
    key = " ".join(sorted(words))
    for one in names:
        if key == " ".join(sorted(frozenset(_WORD.findall(skeleton(one))))):
            return one
    return next((one for one in brands if len(one) >= MIN_BRAND and skeleton(one) in words), "")
