from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxwatch.core.message.date import parse_date

DIGITS = st.integers(0, 99).map("{:02}".format)
STAMPS = st.builds(
    "{}{} {} {} {}:{}:{} {}{}{}".format,
    st.sampled_from(["", "Fri, ", "Fri ", "Friday, ", "XYZ, "]),
    st.integers(0, 33),
    st.sampled_from(["Jan", "Nov", "nov", "Nov.", "Xyz", "November"]),
    st.sampled_from(["2026", "26", "1969", "0099", "9999", "99999"]),
    DIGITS,
    DIGITS,
    DIGITS,
    st.sampled_from(["+", "-", ""]),
    DIGITS,
    DIGITS,
)


def by_the_library(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


@given(STAMPS)
def test_the_short_way_reads_what_the_library_reads(value: str) -> None:
    ours, theirs = parse_date(value), by_the_library(value)
    assert ours == theirs
    assert ours is None or theirs is None or ours.utcoffset() == theirs.utcoffset()


@given(st.integers(0, 2**32), st.integers(-1439, 1439))
def test_what_programs_write_is_read(seconds: int, minutes: int) -> None:
    when = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    read = parse_date(format_datetime(when))
    assert read == when
    assert read.utcoffset() == when.utcoffset()


@pytest.mark.parametrize(
    "value",
    [
        "Fri, 20 Nov 2026 17:00:00 +0130 (CET)",
        "Fri, 20 Nov 2026 17:00:00 +0130",
        "20 Nov 2026 17:00 +0130",
    ],
)
def test_forms_of_one_date(value: str) -> None:
    assert parse_date(value) == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
