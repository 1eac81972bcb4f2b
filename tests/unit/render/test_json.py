"""JSON lines: ASCII, and what went in comes out."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from inboxwatch.render.json import to_line

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_a_line_is_ascii_and_says_what_went_in(fields: dict[str, object]) -> None:
    line = to_line(fields)
    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line) == fields


def test_half_a_character_and_a_huge_number_are_kept() -> None:
    fields = {"half": "\ud83d", "huge": 10**40}
    assert json.loads(to_line(fields)) == fields
