"""Whose Authentication-Results the last mails carry, where, and what to trust by it (rule S15)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message.authres import OWN_HOPS, TOPMOST_WITHOUT_ID, placed, read
from inboxwatch.core.message.structured import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STEADY = 0.9
"""An authserv-id on top of at least this share of the mails is proposed as trusted."""
MAX_HOPS = 10

Trace = tuple[tuple[str, str], ...]


class Seen(Struct, frozen=True):
    """One authserv-id: on how many mails it stands, on how many of them before all others.

    ``hops`` counts the mails by how many Received fields stand above it.
    """

    name: str
    mails: int
    topmost: int
    hops: Mapping[int, int]

    def below(self, own_hops: int) -> int:
        """On how many mails it stands above what the sender wrote, with so many hops of ours."""
        return sum(mails for hops, mails in self.hops.items() if hops <= own_hops)


class Survey(Struct, frozen=True):
    """What the last mails carry: how many were looked at, and the ids, the most frequent first."""

    mails: int
    ids: tuple[Seen, ...]

    @property
    def with_results(self) -> int:
        """How many mails carry any that can be read."""
        return sum(one.topmost for one in self.ids)

    def of(self, name: str) -> Seen:
        """What was seen of an id."""
        known = (one for one in self.ids if one.name == name.lower())
        return next(known, Seen(name, 0, 0, {}))


class Proposal(Struct, frozen=True):
    """What to write into ``authentication``: whom to trust, and how many hops are ours."""

    trust: str
    own_hops: int

    def written(self) -> str:
        """The line of the configuration."""
        hops = f", own_hops: {self.own_hops}" if self.own_hops != OWN_HOPS else ""
        return f"authentication: {{trust: [{self.trust}]{hops}}}"


def survey(traces: Iterable[Trace]) -> Survey:
    """Count what stands where in the traces of some mails (``Message.trace``)."""
    mails = 0
    stands: Counter[str] = Counter()
    topmost: Counter[str] = Counter()
    hops: dict[str, Counter[int]] = {}
    for trace in traces:
        mails += 1
        first = _first_instances(trace)
        topmost.update(list(first)[:1])
        stands.update(first.keys())
        for name, above in first.items():
            hops.setdefault(name, Counter())[above] += 1
    order = sorted(stands, key=lambda name: (-topmost[name], -stands[name], name))
    return Survey(
        mails, tuple(Seen(name, stands[name], topmost[name], dict(hops[name])) for name in order)
    )


def _first_instances(trace: Trace) -> dict[str, int]:
    """Each id of one mail in order, with the Received fields above where it stands first."""
    found: dict[str, int] = {}
    topmost = True
    for field, value, depth in placed(trace):
        if field == "authentication-results":
            if name := _name(value, topmost=topmost):
                found.setdefault(name, depth)
            topmost = False
    return found


def _name(value: str, *, topmost: bool) -> str:
    try:
        name = read(value).authserv_id
    except UnreadableError:
        return ""
    return name or (TOPMOST_WITHOUT_ID if topmost else "")


def proposal(found: Survey) -> Proposal | None:
    """What can be proposed: an id on top of nearly every mail, always at about the same place."""
    best = max(found.ids, key=lambda one: one.topmost, default=None)
    if best is None or best.topmost < STEADY * found.with_results:
        return None
    if best.name == TOPMOST_WITHOUT_ID:
        return Proposal(best.name, OWN_HOPS)
    steady = (hops for hops in range(OWN_HOPS, MAX_HOPS + 1) if _is_steady(best, hops))
    hops = next(steady, None)
    return None if hops is None else Proposal(best.name, hops)


def _is_steady(seen: Seen, hops: int) -> bool:
    return seen.below(hops) >= STEADY * seen.mails


def told(found: Survey) -> str:
    """What to trust by a survey, in words, and why nothing can be proposed."""
    if not found.with_results:
        return "no mail in INBOX carries Authentication-Results on top"
    best = found.ids[0]
    total = found.with_results
    made = proposal(found)
    if made is None:
        listed = ", ".join(f"{one.name} ({one.topmost})" for one in found.ids if one.topmost)
        return f"no single id stands on nearly every mail at the same place: {listed}"
    stands = f"{best.name} stands on top of {best.topmost} of the last {total} mails"
    return f"{stands}, {_place(best, made.own_hops)}: {made.written()}"


def _place(seen: Seen, own_hops: int) -> str:
    if seen.name == TOPMOST_WITHOUT_ID:
        return "without a name, as Exchange Online writes it"
    steady = seen.below(own_hops)
    often = "always" if steady == seen.mails else f"on {steady} of them"
    most = max(seen.hops, key=lambda hops: (seen.hops[hops], -hops))
    fields = "above all Received" if not most else f"below {most} Received"
    return f"{often} at one place ({fields})" if len(seen.hops) == 1 else f"{often} within reach"


def trusted_words(found: Survey, trust: Iterable[str], own_hops: int) -> tuple[bool, str]:
    """Whether what is trusted is what the mails carry, and what to change where it is not."""
    names = tuple(trust)
    listed = ", ".join(names)
    if not found.with_results:
        return True, listed
    missing = [name for name in names if not found.of(name).mails]
    if len(missing) == len(names):
        return False, f"{listed}: on none of the last {found.mails} mails; {told(found)}"
    hidden = [one for one in map(found.of, names) if one.mails and not _within(one, own_hops)]
    if hidden:
        text = f"{hidden[0].name} stands below what is believed on most mails; {told(found)}"
        return False, text
    seen = [one for one in map(found.of, names) if one.mails]
    counts = [f"{one.name} (on {one.mails} of the last {found.mails} mails)" for one in seen]
    return True, ", ".join((*counts, *missing))


def _within(seen: Seen, own_hops: int) -> bool:
    return seen.name == TOPMOST_WITHOUT_ID or 2 * seen.below(own_hops) >= seen.mails
