"""How an entry of a phrase list is written, and the plain phrases that it stands for.

``(a|b|)`` stands for each of its alternatives, ``*`` at the end for any ending of the last word,
``-`` at the beginning for an exception: the signal is not found in these words.

A few thousand entries stand for tens of thousands of phrases. ``variants`` spells all of them out
and checks them, which a list needs once, when it is read. ``beginnings`` and ``endings`` say the
same in two steps, so that whoever searches spells out the ends of those few that begin in a text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from inboxwatch.core.triage.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

EXCEPTION, STEM = "-", "*"

MAX_LENGTH = 400
MAX_VARIANTS = 200

_ENOUGH = 10
"""Characters of a beginning after which a text seldom holds it by chance: with fewer, a mail is
looked at in more places, with more, there are more beginnings to prepare."""

_GAP = re.compile(r"\s+")
_GROUP = re.compile(r"\(([^()]*)\)")
_STRAY = re.compile(r"[()|]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Endings(NamedTuple):
    """The ways in which a phrase may go on, and for each whether its last word may go on too."""

    texts: tuple[str, ...]
    stems: tuple[bool, ...]


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
    found = [phrase for spelling in _spellings(text) for phrase in _checked(spelling)]
    return tuple(dict.fromkeys(found))


def beginnings(text: str) -> Iterator[tuple[list[str], str]]:
    """How the phrases of an entry begin, each time with what ``endings`` takes to end them.

    For an entry that ``variants`` accepts, beginnings and endings together are its variants.
    """
    for spelling in _spellings(text):
        for heads, rest in _parted(spelling):
            ends = {head[-1:] for head in heads}
            if ends.isdisjoint((" ", STEM)):
                yield [" ".join(head.split()) for head in heads], rest
                continue
            for last in ends:
                alike = [head.removesuffix(STEM) for head in heads if head.endswith(last)]
                kept = last if last in (" ", STEM) else ""
                yield [" ".join(head.split()) for head in alike], kept + rest


@lru_cache(maxsize=8192)
def endings(rest: str) -> Endings:
    """The ways to end a beginning."""
    texts = ("".join(words) for words in product(*_choices(rest)))
    ends = dict.fromkeys(_GAP.sub(" ", text).rstrip() for text in texts)
    return Endings(
        tuple(end.removesuffix(STEM) for end in ends), tuple(end.endswith(STEM) for end in ends)
    )


def _spellings(text: str) -> list[str]:
    lowered = text.removeprefix(EXCEPTION).lower()
    if lowered.isascii():
        return [lowered]
    if (spelled := lowered.translate(_UMLAUTS)) == lowered:
        return [fold(lowered)]
    return [fold(lowered), fold(spelled)]


def _parted(text: str) -> Iterator[tuple[list[str], str]]:
    """The heads of an entry, each as short as will do, with the rest as it is written."""
    fixed, *parts = _GROUP.split(text)
    heads, place = [fixed], len(fixed)
    for group, after in zip(parts[::2], parts[1::2], strict=True):
        long = [head for head in heads if len(head) >= _ENOUGH]
        if long:
            yield long, text[place:]
            if len(long) == len(heads):
                return
            heads = [head for head in heads if len(head) < _ENOUGH]
        words = [word + after for word in group.split("|")]
        heads = [head + word for head in heads for word in words]
        place += len(group) + len("()") + len(after)
    yield heads, ""


def _choices(text: str) -> list[list[str]]:
    parts = _GROUP.split(text)
    return [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]


def _checked(text: str) -> list[str]:
    choices = _choices(text)
    if prod(map(len, choices)) > MAX_VARIANTS:
        raise ValueError(f"this stands for more than {MAX_VARIANTS} phrases: write several lines")
    if any(_STRAY.search(part) for part in _GROUP.split(text)[::2]):
        raise ValueError(f"{text!r} has a bracket or a bar astray")
    return [_phrase("".join(words)) for words in product(*choices)]


def _phrase(text: str) -> str:
    phrase = " ".join(text.split())
    words = phrase.removesuffix(STEM)
    if STEM in words:
        raise ValueError(f"{phrase!r} has a star astray: a star ends a phrase")
    if len(words) < 2 or not words[-1].isalnum():  # noqa: PLR2004 - one letter is no word
        raise ValueError(f"{phrase!r} is no phrase: it has to end in a word")
    return phrase
