"""Writing down what was decided and what a human answered, inside a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inboxwatch.store.breaker import keep_rebound
from inboxwatch.store.contacts import keep_contacts
from inboxwatch.store.conversations import join, known_conversations, new_conversation, thread_of
from inboxwatch.store.ledger import keep_promises
from inboxwatch.store.values import storable, to_json, to_micros

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
    if decision.rebound is not None:
        keep_rebound(sql, mail_id, decision.rebound, now)
    return mail_id


_INSERT = """INSERT INTO mail (
    account, mailbox, uidvalidity, uid, conversation, reply_key, sender_canonical, priority,
    automatic, pending, received, decided_at, closed, closed_at, role, sender, subject, decision,
    arrival
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_UPDATE = """UPDATE mail SET
    account = ?, mailbox = ?, uidvalidity = ?, uid = ?, conversation = ?, reply_key = ?,
    sender_canonical = ?, priority = ?, automatic = ?, pending = ?, received = ?, decided_at = ?,
    closed = ?, closed_at = ?, role = ?, sender = ?, subject = ?, decision = ?, arrival = ?
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
    conversation = min(known_conversations(sql, thread), default=0) or new_conversation(sql)
    join(sql, conversation, thread)
    return conversation


def keep_own(sql: sqlite3.Connection, mail: OwnMail) -> None:
    """Keep to whom a person wrote, in every conversation that a mail leads to, or in a new one."""
    keep_contacts(sql, mail)
    thread = thread_of(("", *mail.related_ids[1:]), "")
    if not thread.ids:
        return
    conversations = known_conversations(sql, thread) or {new_conversation(sql)}
    join(sql, min(conversations), thread)
    sql.executemany(
        "INSERT OR IGNORE INTO answer (conversation, at) VALUES (?, ?)",
        [(conversation, to_micros(mail.at)) for conversation in sorted(conversations)],
    )
    for conversation in conversations:
        keep_promises(sql, conversation, mail.at)


def set_mark(sql: sqlite3.Connection, mark: MailboxMark) -> None:
    """Keep how far a mailbox has been read; under an older UIDVALIDITY nothing waits any more."""
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
