"""Customers, and the index in which they are looked up."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping


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


class MatchKind(StrEnum):
    """By what a customer was recognised; an address always outranks a domain (rule S20)."""

    ADDRESS = "address"
    DOMAIN = "domain"


class CustomerMatch(Struct, frozen=True):
    """A customer and by what a mail's sender was recognised as one."""

    customer: Customer
    match: MatchKind


class Customers(Struct, frozen=True):
    """All customers, keyed so that a look-up costs the same among ten and among a million."""

    by_address: Mapping[str, Customer] = field(default_factory=dict)
    by_domain: Mapping[str, Customer] = field(default_factory=dict)

    def __len__(self) -> int:
        return len({id(c) for c in (*self.by_address.values(), *self.by_domain.values())})
