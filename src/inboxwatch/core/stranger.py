r"""Somebody in ``\Junk`` who is no proven customer: whom they could be taken for (S22, S23).

Names and domains are compared exactly with those few whom a directory finds to be near, so that
what it costs does not grow with the number of customers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from inboxwatch.core.message.address import AddressError, ascii_domain, organisational_domain
from inboxwatch.core.message.address import registered_label as label_of
from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.core.rescue import lookalike
from inboxwatch.core.rescue.lookalike import Site
from inboxwatch.core.rescue.names import name_key, ours
from inboxwatch.core.text import one_line
from inboxwatch.model.customer import MatchKind, Resembled
from inboxwatch.model.message import Authentication, AuthenticationStatus, Finding, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inboxwatch.model.customer import Customer, CustomerMatch, Customers, Directory
    from inboxwatch.model.message import Address, Message
    from inboxwatch.model.policy import Policy
    from inboxwatch.model.world import World

MAX_EVIDENCE = 160
NOBODY = Resembled()


def resembled(
    message: Message, sender: Address | None, around: Customers, directory: Directory
) -> Resembled:
    r"""Whom the writer of a mail in ``\Junk`` could be taken for; nobody for all other mail."""
    if message.role is not Role.JUNK or sender is None or sender.exact in around.by_address:
        return NOBODY
    return directory.resembling(sender)


def suspected(
    message: Message,
    authentication: Authentication,
    customer: CustomerMatch | None,
    world: World,
) -> Authentication:
    r"""The verdict on who sent a mail in ``\Junk``, with whom they pretend to be.

    A look-alike of a domain is suspicious whatever was proven, and so is the team's own name over
    somebody's address, unless a customer proven by the address shows it. A customer's name over
    another address may be the customer's all the same, who is then never rescued unseen.
    """
    sender = message.sender
    if message.role is not Role.JUNK or sender is None or is_own(sender, world.policy):
        return authentication
    known = customer is not None and customer.match is MatchKind.ADDRESS
    proven = known and authentication.status is AuthenticationStatus.AUTHENTICATED
    name = _our_name(sender, world.policy)
    domain = None if known else _imitated(sender, customer, world)
    other = None if known or name else _namesake(sender, customer, world.resembled)
    findings = tuple(one for one in (name or other, domain) if one)
    if not findings:
        return authentication
    suspicious = bool(domain or (name and not proven))
    return Authentication(
        AuthenticationStatus.SUSPICIOUS if suspicious else authentication.status,
        (*authentication.findings, *findings),
        authentication.proof,
    )


def is_own(sender: Address, policy: Policy) -> bool:
    """Whether an address is in one of the team's own domains, as far as the address goes."""
    return sender.domain in policy.own_domains and sender.organisational not in PUBLIC_PROVIDERS


def _finding(rule: str, evidence: str, whom: str) -> Finding:
    whom = one_line(whom, MAX_EVIDENCE)
    return Finding(rule, one_line(evidence, MAX_EVIDENCE), whom=whom)


def _our_name(sender: Address, policy: Policy) -> Finding | None:
    if not sender.name:
        return None
    names = (policy.team.name, *(one.display_name for one in policy.accounts.values()))
    shown = ours(sender.name, names, _brands(policy.own_domains))
    if not shown:
        return None
    evidence = f"the name shows {shown}, the address is {sender.exact}"
    return _finding("S22", evidence, f"{shown} (your team)")


@lru_cache(maxsize=16)
def _brands(domains: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.label for one in _sites(tuple(sorted(domains)))))


def _namesake(sender: Address, customer: CustomerMatch | None, near: Resembled) -> Finding | None:
    key = name_key(sender.name) if sender.name and near.namesakes else ""
    own = customer.customer.id if customer else ""
    for one in near.namesakes if key else ():
        if one.id != own and name_key(one.name) == key:
            told = f"{one.name} is the name of customer {one.id}, the address is {sender.exact}"
            return _finding("S22", told, f"{one.name} (customer {one.id})")
    return None


def _imitated(sender: Address, customer: CustomerMatch | None, world: World) -> Finding | None:
    """What the domain imitates; that of a domain's customer is one to be imitated itself."""
    site = _site_of(sender)
    told, domain = "", ""
    if customer is None and sender.organisational not in PUBLIC_PROVIDERS:
        known = (*world.policy.own_domains, *world.resembled.domains)
        told, domain = _imitation(site, known)
    if mixed := lookalike.mixed(sender.domain):
        told = f"{mixed} in {sender.domain} mixes letters of several scripts"
    whom = f"{sender.name or sender.local} of {domain}" if domain else ""
    return _finding("S23", told, whom) if told else None


@lru_cache(maxsize=1024)  # spam comes from few domains, and a shop's customers may have alike ones
def _imitation(site: Site, known: tuple[str, ...]) -> tuple[str, str]:
    """What a domain imitates of those that are known, in words, and which one."""
    return lookalike.imitated(site, _sites(lookalike.nearby(site, known)))


def _site_of(sender: Address) -> Site:
    return Site(sender.domain, label_of(sender.domain))


def _sites(domains: Iterable[str]) -> Iterator[Site]:
    for domain in domains:
        try:
            site = _site(domain)
        except AddressError:
            continue
        if site.domain not in PUBLIC_PROVIDERS:
            yield site


@lru_cache(maxsize=4096)
def _site(domain: str) -> Site:
    owned = organisational_domain(ascii_domain(domain))
    return Site(owned, label_of(owned))


def name_keys(customer: Customer) -> Iterator[str]:
    """Under what a customer is found by a name that a stranger shows."""
    key = name_key(customer.name)
    if key:
        yield key


def domain_keys(domain: str) -> Iterator[tuple[str, str]]:
    """Under what a customer's domain is found by those that imitate it: (key, registrable domain).

    A public mail provider's is nobody's.
    """
    for site in _sites((domain,)):
        for key in lookalike.keys(site.label):
            yield key, site.domain


def questions(sender: Address) -> tuple[str, tuple[str, ...]]:
    """The name key of a sender, perhaps empty, and all keys of domains that theirs may imitate."""
    if sender.organisational in PUBLIC_PROVIDERS:
        return name_key(sender.name), ()
    return name_key(sender.name), tuple(dict.fromkeys(lookalike.questions(_site_of(sender))))


class Likenesses:
    """Customers in memory by what their names and domains look like, sorted when first asked."""

    def __init__(self) -> None:
        self._names: dict[str, list[Customer]] | None = None
        self._domains: dict[str, dict[str, None]] = {}

    def among(self, customers: Customers, sender: Address) -> Resembled:
        """Those of the customers, always the same ones, whom a sender could be taken for."""
        names = self._names if self._names is not None else self._sort(customers)
        name, keys = questions(sender)
        found = dict.fromkeys(one for key in keys for one in self._domains.get(key, ()))
        return Resembled(tuple(names.get(name, ())), tuple(found))

    def _sort(self, customers: Customers) -> dict[str, list[Customer]]:
        self._names = {}
        for customer in customers.everybody():
            for name in name_keys(customer):
                self._names.setdefault(name, []).append(customer)
        written = (email.rpartition("@")[2] for email in customers.by_address)
        for domain in dict.fromkeys((*written, *customers.by_domain)):
            for key, owned in domain_keys(domain):
                self._domains.setdefault(key, {})[owned] = None
        return self._names
