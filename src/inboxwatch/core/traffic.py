"""How much may be read from a provider in a day, as far as providers say so (rule I19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

MEGABYTE = 1_000_000

KEPT_DAYS = 30
"""How many days of octets are kept."""

NEAR = 0.8
"""The share of a limit from which on somebody is told."""


class Limit(Struct, frozen=True):
    """What a provider allows to be read over IMAP in a day, by its hosts; ``source`` says where."""

    provider: str
    hosts: tuple[str, ...]
    octets: int
    source: str


LIMITS = (
    Limit(
        "Gmail",
        ("imap.gmail.com", "imap.googlemail.com"),
        2500 * MEGABYTE,
        "Google Workspace Admin Help, Gmail bandwidth limits: download via IMAP",
    ),
)
"""Those that are published. One more is one more row."""


def limit_of(host: str) -> Limit | None:
    """The limit that holds at a host, if any is known."""
    name = host.lower().rstrip(".")
    return next((limit for limit in LIMITS if name in limit.hosts), None)


def crossed(limit: Limit, before: int, after: int) -> float | None:
    """The share of a limit that was reached just now, the highest one that counts."""
    steps = (1.0, NEAR)
    return next((one for one in steps if before < one * limit.octets <= after), None)


def warnings(
    hosts: Mapping[str, str], before: Mapping[str, int], now: Mapping[str, int]
) -> tuple[str, ...]:
    """What is to be told of accounts that came near a limit in this run; once for each step.

    ``before`` are the day's octets by account before the run, ``now`` those of the run.
    """
    told = []
    for account, octets in now.items():
        limit = limit_of(hosts.get(account, ""))
        earlier = before.get(account, 0)
        if limit is None or crossed(limit, earlier, earlier + octets) is None:
            continue
        read = megabytes(earlier + octets)
        told.append(
            f"{one_line(account, 60)}: {read} of the {megabytes(limit.octets)} were read today "
            f"that {limit.provider} allows; beyond that it locks the account for up to a day"
        )
    return tuple(told)


def megabytes(octets: int) -> str:
    """A number of octets in words, as providers write their limits."""
    if octets < MEGABYTE:
        return f"{octets / MEGABYTE:.1f} MB" if octets else "0 MB"
    return f"{octets / MEGABYTE:,.0f} MB"
