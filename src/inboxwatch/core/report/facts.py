"""What a report is made of: what the journal tells of a span, and of each decision in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from inboxwatch.model.case import Escalation
    from inboxwatch.model.outcome import Promise
    from inboxwatch.model.report import MailFact
    from inboxwatch.model.schedule import Schedule
    from inboxwatch.model.surge import Surge


class WeekFacts(Struct, frozen=True):
    """What the report is made of; ``titles`` say what each rule means.

    ``promises`` are those that fell or fall due in the span, ``escalations`` those that began in
    it, ``surges`` those that were open in it. ``since`` and ``until`` are in the team's time zone.
    """

    since: datetime
    until: datetime
    schedule: Schedule
    mails: tuple[MailFact, ...]
    promises: tuple[Promise, ...]
    escalations: tuple[Escalation, ...]
    surges: tuple[Surge, ...]
    titles: Mapping[str, str]
    accounts: tuple[str, ...] = ()


class Told(Struct, frozen=True):
    """The fields of ``MailFact`` that come from the decision; what is odd counts as not there."""

    customer: str
    signals: tuple[str, ...]
    reply: str
    held_by: tuple[str, ...]


def told(decision: Mapping[str, object]) -> Told:
    """What a decision tells (``docs/decision.md``), written by whatever version."""
    reply = as_object(decision.get("reply"))
    refusals = [as_object(one) for one in as_list(reply.get("refusals"))]
    held = (str(one.get("rule")) for one in refusals if one.get("effect") == "hold")
    return Told(
        customer=str(as_object(decision.get("customer")).get("name") or ""),
        signals=tuple(str(one) for one in as_list(decision.get("signals"))),
        reply=str(reply.get("decision") or ""),
        held_by=tuple(dict.fromkeys(held)),
    )


def as_object(value: object) -> Mapping[str, Any]:
    """A value that should be an object; empty if it is none."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def as_list(value: object) -> Iterable[object]:
    """A value that should be a list; empty if it is none."""
    return value if isinstance(value, list) else ()
