"""Surges: far more senders than usual who write about the same thing.

Senders are counted, not mails, for every trait of their texts (``fingerprint``): within each of a
few windows of time, against the same stretch of the weeks before and against the share of all
earlier mail that has the trait. What rises far above both is a burst; bursts of the same senders
are one surge. Decision 10 has the reasons and the figures.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from math import log
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.core.triage.fingerprint import OFFERS, Kind, fingerprint, kind_of
from inboxwatch.core.triage.usual import Counts, Past, Usual, by_sender
from inboxwatch.model.surge import Suspicion

__all__ = ["Found", "Past", "belongs", "find", "incident_with", "members_of", "suspicion"]

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from inboxwatch.model.message import Message
    from inboxwatch.model.policy import Policy, SurgePolicy
    from inboxwatch.model.surge import Incident, Trace

SURPRISE: Final = 15.0
"""How unlikely a burst has to be: e to the minus this, one in three million."""

BUSIEST: Final = 1.5
"""By how much it has to exceed the busiest of the earlier weeks."""

SAME: Final = 0.5
"""The share of the smaller one's senders that two bursts of one group have in common."""

KNOWN_BEFORE: Final = 0.25
"""The share of a group's senders that makes it one with another group, or with a known surge."""

BURSTS_AT_MOST: Final = 200
KEYS_AT_MOST: Final = 48
KEY_SHARE: Final = 0.2
"""A trait has to be shared by so many of the senders who have the most common one."""

MANY: Final = 0.5
"""The share of a surge's senders who are new, and share a mark or an offer, from which on it is
worth a second look."""

_WEAK: Final = frozenset({Kind.WORD, Kind.EVERYDAY})
_CONTACT: Final = frozenset({Kind.LINK, Kind.PHONE, Kind.TEXT})


class Found(Struct, frozen=True):
    """A group of mails that is a surge: its keys, the strongest first, and its mails.

    ``usual`` is how many senders earlier weeks had on average by the strongest of the keys.
    """

    keys: tuple[int, ...]
    traces: tuple[Trace, ...]
    usual: float

    @property
    def senders(self) -> frozenset[str]:
        """Who wrote them."""
        return frozenset(trace.sender for trace in self.traces)


class _Burst(Struct, frozen=True):
    """A trait that rose above the usual: who has it, how many usually have, how unlikely it is."""

    trait: int
    senders: frozenset[str]
    usual: float
    surprise: float


def find(
    traces: Sequence[Trace],
    weeks: Sequence[Past],
    lately: Past,
    now: datetime,
    policy: SurgePolicy,
) -> tuple[Found, ...]:
    """The surges among ``traces``, all of the longest window up to ``now``, the clearest first.

    ``weeks`` are the same stretch of earlier weeks, as far as mail was kept then; ``lately`` is
    the time just before the window. No mail is part of two.
    """
    bursts: dict[int, _Burst] = {}
    for window in policy.windows:
        for burst in _bursts(traces, weeks, lately, now, window, policy):
            known = bursts.get(burst.trait)
            if known is None or known.surprise < burst.surprise:
                bursts[burst.trait] = burst
    strongest = sorted(bursts.values(), key=_rank)[:BURSTS_AT_MOST]
    found: list[Found] = []
    taken: set[int] = set()
    for group in _groups(strongest):
        keys = _keys(group)
        left = [one for one in traces if one.mail_id not in taken]
        members = tuple(members_of(left, frozenset(keys)))
        one = Found(keys, members, group[0].usual)
        if len(one.senders) >= policy.senders:
            found.append(one)
            taken.update(trace.mail_id for trace in members)
    return tuple(found)


def members_of(traces: Iterable[Trace], keys: frozenset[int]) -> list[Trace]:
    """Those that belong to a surge with these keys."""
    enough = _enough(keys)
    return [
        one
        for one in traces
        if not keys.isdisjoint(one.traits) and weight(keys.intersection(one.traits)) >= enough
    ]


def belongs(traits: Iterable[int], keys: frozenset[int]) -> bool:
    """Whether a mail with these traits belongs to a surge: one pair or mark of it, or two words."""
    return weight(keys.intersection(traits)) >= _enough(keys)


def incident_with(
    message: Message, incidents: Iterable[Incident], policy: Policy
) -> Incident | None:
    """The open surge that a mail is part of; of several the first one with a template."""
    traits = fingerprint(message, policy).traits
    found = [one for one in incidents if belongs(traits, one.keys)]
    return min(found, key=lambda one: (not one.template, one.id), default=None)


def surprise(count: int, of: int, share: float) -> float:
    """How unlikely it is that ``count`` of ``of`` have what a ``share`` has, as minus a logarithm.

    Chernoff's bound for the upper tail of a binomial distribution; 0 for no more than expected.
    """
    observed = count / of
    if observed <= share:
        return 0.0
    rest = 0.0 if count == of else (1 - observed) * log((1 - observed) / (1 - share))
    return of * (observed * log(observed / share) + rest)


def suspicion(traces: Iterable[Trace], keys: Iterable[int], fresh: int, floor: int) -> Suspicion:
    """What else a surge may be, by how many of its senders are new and what they have in common.

    ``fresh`` counts those who are no customers and had never written before, ``floor`` is the
    least that is many.
    """
    having = by_sender(traces)
    many = max(floor, MANY * len(having))
    if fresh < many:
        return Suspicion.NONE
    given = frozenset(keys)
    contact = frozenset(key for key in given if kind_of(key) in _CONTACT)
    offers = OFFERS | {key for key in given if kind_of(key) is Kind.CODE}
    for kind, marks in ((Suspicion.NAMES, contact), (Suspicion.OFFER, offers)):
        if sum(not marks.isdisjoint(traits) for traits in having.values()) >= many:
            return kind
    return Suspicion.NONE


def weight(keys: Iterable[int]) -> int:
    """How much some keys tell: a word counts one, a pair or a mark two."""
    return sum(1 if kind_of(key) in _WEAK else 2 for key in keys)


def joined(keys: Sequence[int], more: Sequence[int]) -> tuple[int, ...]:
    """The keys of a surge and further ones, as many as there may be."""
    return tuple(dict.fromkeys((*keys, *more)))[:KEYS_AT_MOST]


def _enough(keys: frozenset[int]) -> int:
    """Two words, unless the surge has no more than one."""
    return min(2, max(1, weight(keys)))


def _rank(burst: _Burst) -> tuple[float, int]:
    return -burst.surprise, burst.trait


def _bursts(
    traces: Sequence[Trace],
    weeks: Sequence[Past],
    lately: Past,
    now: datetime,
    window: timedelta,
    policy: SurgePolicy,
) -> Iterable[_Burst]:
    begins = now - window
    having = by_sender(one for one in traces if one.received > begins)
    counts = Counter(chain.from_iterable(having.values()))
    often = {key: count for key, count in counts.items() if count >= policy.senders}
    if not often:
        return []
    earlier = [one for one in traces if one.received <= begins]
    seen = Counts(often, len(having), policy.times)
    usual = Usual.of(weeks, (lately.traces, earlier), seen, window)
    unlikely = {key: one for key in usual.left if (one := _rising(key, seen, usual)) >= SURPRISE}
    return [
        _Burst(key, frozenset(senders), usual.mean(key), unlikely[key])
        for key, senders in _who_has(frozenset(unlikely), having).items()
    ]


def _rising(key: int, seen: Counts, usual: Usual) -> float:
    """How unlikely it is that so many have a trait; 0 where that is not far more than usual."""
    expected, count = usual.expected(key, seen.of), seen.counts[key]
    if not seen.rises(key, expected) or count < BUSIEST * usual.busiest(key):
        return 0.0
    return surprise(count, seen.of, min(expected / seen.of, 1.0))


def _who_has(
    keys: frozenset[int], having: Mapping[str, Collection[int]]
) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = {key: [] for key in keys}
    for sender, traits in having.items():
        for key in keys.intersection(traits):
            found[key].append(sender)
    return found


def _groups(bursts: Sequence[_Burst]) -> list[list[_Burst]]:
    """Bursts of the same senders together, each group and all of them the clearest first.

    First those that have most senders in common, then groups that have some.
    """
    alone = [[burst] for burst in bursts]
    groups = _merged(_merged(alone, SAME), KNOWN_BEFORE)
    return sorted((sorted(group, key=_rank) for group in groups), key=lambda one: _rank(one[0]))


def _merged(given: Sequence[list[_Burst]], share: float) -> list[list[_Burst]]:
    """Groups with so large a ``share`` of the smaller one's senders in common, made one."""
    groups: list[tuple[frozenset[str], list[_Burst]]] = []
    for members in given:
        senders = frozenset(chain.from_iterable(burst.senders for burst in members))
        near: list[tuple[frozenset[str], list[_Burst]]] = []
        rest: list[tuple[frozenset[str], list[_Burst]]] = []
        for one in groups:
            least = share * min(len(senders), len(one[0]))
            (near if len(senders & one[0]) >= least else rest).append(one)
        whole = senders.union(*(one[0] for one in near))
        groups = [*rest, (whole, [*chain.from_iterable(one[1] for one in near), *members])]
    return [members for _, members in groups]


def _keys(group: Sequence[_Burst]) -> tuple[int, ...]:
    most = max(len(burst.senders) for burst in group)
    shared = [burst.trait for burst in group if len(burst.senders) >= KEY_SHARE * most]
    return tuple(shared[:KEYS_AT_MOST])
