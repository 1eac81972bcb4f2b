"""Who wrote: the customer to whom a sender's address or domain belongs (rule S20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.model.customer import CustomerMatch, MatchKind

if TYPE_CHECKING:
    from inboxwatch.model.customer import Customers
    from inboxwatch.model.message import Message


def match_customer(message: Message, customers: Customers) -> CustomerMatch | None:
    """The customer with exactly this From address, else the one with exactly this domain.

    A name never matches, nor does a parent domain. Two look-ups, whatever the number of customers.
    """
    sender = message.sender
    if sender is None:
        return None
    if customer := customers.by_address.get(sender.exact):
        return CustomerMatch(customer, MatchKind.ADDRESS)
    if customer := customers.by_domain.get(sender.domain):
        return CustomerMatch(customer, MatchKind.DOMAIN)
    return None
