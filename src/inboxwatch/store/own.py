"""What people of the team wrote: their answers, and the texts that they sent again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message.topic import continued_topic, topic_of
from inboxwatch.core.triage.alike import is_same_text
from inboxwatch.model.conversation import Repeated
from inboxwatch.store.answers import Answer, covered_until, keep_answer, parties_of
from inboxwatch.store.contacts import keep_contacts
from inboxwatch.store.conversations import (
    by_topic,
    join,
    join_topic,
    known_conversations,
    new_conversation,
    thread_of,
)
from inboxwatch.store.ledger import keep_promises, pledge
from inboxwatch.store.values import storable, to_instant, to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from inboxwatch.model.conversation import OwnMail

TEXTS_COMPARED = 20
"""How many earlier mails to the same recipient a text is compared with."""

TEXT_KEPT = 4000
"""Characters of a text that are kept."""


class Kept(Struct, frozen=True):
    """A mail that was kept: the answers that it is."""

    id: int
    answers: tuple[Answer, ...]


def keep_own(
    sql: sqlite3.Connection, account: str, mail: OwnMail, *, addressed: bool = False
) -> Kept | None:
    """Keep that a person wrote in every conversation that a mail leads to; None if known already.

    With ``addressed`` only conversations count in which one of its recipients has written: a note
    among colleagues is no answer. A mail that refers to nothing answers nothing.
    """
    own = storable(mail.related_ids[0]) if mail.related_ids else ""
    if own and sql.execute("SELECT 1 FROM own_mail WHERE message_id = ?", (own,)).fetchone():
        return None
    answers = _answered(sql, mail, addressed=addressed)
    if addressed and not answers:
        return None
    conversation = min(answers) if answers else new_conversation(sql)
    join(sql, conversation, thread_of(mail.related_ids, mail.author))
    keep_contacts(sql, mail)
    for party in mail.recipients:
        join_topic(sql, conversation, party, topic_of(mail.subject), to_micros(mail.at))
    row = (own or None, conversation, to_micros(mail.at), storable(mail.author), account)
    rest = (storable(mail.text[:TEXT_KEPT]), storable(mail.parent))
    own_id = int(sql.execute(_INSERT, (*row, *rest)).lastrowid or 0)
    repeats = [_keep_recipient(sql, own_id, party, mail) for party in mail.recipients]
    told = tuple(_answer(sql, one, mail, repeats=any(repeats)) for one in sorted(answers))
    for answer in told:
        keep_answer(sql, answer)
        keep_promises(sql, answer)
    pledge(sql, account, mail, own_id, conversation)
    return Kept(own_id, told)


def _answer(sql: sqlite3.Connection, conversation: int, mail: OwnMail, *, repeats: bool) -> Answer:
    at = to_micros(mail.at)
    return Answer(
        conversation=conversation,
        at=at,
        author=storable(mail.author),
        parties=parties_of(sql, conversation, mail.recipients),
        covers=covered_until(sql, conversation, mail.parent, at),
        repeats=repeats,
    )


_INSERT = """INSERT INTO own_mail (message_id, conversation, at, author, account, text, parent)
VALUES (?, ?, ?, ?, ?, ?, ?)"""


def _answered(sql: sqlite3.Connection, mail: OwnMail, *, addressed: bool) -> frozenset[int]:
    """The conversations in which a mail is an answer."""
    thread = thread_of(("", *mail.related_ids[1:]), "")
    found = known_conversations(sql, thread)
    if not found and not mail.by_ids_alone:
        found = _by_subject(sql, mail)
    if addressed:
        return frozenset(one for one in found if _writes_in(sql, one, mail.recipients))
    return found or (frozenset((new_conversation(sql),)) if thread.ids else frozenset())


def _by_subject(sql: sqlite3.Connection, mail: OwnMail) -> frozenset[int]:
    topic, at = continued_topic(mail.subject), to_micros(mail.at)
    return frozenset(one for party in mail.recipients for one in by_topic(sql, party, topic, at))


def _writes_in(sql: sqlite3.Connection, conversation: int, recipients: Collection[str]) -> bool:
    return any(
        sql.execute(
            "SELECT 1 FROM mail WHERE conversation = ? AND sender_canonical = ? LIMIT 1",
            (conversation, storable(one)),
        ).fetchone()
        for one in recipients
    )


def _keep_recipient(sql: sqlite3.Connection, own_id: int, party: str, mail: OwnMail) -> bool:
    """Keep whom a mail went to; whether they had its text before."""
    rows = sql.execute(_EARLIER, (storable(party), TEXTS_COMPARED)).fetchall()
    original = next((first for first, text in rows if is_same_text(text, mail.text)), own_id)
    sql.execute(
        "INSERT OR IGNORE INTO own_recipient (recipient, own_mail, original) VALUES (?, ?, ?)",
        (storable(party), own_id, original),
    )
    return original != own_id


_EARLIER = """SELECT original, text FROM own_recipient JOIN own_mail ON own_mail.id = own_mail
WHERE recipient = ? ORDER BY own_mail DESC LIMIT ?"""


def repeated_to(sql: sqlite3.Connection, party: str) -> Repeated | None:
    """The text that somebody was sent most often by people of the team, if any twice."""
    row = sql.execute(_REPEATED, (storable(party),)).fetchone() if party else None
    return Repeated(row[0], row[1], to_instant(row[2])) if row else None


_REPEATED = """SELECT COUNT(*) AS times, COUNT(DISTINCT author), MIN(at)
FROM own_recipient JOIN own_mail ON own_mail.id = own_mail
WHERE recipient = ? GROUP BY original HAVING times > 1 ORDER BY times DESC, original LIMIT 1"""
