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
_PARAMETERS = re.compile(r'(?>(?:;(?>(?:[^";:]|"[^"]*+")*))*):')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LISTED = re.compile(r"((?>(?:\\.|[^,\\])*))(?:,|$)", re.DOTALL)
_COMPONENTS = re.compile(r"((?>(?:\\.|[^;\\])*))(?:;|$)", re.DOTALL)
_VERSIONS = ("3.0", "4.0")
_COUNTED = {
    name: name
    for name in (
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
    )
}
"""What is read of a card; a photo is not, however long it is."""

MAX_CARD, MAX_FOLDS = 100_000, 1_500
"""Characters of a card, and folded lines of a property; more than any customer needs."""

_EXPORT = "export the cards as version 3.0 or 4.0"


class _Card(Struct):
    """What one card says so far: every value of each property, in order."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    fault: str = ""
    size: int = 0

    def first(self, name: str) -> str:
        """The first value that is not empty."""
        for value in self.values.get(name, ()):
            if value.strip():
                return value
        return ""

    def add(self, name: str, written: str) -> None:
        """Take in what stands behind a property's name; the first fault of a card stands for it."""
        self.size += len(written)
        if self.size > MAX_CARD:
            self.fault = self.fault or f"the card has more than {MAX_CARD:,} characters"
            return
        found = _PARAMETERS.match(written)
        if found is None:
            self.fault = self.fault or f"{name} cannot be read"
        elif len(found[0]) > 1 and "QUOTED-PRINTABLE" in found[0].upper():
            self.fault = self.fault or f"{name} is written as in vCard 2.1"
        else:
            self.values.setdefault(name, []).append(written[found.end() :])


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
    for number, name, written in _content_lines(lines):
        if name == "BEGIN":
            if card is not None:
                _unfinished(card, intake)
            card = _Card(number)
        elif card is None:
            continue
        elif name == "END":
            yield card
            card = None
        else:
            card.add(name, written)
    if card is not None:
        _unfinished(card, intake)


def _unfinished(card: _Card, intake: Intake) -> None:
    intake.line = card.line
    intake.report("the card has no END:VCARD", "look whether the file is complete")


def _content_lines(lines: Lines) -> Iterator[tuple[int, str, str]]:
    """The lines that count, unfolded (RFC 6350 §3.2): number, name, and what stands behind it.

    The others are passed over unread, and one that is far too long is kept in part.
    """
    number, name, written, folds = 0, "", "", 0
    for line in lines:
        if line[0] in " \t":
            if name and folds < MAX_FOLDS:
                written += line[1:].rstrip("\r\n")
                folds += 1
            continue
        if name:
            yield number, name, written
        found = _NAME.match(line)
        name = _COUNTED.get(found[1]) or _COUNTED.get(found[1].upper(), "") if found else ""
        if found and name:
            number, written, folds = lines.number, line[found.end() :].rstrip("\r\n"), 0
    if name:
        yield number, name, written


def _version_fault(card: _Card) -> str:
    version = card.first("VERSION").strip()
    if version in _VERSIONS:
        return ""
    return f"the card is of version {version[:10]!r}" if version else "the card has no VERSION"


def _is_group(card: _Card) -> bool:
    kind = card.first("KIND") or card.first("X-ADDRESSBOOKSERVER-KIND")
    return kind.strip().lower() == "group"


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
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _timezone(text: str) -> str:
    """The name of a time zone; an offset from UTC tells none, and neither does another text."""
    with suppress(ValueError):
        return check_timezone(text) if "/" in text else ""
    return ""
