"""The part of the journal that keeps how much was read of each account's server, by the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.traffic import KEPT_DAYS
from inboxwatch.store.part import Part
from inboxwatch.store.rows import check, counted, text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


class TrafficPart(Part):
    """Octets; what ``ports.Journal`` says of each method holds."""

    def add_octets(self, day: date, octets: Mapping[str, int]) -> None:
        """Add to what was read of accounts on a day."""
        with self._database.writing() as sql:
            add_octets(sql, day, octets)

    def octets(self, day: date) -> Mapping[str, int]:
        """What was read of each account on a day."""
        with self._database.reading() as sql:
            rows = sql.execute(
                "SELECT account, octets FROM traffic WHERE day = ? ORDER BY account",
                (day.toordinal(),),
            ).fetchall()
            for row in rows:
                check("traffic", row, account=text, octets=counted)
            return dict(rows)


def add_octets(sql: sqlite3.Connection, day: date, octets: Mapping[str, int]) -> None:
    """Add to what was read of accounts on a day, and forget what is too old."""
    sql.executemany(
        """INSERT INTO traffic (day, account, octets) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET octets = octets + excluded.octets""",
        [(day.toordinal(), account, number) for account, number in octets.items() if number],
    )
    oldest = day - timedelta(days=KEPT_DAYS)
    sql.execute("DELETE FROM traffic WHERE day <= ?", (oldest.toordinal(),))
