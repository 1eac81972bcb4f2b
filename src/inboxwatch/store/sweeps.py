"""The part of the journal that keeps sweeps, and where mail was moved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from inboxwatch.model.sweep import SweepMode, SweepRun
from inboxwatch.store.part import Part
from inboxwatch.store.sweep_rows import COLUMNS, columns_of, swept_of, to_list
from inboxwatch.store.values import (
    LONG_AGO,
    OddValueError,
    row_id,
    storable,
    to_instant,
    to_json,
    to_micros,
    to_object,
    to_optional_instant,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from typing import Any

    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.sweep import SweepMail, SweepOutcome

_INSERT = f"""INSERT INTO sweep_mail (sweep, {", ".join(COLUMNS)})
VALUES (?, {", ".join("?" * len(COLUMNS))})"""  # noqa: S608 - names of ours

_SELECT = f"SELECT id, sweep, {', '.join(COLUMNS)} FROM sweep_mail"  # noqa: S608 - as above


class SweepsPart(Part):
    """Sweeps and what they moved; what ``ports.sweeps.Sweeps`` says of each method holds."""

    def begin_sweep(self, sweep: SweepRun) -> int:
        """A sweep begins."""
        since = None if sweep.since is None else to_micros(sweep.since)
        values = (to_micros(sweep.started_at), sweep.mode.value, since, to_json(sweep.accounts))
        with self._database.writing() as sql:
            cursor = sql.execute(
                "INSERT INTO sweep (started_at, mode, since, accounts) VALUES (?, ?, ?, ?)", values
            )
            return int(cursor.lastrowid or 0)

    def end_sweep(self, sweep: SweepRun) -> None:
        """A sweep has ended."""
        ended = None if sweep.ended_at is None else to_micros(sweep.ended_at)
        examined = to_json(dict(sweep.examined))
        with self._database.writing() as sql:
            sql.execute(
                "UPDATE sweep SET ended_at = ?, examined = ?, notes = ? WHERE id = ?",
                (ended, examined, to_json(sweep.notes), sweep.id),
            )

    def sweep(self, sweep_id: int) -> SweepRun | None:
        """One sweep."""
        with self._database.reading() as sql:
            rows = sql.execute(f"{_SWEEP} WHERE id = ?", (row_id(sweep_id),)).fetchall()
            return next(map(_sweep_of, rows), None)

    def sweeps(self, since: datetime | None = None) -> tuple[SweepRun, ...]:
        """The newest first."""
        after = LONG_AGO if since is None else to_micros(since)
        with self._database.reading() as sql:
            rows = sql.execute(
                f"{_SWEEP} WHERE started_at >= ? ORDER BY id DESC", (after,)
            ).fetchall()
            return tuple(map(_sweep_of, rows))

    def keep_swept(self, sweep_id: int, mails: Sequence[SweepMail]) -> tuple[int, ...]:
        """Rows of one sweep, in one transaction."""
        with self._database.writing() as sql:
            return tuple(
                int(sql.execute(_INSERT, (sweep_id, *columns_of(one))).lastrowid or 0)
                for one in mails
            )

    def reclaim_swept(self, rows: Sequence[int], outcome: SweepOutcome, at: datetime) -> None:
        """Rows are about to be acted on again."""
        with self._database.writing() as sql:
            sql.executemany(
                "UPDATE sweep_mail SET outcome = ?, settled_at = ? WHERE id = ?",
                [(outcome.value, to_micros(at), row) for row in rows],
            )

    def settle_swept(
        self,
        row: int,
        outcome: SweepOutcome,
        at: datetime,
        *,
        place: MessageRef | None = None,
        detail: str = "",
    ) -> None:
        """How it ended for one row."""
        with self._database.writing() as sql:
            sql.execute(
                "UPDATE sweep_mail SET outcome = ?, settled_at = ?, detail = ? WHERE id = ?",
                (outcome.value, to_micros(at), storable(detail), row),
            )
            if place is not None:
                _put(sql, row, place)

    def swept(self, sweep_id: int) -> tuple[SweepMail, ...]:
        """What a sweep told of."""
        return self._swept("WHERE sweep = ? ORDER BY id", (sweep_id,))

    def unsettled_swept(self) -> tuple[SweepMail, ...]:
        """Claimed and never settled."""
        return self._swept("WHERE outcome IN ('moving', 'undoing') ORDER BY id", ())

    def _swept(self, where: str, values: tuple[Any, ...]) -> tuple[SweepMail, ...]:
        with self._database.reading() as sql:
            rows = sql.execute(f"{_SELECT} {where}", values).fetchall()
            return tuple(map(swept_of, rows))

    def once_rescued(self, reply_keys: Collection[str]) -> frozenset[str]:
        """Of which a mail has been moved before."""
        wanted = {storable(key): key for key in reply_keys}
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT value FROM json_each(?) WHERE EXISTS (
                    SELECT 1 FROM sweep_mail
                    WHERE reply_key = value AND outcome IN ('moved', 'undone'))""",
                (json.dumps(sorted(wanted)),),
            ).fetchall()
        return frozenset(wanted[row[0]] for row in rows)

    def placed(self, account: str, mailbox: str, uidvalidity: int) -> frozenset[int]:
        """Where we put mail ourselves."""
        with self._database.reading() as sql:
            rows = sql.execute(
                "SELECT uid FROM placed WHERE account = ? AND mailbox = ? AND uidvalidity = ?",
                (account, storable(mailbox), uidvalidity),
            ).fetchall()
        return frozenset(row[0] for row in rows)

    def remember_genuine(self, address: str, at: datetime) -> None:
        """A person said that a sender is genuine."""
        with self._database.writing() as sql:
            sql.execute(
                "INSERT OR IGNORE INTO genuine VALUES (?, ?)", (storable(address), to_micros(at))
            )

    def forget_genuine(self, address: str) -> bool:
        """Nobody says so any more."""
        with self._database.writing() as sql:
            gone = sql.execute("DELETE FROM genuine WHERE address = ?", (storable(address),))
            return gone.rowcount > 0

    def is_genuine(self, address: str) -> bool:
        """Whether a person said that a sender is genuine."""
        with self._database.reading() as sql:
            row = sql.execute("SELECT 1 FROM genuine WHERE address = ?", (storable(address),))
            return row.fetchone() is not None

    def genuine(self) -> tuple[str, ...]:
        """All of whom a person said so."""
        with self._database.reading() as sql:
            rows = sql.execute("SELECT address FROM genuine ORDER BY address").fetchall()
        return tuple(row[0] for row in rows)

    def stored_at(self, refs: Collection[MessageRef]) -> dict[MessageRef, int]:
        """The mails that lie at some places."""
        with self._database.reading() as sql:
            found = {ref: sql.execute(_MAIL_AT, _where(ref)).fetchone() for ref in refs}
        return {ref: row[0] for ref, row in found.items() if row is not None}


_SWEEP = "SELECT id, started_at, ended_at, mode, since, accounts, examined, notes FROM sweep"

_MAIL_AT = """SELECT id FROM mail
WHERE account = ? AND mailbox = ? AND uidvalidity = ? AND uid = ?"""


def _where(ref: MessageRef) -> tuple[str, str, int, int]:
    return ref.account, storable(ref.mailbox), ref.uidvalidity, ref.uid


def _put(sql: sqlite3.Connection, row: int, place: MessageRef) -> None:
    """A mail lies somewhere else from now on, unless the journal has another one there."""
    sql.execute(
        """UPDATE sweep_mail SET place_mailbox = ?, place_uidvalidity = ?, place_uid = ?
        WHERE id = ?""",
        (*_where(place)[1:], row),
    )
    sql.execute("INSERT OR IGNORE INTO placed VALUES (?, ?, ?, ?)", _where(place))
    sql.execute(
        """UPDATE OR IGNORE mail SET account = ?, mailbox = ?, uidvalidity = ?, uid = ?
        WHERE id = (SELECT mail FROM sweep_mail WHERE id = ?)""",
        (*_where(place), row),
    )


def _sweep_of(row: tuple[Any, ...]) -> SweepRun:
    sweep_id, started, ended, mode, since, accounts, examined, notes = row
    if mode not in set(SweepMode):
        raise OddValueError(f"{mode!r:.40} for what a sweep does")
    counted = to_object(examined)
    return SweepRun(
        started_at=to_instant(started),
        mode=SweepMode(mode),
        accounts=to_list(accounts),
        since=to_optional_instant(since),
        ended_at=to_optional_instant(ended),
        examined={name: int(str(count)) for name, count in counted.items()},
        notes=to_list(notes),
        id=sweep_id,
    )
