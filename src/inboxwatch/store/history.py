"""What the journal says of the past: of a sender and a conversation, and of the limits used.

Refused and dropped replies never reached anybody and do not count; all others do, held ones and
those with an unknown end included (rule L11). A row dated in the future counts (rule X14).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from inboxwatch.model.world import History, PastReply, Usage
from inboxwatch.store.conversations import Thread, known_conversations, last_answer
from inboxwatch.store.values import LONG_AGO, storable, to_instant, to_micros, to_optional_instant

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from inboxwatch.model.message import MessageRef

SENDER_WINDOW = timedelta(days=7)
"""The longest window of the limits (rule L01)."""

SENDER_MAILS_AT_MOST = 100
"""Where the counting of a sender's mails stops."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A mail that the journal knows, and the conversation it belongs to."""

    mail_id: int
    conversation: int


@dataclass(frozen=True, slots=True)
class Question:
    """Of which mail the past is asked; ``place`` is its own, when it has been recorded before."""

    reply_key: str
    sender: str
    thread: Thread
    now: datetime
    place: Place | None = None


def place_of(sql: sqlite3.Connection, ref: MessageRef, reply_key: str) -> Place | None:
    """The mail at a ref, unless another one lies there by now (rule X06)."""
    row = sql.execute(
        """SELECT id, conversation FROM mail
        WHERE account = ? AND mailbox = ? AND uidvalidity = ? AND uid = ? AND reply_key = ?""",
        (ref.account, storable(ref.mailbox), ref.uidvalidity, ref.uid, storable(reply_key)),
    ).fetchone()
    return Place(*row) if row else None


def recall(sql: sqlite3.Connection, question: Question) -> History:
    """The past of a sender and a conversation (``ports.Journal.recall``)."""
    conversations = known_conversations(sql, question.thread)
    if question.place is not None:
        conversations |= {question.place.conversation}
    answered = last_answer(sql, conversations)
    return History(
        conversation=min(conversations, default=None),
        replies=_replies_to(sql, question),
        conversation_replies=_replies_in(sql, conversations, answered),
        sender_mails=_sender_mails(sql, question),
        handled=_handled(sql, question.reply_key),
        human_answered_at=to_optional_instant(answered),
    )


def _replies_to(sql: sqlite3.Connection, question: Question) -> tuple[PastReply, ...]:
    if not question.sender:
        return ()
    rows = sql.execute(
        """SELECT handle, kind, claimed_at, conversation FROM outbox
        WHERE recipient_canonical = ? AND claimed_at > ? AND state NOT IN ('refused', 'dropped')
        ORDER BY claimed_at, id""",
        (storable(question.sender), to_micros(question.now - SENDER_WINDOW)),
    )
    return tuple(
        PastReply(handle, kind, to_instant(at), conversation)
        for handle, kind, at, conversation in rows
    )


def _replies_in(
    sql: sqlite3.Connection, conversations: frozenset[int], answered: int | None
) -> int:
    counts = (
        sql.execute(
            """SELECT COUNT(*) FROM outbox
            WHERE conversation = ? AND claimed_at > ? AND state NOT IN ('refused', 'dropped')""",
            (one, LONG_AGO if answered is None else answered),
        ).fetchone()[0]
        for one in conversations
    )
    return sum(counts)


def _sender_mails(sql: sqlite3.Connection, question: Question) -> int:
    """Other mails, not copies: what lies in two mailboxes has one reply key (rule X04)."""
    if not question.sender:
        return 0
    row = sql.execute(
        """SELECT COUNT(*) FROM (
            SELECT DISTINCT reply_key FROM mail
            WHERE sender_canonical = ? AND received > ? AND automatic = 0 AND closed = ''
            AND reply_key <> ?
            AND NOT EXISTS (
                SELECT 1 FROM answer WHERE conversation = mail.conversation AND at > mail.received
            ) LIMIT ?)""",
        (
            storable(question.sender),
            to_micros(question.now - SENDER_WINDOW),
            storable(question.reply_key),
            SENDER_MAILS_AT_MOST,
        ),
    ).fetchone()
    return int(row[0])


def _handled(sql: sqlite3.Connection, reply_key: str) -> bool:
    row = sql.execute(
        "SELECT 1 FROM outbox WHERE reply_key = ? AND state <> 'dropped'", (storable(reply_key),)
    ).fetchone()
    return row is not None


def usage(sql: sqlite3.Connection, account: str, recipient_domain: str, now: datetime) -> Usage:
    """The limits used up (``ports.Journal.usage``)."""
    row = sql.execute(
        """SELECT
            COALESCE(SUM(recipient_domain = :domain AND claimed_at > :hour), 0),
            COALESCE(SUM(recipient_domain = :domain), 0),
            COALESCE(SUM(account = :account AND claimed_at > :hour), 0),
            COUNT(*)
        FROM outbox WHERE claimed_at > :day AND state NOT IN ('refused', 'dropped')""",
        {
            "domain": storable(recipient_domain),
            "account": account,
            "hour": to_micros(now - _HOUR),
            "day": to_micros(now - _DAY),
        },
    ).fetchone()
    domain_hour, domain_day, account_hour, day = row
    return Usage(domain_hour, domain_day, account_hour, day)
