"""What to read of a mailbox."""

from __future__ import annotations

import pytest

from inboxwatch.core.sync import (
    FIRST_SEEN,
    UIDNEXT_WENT_BACK,
    UIDVALIDITY_CHANGED,
    UIDVALIDITY_MISSING,
    Standing,
    contradicts,
    plan_reading,
)


def test_a_mailbox_never_seen_is_read_whole_as_a_baseline() -> None:
    reading = plan_reading(None, uidvalidity=7, uidnext=101)
    assert reading.ranges == ((1, 100),)
    assert reading.baseline == FIRST_SEEN


def test_an_empty_mailbox_never_seen_is_a_baseline_with_nothing_to_read() -> None:
    reading = plan_reading(None, uidvalidity=7, uidnext=1)
    assert reading.empty
    assert reading.baseline == FIRST_SEEN


def test_only_what_is_new_is_read_with_an_explicit_upper_end() -> None:
    assert plan_reading((7, 101), uidvalidity=7, uidnext=111).ranges == ((101, 110),)


def test_nothing_new_reads_nothing() -> None:
    assert plan_reading((7, 101), uidvalidity=7, uidnext=101).empty


def test_a_uidnext_that_went_back_voids_everything() -> None:
    """To keep the greater one would lose the mail that gets the UIDs up to it a second time."""
    reading = plan_reading((7, 101), uidvalidity=7, uidnext=50, pending=(12, 99))
    assert reading.ranges == ((1, 49),)
    assert reading.uidnext == 50
    assert reading.baseline == UIDNEXT_WENT_BACK


def test_a_mailbox_restored_empty_is_a_baseline_with_nothing_to_read() -> None:
    reading = plan_reading((7, 101), uidvalidity=7, uidnext=1)
    assert reading.empty
    assert (reading.uidnext, reading.baseline) == (1, UIDNEXT_WENT_BACK)


@pytest.mark.parametrize("changed", [6, 8])
def test_another_uidvalidity_greater_or_smaller_voids_everything(changed: int) -> None:
    reading = plan_reading((7, 101), uidvalidity=changed, uidnext=101)
    assert reading.ranges == ((1, 100),)
    assert reading.baseline == UIDVALIDITY_CHANGED


def test_a_missing_uidvalidity_is_a_baseline_every_time() -> None:
    assert plan_reading((0, 101), uidvalidity=0, uidnext=103).baseline == UIDVALIDITY_MISSING


def test_mails_that_were_never_acted_on_are_read_again() -> None:
    reading = plan_reading((7, 101), uidvalidity=7, uidnext=103, pending=(99, 12, 102))
    assert reading.ranges == ((12, 12), (99, 99), (101, 102))


@pytest.mark.parametrize(
    ("now", "wrong"),
    [
        (Standing(7, 6, 4, 0), False),
        (Standing(7, 6, 0, 0), False),
        (Standing(7, 8, 6, 0), False),
        (Standing(7, 9, 1, 0), False),
        (Standing(7, 6, 5, 0), True),
        (Standing(7, 7, 6, 0), True),
        (Standing(7, 5, 4, 0), True),
        (Standing(8, 6, 5, 0), False),
    ],
)
def test_more_mails_than_uids_given_or_a_uidnext_that_went_back_contradict(
    now: Standing, wrong: bool
) -> None:
    assert contradicts(Standing(7, 6, 4, 0), now) == wrong
