"""Addresses and domains in their key forms, with a short way for the plain ones; hosts.

Nearly every address of a customer list is plain ASCII; those are recognised by one expression,
without the libraries that the general case needs.
"""

from __future__ import annotations

import re

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]++"
_LABEL = r"[a-z0-9](?:[a-z0-9]|-(?!-)){0,61}(?<!-)"
_PLAIN = re.compile(rf"{_ATOM}(?>(?:\.{_ATOM})*)@{_LABEL}(?>(?:\.{_LABEL})*)")
_PLAIN_DOMAIN = re.compile(rf"{_LABEL}(?>(?:\.{_LABEL})+)")
MAX_ADDRESS = 254


def exact_address(text: str) -> str:
    """The ``Address.exact`` form of a bare address; raises ValueError (rule S20)."""
    lowered = text.strip().lower()
    if len(lowered) <= MAX_ADDRESS and lowered.isascii() and _PLAIN.fullmatch(lowered):
        return lowered
    from inboxwatch.core.message.address import parse_address  # noqa: PLC0415  # the rare case only

    try:
        address = parse_address(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not an address: {error}") from None
    if address.name or text.strip().endswith((">", ")")):
        raise ValueError(f"{text!r} has a name with it: write the bare address, {address.spec}")
    return address.exact


def exact_domain(text: str) -> str:
    """A domain as lower-case A-labels (UTS 46), with or without ``@``; raises ValueError."""
    lowered = text.strip().lower().removeprefix("@")
    if not _PLAIN_DOMAIN.fullmatch(lowered):
        from inboxwatch.core.message.address import ascii_domain  # noqa: PLC0415  # the rare case

        try:
            lowered = ascii_domain(lowered)
        except ValueError:
            raise ValueError(f"{text!r} is not a domain: write it like acme.example") from None
    if "." not in lowered:
        raise ValueError(f"{text!r} is not a whole domain: write it like acme.example")
    return lowered


def address_or_domain(text: str) -> str:
    """An exact address, or ``@`` and a domain in its key form; raises ValueError."""
    return f"@{exact_domain(text)}" if text.strip().startswith("@") else exact_address(text)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name alone: localhost, 127.0.0.0/8 or ::1."""
    from ipaddress import ip_address  # noqa: PLC0415  # not for addresses

    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
