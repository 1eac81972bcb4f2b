"""A next step as an object, and back from one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from inboxwatch.core.zone import iso
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
