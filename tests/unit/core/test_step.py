"""A next step as an object and in words."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.build import BERLIN

from inboxwatch.core.step import step_fields, step_of, step_words
from inboxwatch.model.case import Action, NextStep

DUE = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)
STEP = NextStep(Action.CALL, "find it", "late", ("order-number", "date"), DUE, "up to 25 EUR")


def test_an_object_and_back() -> None:
    fields = step_fields(STEP, BERLIN)
    assert fields is not None
    assert step_of(fields) == STEP
    assert step_fields(None, BERLIN) is None


def test_one_sentence_in_the_zone_asked_for_or_in_its_own() -> None:
    told = (
        "call: find it, by Mon 23 Nov 2026, {}; find out: order number, date; "
        "goodwill: up to 25 EUR"
    )
    assert step_words(STEP) == told.format("10:00")
    assert step_words(STEP, UTC) == told.format("09:00")
    assert step_words(NextStep(Action.WRITE, "answer")) == "write: answer"
