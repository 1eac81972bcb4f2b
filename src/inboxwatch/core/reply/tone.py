"""The tone gate: whoever is not in the mood is not joked with (rule A44)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.core.reply.occasion import Occasion

SERIOUS_PRIORITY = 7

SIGNALS = (
    "self-harm",
    "danger",
    "bereavement",
    "anger",
    "insult",
    "abuse-or-threat",
    "complaint",
    "legal",
    "manager-request",
    "leaving",
    "money-back",
    "charged-wrongly",
    "outage",
    "problem",
    "security",
    "waiting",
)


class Gate(Struct, frozen=True):
    """A row of the tone gate: when ``closed`` says yes, no funny text goes out."""

    name: str
    closed: Callable[[Occasion], bool]


def _heard(signal: str) -> Gate:
    return Gate(signal, lambda mail: signal in mail.signals)


_HEARD = tuple(map(_heard, SIGNALS))
_KNOWN = (
    Gate("an amount of money", lambda mail: mail.money),
    Gate("found in the spam folder", lambda mail: mail.rescued or mail.role is Role.JUNK),
    Gate(f"priority {SERIOUS_PRIORITY} or above", lambda mail: mail.priority >= SERIOUS_PRIORITY),
    Gate("not the first mail of late", lambda mail: mail.history.sender_mails >= 1),
    Gate("answered before", lambda mail: mail.answered >= 1),
    Gate("many write about the same", lambda mail: mail.surge),
)
TONE_GATE: tuple[Gate, ...] = (*_HEARD, *_KNOWN)


def closed_gates(occasion: Occasion) -> tuple[str, ...]:
    """The names of the gates that keep funny texts away from a mail; none lets them pass."""
    gates = _KNOWN if occasion.signals.isdisjoint(SIGNALS) else TONE_GATE
    return tuple([gate.name for gate in gates if gate.closed(occasion)])
