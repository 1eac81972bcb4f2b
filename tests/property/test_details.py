"""The marks of details: what is looked for first is in all that a mark matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxwatch.core.reply.details import MARKS, Mark

EVERY = [mark for marks in MARKS.values() for mark in marks]


@pytest.mark.parametrize("mark", EVERY, ids=lambda mark: mark.pattern[:40])
def test_what_a_mark_matches_holds_one_of_its_parts(mark: Mark) -> None:
    @settings(max_examples=150, deadline=None)
    @given(st.from_regex(re.compile(mark.pattern, re.ASCII)))
    def holds_one(text: str) -> None:
        assert any(part in text for part in mark.parts)

    holds_one()
