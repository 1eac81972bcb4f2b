"""The part of the journal that remembers corrected priorities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.correction import Correction, Seen


class Corrections(Protocol):
    """What people said about priorities. Every method is one transaction."""

    def correct(self, mail_id: int, wanted: int, at: datetime, *, seen: Seen, exact: bool) -> None:
        """Remember the priority that a person wants for a mail; the last word counts.

        ``seen`` is what they saw of it. A keyword does not take back a priority that somebody
        named, and says the same as before for as long as it stays. Raises StateError without the
        mail.
        """

    def take_back(self, mail_id: int) -> Correction | None:
        """Take a correction back; what it was, or None if there was none."""

    def corrections(self) -> tuple[Correction, ...]:
        """What was corrected, in the order in which it was said."""
