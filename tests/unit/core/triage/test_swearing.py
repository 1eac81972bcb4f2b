"""Swear words with masks in them."""

from __future__ import annotations

import time

import pytest

from inboxwatch.core.triage.fold import LIMIT
from inboxwatch.core.triage.swearing import masked_word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("this is sh*t", "sh*t"),
        ("what the f***", "f***"),
        ("what the f***!", "f***"),
        ("f**king useless", "f**king"),
        ("f***ing useless", "f***ing"),
        ("you a$$hole", "a$$hole"),
        ("sh!t happens", "sh!t"),
        ("so eine sch***e", "sch***e"),
        ("so eine sch****e", "sch****e"),
        ("sche*e", None),
        ("schei*e", "schei*e"),
        ("quelle m***e", "m***e"),
        ("una m*erdo de m**rda", "m**rda"),
    ],
)
def test_masked_words_are_found(text: str, word: str | None) -> None:
    found = masked_word(text)
    assert (text[slice(*found)] if found else None) == word


@pytest.mark.parametrize(
    "text",
    [
        "price* and free* shipping",
        "card ****1234, 2*3*4, img*.png, **bold** and *shi* and shi*",
        "oh shi! fuck! this is s!",
        "write to s@it.example",
        "a#b c$d x!y",
        "order #12 costs $5, c# and f#",
    ],
)
def test_other_marks_mask_nothing(text: str) -> None:
    assert masked_word(text) is None


@pytest.mark.parametrize("unit", ["f*", "f", "f* ", "*", "f**x "])
def test_hostile_text_takes_no_time(unit: str) -> None:
    start = time.perf_counter()
    masked_word(unit * (2 * LIMIT // len(unit)))
    assert time.perf_counter() - start < 1
