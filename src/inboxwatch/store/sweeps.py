"""The part of the journal that keeps sweeps, and where mail was moved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from inboxwatch.model.sweep import SweepMode, SweepOutcome, SweepRun
from inboxwatch.store.forgotten import forgotten_of
from inboxwatch.store.part import Part
from inboxwatch.store.rows import within
from inboxwatch.store.sweep_rows import (
    COLUMNS,
    columns_of,
    earlier_of,
    next_columns,
    swept_of,
    to_list,
)
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
    to_past,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.sweep import Earlier, SweepMail

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

    def reclaim_swept(
        self,
        rows: Sequence[int],
        outcome: SweepOutcome,
        at: datetime,
        *,
        next_place: MessageRef | None = None,
    ) -> None:
        """Rows are about to be acted on again."""
        values = (outcome.value, to_micros(at), *next_columns(next_place))
        with self._database.writing() as sql:
            sql.executemany(
                """UPDATE sweep_mail SET outcome = ?, settled_at = ?,
                next_mailbox = ?, next_uidvalidity = ?, next_uid = ? WHERE id = ?""",
                [(*values, row) for row in rows],
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
            if outcome is SweepOutcome.UNDONE:
                _restore(sql, row, to_micros(at))

    def earlier_of(self, mail_ids: Collection[int]) -> dict[int, Earlier]:
        """What is said of some mails now."""
        with self._database.reading() as sql:
            rows = sql.execute(_EARLIER, (json.dumps(list(mail_ids)),)).fetchall()
        return {
            row[0]: earlier_of(
                {**dict(zip(_SAID, row[1:], strict=True)), "decision": to_object(row[-1])}
            )
            for row in rows
        }

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

    def once_rescued(self, reply_keys: Collection[str]) -> Mapping[str, int]:
        """Of which a mail has been moved before, and whose undo put it back."""
        wanted = {storable(key): key for key in reply_keys}
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT reply_key, CASE outcome WHEN 'undone' THEN sweep ELSE 0 END
                FROM sweep_mail WHERE reply_key IN (SELECT value FROM json_each(?))
                AND outcome IN ('moved', 'undone') ORDER BY id""",
                (json.dumps(sorted(wanted)),),
            ).fetchall()
            forgotten = dict.fromkeys(forgotten_of(sql, wanted), 0)
        # the newest comes last
        return {wanted[key]: undone for key, undone in (*forgotten.items(), *rows)}

    def undoable(self) -> tuple[int, ...]:
        """Sweeps of which mail lies where they moved it."""
        with self._database.reading() as sql:
            rows = sql.execute(
                "SELECT DISTINCT sweep FROM sweep_mail WHERE outcome = 'moved' ORDER BY sweep DESC"
            ).fetchall()
        return tuple(row[0] for row in rows)

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


_SAID = ("priority", "automatic", "unproven", "pending", "closed", "closed_at", "past", "decision")
"""The columns of a mail that a rescue changes."""

_EARLIER = f"""SELECT id, {", ".join(_SAID)} FROM mail
WHERE id IN (SELECT value FROM json_each(?))"""  # noqa: S608 - names of ours

_AS_BEFORE = """UPDATE mail SET priority = :priority, automatic = :automatic,
    unproven = :unproven, decision = :decision, past = :past,
    pending = CASE closed WHEN '' THEN :pending ELSE pending END,
    closed_at = CASE closed WHEN '' THEN :closed_at ELSE closed_at END,
    closed = CASE closed WHEN '' THEN :closed ELSE closed END
WHERE id = :mail"""

_FOR_NOBODY = """UPDATE mail SET closed = ?, closed_at = ?, pending = 0
WHERE id = ? AND closed = ''"""

PUT_BACK = "put back into the spam folder"
"""Why a mail waits for nobody that was first known when it was rescued."""


def _restore(sql: sqlite3.Connection, row: int, at: int) -> None:
    """Say of an undone row's mail what was said of it before it was rescued."""
    mail, text = sql.execute("SELECT mail, earlier FROM sweep_mail WHERE id = ?", (row,)).fetchone()
    if not text:
        sql.execute(_FOR_NOBODY, (PUT_BACK, at, mail))
        return
    earlier = earlier_of(to_object(text))
    closed_at = None if earlier.closed_at is None else to_micros(earlier.closed_at)
    sql.execute(
        _AS_BEFORE,
        {
            "mail": mail,
            "priority": earlier.priority,
            "automatic": earlier.automatic,
            "unproven": earlier.unproven,
            "pending": earlier.pending,
            "decision": to_json(earlier.decision),
            "past": to_past(earlier.past),
            "closed": earlier.closed,
            "closed_at": closed_at,
        },
    )


@within("sweep")
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
