"""Answers by whom they went to and what they cover; see ``store.answers``."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE answer RENAME TO answer_before",
    # party: whom it went to, '' for everybody; covers: mails up to then are answered by it
    """CREATE TABLE answer (
        conversation INTEGER NOT NULL REFERENCES conversation (id),
        at INTEGER NOT NULL,
        party TEXT NOT NULL,
        author TEXT NOT NULL,
        repeats INTEGER NOT NULL,
        covers INTEGER NOT NULL,
        PRIMARY KEY (conversation, at, party)
    ) WITHOUT ROWID""",
    """INSERT INTO answer (conversation, at, party, author, repeats, covers)
    SELECT conversation, at, '', author, repeats, at FROM answer_before""",
    "DROP TABLE answer_before",
    "ALTER TABLE mail ADD COLUMN message_id TEXT NOT NULL DEFAULT ''",
    # canonical addresses of Reply-To, with spaces between them
    "ALTER TABLE mail ADD COLUMN reply_to TEXT NOT NULL DEFAULT ''",
    # NULL: from when it came
    "ALTER TABLE mail ADD COLUMN answered_from INTEGER",
    # the answers that a mail has
    """CREATE VIEW mail_answer AS SELECT mail.id AS mail_id, answer.at AS at
    FROM mail JOIN answer ON answer.conversation = mail.conversation
        AND answer.party IN ('', mail.sender_canonical)
        AND answer.covers >= COALESCE(mail.answered_from, mail.received)""",
    # the Message-ID that it answers
    "ALTER TABLE own_mail ADD COLUMN parent TEXT NOT NULL DEFAULT ''",
    # mail with a higher id wakes what was put off; earlier versions went by the instant
    "ALTER TABLE standing ADD COLUMN snoozed_mail INTEGER",
    """UPDATE standing SET snoozed_mail = (
        SELECT MAX(id) FROM mail WHERE mail.conversation = standing.conversation
    ) WHERE snoozed_until IS NOT NULL""",
)
