"""How accounts and mailboxes fare: when they last worked, and since when they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.message import MessageRef


class Condition(Struct, frozen=True):
    """How an account fared when it was last tried, or one mailbox of it.

    ``failures`` counts those in a row; with none everything below ``succeeded_at`` is empty.
    ``error`` and ``next_step`` are what was last told, ``kind`` is the row of ``core.backoff`` that
    it belongs to and ``code`` its exit code. ``told_at`` is when somebody was last told of it.
    """

    account: str
    mailbox: str = ""
    succeeded_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    next_attempt: datetime | None = None
    kind: str = ""
    code: int = 0
    error: str = ""
    next_step: str = ""
    told_at: datetime | None = None


WITHHELD = "withheld"
"""The ``error`` of a mail that the server does not hand out."""


class Attempt(Struct, frozen=True):
    """A mail whose reading was begun and came to no end, and how often (rule X12).

    ``error`` is the name of what stopped it; empty where the whole program ended. ``told`` means
    that a run has told that it is in quarantine.
    """

    ref: MessageRef
    tries: int
    first_at: datetime
    last_at: datetime
    error: str = ""
    told: bool = False
