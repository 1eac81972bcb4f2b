"""Values as words for people: durations, instants, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LONG = 2 * DAY


def duration(length: timedelta) -> str:
    """A length of time in one unit: ``8m``, ``3h``, ``5d``."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < HOUR:
        return f"{seconds // MINUTE}m"
    if seconds < LONG:
        return f"{seconds // HOUR}h"
    return f"{seconds // DAY}d"


def instant(at: datetime) -> str:
    """An instant as people write it, in the zone it carries."""
    return at.strftime("%a %d %b %Y, %H:%M")


def count(number: int, one: str, many: str = "") -> str:
    """``1 mail``, ``2 mails``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def place_words(place: Mapping[str, Any]) -> str:
    """``support/Spam, UID 108``."""
    mailbox = f"{one_line(place['account'], 60)}/{one_line(place['mailbox'], 80)}"
    return f"{mailbox}, UID {place['uid']}"


def lies_in(fields: Mapping[str, Any]) -> str:
    """The mailbox in which a mail lies that was moved out of another one, empty for any other."""
    found, now = fields.get("ref"), fields.get("place")
    if not found or not now or now["mailbox"] == found["mailbox"]:
        return ""
    return one_line(now["mailbox"], 80)
