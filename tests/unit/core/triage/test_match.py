"""The customer to whom a sender belongs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.support.build import address, customers, message

from inboxwatch.core.triage.match import match_customer
from inboxwatch.model.customer import Customer, MatchKind

ANN = Customer("c-1", "Ann", emails=("ann@shop.example",))
SHOP = Customer("c-2", "The shop", domains=("shop.example",))


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("ann@shop.example", ("c-1", MatchKind.ADDRESS)),
        ("Ann@Shop.Example", ("c-1", MatchKind.ADDRESS)),
        ("bob@shop.example", ("c-2", MatchKind.DOMAIN)),
        ("ann+news@shop.example", ("c-2", MatchKind.DOMAIN)),
        ("ann@mail.shop.example", None),
        ("ann@notshop.example", None),
        ("ann@shop.example.attacker.example", None),
    ],
)
def test_the_exact_address_outranks_the_exact_domain(
    sender: str, expected: tuple[str, MatchKind] | None
) -> None:
    found = match_customer(message(sender), customers(ANN, SHOP))
    assert (found and (found.customer.id, found.match)) == expected


def test_a_name_never_matches() -> None:
    sender = address("x@other.example", "ann@shop.example")
    stranger = replace(message("x@other.example"), sender=sender)
    assert match_customer(stranger, customers(ANN, SHOP)) is None


def test_a_mail_without_a_sender_is_nobodys() -> None:
    nobody = replace(message("ann@shop.example"), sender=None)
    assert match_customer(nobody, customers(ANN, SHOP)) is None
