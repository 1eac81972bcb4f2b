"""The tables of surges: what each mail is made of, and the surges that were found."""

from __future__ import annotations

STATEMENTS = (
    # traits: 32-bit numbers, little-endian, sorted; sender is the canonical address, name what the
    # writer goes by
    """CREATE TABLE trace (
        mail INTEGER PRIMARY KEY REFERENCES mail (id),
        received INTEGER NOT NULL,
        sender TEXT NOT NULL,
        name TEXT NOT NULL,
        known INTEGER NOT NULL,
        scheme INTEGER NOT NULL,
        traits BLOB NOT NULL
    )""",
    "CREATE INDEX trace_received ON trace (received)",
    # told: how many senders there were when the team was last told
    """CREATE TABLE surge (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        opened_at INTEGER NOT NULL,
        usual REAL NOT NULL,
        told INTEGER NOT NULL,
        suspicion TEXT NOT NULL,
        template TEXT NOT NULL DEFAULT '',
        about TEXT NOT NULL DEFAULT '',
        answered_at INTEGER,
        closed_at INTEGER,
        phrase TEXT NOT NULL,
        keys BLOB NOT NULL
    )""",
    # what counts is kept here as well: traces do not stay for ever
    """CREATE TABLE surge_mail (
        surge INTEGER NOT NULL REFERENCES surge (id),
        mail INTEGER NOT NULL REFERENCES mail (id),
        received INTEGER NOT NULL,
        sender TEXT NOT NULL,
        name TEXT NOT NULL,
        known INTEGER NOT NULL,
        PRIMARY KEY (surge, mail)
    ) WITHOUT ROWID""",
    "CREATE INDEX surge_mail_mail ON surge_mail (mail)",
)
