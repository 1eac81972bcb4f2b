"""Whom people of the team have written to: known contacts, inside a transaction."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from inboxwatch.model.customer import Contact
from inboxwatch.store.values import storable, to_instant, to_micros

if TYPE_CHECKING:
    import sqlite3

    from inboxwatch.model.conversation import OwnMail


def keep_contacts(sql: sqlite3.Connection, mail: OwnMail) -> None:
    """Keep that a person of the team wrote to everybody to whom a mail went."""
    from inboxwatch.core.message.address import (  # noqa: PLC0415 - runs with nothing new keep none
        AddressError,
        canonical_form,
    )

    at = to_micros(mail.at)
    for recipient in mail.recipients:
        with suppress(AddressError):
            address = storable(canonical_form(recipient))
            sql.execute(_KEEP, {"address": address, "at": at})


_KEEP = """INSERT INTO contact (address, first_at, last_at) VALUES (:address, :at, :at)
ON CONFLICT (address) DO UPDATE SET
first_at = MIN(first_at, excluded.first_at), last_at = MAX(last_at, excluded.last_at)"""


def contact_of(sql: sqlite3.Connection, address: str) -> Contact | None:
    """When people wrote to a canonical address."""
    row = sql.execute(
        "SELECT first_at, last_at FROM contact WHERE address = ?", (storable(address),)
    ).fetchone()
    return Contact(to_instant(row[0]), to_instant(row[1])) if row else None
