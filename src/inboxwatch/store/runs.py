"""The part of the journal that remembers runs, small texts, and the secret of this instance."""

from __future__ import annotations

import secrets
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from inboxwatch.ports import RunStart
from inboxwatch.store.attempts import all_told
from inboxwatch.store.conditions import keep_conditions
from inboxwatch.store.part import Part
from inboxwatch.store.rows import check, counted, moment, number, octets, row_of, text
from inboxwatch.store.traffic import add_octets
from inboxwatch.store.values import storable, to_instant, to_json, to_micros

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from inboxwatch.ports import RunEnd

SECRET_OCTETS = 32

_MEDIAN_WINDOW = timedelta(days=30)
_SECRET = "secret"  # noqa: S105 - the name it is kept under
_NOTE = "note:"


class RunsPart(Part):
    """Runs, notes, the secret; what ``ports.Journal`` says of each method holds."""

    def secret(self) -> bytes:
        """The octets that key Message-IDs and the loop marker, made at the first call."""
        with self._database.writing() as sql:
            sql.execute(
                "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)",
                (_SECRET, secrets.token_bytes(SECRET_OCTETS)),
            )
            kept: bytes = _value(sql, _SECRET)
        return kept

    def remember(self, key: str, value: str) -> None:
        """Keep a small text under a key."""
        with self._database.writing() as sql:
            sql.execute(
                """INSERT INTO meta (key, value) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value""",
                (_NOTE + storable(key), storable(value)),
            )

    def remembered(self, key: str) -> str | None:
        """A text kept under a key."""
        with self._database.reading() as sql:
            value: str | None = _value(sql, _NOTE + storable(key))
        return value

    def begin_run(self, now: datetime, *, replies_enabled: bool) -> RunStart:
        """Note that a run starts, and tell it of the one before, finished or not.

        Once a day the whole state is looked at first (rule X15).
        """
        self._database.check(now)
        with self._database.writing() as sql:
            before = sql.execute(
                "SELECT started_at, replies_enabled FROM run ORDER BY id DESC LIMIT 1"
            ).fetchone()
            run_id = sql.execute(
                "INSERT INTO run (started_at, replies_enabled) VALUES (?, ?)",
                (to_micros(now), replies_enabled),
            ).lastrowid
            return RunStart(
                run_id=int(run_id or 0),
                previous_at=_started(before) if before else None,
                previous_replies_enabled=bool(before[1]) if before else None,
                replies_since=_replies_since(sql),
                median_candidates=_median_candidates(sql, now),
            )

    def set_replies_since(self, run_id: int, since: datetime) -> None:
        """Keep from when on replies are switched on."""
        with self._database.writing() as sql:
            sql.execute("UPDATE run SET replies_since = ? WHERE id = ?", (to_micros(since), run_id))

    def end_run(self, end: RunEnd) -> None:
        """Note that a run ended, what it counted and found, and that it told what is new.

        That is what is unknown, and what is in quarantine.
        """
        with self._database.writing() as sql:
            sql.execute(
                "UPDATE run SET finished_at = ?, candidates = ?, counts = ? WHERE id = ?",
                (
                    to_micros(end.finished_at),
                    end.candidates,
                    to_json(dict(end.counts)),
                    end.run_id,
                ),
            )
            keep_conditions(sql, end.conditions)
            all_told(sql)
            if end.octets:
                add_octets(sql, end.finished_at.date(), end.octets)
            sql.execute("UPDATE outbox SET told = 1 WHERE state = 'unknown'")


def _value(sql: sqlite3.Connection, key: str) -> Any:  # noqa: ANN401 - as it was put in
    row = sql.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    check("meta", row, value=octets if key == _SECRET else text)
    return row[0]


@row_of("run", started_at=moment, replies_enabled=number)
def _started(row: tuple[Any, ...]) -> datetime:
    return to_instant(row[0])


def _replies_since(sql: sqlite3.Connection) -> datetime | None:
    row = sql.execute(
        "SELECT replies_since FROM run WHERE replies_since IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return _since(row) if row else None


@row_of("run", replies_since=moment)
def _since(row: tuple[Any, ...]) -> datetime:
    return to_instant(row[0])


def _median_candidates(sql: sqlite3.Connection, now: datetime) -> float:
    """The median of the finished runs of the last thirty days (rule X08), 0 without any."""
    rows = sql.execute(
        "SELECT candidates FROM run WHERE started_at > ? AND finished_at IS NOT NULL",
        (to_micros(now - _MEDIAN_WINDOW),),
    ).fetchall()
    for row in rows:
        check("run", row, candidates=counted)
    return float(median(row[0] for row in rows)) if rows else 0.0
