"""Whether a mail that was prepared because of a surge may still go out as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.reply.ahead import surge_of_key

if TYPE_CHECKING:
    from inboxwatch.model.outcome import OutboxEntry
    from inboxwatch.model.surge import Surge
    from inboxwatch.ports import Journal


def why_over(journal: Journal, entry: OutboxEntry) -> str:
    """Why nobody needs it any more, or nothing: its surge is closed."""
    surge = _surge(journal, entry)
    return f"surge {surge.id} is closed" if surge and surge.closed_at else ""


def why_reworded(journal: Journal, entry: OutboxEntry) -> str:
    """Why it says what the team says no longer, or nothing: its surge was given another text."""
    surge = _surge(journal, entry)
    if surge is None or surge.answered_at is None or entry.claimed_at >= surge.answered_at:
        return ""
    return f"surge {surge.id} was given a text again after this was written"


def _surge(journal: Journal, entry: OutboxEntry) -> Surge | None:
    surge_id = surge_of_key(entry.reply_key)
    return journal.surge(surge_id) if surge_id else None
