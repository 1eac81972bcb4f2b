"""The outbox as report models: what lies in it, what needs somebody, and the next step for each."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.core.attention import promise_state
from inboxwatch.core.summary import SCHEMA
from inboxwatch.core.timely import is_stale
from inboxwatch.core.zone import iso
from inboxwatch.model.outcome import OutboxState

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import Message

    from inboxwatch.model.outcome import OutboxEntry, Promise

LISTED: Final = (
    OutboxState.SENDING,
    OutboxState.SENT,
    OutboxState.DRAFTED,
    OutboxState.HELD,
    OutboxState.RETRY,
    OutboxState.REFUSED,
    OutboxState.UNKNOWN,
    OutboxState.DROPPED,
)
"""The states that a row can have; ``deferred`` is none."""

NEEDY: Final = (
    OutboxState.SENDING,
    OutboxState.HELD,
    OutboxState.UNKNOWN,
    OutboxState.RETRY,
    OutboxState.REFUSED,
    OutboxState.DRAFTED,
)
"""The states in which somebody may have to do something; ``sending`` if nothing runs any more."""

DRAFTS_FOR: Final = timedelta(days=14)
"""How long a draft is shown: most are sent or deleted in a mail client, which nobody tells us."""

WAITING: Final = (OutboxState.HELD,)
"""What ``send`` may take."""

UNSENT: Final = (OutboxState.UNKNOWN, OutboxState.RETRY, OutboxState.REFUSED)
"""What ``retry`` may take."""

OPEN_STATES: Final = (*WAITING, *UNSENT, OutboxState.DRAFTED)
"""What ``drop`` may take."""

_NEXT: Final = {
    OutboxState.SENDING: "the next run tells what became of it",
    OutboxState.HELD: "inboxwatch outbox send {id}",
    OutboxState.UNKNOWN: "inboxwatch outbox retry {id} looks into Sent first",
    OutboxState.RETRY: "the next run tries again; at once: inboxwatch outbox retry {id}",
    OutboxState.REFUSED: "answer by hand, then inboxwatch outbox drop {id}; or outbox retry {id}",
    OutboxState.DRAFTED: "send it from your drafts; out of this list: inboxwatch outbox drop {id}",
}

_STALE: Final = {
    OutboxState.DRAFTED: "what it says of times is over: mend the draft before you send it",
    **dict.fromkeys(
        (OutboxState.HELD, *UNSENT),
        "what it says of times is over: answer by hand, then inboxwatch outbox drop {id}",
    ),
}
"""The next step where what a reply says of times is no longer true."""


class Question(Struct, frozen=True):
    """The mail that a reply answers; ``closed`` says how somebody has dealt with it."""

    id: int
    sender: str
    subject: str
    priority: int
    received: datetime
    answered_at: datetime | None = None
    closed: str = ""


class Kept(Struct, frozen=True):
    """A row of the outbox with the mail that it answers and the promise that it made, if any."""

    entry: OutboxEntry
    mail: Question | None = None
    promise: Promise | None = None

    @property
    def settled_by_a_person(self) -> bool:
        """Whether the mail was answered, moved or deleted: the reply is then of no use."""
        return self.mail is not None and bool(self.mail.closed or self.mail.answered_at)


class Letter(Struct, frozen=True):
    """The octets of a reply, read: the fields in their order, decoded, and the plain text."""

    fields: tuple[tuple[str, str], ...]
    text: str

    def field(self, name: str) -> str:
        """The first field of a name, or the empty string."""
        return next((value for field, value in self.fields if field == name), "")


def needs_somebody(kept: Kept, now: datetime) -> bool:
    """Whether a row is shown without being asked for."""
    if kept.entry.state not in NEEDY or kept.settled_by_a_person:
        return False
    old = now - kept.entry.claimed_at > DRAFTS_FOR
    return not (old and kept.entry.state is OutboxState.DRAFTED)


def next_step(kept: Kept, now: datetime) -> str:
    """What to do about a row, as a command where there is one; empty when there is nothing."""
    entry = kept.entry
    if kept.settled_by_a_person and entry.state in OPEN_STATES:
        return f"the mail needs no reply any more: inboxwatch outbox drop {entry.id}"
    steps = _STALE if is_stale(entry.good_until, now) and entry.state in _STALE else _NEXT
    return steps.get(entry.state, "").format(id=entry.id)


def read_letter(octets: bytes) -> Letter:
    """The octets of a reply of ours as text; nothing in them makes this raise."""
    read = message_from_bytes(octets)  # compat32: email.policy loads a parser of 20 ms
    fields = tuple((name, _decoded(str(value))) for name, value in read.items())
    return Letter(fields, _text(read))


def _decoded(raw: str) -> str:
    unfolded = " ".join(raw.split())
    try:
        return str(make_header(decode_header(unfolded)))
    except (MessageError, ValueError, LookupError):
        return unfolded


def _text(read: Message) -> str:
    """The first part in plain text."""
    for part in read.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload.decode("utf-8", "replace").replace("\r\n", "\n")
    return ""


def promise_fields(promise: Promise | None, now: datetime) -> dict[str, object] | None:
    """A promise as an object, its instants in the zone of ``now``."""
    if promise is None:
        return None
    return {
        "due_at": iso(promise.due_at, now.tzinfo),
        "kept_at": iso(promise.kept_at, now.tzinfo),
        "state": promise_state(promise, now),
    }


def entry_fields(kept: Kept, now: datetime) -> dict[str, object]:
    """A row of the outbox as one object, without its text, its instants in the zone of ``now``."""
    entry = kept.entry
    letter = read_letter(entry.octets)
    return {
        "schema": SCHEMA,
        "type": "reply",
        "id": entry.id,
        "account": entry.account,
        "state": entry.state.value,
        "to": entry.recipient,
        "envelope_from": entry.envelope_from,
        "template": entry.handle,
        "kind": entry.kind,
        "language": letter.field("Content-Language"),
        "subject": letter.field("Subject"),
        "message_id": entry.message_id,
        "claimed_at": iso(entry.claimed_at, now.tzinfo),
        "settled_at": iso(entry.settled_at, now.tzinfo),
        "good_until": iso(entry.good_until, now.tzinfo),
        "detail": entry.detail,
        "mail": _mail_fields(kept.mail, now),
        "promise": promise_fields(kept.promise, now),
        "next_step": next_step(kept, now),
    }


def letter_fields(kept: Kept, now: datetime) -> dict[str, object]:
    """A row with the reply as it goes out: ``headers`` in their order, and ``text``."""
    letter = read_letter(kept.entry.octets)
    return {
        **entry_fields(kept, now),
        "headers": [list(field) for field in letter.fields],
        "text": letter.text,
    }


def _mail_fields(mail: Question | None, now: datetime) -> dict[str, object] | None:
    if mail is None:
        return None
    return {
        "id": mail.id,
        "from": mail.sender,
        "subject": mail.subject,
        "priority": mail.priority,
        "received": iso(mail.received, now.tzinfo),
        "answered_at": iso(mail.answered_at, now.tzinfo),
        "closed": mail.closed,
    }
