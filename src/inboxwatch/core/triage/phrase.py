"""How an entry of a phrase list is written, and the plain phrases that it stands for.

``(a|b|)`` stands for each of its alternatives, ``*`` at the end for any ending of the last word,
``-`` at the beginning for an exception: the signal is not found in these words.

A few thousand entries stand for tens of thousands of phrases. ``variants`` spells all of them out
and checks them, which a list needs once, when it is read. ``beginnings`` and ``endings`` say the
same in two steps, so that whoever searches spells out the ends of those few that begin in a text,
and go on there as one of their ``openings``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from inboxwatch.core.triage.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EXCEPTION, STEM = "-", "*"

MAX_LENGTH = 400
MAX_VARIANTS = 200

_ENOUGH = 6
"""Characters of a beginning after which a text seldom holds it by chance: with fewer, a mail is
looked at in more places, with more, there are more beginnings to prepare."""

_GAP = re.compile(r"\s+")
_GROUP = re.compile(r"\(([^()]*)\)")
_STRAY = re.compile(r"[()|]")
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))


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
    found = [phrase for one in spellings([text]) for words in one for phrase in _checked(words)]
    return tuple(dict.fromkeys(found))


def spellings(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """The folded spellings of each entry, without its ``-``: one, or two if it has umlauts.

    Entries are lines of a list. Those that are not ASCII are folded as one text, which is faster.
    """
    lowered = [text.removeprefix(EXCEPTION).lower() for text in texts]
    beyond = [place for place, text in enumerate(lowered) if not text.isascii()]
    whole = "\n".join([lowered[place] for place in beyond])
    spelled = whole
    for umlaut, letters in _UMLAUTS:
        spelled = spelled.replace(umlaut, letters)
    found: list[tuple[str, ...]] = [(text,) for text in lowered]
    both = zip(beyond, fold(whole).split("\n"), fold(spelled).split("\n"), strict=False)
    for place, one, other in both:
        found[place] = (one,) if one == other else (one, other)
    return found


def beginnings(spelling: str) -> list[tuple[str, str]]:
    """How the phrases of a spelling begin, each time with what ``endings`` takes to end them.

    For an entry that ``variants`` accepts, beginnings and endings together are its variants.
    """
    place = spelling.find("(")
    if place < 0:
        return [_begun(spelling, "")]
    if place >= _ENOUGH:
        return [_begun(spelling[:place], spelling[place:])]
    return [_begun(head, rest) for heads, rest in _parted(spelling) for head in heads]


def _begun(head: str, rest: str) -> tuple[str, str]:
    """A head as words alone: spaces and the star at its end go to the rest."""
    words = head.rstrip(" *")
    if words != head:
        rest = head[len(words) :] + rest
    if "  " in words or words[:1] == " ":
        words = " ".join(words.split())
    return words, rest


@lru_cache(maxsize=8192)
def endings(rest: str) -> Endings:
    """The ways to end a beginning."""
    texts = ("".join(words) for words in product(*_choices(rest)))
    ends = dict.fromkeys(_single_spaced(text).rstrip() for text in texts)
    return Endings(
        tuple(end.removesuffix(STEM) for end in ends), tuple(end.endswith(STEM) for end in ends)
    )


def openings(rest: str, size: int) -> tuple[set[str], bool]:
    """The first characters of the ways to end a beginning; whether one has less than ``size``."""
    found: set[str] = set()
    heads = [""]
    for words in _choices(rest):
        longer = [_single_spaced(head + word) for head in heads for word in words]
        heads = []
        for head in longer:
            if len(head.rstrip(" *")) < size:
                heads.append(head)
            else:
                found.add(head[:size])
        if not heads:
            break
    return found, bool(heads)


def _single_spaced(text: str) -> str:
    return _GAP.sub(" ", text) if "  " in text else text


def _parted(text: str) -> Iterator[tuple[list[str], str]]:
    """The heads of an entry, each as short as will do, with the rest as it is written."""
    fixed, *groups = text.split("(")
    heads, place = [fixed], len(fixed)
    for group in groups:
        words, closed, after = group.partition(")")
        choices = words.split("|") if closed else ["(" + words]
        heads = [head + word + after for head in heads for word in choices]
        place += len(group) + 1
        short = [head for head in heads if len(head) < _ENOUGH]
        if not short:
            break
        if len(short) < len(heads):
            yield [head for head in heads if len(head) >= _ENOUGH], text[place:]
            heads = short
    yield heads, text[place:]


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
