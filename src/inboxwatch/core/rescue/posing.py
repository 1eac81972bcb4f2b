"""Whom a forged mail passes for, and why its sender is suspicious, in words for a support lead."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from inboxwatch.core.text import one_line
from inboxwatch.model.customer import MatchKind
from inboxwatch.model.message import AuthenticationStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.core.rescue.conditions import Facts

MAX_WORDS = 240

SUSPICIONS: Mapping[str, str] = MappingProxyType(
    {
        "S21": "its sender can be read in two ways, so that programs would show different people",
        "A14": "it names no sender, or several, so nobody can say who wrote it",
        "S23": "its domain is made to look like another one, to pass for {whom}",
        "S22": "it shows the name of {whom}, whose address it does not have",
    }
)
"""What makes a sender suspicious, the worst first."""

_SOMEBODY = "somebody else"
_FORWARDED = frozenset({"S10", "S11"})
"""Findings that explain why a mail that is not forged fails."""


def poses_as(facts: Facts) -> str:
    """Whom a mail passes for without being them, a person if possible; empty if it does not.

    A name or a domain that is somebody else's tells it, and for an address that was forged the
    customer whose it is, else the address.
    """
    found = facts.authentication.findings
    named = tuple(dict.fromkeys(one.whom for one in found if one.whom))
    if not named and _is_forged(facts):
        named = (_owner(facts),)
    return one_line("; ".join(named), MAX_WORDS)


def suspicion(facts: Facts) -> str:
    """A sentence on why the sender is suspicious; empty for every other sender."""
    if facts.authentication.status is not AuthenticationStatus.SUSPICIOUS:
        return ""
    whom = {one.id: one.whom for one in facts.authentication.findings}
    rule = next((one for one in SUSPICIONS if one in whom), "")
    told = SUSPICIONS[rule].format(whom=whom[rule] or _SOMEBODY) if rule else "it is not clear"
    proven = "; that it came from its own domain is proven, and makes it no better"
    proof = proven if facts.authentication.proof else ""
    return one_line(f"suspicious: {told}{proof}", MAX_WORDS)


def _is_forged(facts: Facts) -> bool:
    failed = facts.authentication.status is AuthenticationStatus.FAILED
    return failed and _FORWARDED.isdisjoint(one.id for one in facts.authentication.findings)


def _owner(facts: Facts) -> str:
    """Whose address it is."""
    sender, match = facts.message.sender, facts.customer
    address = sender.exact if sender else ""
    if match is None:
        return address
    customer = f"{match.customer.name} (customer {match.customer.id})".strip()
    shown = (sender.name if sender else "") or address
    return f"{shown} of {customer}" if match.match is MatchKind.DOMAIN else customer
