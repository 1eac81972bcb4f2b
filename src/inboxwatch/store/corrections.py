"""Priorities that people corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from inboxwatch.errors import StateError
from inboxwatch.model.correction import Correction
from inboxwatch.store.part import Part
from inboxwatch.store.values import OddValueError, to_instant, to_micros

if TYPE_CHECKING:
    from datetime import datetime


class CorrectionsPart(Part):
    """What ``ports.corrections`` says of each method holds."""

    def correct(self, mail_id: int, wanted: int, at: datetime, *, exact: bool) -> None:
        """Remember the priority that a person wants for a mail."""
        with self._database.writing() as sql:
            if sql.execute("SELECT 1 FROM mail WHERE id = ?", (mail_id,)).fetchone() is None:
                step = "run `queue` again"
                raise StateError(f"the state has no mail {mail_id}", next_step=step)
            sql.execute(_CORRECT, (mail_id, wanted, to_micros(at), exact))

    def corrections(self) -> tuple[Correction, ...]:
        """What was corrected, in the order in which it was said."""
        with self._database.reading() as sql:
            return tuple(
                Correction(mail, party, priority, wanted, _names(signals), to_instant(at), bool(ex))
                for mail, party, priority, wanted, signals, at, ex in sql.execute(_ALL).fetchall()
            )


_CORRECT = """INSERT INTO correction (mail, wanted, at, exact) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET wanted = excluded.wanted, at = excluded.at, exact = excluded.exact
WHERE excluded.exact OR NOT correction.exact"""

_ALL = """SELECT mail.id, sender_canonical, priority, wanted,
    json_extract(decision, '$.signals'), correction.at, exact
FROM correction JOIN mail ON mail.id = correction.mail ORDER BY correction.at, mail.id"""


def _names(signals: str | None) -> tuple[str, ...]:
    try:
        return tuple(json.loads(signals or "[]"))
    except (ValueError, TypeError) as error:
        raise OddValueError(f"{signals!r:.40} for signals") from error
