"""A report as CSV (RFC 4180), safe in a spreadsheet (rule O08).

A table has a row for each of its rows, and a section of mails one for each mail.
A report with several sections is one file: each begins with its title in a row of its own, then
comes a row of headings, and an empty line parts it from the next. Text stands in quotation marks;
numbers are bare, so that a negative one stays a number. Lengths of time are hours.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.report.document import (
    DAYS,
    Bars,
    Cards,
    Figures,
    HeatMap,
    Kind,
    Table,
    Trend,
)
from inboxwatch.core.report.words import LONGEST, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.core.report.document import Card, Cell, Column, Document, Section

Row = Sequence[str | int | float]

_BEGINS = r"[=+\-@|\uff1d\uff0b\uff0d\uff20]"
"""What spreadsheets take for the beginning of a formula, the full-width forms among it."""

_FORMULA = re.compile(rf"\s*{_BEGINS}")
_AFTER_SEPARATOR = re.compile(rf"(;\s*)(?={_BEGINS})")
"""Where a spreadsheet set to another country's separator would begin a cell of its own."""

_GUARD = "'"
_SECONDS_PER_HOUR = 3600


def as_csv(document: Document, *, raw: bool = False) -> str:
    """The report; ``raw`` leaves out the mark that keeps a spreadsheet from running a text."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    several = len(document.sections) > 1
    for number, section in enumerate(document.sections):
        if number:
            out.write("\r\n")
        if several:
            writer.writerow([section.title])
        writer.writerows([_guarded(value, raw=raw) for value in row] for row in _rows(section))
    return out.getvalue()


def _guarded(value: str | float, *, raw: bool) -> str | int | float:
    """A text that no spreadsheet takes for a formula; a number as it is."""
    if not isinstance(value, str):
        return value
    text = safe(value, 4 * LONGEST)
    if raw:
        return text
    parted = _AFTER_SEPARATOR.sub(rf"\1{_GUARD}", text)
    return _GUARD + parted if _FORMULA.match(parted) else parted


def _rows(section: Section) -> Iterator[Row]:
    match section:
        case Figures():
            yield ["Name", "Value", "Unit", "Note"]
            for one in section.figures:
                unit = "hours" if isinstance(one.value, timedelta) else one.unit
                yield [one.label, _value(one.value), unit, one.note]
        case Table():
            yield list(map(_heading, section.columns))
            yield from ([_value(value) for value in row] for row in section.rows)
        case Bars() | Trend():
            timed = any(isinstance(one.value, timedelta) for one in section.bars)
            yield [section.head, f"{section.unit} (hours)" if timed else section.unit]
            yield from _bars(section)
        case HeatMap():
            yield ["Day", "Hour", section.unit, "Open"]
            yield from _hours(section)
        case Cards():
            heads = [_heading(column) for column in section.columns]
            yield [section.head, *heads, "Why", "Summary", "Details"]
            yield from (_card(card, section.columns) for card in section.cards)


def _heading(column: Column) -> str:
    return f"{column.label} (hours)" if column.kind is Kind.DURATION else column.label


def _card(card: Card, columns: Sequence[Column]) -> Row:
    """A mail as one row: every column, whether it has something there or not."""
    known = {one.label: _value(one.value) for one in card.facts}
    facts = [known.get(column.label, "") for column in columns]
    return [card.headline, *facts, _joined(card.reasons), card.summary, _joined(card.details)]


def _joined(sentences: Sequence[str]) -> str:
    return "; ".join(safe(one) for one in sentences)


def _bars(section: Bars | Trend) -> Iterator[Row]:
    for one in section.bars:
        yield [one.label, _value(one.value)]


def _hours(section: HeatMap) -> Iterator[Row]:
    for day, counts, is_open in zip(DAYS, section.counts, section.is_open, strict=True):
        for hour, (count, opened) in enumerate(zip(counts, is_open, strict=True)):
            yield [day, hour, count, "yes" if opened else "no"]


def _value(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, timedelta):
        return round(value.total_seconds() / _SECONDS_PER_HOUR, 2)
    return value.isoformat() if isinstance(value, datetime) else value
