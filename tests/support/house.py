"""A whole house in memory: fakes that pass the contract suites, a clock that stands still."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.build import NOW, customers, policy
from tests.support.fake_account import FakeAccount
from tests.support.fake_transport import FakeTransport
from tests.support.memory_journal import MemoryJournal

from inboxwatch.app.desk import BUDGET, Desk, Doors, Rules, no_brake, no_chance
from inboxwatch.app.run import run
from inboxwatch.model.customer import Customer, Customers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.fake_transport import Sent

    from inboxwatch.core.run_summary import RunReport
    from inboxwatch.model.policy import Policy
    from inboxwatch.ports import Journal

ANN = Customer("c-1", "Ann Customer", ("ann@customer.example",))


class StillClock:
    """A clock that moves when a test moves it; its seconds tick so that waiting ends."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at
        self._ticks = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        self._ticks += 1.0
        return self._ticks

    def wait(self, seconds: float) -> None:
        """Something takes its time, by the clock that no jump concerns."""
        self._ticks += seconds

    def pass_by(self, **length: float) -> None:
        self.at += timedelta(**length)


def letter(
    sender: str = "ann@customer.example",
    *,
    subject: str = "A question",
    text: str = "How do I change my address?",
    message_id: str = "",
    to: str = "support@acme.example",
    at: datetime = NOW,
    headers: str = "",
) -> bytes:
    """A genuine mail to our address, with everything a delivering server adds."""
    domain = sender.partition("@")[2]
    digest = hashlib.sha256(f"{sender}|{subject}|{text}".encode()).hexdigest()[:16]
    key = message_id or f"<{digest}@{domain}>"
    return (
        f"Return-Path: <{sender}>\n"
        f"Authentication-Results: mx.acme.example; dmarc=pass header.from={domain}\n"
        f"Received: from mail.{domain} by mx.acme.example; {at:%a, %d %b %Y %H:%M:%S +0000}\n"
        f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: {key}\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S +0000}\n{headers}\n{text}\n"
    ).encode()


def bounce(
    sent: Sent, *, at: datetime = NOW, status: str = "5.1.1", action: str = "failed"
) -> bytes:
    """The delivery report of a mail that went out (RFC 3464), with the header of the original."""
    header = sent.octets.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode()
    domain = sent.recipient.rpartition("@")[2]
    digest = hashlib.sha256(sent.octets + at.isoformat().encode()).hexdigest()[:16]
    stamp = f"{at:%a, %d %b %Y %H:%M:%S +0000}"
    return (
        f"Return-Path: <>\nReceived: from mail.{domain} by mx.acme.example; {stamp}\n"
        f"From: Mail Delivery System <MAILER-DAEMON@{domain}>\nTo: {sent.envelope_from}\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <{digest}@{domain}>\n"
        f"Date: {stamp}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI'm sorry to have to inform you.\n\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.{domain}\n\n"
        f"Final-Recipient: rfc822; {sent.recipient}\nAction: {action}\nStatus: {status}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{header}\n\n--b--\n"
    ).encode()


@dataclass
class House:
    """One account, or several, with a journal and everything that a run wants."""

    accounts: dict[str, FakeAccount] = field(default_factory=lambda: {"support": FakeAccount()})
    transport: FakeTransport = field(default_factory=FakeTransport)
    journal: Journal = field(default_factory=MemoryJournal)
    clock: StillClock = field(default_factory=StillClock)
    policy: Policy = field(default_factory=policy)
    customers: Customers = field(default_factory=lambda: customers(ANN))
    brake: Callable[[], str] = no_brake
    budget: float = BUDGET
    eager: bool = False
    chance: Callable[[], float] = no_chance
    host: str = "mail.acme.example"

    @property
    def account(self) -> FakeAccount:
        """The first account."""
        return next(iter(self.accounts.values()))

    def deliver(self, octets: bytes, mailbox: str = "INBOX", **fields: object) -> int:
        """A mail arrives now."""
        return self.account.deliver(mailbox, octets, self.clock.now(), **fields)  # type: ignore[arg-type]

    def desk(self, *, dry_run: bool = False, stop: Callable[[], bool] = lambda: False) -> Desk:
        """What every verb works with."""
        return Desk(
            rules=Rules(lambda: (self.policy, self.customers)),
            replies_enabled=self.policy.replies_enabled,
            doors={
                name: Doors(one, self.transport, flags_answered=one.answered_flag, host=self.host)
                for name, one in self.accounts.items()
            },
            journal=self.journal,
            clock=self.clock,
            brake=self.brake,
            stop=stop,
            dry_run=dry_run,
            budget=self.budget,
            eager=self.eager,
            chance=self.chance,
        )

    def run(self, *, dry_run: bool = False, configured_at: datetime | None = None) -> RunReport:
        """One run."""
        return run(self.desk(dry_run=dry_run), configured_at=configured_at)

    def after_baseline(self) -> House:
        """The same house, its empty mailboxes known, a minute later."""
        self.run()
        self.clock.pass_by(minutes=1)
        return self
