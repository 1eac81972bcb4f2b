"""The part of the journal that keeps how mailboxes stood when their flags were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from inboxwatch.ports.accounts import MailboxState


class Look(Struct, frozen=True):
    """How a mailbox stood when what had changed of its open mails was last looked at.

    ``whole_at`` is when all of them were looked at, and not only those that had changed. Of a
    mailbox that does not tell what has changed it is how it stood at the last run.
    """

    account: str
    mailbox: str
    state: MailboxState
    whole_at: datetime


class Looks(Protocol):
    """Looks at flags. Every method is one transaction."""

    def looks(self, account: str) -> Mapping[str, Look]:
        """The last look at each mailbox of an account, by the mailbox's name."""

    def keep_looks(self, looks: Sequence[Look]) -> None:
        """Remember looks, each in place of the one before at its mailbox."""
