"""The tables of the people behind the mail: whom the team wrote to, and what it noted of them."""

from __future__ import annotations

STATEMENTS = (
    # address is canonical (rule L04); the instants are of mails that people of the team wrote
    """CREATE TABLE contact (
        address TEXT PRIMARY KEY,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL
    ) WITHOUT ROWID""",
    # holder is an exact address or the id of a customer
    """CREATE TABLE note (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        holder TEXT NOT NULL,
        at INTEGER NOT NULL,
        text TEXT NOT NULL
    )""",
    "CREATE INDEX note_holder ON note (holder, at)",
)
