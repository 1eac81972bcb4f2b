"""The part of the journal's port that is about people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inboxwatch.model.customer import Contact, Note
    from inboxwatch.ports.records import StoredMail


class People(Protocol):
    """Whom the team wrote to, what it noted of them, and what they wrote."""

    def contact(self, canonical: str) -> Contact | None:
        """When people of the team wrote to a canonical address; ``record_own`` keeps it."""

    def add_note(self, holder: str, at: datetime, text: str) -> None:
        """Write down something about the holder of an exact address, or of a customer's id."""

    def notes_on(self, holders: Sequence[str]) -> tuple[Note, ...]:
        """All that was written down about any of these, oldest first."""

    def noted(self, text: str) -> tuple[str, ...]:
        """The holders of the notes that hold a text, whatever the case."""

    def mails_of(
        self, senders: Sequence[str], domains: Sequence[str], limit: int
    ) -> tuple[StoredMail, ...]:
        """The mails of these canonical addresses and of everybody in these domains, newest first.

        A mail that lies in several mailboxes comes once.
        """
