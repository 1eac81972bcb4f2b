"""Customers from CSV files: one row or several for each, looked up by address and by domain.

Files may come out of a spreadsheet: with semicolons or tabs, with a byte order mark, in UTF-16 or
in Windows' own encoding. Whatever cannot be right is a problem with its line, and all are reported.
"""

from __future__ import annotations

import csv
import re
from difflib import get_close_matches
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from inboxwatch.config.addresses import exact_address, exact_domain
from inboxwatch.config.files import read_file
from inboxwatch.config.regions import check_timezone
from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.errors import Problem
from inboxwatch.model.customer import Customer, Customers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

COLUMNS = (
    "id",
    "name",
    "email",
    "domain",
    "vip",
    "tags",
    "language",
    "timezone",
    "notes",
    "no_replies",
)
_SAME = {
    "customer": "id",
    "customer id": "id",
    "e-mail": "email",
    "e-mail address": "email",
    "email address": "email",
    "emails": "email",
    "mail": "email",
    "domains": "domain",
    "tag": "tags",
    "time zone": "timezone",
    "note": "notes",
    "no replies": "no_replies",
}
_YES = frozenset({"yes", "y", "true", "1", "x", "vip"})
_NO = frozenset({"no", "n", "false", "0", "-"})
_SEVERAL = re.compile(r"[;,\s]+")
_TAGS = re.compile(r"\s*[;,]\s*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SIMPLE_ADDRESS = re.compile(r"[a-z0-9_+-]++(?:\.[a-z0-9_+-]++)*+@[a-z0-9]++(?:[.-][a-z0-9]++)*+")
"""Most addresses there are, in their key form already but for the case."""

_LABEL = 64
"""Characters of an address that are too few for a part of it to be too long."""

_Value = TypeVar("_Value")

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
        self.customers[customer.id] = _merged(known, customer) if known else customer

    def index(self) -> Customers:
        """All customers by address and by domain."""
        everybody = self.customers.values()
        return Customers(
            {email: customer for customer in everybody for email in customer.emails},
            {domain: customer for customer in everybody for domain in customer.domains},
        )


def _merged(one: Customer, other: Customer) -> Customer:
    return Customer(
        id=one.id,
        name=one.name or other.name,
        emails=_union(one.emails, other.emails),
        domains=_union(one.domains, other.domains),
        vip=one.vip or other.vip,
        tags=_union(one.tags, other.tags),
        language=one.language or other.language,
        timezone=one.timezone or other.timezone,
        notes="\n".join(_union(_filled(one.notes), _filled(other.notes))),
        no_replies=one.no_replies or other.no_replies,
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _filled(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


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


class _File:
    """One file being read into a book."""

    def __init__(self, path: Path, book: _Book) -> None:
        self.path = path
        self.book = book
        self.line = 1
        self.found = 0

    def read(self) -> None:
        try:
            text = _decoded(read_file(self.path))
        except OSError as error:
            step = "look at customers.files in the configuration"
            self.report(f"cannot be read: {error.strerror}", step, line=None)
            return
        skipped = 1 if text[:4].lower() == "sep=" else 0  # a line that Excel writes for itself
        lines = text.splitlines(keepends=True)[skipped:]
        rows = csv.reader(lines, delimiter=_delimiter(lines[0] if lines else ""))
        try:
            self.rows(rows, self.columns(next(rows, [])), skipped)
        except csv.Error as error:
            self.line = rows.line_num + skipped
            self.report(f"not CSV: {error}")

    def rows(self, rows: Iterator[list[str]], columns: list[str], skipped: int) -> None:
        """Take every row, its cells in the order of COLUMNS."""
        width = len(columns)
        places = [columns.index(name) if name in columns else width for name in COLUMNS]
        ordered = itemgetter(*places)
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
                lacking = width - len(row) + 1
                self.take(ordered(row[:width] + [""] * lacking))

    def columns(self, header: list[str]) -> list[str]:
        """The header in our names; unknown columns are passed over, likely slips reported."""
        names = [_SAME.get(cell.strip().lower(), cell.strip().lower()) for cell in header]
        before = self.found
        for name in names:
            if name not in COLUMNS and (near := get_close_matches(name, COLUMNS, 1, 0.75)):
                self.report(f"there is no column {name}", f"did you mean {near[0]}?")
        if len(known := [name for name in names if name in COLUMNS]) != len(set(known)):
            self.report("a column is there twice")
        if not {"id", "email"} & set(names):
            step = f"the first line has to name the columns: {','.join(COLUMNS)}"
            self.report("there is neither a column id nor a column email", step)
        return names if self.found == before else []

    def take(self, cells: tuple[str, ...]) -> None:
        """Add a row to its customer, or report what is wrong with it."""
        before = self.found
        name, called, email, domain, vip, tags, language, zone, notes, silent = cells
        emails = self.emails(email)
        domains = self.each(domain, _customer_domain) if domain else ()
        name = name.strip() or (emails[0] if emails else "")
        if not name and self.found == before:
            self.report("the row has neither an id nor an address")
        customer = Customer(
            name,
            " ".join(called.split()),
            emails,
            domains,
            bool(vip and self.one(vip, _vip)),
            _tags(tags) if tags else (),
            self.one(language, _language) if language else None,
            self.one(zone, _timezone) if zone else None,
            notes.strip(),
            bool(silent and self.one(silent, _no_replies)),
        )
        if self.found == before and self.owned(name, emails + domains):
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

    def emails(self, cell: str) -> tuple[str, ...]:
        """The addresses of a cell in their key form; nearly every cell holds a simple one."""
        lowered = cell.lower()
        if len(lowered) < _LABEL and _SIMPLE_ADDRESS.fullmatch(lowered):
            return (lowered,)
        return self.each(cell, exact_address)

    def each(self, cell: str, read: Callable[[str], str]) -> tuple[str, ...]:
        """All values of a cell, as ``read`` understands them."""
        values = (self.one(text, read) for text in _SEVERAL.split(cell))
        return tuple(value for value in values if value is not None)

    def one(self, cell: str, read: Callable[[str], _Value]) -> _Value | None:
        """A cell as ``read`` understands it, or None if it is empty or wrong."""
        text = cell.strip()
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            message, _, step = str(error).partition(": ")
            self.report(message, step)
            return None

    def report(self, message: str, next_step: str = "", *, line: int | None = 0) -> None:
        self.found += 1
        if self.found == MAX_PROBLEMS + 1:
            message, next_step = "there are more problems in this file", ""
        if self.found <= MAX_PROBLEMS + 1:
            place = self.line if line == 0 else line
            self.book.problems.append(Problem(message, str(self.path), place, None, next_step))


@lru_cache(maxsize=4096)
def _customer_domain(text: str) -> str:
    domain = exact_domain(text)
    labels = domain.split(".")
    if any(".".join(labels[i:]) in PUBLIC_PROVIDERS for i in range(len(labels) - 1)):
        raise ValueError(
            f"{domain} is a public mail provider, where anybody can have an address: "
            "give the customer's whole address instead"
        )
    return domain


@lru_cache(maxsize=1024)
def _tags(text: str) -> tuple[str, ...]:
    return tuple(tag for tag in _TAGS.split(text.strip()) if tag)


def _answer(column: str) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        if (word := text.lower()) not in _YES | _NO:
            raise ValueError(f"{column} is {text!r}: write yes or no")
        return word in _YES

    return read


_vip = _answer("vip")
_no_replies = _answer("no_replies")


_timezone = lru_cache(maxsize=1024)(check_timezone)


@lru_cache(maxsize=1024)
def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"{text!r} is not a language code: write it like en or pt-BR")
    return text


def _decoded(octets: bytes) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return octets.decode(encoding)
        except UnicodeDecodeError:
            continue
    return octets.decode("latin-1")


def _delimiter(header: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=unquoted.count)
