"""Customers, and the index in which they are looked up."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from inboxwatch.model.message import Address


def natural(customer_id: str) -> str:
    """What ids are ordered by: numbers in them by their value, so that c-9 comes before c-10."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(20), customer_id.casefold())


class Customer(Struct, frozen=True):
    """One customer; ``emails`` are ``Address.exact`` forms, ``domains`` lower-case A-labels.

    ``no_replies`` says that they asked for no automatic replies (rule A45).
    """

    id: str
    name: str = ""
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    vip: bool = False
    tags: tuple[str, ...] = ()
    language: str | None = None
    timezone: str | None = None
    notes: str = ""
    no_replies: bool = False

    def joined(self, other: Customer) -> Customer:
        """The same customer with what another row says; what both say is that of this one."""
        return Customer(
            id=self.id,
            name=self.name or other.name,
            emails=_union(self.emails, other.emails),
            domains=_union(self.domains, other.domains),
            vip=self.vip or other.vip,
            tags=_union(self.tags, other.tags),
            language=self.language or other.language,
            timezone=self.timezone or other.timezone,
            notes="\n".join(_union(_filled(self.notes), _filled(other.notes))),
            no_replies=self.no_replies or other.no_replies,
        )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _filled(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


class MatchKind(StrEnum):
    """By what a customer was recognised; an address always outranks a domain (rule S20)."""

    ADDRESS = "address"
    DOMAIN = "domain"


class CustomerMatch(Struct, frozen=True):
    """A customer and by what a mail's sender was recognised as one."""

    customer: Customer
    match: MatchKind


class Resembled(Struct, frozen=True):
    """Whom a stranger could be taken for (rules S22, S23): candidates, to be compared exactly.

    ``namesakes`` may have the name that the stranger shows, ``domains`` (A-labels) may be those
    that the stranger's imitates.
    """

    namesakes: tuple[Customer, ...] = ()
    domains: tuple[str, ...] = ()


class Directory(Protocol):
    """Whom the team knows, however many they are and wherever they are kept.

    Decisions get the few customers whom ``around`` finds, and look nothing up elsewhere. Where
    customers are kept on a disk, every method raises StateError when that cannot be read.
    """

    def around(self, sender: Address | None) -> Customers:
        """Those as one of whom the sender of a mail could be recognised, and perhaps others."""

    def resembling(self, sender: Address) -> Resembled:
        """Whom somebody who is no customer could be taken for, by name and by domain."""

    def with_id(self, customer_id: str) -> Customer | None:
        """The customer of an id."""

    def languages(self) -> frozenset[str]:
        """The languages in which customers want their replies."""

    def everybody(self) -> Iterable[Customer]:
        """Every customer once, one after the other: there may be a million."""

    def __len__(self) -> int: ...


class Customers(Struct, frozen=True):
    """Customers in memory, keyed so that a look-up costs the same among ten and among a million."""

    by_address: Mapping[str, Customer] = field(default_factory=dict)
    by_domain: Mapping[str, Customer] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.everybody())

    def around(self, sender: Address | None) -> Customers:  # noqa: ARG002 - as in Directory
        """All of them: they are at hand."""
        return self

    def resembling(self, sender: Address) -> Resembled:  # noqa: ARG002 - as in Directory
        """All of them: they are at hand."""
        domains = (email.rpartition("@")[2] for email in self.by_address)
        return Resembled(self.everybody(), tuple(dict.fromkeys((*domains, *self.by_domain))))

    def everybody(self) -> tuple[Customer, ...]:
        """Every customer once, in the order in which they were read."""
        found = (*self.by_address.values(), *self.by_domain.values())
        return tuple({id(one): one for one in found}.values())

    def with_id(self, customer_id: str) -> Customer | None:
        """The customer of an id."""
        return next((one for one in self.everybody() if one.id == customer_id), None)

    def languages(self) -> frozenset[str]:
        """The languages in which customers want their replies."""
        return frozenset(one.language for one in self.everybody() if one.language)


class Contact(Struct, frozen=True):
    """Somebody whom people of the team have written to: when first, and when last."""

    first_at: datetime
    last_at: datetime


class Note(Struct, frozen=True):
    """What the team wrote down about somebody, for itself alone (rule F24)."""

    at: datetime
    text: str
