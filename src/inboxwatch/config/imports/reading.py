"""Customers of a file to be imported, whatever its format, one after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxwatch.config.customer_rows import COLUMNS, RowReader
from inboxwatch.config.imports.csv_rows import read_csv
from inboxwatch.config.imports.json_lines import read_json_lines
from inboxwatch.config.imports.lines import open_lines
from inboxwatch.config.imports.vcard import read_vcards
from inboxwatch.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from inboxwatch.config.imports.lines import Lines
    from inboxwatch.model.customer import Customer

MAX_CELL = 20_000
"""Characters of one value; a longer one is no customer's."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_START = 100
"""Characters of a file's first line that tell its format."""


class Intake:
    """One file being read: where its reading stands, and where its problems go."""

    def __init__(self, path: Path, report: Callable[[Problem], None]) -> None:
        self.path = path
        self.line = 0
        self.rows = RowReader(self.report)
        self._report = report

    def report(self, message: str, next_step: str = "") -> None:
        """A problem on the line at hand."""
        self._report(Problem(message, str(self.path), self.line or None, None, next_step))

    def customer(self, cells: Sequence[str]) -> Customer | None:
        """The customer of cells in the order of COLUMNS, or None after what is wrong with them."""
        whole = "".join(cells)
        if len(whole) > MAX_CELL or (not whole.isprintable() and _CONTROLS.search(whole)):
            self._refuse(cells)
            return None
        return self.rows.customer(cells)

    def _refuse(self, cells: Sequence[str]) -> None:
        for name, cell in zip(COLUMNS, cells, strict=True):
            if len(cell) > MAX_CELL:
                self.report(f"{name} has {len(cell):,} characters", f"at most {MAX_CELL:,}")
                return
            if _CONTROLS.search(cell):
                self.report(f"{name} holds a character that is none to read", "write it as UTF-8")
                return
        self.report(f"the row has more than {MAX_CELL:,} characters", "shorten it")


def read_customers(path: Path, report: Callable[[Problem], None]) -> Iterator[tuple[int, Customer]]:
    """The customers of a file, CSV, JSON lines or vCard, each with the line where it begins.

    Whatever cannot be right is reported with its line, and everything else is read. A file that
    cannot be read at all is a problem as well.
    """
    intake = Intake(path, report)
    try:
        with open_lines(path) as lines:
            yield from _reader(lines)(lines, intake)
    except OSError as error:
        intake.line = 0
        intake.report(f"cannot be read: {error.strerror}", "look at its name and its rights")


def _reader(lines: Lines) -> Callable[[Lines, Intake], Iterator[tuple[int, Customer]]]:
    """What reads a file, by how it begins."""
    first = next(lines, "")
    lines.put_back([first] if first else [])
    begun = first[:_START].strip().upper()
    if begun.startswith(("{", "[")):
        return read_json_lines
    return read_vcards if begun.startswith("BEGIN:VCARD") else read_csv
