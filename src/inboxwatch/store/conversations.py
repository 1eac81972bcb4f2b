"""Which mails belong together, by Message-ID, In-Reply-To and References, else by subject.

A message id may belong to several conversations, since it is not unique: a form that sends every
mail with the same id, or somebody who copies one, must not make a stranger's mail look answered
(rule X04). So a mail's own id leads only to conversations in which no other sender has it as
theirs, while an id that is referred to leads to all of them.

Where no id leads anywhere, a mail whose subject says "Re:" belongs to the conversation in which its
sender last wrote, or was written to, under that subject within two weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.store.values import storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

IDS_AT_EACH_END = 25
"""Of a longer list of ids, the first and the last count: the mail and its thread's two ends."""

CONVERSATIONS_AT_MOST = 100
"""How many conversations one mail can touch; the newest count."""

SUBJECT_WINDOW = 14 * 24 * 3600 * 1_000_000
"""For how long, in microseconds, the same subject means the same conversation."""

ANSWERS_AT_MOST = 100
"""Where the counting of human answers stops."""


class Thread(Struct, frozen=True):
    """The ids that tie a mail to others, its own Message-ID (or empty) and whose mail it is."""

    ids: tuple[str, ...]
    own: str = ""
    owner: str = ""


def thread_of(related_ids: Sequence[str], owner: str) -> Thread:
    """A mail's thread from its own Message-ID, which may be empty, and the ids it refers to."""
    ids = tuple(dict.fromkeys(map(storable, filter(None, related_ids))))
    if len(ids) > 2 * IDS_AT_EACH_END:
        ids = ids[:IDS_AT_EACH_END] + ids[-IDS_AT_EACH_END:]
    own = storable(related_ids[0]) if related_ids else ""
    return Thread(ids, own, storable(owner))


def known_conversations(sql: sqlite3.Connection, thread: Thread) -> frozenset[int]:
    """The conversations that a thread's ids lead to.

    A query for each id: threads are short, and one query over a list costs more than three of them.
    """
    found: set[int] = set()
    for one in thread.ids:
        if one == thread.own:
            rows = sql.execute(_BY_OWN_ID, (one, thread.owner, CONVERSATIONS_AT_MOST))
        else:
            rows = sql.execute(_BY_ID, (one, CONVERSATIONS_AT_MOST))
        found.update(row[0] for row in rows)
    return frozenset(sorted(found)[-CONVERSATIONS_AT_MOST:])


_BY_ID = "SELECT conversation FROM message_id WHERE id = ? ORDER BY conversation DESC LIMIT ?"

_BY_OWN_ID = """SELECT conversation FROM message_id WHERE id = ? AND owner IN ('', ?)
ORDER BY conversation DESC LIMIT ?"""


def new_conversation(sql: sqlite3.Connection) -> int:
    """The number of a conversation that nothing belongs to yet."""
    return int(sql.execute("INSERT INTO conversation DEFAULT VALUES").lastrowid or 0)


def join(sql: sqlite3.Connection, conversation: int, thread: Thread) -> None:
    """Let the ids of a thread lead to a conversation from now on."""
    own, owner = thread.own, thread.owner
    sql.executemany(
        "INSERT OR IGNORE INTO message_id (id, conversation, owner) VALUES (?, ?, ?)",
        [(one, conversation, owner if one == own else "") for one in thread.ids],
    )


def by_topic(sql: sqlite3.Connection, party: str, topic: str, at: int) -> tuple[int, ...]:
    """The conversation in which somebody last wrote or was written to under a subject, if any."""
    if not party or not topic:
        return ()
    asked = (storable(party), storable(topic), at - SUBJECT_WINDOW, at + SUBJECT_WINDOW)
    row = sql.execute(_BY_TOPIC, asked).fetchone()
    return (row[0],) if row else ()


_BY_TOPIC = """SELECT conversation FROM topic WHERE party = ? AND subject = ? AND at > ? AND at < ?
ORDER BY at DESC, conversation DESC LIMIT 1"""


def join_topic(sql: sqlite3.Connection, conversation: int, party: str, topic: str, at: int) -> None:
    """Let a subject between us and somebody lead to a conversation from now on."""
    if party and topic:
        sql.execute(
            """INSERT INTO topic (party, subject, conversation, at) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET at = MAX(at, excluded.at)""",
            (storable(party), storable(topic), conversation, at),
        )


def answers_in(
    sql: sqlite3.Connection, conversations: Iterable[int]
) -> tuple[tuple[int, str], ...]:
    """When humans wrote in the conversations, in microseconds, and who; of each the newest count.

    Oldest first; a mail that answers in several conversations counts once.
    """
    found = {row for one in conversations for row in sql.execute(_ANSWERS, (one, ANSWERS_AT_MOST))}
    return tuple(sorted(found))


_ANSWERS = """SELECT DISTINCT at, author FROM answer WHERE conversation = ?
ORDER BY at DESC LIMIT ?"""
