"""Until when a person answers: the deadline that a reply may name (rule F24).

The schedule is handed in as one function, so that this stage does not know it: ``after(start,
duration)`` is the first instant by which so much business time has passed, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxwatch.model.policy import ServiceLevel

After = Callable[[datetime, timedelta], datetime | None]

STEPS = (timedelta(minutes=15), timedelta(minutes=1))
"""To what a deadline is rounded up: the first of these that stays within business time."""


def deadline(level: ServiceLevel, priority: int, now: datetime, after: After) -> datetime | None:
    """The instant by which mail of this priority is answered, or None if nothing can be promised.

    It counts from ``now``, the moment of the reply, in business time, and is a whole minute, so
    that a text can name it exactly. None without a service level, and when the year does not hold
    that much business time.
    """
    allowed = answer_time(level, priority)
    due = after(now, allowed) if allowed else None
    if due is None:
        return None
    for step in STEPS:
        rounded = _rounded_up(due, step)
        if rounded == due or after(due, rounded - due) == rounded:
            return rounded
    return due.replace(second=0, microsecond=0)


def answer_time(level: ServiceLevel, priority: int) -> timedelta | None:
    """The shortest business time that applies to a priority."""
    urgent = (time for least, time in level.by_priority.items() if priority >= least)
    applying = [*urgent, *([level.first_answer] if level.first_answer else [])]
    return min(applying, default=None)


def _rounded_up(instant: datetime, step: timedelta) -> datetime:
    """The next multiple of ``step``; time zones are whole quarters of an hour from UTC."""
    utc = instant.astimezone(UTC)
    past = timedelta(minutes=utc.minute, seconds=utc.second, microseconds=utc.microsecond) % step
    return (utc + (step - past)).astimezone(instant.tzinfo) if past else instant
