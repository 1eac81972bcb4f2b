"""What the exchange so far says about the urgency of a mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxwatch.model.world import History


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange in numbers; ``further_mails`` are the sender's others that nobody answered."""

    further_mails: int = 0


def facts(history: History) -> Exchange:
    """The facts that the journal's memory of a sender gives for the score."""
    return Exchange(further_mails=max(history.sender_mails, 0))
