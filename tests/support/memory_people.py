"""The part of the journal in memory that is about people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inboxwatch.core.message.address import canonical_form
from inboxwatch.model.customer import Contact, Note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inboxwatch.model.conversation import OwnMail


@dataclass
class MemoryPeople:
    """``ports.people.People`` without a disk, but for the mails."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    written: defaultdict[str, list[tuple[datetime, int, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    notes_written: int = 0

    def keep_contacts(self, mail: OwnMail) -> None:
        for recipient in mail.recipients:
            key = canonical_form(recipient)
            known = self.contacts.get(key, Contact(mail.at, mail.at))
            self.contacts[key] = Contact(min(known.first_at, mail.at), max(known.last_at, mail.at))

    def contact(self, canonical: str) -> Contact | None:
        return self.contacts.get(canonical)

    def add_note(self, holder: str, at: datetime, text: str) -> None:
        self.notes_written += 1
        self.written[holder].append((at, self.notes_written, text))

    def noted(self, text: str) -> tuple[str, ...]:
        folded = text.casefold()
        return tuple(
            holder
            for holder, notes in self.written.items()
            if any(folded in said.casefold() for _, _, said in notes)
        )

    def notes_on(self, holders: Sequence[str]) -> tuple[Note, ...]:
        found = {one for holder in holders for one in self.written.get(holder, ())}
        return tuple(Note(at, text) for at, _, text in sorted(found))
