"""The ports to the clock, to IMAP and to SMTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.errors import MailboxError
    from inboxwatch.model.message import MessageRef, RawMessage, Role
    from inboxwatch.model.outcome import Delivery


class Clock(Protocol):
    """The time. Only ``cli`` owns a real one."""

    def now(self) -> datetime:
        """The present instant, aware."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never go backwards."""


class Mailboxes(Struct, frozen=True):
    """The mailboxes of one account by role; ``notes`` say what was not found, ready to print.

    ``review`` is where rescued mail goes for a person to look at, as the server spells or would
    spell it; ``has_review`` tells whether it is there.
    """

    inbox: str
    junk: tuple[str, ...] = ()
    sent: str | None = None
    drafts: str | None = None
    review: str = ""
    has_review: bool = False
    notes: tuple[str, ...] = ()


class MailboxState(Struct, frozen=True):
    """UIDVALIDITY and UIDNEXT at one instant; ``uidvalidity`` 0 means the server keeps none.

    ``modseq`` rises with every change of a flag (HIGHESTMODSEQ, RFC 7162); 0 where the server does
    not tell it.
    """

    uidvalidity: int
    uidnext: int
    exists: int
    modseq: int = 0


class Moved(Struct, frozen=True):
    r"""What became of each mail of a move, by its old UID.

    ``places`` are those that lie in the target now, and where; None where the server does not tell.
    ``failures`` say why the others do not; those of them in ``gone`` lay there no more. Those in
    ``left`` were copied, and the mail they were copied from still lies there, marked ``\Deleted``:
    the server cannot remove it by itself.
    """

    places: Mapping[int, MessageRef | None] = field(default_factory=dict)
    failures: Mapping[int, str] = field(default_factory=dict)
    left: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()


class Account(Protocol):
    """One account on an IMAP server, over one connection.

    Every method may raise UnreachableError (the connection is then dropped and the next call
    connects anew), ``connect`` also LoginRefusedError, and those that name a mailbox MailboxError.
    Reading never changes a flag (rule I01).
    """

    @property
    def name(self) -> str:
        """The account's name in the configuration."""

    @property
    def octets(self) -> int:
        """How many octets have come from the server by now; may be asked from another thread."""

    def connect(self) -> None:
        """Connect and log in, if that has not been done."""

    def mailboxes(self) -> Mailboxes:
        """Find the mailboxes of each role (rules I11 to I16)."""

    def state(self, mailbox: str) -> MailboxState:
        """Ask where a mailbox stands, without opening it for writing."""

    def states(self, mailboxes: Sequence[str]) -> Mapping[str, MailboxState | MailboxError]:
        """Ask where mailboxes stand, all at once and without opening any, where the server can.

        One that cannot be opened has its MailboxError instead of a state, and leaves the others.
        A mailbox without lasting UIDs may seem to have them, until it is opened by ``state`` or
        ``fetch`` (UIDNOTSTICKY is told only then).
        """

    def fetch(
        self,
        mailbox: str,
        role: Role,
        uidvalidity: int,
        ranges: Sequence[tuple[int, int]],
        *,
        headers_only: bool = False,
        since: datetime | None = None,
    ) -> Iterator[tuple[RawMessage, ...]]:
        """Yield the messages whose UIDs lie in the inclusive ``ranges``, in batches, UIDs rising.

        UIDs that do not exist are left out silently (rule I06). Octets are bounded (rule I08).
        A mail that the server does not hand out comes as ``withheld`` if one behind it does, or if
        the others of its answer do.
        With ``since``, mail received more than two days before it need not be brought (rule I09).
        Raises RenumberedError if the UIDVALIDITY is no longer the one given.
        """

    def flags(
        self, mailbox: str, uidvalidity: int, uids: Sequence[int], *, changed_since: int = 0
    ) -> Mapping[int, frozenset[str]]:
        """The flags of those of ``uids`` that still exist; all are gone if UIDVALIDITY changed.

        With the ``modseq`` of a state, where the server keeps any, only of those whose flags have
        changed since: then a UID that is missing tells nothing.
        """

    def mark_answered(self, ref: MessageRef) -> str:
        r"""Set ``\Answered`` and ``$InboxwatchReplied`` (rule F22); say what could not be set."""

    def keywords(
        self,
        mailbox: str,
        uidvalidity: int,
        uids: Sequence[int],
        add: Sequence[str],
        remove: Sequence[str],
    ) -> str:
        """Set some keywords and remove others; say what could not be set (rules I15, S26).

        UIDs that are gone are passed over.
        """

    def move(self, mailbox: str, uidvalidity: int, uids: Sequence[int], target: str) -> Moved:
        """Move mails to another mailbox of the account; what became of each (rules X16, I28).

        Nothing that others have deleted is removed with them. A target that is not there is no
        error: every mail fails with the server's words. When UnreachableError is raised some may
        have been moved: ``locate`` finds them.
        """

    def obstacle(self, mailbox: str, target: str) -> str:
        """Why nothing can be moved from a mailbox to another, as far as that is known beforehand.

        Empty where nothing speaks against it: the move itself may be refused all the same.
        """

    def locate(self, mailbox: str, message_id: str) -> tuple[MessageRef, ...]:
        """Where messages with this Message-ID lie in a mailbox (rule X16)."""

    def naming(self, mailbox: str, message_id: str) -> tuple[MessageRef, ...]:
        """Where messages lie whose In-Reply-To or References name this Message-ID (rule X09).

        Nothing names what has not the form of a Message-ID.
        """

    def create(self, mailbox: str) -> None:
        """Create a mailbox and subscribe to it, unless it is there already (rule I29)."""

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
