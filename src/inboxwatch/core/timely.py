"""Whether a reply that has waited still comes in time (rules A17, F24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

TOO_OLD = "too old by now"
STALE = "what it says of times is no longer true"
"""Why a reply that waited for another attempt is given up, though the mail still waits for one."""


def is_stale(good_until: datetime | None, now: datetime) -> bool:
    """Whether what a reply says of times is no longer true; None says nothing of times."""
    return good_until is not None and now > good_until
