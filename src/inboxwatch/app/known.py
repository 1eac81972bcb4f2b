"""Whom the team knows: the customers that the configuration lists, and those that were imported.

Where both say something of one address or domain, the configuration has the last word. Whichever
says it, an address outranks a domain (rule S20).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from inboxwatch.core.stranger import Likenesses
from inboxwatch.model.customer import Customers, Resembled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inboxwatch.model.customer import Customer, Directory
    from inboxwatch.model.message import Address


class Known(Struct, frozen=True):
    """``model.customer.Directory`` over both."""

    listed: Customers
    imported: Directory
    likenesses: Likenesses = field(default_factory=Likenesses)

    def around(self, sender: Address | None) -> Customers:
        """Those as one of whom the sender of a mail could be recognised."""
        if sender is None:
            return Customers()
        imported = self.imported.around(sender)
        return Customers(
            _first(sender.exact, self.listed.by_address, imported.by_address),
            _first(sender.domain, self.listed.by_domain, imported.by_domain),
        )

    def resembling(self, sender: Address) -> Resembled:
        """Whom somebody who is no customer could be taken for, by name and by domain."""
        listed = self.likenesses.among(self.listed, sender)
        imported = self.imported.resembling(sender)
        return Resembled(
            (*listed.namesakes, *imported.namesakes), (*listed.domains, *imported.domains)
        )

    def with_id(self, customer_id: str) -> Customer | None:
        """The customer of an id."""
        return self.listed.with_id(customer_id) or self.imported.with_id(customer_id)

    def languages(self) -> frozenset[str]:
        """The languages in which customers want their replies."""
        return self.listed.languages() | self.imported.languages()

    def everybody(self) -> Iterator[Customer]:
        """Those of the configuration first; who is imported under the same id is the same."""
        listed = self.listed.everybody()
        yield from listed
        ids = {one.id for one in listed}
        yield from (one for one in self.imported.everybody() if one.id not in ids)

    def __len__(self) -> int:
        return len(self.listed) + len(self.imported)


def _first(key: str, *places: Mapping[str, Customer]) -> Mapping[str, Customer]:
    """What the first place that has the key says of it."""
    return next(({key: place[key]} for place in places if key in place), {})
