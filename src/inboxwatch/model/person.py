"""Somebody whom the state should forget."""

from __future__ import annotations

from msgspec import Struct, field

FORGOTTEN = "(forgotten)"
"""What stands where an address or a name stood, in what has to stay."""


class Forgettable(Struct, frozen=True):
    """Whom to forget: by canonical addresses, and the names they are known by.

    ``customers`` are the ids of those of whom these are all the addresses. ``spared`` are names
    that are not theirs alone, such as the team's, folded.
    """

    addresses: frozenset[str]
    exact: frozenset[str]
    names: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()


class Erased(Struct, frozen=True):
    """What was erased, by the names of tables, and the addresses and names that were looked for.

    ``waiting`` are replies to others that name the person and may still go out.
    """

    counts: dict[str, int] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    waiting: int = 0
