"""What people of the team answered: whom it went to, and which mails it covers.

An answer counts for those whom it went to, not for everybody in a conversation, and for the mails
that had come by then. A mail that has to reach a person and that nobody saw until later is covered
by what refers to it, or by what comes after it was seen (``mail.answered_from``). The view
``mail_answer`` has the answers of each mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.store.values import storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

EVERYBODY, NOBODY = "", "-"
"""Whom an answer went to, if that is not known, or if it names none but ourselves."""


CLOCKS_DIFFER = 15 * 60 * 1_000_000
"""By how many microseconds the clocks of two servers may differ."""


class Answer(Struct, frozen=True):
    """A person's answer in one conversation; instants in microseconds.

    ``parties`` are the canonical addresses whom it counts for, ``covers`` is the instant up to
    which their mails count as answered. ``repeats`` tells that its text had gone out before.
    """

    conversation: int
    at: int
    author: str
    parties: frozenset[str]
    covers: int
    repeats: bool = False


def keep_answer(sql: sqlite3.Connection, answer: Answer) -> None:
    """Keep an answer, for each of those whom it went to."""
    rest = (answer.author, answer.repeats, answer.covers)
    sql.executemany(
        """INSERT INTO answer (conversation, at, party, author, repeats, covers)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET covers = MAX(covers, excluded.covers)""",
        [
            (answer.conversation, answer.at, storable(party), *rest)
            for party in sorted(answer.parties) or (NOBODY,)
        ],
    )


def parties_of(
    sql: sqlite3.Connection, conversation: int, recipients: Iterable[str]
) -> frozenset[str]:
    """Recipients with their other addresses in a conversation.

    Those of the same customers, and of whoever asked for answers at one of these (Reply-To).
    """
    found = {storable(one) for one in recipients}
    for one in tuple(found):
        found.update(row[0] for row in sql.execute(_SAME_CUSTOMER, (one, conversation)))
    rows = sql.execute(
        """SELECT DISTINCT sender_canonical, reply_to FROM mail
        WHERE conversation = ? AND reply_to <> ''""",
        (conversation,),
    ).fetchall()
    for sender, reply_to in rows:
        asked = {sender, *reply_to.split()}
        if not found.isdisjoint(asked):
            found |= asked
    return frozenset(found)


_SAME_CUSTOMER = """WITH newest AS (
    SELECT decision FROM mail WHERE sender_canonical = ? ORDER BY received DESC LIMIT 1
)
SELECT DISTINCT sender_canonical FROM mail, newest WHERE conversation = ?
AND json_extract(newest.decision, '$.customer.match') = 'address'
AND json_extract(mail.decision, '$.customer.match') = 'address'
AND json_extract(mail.decision, '$.customer.id') = json_extract(newest.decision, '$.customer.id')"""


def covered_until(sql: sqlite3.Connection, conversation: int, parent: str, at: int) -> int:
    """Up to when mails count as answered: to the answer, and to the mail that it refers to.

    That mail may seem to be later by as much as clocks differ.
    """
    row = sql.execute(
        """SELECT MAX(received) FROM mail
        WHERE conversation = ? AND message_id = ? AND received <= ?""",
        (conversation, storable(parent), at + CLOCKS_DIFFER),
    ).fetchone()
    return max(at, row[0] or at) if parent else at


def refers_to(sql: sqlite3.Connection, conversation: int, message_id: str | None) -> bool:
    """Whether what a person wrote refers to a mail by its Message-ID."""
    if not message_id:
        return False
    asked = (conversation, storable(message_id))
    statement = "SELECT 1 FROM own_mail WHERE conversation = ? AND parent = ? LIMIT 1"
    return sql.execute(statement, asked).fetchone() is not None


def newest_of(sql: sqlite3.Connection, conversation: int, party: str, at: int) -> int:
    """When the newest mail of somebody in a conversation came that the state knows."""
    row = sql.execute(
        "SELECT MAX(received) FROM mail WHERE conversation = ? AND sender_canonical = ?",
        (conversation, party),
    ).fetchone()
    return at if row[0] is None else int(row[0])


def is_answered(
    sql: sqlite3.Connection, conversation: int, parties: Collection[str], received: int
) -> bool:
    """Whether a person answered one of the parties with something new since an instant."""
    return any(
        sql.execute(
            """SELECT 1 FROM answer WHERE conversation = ? AND party IN ('', ?)
            AND covers >= ? AND repeats = 0 LIMIT 1""",
            (conversation, party, received),
        ).fetchone()
        for party in parties
    )
