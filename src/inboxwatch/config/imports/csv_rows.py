"""Customers from CSV: a row that is wrong costs itself, never the rows behind it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from inboxwatch.config.customer_rows import delimiter, ordering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inboxwatch.config.imports.lines import Lines
    from inboxwatch.config.imports.reading import Intake
    from inboxwatch.model.customer import Customer

MAX_ROW_LINES = 50
"""Lines of the file that one row may take up, as notes with line breaks do; more is a slip."""


_OPEN = ("a quote is opened here and not closed", "close it, or double it")


class _NotClosedError(Exception):
    """A row goes on and on."""


class _RowLines:
    """The lines of one row at a time, as the CSV reader asks for them."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_ROW_LINES:
            raise _NotClosedError
        line = next(self._lines)
        self.taken.append(line)
        return line

    def keep_first(self) -> None:
        """Let all but the row's first line be read again, as rows of their own."""
        self._lines.put_back(self.taken[1:])


def read_csv(lines: Lines, intake: Intake) -> Iterator[tuple[int, Customer]]:
    """The customers of a file with their lines, which are those where their rows begin."""
    header = _header(lines)
    separator = delimiter(header)
    intake.line = max(lines.number, 1)
    columns = intake.rows.columns(_names(header, separator))
    if not columns:
        return
    width, ordered = len(columns), ordering(columns)
    for row in _rows(lines, intake, separator):
        if len(row) > width and any(row[width:]):
            intake.report("the row has more cells than the header", "look at its quotes")
        elif any(row) and (customer := intake.customer(ordered(row))):
            yield intake.line, customer


def _header(lines: Lines) -> str:
    line = next(lines, "")
    if line[:4].lower() == "sep=":  # a line that Excel writes for itself
        line = next(lines, "")
    return line.rstrip("\r\n")


def _names(header: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=separator), [])
    except csv.Error:
        return []


def _rows(lines: Lines, intake: Intake, separator: str) -> Iterator[Sequence[str]]:
    source = _RowLines(lines)
    rows = csv.reader(source, delimiter=separator, strict=True)
    while True:
        intake.line = lines.number + 1
        source.taken.clear()
        try:
            row = next(rows)
        except StopIteration:
            return
        except _NotClosedError:
            source.keep_first()
            intake.report(*_OPEN)
        except csv.Error as error:
            source.keep_first()
            is_open = len(source.taken) > 1 or "end of data" in str(error)
            intake.report(*(_OPEN if is_open else (f"not CSV: {error}", "look at its quotes")))
        else:
            yield row
