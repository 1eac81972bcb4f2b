"""The marks of details: what is looked for first is in all that a mark matches."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxwatch.core.reply.details import (
    _DIGITS_OF_PHONES,
    _MARKS,
    _PARTS_OF_PHONES,
    _WORDS_FOR_DAYS,
    MARKS,
    Mark,
    _fold,
    _names_a_day,
    says_any,
)

EVERY = [mark for marks in MARKS.values() for mark in marks]
PHONES = Mark(_DIGITS_OF_PHONES.pattern, _PARTS_OF_PHONES)


@pytest.mark.parametrize("mark", [*EVERY, PHONES], ids=lambda mark: mark.pattern[:40])
def test_what_a_mark_matches_holds_one_of_its_parts(mark: Mark) -> None:
    @settings(max_examples=150, deadline=None)
    @given(st.from_regex(re.compile(mark.pattern, re.ASCII)))
    def holds_one(text: str) -> None:
        assert any(part in text for part in mark.parts)

    holds_one()


_AROUND = st.text("0129 .,/-+a\u0663", max_size=4)


@pytest.mark.parametrize(
    "mark", [mark for mark in EVERY if mark.at_digits], ids=lambda mark: mark.pattern[:40]
)
def test_a_mark_at_digits_begins_where_digits_do(mark: Mark) -> None:
    pattern = re.compile(mark.pattern)

    @settings(max_examples=150, deadline=None)
    @given(_AROUND, st.from_regex(pattern, fullmatch=True), _AROUND)
    def begins_with_digits(before: str, matched: str, after: str) -> None:
        text = before + matched + after
        places = [digits.start() for digits in re.finditer(r"\d+", text)]
        assert any(pattern.match(text, place) for place in places) == bool(pattern.search(text))

    begins_with_digits()


_LETTERS = st.characters(exclude_categories=("Cs", "Cn", "Co"))


@settings(max_examples=400)
@given(st.text(_LETTERS, max_size=40))
def test_folding_letter_by_letter_is_folding_the_whole(text: str) -> None:
    """Up to the order of marks that stay, in which detectors do not look."""
    fast = _fold(text + "\u00e9")
    assert unicodedata.normalize("NFKD", fast) == unicodedata.normalize(
        "NFKD", _whole(text + "\u00e9")
    )


def _whole(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return re.sub(r"[^\S\n]+", " ", _MARKS.sub("", decomposed).casefold())


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from((*"xyz ,.\n", "day", "days", "mon", "friday", "tag", "heute", "hier")))
)
def test_a_day_is_named_wherever_the_pattern_finds_one(pieces: list[str]) -> None:
    about = "".join(pieces)
    assert _names_a_day(about) == bool(_WORDS_FOR_DAYS.search(about))


_PHRASES = st.lists(st.text("ab?\u00c4 .", max_size=6), max_size=3).map(tuple)


@settings(max_examples=400)
@given(st.text("ab?a .\n", max_size=20), _PHRASES)
def test_phrases_are_said_where_a_pattern_of_all_of_them_finds_one(
    about: str, phrases: tuple[str, ...]
) -> None:
    folded = [words for one in phrases if (words := _fold(one).split())]
    told = "|".join(r"\s+".join(map(re.escape, words)) for words in folded) or "(?!)"
    assert says_any(about, phrases) == bool(re.search(rf"(?<!\w)(?:{told})(?!\w)", about))
