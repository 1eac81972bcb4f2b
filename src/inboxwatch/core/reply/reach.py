"""Whom a reply would reach, and whether it can be sent there (rules A03, A34, F01, F20)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import is_normalized

from inboxwatch.core.reply.case import MAX_EVIDENCE
from inboxwatch.core.text import one_line
from inboxwatch.model.message import AuthenticationStatus, ReturnPathKind

if TYPE_CHECKING:
    from inboxwatch.core.reply.case import Case
    from inboxwatch.model.message import Address, Authentication, Message

MAX_LOCAL, MAX_DOMAIN, MAX_PATH = 64, 255, 256
"""Octets of an address that SMTP carries (RFC 5321 4.5.3.1); the path has two brackets."""

_RESERVED = (".example", ".invalid", ".local", ".localhost", ".test")
_NO_ADDRESS = frozenset("\r\n\0 <>")


def destination(message: Message, authentication: Authentication) -> tuple[Address | None, str]:
    """Where a reply may go, or None and why not (rule F01); never Reply-To, never Sender.

    The envelope sender if it is the From address. If they differ within one registrable domain, or
    none was recorded, the From address, once the sender is authenticated.
    """
    sender, envelope = message.sender, message.return_path
    if sender is None:
        return None, "From does not name exactly one sender"
    authenticated = authentication.status is AuthenticationStatus.AUTHENTICATED
    if envelope.address is None:
        guessed = envelope.kind is ReturnPathKind.ABSENT and authenticated
        return (sender, "") if guessed else (None, "there is no return address")
    if envelope.address.canonical == sender.canonical:
        return envelope.address, ""
    differ = f"Return-Path is {envelope.address.exact}, From is {sender.exact}"
    related = envelope.address.organisational == sender.organisational
    if related and authenticated:
        return sender, ""
    why = f"{differ}, which is not authenticated" if related else differ
    return None, one_line(why, MAX_EVIDENCE)


def no_return_path(case: Case) -> str:
    """A03: no return address, unless the account may trust an authenticated From instead."""
    if case.message.return_path.kind is not ReturnPathKind.ABSENT:
        return ""
    if not case.world.account.trust_from_when_no_return_path:
        return "there is no Return-Path"
    if case.authentication.status is AuthenticationStatus.AUTHENTICATED:
        return ""
    return "there is no Return-Path, and From is not authenticated"


def disagreeing(case: Case) -> str:
    """F01: the return address and From disagree about where a reply would go."""
    if case.message.sender is None or case.message.return_path.address is None:
        return ""
    return destination(case.message, case.authentication)[1]


def unsendable(case: Case) -> str:
    """A34: an address that SMTP cannot carry, or that no public server has."""
    address = destination(case.message, case.authentication)[0] or case.message.sender
    if address is None:
        return ""
    local, domain = len(address.local.encode()), len(address.domain)
    if local > MAX_LOCAL or domain > MAX_DOMAIN or local + domain + 3 > MAX_PATH:
        return f"{local} octets before and {domain} after the @ are too many"
    if not _NO_ADDRESS.isdisjoint(address.spec) or not address.local:
        return "the address holds characters that no address holds"
    if not _on_the_internet(address.domain):
        return one_line(f"{address.domain} is not a domain of the internet", MAX_EVIDENCE)
    if address.domain.endswith(_RESERVED) and not case.world.account.test_domains_allowed:
        return one_line(f"{address.domain} is reserved", MAX_EVIDENCE)
    return ""


def _on_the_internet(domain: str) -> bool:
    """Whether a domain has a dot, and is no host in digits (RFC 3696 section 2)."""
    _, dot, top = domain.rstrip(".").rpartition(".")
    return bool(dot) and not domain.startswith("[") and not top.isdigit()


def not_ascii(case: Case) -> str:
    """F20: a local part beyond ASCII that no field can name to the letter (RFC 6532 3.1).

    All others can be written to where the server has SMTPUTF8, which is seen when it is sent.
    """
    sender = case.message.sender
    if sender is None or sender.local.isascii():
        return ""
    if sender.local.isprintable() and is_normalized("NFC", sender.local):
        return ""
    return one_line(f"{sender.exact} holds characters that cannot be written", MAX_EVIDENCE)
