"""Domains that are made to look like a known one (rule S23).

Compared are the labels that their owners registered: with letters that look alike folded and
hyphens left out, they must be neither the same nor one slip apart. What ends them does not matter.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import compress, count
from operator import ne
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.rescue.looks import mixes_scripts, skeleton, unicode_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MIN_ANOTHER_ENDING = 4
"""Characters of a label from which on the same one with another ending is no chance."""
MIN_SLIP = 6
"""Characters of a label from which on one character too many, too few or wrong is no chance."""


class Site(Struct, frozen=True):
    """A domain in A-labels, and the label of it that was registered."""

    domain: str
    label: str


def lookalike(sender: Site, known: Iterable[Site]) -> str:
    """What the sender's domain imitates, in words; empty if nothing, or if it is known itself."""
    return imitated(sender, known)[0]


def imitated(sender: Site, known: Iterable[Site]) -> tuple[str, str]:
    """``lookalike``, and the domain that is imitated; both empty if none is.

    ``sender.domain`` is the whole domain of the address, those of ``known`` are registrable ones.
    """
    others = tuple(known)
    if any(sender.domain == one.domain or _is_below(sender.domain, one.domain) for one in others):
        return "", ""
    told = ((_imitates(sender, one), one.domain) for one in others)
    return next((found for found in told if found[0]), ("", ""))


def nearby(sender: Site, domains: Iterable[str]) -> Iterator[str]:
    """Those of many domains that ``lookalike`` could tell anything of: most share a half only."""
    flats = frozenset(_flats(sender.domain))
    written = _flat(sender.label)
    for domain in domains:
        for flat in _flats(domain):
            if flat in flats or _is_slip(written, flat):
                yield domain
                break


def mixed(domain: str) -> str:
    """The first label whose letters come from scripts that nobody mixes, or the empty string."""
    if "xn--" not in domain:
        return ""
    labels = map(unicode_label, domain.split("."))
    return next((label for label in labels if mixes_scripts(label)), "")


def keys(label: str) -> Iterator[str]:
    """Under what a known label is kept, so that ``questions`` finds it without looking at others.

    One slip leaves either the first or the second half of a label as it is.
    """
    flat = _flat(label)
    yield f"={flat}"
    if len(flat) >= MIN_SLIP:
        half = len(flat) // 2
        yield f"{len(flat)}<{flat[:half]}"
        yield f"{len(flat)}>{flat[half:]}"


def questions(sender: Site) -> Iterator[str]:
    """The keys of all labels that the sender's domain may imitate."""
    for label in sender.domain.split(".")[:-1]:
        yield f"={_flat(label)}"
    flat = _flat(sender.label)
    for length in range(max(MIN_SLIP, len(flat) - 1), len(flat) + 2):
        half = length // 2
        yield f"{length}<{flat[:half]}"
        yield f"{length}>{flat[half - length :]}"
        if length == len(flat):  # two characters that changed places over the middle
            yield f"{length}<{flat[: half - 1]}{flat[half]}"


@lru_cache(maxsize=8192)
def _flats(domain: str) -> tuple[str, ...]:
    """The labels of a domain but the last, as ``_flat`` has them."""
    return tuple(map(_flat, domain.split(".")[:-1]))


@lru_cache(maxsize=8192)
def _flat(label: str) -> str:
    return skeleton(unicode_label(label)).replace("-", "")


def _is_below(domain: str, other: str) -> bool:
    return domain.endswith(f".{other}")


def _imitates(sender: Site, known: Site) -> str:
    if f".{sender.domain}".find(f".{known.domain}.") >= 0:
        return f"{sender.domain} begins like {known.domain} and is another's"
    if sender.label == known.label:
        alike = len(sender.label) >= MIN_ANOTHER_ENDING
        return f"{sender.domain} is {known.domain} with another ending" if alike else ""
    written, looks = _flat(sender.label), _flat(known.label)
    if written == looks:
        return f"{_shown(sender)} looks like {known.domain}"
    if _is_slip(written, looks):
        return f"{_shown(sender)} is one character away from {known.domain}"
    return ""


def _shown(site: Site) -> str:
    label = unicode_label(site.label)
    return site.domain if label == site.label else f"{site.domain} ({label})"


def _is_slip(one: str, other: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes one the other."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < MIN_SLIP:
        return False
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    at = next(compress(count(), map(ne, short, long)), len(short))
    if len(short) != len(long):
        return short[at:] == long[at + 1 :]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    return short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
