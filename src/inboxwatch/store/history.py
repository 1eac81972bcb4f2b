"""What the journal says of the past: of a sender and a conversation, and of the limits used.

Refused and dropped replies never reached anybody and do not count; all others do, held ones and
those with an unknown end included (rule L11). A row dated in the future counts (rule X14).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.model.conversation import HumanAnswer
from inboxwatch.model.world import History, PastReply, Usage
from inboxwatch.store.conversations import (
    ANSWERS_AT_MOST,
    Thread,
    answers_in,
    by_topic,
    known_conversations,
)
from inboxwatch.store.forgotten import is_forgotten
from inboxwatch.store.own import repeated_to
from inboxwatch.store.rows import within
from inboxwatch.store.values import LONG_AGO, storable, to_instant, to_micros, to_optional_instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.message import MessageRef

SENDER_WINDOW = timedelta(days=7)
"""The longest window of the limits (rule L01)."""

SENDER_MAILS_AT_MOST = 100
"""Where the counting of a sender's mails stops."""

CUSTOMER_MAILS_AT_MOST = 200
"""How many of a sender's mails in a conversation are looked at; the newest count."""

ARRIVALS_AT_MOST = 200
"""How many of a sender's mails are looked at for a burst; the newest count (rule L08)."""

AWAY = "away"
"""The kind of texts that say so (rule L01)."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Place(Struct, frozen=True):
    """A mail that the journal knows, and the conversation it belongs to."""

    mail_id: int
    conversation: int


class Question(Struct, frozen=True):
    """Of which mail the past is asked; ``place`` is its own, when it has been recorded before.

    ``sender`` and ``envelope`` are the canonical forms of From and Return-Path, or empty.
    """

    reply_key: str
    sender: str
    thread: Thread
    now: datetime
    place: Place | None = None
    envelope: str = ""
    topic: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses under which the sender is known (rule L04)."""
        return tuple(map(storable, dict.fromkeys(filter(None, (self.sender, self.envelope)))))


def place_of(sql: sqlite3.Connection, ref: MessageRef, reply_key: str) -> Place | None:
    """The mail at a ref, unless another one lies there by now (rule X06)."""
    row = sql.execute(
        """SELECT id, conversation FROM mail
        WHERE account = ? AND mailbox = ? AND uidvalidity = ? AND uid = ? AND reply_key = ?""",
        (ref.account, storable(ref.mailbox), ref.uidvalidity, ref.uid, storable(reply_key)),
    ).fetchone()
    return Place(*row) if row else None


@within("mail, outbox, answer or contact")
def recall(sql: sqlite3.Connection, question: Question) -> History:
    """The past of a sender and a conversation (``ports.Journal.recall``)."""
    conversations = known_conversations(sql, question.thread)
    if question.place is not None:
        conversations |= {question.place.conversation}
    if not conversations:
        now = to_micros(question.now)
        conversations = frozenset(by_topic(sql, question.sender, question.topic, now))
    answers = answers_in(sql, conversations)
    answered = max((at for at, _ in answers), default=None)
    mails = _customer_mails(sql, conversations, question)
    facts, reached = _facts(sql, question), _reached(sql, question)
    uses = _last_uses(sql, reached.addresses)
    return History(
        conversation=min(conversations, default=None),
        replies=_replies_to(sql, reached.addresses, question.now),
        conversation_replies=_replies_in(sql, conversations, answered),
        sender_mails=facts.sender_mails,
        handled=bool(facts.claimed) or is_forgotten(sql, question.reply_key),
        human_answered_at=to_optional_instant(answered),
        human_answers=min(len({at for at, _ in answers}), ANSWERS_AT_MOST),
        last_used={handle: to_instant(use.at) for handle, use in uses.items()},
        answers_reply_of=_referred_reply(sql, question.thread) if conversations else None,
        bounced_at=to_optional_instant(reached.bounced_at),
        arrivals=_arrivals(sql, question),
        last_away=_last_away(uses),
        customer_mails=len({reply_key for reply_key, _, _ in mails}),
        waiting_since=to_optional_instant(
            min((received for _, received, waits in mails if waits), default=None)
        ),
        answers=tuple(HumanAnswer(to_instant(at), author) for at, author in answers),
        repeated=repeated_to(sql, question.sender) if facts.written_to else None,
        contact_since=to_optional_instant(facts.contact_since),
    )


def _customer_mails(
    sql: sqlite3.Connection, conversations: frozenset[int], question: Question
) -> list[tuple[str, int, bool]]:
    """The sender's other mails: key, when they came, whether they wait; unproven ones excepted."""
    if not question.sender:
        return []
    asked = (storable(question.sender), storable(question.reply_key), CUSTOMER_MAILS_AT_MOST)
    return [row for one in conversations for row in sql.execute(_CUSTOMER_MAILS, (one, *asked))]


_CUSTOMER_MAILS = """SELECT reply_key, received, closed = ''
AND NOT EXISTS (SELECT 1 FROM mail_answer
    WHERE mail_answer.mail_id = mail.id)
FROM mail WHERE conversation = ? AND sender_canonical = ? AND reply_key <> ?
AND automatic = 0 AND unproven = 0 ORDER BY received DESC LIMIT ?"""


class _Facts(Struct, frozen=True):
    """What one statement tells of a mail and its sender: many of them cost more than they find."""

    claimed: int
    sender_mails: int
    contact_since: int | None
    written_to: int


def _facts(sql: sqlite3.Connection, question: Question) -> _Facts:
    asked = {
        "key": storable(question.reply_key),
        "sender": storable(question.sender) or None,  # nobody's mails are not those of one sender
        "since": to_micros(question.now - SENDER_WINDOW),
        "most": SENDER_MAILS_AT_MOST,
    }
    return _Facts(*sql.execute(_FACTS, asked).fetchone())


# The sender's other mails, not copies: what lies in two mailboxes has one reply key (rule X04).
_FACTS = """SELECT
    EXISTS (SELECT 1 FROM outbox WHERE reply_key = :key AND state <> 'dropped'),
    (SELECT COUNT(*) FROM (
        SELECT DISTINCT reply_key FROM mail
        WHERE sender_canonical = :sender AND received > :since AND automatic = 0 AND closed = ''
        AND reply_key <> :key
        AND NOT EXISTS (SELECT 1 FROM mail_answer
            WHERE mail_answer.mail_id = mail.id) LIMIT :most)),
    (SELECT first_at FROM contact WHERE address = :sender),
    EXISTS (SELECT 1 FROM own_recipient WHERE recipient = :sender)"""


class _Reached(Struct, frozen=True):
    """Those of a sender's addresses to which a reply was claimed, and when one came back."""

    addresses: tuple[str, ...]
    bounced_at: int | None


def _reached(sql: sqlite3.Connection, question: Question) -> _Reached:
    rows = {one: sql.execute(_REACHED, (one,)).fetchone() for one in question.addresses}
    return _Reached(
        tuple(address for address, (is_reached, _) in rows.items() if is_reached),
        max((at for _, at in rows.values() if at is not None), default=None),
    )


_REACHED = """SELECT
    EXISTS (SELECT 1 FROM outbox WHERE recipient_canonical = ?1)
    OR EXISTS (SELECT 1 FROM outbox WHERE envelope_canonical = ?1),
    (SELECT MAX(at) FROM rebound
    WHERE recipient_canonical = ?1 AND kind = 'bounce' AND permanent = 1)"""


def _replies_to(
    sql: sqlite3.Connection, addresses: tuple[str, ...], now: datetime
) -> tuple[PastReply, ...]:
    """Each reply once, though it may have gone to both of the sender's addresses."""
    after = to_micros(now - SENDER_WINDOW)
    found = {
        row
        for address in addresses
        for statement in (_REPLIES_TO_RECIPIENT, _REPLIES_TO_ENVELOPE)
        for row in sql.execute(statement, (address, after))
    }
    return tuple(
        PastReply(handle, kind, to_instant(at), conversation)
        for at, _, handle, kind, conversation in sorted(found)
    )


_REPLIES_TO_RECIPIENT = """SELECT claimed_at, id, handle, kind, conversation FROM outbox
WHERE recipient_canonical = ? AND claimed_at > ? AND state NOT IN ('refused', 'dropped')"""

_REPLIES_TO_ENVELOPE = _REPLIES_TO_RECIPIENT.replace("recipient_canonical", "envelope_canonical")


class _Use(Struct, frozen=True, order=True):
    """When a template was last used for somebody, and of which kind it was then."""

    at: int
    entry_id: int
    kind: str


def _last_uses(sql: sqlite3.Connection, addresses: tuple[str, ...]) -> dict[str, _Use]:
    found: dict[str, _Use] = {}
    for address in addresses:
        for statement in (_USED_FOR_RECIPIENT, _USED_FOR_ENVELOPE):
            for handle, *row in sql.execute(statement, {"address": address}):
                use = _Use(*row)
                found[handle] = max(use, found.get(handle, use))
    return found


def _last_away(uses: Mapping[str, _Use]) -> datetime | None:
    return to_optional_instant(
        max((one.at for one in uses.values() if one.kind == AWAY), default=None)
    )


# From one handle to the next by the index: what it costs is the number of templates.
_USED_FOR_RECIPIENT = """WITH RECURSIVE used (handle) AS (
    SELECT MIN(handle) FROM outbox
    WHERE recipient_canonical = :address AND state NOT IN ('refused', 'dropped')
    UNION ALL
    SELECT (
        SELECT MIN(handle) FROM outbox
        WHERE recipient_canonical = :address AND handle > used.handle
        AND state NOT IN ('refused', 'dropped')
    ) FROM used WHERE handle IS NOT NULL
)
SELECT used.handle, claimed_at, id, kind FROM used CROSS JOIN outbox ON id = (
    SELECT id FROM outbox
    WHERE recipient_canonical = :address AND handle = used.handle
    AND state NOT IN ('refused', 'dropped')
    ORDER BY claimed_at DESC, id DESC LIMIT 1
) WHERE used.handle IS NOT NULL"""

_USED_FOR_ENVELOPE = _USED_FOR_RECIPIENT.replace("recipient_canonical", "envelope_canonical")


def _referred_reply(sql: sqlite3.Connection, thread: Thread) -> datetime | None:
    """Whatever became of the row: who refers to the reply has got it."""
    found = (
        sql.execute("SELECT MAX(claimed_at) FROM outbox WHERE message_id = ?", (one,)).fetchone()[0]
        for one in thread.ids
        if one != thread.own
    )
    return to_optional_instant(max((at for at in found if at is not None), default=None))


def _arrivals(sql: sqlite3.Connection, question: Question) -> tuple[datetime, ...]:
    """Of copies in several mailboxes, the first (rule X04)."""
    if not question.sender:
        return ()
    rows = sql.execute(
        """SELECT reply_key, received FROM mail
        WHERE sender_canonical = ? AND arrival = 1 AND received > ? AND reply_key <> ?
        ORDER BY received DESC, reply_key DESC LIMIT ?""",
        (
            storable(question.sender),
            to_micros(question.now - _DAY),
            storable(question.reply_key),
            ARRIVALS_AT_MOST,
        ),
    )
    return tuple(map(to_instant, sorted(dict(rows).values())))


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


def usage(sql: sqlite3.Connection, account: str, recipient_domain: str, now: datetime) -> Usage:
    """The limits used up (``ports.Journal.usage``)."""
    row = sql.execute(
        """SELECT
            COALESCE(SUM(recipient_domain = :domain AND claimed_at > :hour), 0),
            COALESCE(SUM(recipient_domain = :domain), 0),
            COALESCE(SUM(account = :account AND claimed_at > :hour), 0),
            COUNT(*),
            (SELECT why FROM breaker WHERE account = :account)
        FROM outbox WHERE claimed_at > :day AND state NOT IN ('refused', 'dropped')""",
        {
            "domain": storable(recipient_domain),
            "account": account,
            "hour": to_micros(now - _HOUR),
            "day": to_micros(now - _DAY),
        },
    ).fetchone()
    domain_hour, domain_day, account_hour, day, why = row
    return Usage(domain_hour, domain_day, account_hour, day, breaker=str(why or ""))
