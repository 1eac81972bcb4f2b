"""Writing down what was decided and what a human answered, inside a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inboxwatch.core.message.topic import continued_topic, topic_of
from inboxwatch.store.attempts import end_reading
from inboxwatch.store.breaker import keep_rebound
from inboxwatch.store.cases import answered, escalate
from inboxwatch.store.conversations import (
    by_topic,
    join,
    join_topic,
    known_conversations,
    new_conversation,
    thread_of,
)
from inboxwatch.store.own import keep_own
from inboxwatch.store.surges import keep_trace
from inboxwatch.store.values import storable, to_json, to_micros, to_past

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from inboxwatch.model.conversation import OwnMail
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import MessageRef
    from inboxwatch.ports import MailboxMark, Record


class _Row(NamedTuple):
    """A mail that is there already."""

    id: int
    conversation: int
    reply_key: str


def keep(sql: sqlite3.Connection, record: Record, now: datetime, *, renumbered: bool) -> int:
    """Keep one decision, new or brought up to date; the mail's id.

    ``renumbered`` tells that the mailbox has mails under another UIDVALIDITY.
    """
    decision = record.decision
    if decision.ref is None:
        raise ValueError("only mail that lies in a mailbox can be recorded")
    row = _at_ref(sql, decision.ref)
    if row is None and renumbered:
        row = _under_old_number(sql, decision.ref, decision.reply_key)
    conversation = _conversation(sql, decision, row)
    values = (*_location(decision.ref), *_columns(record, conversation, now))
    if row is None:
        mail_id = int(sql.execute(_INSERT, values).lastrowid or 0)
    else:
        mail_id = row.id
        _part(sql, row, decision.reply_key)
        sql.execute(_UPDATE, (*values, mail_id))
    if row is not None or record.fingerprint is not None:
        keep_trace(sql, record, mail_id)
    if decision.rebound is not None:
        keep_rebound(sql, mail_id, decision.rebound, now)
    if not record.closed:
        escalate(sql, decision, mail_id, conversation, now)
    if record.own is not None:
        write_own(sql, decision.account, record.own, addressed=True)
    return mail_id


def write_own(
    sql: sqlite3.Connection, account: str, mail: OwnMail, *, addressed: bool = False
) -> None:
    """Keep what a person of the team wrote, and what follows from it."""
    kept = keep_own(sql, account, mail, addressed=addressed)
    if kept is not None and kept.answers:
        answered(sql, account, kept)


_INSERT = """INSERT INTO mail (
    account, mailbox, uidvalidity, uid, conversation, reply_key, sender_canonical, priority,
    automatic, pending, received, decided_at, closed, closed_at, role, sender, subject, decision,
    arrival, unproven, past, message_id, reply_to
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_UPDATE = """UPDATE mail SET
    account = ?, mailbox = ?, uidvalidity = ?, uid = ?, conversation = ?, reply_key = ?,
    sender_canonical = ?, priority = ?, automatic = ?, pending = ?, received = ?, decided_at = ?,
    closed = ?, closed_at = ?, role = ?, sender = ?, subject = ?, decision = ?, arrival = ?,
    unproven = ?, past = ?, message_id = ?, reply_to = ?
WHERE id = ?"""


def _part(sql: sqlite3.Connection, row: _Row, reply_key: str) -> None:
    """Another mail now has the UID of this one, whose reply is then no longer about a mail here."""
    if row.reply_key != storable(reply_key):
        sql.execute(
            "UPDATE outbox SET mail_id = NULL WHERE reply_key = ? AND mail_id = ?",
            (row.reply_key, row.id),
        )


def _location(ref: MessageRef) -> tuple[str, str, int, int]:
    return ref.account, storable(ref.mailbox), ref.uidvalidity, ref.uid


def _columns(record: Record, conversation: int, now: datetime) -> tuple[object, ...]:
    decision = record.decision
    decided_at = to_micros(now)
    return (
        conversation,
        storable(decision.reply_key),
        storable(decision.sender_canonical),
        decision.priority,
        decision.automatic,
        record.pending and not record.closed,
        to_micros(decision.received),
        decided_at,
        storable(record.closed),
        decided_at if record.closed else None,
        decision.role.value,
        storable(decision.sender),
        storable(decision.subject),
        to_json(record.payload),
        decision.is_arrival,
        decision.is_unproven,
        to_past(record.past),
        storable(decision.message_id or ""),
        storable(" ".join(decision.reply_to)),
    )


def _at_ref(sql: sqlite3.Connection, ref: MessageRef) -> _Row | None:
    row = sql.execute(
        """SELECT id, conversation, reply_key FROM mail
        WHERE account = ? AND mailbox = ? AND uidvalidity = ? AND uid = ?""",
        _location(ref),
    ).fetchone()
    return _Row(*row) if row else None


def is_renumbered(sql: sqlite3.Connection, mark: MailboxMark) -> bool:
    """Whether mails of this mailbox lie under another UIDVALIDITY (rule X06)."""
    asked = {"account": mark.account, "mailbox": storable(mark.mailbox), "now": mark.uidvalidity}
    return sql.execute(_RENUMBERED, asked).fetchone() is not None


# Two searches: one with OR would go through the whole mailbox.
_RENUMBERED = """SELECT 1 FROM mail
WHERE account = :account AND mailbox = :mailbox AND uidvalidity < :now
UNION ALL SELECT 1 FROM mail
WHERE account = :account AND mailbox = :mailbox AND uidvalidity > :now LIMIT 1"""


def _under_old_number(sql: sqlite3.Connection, ref: MessageRef, reply_key: str) -> _Row | None:
    """The same mail as it lay in this mailbox before its UIDVALIDITY changed (rule X06)."""
    row = sql.execute(
        """SELECT id, conversation, reply_key FROM mail
        WHERE reply_key = ? AND account = ? AND mailbox = ? AND uidvalidity <> ?
        ORDER BY id LIMIT 1""",
        (storable(reply_key), *_location(ref)[:3]),
    ).fetchone()
    return _Row(*row) if row else None


def _conversation(sql: sqlite3.Connection, decision: Decision, row: _Row | None) -> int:
    """Where a mail belongs: it stays where it was, unless another mail now has its UID."""
    if row is not None and row.reply_key == storable(decision.reply_key):
        return row.conversation
    related = (decision.message_id or "", *decision.related_ids)
    thread = thread_of(related, decision.sender_canonical)
    topic, at = topic_of(decision.subject), to_micros(decision.received)
    known = known_conversations(sql, thread)
    if not known and not decision.is_unproven:
        asked = continued_topic(decision.subject)
        known = frozenset(by_topic(sql, decision.sender_canonical, asked, at))
    conversation = min(known, default=0) or new_conversation(sql)
    join(sql, conversation, thread)
    if not decision.automatic and not decision.is_unproven:
        join_topic(sql, conversation, decision.sender_canonical, topic, at)
    return conversation


def set_mark(sql: sqlite3.Connection, mark: MailboxMark) -> None:
    """Keep how far a mailbox has been read; under an older UIDVALIDITY nothing waits any more."""
    end_reading(sql, mark)
    sql.execute(
        """UPDATE mail SET pending = 0
        WHERE account = ? AND mailbox = ? AND uidvalidity <> ? AND pending = 1""",
        (mark.account, storable(mark.mailbox), mark.uidvalidity),
    )
    sql.execute(
        """INSERT INTO mailbox (
            account, mailbox, uidvalidity, uidnext, baseline_at, baseline_uidnext)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account, mailbox) DO UPDATE SET
        uidvalidity = excluded.uidvalidity, uidnext = excluded.uidnext,
        baseline_at = excluded.baseline_at, baseline_uidnext = excluded.baseline_uidnext""",
        (
            mark.account,
            storable(mark.mailbox),
            mark.uidvalidity,
            mark.uidnext,
            to_micros(mark.baseline_at),
            mark.baseline_uidnext,
        ),
    )
