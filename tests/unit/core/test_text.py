"""Foreign text is made visible before anybody sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxwatch.core.text import cell_width, one_line, printable


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\x9bb", "a\\x9bb"),
        ("a\x00b", "a\\x00b"),
        ("\u202eevil", "\\u202eevil"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("line\rbreak", "line\\x0dbreak"),
        ("Grüße, 你好 🦈", "Grüße, 你好 🦈"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_controls_become_visible_and_letters_stay(hostile: str, shown: str) -> None:
    assert printable(hostile) == shown


def test_a_line_feed_stays_only_where_it_is_wanted() -> None:
    assert printable("a\nb") == "a\\x0ab"
    assert printable("a\nb", keep="\n") == "a\nb"


def test_a_pile_of_combining_marks_is_capped() -> None:
    assert printable("e" + "\u0301" * 40) == "e" + "\u0301" * 3


def test_one_line_folds_white_space_and_cuts_with_an_ellipsis() -> None:
    assert one_line(" a\n\t b  c ", 4) == "a b…"


@given(st.text())
def test_whatever_comes_in_what_comes_out_can_be_printed(text: str) -> None:
    shown = one_line(text)
    shown.encode("utf-8")
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) <= 0x9F for c in shown)


def test_wide_characters_take_two_columns() -> None:
    assert cell_width("abc") == 3
    assert cell_width("你好") == 4
    assert cell_width("e\u0301") == 1
