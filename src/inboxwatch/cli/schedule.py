"""``inboxwatch schedule``: the hours of the business as a picture of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.options import AtOption, ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from inboxwatch.model.schedule import Schedule


def schedule(
    config: ConfigOption = None,
    at: AtOption = None,
    weeks: Annotated[
        int, typer.Option("--weeks", help="How many weeks to draw.", min=1, max=53)
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Draw the week: which period applies when, what is now, and when the business next opens.

    Examples:

      inboxwatch schedule

      inboxwatch schedule --at 2026-12-24T10:00 --weeks 2
    """
    from inboxwatch.cli.clock import SystemClock, parse_instant
    from inboxwatch.cli.policies import load_schedule
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.core.schedule import moment
    from inboxwatch.render.json import to_line

    hours = load_schedule(config)
    clock = SystemClock(hours.timezone)
    instant = parse_instant(at, hours.timezone) if at else clock.now()
    now = moment(hours, instant.astimezone(hours.timezone))
    if as_json:
        write_line(to_line(_fields(hours, now, weeks)))
        return
    from inboxwatch.render.schedule import Day, week_lines

    days = (Day(start, stretches) for start, stretches in _days(hours, instant, weeks))
    show(week_lines(tuple(days), now))


def _days(hours: Schedule, instant: datetime, weeks: int) -> Iterator[tuple[datetime, Any]]:
    """The days of the weeks with their stretches, from the Monday of the instant's week."""
    from datetime import timedelta

    from inboxwatch.core.schedule import period_stretches

    today = instant.astimezone(hours.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    for index in range(7 * weeks):
        start = monday + timedelta(days=index)
        yield start, period_stretches(hours, start, start + timedelta(days=1))


def _fields(hours: Schedule, now: Any, weeks: int) -> dict[str, object]:  # noqa: ANN401 - a Moment
    return {
        "at": now.instant.isoformat(),
        "period": now.period,
        "open": now.is_open,
        "next_opening": now.next_opening.isoformat() if now.next_opening else None,
        "stretches": [
            {"start": start.isoformat(), "end": end.isoformat(), "period": period}
            for _, stretches in _days(hours, now.instant, weeks)
            for start, end, period in stretches
        ],
    }
