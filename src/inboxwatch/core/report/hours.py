"""The busiest hours of the week against the opening hours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.report.document import DAYS, HOURS, HeatMap, busiest, percent
from inboxwatch.core.schedule import open_intervals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from inboxwatch.model.schedule import Schedule

_HOUR = timedelta(hours=1)
_WEEK = timedelta(days=7)


def hours_section(
    received: Sequence[datetime], schedule: Schedule, since: datetime, until: datetime
) -> HeatMap:
    """How many mails came in each hour of the week, as the team's clocks show it.

    An hour counts as open if the business was open in part of it, at least once in the span, or in
    the week before ``until`` where that is longer.
    """
    counts = [[0] * HOURS for _ in DAYS]
    for at in received:
        local = at.astimezone(schedule.timezone)
        counts[local.weekday()][local.hour] += 1
    table = tuple(map(tuple, counts))
    is_open = _opening_hours(schedule, min(since, until - _WEEK), until)
    return HeatMap(
        "hours",
        "Busiest hours",
        "mails",
        table,
        is_open,
        tuple(_in_words(table, is_open)),
    )


def _opening_hours(
    schedule: Schedule, since: datetime, until: datetime
) -> tuple[tuple[bool, ...], ...]:
    found = [[False] * HOURS for _ in DAYS]
    for begin, end in open_intervals(schedule, since, until):
        at = begin.replace(minute=0, second=0, microsecond=0)
        for _ in range(int((end - at) / _HOUR) + 1):
            if at < end:
                found[at.weekday()][at.hour] = True
            at += _HOUR
    return tuple(map(tuple, found))


def _in_words(
    counts: tuple[tuple[int, ...], ...], is_open: tuple[tuple[bool, ...], ...]
) -> Iterator[str]:
    whole = sum(map(sum, counts))
    if not whole:
        yield "No mail came."
        return
    told = ", ".join(
        f"{DAYS[day]} {hour:02d}:00 ({count}{'' if is_open[day][hour] else ', closed'})"
        for count, day, hour in busiest(counts)
    )
    yield f"Busiest: {told}."
    outside = sum(
        count
        for day, row in enumerate(counts)
        for hour, count in enumerate(row)
        if not is_open[day][hour]
    )
    yield f"{outside} of {whole} came outside of opening hours ({percent(outside, whole)} %)."
