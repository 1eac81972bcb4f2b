"""Instants as a time zone's clocks show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


def in_zone(instant: datetime, zone: tzinfo | None) -> datetime:
    """The same instant in a zone; at the ends of the calendar it stays in its own. Never raises."""
    try:
        return instant.astimezone(zone)
    except OverflowError:  # the first or the last day that there is: some mail is dated so
        return instant


def clock_words(instant: datetime, zone: tzinfo | None) -> str:
    """An instant as people write it, by the clocks of a zone: ``Thu 26 Nov 2026, 16:51``."""
    return f"{in_zone(instant, zone):%a %d %b %Y, %H:%M}"


def iso(instant: datetime | None, zone: tzinfo | None) -> str | None:
    """ISO form with the zone's offset; None for none."""
    return in_zone(instant, zone).isoformat() if instant else None
