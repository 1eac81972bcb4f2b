"""The week of a team as a picture: one line a day, one character for half an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.text import Text

from inboxwatch.render.words import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inboxwatch.model.schedule import Moment

CELL = timedelta(minutes=30)
STYLES = {
    "business": ("█", "green"),
    "break": ("▒", "green"),
    "evening": ("▓", "magenta"),
    "weekend": ("─", "cyan"),
    "holiday": ("H", "yellow"),
    "closure": ("X", "red"),
    "night": ("·", "dim"),
}
OWN_MARKS = "ABCDEFGHJKLMNP"


class Day(Struct, frozen=True):
    """One day of the picture: its local midnight and its stretches as (start, end, period)."""

    start: datetime
    stretches: Sequence[tuple[datetime, datetime, str]]


def week_lines(days: Sequence[Day], moment: Moment) -> Iterator[Text]:
    """The picture, its legend, and where the given instant lies."""
    marks = _marks(days)
    yield Text(" " * 11 + "".join(f"{hour:<4d}" for hour in range(0, 24, 2)), "dim")
    for day in days:
        yield _day_line(day, marks, moment.instant)
    legend = Text("\n           ")
    for period, (mark, style) in marks.items():
        legend.append(f"{mark * 2} ", style)
        legend.append(f"{period}  ")
    yield legend
    yield Text("")
    state = "open" if moment.is_open else "closed"
    yield Text(f"{instant(moment.instant)}: {moment.period}, {state}", "bold")
    if moment.next_opening is not None:
        yield Text(f"Next opening: {instant(moment.next_opening)}")
    if moment.template_period != moment.period:
        yield Text(f"Answered with the {moment.template_period} template.")


def _marks(days: Sequence[Day]) -> dict[str, tuple[str, str]]:
    """A mark for every period that occurs, the team's own ones by letters."""
    found = dict.fromkeys(period for day in days for _, _, period in day.stretches)
    letters = iter(OWN_MARKS)
    return {period: STYLES.get(period) or (next(letters, "?"), "blue") for period in found}


def _day_line(day: Day, marks: dict[str, tuple[str, str]], now: datetime) -> Text:
    line = Text(f"{day.start:%a %d %b} ".ljust(11))
    for index in range(48):
        hour, minute = divmod(index * 30, 60)
        middle = day.start.replace(hour=hour, minute=minute) + CELL / 2
        mark, style = marks.get(_period_at(day, middle), ("?", ""))
        here = _covers(middle, now)
        line.append("◆" if here else mark, "bold reverse" if here else style)
    return line


def _covers(middle: datetime, now: datetime) -> bool:
    offset = now.timestamp() - (middle.timestamp() - CELL.total_seconds() / 2)
    return 0 <= offset < CELL.total_seconds()


def _period_at(day: Day, at: datetime) -> str:
    stamp = at.timestamp()
    for start, end, period in day.stretches:
        if start.timestamp() <= stamp < end.timestamp():
            return period
    return ""
