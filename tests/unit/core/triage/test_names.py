"""One sender under many names, whoever else writes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.support.build import NOW
from tests.support.reddit import NIGHT

from inboxwatch.core.triage.fingerprint import fingerprint_of
from inboxwatch.core.triage.names import under_many_names
from inboxwatch.model.policy import SurgePolicy
from inboxwatch.model.surge import Trace

POLICY = SurgePolicy()
MADE = [fingerprint_of("", text).traits for _, text in NIGHT]


def trace(number: int, sender: str, name: int, *, known: bool = False) -> Trace:
    """A mail of the night."""
    at = NOW + timedelta(minutes=number)
    return Trace(number, sender, at, MADE[number % len(MADE)], known=known, name=f"name {name}")


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 7), st.booleans()), min_size=1, max_size=40
    )
)
def test_it_takes_many_names_of_one_who_is_no_customer(mails: list[tuple[str, int, bool]]) -> None:
    traces = [trace(n, who, name, known=known) for n, (who, name, known) in enumerate(mails)]
    found = under_many_names(traces, POLICY)
    for one in found:
        assert len(one.senders) == 1
        assert not any(member.known for member in one.traces)
        assert len({member.name for member in one.traces}) >= POLICY.senders
    again = under_many_names(traces[::-1], POLICY)
    assert {one.senders for one in again} == {one.senders for one in found}


def test_five_names_are_many_and_four_are_not() -> None:
    five = [trace(number, "a", number) for number in range(5)]
    assert [one.senders for one in under_many_names(five, POLICY)] == [{"a"}]
    assert under_many_names(five[:4], POLICY) == ()


def test_ten_mails_under_one_name_are_one_name() -> None:
    assert under_many_names([trace(number, "a", 1) for number in range(10)], POLICY) == ()


def test_what_half_as_many_others_write_is_not_theirs_alone() -> None:
    mine = [trace(number, "a", number) for number in range(6)]
    others = [trace(number + 6, f"other{number}", 99) for number in range(6)]
    assert under_many_names([*mine, *others], POLICY) == ()
