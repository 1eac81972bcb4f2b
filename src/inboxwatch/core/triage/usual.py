"""What is usual: how many senders have which trait, at this hour of the week and at all."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.core.triage.fingerprint import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from inboxwatch.model.surge import Trace

PRIOR: Final[Mapping[Kind, float]] = {
    Kind.WORD: 0.3,
    Kind.EVERYDAY: 0.7,
    Kind.PAIR: 0.15,
    Kind.EVERYDAY_PAIR: 0.3,
    Kind.CODE: 0.03,
    Kind.LINK: 0.03,
    Kind.PHONE: 0.03,
    Kind.TEXT: 0.15,
}
"""The share of mails that the most common trait of a kind has: what a shop is named after, what
everybody asks. As long as little mail has been seen, any trait may be that one."""

PRIOR_WEIGHT: Final = 2.0
"""For how many mails with the trait that assumption stands."""


class Past(Struct, frozen=True):
    """A stretch of the past that ended at ``ends``: the newest ``traces`` of its ``mails``."""

    ends: datetime
    traces: Sequence[Trace]
    mails: int


class Counts(Struct, frozen=True):
    """How many of ``of`` senders have each trait now, and how many ``times`` the usual are many."""

    counts: Mapping[int, int]
    of: int
    times: int

    def rises(self, key: int, expected: float) -> bool:
        """Whether far more have it than expected."""
        return self.counts[key] >= self.times * expected


class Usual(Struct, frozen=True):
    """How many senders usually have each trait of ``left``: the others are no more than usual now.

    ``weekly`` counts them in the same stretch of each earlier week; ``having`` in all that was
    looked at, of ``seen`` senders.
    """

    weekly: Sequence[Mapping[int, float]]
    having: Mapping[int, int]
    seen: int
    left: frozenset[int]

    @classmethod
    def of(
        cls,
        weeks: Sequence[Past],
        others: Iterable[Sequence[Trace]],
        now: Counts,
        window: timedelta,
    ) -> Usual:
        """Counted from the past, for the traits that many have now.

        What is seen to be usual before all of the past was counted is not counted on: nearly all.
        """
        stretches = [by_sender(one) for one in (*others, *(past.traces for past in weeks))]
        seen = sum(map(len, stretches))
        having: Counter[int] = Counter()
        left = frozenset(now.counts)
        for senders in sorted(stretches, key=len):
            having.update(chain.from_iterable(map(left.intersection, senders.values())))
            left = frozenset(
                key for key in left if now.rises(key, _share(key, having[key], seen) * now.of)
            )
        return cls([_in_week(past, left, window) for past in weeks], having, seen, left)

    def mean(self, key: int) -> float:
        """The average of the earlier weeks."""
        return sum(week.get(key, 0) for week in self.weekly) / max(len(self.weekly), 1)

    def busiest(self, key: int) -> float:
        """The most of any week."""
        return max((week.get(key, 0) for week in self.weekly), default=0)

    def expected(self, key: int, of: int) -> float:
        """How many of so many senders have it as a rule, by the hour of the week or by share."""
        return max(_share(key, self.having[key], self.seen) * of, self.mean(key))


def _share(key: int, having: int, seen: int) -> float:
    """The share of senders who have a trait, when so many of those seen have it."""
    return (having + PRIOR_WEIGHT) / (seen + PRIOR_WEIGHT / PRIOR[kind_of(key)])


def _in_week(past: Past, keys: frozenset[int], window: timedelta) -> Mapping[int, float]:
    begins = past.ends - window
    covered = len(past.traces) == past.mails or past.traces[0].received <= begins
    scale = 1.0 if covered else past.mails / len(past.traces)
    senders = by_sender(one for one in past.traces if one.received > begins)
    counts = Counter(chain.from_iterable(map(keys.intersection, senders.values())))
    return {key: count * scale for key, count in counts.items()}


def by_sender(traces: Iterable[Trace]) -> Mapping[str, Collection[int]]:
    """All traits of each sender, each once: whoever writes ten times counts once."""
    having: dict[str, Collection[int]] = {}
    several: dict[str, set[int]] = {}
    for one in traces:
        before = having.setdefault(one.sender, one.traits)
        if before is one.traits:  # as nearly always: the traits of a single mail are all different
            continue
        if one.sender not in several:
            having[one.sender] = several[one.sender] = set(before)
        several[one.sender].update(one.traits)
    return having
