"""Mail that somebody forwarded, which breaks SPF and often DKIM (rules S10, S11).

A sealer whom the configuration lists may vouch for the sender by ARC (RFC 8617), which is enough to
rescue a mail and no more. Without, a forwarder of ours explains why nothing proves the sender.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.core.message.address import AddressError, ascii_domain, organisational_domain
from inboxwatch.core.message.authentication import (
    MAX_EVIDENCE,
    domain_of,
    trusted_results,
    verdict_of,
)
from inboxwatch.core.message.authres import read
from inboxwatch.core.message.structured import UnreadableError
from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.core.text import one_line
from inboxwatch.model.message import AuthenticationStatus, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from inboxwatch.core.message.authres import Result
    from inboxwatch.model.message import Address, Authentication, Message
    from inboxwatch.model.policy import AccountPolicy

MAX_SETS = 50
"""ARC sets of one mail (RFC 8617 4.2.1)."""
MAX_TAGS = 30

_MENDABLE = frozenset({AuthenticationStatus.FAILED, AuthenticationStatus.UNVERIFIED})
_SEAL, _RESULTS = "arc-seal", "arc-authentication-results"


def with_forwarders(
    message: Message, authentication: Authentication, account: AccountPolicy
) -> Authentication:
    """The verdict with what forwarders say; its status stays, so that nothing is answered by it."""
    sender = message.sender
    if sender is None or authentication.status not in _MENDABLE:
        return authentication
    try:
        results = trusted_results(message, account.trust, account.own_hops)
    except UnreadableError:
        return authentication
    sealed = _sealed(message, results, sender, account.arc_sealers)
    if sealed:
        return _with(authentication, "S10", sealed)
    forwarder = _forwarder(results, account.forwarded_from)
    if not forwarder:
        return authentication
    return _with(authentication, "S11", f"forwarded by {forwarder}, nothing else proves the sender")


def _with(authentication: Authentication, rule: str, evidence: str) -> Authentication:
    finding = Finding(rule, one_line(evidence, MAX_EVIDENCE))
    return replace(authentication, findings=(*authentication.findings, finding))


def _sealed(
    message: Message, results: Iterable[Result], sender: Address, sealers: frozenset[str]
) -> str:
    """Which listed sealer vouches for the sender, and by what; empty if none does.

    Our own server must have found the chain whole. The sealers are listed from the last one back to
    the one that vouches: one between who is not could have changed everything.
    """
    chain = [result.result for result in results if result.method == "arc"]
    if not sealers or not chain or any(result != "pass" for result in chain):
        return ""
    vouching = ""
    for sealer, value in _sets(message):
        if sealer not in sealers:
            break
        proof = _proof(value, sender)
        vouching = f"arc=pass, sealed by {sealer}: {proof}" if proof else vouching
    return vouching


def _proof(value: str, sender: Address) -> str:
    try:
        field = read(value)
    except UnreadableError:
        return ""
    status, _, proof = verdict_of(field.results, sender)
    return proof if status is AuthenticationStatus.AUTHENTICATED else ""


def _sets(message: Message) -> Iterator[tuple[str, str]]:
    """The sealer's domain and the results of each ARC set, newest first; none of a bad chain."""
    seals = dict(_numbered(message, _SEAL))
    results = dict(_numbered(message, _RESULTS))
    last = len(seals)
    whole = set(seals) == set(results) == set(range(1, last + 1)) and last <= MAX_SETS
    for number in range(last, 0, -1) if whole else ():
        yield _domain(_tags(seals[number]).get("d", "")), results[number]


def _numbered(message: Message, name: str) -> Iterator[tuple[int, str]]:
    """The instance and the rest of each field; an instance that comes twice has the number 0."""
    seen: set[int] = set()
    for field, value in message.trace:
        if field.lower() == name:
            tag, _, rest = value.partition(";")
            key, _, written = tag.partition("=")
            number = int(written) if _is_number(key, written) else 0
            yield (0 if number in seen else number), rest
            seen.add(number)


def _is_number(key: str, written: str) -> bool:
    digits = written.strip()
    return key.strip() == "i" and digits.isascii() and digits.isdigit() and len(digits) <= 2  # noqa: PLR2004 - RFC 8617 4.2.1


def _tags(value: str) -> Mapping[str, str]:
    """The tags of a DKIM-like field; one that comes twice is empty (RFC 6376 3.2)."""
    found: dict[str, str] = {}
    for tag in value.split(";")[:MAX_TAGS]:
        name, _, text = tag.partition("=")
        found[name.strip()] = "" if name.strip() in found else text.strip()
    return found


def _domain(text: str) -> str:
    try:
        return ascii_domain(text) if text else ""
    except AddressError:
        return ""


def _forwarder(results: Iterable[Result], forwarders: frozenset[str]) -> str:
    """The forwarder of ours whose server sent the mail on, by SPF; empty if none did."""
    checked = [result for result in results if result.method == "spf"]
    if not checked or any(result.result != "pass" for result in checked):
        return ""
    paths = [result.properties.get("smtp.mailfrom", "") for result in checked]
    return next(
        (one for one in sorted(forwarders) if any(_went_through(path, one) for path in paths)), ""
    )


def _went_through(path: str, forwarder: str) -> bool:
    """Whether an envelope sender is of the forwarder's domain; at public providers, its own."""
    local, _, domain = forwarder.rpartition("@")
    if organisational_domain(domain_of(path) or "-") != organisational_domain(domain):
        return False
    written = path.strip(" <>").rpartition("@")[0].lower()
    return organisational_domain(domain) not in PUBLIC_PROVIDERS or (
        written == local or written.startswith(f"{local}+")
    )
