"""The doors to the outside, as Protocols. ``app`` knows these; ``cli`` hands the adapters in.

Each port has one contract suite in ``tests/contract`` that every adapter, real or in memory,
passes. What a door raises is said here; anything else it raises is a bug of the adapter.
"""

from __future__ import annotations

from inboxwatch.ports.accounts import Account, Clock, Mailboxes, MailboxState, Moved, Transport
from inboxwatch.ports.journal import Journal
from inboxwatch.ports.looks import Look
from inboxwatch.ports.records import (
    Claim,
    Claimed,
    Health,
    MailboxMark,
    Record,
    RunEnd,
    RunStart,
    StoredMail,
    Watched,
)
from inboxwatch.ports.surges import SurgeFound, Surges

__all__ = [
    "Account",
    "Claim",
    "Claimed",
    "Clock",
    "Health",
    "Journal",
    "Look",
    "MailboxMark",
    "MailboxState",
    "Mailboxes",
    "Moved",
    "Record",
    "RunEnd",
    "RunStart",
    "StoredMail",
    "SurgeFound",
    "Surges",
    "Transport",
    "Watched",
]
