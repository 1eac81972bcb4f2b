"""The tables of conversations, cases, and what people of the team did about them."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE answer ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    # whether rule S30 caps it: such a mail proves nothing about the customer
    "ALTER TABLE mail ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX mail_conversation ON mail (conversation, sender_canonical, received)",
    # the subject under which somebody writes or is written to
    """CREATE TABLE topic (
        party TEXT NOT NULL,
        subject TEXT NOT NULL,
        conversation INTEGER NOT NULL REFERENCES conversation (id),
        at INTEGER NOT NULL,
        PRIMARY KEY (party, subject, conversation)
    ) WITHOUT ROWID""",
    # what people of the team wrote; a mail that lies in Sent and in INBOX is kept once
    """CREATE TABLE own_mail (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id TEXT,
        conversation INTEGER NOT NULL REFERENCES conversation (id),
        at INTEGER NOT NULL,
        author TEXT NOT NULL,
        account TEXT NOT NULL,
        text TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX own_mail_message_id ON own_mail (message_id)",
    # original: the first mail to this recipient with the same text
    """CREATE TABLE own_recipient (
        recipient TEXT NOT NULL,
        own_mail INTEGER NOT NULL REFERENCES own_mail (id),
        original INTEGER NOT NULL,
        PRIMARY KEY (recipient, own_mail)
    ) WITHOUT ROWID""",
)
