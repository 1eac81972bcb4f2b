"""Who a mail is really from: the verdict on the From domain (rules S01 to S08, S14, S21 to S24)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from inboxwatch.core.message.address import AddressError, ascii_domain, organisational_domain
from inboxwatch.core.message.authres import OWN_HOPS, trusted
from inboxwatch.core.message.structured import UnreadableError
from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.core.text import one_line
from inboxwatch.model.message import (
    REPLY_TO_UNCLEAR,
    Authentication,
    AuthenticationStatus,
    Finding,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from inboxwatch.core.message.authres import Result
    from inboxwatch.model.message import Address, Message

MAX_EVIDENCE = 160

_FAILS = frozenset({"fail", "hardfail"})
_IN_NAME = re.compile(r"@\s?([\w-]+(?:\.[\w-]+)+)")

Verdict = tuple[AuthenticationStatus, tuple[Finding, ...], str]
"""The status, the findings that led to it, and the proof (``Authentication``)."""


def authenticate(
    message: Message, trust: tuple[str, ...], own_hops: int = OWN_HOPS
) -> Authentication:
    """The verdict on who sent a mail; ``trust`` are authserv-ids, or ``topmost-without-id``.

    ``own_hops`` is how many Received fields our own servers add (rule S03).

    A From that cannot be read as one address, and a display name that shows somebody else's, are
    suspicious whatever was proven (rules S21, S22); a diverting Reply-To is told beside it (S24).
    """
    sender = message.sender
    if sender is None:
        return Authentication(AuthenticationStatus.SUSPICIOUS, (_unreadable_from(message),))
    status, findings, proof = _verdict(message, sender, trust, own_hops)
    spoofed = _address_in_name(sender)
    if spoofed:
        status = AuthenticationStatus.SUSPICIOUS
        evidence = f"the name shows {spoofed}, the address is {sender.exact}"
        findings = (*findings, _posing(evidence, _whole(spoofed, sender)))
    diverted = _reply_to_stranger(message, sender)
    if diverted:
        findings = (*findings, Finding("S24", one_line(diverted, MAX_EVIDENCE)))
    return Authentication(status, findings, proof)


def _posing(evidence: str, whom: str) -> Finding:
    evidence = one_line(evidence, MAX_EVIDENCE)
    return Finding("S22", evidence, whom=one_line(whom, MAX_EVIDENCE))


def _whole(domain: str, sender: Address) -> str:
    """The address in a display name of which ``domain`` is a part, or the domain alone."""
    words = (word.strip("<>()[]'\",;") for word in sender.name.split())
    return next((word for word in words if word.endswith(f"@{domain}")), domain)


def _reply_to_stranger(message: Message, sender: Address) -> str:
    """A Reply-To of another organisation: no verdict by itself, since ticket systems do it.

    So is one of which not every part is a plain address: mail programs may find another one there.
    """
    for address in message.reply_to:
        if not _same_hands(address, sender):
            return f"Reply-To is {address.exact}, From is {sender.exact}"
        if shown := _address_in_name(address):
            return f"Reply-To shows {shown}, From is {sender.exact}"
    if not message.reply_to and message.header("reply-to").strip():
        return "Reply-To holds no address"
    if REPLY_TO_UNCLEAR in message.defects:
        written = ", ".join(message.headers.get("reply-to", ()))
        return f"Reply-To is not read alike by every mail program: {written}"
    return ""


def _same_hands(address: Address, sender: Address) -> bool:
    """Whether answers stay where the mail came from; at public providers a domain is nobody's."""
    if address.organisational in PUBLIC_PROVIDERS:
        return address.canonical == sender.canonical
    return address.organisational == sender.organisational


def _unreadable_from(message: Message) -> Finding:
    if "from-invalid" in message.defects:
        return Finding("S21", "From is not one address that every mail program reads alike")
    return Finding("A14", "From does not name exactly one sender")


def _address_in_name(sender: Address) -> str:
    """An address in the display name that belongs to another organisation (rule S22)."""
    name = sender.name if sender.name.isascii() else unicodedata.normalize("NFKC", sender.name)
    if "@" not in name:
        return ""
    for match in _IN_NAME.finditer(name):
        domain = domain_of(match[1])
        if not (domain and _is_aligned(domain, sender)):
            return match[1]
    return ""


def _verdict(message: Message, sender: Address, trust: tuple[str, ...], own_hops: int) -> Verdict:
    if not trust:
        return _unverified("S01", "this account trusts no server's verdicts")
    try:
        results = trusted_results(message, trust, own_hops)
    except UnreadableError as error:
        return _unverified("S06", f"Authentication-Results: {error}")
    return verdict_of(results, sender)


def trusted_results(message: Message, trust: tuple[str, ...], own_hops: int) -> list[Result]:
    """All results of the servers that are trusted; raises UnreadableError (rules S03, S06)."""
    fields = trusted(message.trace, trust, own_hops)
    return [result for field in fields for result in field.results]


def verdict_of(results: Iterable[Result], sender: Address) -> Verdict:
    """What results say of a sender, those of ARC left aside (rules S04, S07, S08, S10)."""
    known = [result for result in results if result.method != "arc"]
    if not known:
        return _unverified("S14", "no verdict of a trusted server")
    dmarc = [result for result in known if result.method == "dmarc"]
    return _by_dmarc(dmarc, sender) or _by_dkim_and_spf(known, sender)


def _by_dmarc(results: list[Result], sender: Address) -> Verdict | None:
    """What DMARC says, or None where the domain publishes no policy; the worst result counts."""
    said = {result.result for result in results}
    if said & _FAILS:
        return _failed(f"dmarc=fail for {sender.domain}")
    if not said or (said <= {"none", "pass"} and "none" in said):
        return None
    if said != {"pass"}:
        return _unverified("S08", _summary(results))
    domains = {domain_of(result.properties.get("header.from", "")) for result in results}
    if "" in domains:
        return _unverified("S07", "dmarc=pass does not say for which domain")
    others = sorted(domains - {sender.domain})
    if others:
        return _failed(f"dmarc=pass is for {others[0]}, From is {sender.domain}")
    return _proven("dmarc", sender.domain)


def _by_dkim_and_spf(results: list[Result], sender: Address) -> Verdict:
    passed = [*_passed_dkim(results), *_passed_spf(results)]
    for method, domain in passed:
        if domain and _is_aligned(domain, sender):
            return _proven(method, domain)
    if passed and all(domain for _, domain in passed):
        shown = ", ".join(f"{method}=pass for {domain}" for method, domain in passed)
        return _failed(f"{shown}, From is {sender.domain}")
    checked = [result for result in results if result.result != "none"]
    if not checked:
        return _unverified("S14", "nothing about the sender was checked")
    if all(result.result in _FAILS for result in checked):
        return _failed(_summary(checked))
    return _unverified("S08", _summary(checked))


def _passed_dkim(results: list[Result]) -> list[tuple[str, str]]:
    """The signing domains of passes that no other result for the same signature denies (S04)."""
    every = [result for result in results if result.method == "dkim"]
    denied = {key for one in every if one.result != "pass" for key in _covered(one)}
    return [
        ("dkim", _signer(one))
        for one in every
        if one.result == "pass" and denied.isdisjoint(_asked(one))
    ]


def _covered(result: Result) -> Iterator[tuple[str, ...]]:
    """Keys of the signatures of which a result may speak: a domain may sign with several keys.

    A property that one of two results lacks tells them not apart. Looking keys up takes linear
    time, where comparing each pass with each denial took seconds (rule P01).
    """
    yield from _keys(
        result, lambda value: (f"={value}", "any") if value is not None else ("", "any")
    )


def _asked(result: Result) -> Iterator[tuple[str, ...]]:
    """Keys under which a denial of a result would lie."""
    yield from _keys(result, lambda value: (f"={value}", "") if value is not None else ("any",))


def _keys(
    result: Result, choices: Callable[[str | None], tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    signer = _signer(result)
    for selector in choices(result.properties.get("header.s")):
        for signature in choices(result.properties.get("header.b")):
            yield signer, selector, signature


def _signer(result: Result) -> str:
    named = result.properties.get("header.d") or result.properties.get("header.i", "")
    return domain_of(named)


def _passed_spf(results: list[Result]) -> list[tuple[str, str]]:
    """The envelope domain, if SPF passes for it and no result on the envelope denies it (S04)."""
    every = [
        result
        for result in results
        if result.method == "spf"
        and ("smtp.mailfrom" in result.properties or "smtp.helo" not in result.properties)
    ]
    if not every or any(result.result != "pass" for result in every):
        return []
    return [("spf", domain_of(result.properties.get("smtp.mailfrom", ""))) for result in every]


def domain_of(value: str) -> str:
    """The domain in a property's value as A-labels; the empty string if it holds none."""
    bare = value.strip(" <>").rpartition("@")[2].rstrip(".")
    try:
        return ascii_domain(bare) if bare else ""
    except AddressError:
        return ""


def _is_aligned(domain: str, sender: Address) -> bool:
    """Relaxed alignment (RFC 7489 3.1); exact where the suffix list knows no suffix (rule S09)."""
    return domain == sender.domain or organisational_domain(domain) == sender.organisational


def _summary(results: Iterable[Result]) -> str:
    return ", ".join(dict.fromkeys(f"{result.method}={result.result}" for result in results))


def _proven(method: str, domain: str) -> Verdict:
    proof = one_line(f"{method}=pass for {domain}", MAX_EVIDENCE)
    return AuthenticationStatus.AUTHENTICATED, (), proof


def _failed(evidence: str) -> Verdict:
    return AuthenticationStatus.FAILED, (Finding("S07", one_line(evidence, MAX_EVIDENCE)),), ""


def _unverified(rule: str, evidence: str) -> Verdict:
    return AuthenticationStatus.UNVERIFIED, (Finding(rule, one_line(evidence, MAX_EVIDENCE)),), ""
