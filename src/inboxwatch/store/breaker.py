"""Replies that came back, and the breaker that stops an account whose replies do (rules A39, L09).

A reply counts for the account that sent it, wherever the mail that tells of it arrived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inboxwatch.ports import Health
from inboxwatch.store.part import Part
from inboxwatch.store.values import LONG_AGO, storable, to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.decision import Rebound

NAMED_AT_MOST = 50
"""How many of the Message-IDs that a report names are looked up."""

UNSAID = "stopped"
"""Why, when no reason was given: an empty one would let the replies go out."""


class _Reply(NamedTuple):
    """A reply of ours that came back."""

    entry_id: int
    account: str
    recipient_canonical: str


class BreakerPart(Part):
    """How an account's replies fare; what ``ports.Journal`` says of each method holds."""

    def health(self, account: str, since: datetime) -> Health:
        """Replies and rebounds of an account; what was sent before it was resumed is forgiven."""
        with self._database.reading() as sql:
            row = sql.execute(
                "SELECT resumed_at FROM breaker WHERE account = ?", (account,)
            ).fetchone()
            resumed = row[0] if row and row[0] is not None else LONG_AGO
            asked = {"account": account, "since": max(to_micros(since), resumed), "from": resumed}
            return Health(
                replies=sql.execute(_REPLIES, asked).fetchone()[0],
                rebounds=sql.execute(_REBOUNDS, asked).fetchone()[0],
            )

    def trip(self, account: str, at: datetime, why: str) -> None:
        """Stop an account's replies; the first reason stays until somebody resumes them."""
        with self._database.writing() as sql:
            sql.execute(
                """INSERT INTO breaker (account, tripped_at, why) VALUES (?, ?, ?)
                ON CONFLICT (account) DO UPDATE SET
                tripped_at = excluded.tripped_at, why = excluded.why WHERE tripped_at IS NULL""",
                (account, to_micros(at), storable(why) or UNSAID),
            )

    def tripped(self) -> Mapping[str, str]:
        """The accounts whose replies were stopped, and why."""
        with self._database.reading() as sql:
            return dict(
                sql.execute(
                    "SELECT account, why FROM breaker WHERE tripped_at IS NOT NULL ORDER BY account"
                )
            )

    def resume(self, account: str, at: datetime) -> bool:
        """Let an account's replies go out again; whether they had been stopped."""
        with self._database.writing() as sql:
            changed = sql.execute(
                """UPDATE breaker SET tripped_at = NULL, why = '', resumed_at = ?
                WHERE account = ? AND tripped_at IS NOT NULL""",
                (to_micros(at), account),
            ).rowcount
        return changed > 0


# The plus keeps SQLite from going through every reply that was ever sent.
_REPLIES = """SELECT COUNT(*) FROM outbox
WHERE claimed_at > :since AND account = :account AND +state IN ('sending', 'sent', 'unknown')"""

# A draft is sent by a person, who sees what comes back.
_REBOUNDS = """SELECT COUNT(DISTINCT entry) FROM rebound JOIN outbox ON outbox.id = rebound.entry
WHERE rebound.account = :account AND rebound.at > :since AND outbox.claimed_at > :from
AND outbox.state <> 'drafted'"""


def keep_rebound(sql: sqlite3.Connection, mail_id: int, rebound: Rebound, now: datetime) -> None:
    """Keep that a reply came back, once for each mail, unless it names none of ours."""
    reply = _named(sql, rebound.message_ids)
    if reply is None:
        return
    sql.execute(
        """INSERT OR IGNORE INTO rebound (
            mail, entry, account, recipient_canonical, kind, permanent, at
        ) VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (mail_id, *reply, rebound.kind.value, rebound.permanent, to_micros(now)),
    )


def _named(sql: sqlite3.Connection, message_ids: tuple[str, ...]) -> _Reply | None:
    """The newest reply with one of these Message-IDs."""
    ids = tuple(dict.fromkeys(filter(None, message_ids)))[:NAMED_AT_MOST]
    found = (sql.execute(_BY_MESSAGE_ID, (storable(one),)).fetchone() for one in ids)
    return max((_Reply(*row) for row in found if row), default=None)


_BY_MESSAGE_ID = """SELECT id, account, recipient_canonical FROM outbox
WHERE message_id = ? ORDER BY id DESC LIMIT 1"""
