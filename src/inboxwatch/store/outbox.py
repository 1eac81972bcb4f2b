"""The part of the journal that sees to it that no mail is ever answered twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from inboxwatch.errors import StateError
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.outcome import OutboxEntry, OutboxState
from inboxwatch.ports import Claimed
from inboxwatch.store.conversations import (
    Thread,
    join,
    known_conversations,
    new_conversation,
    thread_of,
)
from inboxwatch.store.forgotten import is_forgotten
from inboxwatch.store.history import Place, Question, recall, usage
from inboxwatch.store.ledger import enter
from inboxwatch.store.part import Part
from inboxwatch.store.rows import check, number, octets, optional, text, within
from inboxwatch.store.values import (
    LONG_AGO,
    row_id,
    storable,
    to_instant,
    to_micros,
    to_optional_instant,
    to_state,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from inboxwatch.model.world import History, Usage
    from inboxwatch.ports import Claim
    from inboxwatch.store.rows import Kind

INTERRUPTED = "interrupted: whether it went out is not known"


class OutboxPart(Part):
    """Claims and how they ended; what ``ports.Journal`` says of each method holds."""

    def claim(
        self, claim: Claim, permit: Callable[[History, Usage], tuple[Refusal, ...]]
    ) -> Claimed:
        """Commit the claim, durably, unless its reply key is taken or ``permit`` refuses."""
        with self._database.writing() as sql:
            refusals = _taken(sql, claim) or _refused(sql, claim, permit)
            entry = None if refusals else _entry(sql, _insert(sql, claim))
        return Claimed(entry, refusals)

    def settle(self, entry_id: int, state: OutboxState, at: datetime, detail: str) -> None:
        """Write down how a claimed reply ended."""
        with self._database.writing() as sql:
            changed = sql.execute(
                "UPDATE outbox SET state = ?, settled_at = ?, detail = ? WHERE id = ?",
                (state.value, to_micros(at), storable(detail), entry_id),
            ).rowcount
            if not changed:
                raise StateError(
                    f"the state has no reply {entry_id}", next_step="run `outbox` again"
                )

    def reclaim(
        self, entry_id: int, at: datetime, permit: Callable[[Usage], tuple[Refusal, ...]]
    ) -> Claimed:
        """Claim a ``retry`` row for one more attempt, within the limits as they are now."""
        with self._database.writing() as sql:
            entry = _entry(sql, entry_id)
            if entry.state is not OutboxState.RETRY:
                evidence = f"reply {entry_id} does not wait for another attempt ({entry.state})"
                return Claimed(None, (Refusal("X01", "H", Effect.NONE, evidence),))
            # out of every window while the limits are asked: it must not stand in its own way
            sql.execute("UPDATE outbox SET claimed_at = ? WHERE id = ?", (LONG_AGO, entry_id))
            refusals = permit(usage(sql, entry.account, entry.recipient_domain, at))
            sql.execute(
                "UPDATE outbox SET claimed_at = ?, state = ? WHERE id = ?",
                (to_micros(entry.claimed_at), "retry", entry_id)
                if refusals
                else (to_micros(at), "sending", entry_id),
            )
            return Claimed(None if refusals else _entry(sql, entry_id), refusals)

    def recover(self, now: datetime) -> tuple[OutboxEntry, ...]:
        """Turn every ``sending`` row into ``unknown`` (rule X02); all that were not told yet."""
        with self._database.writing() as sql:
            sql.execute(
                """UPDATE outbox SET state = 'unknown', settled_at = ?, detail = ?
                WHERE state = 'sending'""",
                (to_micros(now), INTERRUPTED),
            )
            unknown = _entries(sql, (OutboxState.UNKNOWN,))
        return tuple(entry for entry in unknown if not entry.told)

    def outbox(self, states: Sequence[OutboxState]) -> tuple[OutboxEntry, ...]:
        """The rows in any of ``states``, in the order in which they were claimed."""
        with self._database.reading() as sql:
            return _entries(sql, states)

    def entry(self, entry_id: int) -> OutboxEntry | None:
        """One row of the outbox."""
        with self._database.reading() as sql:
            return _in_state(sql, row_id(entry_id), tuple(OutboxState))

    def take(
        self,
        entry_id: int,
        states: Sequence[OutboxState],
        at: datetime,
        octets: bytes | None = None,
    ) -> OutboxEntry | None:
        """Claim a row for sending because a person said so; should it end unknown, that is news.

        No run has looked whether the state is sound (rule X15).
        """
        self._database.check(at)
        with self._database.writing() as sql:
            if _in_state(sql, entry_id, states) is None:
                return None
            sql.execute(
                """UPDATE outbox SET state = 'sending', claimed_at = ?, settled_at = NULL,
                detail = '', told = 0, octets = COALESCE(?, octets) WHERE id = ?""",
                (to_micros(at), octets, entry_id),
            )
            return _entry(sql, entry_id)

    def drop(
        self, entry_id: int, states: Sequence[OutboxState], at: datetime, detail: str
    ) -> OutboxEntry | None:
        """Give a reply up; the row stays, and with it the reply key is taken for good."""
        with self._database.writing() as sql:
            if _in_state(sql, entry_id, states) is None:
                return None
            sql.execute(
                "UPDATE outbox SET state = 'dropped', settled_at = ?, detail = ? WHERE id = ?",
                (to_micros(at), storable(detail), entry_id),
            )
            return _entry(sql, entry_id)


def _taken(sql: sqlite3.Connection, claim: Claim) -> tuple[Refusal, ...]:
    row = sql.execute(
        "SELECT id, state FROM outbox WHERE reply_key = ?", (storable(claim.reply_key),)
    ).fetchone()
    if row is None and is_forgotten(sql, claim.reply_key):
        return (Refusal("X01", "H", Effect.NONE, "its sender was forgotten"),)
    if row is None:
        return ()
    return (Refusal("X01", "H", Effect.NONE, f"reply {row[0]} was claimed before ({row[1]})"),)


def _refused(
    sql: sqlite3.Connection,
    claim: Claim,
    permit: Callable[[History, Usage], tuple[Refusal, ...]],
) -> tuple[Refusal, ...]:
    place = _place(sql, claim)
    now = claim.claimed_at
    question = Question(
        claim.reply_key,
        claim.recipient_canonical,
        _thread(claim),
        now,
        place,
        claim.envelope_canonical,
    )
    return permit(recall(sql, question), usage(sql, claim.account, claim.recipient_domain, now))


def _thread(claim: Claim) -> Thread:
    return thread_of(claim.related_ids, claim.recipient_canonical)


def _place(sql: sqlite3.Connection, claim: Claim) -> Place | None:
    row = sql.execute("SELECT id, conversation FROM mail WHERE id = ?", (claim.mail_id,)).fetchone()
    return Place(*row) if row else None


def _insert(sql: sqlite3.Connection, claim: Claim) -> int:
    conversation = _conversation(sql, claim)
    cursor = sql.execute(
        """INSERT INTO outbox (
            reply_key, state, claimed_at, account, recipient_domain, recipient_canonical,
            conversation, mail_id, handle, kind, recipient, envelope_from, message_id, octets,
            envelope_canonical, good_until
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            storable(claim.reply_key),
            claim.state.value,
            to_micros(claim.claimed_at),
            claim.account,
            storable(claim.recipient_domain),
            storable(claim.recipient_canonical),
            conversation,
            claim.mail_id,
            claim.handle,
            claim.kind,
            storable(claim.recipient),
            claim.envelope_from,
            claim.message_id,
            claim.octets,
            storable(claim.envelope_canonical),
            None if claim.good_until is None else to_micros(claim.good_until),
        ),
    )
    entry_id = int(cursor.lastrowid or 0)
    if claim.promise is not None:
        enter(sql, entry_id, claim.claimed_at, claim.promise)
    return entry_id


def _conversation(sql: sqlite3.Connection, claim: Claim) -> int:
    """The conversation of the mail that is answered; our own Message-ID joins it."""
    thread, place = _thread(claim), _place(sql, claim)
    known = known_conversations(sql, thread)
    conversation = place.conversation if place else min(known, default=0) or new_conversation(sql)
    join(sql, conversation, Thread((*thread.ids, storable(claim.message_id))))
    return conversation


def _entry(sql: sqlite3.Connection, entry_id: int) -> OutboxEntry:
    return _built(sql.execute("SELECT * FROM outbox WHERE id = ?", (entry_id,)))[0]


def _in_state(
    sql: sqlite3.Connection, entry_id: int, states: Sequence[OutboxState]
) -> OutboxEntry | None:
    found = _built(sql.execute("SELECT * FROM outbox WHERE id = ?", (entry_id,)))
    return next((entry for entry in found if entry.state in states), None)


@within("outbox")
def _known_state(state: str) -> OutboxState:
    return to_state(state)


def _entries(sql: sqlite3.Connection, states: Sequence[OutboxState]) -> tuple[OutboxEntry, ...]:
    for (state,) in sql.execute(_STATES):
        _known_state(state)  # one that is none would be passed over in silence
    return _built(
        sql.execute(
            """SELECT * FROM outbox WHERE state IN (SELECT value FROM json_each(?))
            ORDER BY id""",
            (json.dumps([state.value for state in states]),),
        )
    )


# From one state to the next by the index: what it costs is the number of states.
_STATES = """WITH RECURSIVE found (state) AS (
    SELECT MIN(state) FROM outbox
    UNION ALL
    SELECT (SELECT MIN(state) FROM outbox WHERE state > found.state) FROM found
    WHERE state IS NOT NULL
)
SELECT state FROM found WHERE state IS NOT NULL"""


def _built(rows: sqlite3.Cursor) -> tuple[OutboxEntry, ...]:
    """Entries from rows whose columns, all but two, are named like their fields."""
    names = [column[0] for column in rows.description]
    return tuple(_restored(dict(zip(names, row, strict=True))) for row in rows)


def _restored(columns: dict[str, Any]) -> OutboxEntry:
    check("outbox", tuple(columns[name] for name in _KINDS), **_KINDS)
    with within("outbox"):
        instants = {
            "claimed_at": to_instant(columns["claimed_at"]),
            "settled_at": to_optional_instant(columns["settled_at"]),
            "good_until": to_optional_instant(columns["good_until"]),
        }
        typed = {"state": to_state(columns["state"]), "told": bool(columns["told"])}
    kept = {name: value for name, value in columns.items() if name not in _COUNTED_BY}
    return OutboxEntry(**{**kept, **instants, **typed})


_TEXTS = (
    "account",
    "reply_key",
    "handle",
    "kind",
    "recipient",
    "recipient_canonical",
    "recipient_domain",
    "envelope_from",
    "message_id",
    "detail",
)
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(_TEXTS, text),
    "octets": octets,
    "mail_id": optional(number),
    "told": number,
}
_COUNTED_BY = frozenset({"conversation", "envelope_canonical"})
"""Columns by which the past is asked for; they say nothing about the reply itself."""
