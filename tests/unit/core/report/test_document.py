"""Values of a report in words, and parts of a report by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.reports import HOSTILE, SINCE, document

from inboxwatch.core.report.document import BusinessTime, Figure, busiest, only, percent
from inboxwatch.core.report.words import figure_words, length, shown


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (-5, "0 min"),
        (59, "59 min"),
        (60, "1 h"),
        (130, "2 h 10 min"),
        (47 * 60 + 59, "47 h 59 min"),
        (48 * 60, "2 d"),
        (76 * 60, "3 d 4 h"),
    ],
)
def test_lengths_have_two_units(minutes: int, words: str) -> None:
    assert length(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-5, "0 min"), (59, "59 min"), (60, "1 h"), (3355, "55 h 55 min"), (8155, "135 h 55 min")],
)
def test_business_time_is_told_in_hours(minutes: int, words: str) -> None:
    assert shown(BusinessTime(minutes=minutes)) == words
    assert shown(BusinessTime.of(timedelta(minutes=minutes))) == words


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1, 31, 3), (1, 1, 100), (0, 0, None), (0, 9, 0), (1, 999, 1), (998, 999, 99), (1 / 3, 1, 33)],
)
def test_a_share_goes_up_to_a_hundred(part: float, whole: int, share: int | None) -> None:
    assert percent(part, whole) == share


def test_values_in_words() -> None:
    assert shown(None) == "—"
    assert shown(SINCE) == "Mon 16 Nov 2026, 00:00"
    assert shown(1.25) == "1.2"
    assert figure_words(Figure("a", "A", 1, "mails")) == "1 mail"
    assert figure_words(Figure("a", "A", 1, "replies")) == "1 reply"
    assert figure_words(Figure("a", "A", 2, "mails")) == "2 mails"
    assert figure_words(Figure("a", "A", 96, "%")) == "96 %"
    assert figure_words(Figure("a", "A", 100, "%")) == "100 %"
    assert figure_words(Figure("a", "A", None, "%")) == "—"


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_shown_is_one_line_that_can_be_printed(text: str) -> None:
    told = shown(text)
    assert told.isprintable()
    assert len(told) <= 4000
    assert "http" not in told.lower()


def test_only_takes_sections_by_name() -> None:
    found = only(document(), ("cards", "bars"))
    assert [one.name for one in found.sections] == ["cards", "bars"]
    with pytest.raises(KeyError):
        only(document(), ("nothing",))


def test_the_busiest_hours_are_three_at_most_and_none_without_mail() -> None:
    counts = tuple(
        tuple(5 if (day, hour) == (2, 9) else 0 for hour in range(24)) for day in range(7)
    )
    assert busiest(counts) == ((5, 2, 9),)
    assert busiest(((1, 1, 2, 3),)) == ((3, 0, 3), (2, 0, 2), (1, 0, 0))
