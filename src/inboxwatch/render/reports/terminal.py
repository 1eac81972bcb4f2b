"""A report for a terminal, and as plain text for a file or a mail.

What is shown goes through ``core.report.words``; nothing of it is markup (rules O09, O10).
"""

from __future__ import annotations

import io
from math import ceil
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from inboxwatch.core.report.document import (
    DAYS,
    HOURS,
    Bars,
    Cards,
    Figures,
    HeatMap,
    Kind,
    Table,
    Trend,
    quiet,
)
from inboxwatch.core.report.words import brief, figure_words, measure, shown
from inboxwatch.render.terminal import NARROW
from inboxwatch.render.wrap import labelled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.core.report.document import Card, Cell, Document, Section

Line = Text | Grid

INDENT = 2
PLAIN_WIDTH = 76
"""Columns of a report as plain text: mail programs wrap what is longer (RFC 3676)."""

_BAR = 30
_MOST = 99
"""The largest count that an hour of the map has room for."""


def report_lines(document: Document, *, width: int = NARROW) -> Iterator[Line]:
    """The report, a line or a table at a time."""
    yield from wrapped(shown(document.title), width=width, indent=0, style="bold")
    yield Text(f"{shown(document.since)} to {shown(document.until)}", "dim")
    for note in document.notes:
        yield from wrapped(shown(note), width=width, indent=0)
    for section in document.sections:
        yield Text("")
        yield from wrapped(shown(section.title), width=width, indent=0, style="bold")
        if section.about:
            yield from wrapped(shown(section.about), width=width, indent=INDENT, style="dim")
        yield from _section(section, width)


def as_text(document: Document, *, width: int = PLAIN_WIDTH) -> str:
    """The report as plain text without any escape sequence, ending in a line feed."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, color_system=None, markup=False, emoji=False, highlight=False
    )
    for line in report_lines(document, width=width):
        console.print(line)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _section(section: Section, width: int) -> Iterator[Line]:
    match section:
        case Figures():
            yield _figures(section)
        case Table():
            yield from _rows(section, width) if section.rows else (_empty(section.empty),)
        case Bars():
            yield _bars(section, width) if section.bars else _empty(section.empty)
        case Trend():
            yield from _trend(section, width)
        case HeatMap():
            yield from _heat_map(section, width)
        case Cards():
            yield from _cards(section, width)


def _empty(text: str) -> Text:
    return Text(" " * INDENT + shown(text))


def _figures(section: Figures) -> Grid:
    grid = _grid()
    grid.add_column(max_width=36)
    grid.add_column(max_width=24)
    grid.add_column(ratio=1)
    for one in section.figures:
        value = Text(figure_words(one), "bold")
        grid.add_row("", Text(shown(one.label)), value, Text(shown(one.note), "dim"))
    return grid


def _grid() -> Grid:
    """Columns without lines between them, behind an indent."""
    grid = Grid.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=1)
    return grid


def _rows(section: Table, width: int) -> Iterator[Line]:
    """A table, or its rows one below the other where their columns have no room beside another."""
    least = sum(2 + _least(section, place) for place in range(len(section.columns)))
    if least <= width - 3:
        yield _table(section)
        return
    for number, row in enumerate(section.rows):
        if number:
            yield Text("")
        for column, value in zip(section.columns, row, strict=True):
            yield from _fact(column.label, value, width)


_NARROWEST = 7
"""Columns in which a text can still be read, however often it wraps."""


def _least(section: Table, place: int) -> int:
    column = section.columns[place]
    cells = (shown(column.label), *(brief(row[place]) for row in section.rows))
    widest = max(map(cell_len, cells))
    return min(widest, _NARROWEST) if column.kind is Kind.TEXT else widest


def _table(section: Table) -> Grid:
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    grid.add_column(width=1)
    for column in section.columns:
        is_number = column.kind in (Kind.NUMBER, Kind.DURATION)
        head = Text(shown(column.label))
        grid.add_column(
            head,
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=column.kind is not Kind.TEXT,
        )
    for row in section.rows:
        grid.add_row("", *(Text(brief(value)) for value in row))
    return grid


def _bars(section: Bars, width: int) -> Grid:
    most = max((one.size for one in section.bars), default=0.0) or 1.0
    room = _BAR if width <= NARROW else 2 * _BAR
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    grid.add_column(width=1)
    grid.add_column(Text(shown(section.head)), max_width=width - room - 20)
    grid.add_column(Text(shown(section.unit)), justify="right")
    grid.add_column(no_wrap=True)
    for one in section.bars:
        bar = Text("█" * round(room * one.size / most), "blue")
        grid.add_row("", Text(shown(one.label)), Text(measure(one.value)), bar)
    return grid


def _trend(section: Trend, width: int) -> Iterator[Line]:
    """All steps as one line of blocks, then those in which something was."""
    bars = tuple(one for one in section.bars if one.size)
    if bars:
        most = max(one.size for one in bars)
        steps = "".join(_BLOCKS[ceil((len(_BLOCKS) - 1) * one.size / most)] for one in section.bars)
        first, last = shown(section.bars[0].label), shown(section.bars[-1].label)
        line = Text(" " * INDENT, no_wrap=True, overflow="ellipsis")
        yield line.append(f"{first} ", "dim").append(steps, "blue").append(f" {last}", "dim")
        yield _bars(Bars(section.name, section.title, section.head, section.unit, bars), width)
    if told := quiet(section):
        yield from wrapped(shown(told), width=width, indent=INDENT, style="dim")


_BLOCKS = "·▁▂▃▄▅▆▇█"
"""Nothing, and eight heights of a step of a trend."""


def _heat_map(section: HeatMap, width: int) -> Iterator[Text]:
    """A star tells what came while the business was closed: colours may be off."""
    yield from _days_down(section) if width >= _WIDE else _hours_down(section)
    yield from wrapped("* came while closed   · nothing, closed", width=width, indent=4)
    for told in section.lines:
        yield from wrapped(shown(told), width=width, indent=INDENT)


_WIDE = 4 + 3 * HOURS
"""Columns that a whole day needs on one line, with its name; a narrower map has a row an hour."""


def _hours_down(section: HeatMap) -> Iterator[Text]:
    yield Text("       " + " ".join(DAYS), "dim", no_wrap=True)
    for hour in range(HOURS):
        line = Text(f"{hour:02d}:00  ", no_wrap=True)
        for counts, is_open in zip(section.counts, section.is_open, strict=True):
            line.append(*_hour(counts[hour], opened=is_open[hour])).append(" ")
        line.rstrip()
        yield line


def _days_down(section: HeatMap) -> Iterator[Text]:
    hours = "".join(f"{hour:>2} " for hour in range(HOURS))
    yield Text(f"    {hours}".rstrip(), "dim", no_wrap=True, overflow="ellipsis")
    for day, counts, is_open in zip(DAYS, section.counts, section.is_open, strict=True):
        line = Text(f"{day} ", no_wrap=True, overflow="ellipsis")
        for count, opened in zip(counts, is_open, strict=True):
            line.append(*_hour(count, opened=opened))
        line.rstrip()
        yield line


def _hour(count: int, *, opened: bool) -> tuple[str, str]:
    """Three columns of the map, and their style."""
    number = str(count) if count <= _MOST else "99"
    if opened:
        return f"{number:>2} ", "bold" if count else "dim"
    return (f"{number:>2}*", "yellow") if count else (" · ", "dim")


def _cards(section: Cards, width: int) -> Iterator[Text]:
    if not section.cards:
        yield _empty(section.empty)
    for number, card in enumerate(section.cards):
        if number:
            yield Text("")
        yield from _card(card, width)
    if section.left:
        yield _empty(f"{section.left} more not shown.")


def _card(card: Card, width: int) -> Iterator[Text]:
    yield from wrapped(shown(card.headline), width=width, indent=INDENT, style="bold")
    for fact in card.facts:
        yield from _fact(fact.label, fact.value, width)
    for reason in filter(None, (*card.reasons, card.summary)):
        yield from wrapped(f"- {shown(reason)}", width=width, indent=2 * INDENT, style="dim")


def _fact(name: str, value: Cell, width: int) -> Iterator[Text]:
    label = f"{' ' * INDENT}{shown(name)}:"
    if len(label) < _LABEL:
        yield from labelled(label, shown(value), width=width)
    else:
        yield from wrapped(f"{label.strip()} {shown(value)}", width=width, indent=INDENT)


_LABEL = 11
"""Columns in which a label has to fit to stand before its value (``render.wrap``)."""
