"""Sets of UIDs as commands and COPYUID have them (RFC 4315)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TOLD = re.compile(rb"(\d{1,10}) ([\d:,]+) ([\d:,]+)")


class Copied(Struct, frozen=True):
    """What COPYUID told: the target's UIDVALIDITY and the new UID of each old one.

    Without ``told`` the server said nothing, which does not mean that nothing was copied.
    """

    told: bool = False
    uidvalidity: int = 0
    uids: Mapping[int, int] = field(default_factory=dict)


def uid_set(uids: Iterable[int]) -> str:
    """UIDs as a sequence set, neighbours grouped: ``3:5,9``."""
    groups: list[list[int]] = []
    for uid in sorted(set(uids)):
        if groups and uid == groups[-1][1] + 1:
            groups[-1][1] = uid
        else:
            groups.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in groups)


def copied(answers: Iterable[bytes], asked: Sequence[int]) -> Copied:
    """COPYUID's answers together; what does not fit to what was ``asked`` tells nothing."""
    uidvalidity, found = 0, dict[int, int]()
    for answer in answers:
        match = _TOLD.fullmatch(answer or b"")
        if match is None:
            return Copied()
        old, new = _expanded(match[2], len(asked)), _expanded(match[3], len(asked))
        if not old or len(old) != len(new) or not set(old) <= set(asked):
            return Copied()
        uidvalidity = int(match[1])
        found.update(zip(old, new, strict=True))
    return Copied(told=bool(found), uidvalidity=uidvalidity, uids=found)


def _expanded(text: bytes, most: int) -> tuple[int, ...]:
    """The UIDs of a set in its order; empty for one that is none, or has more than ``most``."""
    found: list[int] = []
    for part in text.split(b","):
        first, colon, last = part.partition(b":")
        if not first.isdigit() or (colon and not last.isdigit()):
            return ()
        a, b = sorted((int(first), int(last or first)))
        if a < 1 or b >= 2**32 or len(found) + b - a + 1 > most:
            return ()
        found.extend(range(a, b + 1))
    return tuple(found)
