"""Customers from JSON lines: one object a line, its keys named like the columns of a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from inboxwatch.config.customer_rows import COLUMNS, column_name, likely_slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.config.imports.lines import Lines
    from inboxwatch.config.imports.reading import Intake
    from inboxwatch.model.customer import Customer

_decode = msgspec.json.Decoder().decode


def read_json_lines(lines: Lines, intake: Intake) -> Iterator[tuple[int, Customer]]:
    """The customers of a file with their lines; a line that is no such object is reported."""
    for line in lines:
        intake.line = lines.number
        if not line.strip():
            continue
        try:
            cells = _cells(_object(line, cut=lines.cut))
        except ValueError as error:
            message, _, step = str(error).partition(": ")
            intake.report(message, step)
            continue
        if customer := intake.customer(cells):
            yield intake.line, customer


def _object(line: str, *, cut: bool) -> dict[str, object]:
    if cut:
        raise ValueError("the line is far too long: write one customer a line")
    try:
        found = _decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        found = None
    if isinstance(found, dict):
        return found
    raise ValueError('not a JSON object: write one a line, like {"email": "ann@shaw.example"}')


def _cells(found: dict[str, object]) -> tuple[str, ...]:
    """The values of an object in the order of COLUMNS. Raises ValueError."""
    cells = dict.fromkeys(COLUMNS, "")
    for key, value in found.items():
        name = column_name(key)
        if name in cells:
            cells[name] = _cell(name, value)
        elif near := likely_slip(name):
            raise ValueError(f"there is no key {name}: did you mean {near}?")
    return tuple(cells.values())


def _cell(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case list() if all(isinstance(one, str) for one in value):
            return ";".join(map(str, value))
        case _:
            raise ValueError(f"{name} is neither a text nor a list of texts: write it as one")
