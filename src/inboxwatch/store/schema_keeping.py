"""What is let go of: indices by which it is found, and what is remembered of the forgotten."""

from __future__ import annotations

STATEMENTS = (
    "CREATE INDEX message_id_conversation ON message_id (conversation)",
    "CREATE INDEX topic_conversation ON topic (conversation)",
    "CREATE INDEX own_mail_conversation ON own_mail (conversation)",
    "CREATE INDEX own_recipient_mail ON own_recipient (own_mail)",
    "CREATE INDEX pledge_own_mail ON pledge (own_mail)",
    "CREATE INDEX outbox_mail ON outbox (mail_id) WHERE mail_id IS NOT NULL",
    "CREATE INDEX rebound_entry ON rebound (entry)",
    "CREATE INDEX escalation_mail ON escalation (mail)",
    "CREATE INDEX request_escalation ON request (escalation)",
    "CREATE INDEX goodwill_mail ON goodwill (mail)",
    "CREATE INDEX sweep_mail_mail ON sweep_mail (mail) WHERE mail IS NOT NULL",
    # key: a keyed hash of the reply key of somebody who was forgotten
    """CREATE TABLE forgotten (
        key BLOB PRIMARY KEY,
        at INTEGER NOT NULL
    ) WITHOUT ROWID""",
)
