"""Whether the state is sound: looked at once a day, since reading every page costs (rule X15)."""

from __future__ import annotations

from contextlib import suppress
from sqlite3 import Error
from typing import TYPE_CHECKING

from inboxwatch.store.rows import check, number
from inboxwatch.store.values import to_micros

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

_CHECKED = "checked"
_INTERVAL = 24 * 3600 * 1_000_000

QUICK = ("PRAGMA quick_check(1)",)
"""Of every page, without comparing tables and indices."""

THOROUGH = (*QUICK, "PRAGMA integrity_check('outbox')")
"""The outbox with its indices too: were a reply key missing there, a mail could be answered twice.
Not before the tables are there."""


def is_due(sql: sqlite3.Connection, now: datetime) -> bool:
    """Whether the last look is a day old, lies in the future, or was none."""
    row = sql.execute("SELECT value FROM meta WHERE key = ?", (_CHECKED,)).fetchone()
    if row is not None:
        check("meta", row, value=number)
    return row is None or not 0 <= to_micros(now) - row[0] < _INTERVAL


def damage(sql: sqlite3.Connection, checks: tuple[str, ...]) -> str:
    """What SQLite finds wrong; empty when the state is sound."""
    found = (sql.execute(check).fetchone()[0] for check in checks)
    return next((str(one) for one in found if one != "ok"), "")


def note_sound(sql: sqlite3.Connection, now: datetime) -> None:
    """Remember that the state was sound at this instant."""
    sql.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_CHECKED, to_micros(now))
    )


def distrust(sql: sqlite3.Connection) -> None:
    """Forget the last look, so that the next one is due at once. Never raises."""
    with suppress(
        Error, UnicodeDecodeError
    ):  # the state is damaged: that it can be written is not certain
        sql.execute("DELETE FROM meta WHERE key = ?", (_CHECKED,))
