"""How an entry of a phrase list is written."""

from __future__ import annotations

import pytest

from inboxwatch.core.triage.phrase import (
    MAX_LENGTH,
    STEM,
    beginnings,
    endings,
    is_exception,
    openings,
    spellings,
    variants,
)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Charged Twice", {"charged twice"}),
        (
            "charg(ed|e) (me |)twice",
            {"charged me twice", "charged twice"} | {"charge me twice", "charge twice"},
        ),
        ("disappoint*", {"disappoint*"}),
        ("-no  problem", {"no problem"}),
        ("d\u00e9\u00e7u(e|)", {"decu", "decue"}),
        ("W\u00fctend", {"wutend", "wuetend"}),
        ("schei\u00dfe", {"schei\u00dfe", "scheisse"}),
        ("don\u2019t", {"don't"}),
    ],
)
def test_what_an_entry_stands_for(text: str, phrases: set[str]) -> None:
    assert set(variants(text)) == phrases


@pytest.mark.parametrize(
    "text",
    [
        "charged (twice",
        "charged twice)",
        "((a|b)|c) word",
        "either|or",
        "appoint* time",
        "*",
        "x",
        "really?",
        "(aa|bb|cc|dd|ee|ff)" * 3,
        "a" * (MAX_LENGTH + 1),
    ],
)
def test_an_entry_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"astray|no phrase|stands for|longer"):
        variants(text)


def test_a_leading_minus_makes_an_exception() -> None:
    assert is_exception("-no problem")
    assert not is_exception("non-stop")


def put_together(text: str) -> set[str]:
    """The phrases of an entry out of its beginnings and endings."""
    return {
        words + ending + (STEM if stem else "")
        for spelling in spellings([text])[0]
        for words, rest in beginnings(spelling)
        for ending, stem in zip(*endings(rest), strict=True)
    }


@pytest.mark.parametrize(
    "text",
    [
        "charged twice",
        "disappoint*",
        "-(no|not a) problem (at all|)",
        "hijo(s|) de puta",
        "(ring|call) (me |us |)back",
        "-no  problem( |)(now|)",
        "d\u00e9\u00e7u(e|) (par|de) w\u00fcst*",
        "(refund*|money back)",
        "a(b|)(c|)(d|) (and|or) (x1|y2*)",
    ],
)
def test_beginnings_and_endings_are_the_variants(text: str) -> None:
    assert put_together(text) == set(variants(text))


def test_only_the_beginning_is_spelled_out() -> None:
    assert list(beginnings("cancelled (my|the|this) (order|account)")) == [
        ("cancelled", " (my|the|this) (order|account)")
    ]


def test_a_head_that_is_long_enough_goes_no_further_than_it_must() -> None:
    assert list(beginnings("(no|cancelled) (order|account)")) == [
        ("cancelled", " (order|account)"),
        ("no order", ""),
        ("no account", ""),
    ]


def test_entries_are_spelled_all_at_once() -> None:
    assert spellings(["-Mad", "w\u00fctend", "d\u00e9\u00e7u", "so mad"]) == [
        ("mad",),
        ("wutend", "wuetend"),
        ("decu",),
        ("so mad",),
    ]
    assert spellings([]) == []


@pytest.mark.parametrize(
    ("rest", "expected", "short"),
    [
        ("", set(), True),
        ("*", set(), True),
        (" order", {" ord"}, False),
        (" (my|the) order", {" my ", " the"}, False),
        (" (|so )(bad|ill)", {" bad", " ill", " so "}, False),
        ("(s|) de", {"s de"}, True),
        (" ab (|cd)", {" ab "}, True),
        (" (a|abc*)", {" abc"}, True),
    ],
)
def test_the_openings_are_what_may_follow_a_beginning(
    rest: str, expected: set[str], *, short: bool
) -> None:
    assert openings(rest, 4) == (expected, short)


@pytest.mark.parametrize("rest", [" (so |)(mad|b)", "(s|) de (puta|p)", " (a|) (b|cd) (e|)", "*"])
def test_every_ending_has_its_opening(rest: str) -> None:
    found, short = openings(rest, 4)
    for text in endings(rest).texts:
        assert text[:4] in found or (short and len(text) < 4)


def test_what_was_never_checked_is_taken_as_it_stands() -> None:
    assert put_together("mad (cow") == {"mad (cow"}
