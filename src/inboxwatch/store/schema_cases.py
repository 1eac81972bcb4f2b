"""The tables of conversations, cases, and what people of the team did about them."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE answer ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    # the same text again closes no escalation
    "ALTER TABLE answer ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0",
    # whether rule S30 caps it: such a mail proves nothing about the customer
    "ALTER TABLE mail ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0",
    # what the decision was made against, as JSON; empty for mail of earlier versions
    "ALTER TABLE mail ADD COLUMN past TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX mail_received ON mail (received)",
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
    # mail: the newest that asked
    """CREATE TABLE escalation (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account TEXT NOT NULL,
        party TEXT NOT NULL,
        mail INTEGER NOT NULL REFERENCES mail (id),
        opened_at INTEGER NOT NULL,
        asked_at INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        causes TEXT NOT NULL,
        closed_at INTEGER,
        closed_by TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX escalation_party ON escalation (party, account)",
    "CREATE INDEX escalation_open ON escalation (opened_at) WHERE closed_at IS NULL",
    # the mails that asked, each once
    """CREATE TABLE request (
        reply_key TEXT PRIMARY KEY,
        escalation INTEGER NOT NULL REFERENCES escalation (id)
    ) WITHOUT ROWID""",
    """CREATE TABLE standing (
        conversation INTEGER PRIMARY KEY REFERENCES conversation (id),
        owner TEXT NOT NULL DEFAULT '',
        owned_at INTEGER,
        snoozed_until INTEGER,
        snoozed_at INTEGER
    )""",
    """CREATE TABLE deed (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation INTEGER NOT NULL REFERENCES conversation (id),
        at INTEGER NOT NULL,
        by TEXT NOT NULL,
        owner TEXT NOT NULL,
        note TEXT NOT NULL
    )""",
    "CREATE INDEX deed_conversation ON deed (conversation, at)",
    # what was told, or is being told
    """CREATE TABLE alert (
        key TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        told INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    # what people promised in their mails; kept_at as in promise
    """CREATE TABLE pledge (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        own_mail INTEGER NOT NULL REFERENCES own_mail (id),
        conversation INTEGER NOT NULL REFERENCES conversation (id),
        account TEXT NOT NULL,
        author TEXT NOT NULL,
        recipient TEXT NOT NULL,
        words TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        kept_at INTEGER
    )""",
    "CREATE INDEX pledge_conversation ON pledge (conversation, made_at)",
    "CREATE INDEX pledge_due ON pledge (due_at)",
    "CREATE INDEX promise_due ON promise (due_at)",
    # amount: a decimal number, as text
    """CREATE TABLE goodwill (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        mail INTEGER NOT NULL REFERENCES mail (id),
        account TEXT NOT NULL,
        party TEXT NOT NULL,
        amount TEXT NOT NULL,
        currency TEXT NOT NULL,
        proposed_by TEXT NOT NULL,
        note TEXT NOT NULL,
        proposed_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        decided_at INTEGER,
        decided_by TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX goodwill_party ON goodwill (party, proposed_at)",
    "CREATE INDEX mail_of_sender ON mail (sender_canonical, received)",
    # exact: a person named the priority, a keyword says only up or down
    """CREATE TABLE correction (
        mail INTEGER PRIMARY KEY REFERENCES mail (id),
        wanted INTEGER NOT NULL,
        at INTEGER NOT NULL,
        exact INTEGER NOT NULL
    )""",
)

BY_CUSTOMER = (
    # the id of the customer whose address asked; empty for everybody else
    "ALTER TABLE escalation ADD COLUMN customer TEXT NOT NULL DEFAULT ''",
    """UPDATE escalation SET customer = COALESCE((
        SELECT CASE WHEN NOT json_valid(decision) THEN NULL
            WHEN json_extract(decision, '$.customer.match') = 'address'
            THEN json_extract(decision, '$.customer.id') END
        FROM mail WHERE mail.id = escalation.mail
    ), '')""",
    "CREATE INDEX escalation_customer ON escalation (customer, account) WHERE customer <> ''",
)
"""An escalation is a customer's, whichever of their addresses it began with."""
