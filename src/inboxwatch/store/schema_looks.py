"""How each mailbox stood when the flags of its open mails were last looked at (RFC 7162)."""

from __future__ import annotations

STATEMENTS = (
    # whole_at: when all of them were looked at, and not only those that had changed
    """CREATE TABLE look (
        account TEXT NOT NULL,
        mailbox TEXT NOT NULL,
        uidvalidity INTEGER NOT NULL,
        uidnext INTEGER NOT NULL,
        mails INTEGER NOT NULL,
        modseq INTEGER NOT NULL,
        whole_at INTEGER NOT NULL,
        PRIMARY KEY (account, mailbox)
    ) WITHOUT ROWID""",
)
