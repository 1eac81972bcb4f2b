"""The playbook in the configuration: what a person does about a topic, and goodwill."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, Strict, model_validator

from inboxwatch.config.schema.base import Duration, Kind, Section, Text, key
from inboxwatch.config.schema.replies import DETAILS, Names, Signals, listed


class Play(Section):
    """What a person does about a topic."""

    signals: Signals = key(
        (),
        "Signals that tell the topic, of which one is enough.",
        ["charged-wrongly"],
        means="none",
    )
    phrases: Names = key(
        (), "Words or phrases that tell it, of which one is enough.", ["invoice"], means="none"
    )
    step: Text = key(..., "What to do, in a sentence.", "find the payment and put it right")
    action: Literal["call", "write"] = key("write", "How to get back to the customer.", "call")
    within: Duration = key(
        timedelta(hours=4),
        "Within how much business time; at priority 9 it is an hour.",
        "2h",
    )
    find_out: Annotated[
        tuple[Literal["order-number", "amount", "date", "card-last-four"], ...],
        BeforeValidator(listed),
        Kind(f"list of {', '.join(DETAILS)}"),
    ] = key((), "The details that find the case.", ["amount", "date"], means="none")
    goodwill: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Whether a credit may be proposed, within `goodwill`.",
        True,  # noqa: FBT003 - its example
    )

    @model_validator(mode="after")
    def _has_marks(self) -> Self:
        if not self.signals and not self.phrases:
            raise ValueError("nothing tells this topic: give it signals or phrases")
        return self


class GoodwillLimits(Section):
    """What may be proposed to a person as goodwill. The program grants nothing by itself."""

    most: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2), Kind("amount")] = key(
        Decimal(0), "The most that may be proposed for one customer.", 25, means="no credit at all"
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Kind("currency code")] = key(
        "EUR", "Its currency.", "USD"
    )
    days: Annotated[int, Strict(), Field(ge=1, le=3650), Kind("whole number")] = key(
        90, "For how many days a customer who was offered one is offered no other.", 365
    )
    approvers: Names = key((), "Who may approve a proposal.", ["Jo"], means="nobody")


DEFAULT_PLAYBOOK = {
    "security": {
        "signals": ["security"],
        "step": "lock what can be locked, then find out what happened",
        "action": "call",
        "within": "1h",
    },
    "charged-wrongly": {
        "signals": ["charged-wrongly", "money-back"],
        "step": "find the payment, say what went wrong, put it right, and follow up",
        "action": "call",
        "within": "2h",
        "find_out": ["order-number", "amount", "date", "card-last-four"],
        "goodwill": True,
    },
    "outage": {
        "signals": ["outage"],
        "step": "say what is known, and when there will be news",
        "within": "1h",
    },
    "cancelled": {
        "signals": ["leaving"],
        "step": "ask what made them leave, before anything is closed",
        "action": "call",
    },
    "late": {
        "phrases": [
            *("late", "delayed", "not arrived", "never arrived", "still waiting for my order"),
            *("verspätet", "nicht angekommen", "noch nicht da", "en retard", "pas arrivé"),
            *("retraso", "no ha llegado", "te laat", "niet aangekomen"),
        ],
        "step": "find out where it is and say when it comes, before they ask again",
        "find_out": ["order-number"],
        "goodwill": True,
    },
    "broken": {
        "phrases": [
            *("broken", "damaged", "defective", "wrong item", "kaputt", "beschädigt", "defekt"),
            *("cassé", "endommagé", "défectueux", "roto", "dañado", "kapot", "beschadigd"),
        ],
        "step": "send a new one or the money back; ask for a picture only if it is needed",
        "find_out": ["order-number"],
        "goodwill": True,
    },
}
"""What the team does unless it says otherwise."""
