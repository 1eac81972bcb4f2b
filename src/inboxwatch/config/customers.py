"""Customers from CSV files: one row or several for each, looked up by address and by domain.

Files may come out of a spreadsheet: with semicolons or tabs, with a byte order mark, in UTF-16 or
in Windows' own encoding. Whatever cannot be right is a problem with its line, and all are reported.
"""

from __future__ import annotations

import csv
from contextlib import suppress
from typing import TYPE_CHECKING

from inboxwatch.config.customer_rows import RowReader, delimiter, ordering
from inboxwatch.config.files import read_file
from inboxwatch.errors import ConfigError, Problem
from inboxwatch.model.customer import Customer, Customers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

MAX_PROBLEMS = 50
"""Problems reported for one file; after so many the columns are likely mixed up."""


class _Book:
    """What all files said so far: customers by id, and whose each address and domain is."""

    def __init__(self) -> None:
        self.customers: dict[str, Customer] = {}
        self.owners: dict[str, tuple[str, Path, int]] = {}
        self.problems: list[Problem] = []

    def add(self, customer: Customer) -> None:
        """Add a customer, or what another row says of one."""
        known = self.customers.get(customer.id)
        self.customers[customer.id] = known.joined(customer) if known else customer

    def index(self) -> Customers:
        """All customers by address and by domain."""
        everybody = self.customers.values()
        return Customers(
            {email: customer for customer in everybody for email in customer.emails},
            {domain: customer for customer in everybody for domain in customer.domains},
        )


MEND_FILES = "mend the files named and run `inboxwatch check`"

MAX_ROW_LINES = 50
"""Lines of the file that one row may take up, as notes with line breaks do; more is a slip."""


def load_customers(files: Sequence[Path]) -> tuple[Customers, tuple[Problem, ...]]:
    """All customers of the files, and every problem found in them, with file and line.

    Rows with one id are one customer, also in different files. Without an id the first address
    stands for it. Rows with a problem are left out.
    """
    book = _Book()
    for path in files:
        _File(path, book).read()
    return book.index(), tuple(book.problems)


def read_customers(files: Sequence[Path]) -> Customers:
    """The same where nothing may be wrong with them. Raises ConfigError with every problem."""
    customers, problems = load_customers(files)
    if problems:
        raise ConfigError(problems, next_step=MEND_FILES)
    return customers


def places_of(files: Iterable[Path], has: Callable[[str], bool]) -> Iterator[str]:
    """The lines of files that hold something, as ``customers.csv:17``, of those that are there."""
    for path in files:
        with suppress(OSError):
            lines = _decoded(read_file(path)).splitlines()
            yield from (f"{path}:{number}" for number, line in enumerate(lines, 1) if has(line))


class _File:
    """One file being read into a book."""

    def __init__(self, path: Path, book: _Book) -> None:
        self.path = path
        self.book = book
        self.line = 1
        self.found = 0
        self.reader = RowReader(self.report)

    def read(self) -> None:
        try:
            text = _decoded(read_file(self.path))
        except OSError as error:
            step = "look at customers.files in the configuration"
            self.report(f"cannot be read: {error.strerror}", step, line=None)
            return
        skipped = 1 if text[:4].lower() == "sep=" else 0  # a line that Excel writes for itself
        lines = text.splitlines(keepends=True)[skipped:]
        rows = csv.reader(lines, delimiter=delimiter(lines[0] if lines else ""))
        try:
            self.rows(rows, self.reader.columns(next(rows, [])), skipped)
        except csv.Error as error:
            self.line = rows.line_num + skipped
            self.report(f"not CSV: {error}")

    def rows(self, rows: Iterator[list[str]], columns: list[str], skipped: int) -> None:
        """Take every row, its cells in the order of COLUMNS."""
        width = len(columns)
        ordered = ordering(columns)
        for row in rows if columns else ():
            if self.found > MAX_PROBLEMS:
                return
            before, self.line = self.line, rows.line_num + skipped  # type: ignore[attr-defined]
            if self.line - before > MAX_ROW_LINES:
                self.line = before + 1
                self.report("a quote is opened here and not closed", "close it, or double it")
                return
            if len(row) > width and any(row[width:]):
                self.report("the row has more cells than the header", "look at its quotes")
            elif any(row):
                self.take(ordered(row))

    def take(self, cells: tuple[str, ...]) -> None:
        """Add a row to its customer, or report what is wrong with it."""
        customer = self.reader.customer(cells)
        if customer and self.owned(customer.id, customer.emails + customer.domains):
            self.book.add(customer)

    def owned(self, name: str, keys: tuple[str, ...]) -> bool:
        """Take the keys for this customer; report one that is another customer's."""
        mine = (name, self.path, self.line)
        for key in keys:
            owner, file, line = self.book.owners.setdefault(key, mine)
            if owner != name:
                self.report(f"{key} belongs to customer {owner} as well", f"see {file.name}:{line}")
                return False
        return True

    def report(self, message: str, next_step: str = "", *, line: int | None = 0) -> None:
        self.found += 1
        if self.found == MAX_PROBLEMS + 1:
            message, next_step = "there are more problems in this file", ""
        if self.found <= MAX_PROBLEMS + 1:
            place = self.line if line == 0 else line
            self.book.problems.append(Problem(message, str(self.path), place, None, next_step))


def _decoded(octets: bytes) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return octets.decode(encoding)
        except UnicodeDecodeError:
            continue
    return octets.decode("latin-1")
