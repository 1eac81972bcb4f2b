"""The part of the journal about people: contacts, the team's notes, and somebody's mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.model.customer import Note
from inboxwatch.store.contacts import contact_of
from inboxwatch.store.mails import stored_mail
from inboxwatch.store.part import Part
from inboxwatch.store.values import storable, to_instant, to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inboxwatch.model.customer import Contact
    from inboxwatch.ports import StoredMail


class PeoplePart(Part):
    """People; what ``ports.people.People`` says of each method holds."""

    def contact(self, canonical: str) -> Contact | None:
        """When people of the team wrote to a canonical address."""
        with self._database.reading() as sql:
            return contact_of(sql, canonical)

    def add_note(self, holder: str, at: datetime, text: str) -> None:
        """Write down something about the holder of an address or an id."""
        with self._database.writing() as sql:
            sql.execute(
                "INSERT INTO note (holder, at, text) VALUES (?, ?, ?)",
                (storable(holder), to_micros(at), storable(text)),
            )

    def notes_on(self, holders: Sequence[str]) -> tuple[Note, ...]:
        """All that was written down about any of these, oldest first."""
        with self._database.reading() as sql:
            rows = {
                row
                for holder in dict.fromkeys(holders)
                for row in sql.execute(
                    "SELECT at, number, text FROM note WHERE holder = ?", (storable(holder),)
                )
            }
            return tuple(Note(to_instant(at), text) for at, _, text in sorted(rows))

    def noted(self, text: str) -> tuple[str, ...]:
        """The holders of the notes that hold a text."""
        folded = text.casefold()
        with self._database.reading() as sql:
            rows = sql.execute("SELECT holder, text FROM note ORDER BY number").fetchall()
        return tuple(dict.fromkeys(holder for holder, said in rows if folded in said.casefold()))

    def mails_of(
        self, senders: Sequence[str], domains: Sequence[str], limit: int
    ) -> tuple[StoredMail, ...]:
        """Their mails, newest first; a mail that lies in several mailboxes comes once."""
        asked = [(_OF_SENDER, storable(one)) for one in senders]
        asked += [(_OF_DOMAIN, f"@{storable(one)}") for one in domains]
        with self._database.reading() as sql:
            found = {
                row
                for statement, who in asked
                for row in sql.execute(statement, {"who": who, "limit": limit})
            }
            newest = sorted(found, reverse=True)[:limit]
            mails = (stored_mail(sql, mail_id) for _, mail_id in newest)
            return tuple(mail for mail in mails if mail is not None)


_OF_SENDER = """SELECT MAX(received), MAX(id) FROM mail WHERE sender_canonical = :who
GROUP BY reply_key ORDER BY MAX(received) DESC, MAX(id) DESC LIMIT :limit"""

# through all mails, by an index alone: it is asked by a person, about customers with a domain
_OF_DOMAIN = """SELECT MAX(received), MAX(id) FROM mail
WHERE substr(sender_canonical, -length(:who)) = :who
GROUP BY reply_key ORDER BY MAX(received) DESC, MAX(id) DESC LIMIT :limit"""
