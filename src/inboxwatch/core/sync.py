"""What to read of a mailbox: pure arithmetic over UIDVALIDITY, UIDNEXT and what is remembered."""

from __future__ import annotations

from msgspec import Struct

NO_BASELINE = ""
FIRST_SEEN = "first seen"
UIDVALIDITY_CHANGED = "its UIDVALIDITY changed"
UIDVALIDITY_MISSING = "the server keeps no UIDVALIDITY"
UIDNEXT_WENT_BACK = "its UIDNEXT went back"


ATTEMPTS = 3
"""How often a mail is tried whose reading comes to no end, before it goes into quarantine (X12)."""


class Reading(Struct, frozen=True):
    """Which UIDs of a mailbox to read, as inclusive ranges.

    ``baseline`` says why what is read now answers nobody (rules X06, X07); it is empty when the
    mailbox is known.
    """

    uidvalidity: int
    uidnext: int
    ranges: tuple[tuple[int, int], ...]
    baseline: str = NO_BASELINE

    @property
    def empty(self) -> bool:
        """True when there is nothing to fetch."""
        return not self.ranges


def plan_reading(
    known: tuple[int, int] | None,
    uidvalidity: int,
    uidnext: int,
    pending: tuple[int, ...] = (),
) -> Reading:
    """Plan from what the journal knows (UIDVALIDITY, UIDNEXT) and what the server says.

    The upper end is explicit: ``n:*`` would return the last message for ever (rule X13). Any
    other UIDVALIDITY, greater, smaller or missing, voids every UID of before (rule X06). So does a
    smaller UIDNEXT, which a server may never give (RFC 9051 section 2.3.1.1): either it was
    restored from a copy and gives UIDs a second time, or the greater one was false. To wait until
    the old number is reached again would lose all mail until then.
    """
    whole = ((1, uidnext - 1),) if uidnext > 1 else ()
    if known is None:
        return Reading(uidvalidity, uidnext, whole, FIRST_SEEN)
    if uidvalidity == 0:
        return Reading(uidvalidity, uidnext, whole, UIDVALIDITY_MISSING)
    if known[0] != uidvalidity:
        return Reading(uidvalidity, uidnext, whole, UIDVALIDITY_CHANGED)
    if uidnext < known[1]:
        return Reading(uidvalidity, uidnext, whole, UIDNEXT_WENT_BACK)
    new = ((known[1], uidnext - 1),) if uidnext > known[1] else ()
    again = tuple((uid, uid) for uid in sorted(pending) if uid < known[1])
    return Reading(uidvalidity, uidnext, (*again, *new))
