"""The port to what inboxwatch remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from inboxwatch.ports.cases import Cases
from inboxwatch.ports.conditions import Attempts, Conditions, Traffic
from inboxwatch.ports.corrections import Corrections
from inboxwatch.ports.goodwill import Goodwills
from inboxwatch.ports.looks import Looks
from inboxwatch.ports.people import People
from inboxwatch.ports.reports import Reports
from inboxwatch.ports.surges import Surges
from inboxwatch.ports.sweeps import Sweeps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from inboxwatch.model.conversation import OwnMail
    from inboxwatch.model.decision import Refusal
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import OutboxEntry, OutboxState, Promise
    from inboxwatch.model.past import Past
    from inboxwatch.model.world import History, Usage
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


class Journal(
    Traffic,
    Attempts,
    Cases,
    Conditions,
    Corrections,
    Goodwills,
    Looks,
    People,
    Reports,
    Surges,
    Sweeps,
    Protocol,
):
    """What inboxwatch remembers. Every method is one transaction unless a ``snapshot`` is open.

    Raises StateError when the state cannot be used.
    """

    def snapshot(self) -> AbstractContextManager[None]:
        """Until its end everything that is asked has its answer from one state of the journal.

        Nothing may be written meanwhile.
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
        """Note that a run ended, what it counted and found, and that it told what is new.

        That is what is unknown, and what is in quarantine.
        """

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
        subject: str = "",
    ) -> History:
        """The past of a sender and a conversation; the mail at ``ref`` itself does not count.

        ``related_ids`` begin with the mail's own Message-ID, empty if it has none. Replies to
        either address count (rule L04). Where no id leads to a conversation, a
        ``subject`` that says "Re:" does.
        """

    def usage(self, *, account: str, recipient_domain: str, now: datetime) -> Usage:
        """The replies counted under rule L03; rows dated in the future count as well (X14)."""

    def record(
        self, records: Sequence[Record], mark: MailboxMark | None, now: datetime
    ) -> tuple[int, ...]:
        """Keep decisions and the mark in one transaction; the mails' ids, in order.

        A ref that is there already is brought up to date and keeps its id; if another mail lies
        there by now, the reply to the one before belongs to no mail any more. With another
        UIDVALIDITY nothing under the old one is pending any more (rule X06). A decision's
        ``rebound`` is kept with it, once for each mail, if it names one of our Message-IDs (rules
        A39, L09). Without a mark nothing is said of how far the mailbox has been read.
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

    def promises(self, since: datetime | None = None) -> tuple[Promise, ...]:
        """The promises of replies that were sent or drafted, and of people, the earliest due first.

        Those that fall due since then, or all of them.

        A person's is entered by ``record_own``, or by ``record`` with a colleague's answer.
        """

    def due(self, since: datetime, until: datetime) -> tuple[Promise, ...]:
        """The promises that nobody has kept and that fall due in between, the earliest first."""

    def record_own(self, account: str, mails: Sequence[OwnMail], mark: MailboxMark) -> None:
        """Keep that people of the team wrote in the conversations of these mails (A18, L05).

        A mail that leads to none answers nothing; one that is known by its Message-ID counts once.
        Those to whom they wrote are contacts from now on. The mark is kept in the same transaction.
        """

    def open_mails(self, *, since: datetime | None = None) -> tuple[StoredMail, ...]:
        """Mails that nobody has answered and that wait for someone, highest priority first.

        Those received since then, or moved out of a spam folder since then, or all of them.
        """

    def mails_elsewhere(self, account: str, places: Iterable[tuple[str, int]]) -> bool:
        """Whether any mail of an account lies in none of these, each a mailbox and UIDVALIDITY."""

    def watched(self, account: str, *, since: datetime, limit: int) -> tuple[Watched, ...]:
        """The open mails of an account received or rescued since then, the most urgent first."""

    def mail(self, mail_id: int) -> StoredMail | None:
        """One mail by its id."""

    def decided(self, since: datetime) -> tuple[tuple[StoredMail, Past], ...]:
        """The mails received since then with what they were decided against, oldest first.

        Mail that an earlier version decided is not among them.
        """

    def close_mails(self, mail_ids: Sequence[int], reason: str, at: datetime) -> None:
        """Take mails out of the queue: answered by a human elsewhere, moved or deleted.

        They wait for no decision any more.
        """

    def close(self) -> None:
        """Let go of the state. Never raises."""
