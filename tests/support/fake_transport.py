"""A Transport in memory that answers as it is told; it passes the contract suite of SMTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inboxwatch.model.outcome import Delivery, DeliveryKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.errors import AccountError

PHASES = ("mail", "rcpt", "data", "dot")


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that was accepted, or that the server got and never answered for."""

    envelope_from: str
    recipient: str
    octets: bytes


@dataclass(slots=True)
class FakeTransport:
    """An SMTP server's behaviour without a server.

    ``answers`` maps a phase (mail, rcpt, data, dot) to a code, or to None for a connection that is
    dropped there. ``sent`` is what was accepted, ``taken`` what a server got in full before it
    fell silent. ``unreachable`` says why nobody gets through, ``attempts`` how often it was tried.
    ``smtputf8`` tells whether it takes addresses beyond ASCII. ``before`` runs ahead of each
    delivery, so that a test can change the world in between.
    """

    answers: dict[str, int | None] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    taken: list[Sent] = field(default_factory=list)
    before: Callable[[], None] | None = None
    check_error: AccountError | None = None
    smtputf8: bool = True
    unreachable: str = ""
    attempts: int = 0
    closed: bool = False
    _down: str = ""

    def deliver(
        self, envelope_from: str, recipient: str, octets: bytes, *, brake: Callable[[], str]
    ) -> Delivery:
        if self.before is not None:
            self.before()
        if self.down():
            return Delivery(DeliveryKind.TEMPORARY, self.down())
        self.attempts += 1
        self._down = self.unreachable
        if self._down:
            return Delivery(DeliveryKind.TEMPORARY, self._down)
        if not self.smtputf8 and not (envelope_from + recipient).isascii():
            return Delivery(DeliveryKind.STOPPED, f"no SMTPUTF8, which {recipient} needs")
        for phase in PHASES:
            if phase == "data":
                stop = brake()
                if stop:
                    return Delivery(DeliveryKind.STOPPED, stop)
            refused = self._refused(phase)
            if refused is not None:
                if refused.kind is DeliveryKind.UNKNOWN:
                    self.taken.append(Sent(envelope_from, recipient, octets))
                return refused
        self.sent.append(Sent(envelope_from, recipient, octets))
        return Delivery(DeliveryKind.ACCEPTED, "250 taken")

    def _refused(self, phase: str) -> Delivery | None:
        code = self.answers.get(phase, 250)
        if code is None:
            kind = DeliveryKind.UNKNOWN if phase == "dot" else DeliveryKind.TEMPORARY
            return Delivery(kind, f"the connection broke off after {phase}")
        if code < 400:
            return None
        kind = DeliveryKind.TEMPORARY if code < 500 else DeliveryKind.PERMANENT
        return Delivery(kind, f"{code} refused at {phase}")

    def down(self) -> str:
        return self._down

    def check(self) -> str:
        if self.check_error is not None:
            raise self.check_error
        return "an SMTP server in memory"

    def close(self) -> None:
        self.closed = True
