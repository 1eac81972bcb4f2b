"""When an account that failed is tried again, and when somebody is told."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from msgspec.structs import replace
from tests.support.build import NOW

from inboxwatch.core.backoff import (
    BY_KIND,
    HOUR,
    KIND_OF_CODE,
    MINUTE,
    PAUSES,
    PERMANENT,
    QUOTA,
    REFUSED,
    SETUP,
    UNREACHABLE,
    Pause,
    due,
    failed,
    is_news,
    recovered,
    rests,
    succeeded,
    wait,
)
from inboxwatch.errors import LoginRefusedError, MailboxError, UnreachableError
from inboxwatch.model.condition import Condition

DOWN = UnreachableError("support cannot be reached", next_step="check host and port")
NEW = Condition("support")


def minutes(kind: str, *failures: int) -> list[float]:
    return [wait(kind, number, 0.0) / MINUTE for number in failures]


def test_each_wait_is_twice_the_one_before_up_to_an_hour() -> None:
    assert minutes(UNREACHABLE, 1, 2, 3, 4, 5, 6, 7, 8, 1000) == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_refused_login_is_left_alone_for_longer() -> None:
    assert minutes(REFUSED, 1, 2, 3, 4) == [15, 30, 60, 60]
    assert minutes(QUOTA, 1, 2, 3, 4) == [60, 120, 240, 240]


def test_an_unknown_kind_is_that_of_a_server_out_of_reach() -> None:
    assert wait("of a later version", 3, 0.0) == wait(UNREACHABLE, 3, 0.0)


@pytest.mark.parametrize("pause", PAUSES, ids=lambda pause: pause.kind)
def test_chance_takes_off_a_quarter_at_most_and_the_waits_grow_all_the_same(pause: Pause) -> None:
    random = Random(7)  # noqa: S311 - no secret
    for _ in range(50):
        waits = [wait(pause.kind, number, random.random()) for number in range(1, 12)]
        growing = [one for one in waits if one < pause.longest * 0.75]
        assert growing == sorted(growing)
        assert all(pause.first * 0.75 <= one <= pause.longest for one in waits)
    assert wait(pause.kind, 1, 0.999) < wait(pause.kind, 1, 0.0)


def test_every_code_has_one_row_and_the_permanent_ones_are_those_of_a_login() -> None:
    assert sum(len(pause.codes) for pause in PAUSES) == len(KIND_OF_CODE)
    assert {"AUTHENTICATIONFAILED", "CONTACTADMIN"} <= BY_KIND[REFUSED].codes
    assert {REFUSED, SETUP} == PERMANENT


def test_an_error_names_its_row() -> None:
    kinds = [
        failed(NEW, error, NOW, 0.0).kind
        for error in (
            DOWN,
            LoginRefusedError("no"),
            MailboxError("no"),
            UnreachableError("", kind=QUOTA),
        )
    ]
    assert kinds == [UNREACHABLE, REFUSED, SETUP, QUOTA]
    assert set(kinds) <= set(BY_KIND)


@pytest.mark.parametrize("kind", [*BY_KIND, "of a later version"])
def test_no_account_waits_longer_than_the_longest_of_its_kind(kind: str) -> None:
    far = replace(failed(NEW, DOWN, NOW, 0.0), kind=kind, next_attempt=NOW.replace(year=2999))
    longest = (BY_KIND.get(kind) or BY_KIND[UNREACHABLE]).longest
    assert due(far) == NOW + longest
    assert rests(far, NOW + longest - MINUTE)
    assert not rests(far, NOW + longest)
    assert due(NEW) is None


def test_what_failed_rests_until_its_next_attempt_and_success_clears_it() -> None:
    once = failed(NEW, DOWN, NOW, 0.0)
    assert once.next_attempt == NOW + MINUTE
    assert rests(once, NOW)
    assert rests(once, NOW + 59 * timedelta(seconds=1))
    assert not rests(once, NOW + MINUTE)
    twice = failed(once, DOWN, NOW + MINUTE, 0.0)
    assert (twice.failures, twice.failing_since) == (2, NOW)
    assert twice.next_attempt == NOW + 3 * MINUTE
    well = succeeded(twice, NOW + HOUR)
    assert well == Condition("support", succeeded_at=NOW + HOUR)
    assert not rests(well, NOW + HOUR)
    assert failed(well, DOWN, NOW + 2 * HOUR, 0.0).succeeded_at == NOW + HOUR


def test_a_new_configuration_ends_the_rest() -> None:
    once = failed(NEW, DOWN, NOW, 0.0)
    second = timedelta(seconds=1)
    assert rests(once, NOW + 30 * second, NOW - second)
    assert not rests(once, NOW + 30 * second, NOW + second)
    assert rests(once, NOW + 30 * second, NOW + HOUR), "a time in the future proves nothing"


def test_a_clock_that_went_backwards_ends_the_rest() -> None:
    once = failed(NEW, DOWN, NOW, 0.0)
    assert rests(once, NOW - 4 * MINUTE)
    assert not rests(once, NOW - 6 * MINUTE)


def news(attempts: list[timedelta], kind: str = UNREACHABLE) -> list[timedelta]:
    """At which of some attempts, all of which fail, somebody is told."""
    condition, told = NEW, []
    for at in attempts:
        condition = failed(condition, UnreachableError("", kind=kind), NOW + at, 0.0)
        told += [at] if condition.told_at == NOW + at else []
    return told


def test_what_stays_down_is_told_at_once_after_an_hour_and_once_a_day() -> None:
    every_ten_minutes = [10 * MINUTE * number for number in range(6 * 24 * 4)]
    assert news(every_ten_minutes) == [0 * HOUR, HOUR, 25 * HOUR, 49 * HOUR, 73 * HOUR]


def test_another_fault_is_told_at_once() -> None:
    once = failed(NEW, DOWN, NOW, 0.0)
    assert not is_news(once, UNREACHABLE, NOW + MINUTE)
    assert is_news(once, REFUSED, NOW + MINUTE)


def test_the_end_is_told_of_what_stayed_for_more_than_one_attempt() -> None:
    once = failed(NEW, DOWN, NOW, 0.0)
    assert not recovered(NEW)
    assert not recovered(once)
    assert recovered(failed(once, DOWN, NOW + MINUTE, 0.0))
