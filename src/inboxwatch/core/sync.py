"""What to read of a mailbox: pure arithmetic over UIDVALIDITY, UIDNEXT and what is remembered."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from msgspec import Struct

NO_BASELINE = ""
FIRST_SEEN = "first seen"
UIDVALIDITY_CHANGED = "its UIDVALIDITY changed"
UIDVALIDITY_MISSING = "the server keeps no UIDVALIDITY"
UIDNEXT_WENT_BACK = "its UIDNEXT went back"
STATE_RESTORED = "the state was restored from a backup"


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

    @property
    def anew(self) -> bool:
        """True when every UID of before is void, or none was known."""
        return self.baseline not in (NO_BASELINE, STATE_RESTORED)


def plan_reading(
    known: tuple[int, int] | None,
    uidvalidity: int,
    uidnext: int,
    pending: tuple[int, ...] = (),
    *,
    restored: bool = False,
) -> Reading:
    """Plan from what the journal knows (UIDVALIDITY, UIDNEXT) and what the server says.

    The upper end is explicit: ``n:*`` would return the last message for ever (rule X13). Any
    other UIDVALIDITY, greater, smaller or missing, voids every UID of before (rule X06). So does a
    smaller UIDNEXT, which a server may never give (RFC 9051 section 2.3.1.1): either it was
    restored from a copy and gives UIDs a second time, or the greater one was false. To wait until
    the old number is reached again would lose all mail until then.

    A ``restored`` state knows how far it had read, but not what was answered since: it reads on
    from there, and answers nobody of those it finds (rule X15).
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
    return Reading(
        uidvalidity, uidnext, (*again, *new), STATE_RESTORED if restored else NO_BASELINE
    )


class Standing(NamedTuple):
    """A mailbox at one instant; ``modseq`` is its HIGHESTMODSEQ, 0 if it keeps none (RFC 7162)."""

    uidvalidity: int
    uidnext: int
    exists: int
    modseq: int


def contradicts(then: Standing, now: Standing) -> bool:
    """Whether a mailbox cannot have come to stand so since then (RFC 9051 section 2.3.1.1).

    UIDNEXT never goes back, and every mail that came took a UID.
    """
    if then.uidvalidity != now.uidvalidity:
        return False
    given = now.uidnext - then.uidnext
    return given < 0 or now.exists - then.exists > given


class Looking(Enum):
    """Of which known mails of a mailbox the flags are to be asked for."""

    NONE = "none"
    CHANGED = "changed"
    ALL = "all"


def plan_looking(then: Standing | None, now: Standing) -> Looking:
    """Plan from how a mailbox stood at the last look.

    Changed flags have a greater modseq. Of a mail that is gone only the number of mails tells: it
    has grown by as many as UIDs were given, or something is gone. HIGHESTMODSEQ need not rise for
    that (RFC 7162 section 3.1.2.2 asks it of QRESYNC alone).
    """
    if then is None or not (then.modseq and now.modseq) or then.uidvalidity != now.uidvalidity:
        return Looking.ALL
    given = now.uidnext - then.uidnext
    if now.modseq < then.modseq or given < 0 or now.exists != then.exists + given:
        return Looking.ALL
    return Looking.NONE if (now.modseq, given) == (then.modseq, 0) else Looking.CHANGED
