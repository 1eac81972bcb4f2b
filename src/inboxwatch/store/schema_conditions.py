"""The tables of how accounts and mailboxes fare."""

from __future__ import annotations

STATEMENTS = (
    # mailbox is empty for the account itself; the columns are those of model.condition
    """CREATE TABLE condition (
        account TEXT NOT NULL,
        mailbox TEXT NOT NULL,
        succeeded_at INTEGER,
        failures INTEGER NOT NULL,
        failing_since INTEGER,
        failed_at INTEGER,
        next_attempt INTEGER,
        kind TEXT NOT NULL,
        code INTEGER NOT NULL,
        error TEXT NOT NULL,
        next_step TEXT NOT NULL,
        told_at INTEGER,
        PRIMARY KEY (account, mailbox)
    ) WITHOUT ROWID""",
    # mails whose reading was begun; few, and hardly ever any between two runs
    """CREATE TABLE attempt (
        account TEXT NOT NULL,
        mailbox TEXT NOT NULL,
        uidvalidity INTEGER NOT NULL,
        uid INTEGER NOT NULL,
        tries INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        error TEXT NOT NULL DEFAULT '',
        told INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (account, mailbox, uidvalidity, uid)
    ) WITHOUT ROWID""",
    # day: the number of the day in the team's time zone, 1 for the first of January of the year 1
    """CREATE TABLE traffic (
        day INTEGER NOT NULL,
        account TEXT NOT NULL,
        octets INTEGER NOT NULL,
        PRIMARY KEY (day, account)
    ) WITHOUT ROWID""",
)
