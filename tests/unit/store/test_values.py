from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxwatch.store.values import (
    OddValueError,
    storable,
    to_instant,
    to_json,
    to_micros,
    to_object,
    to_optional_instant,
)


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_instant_comes_back_exactly(instant: datetime) -> None:
    assert to_instant(to_micros(instant)) == instant


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_the_order_of_instants_is_the_order_of_their_numbers(a: datetime, b: datetime) -> None:
    assert (a < b) == (to_micros(a) < to_micros(b))


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(fold=1)
    assert to_instant(to_micros(first)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert to_instant(to_micros(second)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_offsets_with_seconds_and_years_before_1970() -> None:
    instant = datetime(1899, 12, 31, 23, 59, 59, 1, tzinfo=timezone(timedelta(seconds=-3723)))
    assert to_instant(to_micros(instant)) == instant


def test_a_naive_instant_is_a_bug() -> None:
    with pytest.raises(TypeError):
        to_micros(datetime(2026, 11, 18, 9, 30))  # noqa: DTZ001 - that is the point


def test_no_instant_stays_none() -> None:
    assert to_optional_instant(None) is None


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored_and_good_text_stays(text: str) -> None:
    stored = storable(text)
    stored.encode()
    assert len(stored) == len(text)
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert stored == text


ANY_TEXT = st.text(st.characters(exclude_categories=()))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner), max_leaves=10
)


@given(st.dictionaries(ANY_TEXT, VALUES))
def test_every_object_comes_back_half_characters_included(value: dict[str, object]) -> None:
    assert to_object(to_json(value)) == value


@pytest.mark.parametrize("text", ["", "[]", "1", '{"a":1', "{'a':1}", '{"a":01}', "[" * 100_000])
def test_what_is_no_object_is_odd(text: str) -> None:
    with pytest.raises(OddValueError):
        to_object(text)
