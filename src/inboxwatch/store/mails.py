"""The part of the journal that keeps mails, and how far each mailbox has been read."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from inboxwatch.core.message.topic import continued_topic
from inboxwatch.errors import StateError
from inboxwatch.model.message import MessageRef
from inboxwatch.ports import MailboxMark, StoredMail, Watched
from inboxwatch.store.conversations import thread_of
from inboxwatch.store.history import Question, place_of, recall, usage
from inboxwatch.store.part import Part
from inboxwatch.store.recording import is_renumbered, keep, set_mark, write_own
from inboxwatch.store.rows import check, moment, number, optional, row_of, text, uid
from inboxwatch.store.values import (
    LONG_AGO,
    from_past,
    row_id,
    storable,
    to_instant,
    to_json,
    to_micros,
    to_object,
    to_optional_instant,
    to_state,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from inboxwatch.model.conversation import OwnMail
    from inboxwatch.model.past import Past
    from inboxwatch.model.world import History, Usage
    from inboxwatch.ports import Record

_BEFORE_ALL, _BEHIND_ALL = ("", -1), (b"", 0)
"""Bounds of all mailboxes with their UIDVALIDITY: to SQLite, octets stand behind every text."""

_NO_UID = 1 << 32
"""Greater than any UID."""


class MailsPart(Part):
    """Mails, marks, conversations; what ``ports.Journal`` says of each method holds."""

    def snapshot(self) -> AbstractContextManager[None]:
        """One state for everything that is asked until its end."""
        return self._database.snapshot()

    def mailbox(self, account: str, mailbox: str) -> MailboxMark | None:
        """How far a mailbox has been read."""
        with self._database.reading() as sql:
            row = sql.execute(
                """SELECT uidvalidity, uidnext, baseline_at, baseline_uidnext FROM mailbox
                WHERE account = ? AND mailbox = ?""",
                (account, storable(mailbox)),
            ).fetchone()
            if row is None:
                return None
            check(
                "mailbox",
                row,
                uidvalidity=uid,
                uidnext=uid,
                baseline_at=moment,
                baseline_uidnext=uid,
            )
            return MailboxMark(account, mailbox, row[0], row[1], to_instant(row[2]), row[3])

    def pending(self, account: str, mailbox: str, uidvalidity: int) -> tuple[int, ...]:
        """UIDs whose decision was never acted on: a claim counts as acting (rule X02)."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT uid FROM mail
                WHERE account = ? AND mailbox = ? AND uidvalidity = ? AND pending = 1
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.reply_key = mail.reply_key)
                ORDER BY uid""",
                (account, storable(mailbox), uidvalidity),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def pending_mails(self) -> frozenset[int]:
        """The ids of all mails whose decision was never acted on."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT id FROM mail WHERE pending = 1
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.reply_key = mail.reply_key)"""
            ).fetchall()
        return frozenset(row[0] for row in rows)

    def recall(
        self,
        *,
        account: str,  # noqa: ARG002 - one reply per mail, whatever the account
        reply_key: str,
        sender_canonical: str,
        related_ids: Sequence[str],
        now: datetime,
        ref: MessageRef | None,
        envelope_canonical: str = "",
        subject: str = "",
    ) -> History:
        """The past of a sender and a conversation; the own Message-ID comes first or is empty."""
        thread = thread_of(related_ids, sender_canonical)
        with self._database.reading() as sql:
            place = place_of(sql, ref, reply_key) if ref else None
            question = Question(
                reply_key,
                sender_canonical,
                thread,
                now,
                place,
                envelope_canonical,
                continued_topic(subject),
            )
            return recall(sql, question)

    def usage(self, *, account: str, recipient_domain: str, now: datetime) -> Usage:
        """How much of the limits is used up; ``run`` is for the caller to count."""
        with self._database.reading() as sql:
            return usage(sql, account, recipient_domain, now)

    def record(
        self, records: Sequence[Record], mark: MailboxMark | None, now: datetime
    ) -> tuple[int, ...]:
        """Keep decisions and the mark in one transaction; the mails' ids, in order."""
        with self._database.noting() as sql:
            renumbered = mark is None or is_renumbered(sql, mark)
            ids = tuple(keep(sql, record, now, renumbered=renumbered) for record in records)
            if mark is not None:
                set_mark(sql, mark)
        return ids

    def acted(self, mail_id: int, payload: Mapping[str, object], *, pending: bool = False) -> None:
        """The mail needs no second decision, unless it stays pending."""
        with self._database.writing() as sql:
            changed = sql.execute(
                "UPDATE mail SET pending = ? AND closed = '', decision = ? WHERE id = ?",
                (pending, to_json(payload), mail_id),
            ).rowcount
            if not changed:
                raise StateError(f"the state has no mail {mail_id}", next_step="run `queue` again")

    def record_own(
        self,
        account: str,
        mails: Sequence[OwnMail],
        mark: MailboxMark,
    ) -> None:
        """Keep that people of the team wrote in every conversation that their mails lead to."""
        with self._database.writing() as sql:
            for mail in mails:
                write_own(sql, account, mail)
            set_mark(sql, mark)

    def open_mails(self, *, since: datetime | None = None) -> tuple[StoredMail, ...]:
        """Mails received or rescued since then that wait, highest priority first, then oldest."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT mail.id, mail.account, mailbox, uidvalidity, uid, role, sender, subject,
                    priority, automatic, received, decision, NULL, closed,
                    outbox.id, outbox.state, outbox.detail, closed_at
                FROM mail LEFT JOIN outbox ON outbox.reply_key = mail.reply_key
                WHERE closed = '' AND (received >= ?1 OR mail.id IN (
                    SELECT mail FROM sweep_mail WHERE outcome = 'moved' AND settled_at >= ?1))
                AND NOT EXISTS (SELECT 1 FROM mail_answer
                    WHERE mail_answer.mail_id = mail.id)
                ORDER BY priority DESC, received, mail.id""",
                (LONG_AGO if since is None else to_micros(since),),
            ).fetchall()
            return tuple(_stored(row) for row in rows)

    def mails_elsewhere(self, account: str, places: Iterable[tuple[str, int]]) -> bool:
        """Whether any mail of an account lies in none of these, each a mailbox and UIDVALIDITY.

        Only the gaps between them are looked into, which takes one step down an index for each.
        """
        bounds = [_BEFORE_ALL, *sorted(places), _BEHIND_ALL]
        with self._database.reading() as sql:
            return any(
                sql.execute(
                    """SELECT 1 FROM mail WHERE account = ?
                    AND (mailbox, uidvalidity, uid) > (?, ?, ?)
                    AND (mailbox, uidvalidity, uid) < (?, ?, -1) LIMIT 1""",
                    (account, *behind, _NO_UID, *before),
                ).fetchone()
                for behind, before in pairwise(bounds)
            )

    def watched(self, account: str, *, since: datetime, limit: int) -> tuple[Watched, ...]:
        """Open mails without their decisions: cheap enough for every run.

        What came since is looked up by its time, however many older or closed mails there are: the
        plus keeps SQLite from going through all that an account has.
        """
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT id, mailbox, uidvalidity, uid, EXISTS (
                    SELECT 1 FROM outbox WHERE outbox.reply_key = mail.reply_key
                    AND state IN ('sent', 'unknown', 'retry'))
                FROM mail WHERE id IN (
                    SELECT id FROM mail WHERE closed = '' AND account = ?1 AND received >= ?2
                    UNION SELECT mail FROM sweep_mail WHERE outcome = 'moved' AND settled_at >= ?2)
                AND closed = '' AND +account = ?1
                AND NOT EXISTS (SELECT 1 FROM mail_answer WHERE mail_answer.mail_id = mail.id)
                ORDER BY priority DESC, received, id LIMIT ?3""",
                (account, to_micros(since), limit),
            ).fetchall()
        return tuple(
            Watched(mail_id, MessageRef(account, mailbox, uidvalidity, uid), bool(replied))
            for mail_id, mailbox, uidvalidity, uid, replied in rows
        )

    def mail(self, mail_id: int) -> StoredMail | None:
        """One mail by its id."""
        with self._database.reading() as sql:
            return stored_mail(sql, row_id(mail_id))

    def decided(self, since: datetime) -> tuple[tuple[StoredMail, Past], ...]:
        """The mails received since then with what they were decided against, oldest first."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT id, account, mailbox, uidvalidity, uid, role, sender, subject,
                    priority, automatic, received, decision, NULL, closed, NULL, NULL, NULL,
                    closed_at, past
                FROM mail WHERE received >= ? AND past <> '' ORDER BY received, id""",
                (to_micros(since),),
            ).fetchall()
            return tuple((_stored(row[:-1]), from_past(row[-1])) for row in rows)

    def close_mails(self, mail_ids: Sequence[int], reason: str, at: datetime) -> None:
        """Take mails out of the queue; the first reason stays."""
        with self._database.writing() as sql:
            sql.executemany(
                """UPDATE mail SET closed = ?, closed_at = ?, pending = 0
                WHERE id = ? AND closed = ''""",
                [(storable(reason), to_micros(at), mail_id) for mail_id in mail_ids],
            )


def stored_mail(sql: sqlite3.Connection, mail_id: int) -> StoredMail | None:
    """One mail by its id, with when a human first answered after it."""
    row = sql.execute(
        """SELECT mail.id, mail.account, mailbox, uidvalidity, uid, role, sender, subject,
            priority, automatic, received, decision,
            (SELECT MIN(at) FROM mail_answer WHERE mail_answer.mail_id = mail.id), closed,
            outbox.id, outbox.state, outbox.detail, closed_at
        FROM mail LEFT JOIN outbox ON outbox.reply_key = mail.reply_key
        WHERE mail.id = ?""",
        (mail_id,),
    ).fetchone()
    return _stored(row) if row else None


@row_of(
    "mail",
    id=number,
    account=text,
    mailbox=text,
    uidvalidity=number,
    uid=number,
    role=text,
    sender=text,
    subject=text,
    priority=number,
    automatic=number,
    received=number,
    decision=text,
    answered_at=optional(number),
    closed=text,
    reply=optional(number),
    state=optional(text),
    detail=optional(text),
    closed_at=optional(number),
)
def _stored(row: tuple[Any, ...]) -> StoredMail:
    mail_id, account, mailbox, uidvalidity, uid, role, sender, subject, *rest = row
    priority, automatic, received, decision, answered_at, closed, *reply = rest
    return StoredMail(
        id=mail_id,
        ref=MessageRef(account, mailbox, uidvalidity, uid),
        role=role,
        sender=sender,
        subject=subject,
        priority=priority,
        automatic=bool(automatic),
        received=to_instant(received),
        decision=to_object(decision),
        answered_at=to_optional_instant(answered_at),
        closed=closed,
        reply_id=reply[0] or 0,
        reply_state=to_state(reply[1]).value if reply[1] is not None else "",
        reply_detail=reply[2] or "",
        closed_at=to_optional_instant(reply[3]),
    )
