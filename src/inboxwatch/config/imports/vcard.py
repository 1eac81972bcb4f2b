"""Customers from vCards of the versions 3.0 and 4.0 (RFC 2426, RFC 6350).

Of a card only these count: UID, FN (else N, else ORG), EMAIL, CATEGORIES, LANG, TZ where it names
a time zone, NOTE. A group of contacts (KIND) is no customer and is passed over.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct, field

from inboxwatch.config.regions import check_timezone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.config.imports.lines import Lines
    from inboxwatch.config.imports.reading import Intake
    from inboxwatch.model.customer import Customer

_NAME = re.compile(r"\s*(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)(?=[;:])")
_PARAMETERS = re.compile(r'(?:;(?:[^";:]|"[^"]*+")*+)*+:')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LISTED = re.compile(r"((?:\\.|[^,\\])*+)(?:,|$)", re.DOTALL)
_COMPONENTS = re.compile(r"((?:\\.|[^;\\])*+)(?:;|$)", re.DOTALL)
_VERSIONS = ("3.0", "4.0")
_COUNTED = frozenset(
    {
        "BEGIN",
        "CATEGORIES",
        "EMAIL",
        "END",
        "FN",
        "KIND",
        "LANG",
        "N",
        "NOTE",
        "ORG",
        "TZ",
        "UID",
        "VERSION",
        "X-ADDRESSBOOKSERVER-KIND",
    }
)
"""What is read of a card; a photo is not, however long it is."""

_EXPORT = "export the cards as version 3.0 or 4.0"


class _Line(Struct, frozen=True):
    """A content line that counts; ``fault`` says why its value cannot be read."""

    number: int
    name: str
    value: str
    fault: str = ""


class _Card(Struct):
    """What one card says so far: every value of each property, in order."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    fault: str = ""

    def first(self, name: str) -> str:
        """The first value that is not empty."""
        return next((value for value in self.values.get(name, ()) if value.strip()), "")

    def add(self, line: _Line) -> None:
        """Take a content line in; the first fault of a card stands for it."""
        self.fault = self.fault or line.fault
        self.values.setdefault(line.name, []).append(line.value)


def read_vcards(lines: Lines, intake: Intake) -> Iterator[tuple[int, Customer]]:
    """The customers of a file with the lines on which their cards begin."""
    for card in _cards(lines, intake):
        intake.line = card.line
        if fault := card.fault or _version_fault(card):
            intake.report(fault, _EXPORT)
        elif not _is_group(card) and (customer := intake.customer(_cells(card))):
            yield card.line, customer


def _cards(lines: Lines, intake: Intake) -> Iterator[_Card]:
    card: _Card | None = None
    for line in _content_lines(lines):
        if line.name == "BEGIN":
            if card is not None:
                _unfinished(card, intake)
            card = _Card(line.number)
        elif card is None:
            continue
        elif line.name == "END":
            yield card
            card = None
        else:
            card.add(line)
    if card is not None:
        _unfinished(card, intake)


def _unfinished(card: _Card, intake: Intake) -> None:
    intake.line = card.line
    intake.report("the card has no END:VCARD", "look whether the file is complete")


def _content_lines(lines: Lines) -> Iterator[_Line]:
    """The lines that count, unfolded (RFC 6350 §3.2); the rest is passed over unread."""
    begun, number, parts, cut = "", 0, [""], False
    for line in lines:
        if line[0] in " \t":
            if begun:
                parts.append(line[1:].rstrip("\r\n"))
                cut = cut or lines.cut
            continue
        if begun:
            yield _content_line(number, begun, "".join(parts), cut=cut)
        found = _NAME.match(line)
        begun = found[1].upper() if found and found[1].upper() in _COUNTED else ""
        number, cut = lines.number, lines.cut
        parts = [line[found.end() :].rstrip("\r\n")] if found and begun else [""]
    if begun:
        yield _content_line(number, begun, "".join(parts), cut=cut)


def _content_line(number: int, name: str, rest: str, *, cut: bool) -> _Line:
    parameters = _PARAMETERS.match(rest)
    if cut or parameters is None:
        return _Line(number, name, "", f"{name} cannot be read")
    if "QUOTED-PRINTABLE" in parameters[0].upper():
        return _Line(number, name, "", f"{name} is written as in vCard 2.1")
    return _Line(number, name, rest[parameters.end() :])


def _version_fault(card: _Card) -> str:
    version = card.first("VERSION").strip()
    if version in _VERSIONS:
        return ""
    return f"the card is of version {version[:10]!r}" if version else "the card has no VERSION"


def _is_group(card: _Card) -> bool:
    kinds = (card.first("KIND"), card.first("X-ADDRESSBOOKSERVER-KIND"))
    return any(kind.strip().lower() == "group" for kind in kinds)


def _cells(card: _Card) -> tuple[str, ...]:
    """What a card says, as cells in the order of COLUMNS."""
    tags = [tag for value in card.values.get("CATEGORIES", ()) for tag in _LISTED.findall(value)]
    return (
        _text(card.first("UID")),
        _name(card),
        " ".join(map(_text, card.values.get("EMAIL", ()))),
        "",
        "",
        ";".join(map(_text, tags)),
        card.first("LANG").strip(),
        _timezone(_text(card.first("TZ"))),
        "\n".join(map(_text, card.values.get("NOTE", ()))),
        "",
    )


def _name(card: _Card) -> str:
    """FN, else given and family name, else the organisation."""
    if whole := _text(card.first("FN")).strip():
        return whole
    family, given, *_ = (*map(_text, _COMPONENTS.findall(card.first("N"))), "", "")
    return f"{given} {family}".strip() or _text((*_COMPONENTS.findall(card.first("ORG")), "")[0])


def _text(value: str) -> str:
    """A TEXT value without its escapes (RFC 6350 §3.4)."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _timezone(text: str) -> str:
    """The name of a time zone; an offset from UTC tells none, and neither does another text."""
    with suppress(ValueError):
        return check_timezone(text) if "/" in text else ""
    return ""
