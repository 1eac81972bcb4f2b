r"""What a mail has to meet to come out of ``\Junk`` by itself: the conditions of S26, a row each.

A condition returns the findings that speak against it; without any it is met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.rescue.attached import program
from inboxwatch.model.customer import MatchKind
from inboxwatch.model.message import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.message import Authentication, Filtered, Message

Findings = tuple[Finding, ...]


class Facts(Struct, frozen=True):
    """What is known of a mail when it is judged.

    ``taken_for`` is the filter's verdict in words; ``relation`` says by what a stranger's mail
    belongs to something of ours, empty if by nothing.
    """

    message: Message
    authentication: Authentication
    customer: CustomerMatch | None = None
    automatic: Findings = ()
    filtered: Filtered | None = None
    taken_for: str = ""
    relation: str = ""


class Row(Struct, frozen=True):
    """One condition: its name, what it asks, what speaks against it, and what shows it is met."""

    id: str
    title: str
    against: Callable[[Facts], Findings]
    shows: Callable[[Facts], str] = lambda _: ""


NO_SENDER = frozenset({"A14", "S21"})
NAME, DOMAIN, REPLY_TO = "S22", "S23", "S24"
BY_ARC, FORWARDED = "S10", "S11"
_NOT_OF_THE_PROOF = NO_SENDER | {NAME, DOMAIN, REPLY_TO, BY_ARC}
_INCOMPLETE = frozenset(
    {
        "boundary-missing",
        "boundary-unclosed",
        "header-truncated",
        "nul",
        "parts-too-deep",
        "parts-truncated",
        "unparsed",
    }
)
"""Defects of mail of which something was not seen: more attachments, for one."""


def _customer(facts: Facts) -> Findings:
    if facts.customer is None:
        return (Finding("S20", "no customer has this address"),)
    if facts.customer.match is MatchKind.DOMAIN:
        return (Finding("S20", "a customer by the domain alone"),)
    return ()


def _who(facts: Facts) -> str:
    return f"customer {facts.customer.customer.id}" if facts.customer else ""


def _told(*rules: str) -> Callable[[Facts], Findings]:
    """Whatever the S rules found that has one of these ids."""

    def against(facts: Facts) -> Findings:
        return tuple(one for one in facts.authentication.findings if one.id in rules)

    return against


def _unproven(facts: Facts) -> Findings:
    """Why nothing proves the sender; ARC of a listed sealer is a proof to this end (rule S10)."""
    found = facts.authentication.findings
    if any(one.id == BY_ARC for one in found):
        return ()
    against = tuple(one for one in found if one.id not in _NOT_OF_THE_PROOF)
    if against or facts.authentication.proof:
        return against
    return _told(*NO_SENDER)(facts) or (Finding("S14", "nothing proves the sender"),)


def _proof(facts: Facts) -> str:
    arc = _told(BY_ARC)(facts)
    return facts.authentication.proof or (arc[0].evidence if arc else "")


def _harmful(facts: Facts) -> Findings:
    taken = facts.filtered is not None and facts.filtered.grave
    return (Finding("S25", facts.taken_for),) if taken else ()


def _incomplete(facts: Facts) -> Findings:
    found = ", ".join(one for one in facts.message.defects if one in _INCOMPLETE)
    return (Finding("A43", found),) if found else ()


def _program(facts: Facts) -> Findings:
    found = program(facts.message)
    return (Finding("S26", found),) if found else ()


def _address(facts: Facts) -> str:
    return facts.message.sender.exact if facts.message.sender else ""


def _domain(facts: Facts) -> str:
    return facts.message.sender.domain if facts.message.sender else ""


CONDITIONS: tuple[Row, ...] = (
    Row("known-customer", "The address is exactly one of a known customer's.", _customer, _who),
    Row(
        "one-sender",
        "From is one address, which every mail program reads alike.",
        _told(*NO_SENDER),
        _address,
    ),
    Row(
        "proven",
        "The mail server that you trust proves that the sender's domain sent it.",
        _unproven,
        _proof,
    ),
    Row(
        "own-name",
        "The name shown with the address is nobody else's.",
        _told(NAME),
        lambda facts: facts.message.sender.name if facts.message.sender else "",
    ),
    Row(
        "own-domain",
        "The domain does not imitate one of a customer's or of yours.",
        _told(DOMAIN),
        _domain,
    ),
    Row("own-reply-to", "Answers go to the sender and to nobody else.", _told(REPLY_TO)),
    Row(
        "harmless",
        "The spam filter took it for no more than spam or a mass mailing.",
        _harmful,
        lambda facts: facts.taken_for,
    ),
    Row(
        "from-a-person",
        "A person wrote it: no mailing list, mass mailing or program.",
        lambda facts: facts.automatic,
    ),
    Row("complete", "All of it was there to look at, and well formed.", _incomplete),
    Row("no-program", "None of its attachments is a program, or hides what it is.", _program),
)
"""The conditions of rule S26, in its order."""
