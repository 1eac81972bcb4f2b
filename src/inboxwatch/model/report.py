"""What the journal tells of a stretch of time for a report: little of each mail, and no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime


class MailFact(Struct, frozen=True):
    """One mail as a report counts it; sender and subject are foreign text.

    ``party`` is the canonical address, ``customer`` the name of a known customer or empty.
    ``answered_at`` is when a person first answered, ``closed`` why it needs nobody. ``reply`` is
    what was decided about the automatic one, ``held_by`` the ids of the rules that hold it for a
    person, and ``reply_state`` how it stands in the outbox, empty if it is not there.
    """

    id: int
    account: str
    conversation: int
    party: str
    sender: str
    subject: str
    received: datetime
    role: str
    priority: int
    automatic: bool
    answered_at: datetime | None = None
    closed: str = ""
    customer: str = ""
    signals: tuple[str, ...] = ()
    reply: str = ""
    held_by: tuple[str, ...] = ()
    reply_state: str = ""
