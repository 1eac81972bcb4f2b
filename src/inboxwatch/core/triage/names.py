"""One sender under many names: the same address with tags or dots, or with ever other names."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from inboxwatch.core.triage.surge import KEYS_AT_MOST, Found, weight
from inboxwatch.core.triage.usual import by_sender

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inboxwatch.model.policy import SurgePolicy
    from inboxwatch.model.surge import Trace

TELLING: Final = 2
"""The weight of what the mails share: a pair of words, a mark, or two words."""

OTHERS: Final = 0.5
"""What so many others write, as a share of the names, is not theirs alone."""


def under_many_names(traces: Sequence[Trace], policy: SurgePolicy) -> tuple[Found, ...]:
    """The senders, no customers, who write the same under as many names as make a surge."""
    mine: defaultdict[str, list[Trace]] = defaultdict(list)
    for one in traces:
        if not one.known:
            mine[one.sender].append(one)
    many = [mails for mails in mine.values() if _names(mails) >= policy.senders]
    if not many:
        return ()
    everybody = Counter(chain.from_iterable(by_sender(traces).values()))
    found = (_found(mails, everybody, policy.senders) for mails in many)
    return tuple(one for one in found if one is not None)


def _names(mails: Iterable[Trace]) -> int:
    return len({one.name for one in mails})


def _found(mails: Sequence[Trace], everybody: Mapping[int, int], least: int) -> Found | None:
    """The mails that share something that hardly anybody else writes, under ``least`` names."""
    having: defaultdict[int, set[str]] = defaultdict(set)
    for one in mails:
        for key in one.traits:
            having[key].add(one.name)
    shared = {
        key: len(names)
        for key, names in having.items()
        if len(names) >= least and everybody[key] - 1 < OTHERS * len(names)
    }
    keys = tuple(sorted(shared, key=lambda key: (-shared[key], -key))[:KEYS_AT_MOST])
    if weight(keys) < TELLING:
        return None
    members = tuple(one for one in mails if not shared.keys().isdisjoint(one.traits))
    return Found(keys, members, 0.0)
