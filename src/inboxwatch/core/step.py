"""A next step as an object, and back from one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from inboxwatch.core.zone import in_zone, iso
from inboxwatch.model.case import Action, NextStep

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo


def step_fields(step: NextStep | None, zone: tzinfo | None) -> dict[str, object] | None:
    """A next step as the JSON contract has it."""
    if step is None:
        return None
    return {
        "action": step.action.value,
        "text": step.text,
        "topic": step.topic,
        "find_out": list(step.find_out),
        "due": iso(step.due, zone),
        "goodwill": step.goodwill,
    }


def step_of(fields: Mapping[str, Any]) -> NextStep:
    """The next step that an object of the journal holds."""
    due = fields.get("due")
    return NextStep(
        action=Action(fields["action"]),
        text=fields["text"],
        topic=fields.get("topic", ""),
        find_out=tuple(fields.get("find_out", ())),
        due=datetime.fromisoformat(due) if due else None,
        goodwill=fields.get("goodwill", ""),
    )


def step_words(step: NextStep, zone: tzinfo | None = None, now: datetime | None = None) -> str:
    """A next step in one sentence: what to do, by when, what to find out, and what to propose.

    The time is told in ``zone``, without it in the zone that it carries. With ``now`` a time that
    has passed is said to have.
    """
    at = in_zone(step.due, zone or step.due.tzinfo) if step.due else None
    late = now is not None and at is not None and at < now
    by = "overdue since" if late else "by"
    due = f", {by} {at:%a %d %b %Y, %H:%M}" if at else ""
    wanted = ", ".join(one.replace("-", " ") for one in step.find_out)
    find = f"; find out: {wanted}" if wanted else ""
    goodwill = f"; goodwill: {step.goodwill}" if step.goodwill else ""
    return f"{step.action.value}: {step.text}{due}{find}{goodwill}"
