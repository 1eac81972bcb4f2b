"""How an entry of a phrase list is written, and the plain phrases that it stands for.

``(a|b|)`` stands for each of its alternatives, ``*`` at the end for any ending of the last word,
``-`` at the beginning for an exception: the signal is not found in these words.
"""

from __future__ import annotations

import re
from itertools import product
from math import prod

from inboxwatch.core.triage.fold import fold

EXCEPTION, STEM = "-", "*"

MAX_LENGTH = 400
MAX_VARIANTS = 200

_GROUP = re.compile(r"\(([^()]*)\)")
_STRAY = re.compile(r"[()|]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def is_exception(text: str) -> bool:
    """Whether an entry says where its signal is not found."""
    return text.startswith(EXCEPTION)


def variants(text: str) -> tuple[str, ...]:
    """The folded phrases that an entry stands for, stems with their star, without the ``-``.

    Umlauts are spelled out once more (``ae`` for ``ä``). Raises ValueError for an entry that is
    too long, too short, stands for too many phrases, or has a bracket, bar or star that is astray.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"this is longer than {MAX_LENGTH} characters")
    lowered = text.removeprefix(EXCEPTION).lower()
    found = _checked(fold(lowered))
    if not lowered.isascii() and (spelled := lowered.translate(_UMLAUTS)) != lowered:
        found += _checked(fold(spelled))
    return tuple(dict.fromkeys(found))


def _checked(text: str) -> list[str]:
    parts = _GROUP.split(text)
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    if prod(map(len, choices)) > MAX_VARIANTS:
        raise ValueError(f"this stands for more than {MAX_VARIANTS} phrases: write several lines")
    if any(_STRAY.search(part) for part in parts[::2]):
        raise ValueError(f"{text!r} has a bracket or a bar astray")
    phrases = ["".join(words) for words in product(*choices)]
    return [_phrase(one) for one in phrases]


def _phrase(text: str) -> str:
    phrase = " ".join(text.split()) if "  " in text or text[-1:] == " " else text
    words = phrase.removesuffix(STEM)
    if STEM in words:
        raise ValueError(f"{phrase!r} has a star astray: a star ends a phrase")
    if len(words) < 2 or not words[-1].isalnum():  # noqa: PLR2004 - one letter is no word
        raise ValueError(f"{phrase!r} is no phrase: it has to end in a word")
    return phrase
