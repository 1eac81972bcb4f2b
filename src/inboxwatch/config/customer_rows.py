"""A row of a customer list made into a customer, wherever the row comes from.

Whatever cannot be right is reported, all of it, and then there is no customer.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from inboxwatch.config.addresses import exact_address, exact_domain
from inboxwatch.config.regions import check_timezone
from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.model.customer import Customer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
_SIMPLE_ADDRESS = re.compile(
    r"[a-z0-9_+-]++(?>(?:\.[a-z0-9_+-]++)*)@[a-z0-9]++(?>(?:[.-][a-z0-9]++)*)"
)
"""Most addresses there are, in their key form already but for the case."""

_LABEL = 64
"""Characters of an address that are too few for a part of it to be too long."""

_Value = TypeVar("_Value")


class RowReader:
    """Makes customers of cells; faults go to ``report`` as a message and the next step."""

    def __init__(self, report: Callable[[str, str], None]) -> None:
        self._report = report
        self._faults = 0

    def columns(self, header: Sequence[str]) -> list[str]:
        """The header in our names; unknown columns are passed over, likely slips reported.

        Empty if there is anything to report.
        """
        names = [column_name(cell) for cell in header]
        before = self._faults
        for name in names:
            if near := likely_slip(name):
                self._fault(f"there is no column {name}", f"did you mean {near}?")
        if len(known := [name for name in names if name in COLUMNS]) != len(set(known)):
            self._fault("a column is there twice")
        if not {"id", "email"} & set(names):
            step = f"the first line has to name the columns: {','.join(COLUMNS)}"
            self._fault("there is neither a column id nor a column email", step)
        return names if self._faults == before else []

    def customer(self, cells: Sequence[str]) -> Customer | None:
        """The customer of cells in the order of COLUMNS, or None after what is wrong with them."""
        before = self._faults
        name, called, email, domain, vip, tags, language, zone, notes, silent = cells
        emails = self._emails(email)
        domains = self._each(domain, _customer_domain) if domain else ()
        name = name.strip() or (emails[0] if emails else "")
        if not name and self._faults == before:
            self._fault("the row has neither an id nor an address")
        customer = Customer(
            name,
            " ".join(called.split()),
            emails,
            domains,
            bool(vip and self._one(vip, _vip)),
            _tags(tags) if tags else (),
            self._one(language, _language) if language else None,
            self._one(zone, _timezone) if zone else None,
            notes.strip() if notes else "",
            bool(silent and self._one(silent, _no_replies)),
        )
        return customer if self._faults == before else None

    def _emails(self, cell: str) -> tuple[str, ...]:
        """The addresses of a cell in their key form; nearly every cell holds a simple one."""
        lowered = cell.lower()
        if len(lowered) < _LABEL and _SIMPLE_ADDRESS.fullmatch(lowered):
            return (lowered,)
        return self._each(cell, exact_address)

    def _each(self, cell: str, read: Callable[[str], str]) -> tuple[str, ...]:
        """All values of a cell, as ``read`` understands them."""
        values = (self._one(text, read) for text in _SEVERAL.split(cell))
        return tuple(value for value in values if value is not None)

    def _one(self, cell: str, read: Callable[[str], _Value]) -> _Value | None:
        """A cell as ``read`` understands it, or None if it is empty or wrong."""
        text = cell.strip()
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            message, _, step = str(error).partition(": ")
            self._fault(message, step)
            return None

    def _fault(self, message: str, next_step: str = "") -> None:
        self._faults += 1
        self._report(message, next_step)


def column_name(written: str) -> str:
    """A column's name as we write it, if it is one of ours."""
    name = written.strip().lower()
    return _SAME.get(name, name)


def likely_slip(name: str) -> str:
    """The column that a name was likely meant to be; empty for ours and for other people's."""
    near = () if name in COLUMNS else get_close_matches(name, COLUMNS, 1, 0.75)
    return near[0] if near else ""


def ordering(columns: Sequence[str]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Puts the cells of a row into the order of COLUMNS; what a row lacks is empty."""
    width = len(columns)
    pick: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(
        *(columns.index(one) if one in columns else width for one in COLUMNS)
    )

    def ordered(row: Sequence[str]) -> tuple[str, ...]:
        if len(row) == width:
            return pick((*row, ""))
        cells = [*row[:width], ""]
        return pick(cells + [""] * (width + 1 - len(cells)))

    return ordered


def delimiter(header: str) -> str:
    """What separates the cells of a file with this first line."""
    unquoted = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=unquoted.count)


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
