"""The doors to the outside, as Protocols. ``app`` knows these; ``cli`` hands the adapters in.

Each port has one contract suite in ``tests/contract`` that every adapter, real or in memory,
passes. What a door raises is said here; anything else it raises is a bug of the adapter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.model.decision import Decision, Refusal
    from inboxwatch.model.message import MessageRef, RawMessage, Role
    from inboxwatch.model.outcome import Delivery, OutboxEntry, OutboxState, Promise
    from inboxwatch.model.world import History, Usage


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

    def authserv_ids(self, mailbox: str, last: int = 200) -> Mapping[str, int]:
        """How often each authserv-id stands topmost in the last mails of a mailbox (rule S15)."""

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


class MailboxMark(Struct, frozen=True):
    """How far a mailbox has been read: everything below ``uidnext`` is in the journal.

    ``baseline_at`` is when its present UIDVALIDITY was first seen, or its UIDNEXT last went back,
    ``baseline_uidnext`` its UIDNEXT at that moment: what lies below it is never answered, whatever
    its INTERNALDATE says.
    """

    account: str
    mailbox: str
    uidvalidity: int
    uidnext: int
    baseline_at: datetime
    baseline_uidnext: int = 1


class StoredMail(Struct, frozen=True):
    """A mail as the journal keeps it; ``decision`` is the object of the JSON contract.

    ``reply_id``, ``reply_state`` and ``reply_detail`` are those of its reply in the outbox, 0 and
    empty without one: they are right even where a run died before it could note how the mail ended.
    """

    id: int
    ref: MessageRef
    role: str
    sender: str
    subject: str
    priority: int
    automatic: bool
    received: datetime
    decision: Mapping[str, object]
    answered_at: datetime | None = None
    closed: str = ""
    reply_id: int = 0
    reply_state: str = ""
    reply_detail: str = ""
    closed_at: datetime | None = None
    """When it was closed, which is when a run noticed it."""


class Watched(Struct, frozen=True):
    """An open mail whose flags are worth a look; ``replied`` tells that we answered it."""

    id: int
    ref: MessageRef
    replied: bool


class Record(Struct, frozen=True):
    """A decision to be remembered.

    ``pending`` asks the next run to decide again if this one dies before it acted; ``closed`` says
    why the mail needs nobody (empty when it does).
    """

    decision: Decision
    payload: Mapping[str, object]
    pending: bool = False
    closed: str = ""


class Claim(Struct, frozen=True):
    """A reply about to go out: what the journal commits before anything is sent (rule X01)."""

    account: str
    reply_key: str
    handle: str
    kind: str
    recipient: str
    recipient_canonical: str
    recipient_domain: str
    envelope_from: str
    message_id: str
    octets: bytes
    claimed_at: datetime
    state: OutboxState
    mail_id: int | None = None
    related_ids: tuple[str, ...] = ()
    envelope_canonical: str = ""
    promise: datetime | None = None
    good_until: datetime | None = None


class Health(Struct, frozen=True):
    """How an account's replies fared since an instant: how many went out, how many came back."""

    replies: int = 0
    rebounds: int = 0


class Claimed(Struct, frozen=True):
    """Either the committed row, or the rules that refused it inside the transaction."""

    entry: OutboxEntry | None
    refusals: tuple[Refusal, ...] = ()


class RunStart(Struct, frozen=True):
    """What a run learns of the ones before it (rules L12, X08)."""

    run_id: int
    previous_at: datetime | None = None
    previous_replies_enabled: bool | None = None
    replies_since: datetime | None = None
    median_candidates: float = 0.0


class RunEnd(Struct, frozen=True):
    """What a run leaves for the ones after it; ``candidates`` are the replies it wanted to send."""

    run_id: int
    finished_at: datetime
    candidates: int
    counts: Mapping[str, int] = field(default_factory=dict)


class Journal(Protocol):
    """What inboxwatch remembers. Every method is one transaction unless ``batch`` is open.

    Raises StateError when the state cannot be used.
    """

    def secret(self) -> bytes:
        """The 32 octets that key Message-IDs and the loop marker, made at the first call."""

    def remember(self, key: str, value: str) -> None:
        """Keep a small text under a key."""

    def remembered(self, key: str) -> str | None:
        """A text kept under a key."""

    def begin_run(self, now: datetime, *, replies_enabled: bool) -> RunStart:
        """Note that a run starts; the medians of rule X08 are over the last thirty days."""

    def set_replies_since(self, run_id: int, since: datetime) -> None:
        """Keep from when on replies are switched on; the next ``begin_run`` tells it."""

    def end_run(self, end: RunEnd) -> None:
        """Note that a run ended, what it counted, and that it told what is unknown."""

    def mailbox(self, account: str, mailbox: str) -> MailboxMark | None:
        """How far a mailbox has been read, or None if it was never seen."""

    def pending(self, account: str, mailbox: str, uidvalidity: int) -> tuple[int, ...]:
        """UIDs whose decision was never acted on; a closed mail is none of them."""

    def pending_mails(self) -> frozenset[int]:
        """The ids of all such mails, wherever they lie."""

    def recall(
        self,
        *,
        account: str,
        reply_key: str,
        sender_canonical: str,
        related_ids: Sequence[str],
        now: datetime,
        ref: MessageRef | None,
        envelope_canonical: str = "",
    ) -> History:
        """The past of a sender and a conversation; the mail at ``ref`` itself does not count.

        ``related_ids`` begin with the mail's own Message-ID, empty if it has none. Replies to
        either address count (rule L04).
        """

    def usage(self, *, account: str, recipient_domain: str, now: datetime) -> Usage:
        """The replies counted under rule L03; rows dated in the future count as well (X14)."""

    def record(
        self, records: Sequence[Record], mark: MailboxMark, now: datetime
    ) -> tuple[int, ...]:
        """Keep decisions and the mark in one transaction; the mails' ids, in order.

        A ref that is there already is brought up to date and keeps its id; if another mail lies
        there by now, the reply to the one before belongs to no mail any more. With another
        UIDVALIDITY nothing under the old one is pending any more (rule X06). A decision's
        ``rebound`` is kept with it, once for each mail, if it names one of our Message-IDs (rules
        A39, L09).
        """

    def acted(self, mail_id: int, payload: Mapping[str, object], *, pending: bool = False) -> None:
        """Keep how a mail's decision ended; it needs no second one unless it stays ``pending``.

        A mail that was closed meanwhile does not.
        """

    def claim(
        self, claim: Claim, permit: Callable[[History, Usage], tuple[Refusal, ...]]
    ) -> Claimed:
        """Commit the claim, durably, unless its reply key is taken or ``permit`` refuses.

        ``permit`` sees history and usage as they are inside the transaction (rule L11). A taken
        reply key gives the refusal X01. A promise is entered in the ledger in the same transaction.
        """

    def settle(self, entry_id: int, state: OutboxState, at: datetime, detail: str) -> None:
        """Write down how a claimed reply ended."""

    def reclaim(
        self, entry_id: int, at: datetime, permit: Callable[[Usage], tuple[Refusal, ...]]
    ) -> Claimed:
        """Claim a ``retry`` row for one more attempt, unless ``permit`` refuses or it is none.

        ``permit`` sees the usage without this row; from now on the row counts as of ``at``.
        """

    def recover(self, now: datetime) -> tuple[OutboxEntry, ...]:
        """Turn every ``sending`` row into ``unknown`` (rule X02).

        Returns all unknown rows that no run which came to its end has reported.
        """

    def entry(self, entry_id: int) -> OutboxEntry | None:
        """One row of the outbox."""

    def take(
        self,
        entry_id: int,
        states: Sequence[OutboxState],
        at: datetime,
        octets: bytes | None = None,
    ) -> OutboxEntry | None:
        """Claim a row for sending because a person said so, if it is in one of ``states``.

        It becomes ``sending``, durably, and counts as of ``at``; ``octets`` replace what it holds.
        None when it has another state by now, or is none.
        """

    def drop(
        self, entry_id: int, states: Sequence[OutboxState], at: datetime, detail: str
    ) -> OutboxEntry | None:
        """Give a reply up, if it is in one of ``states``: its promise is void, its key stays taken.

        None when it has another state by now, or is none.
        """

    def outbox(self, states: Sequence[OutboxState]) -> tuple[OutboxEntry, ...]:
        """The rows in any of ``states``, oldest first."""

    def health(self, account: str, since: datetime) -> Health:
        """An account's replies and rebounds since then, or since it was resumed if that is later.

        A reply that came back is one rebound, as of when that was read; what was sent before the
        account was resumed is forgiven. Rows dated in the future count (rule X14).
        """

    def trip(self, account: str, at: datetime, why: str) -> None:
        """Stop an account's replies until somebody resumes them; the first reason stays (L09)."""

    def tripped(self) -> Mapping[str, str]:
        """The accounts whose replies were stopped, and why."""

    def resume(self, account: str, at: datetime) -> bool:
        """Let an account's replies go out again; whether they had been stopped."""

    def promises(self) -> tuple[Promise, ...]:
        """The promises of replies that were sent or drafted, the earliest due first."""

    def record_answers(
        self, account: str, answers: Sequence[tuple[tuple[str, ...], datetime]], mark: MailboxMark
    ) -> None:
        """Keep that a human wrote in the conversations of these message ids (rules A18, L05)."""

    def open_mails(self, *, since: datetime | None = None) -> tuple[StoredMail, ...]:
        """Mails that nobody has answered and that wait for someone, highest priority first."""

    def watched(self, account: str, *, since: datetime, limit: int) -> tuple[Watched, ...]:
        """The open mails of an account received since then, the most urgent first."""

    def mail(self, mail_id: int) -> StoredMail | None:
        """One mail by its id."""

    def close_mails(self, mail_ids: Sequence[int], reason: str, at: datetime) -> None:
        """Take mails out of the queue: answered by a human elsewhere, moved or deleted.

        They wait for no decision any more.
        """

    def close(self) -> None:
        """Let go of the state. Never raises."""
