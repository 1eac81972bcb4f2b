"""The fixer's playbook: what a person does about a topic, and what goodwill may be offered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.model.case import Action

if TYPE_CHECKING:
    from datetime import datetime


class Detail(StrEnum):
    """What helps to find a customer's case."""

    ORDER_NUMBER = "order-number"
    AMOUNT = "amount"
    DATE = "date"
    CARD_LAST_FOUR = "card-last-four"


class Play(Struct, frozen=True):
    """What is done about one topic: ``within`` is business time, ``find_out`` what finds the case.

    A mail is about it when it has one of the ``signals``, or one of the ``phrases``.
    ``goodwill`` tells that a credit may be proposed.
    """

    name: str
    step: str
    action: Action = Action.WRITE
    within: timedelta = timedelta(hours=4)
    signals: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    find_out: tuple[Detail, ...] = ()
    goodwill: bool = False


class GoodwillPolicy(Struct, frozen=True):
    """Within what limits a credit may be proposed; ``most`` of 0 allows none.

    ``days`` is for how long a customer who was offered one is offered no other; ``approvers`` are
    the names of those who may approve. ``own`` are our addresses (``canonical``), and our domains
    with an @ before them: nobody there is a customer.
    """

    most: Decimal = Decimal(0)
    currency: str = "EUR"
    days: int = 90
    approvers: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()


class GoodwillState(StrEnum):
    """How a proposal stands. Software only ever proposes; people decide and grant."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class Offer(Struct, frozen=True):
    """What somebody proposes for a customer."""

    amount: Decimal
    currency: str
    at: datetime
    by: str = ""
    note: str = ""


class Goodwill(Struct, frozen=True):
    """One proposal in the ledger; ``party`` is the canonical address that wrote.

    ``customer_id`` is the customer as whom the sender was recognised then, empty for nobody.
    """

    id: int
    mail_id: int
    account: str
    party: str
    offer: Offer
    state: GoodwillState = GoodwillState.PROPOSED
    decided_at: datetime | None = None
    decided_by: str = ""
    customer_id: str = ""
