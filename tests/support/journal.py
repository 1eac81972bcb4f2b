"""Decisions, records and claims for tests of the journal: one line says what matters."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.build import NOW

from inboxwatch.model.conversation import OwnMail
from inboxwatch.model.decision import Decision, Rebound, ReboundKind, Reply, ReplyDecision
from inboxwatch.model.message import Authentication, AuthenticationStatus, MessageRef, Role
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.schedule import Moment
from inboxwatch.ports import Claim, MailboxMark, Record

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.outcome import OutboxEntry
    from inboxwatch.model.world import History
    from inboxwatch.ports import Journal

ANN = "ann@customer.example"
BOB = "bob@other.example"
STATES = tuple(state for state in OutboxState if state is not OutboxState.DEFERRED)
"""The states that a row of the outbox can have."""


def ref(uid: int, mailbox: str = "INBOX", uidvalidity: int = 1) -> MessageRef:
    """Where a mail of the account ``support`` lies."""
    return MessageRef("support", mailbox, uidvalidity, uid)


def decision(
    uid: int = 1, sender: str = ANN, related: tuple[str, ...] = (), **fields: object
) -> Decision:
    """A decision on a mail whose Message-ID is ``<mUID@sender's domain>``, unanswered."""
    own = fields.pop("message_id", f"<m{uid}@{sender.rpartition('@')[2]}>")
    built = Decision(
        source=f"INBOX/{uid}",
        ref=ref(uid),
        account="support",
        role=Role.INBOX,
        message_id=own,
        reply_key=f"key-{uid}",
        sender=sender,
        sender_canonical=sender,
        sender_organisational=sender.rpartition("@")[2],
        from_text=sender,
        subject=f"Subject {uid}",
        received=NOW,
        related_ids=(own, *related) if own else related,
        customer=None,
        authentication=Authentication(AuthenticationStatus.UNVERIFIED),
        moment=Moment(NOW, "business", "business", is_open=True, next_opening=None),
        priority=3,
        reasons=(),
        signals=(),
        automatic=False,
        reply=Reply(ReplyDecision.NONE),
        rescue=None,
        text="How do I change my address?",
    )
    return replace(built, **fields)


def record(
    uid: int = 1,
    sender: str = ANN,
    *,
    pending: bool = False,
    closed: str = "",
    own: OwnMail | None = None,
    **fields: object,
) -> Record:
    """A record of ``decision(uid, sender, ...)``."""
    made = decision(uid, sender, **fields)
    return Record(
        made, {"subject": made.subject, "priority": made.priority}, pending, closed, own=own
    )


def mark(
    uidnext: int = 1, mailbox: str = "INBOX", uidvalidity: int = 1, at: datetime = NOW
) -> MailboxMark:
    """A mark of the account ``support``."""
    return MailboxMark("support", mailbox, uidvalidity, uidnext, at)


def claim(uid: int = 1, recipient: str = ANN, **fields: object) -> Claim:
    """A claim of the reply to ``decision(uid)``."""
    domain = recipient.rpartition("@")[2]
    built = Claim(
        account="support",
        reply_key=f"key-{uid}",
        handle="business",
        kind="acknowledgement",
        recipient=recipient,
        recipient_canonical=recipient,
        recipient_domain=domain,
        envelope_from="support@acme.example",
        message_id=f"<r{uid}@acme.example>",
        octets=b"Subject: Re: A question\r\n\r\nWe have your mail.\r\n",
        claimed_at=NOW,
        state=OutboxState.SENDING,
        related_ids=(f"<m{uid}@{domain}>",),
    )
    return replace(built, **fields)


def keep(journal: Journal, *records: Record, at: datetime = NOW) -> tuple[int, ...]:
    """Record in INBOX with a mark behind the highest UID."""
    highest = max((one.decision.ref.uid for one in records if one.decision.ref), default=0)
    return journal.record(records, mark(highest + 1), at)


def permitted(*_: object) -> tuple[()]:
    """A permit that refuses nothing."""
    return ()


def sent(journal: Journal, made: Claim, state: OutboxState = OutboxState.SENT) -> OutboxEntry:
    """A reply that was claimed and ended in a state."""
    entry = journal.claim(made, permitted).entry
    assert entry is not None
    journal.settle(entry.id, state, made.claimed_at, "as said")
    return entry


def bounce(*message_ids: str, **fields: object) -> Rebound:
    """A report that a reply could not be delivered for good."""
    built = Rebound(ReboundKind.BOUNCE, message_ids, permanent=True)
    return replace(built, **fields)


def recall(
    journal: Journal,
    uid: int = 99,
    sender: str = ANN,
    related: tuple[str, ...] = (),
    now: datetime = NOW,
    key: str = "",
    envelope: str = "",
) -> History:
    """The past of a new mail with the Message-ID of ``decision(uid, sender)``."""
    own = f"<m{uid}@{sender.rpartition('@')[2]}>"
    return journal.recall(
        account="support",
        reply_key=key or f"key-{uid}",
        sender_canonical=sender,
        related_ids=(own, *related),
        now=now,
        ref=ref(uid),
        envelope_canonical=envelope,
    )


def answer(
    journal: Journal,
    *message_ids: str,
    at: datetime = NOW + timedelta(hours=1),
    to: str = "ann@customer.example",
    parent: str = "",
) -> None:
    """A human wrote to somebody in the conversations of these ids."""
    own = OwnMail(("", *message_ids), at, recipients=(to,), parent=parent)
    journal.record_own("support", [own], mark(2, "Sent"))
