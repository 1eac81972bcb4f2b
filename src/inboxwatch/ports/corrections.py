"""The part of the journal that remembers corrected priorities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.correction import Correction


class Corrections(Protocol):
    """What people said about priorities. Every method is one transaction."""

    def correct(self, mail_id: int, wanted: int, at: datetime, *, exact: bool) -> None:
        """Remember the priority that a person wants for a mail; the last word counts.

        A keyword does not take back a priority that somebody named. Raises StateError without the
        mail.
        """

    def corrections(self) -> tuple[Correction, ...]:
        """What was corrected, in the order in which it was said."""
