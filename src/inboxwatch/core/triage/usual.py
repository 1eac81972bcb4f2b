"""What is usual: how many senders have which trait, at this hour of the week and at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.core.triage.fingerprint import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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


class Usual(Struct, frozen=True):
    """How many senders usually have each trait.

    ``weekly`` counts them in the same stretch of each earlier week; ``having`` in all that was
    looked at, of ``seen`` senders.
    """

    weekly: Sequence[Mapping[int, float]]
    having: Mapping[int, int]
    seen: int

    @classmethod
    def of(
        cls,
        weeks: Sequence[Past],
        others: Iterable[Sequence[Trace]],
        often: frozenset[int],
        window: timedelta,
    ) -> Usual:
        """Counted from the past, for the traits that many have now."""
        having: Counter[int] = Counter()
        seen = 0
        for traces in (*others, *(past.traces for past in weeks)):
            senders = by_sender(traces)
            having.update(chain.from_iterable(map(often.intersection, senders.values())))
            seen += len(senders)
        return cls([_in_week(past, often, window) for past in weeks], having, seen)

    def mean(self, key: int) -> float:
        """The average of the earlier weeks."""
        return sum(week.get(key, 0) for week in self.weekly) / max(len(self.weekly), 1)

    def busiest(self, key: int) -> float:
        """The most of any week."""
        return max((week.get(key, 0) for week in self.weekly), default=0)

    def expected(self, key: int, of: int) -> float:
        """How many of so many senders have it as a rule, by the hour of the week or by share."""
        prior = PRIOR[kind_of(key)]
        share = (self.having[key] + PRIOR_WEIGHT) / (self.seen + PRIOR_WEIGHT / prior)
        return max(share * of, self.mean(key))


def _in_week(past: Past, often: frozenset[int], window: timedelta) -> Mapping[int, float]:
    begins = past.ends - window
    covered = len(past.traces) == past.mails or past.traces[0].received <= begins
    scale = 1.0 if covered else past.mails / len(past.traces)
    senders = by_sender(one for one in past.traces if one.received > begins)
    counts = Counter(chain.from_iterable(map(often.intersection, senders.values())))
    return {key: count * scale for key, count in counts.items()}


def by_sender(traces: Iterable[Trace]) -> Mapping[str, set[int]]:
    """All traits of each sender: whoever writes ten times counts once."""
    having: defaultdict[str, set[int]] = defaultdict(set)
    for one in traces:
        having[one.sender].update(one.traits)
    return having
