"""The Transport port over SMTP: one connection, opened when first needed and used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.text import one_line
from inboxwatch.errors import InboxwatchError, UnreachableError
from inboxwatch.model.outcome import Delivery, DeliveryKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.mail.smtp.conversation import Conversation
    from inboxwatch.mail.smtp.settings import SmtpSettings


class SmtpTransport:
    """One SMTP server. What goes wrong before MAIL FROM says nothing about the mail: TEMPORARY.

    After a server that could not be reached, was too slow or refused the login it is ``down``: the
    same object tries no more (rules I22, X11).
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._conversation: Conversation | None = None
        self._fault: InboxwatchError | None = None

    def down(self) -> str:
        """Why this server is left alone from now on; empty while it is of use."""
        return self._fault.message if self._fault is not None else ""

    def deliver(
        self, envelope_from: str, recipient: str, octets: bytes, *, brake: Callable[[], str]
    ) -> Delivery:
        """One transaction for one recipient; an empty ``envelope_from`` is the null sender."""
        fault = _unusable(envelope_from, recipient)
        if fault:
            return Delivery(DeliveryKind.PERMANENT, fault)
        try:
            conversation = self._ready(envelope_from)
        except InboxwatchError as error:  # with a password that cannot be had
            return Delivery(DeliveryKind.TEMPORARY, error.message)
        delivery = conversation.deliver(envelope_from, recipient, octets, brake)
        if conversation.too_slow:
            self._fault = UnreachableError(conversation.too_slow)
        return delivery

    def check(self) -> str:
        """Connect, log in and hang up; the server and what it announced. Raises AccountError."""
        self.close()
        announced = self._connect("").announced()
        self.close()
        return f"{self._settings.place}: {announced}"

    def close(self) -> None:
        """Hang up. Never raises."""
        if self._conversation is not None:
            self._conversation.close()
            self._conversation = None

    def _ready(self, envelope_from: str) -> Conversation:
        """A conversation between two transactions; one that has ended meanwhile is replaced."""
        if self._conversation is not None and self._conversation.renew():
            return self._conversation
        return self._connect(envelope_from)

    def _connect(self, envelope_from: str) -> Conversation:
        from inboxwatch.mail.smtp.conversation import (  # noqa: PLC0415 - with smtplib, only to send
            Conversation,
        )

        if self._fault is not None:
            raise self._fault
        helo = _helo_name(envelope_from or self._settings.user)
        try:
            self._conversation = Conversation(self._settings, helo)
        except InboxwatchError as error:  # a password that cannot be had is asked for once
            self._fault = error
            raise
        return self._conversation


def _helo_name(address: str) -> str:
    """The domain to greet with: the envelope's, never this machine's name."""
    domain = address.rpartition("@")[2] if "@" in address else ""
    return domain if domain and domain.isascii() and domain.isprintable() else "localhost"


def _unusable(envelope_from: str, recipient: str) -> str:
    """Why an envelope cannot be sent at all; empty if it can. Nothing of it may be a command."""
    for address in (envelope_from, recipient):
        if any(ord(character) <= ord(" ") or character in "<>\x7f" for character in address):
            return f"{one_line(address, 100)!r} is not an address"
    return "" if "@" in recipient else f"{one_line(recipient, 100)!r} is not an address"
