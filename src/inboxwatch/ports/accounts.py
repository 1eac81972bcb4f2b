"""The ports to the clock, to IMAP and to SMTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.model.message import MessageRef, RawMessage, Role
    from inboxwatch.model.outcome import Delivery


class Clock(Protocol):
    """The time. Only ``cli`` owns a real one."""

    def now(self) -> datetime:
        """The present instant, aware."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never go backwards."""


class Mailboxes(Struct, frozen=True):
    """The mailboxes of one account by role; ``notes`` say what was not found, ready to print."""

    inbox: str
    junk: tuple[str, ...] = ()
    sent: str | None = None
    drafts: str | None = None
    notes: tuple[str, ...] = ()


class MailboxState(Struct, frozen=True):
    """UIDVALIDITY and UIDNEXT at one instant; ``uidvalidity`` 0 means the server keeps none."""

    uidvalidity: int
    uidnext: int
    exists: int


class Account(Protocol):
    """One account on an IMAP server, over one connection.

    Every method may raise UnreachableError (the connection is then dropped and the next call
    connects anew), ``connect`` also LoginRefusedError, and those that name a mailbox MailboxError.
    Reading never changes a flag (rule I01).
    """

    @property
    def name(self) -> str:
        """The account's name in the configuration."""

    def connect(self) -> None:
        """Connect and log in, if that has not been done."""

    def mailboxes(self) -> Mailboxes:
        """Find the mailboxes of each role (rules I11 to I16)."""

    def state(self, mailbox: str) -> MailboxState:
        """Ask where a mailbox stands, without opening it for writing."""

    def fetch(
        self,
        mailbox: str,
        role: Role,
        uidvalidity: int,
        ranges: Sequence[tuple[int, int]],
        *,
        headers_only: bool = False,
    ) -> Iterator[tuple[RawMessage, ...]]:
        """Yield the messages whose UIDs lie in the inclusive ``ranges``, in batches, UIDs rising.

        UIDs that do not exist are left out silently (rule I06). Octets are bounded (rule I08).
        Raises UnreachableError if the UIDVALIDITY is no longer the one given.
        """

    def flags(
        self, mailbox: str, uidvalidity: int, uids: Sequence[int]
    ) -> Mapping[int, frozenset[str]]:
        """The flags of those of ``uids`` that still exist; all are gone if UIDVALIDITY changed."""

    def mark_answered(self, ref: MessageRef) -> str:
        r"""Set ``\Answered`` and ``$InboxwatchReplied`` (rule F22); say what could not be set."""

    def append(
        self, mailbox: str, octets: bytes, flags: Sequence[str], when: datetime, message_id: str
    ) -> None:
        """Append a message unless one with this Message-ID lies there already (rule F21)."""

    def has_message(self, mailbox: str, message_id: str) -> bool:
        """Whether a message with this Message-ID lies in a mailbox (rule X02)."""

    def traces(self, mailbox: str, last: int = 200) -> Sequence[tuple[tuple[str, str], ...]]:
        """The Received and Authentication-Results of the last mails of a mailbox (rule S15).

        Of each mail they come in their order, as ``Message.trace`` has them, oldest mail first.
        """

    def close(self) -> None:
        """Log out if the stream is in step, else drop the connection (rule I04). Never raises."""


class Transport(Protocol):
    """The way out: one SMTP server, one connection, opened when first needed."""

    def deliver(
        self, envelope_from: str, recipient: str, octets: bytes, *, brake: Callable[[], str]
    ) -> Delivery:
        """Hand ``octets`` over for one recipient. Never raises for what a server does.

        ``brake`` is asked immediately before DATA (rule L13): a text stops the transaction there
        and becomes the detail of a STOPPED delivery; so does an address beyond ASCII on a server
        without SMTPUTF8 (rule F20). An error after the final dot is UNKNOWN
        (rule X03); everything before it is TEMPORARY or PERMANENT by the server's code (F23).
        """

    def down(self) -> str:
        """Why this object tries no more; empty while the server is of use.

        It was out of reach, too slow, or refused the login: every further ``deliver`` is TEMPORARY
        at once, with this as its detail.
        """

    def check(self) -> str:
        """Connect, log in and hang up; say what the server announced. Raises AccountError."""

    def close(self) -> None:
        """Hang up. Never raises."""
