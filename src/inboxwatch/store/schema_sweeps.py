"""The tables of sweeps: what was found in the spam folders, and where mail was moved."""

from __future__ import annotations

BEFORE_MOVING = (
    # next_*: where the target would have put its next mail; earlier: JSON, empty for none
    "ALTER TABLE sweep_mail ADD COLUMN next_mailbox TEXT",
    "ALTER TABLE sweep_mail ADD COLUMN next_uidvalidity INTEGER",
    "ALTER TABLE sweep_mail ADD COLUMN next_uid INTEGER",
    "ALTER TABLE sweep_mail ADD COLUMN earlier TEXT NOT NULL DEFAULT ''",
)
"""What a claim remembers of the time before it, since version 10."""

STATEMENTS = (
    # accounts, examined and notes: JSON
    """CREATE TABLE sweep (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started_at INTEGER NOT NULL,
        ended_at INTEGER,
        mode TEXT NOT NULL,
        since INTEGER,
        accounts TEXT NOT NULL,
        examined TEXT NOT NULL DEFAULT '{}',
        notes TEXT NOT NULL DEFAULT '[]'
    )""",
    # mailbox to uid: where it lay; place_*: where it lies now; about: JSON
    """CREATE TABLE sweep_mail (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sweep INTEGER NOT NULL REFERENCES sweep (id),
        outcome TEXT NOT NULL,
        mail INTEGER REFERENCES mail (id),
        account TEXT NOT NULL,
        mailbox TEXT NOT NULL,
        uidvalidity INTEGER NOT NULL,
        uid INTEGER NOT NULL,
        place_mailbox TEXT,
        place_uidvalidity INTEGER,
        place_uid INTEGER,
        settled_at INTEGER,
        received INTEGER NOT NULL,
        reply_key TEXT NOT NULL,
        moved_to TEXT NOT NULL,
        detail TEXT NOT NULL,
        about TEXT NOT NULL
    )""",
    "CREATE INDEX sweep_mail_sweep ON sweep_mail (sweep)",
    """CREATE INDEX sweep_mail_unsettled ON sweep_mail (id)
        WHERE outcome IN ('moving', 'undoing')""",
    """CREATE INDEX sweep_mail_rescued ON sweep_mail (reply_key)
        WHERE outcome IN ('moved', 'undone')""",
    "CREATE INDEX sweep_mail_moved ON sweep_mail (settled_at, mail) WHERE outcome = 'moved'",
    # mail that we put there ourselves
    """CREATE TABLE placed (
        account TEXT NOT NULL,
        mailbox TEXT NOT NULL,
        uidvalidity INTEGER NOT NULL,
        uid INTEGER NOT NULL,
        PRIMARY KEY (account, mailbox, uidvalidity, uid)
    ) WITHOUT ROWID""",
    # senders of whom a person said that they are genuine
    """CREATE TABLE genuine (
        address TEXT PRIMARY KEY,
        at INTEGER NOT NULL
    ) WITHOUT ROWID""",
)
