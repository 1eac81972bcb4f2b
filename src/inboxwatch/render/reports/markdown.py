"""A report as Markdown (CommonMark with GitHub's tables), all foreign text escaped."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

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
from inboxwatch.core.report.words import NOTHING, figure_words, measure, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inboxwatch.core.report.document import Card, Document, Section

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+!|~$&^=-]")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")


def as_markdown(document: Document) -> str:
    """The report, ending in a line feed."""
    head = [
        f"# {escaped(document.title)}",
        escaped(f"{shown(document.since)} to {shown(document.until)}"),
        *(escaped(note) for note in document.notes),
    ]
    return "\n\n".join(chain(head, *map(_section, document.sections))) + "\n"


def escaped(text: str) -> str:
    """A text that is nothing but text in Markdown: no markup, no HTML, no link, no list."""
    marked = _SPECIAL.sub(r"\\\g<0>", shown(text))
    return _NUMBERED.sub(r"\1\\\2", marked)


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    if section.about:
        yield escaped(section.about)
    match section:
        case Figures():
            yield _table(("Figure", "Value", "Note"), _figure_rows(section), numbers={1})
        case Table():
            yield _value_table(section)
        case Bars():
            yield _bars(section)
        case Trend():
            yield from _trend(section)
        case HeatMap():
            yield _heat_map(section)
            yield from map(escaped, section.lines)
        case Cards():
            yield from map(_card, section.cards)
            yield from _rest(section)


def _figure_rows(section: Figures) -> Iterator[tuple[str, str, str]]:
    for one in section.figures:
        yield one.label, figure_words(one), one.note


def _value_table(section: Table) -> str:
    if not section.rows:
        return escaped(section.empty)
    numbers = {place for place, one in enumerate(section.columns) if one.kind is Kind.NUMBER}
    rows = (tuple(map(shown, row)) for row in section.rows)
    return _table([one.label for one in section.columns], rows, numbers=numbers)


def _bars(section: Bars) -> str:
    if not section.bars:
        return escaped(section.empty)
    rows = ((one.label, measure(one.value)) for one in section.bars)
    return _table((section.head, section.unit), rows, numbers={1})


def _trend(section: Trend) -> Iterator[str]:
    """The steps in which something was, and how many had nothing."""
    rows = [(one.label, measure(one.value)) for one in section.bars if one.size]
    if rows:
        yield _table((section.head, section.unit), rows, numbers={1})
    if told := quiet(section):
        yield escaped(told)


def _heat_map(section: HeatMap) -> str:
    """Days across, hours down; an hour in which the business was open is bold."""
    rows = [
        (f"{hour:02d}:00", *(_hour(section, day, hour) for day in range(len(DAYS))))
        for hour in range(HOURS)
    ]
    head = ("Hour", *DAYS)
    written = [_line(head), _line([":--", *["--:"] * len(DAYS)])]
    return "\n".join([*written, *map(_line, rows)])


def _hour(section: HeatMap, day: int, hour: int) -> str:
    count = section.counts[day][hour]
    return f"**{count}**" if section.is_open[day][hour] else str(count or "")


def _card(card: Card) -> str:
    facts = [f"- {escaped(one.label)}: {escaped(shown(one.value))}" for one in card.facts]
    reasons = [f"- {escaped(one)}" for one in (*card.reasons, card.summary) if one]
    return "\n".join([f"### {escaped(card.headline) or NOTHING}", "", *facts, *reasons])


def _rest(section: Cards) -> Iterator[str]:
    if not section.cards:
        yield escaped(section.empty)
    if section.left:
        yield f"{section.left} more not shown."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: set[int]) -> str:
    edges = ["--:" if place in numbers else ":--" for place in range(len(head))]
    written = (_line([escaped(value) for value in row]) for row in rows)
    return "\n".join([_line([escaped(one) for one in head]), _line(edges), *written])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
