"""What became of a decision once it was acted on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.errors import InboxwatchError
    from inboxwatch.model.decision import Decision


class OutboxState(StrEnum):
    """The life of a claimed reply (rule X01).

    ``sending`` is committed before DATA. What the next run still finds there becomes ``unknown``
    and is never sent again by itself (rule X02). ``retry`` is a temporary refusal before DATA
    ended: the next run may try the very same octets (rule F23). ``deferred`` is no row of the
    outbox: a cap stopped the reply, and the next run decides anew (rule L03).
    """

    SENDING = "sending"
    SENT = "sent"
    DRAFTED = "drafted"
    HELD = "held"
    RETRY = "retry"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    DEFERRED = "deferred"


AHEAD = "ahead"
"""The kind of a mail in the outbox that answers none: help before somebody asks."""


class DeliveryKind(StrEnum):
    """What the SMTP server said (rules F23, X03).

    ``stopped`` is our own doing: nothing was handed over, and a person decides what becomes of it.
    """

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


class Delivery(Struct, frozen=True):
    """The end of one SMTP transaction; ``detail`` is the server's answer, made safe to print."""

    kind: DeliveryKind
    detail: str = ""


class OutboxEntry(Struct, frozen=True):
    """A claimed reply as the journal keeps it; ``octets`` are exactly what goes out."""

    id: int
    account: str
    reply_key: str
    handle: str
    kind: str
    recipient: str
    recipient_canonical: str
    recipient_domain: str
    envelope_from: str
    message_id: str
    octets: bytes
    state: OutboxState
    claimed_at: datetime
    settled_at: datetime | None = None
    detail: str = ""
    mail_id: int | None = None
    told: bool = False
    """Whether a run has reported that its end is unknown."""
    good_until: datetime | None = None
    """When what its text says of times stops being true."""


class Promise(Struct, frozen=True):
    """A deadline that a reply named, or a person, as the ledger keeps it (rule F24).

    ``kept_at`` is when a person answered in the conversation, None while nobody has. Of a person's
    promise ``entry_id`` is 0, ``author`` is that person's address, ``name`` the name in From (empty
    without one), and ``words`` are the sentence;
    ``mail_id`` is then the newest mail of the conversation. Numbers are those of either kind.
    """

    id: int
    entry_id: int
    account: str
    recipient: str
    conversation: int
    due_at: datetime
    mail_id: int | None = None
    kept_at: datetime | None = None
    author: str = ""
    words: str = ""
    name: str = ""
    made_at: datetime | None = None


class PromiseRecord(Struct, frozen=True):
    """How promises fared: kept in time, kept too late, broken so far, and still open."""

    kept: int = 0
    late: int = 0
    overdue: int = 0
    open: int = 0

    @property
    def rate(self) -> float | None:
        """The share kept in time of those that were kept or fell due; None before any was."""
        settled = self.kept + self.late + self.overdue
        return self.kept / settled if settled else None


class Outcome(Struct, frozen=True):
    """One decision and what was done about it. ``notes`` are side effects that did not work.

    ``entry_id`` is the number of its reply in the outbox, 0 without one.
    """

    decision: Decision
    state: OutboxState | None = None
    detail: str = ""
    mail_id: int | None = None
    notes: tuple[str, ...] = ()
    entry_id: int = 0


class AccountFailure(Struct, frozen=True):
    """An account, or one mailbox of it, that could not be used in this run.

    ``known`` means that it was told before and is not worth another message.
    """

    account: str
    error: InboxwatchError
    mailbox: str = ""
    known: bool = False


class Baseline(Struct, frozen=True):
    """A mailbox seen for the first time, or anew since its UIDs are void (rules X06, X07)."""

    account: str
    mailbox: str
    mails: int
    would_answer: int
    reason: str
