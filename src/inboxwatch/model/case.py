"""Cases: what has to reach a person, whoever works on it, and what was done."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime


class Action(StrEnum):
    """How a person gets back to a customer."""

    CALL = "call"
    WRITE = "write"


class Cause(Struct, frozen=True):
    """Why a mail has to reach a person: the name of the row, and what shows it in the mail."""

    name: str
    evidence: str


class NextStep(Struct, frozen=True):
    """What a person does next, and the sentence that says so.

    ``topic`` names the play, ``find_out`` the details that find the case and are not in the mail,
    ``due`` is by when in business time, ``goodwill`` what may be proposed, in words.
    """

    action: Action
    text: str
    topic: str = ""
    find_out: tuple[str, ...] = ()
    due: datetime | None = None
    goodwill: str = ""


class Escalation(Struct, frozen=True):
    """Mail of one customer that has to reach a person, in whatever conversations.

    ``party`` is the canonical address that asked first, ``customer`` the id of who is known by it,
    or empty. ``mail_id`` is the newest mail that asked, ``requests`` how many did; ``causes`` are
    the names of the rows, the gravest first.
    """

    id: int
    account: str
    party: str
    mail_id: int
    opened_at: datetime
    asked_at: datetime
    requests: int
    causes: tuple[str, ...]
    closed_at: datetime | None = None
    closed_by: str = ""
    customer: str = ""

    @property
    def alert_key(self) -> str:
        """Under which key the team is told of it: once, and anew for each further request."""
        return f"escalation {self.id} {self.requests}"


class File(Struct, frozen=True):
    """What the journal knows of a mail's case: its conversation, and the escalation it is part of.

    ``escalation`` is None for a mail that did not have to reach a person.
    """

    conversation: int
    escalation: Escalation | None = None


class Means(StrEnum):
    """How a person got back to a customer, where no mail shows it."""

    CALL = "call"
    MAIL = "mail"
    TEXT = "text"


class Deed(Struct, frozen=True):
    """What somebody did about a mail; ``by`` is None where they did not say how."""

    at: datetime
    by: Means | None = None
    owner: str = ""
    note: str = ""


class Settled(Struct, frozen=True):
    """What a deed settled: how many mails left the queue, and escalations were closed."""

    mails: int = 0
    escalations: int = 0


class Standing(Struct, frozen=True):
    """Who works on a conversation, and until when it is put off; empty and None if nobody, not."""

    owner: str = ""
    snoozed_until: datetime | None = None
