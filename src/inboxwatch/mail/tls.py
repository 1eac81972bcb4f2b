"""TLS as every connection uses it: verified, at least 1.2, with no way to switch that off."""

from __future__ import annotations

import ipaddress
import ssl
from typing import TYPE_CHECKING, Literal

from inboxwatch.core.text import one_line
from inboxwatch.errors import UnreachableError

if TYPE_CHECKING:
    from pathlib import Path

Security = Literal["tls", "starttls", "none"]
"""Implicit TLS, mandatory STARTTLS, or plain text, which is for loopback alone (rule T02)."""


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """A context that verifies chain and host name, TLS 1.2 or later (rules T01, T04).

    ``ca_file`` replaces the machine's authorities. Raises UnreachableError if it cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise UnreachableError(
            f"the certificate authorities in {ca_file} cannot be read: {one_line(str(error), 200)}",
            next_step="ca_file has to name a PEM file",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def is_loopback(host: str) -> bool:
    """Whether a host, by its spelling alone, is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_plaintext(host: str, security: Security) -> None:
    """Raise UnreachableError before a password could cross a network in clear text (rule T02)."""
    if security == "none" and not is_loopback(host):
        raise UnreachableError(
            f"security: none is for this machine alone, and {one_line(host, 100)} is another one",
            next_step="use security: tls, or starttls if the server has no TLS port",
        )


def certificate_advice(error: BaseException) -> str:
    """The next step after a failed handshake; empty for every other error."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            "if the server has a certificate of a private authority, name that authority in "
            "ca_file; the host has to be written as in the certificate"
        )
    if isinstance(error, ssl.SSLError):
        return "check port and security: tls speaks TLS at once, starttls begins in plain text"
    return ""
