"""Whether a mail names an amount of money."""

from __future__ import annotations

import pytest

from inboxwatch.core.triage.amounts import names_amount


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", "You took $400."),
        ("", "The bill says 49,90\u00a0€ and that is that."),
        ("Voucher for 50 euros", "Is it possible?"),
        ("", "I paid 1 200 EUR last year"),
        ("", "Es waren 30 Franken."),
        ("", "£5 too much"),
    ],
)
def test_an_amount(subject: str, text: str) -> None:
    assert names_amount(subject, text)


@pytest.mark.parametrize(
    "text",
    ["", "Order 4711 has 3 wheels.", "In a few hours, dollars to doughnuts.", "12.11.2026 at 9:30"],
)
def test_none(text: str) -> None:
    assert not names_amount("A question", text)
