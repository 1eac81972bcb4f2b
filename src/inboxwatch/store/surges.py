"""The part of the journal that keeps what mails are made of, and the surges found among them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from inboxwatch.errors import StateError
from inboxwatch.model.surge import Surge, Suspicion, Trace, Writer
from inboxwatch.store.part import Part
from inboxwatch.store.surge_rows import belonging_of, packed, surge_of, trace_of, writer_of
from inboxwatch.store.values import row_id, storable, to_instant, to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from inboxwatch.ports import Record
    from inboxwatch.ports.surges import SurgeFound


def keep_trace(sql: sqlite3.Connection, record: Record, mail_id: int) -> None:
    """Keep what a mail is made of, if it counts; what another mail there was made of goes."""
    decision, made = record.decision, record.fingerprint
    if made is None:
        sql.execute("DELETE FROM trace WHERE mail = ?", (mail_id,))
        return
    sql.execute(
        """INSERT OR REPLACE INTO trace (mail, received, sender, name, known, scheme, traits)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            mail_id,
            to_micros(decision.received),
            storable(decision.sender_canonical),
            storable(made.name),
            decision.customer is not None,
            made.scheme,
            packed(made.traits),
        ),
    )


class SurgesPart(Part):
    """Traces and surges; what ``ports.surges.Surges`` says of each method holds."""

    def traces(
        self, since: datetime, until: datetime, *, scheme: int, limit: int
    ) -> tuple[Trace, ...]:
        """The newest traces of a stretch of time, oldest first."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT mail, sender, received, traits, known, name FROM trace
                WHERE received > ? AND received <= ? AND scheme = ?
                ORDER BY received DESC, mail DESC LIMIT ?""",
                (to_micros(since), to_micros(until), scheme, limit),
            ).fetchall()
            return tuple(trace_of(*row) for row in reversed(rows))

    def trace_count(self, since: datetime, until: datetime, *, scheme: int) -> int:
        """How many traces a stretch of time has."""
        with self._database.reading() as sql:
            row = sql.execute(
                """SELECT COUNT(*) FROM trace
                WHERE received > ? AND received <= ? AND scheme = ?""",
                (to_micros(since), to_micros(until), scheme),
            ).fetchone()
        return int(row[0])

    def first_trace(self, *, scheme: int) -> datetime | None:
        """When the oldest mail with a trace was received."""
        with self._database.reading() as sql:
            row = sql.execute(
                "SELECT received FROM trace WHERE scheme = ? ORDER BY received LIMIT 1", (scheme,)
            ).fetchone()
            return to_instant(row[0]) if row else None

    def wrote_before(self, senders: Collection[str], before: datetime) -> frozenset[str]:
        """Those of some senders who have written to us before."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT value FROM json_each(?) WHERE EXISTS (
                    SELECT 1 FROM mail
                    WHERE sender_canonical = value AND arrival = 1 AND received < ?)""",
                (json.dumps([storable(one) for one in sorted(senders)]), to_micros(before)),
            ).fetchall()
        return frozenset(row[0] for row in rows)

    def forget_traces(self, before: datetime) -> None:
        """Let go of the traces of old mail."""
        with self._database.writing() as sql:
            sql.execute("DELETE FROM trace WHERE received < ?", (to_micros(before),))

    def keep_surge(self, found: SurgeFound) -> Surge:
        """Keep a new surge, or what is new about one."""
        with self._database.writing() as sql:
            surge_id = _grown(sql, found) if found.id else _opened(sql, found)
            sql.executemany(
                """INSERT OR IGNORE INTO surge_mail (surge, mail, received, sender, name, known)
                VALUES (?, ?, ?, ?, ?, ?)""",
                [(surge_id, *belonging_of(one)) for one in found.traces],
            )
            return _surges(sql, "WHERE surge.id = ?", (surge_id,))[0]

    def surge(self, surge_id: int) -> Surge | None:
        """One surge."""
        with self._database.reading() as sql:
            return next(iter(_surges(sql, "WHERE surge.id = ?", (row_id(surge_id),))), None)

    def surges(self, *, closed_since: datetime | None = None) -> tuple[Surge, ...]:
        """The open surges, and those closed since then."""
        with self._database.reading() as sql:
            if closed_since is None:
                return _surges(sql, "WHERE closed_at IS NULL", ())
            return _surges(
                sql, "WHERE closed_at IS NULL OR closed_at >= ?", (to_micros(closed_since),)
            )

    def surge_mails(self, surge_id: int, limit: int) -> tuple[int, ...]:
        """The newest mails of a surge, oldest first."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT mail FROM surge_mail WHERE surge = ?
                ORDER BY received DESC, mail DESC LIMIT ?""",
                (surge_id, limit),
            ).fetchall()
        return tuple(row[0] for row in reversed(rows))

    def surge_writers(self, surge_id: int, limit: int) -> tuple[Writer, ...]:
        """Who wrote of a surge, the newest names, in the order of their first mails."""
        with self._database.reading() as sql:
            rows = sql.execute(_WRITERS, (surge_id, limit)).fetchall()
        return tuple(writer_of(*row) for row in rows)

    def answer_surge(self, surge_id: int, template: str, about: str, at: datetime) -> Sequence[int]:
        """Assign a template; the mails that the next run decides again."""
        with self._database.writing() as sql:
            changed = sql.execute(
                """UPDATE surge SET template = ?, about = ?, answered_at = ?
                WHERE id = ? AND closed_at IS NULL""",
                (storable(template), storable(about), to_micros(at), surge_id),
            ).rowcount
            if not changed:
                raise StateError(f"the state has no open surge {surge_id}")
            rows = sql.execute(_UNANSWERED, (surge_id,)).fetchall()
            sql.executemany("UPDATE mail SET pending = 1 WHERE id = ?", rows)
        return tuple(row[0] for row in rows)

    def close_surge(self, surge_id: int, at: datetime) -> bool:
        """Close a surge, if it is open."""
        with self._database.writing() as sql:
            changed = sql.execute(
                "UPDATE surge SET closed_at = ? WHERE id = ? AND closed_at IS NULL",
                (to_micros(at), surge_id),
            ).rowcount
        return bool(changed)


# What lies under an older UIDVALIDITY is not read again.
_UNANSWERED = """SELECT mail.id FROM surge_mail
JOIN mail ON mail.id = surge_mail.mail
JOIN mailbox ON mailbox.account = mail.account AND mailbox.mailbox = mail.mailbox
    AND mailbox.uidvalidity = mail.uidvalidity
WHERE surge = ? AND closed = '' AND automatic = 0
AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.reply_key = mail.reply_key)
AND NOT EXISTS (SELECT 1 FROM mail_answer WHERE mail_answer.mail_id = mail.id)
ORDER BY mail.id"""


def _opened(sql: sqlite3.Connection, found: SurgeFound) -> int:
    inserted = sql.execute(
        """INSERT INTO surge (opened_at, usual, told, suspicion, phrase, keys)
        VALUES (?, ?, ?, ?, ?, ?)""",
        (
            to_micros(found.at),
            found.usual,
            found.told,
            (found.suspicion or Suspicion.NONE).value,
            storable(found.phrase),
            packed(found.keys),
        ),
    )
    return int(inserted.lastrowid or 0)


def _grown(sql: sqlite3.Connection, found: SurgeFound) -> int:
    sql.execute(
        """UPDATE surge SET keys = ?, told = MAX(told, ?), suspicion = COALESCE(?, suspicion)
        WHERE id = ?""",
        (
            packed(found.keys),
            found.told,
            None if found.suspicion is None else found.suspicion.value,
            found.id,
        ),
    )
    return found.id


def _surges(sql: sqlite3.Connection, where: str, values: tuple[object, ...]) -> tuple[Surge, ...]:
    rows = sql.execute(f"{_SURGES} {where} GROUP BY surge.id ORDER BY surge.id", values)
    return tuple(surge_of(*row) for row in rows)


_SURGES = """SELECT surge.id, keys, phrase, suspicion, template, about, usual, told,
    opened_at, answered_at, closed_at, MIN(received), MAX(received), COUNT(mail),
    COUNT(DISTINCT sender), COUNT(DISTINCT sender || char(10) || name),
    COUNT(DISTINCT CASE WHEN known THEN sender END)
FROM surge LEFT JOIN surge_mail ON surge_mail.surge = surge.id"""


_WRITERS = """WITH belonging AS (
    SELECT sender, name, mail, received,
        ROW_NUMBER() OVER (PARTITION BY sender, name ORDER BY received, mail) AS number,
        MAX(received) OVER (PARTITION BY sender, name) AS latest,
        COUNT(mail) OVER (PARTITION BY sender, name) AS mails,
        MAX(known) OVER (PARTITION BY sender, name) AS known
    FROM surge_mail WHERE surge = ?1
)
SELECT sender_of, name, mail, received, latest, mails, known, NOT EXISTS (
    SELECT 1 FROM mail WHERE sender_canonical = sender_of AND arrival = 1
    AND mail.received < (SELECT MIN(received) FROM surge_mail WHERE surge = ?1)
)
FROM (
    SELECT *, sender AS sender_of FROM belonging
    WHERE number = 1 ORDER BY received DESC, mail DESC LIMIT ?2
)
ORDER BY received, mail"""
"""Who wrote, by sender and name, with the first mail of each; and whether they wrote before."""
