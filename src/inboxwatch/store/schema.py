"""The tables, as migrations: data that ``database`` applies in order, each in one transaction.

Instants are microseconds since 1970 UTC. Wide columns stand last, so that counting reads little.
A migration that has been released is never edited: the next one corrects it.
"""

from __future__ import annotations

from msgspec import Struct

from inboxwatch.store import (
    schema_answers,
    schema_cases,
    schema_conditions,
    schema_keeping,
    schema_looks,
    schema_open,
    schema_people,
    schema_seen,
    schema_surges,
    schema_sweeps,
)

APPLICATION_ID = 0x49425754
"""Marks a database as ours (``PRAGMA application_id``): the letters IBWT."""


class Migration(Struct, frozen=True):
    """The statements that lead from the version before to ``version``."""

    version: int
    statements: tuple[str, ...]


_FIRST = Migration(
    1,
    (
        """CREATE TABLE meta (
            key TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            started_at INTEGER NOT NULL,
            replies_enabled INTEGER NOT NULL,
            replies_since INTEGER,
            finished_at INTEGER,
            candidates INTEGER NOT NULL DEFAULT 0,
            counts TEXT NOT NULL DEFAULT '{}'
        )""",
        "CREATE INDEX run_started ON run (started_at)",
        "CREATE INDEX run_since ON run (id) WHERE replies_since IS NOT NULL",
        """CREATE TABLE mailbox (
            account TEXT NOT NULL,
            mailbox TEXT NOT NULL,
            uidvalidity INTEGER NOT NULL,
            uidnext INTEGER NOT NULL,
            baseline_at INTEGER NOT NULL,
            baseline_uidnext INTEGER NOT NULL,
            PRIMARY KEY (account, mailbox)
        ) WITHOUT ROWID""",
        "CREATE TABLE conversation (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        # owner: the sender whose mail has this Message-ID, or empty if it was only referred to
        """CREATE TABLE message_id (
            id TEXT NOT NULL,
            conversation INTEGER NOT NULL REFERENCES conversation (id),
            owner TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (id, conversation)
        ) WITHOUT ROWID""",
        """CREATE TABLE mail (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account TEXT NOT NULL,
            mailbox TEXT NOT NULL,
            uidvalidity INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            conversation INTEGER NOT NULL REFERENCES conversation (id),
            reply_key TEXT NOT NULL,
            sender_canonical TEXT NOT NULL,
            priority INTEGER NOT NULL,
            automatic INTEGER NOT NULL,
            pending INTEGER NOT NULL,
            received INTEGER NOT NULL,
            decided_at INTEGER NOT NULL,
            closed TEXT NOT NULL,
            closed_at INTEGER,
            role TEXT NOT NULL,
            sender TEXT NOT NULL,
            subject TEXT NOT NULL,
            decision TEXT NOT NULL,
            UNIQUE (account, mailbox, uidvalidity, uid)
        )""",
        """CREATE INDEX mail_sender ON mail (sender_canonical, received)
            WHERE automatic = 0 AND closed = ''""",
        "CREATE INDEX mail_reply_key ON mail (reply_key)",
        "CREATE INDEX mail_open ON mail (priority DESC, received, id) WHERE closed = ''",
        "CREATE INDEX mail_pending ON mail (account, mailbox, uidvalidity, uid) WHERE pending = 1",
        """CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            reply_key TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            claimed_at INTEGER NOT NULL,
            account TEXT NOT NULL,
            recipient_domain TEXT NOT NULL,
            recipient_canonical TEXT NOT NULL,
            conversation INTEGER NOT NULL REFERENCES conversation (id),
            mail_id INTEGER REFERENCES mail (id),
            handle TEXT NOT NULL,
            kind TEXT NOT NULL,
            settled_at INTEGER,
            recipient TEXT NOT NULL,
            envelope_from TEXT NOT NULL,
            message_id TEXT NOT NULL,
            detail TEXT NOT NULL DEFAULT '',
            told INTEGER NOT NULL DEFAULT 0,
            octets BLOB NOT NULL
        )""",
        "CREATE INDEX outbox_claimed ON outbox (claimed_at, state, account, recipient_domain)",
        "CREATE INDEX outbox_recipient ON outbox (recipient_canonical, claimed_at)",
        "CREATE INDEX outbox_conversation ON outbox (conversation, claimed_at, state)",
        "CREATE INDEX outbox_state ON outbox (state)",
        # a human wrote in this conversation at this instant
        """CREATE TABLE answer (
            conversation INTEGER NOT NULL REFERENCES conversation (id),
            at INTEGER NOT NULL,
            PRIMARY KEY (conversation, at)
        ) WITHOUT ROWID""",
    ),
)

_SECOND = Migration(
    2,
    (
        "ALTER TABLE outbox ADD COLUMN envelope_canonical TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE outbox ADD COLUMN good_until INTEGER",
        "CREATE INDEX outbox_envelope ON outbox (envelope_canonical, claimed_at)",
        "CREATE INDEX outbox_message_id ON outbox (message_id)",
        # the last use of each template is found by leaps, however many replies somebody had
        """CREATE INDEX outbox_used ON outbox (recipient_canonical, handle, claimed_at)
            WHERE state NOT IN ('refused', 'dropped')""",
        """CREATE INDEX outbox_used_envelope ON outbox (envelope_canonical, handle, claimed_at)
            WHERE state NOT IN ('refused', 'dropped')""",
        # whether the mail counts for its sender when there are floods of it (rule L08)
        "ALTER TABLE mail ADD COLUMN arrival INTEGER NOT NULL DEFAULT 1",
        "UPDATE mail SET arrival = 0 WHERE role <> 'inbox'",
        "CREATE INDEX mail_arrivals ON mail (sender_canonical, arrival, received, reply_key)",
        # the ledger; kept_at is the first answer of a human after made_at
        """CREATE TABLE promise (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            entry INTEGER NOT NULL UNIQUE REFERENCES outbox (id),
            conversation INTEGER NOT NULL REFERENCES conversation (id),
            made_at INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            kept_at INTEGER
        )""",
        "CREATE INDEX promise_conversation ON promise (conversation, made_at)",
        "CREATE INDEX promise_open ON promise (due_at) WHERE kept_at IS NULL",
        # the mail is the one that tells that the reply came back
        """CREATE TABLE rebound (
            mail INTEGER PRIMARY KEY REFERENCES mail (id),
            entry INTEGER NOT NULL REFERENCES outbox (id),
            account TEXT NOT NULL,
            recipient_canonical TEXT NOT NULL,
            kind TEXT NOT NULL,
            permanent INTEGER NOT NULL,
            at INTEGER NOT NULL
        )""",
        "CREATE INDEX rebound_account ON rebound (account, at)",
        """CREATE INDEX rebound_recipient ON rebound (recipient_canonical, at)
            WHERE kind = 'bounce' AND permanent = 1""",
        # tripped_at and why stand while an account is stopped
        """CREATE TABLE breaker (
            account TEXT PRIMARY KEY,
            tripped_at INTEGER,
            why TEXT NOT NULL DEFAULT '',
            resumed_at INTEGER
        ) WITHOUT ROWID""",
    ),
)

_SURGES = Migration(3, schema_surges.STATEMENTS)

_CASES = Migration(4, schema_cases.STATEMENTS)

_PEOPLE = Migration(5, schema_people.STATEMENTS)

_ANSWERS = Migration(6, schema_answers.STATEMENTS)

_ESCALATIONS = Migration(7, schema_cases.BY_CUSTOMER)

_SEEN = Migration(8, schema_seen.STATEMENTS)

_SWEEPS = Migration(9, schema_sweeps.STATEMENTS)

_BEFORE_MOVING = Migration(10, schema_sweeps.BEFORE_MOVING)

_KEEPING = Migration(11, schema_keeping.STATEMENTS)

_LOOKS = Migration(12, schema_looks.STATEMENTS)

_CONDITIONS = Migration(13, schema_conditions.STATEMENTS)

_OPEN = Migration(14, schema_open.STATEMENTS)

MIGRATIONS: tuple[Migration, ...] = (
    _FIRST,
    _SECOND,
    _SURGES,
    _CASES,
    _PEOPLE,
    _ANSWERS,
    _ESCALATIONS,
    _SEEN,
    _SWEEPS,
    _BEFORE_MOVING,
    _KEEPING,
    _LOOKS,
    _CONDITIONS,
    _OPEN,
)
