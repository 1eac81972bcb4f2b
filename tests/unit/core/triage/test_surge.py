"""What is a surge, and what is but an ordinary year."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ordinary import BEGINS, ordinary
from tests.support.reddit import EVERYDAY, NIGHT

from inboxwatch.core.triage.fingerprint import MARK, Kind, fingerprint_of, kind_of, without_marks
from inboxwatch.core.triage.surge import (
    SURPRISE,
    Found,
    belongs,
    find,
    members_of,
    surprise,
    suspicion,
)
from inboxwatch.core.triage.usual import Past
from inboxwatch.model.policy import SurgePolicy
from inboxwatch.model.surge import Suspicion, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

POLICY = SurgePolicy()
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Kept:
    """Traces in their order, from which stretches of time are cut."""

    def __init__(self, traces: Sequence[Trace]) -> None:
        self.traces = sorted(traces, key=lambda one: one.received)
        self.times = [one.received for one in self.traces]

    def between(self, since: datetime, until: datetime) -> list[Trace]:
        return self.traces[bisect_right(self.times, since) : bisect_right(self.times, until)]

    def past(self, ends: datetime, length: timedelta) -> Past:
        found = self.between(ends - length, ends)
        return Past(ends, found, len(found))

    def look(self, now: datetime, policy: SurgePolicy = POLICY) -> tuple[Found, ...]:
        longest = max(policy.windows)
        ends = (now - number * WEEK for number in range(1, policy.weeks + 1))
        weeks = [self.past(one, longest) for one in ends if one - longest >= self.times[0]]
        lately = self.past(now - longest, 6 * DAY)
        return find(self.between(now - longest, now), weeks, lately, now, policy)


def night(begins: datetime, senders: int, minutes: float = 5) -> list[Trace]:
    return [
        Trace(
            10**6 + number,
            f"guest{number}@host.example",
            begins + number * timedelta(minutes=minutes),
            fingerprint_of(*NIGHT[number % len(NIGHT)]).traits,
        )
        for number in range(senders)
    ]


@pytest.mark.parametrize(("a_day", "seed"), [(12, 1), (40, 2)])
def test_a_year_of_ordinary_mail_raises_no_alarm(a_day: float, seed: int) -> None:
    year = Kept(list(ordinary(365, a_day, seed)))
    now, alarms = BEGINS, []
    while now < BEGINS + 365 * DAY:
        now += timedelta(hours=3)
        alarms += year.look(now)
    assert alarms == []


@pytest.mark.parametrize("days", [1, 3, 10, 80])
@pytest.mark.parametrize("minutes", [1, 10])
def test_the_reddit_night_is_one_surge_however_old_the_mailbox_is(days: int, minutes: int) -> None:
    begins = BEGINS + (days + 1) * DAY
    before = list(ordinary(days + 2, 30, 3))
    kept = Kept([*before, *night(begins, 30, minutes)])
    (found,) = kept.look(begins + 31 * timedelta(minutes=minutes))
    assert len(found.senders) >= 25
    assert all(trace.mail_id >= 10**6 for trace in found.traces)
    assert found.usual == 0.0


def test_what_comes_every_week_at_this_hour_is_usual() -> None:
    traces = [
        Trace(
            100 * week + number,
            f"w{week}-{number}@x.example",
            BEGINS + week * WEEK + timedelta(minutes=number),
            fingerprint_of(*NIGHT[number % len(NIGHT)]).traits,
        )
        for week in range(6)
        for number in range(10)
    ]
    weekly = Kept([*ordinary(42, 30, 4), *traces])
    assert weekly.look(BEGINS + 5 * WEEK + timedelta(minutes=30)) == ()


def test_more_mail_of_every_kind_is_no_surge() -> None:
    before = list(ordinary(60, 20, 5))
    flood = [
        Trace(
            10**7 + number,
            f"f{number}@x.example",
            BEGINS + 60 * DAY + timedelta(minutes=number),
            one.traits,
        )
        for number, one in enumerate(before[::4])
    ]
    kept = Kept([*before, *flood])
    assert kept.look(BEGINS + 60 * DAY + timedelta(hours=5)) == ()


def test_one_sender_is_one_however_often_they_write() -> None:
    one = [
        Trace(trace.mail_id, "ann@customer.example", trace.received, trace.traits)
        for trace in night(BEGINS, 30)
    ]
    assert Kept(one).look(BEGINS + timedelta(hours=3)) == ()


def test_two_matters_at_once_are_two_surges() -> None:
    words = "the payment page shows error 504 since noon"
    outage = [
        Trace(2 * 10**6 + number, f"o{number}@x.example", BEGINS + 70 * DAY, made)
        for number, made in enumerate(
            [fingerprint_of(f"Error {n}", words).traits for n in range(9)]
        )
    ]
    kept = Kept([*ordinary(71, 20, 6), *outage, *night(BEGINS + 70 * DAY, 12, 1)])
    found = kept.look(BEGINS + 70 * DAY + timedelta(minutes=20))
    assert sorted(len(one.senders) for one in found) == [9, 12]
    assert not {t.mail_id for t in found[0].traces} & {t.mail_id for t in found[1].traces}


def test_a_mail_belongs_by_a_pair_or_by_two_words() -> None:
    keys = frozenset(
        key
        for key in fingerprint_of("", "promo code of the forum").traits
        if kind_of(key) is not Kind.TEXT
    )
    assert belongs(fingerprint_of("", "The promo code does not work").traits, keys)
    assert belongs(fingerprint_of("", "A forum has a promo for you").traits, keys)
    assert not belongs(fingerprint_of("", "There is a forum about kites").traits, keys)
    for about in EVERYDAY:
        assert not belongs(fingerprint_of(*about).traits, keys)


def test_one_word_is_enough_where_there_is_no_more() -> None:
    keys = frozenset(fingerprint_of("", "forum").traits)
    assert belongs(fingerprint_of("", "There is a forum about kites").traits, keys)
    assert not belongs((), keys)


@given(st.integers(1, 500), st.integers(0, 500), st.floats(0.0001, 0.9999))
def test_surprise_grows_with_the_count_and_falls_with_the_share(
    of: int, count: int, share: float
) -> None:
    count = min(count, of)
    here = surprise(count, of, share)
    assert here >= 0
    assert surprise(min(count + 1, of), of, share) >= here
    assert surprise(count, of, min(share * 1.1, 0.99999)) <= here + 1e-9


def test_five_of_five_are_a_surprise_if_nobody_ever_says_so() -> None:
    assert surprise(5, 5, 0.03) > SURPRISE > surprise(5, 5, 0.15)


@pytest.mark.parametrize(("senders", "found"), [(7, 0), (8, 1)])
def test_where_nothing_was_ever_seen_eight_are_needed(senders: int, found: int) -> None:
    words = "the promo code works"
    traces = [
        Trace(n, f"p{n}@x.example", BEGINS, fingerprint_of("", words).traits)
        for n in range(senders)
    ]
    assert len(Kept(traces).look(BEGINS + timedelta(minutes=5))) == found


@pytest.mark.parametrize(
    ("text", "fresh", "expected"),
    [
        ("the promo code", 8, Suspicion.OFFER),
        ("der Gutschein", 8, Suspicion.OFFER),
        ("KITE500 please", 8, Suspicion.OFFER),
        ("the promo code", 3, Suspicion.NONE),
        ("https://claim.example/now", 8, Suspicion.NAMES),
        ("call 0049 30 5550 1234", 8, Suspicion.NAMES),
        ("the payment page is down", 8, Suspicion.NONE),
    ],
)
def test_what_else_a_surge_may_be(text: str, fresh: int, expected: Suspicion) -> None:
    made = fingerprint_of("", text).traits
    traces = [Trace(n, f"p{n}@x.example", BEGINS, made) for n in range(8)]
    assert suspicion(traces, made, fresh, 5) is expected


def test_a_link_in_a_few_of_the_mails_makes_nobody_many_names() -> None:
    plain = fingerprint_of("", "the payment page is down").traits
    linked = fingerprint_of("", "the payment page is down, see https://x.example/a").traits
    traces = [Trace(n, f"p{n}@x.example", BEGINS, linked if n < 3 else plain) for n in range(12)]
    assert suspicion(traces, linked, 12, 5) is Suspicion.NONE


def test_members_are_those_that_belong() -> None:
    keys = frozenset(fingerprint_of("", "promo code").traits)
    traces = [
        *night(BEGINS, 12),
        Trace(1, "a@x.example", BEGINS, fingerprint_of(*EVERYDAY[0]).traits),
    ]
    assert members_of(traces, keys) == night(BEGINS, 12)


_NEAR_MARKS = (
    "http://",
    "www.",
    "a@b.example",
    "+49 30 ",
    "123 ",
    "(0)",
    "A1",
    "-",
    "word",
    "\n",
    " ",
)


@given(text=st.lists(st.sampled_from(_NEAR_MARKS)).map("".join))
def test_marks_are_taken_from_lines_as_from_the_whole_text(text: str) -> None:
    assert without_marks(text, ())[1] == MARK.sub(" ", text)
