"""Models of what answers an automatic reply, and a simulation of them against our whole run.

Time passes from one event to the next: what arrives is looked at by the run of the next five
minutes, and what a run sends reaches the peer it is addressed to, who may answer, and later too.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from tests.support.house import House, bounce, letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from tests.support.fake_transport import Sent

POLL = timedelta(minutes=5)
NAG = timedelta(hours=6)
"""How often a peer writes of its own accord, answered or not: a loop would feed on it."""


class Arriving(Struct, frozen=True):
    """A mail on its way to one of our accounts."""

    at: datetime
    octets: bytes
    account: str = "support"


@dataclass
class Peer:
    """A responder that marks nothing: it answers everything at once, in the thread, like a person.

    ``keeps_thread`` tells that all of its mails refer to what they answer, and so to each other.
    """

    address: str = "desk@peer.example"
    keeps_thread: bool = True
    nag: timedelta = NAG
    numbers: Iterator[int] = field(default_factory=count)
    first_id: str = ""

    def writes(self, at: datetime) -> Arriving:
        """A mail of its own accord."""
        number = next(self.numbers)
        own = f"<{number}.{id(self)}@peer.example>"
        self.first_id = self.first_id or own
        refers = self.keeps_thread and own != self.first_id
        headers = f"References: {self.first_id}\n" if refers else ""
        return self._mail(at, number, self.subject(number), "We are waiting.", own, headers)

    def answers(self, sent: Sent, at: datetime) -> Iterator[Arriving]:
        """What comes back for one of our replies."""
        number = next(self.numbers)
        got = parsed(sent)
        headers = ""
        if self.keeps_thread:
            refers = f"{got['References'] or ''} {got['Message-ID']}".split()
            headers = f"In-Reply-To: {got['Message-ID']}\nReferences: {' '.join(refers)}\n"
        own = f"<{number}.{id(self)}@peer.example>"
        to = self.destination(sent, got)
        subject = self.answer_subject(number, str(got["Subject"]))
        mail = self._mail(
            at + self.delay(number), number, subject, self.text(got), own, headers, to
        )
        yield mail

    def _mail(
        self,
        at: datetime,
        number: int,
        subject: str,
        text: str,
        message_id: str,
        headers: str,
        to: str = "support@acme.example",
    ) -> Arriving:
        octets = letter(
            self.sender(number),
            subject=subject,
            text=text,
            message_id=message_id,
            headers=headers,
            at=at,
            to=to,
        )
        return Arriving(at, octets)

    # what the models do differently

    def sender(self, number: int) -> str:
        del number
        return self.address

    def subject(self, number: int) -> str:
        return f"Request {number}"

    def answer_subject(self, number: int, subject: str) -> str:
        del number
        return subject

    def text(self, got: EmailMessage) -> str:
        del got
        return "Thank you, we have received your request and deal with it."

    def destination(self, sent: Sent, got: EmailMessage) -> str:
        del got
        return sent.envelope_from

    def delay(self, number: int) -> timedelta:
        del number
        return timedelta(seconds=2)


class Retitling(Peer):
    """A ticket system that titles every mail anew (freescout#3670)."""

    def answer_subject(self, number: int, subject: str) -> str:
        return f"[#{117904 + number}] Ticket Received - {subject}"


@dataclass
class Forgetful(Peer):
    """New Message-IDs and no references: nothing tells that it is an answer."""

    keeps_thread: bool = False


class ToFrom(Forgetful):
    """Answers to From, as RFC 3834 forbids."""

    def destination(self, sent: Sent, got: EmailMessage) -> str:
        del sent
        return str(got["From"].addresses[0].addr_spec)


class Delaying(Forgetful):
    """Answers after minutes, hours or days, in turn."""

    def delay(self, number: int) -> timedelta:
        return (timedelta(minutes=7), timedelta(hours=5), timedelta(days=3))[number % 3]


class DelayingInThread(Delaying):
    """The same, with references."""

    def __init__(self) -> None:
        super().__init__(keeps_thread=True)


class Bouncing(Forgetful):
    """Its mail system refuses whatever we send, with a report; it writes on nevertheless."""

    def answers(self, sent: Sent, at: datetime) -> Iterator[Arriving]:
        yield Arriving(at + timedelta(seconds=3), bounce(sent, at=at))


class Quoting(Forgetful):
    """Sends our own words back."""

    def text(self, got: EmailMessage) -> str:
        body = got.get_body(("plain",))
        assert body is not None
        return "\n".join(f"> {line}" for line in body.get_content().splitlines())


class Tagging(Forgetful):
    """Another tag in its From each time."""

    def sender(self, number: int) -> str:
        return self.address.replace("@", f"+{number}@")


class Everything(Tagging, Retitling):
    """Whatever the others do, at once."""

    def text(self, got: EmailMessage) -> str:
        return Quoting.text(self, got)  # type: ignore[arg-type]

    def delay(self, number: int) -> timedelta:
        return Delaying.delay(self, number)  # type: ignore[arg-type]


@dataclass
class Forwarding(Forgetful):
    """Hands everything on to another account of ours, as its own mail and without our marks."""

    other: str = "sales@acme.example"

    def answers(self, sent: Sent, at: datetime) -> Iterator[Arriving]:
        for mail in super().answers(sent, at):
            octets = mail.octets.replace(b"support@acme.example", self.other.encode())
            yield replace(mail, octets=octets, account="sales")
        yield Arriving(at, b"Return-Path: <support@acme.example>\n" + sent.octets, "sales")


def parsed(sent: Sent) -> EmailMessage:
    """What went out, as the other side reads it."""
    return message_from_bytes(sent.octets, policy=policy.default)


@dataclass
class Simulation:
    """Our house against one peer for a while."""

    house: House
    peer: Peer
    waiting: list[tuple[datetime, int, Arriving]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    heard: int = 0

    def last(self, hours: float) -> None:
        """Let so many hours pass."""
        clock = self.house.clock
        start = clock.now()
        end = start + timedelta(hours=hours)
        nags = int(timedelta(hours=hours) / self.peer.nag)
        for number in range(nags):
            self._send(self.peer.writes(start + number * self.peer.nag))
        while self.waiting and self.waiting[0][0] <= end:
            due = self.waiting[0][0]
            clock.at = max(clock.at, start + -(-(due - start) // POLL) * POLL)
            self._deliver()
            self.house.run()
            self._hear()

    def _send(self, mail: Arriving) -> None:
        heapq.heappush(self.waiting, (mail.at, next(self.order), mail))

    def _deliver(self) -> None:
        while self.waiting and self.waiting[0][0] <= self.house.clock.now():
            at, _, mail = heapq.heappop(self.waiting)
            self.house.accounts[mail.account].deliver("INBOX", mail.octets, at)

    def _hear(self) -> None:
        fresh = self.house.transport.sent[self.heard :]
        self.heard += len(fresh)
        for sent in fresh:
            for mail in self.peer.answers(sent, self.house.clock.now()):
                self._send(mail)


@dataclass
class Duel:
    """Two houses of ours, each with a journal of its own, that answer each other.

    What marks our replies is taken off on the way, so that each takes the other for a customer.
    """

    houses: tuple[House, House]
    addresses: tuple[str, str]
    heard: list[int] = field(default_factory=lambda: [0, 0])

    def last(self, hours: int) -> None:
        """Let so many hours pass; every six of them somebody starts anew."""
        for hour in range(hours):
            for number, house in enumerate(self.houses):
                if hour % 6 == number:
                    self._arrives(1 - number, f"Request {hour}", "We are waiting.", f"n{hour}")
                house.clock.pass_by(hours=1)
                if self._has_mail(house):
                    house.run()
                    self._carry(number)

    def _has_mail(self, house: House) -> bool:
        mark = house.journal.mailbox("support", "INBOX")
        return mark is None or house.account.boxes["INBOX"].uidnext > mark.uidnext

    def _carry(self, number: int) -> None:
        sent = self.houses[number].transport.sent
        fresh, self.heard[number] = sent[self.heard[number] :], len(sent)
        for one in fresh:
            got = parsed(one)
            body = got.get_body(("plain",))
            assert body is not None
            key = f"{number}.{self.heard[number]}"
            self._arrives(1 - number, str(got["Subject"]), body.get_content(), key)

    def _arrives(self, number: int, subject: str, text: str, key: str) -> None:
        house = self.houses[number]
        mail = letter(
            self.addresses[1 - number],
            to=self.addresses[number],
            subject=subject,
            text=text,
            message_id=f"<{key}@gateway.example>",
            at=house.clock.now(),
        )
        house.deliver(mail)
