"""A reply that waited goes out with the date of its sending, and nothing else of it changes.

RFC 5322 3.6.1 lets Date tell when the writer made a mail ready to be sent. A reply that a person
releases from the outbox is made ready at that instant (rule F19).
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

HEADER_END: Final = b"\r\n\r\n"
_DATE_FIELD = re.compile(rb"(?im)^date:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*")


class RedateFault(Exception):  # noqa: N818 - a fault of the octets, not an error of ours
    """Octets whose date cannot be changed without changing something else."""


def redate(octets: bytes, at: datetime) -> bytes:
    """``octets`` of a reply of ours, dated ``at`` (aware), to the second.

    The result is read back: the same fields in the same order with the same values, the same body,
    and a Date that says ``at``. Raises RedateFault where that does not come out.
    """
    if at.tzinfo is None:
        raise RedateFault("the new date has no time zone")
    head, end, body = octets.partition(HEADER_END)
    if not end:
        raise RedateFault("its header has no end")
    field = b"Date: " + format_datetime(at).encode("ascii")
    changed, number = _DATE_FIELD.subn(field, head)
    if number != 1:
        raise RedateFault(f"it has {number} Date fields")
    dated = changed + end + body
    _check(octets, dated, at)
    return dated


def _check(before: bytes, after: bytes, at: datetime) -> None:
    old, new = map(message_from_bytes, (before, after))  # compat32, as in serialise
    if old.keys() != new.keys():
        raise RedateFault("its fields do not read back as they were")
    for name, was, is_now in zip(old.keys(), old.values(), new.values(), strict=True):
        if name.lower() != "date" and was != is_now:
            raise RedateFault(f"{name[:40]!a} does not read back as it was")
    if _instant(str(new["Date"])) != at.replace(microsecond=0):
        raise RedateFault("its new date does not read back as it was written")
    if before.partition(HEADER_END)[2] != after.partition(HEADER_END)[2]:
        raise RedateFault("its text does not read back as it was")


def _instant(raw: str) -> datetime | None:
    try:
        return parsedate_to_datetime(raw)
    except ValueError:
        return None
