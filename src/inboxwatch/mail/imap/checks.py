"""Answers that are IMAP by their form and cannot be true: each check raises NonsenseError."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.mail.imap.wire import NonsenseError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MAX_EXISTS = 20_000_000
"""Mails in one mailbox. The largest known have some millions; more is not read in one run."""

FULL_WINDOW = 1000
"""Sequence numbers of which somebody else cannot have removed every mail in between."""


def number(value: object) -> int:
    """A number as RFC 9051 section 9 allows them: 32 bits."""
    found = int(str(value))
    if not 0 <= found < 2**32:
        raise NonsenseError(f"{found} is not a number of 32 bits")
    return found


def number_of_mails(value: object) -> int:
    """What EXISTS says, if a mailbox can hold as many."""
    found = number(value)
    if found > MAX_EXISTS:
        raise NonsenseError(f"{found} mails in one mailbox")
    return found


def modseq(value: object) -> int:
    """HIGHESTMODSEQ as RFC 7162 section 7 allows it: 63 bits; 0 for none, and for what is none."""
    return value if isinstance(value, int) and 0 < value < 2**63 else 0


def room(uidnext: int, exists: int) -> None:
    """Each mail has a UID of its own below UIDNEXT (RFC 9051 section 2.3.1.1)."""
    if exists >= max(uidnext, 1):
        raise NonsenseError(f"{exists} mails below the UID {uidnext}")


def window(first: int, last: int, found: Collection[int]) -> None:
    """Behind many sequence numbers that exist there is at least one mail."""
    if not found and last - first >= FULL_WINDOW:
        raise NonsenseError(f"there is no mail at all from number {first} to {last}")


def shape(answer: Mapping[bytes, Any]) -> None:
    """In a FETCH answer flags are a list, and texts are none (RFC 9051 section 9)."""
    for name, value in answer.items():
        listed = isinstance(value, tuple)
        if name == b"FLAGS" and not listed and value is not None:
            raise NonsenseError("FLAGS that are no list")
        if name.startswith(b"BODY[") and listed:
            raise NonsenseError("a text that is a list")
