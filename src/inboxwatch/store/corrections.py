"""Priorities that people corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from inboxwatch.errors import StateError
from inboxwatch.model.correction import Correction, Seen
from inboxwatch.store.part import Part
from inboxwatch.store.values import OddValueError, to_instant, to_micros

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import datetime


class CorrectionsPart(Part):
    """What ``ports.corrections`` says of each method holds."""

    def correct(self, mail_id: int, wanted: int, at: datetime, *, seen: Seen, exact: bool) -> None:
        """Remember the priority that a person wants for a mail."""
        reasons = json.dumps({name: seen.times.get(name, 1) for name in seen.reasons})
        with self._database.writing() as sql:
            if sql.execute("SELECT 1 FROM mail WHERE id = ?", (mail_id,)).fetchone() is None:
                step = "run `queue` again"
                raise StateError(f"the state has no mail {mail_id}", next_step=step)
            row = (mail_id, wanted, to_micros(at), exact, seen.priority, reasons)
            sql.execute(_CORRECT, row)

    def take_back(self, mail_id: int) -> Correction | None:
        """Take a correction back."""
        with self._database.writing() as sql:
            found = next((one for one in _all(sql) if one.mail_id == mail_id), None)
            sql.execute("DELETE FROM correction WHERE mail = ?", (mail_id,))
        return found

    def corrections(self) -> tuple[Correction, ...]:
        """What was corrected, in the order in which it was said."""
        with self._database.reading() as sql:
            return tuple(_all(sql))


def _all(sql: sqlite3.Connection) -> Iterator[Correction]:
    for mail, party, priority, wanted, signals, reasons, at, exact in sql.execute(_ALL).fetchall():
        counted = _counted(reasons or signals)
        yield Correction(
            mail_id=mail,
            party=party,
            priority=priority,
            wanted=wanted,
            reasons=tuple(counted),
            at=to_instant(at),
            exact=bool(exact),
            times={name: times for name, times in counted.items() if times > 1},
        )


# a keyword that stays says nothing new, however the mail has aged meanwhile
_CORRECT = """INSERT INTO correction (mail, wanted, at, exact, shown, reasons)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET wanted = excluded.wanted, at = excluded.at, exact = excluded.exact,
    shown = excluded.shown, reasons = excluded.reasons
WHERE excluded.exact OR (
    NOT correction.exact
    AND excluded.wanted - excluded.shown IS NOT correction.wanted - correction.shown
)"""

_ALL = """SELECT mail.id, sender_canonical, COALESCE(shown, priority), wanted,
    json_extract(decision, '$.signals'), reasons, correction.at, exact
FROM correction JOIN mail ON mail.id = correction.mail ORDER BY correction.at, mail.id"""


def _counted(written: str | None) -> dict[str, int]:
    """How often the points of each reason counted; of a correction of before each is told once."""
    try:
        found: Any = json.loads(written or "[]")
        return {str(name): int(found[name]) if isinstance(found, dict) else 1 for name in found}
    except (ValueError, TypeError) as error:
        raise OddValueError(f"{written!r:.40} for reasons") from error
