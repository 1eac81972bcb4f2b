"""A report as a document: sections of figures, tables, bars, a heat map, and cards of mails.

Values stay values here: a length of time is a timedelta, not words. Text may be foreign and is as
it came; whoever shows it makes it safe (rules O07 to O10, S29), which ``core.report.words`` does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

SCHEMA = 1
"""The number of a report's JSON form: fields may be added, renaming one needs a new number."""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = 24


class BusinessTime(timedelta):
    """A length of time in which the business was open: told in hours, never in days of 24."""

    @classmethod
    def of(cls, span: timedelta) -> BusinessTime:
        """The same length, known as business time: sums of such lengths are plain ones."""
        return cls(seconds=span.total_seconds())


Cell = str | int | float | datetime | timedelta | None
"""One value of a report; None where there is none to tell."""


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"
    DURATION = "duration"


class Figure(Struct, frozen=True):
    """One number with its name. ``name`` is the stable one, ``note`` says what it is made of.

    ``unit`` is what is counted, in the plural, or ``%``: a share is a value from 0 to 100, by
    ``percent``, and the same in every form.
    """

    name: str
    label: str
    value: Cell
    unit: str = ""
    note: str = ""


def percent(part: float, whole: float) -> int | None:
    """A share from 0 to 100; None of nothing. Only none is 0, and only everything is 100."""
    if not whole:
        return None
    share = round(100 * part / whole)
    return share if part in (0, whole) else min(99, max(1, share))


class Column(Struct, frozen=True):
    """A column of a table, by its stable name and as it is headed."""

    name: str
    label: str
    kind: Kind = Kind.TEXT


class Bar(Struct, frozen=True):
    """One bar of a chart; lengths of time are so in every bar of it or in none."""

    label: str
    value: float | timedelta

    @property
    def size(self) -> float:
        """The value as a number to draw; of a length its seconds."""
        return self.value.total_seconds() if isinstance(self.value, timedelta) else self.value


class Fact(Struct, frozen=True):
    """One thing that is known of a mail."""

    label: str
    value: Cell


class Card(Struct, frozen=True):
    """A mail: what it is, what is known of it, and the sentences that say why.

    ``summary`` is the one sentence for ``details``, which a form may leave out or fold away.
    """

    headline: str
    facts: tuple[Fact, ...] = ()
    reasons: tuple[str, ...] = ()
    summary: str = ""
    details: tuple[str, ...] = ()


class Figures(Struct, frozen=True):
    """Numbers that say how it went."""

    name: str
    title: str
    figures: tuple[Figure, ...]
    about: str = ""


class Table(Struct, frozen=True):
    """Rows of values, each as long as ``columns``; ``empty`` is said where there are no rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    about: str = ""
    empty: str = "Nothing."


class Bars(Struct, frozen=True):
    """A chart that has its numbers beside it; ``head`` is what the bars are, ``unit`` their unit.

    Values are finite and not negative.
    """

    name: str
    title: str
    head: str
    unit: str
    bars: tuple[Bar, ...]
    about: str = ""
    empty: str = "Nothing."


class Trend(Struct, frozen=True):
    """Equal steps of time, each with how much there was, of which most may be nothing.

    Like ``Bars``, but a form for people draws all steps small and names those with something.
    ``steps`` is what the steps are, in the plural.
    """

    name: str
    title: str
    head: str
    unit: str
    bars: tuple[Bar, ...]
    steps: str = "weeks"
    about: str = ""
    empty: str = "Nothing."


class HeatMap(Struct, frozen=True):
    """How much there was in each hour of the week, and which of them the business was open.

    ``counts`` and ``is_open`` have seven rows, Monday first, of 24 hours each. ``lines`` say in
    words what the map shows.
    """

    name: str
    title: str
    unit: str
    counts: tuple[tuple[int, ...], ...]
    is_open: tuple[tuple[bool, ...], ...]
    lines: tuple[str, ...] = ()
    about: str = ""


class Cards(Struct, frozen=True):
    """Mails, each with what is known of it; ``left`` are those that are not shown.

    ``head`` is what the headlines are. ``columns`` are all facts that a card may have, in their
    order, by the label: a form that has a row for each mail shows them even where none has one.
    """

    name: str
    title: str
    cards: tuple[Card, ...]
    head: str = "Mail"
    columns: tuple[Column, ...] = ()
    about: str = ""
    empty: str = "None."
    left: int = 0


Section = Figures | Table | Bars | Trend | HeatMap | Cards


class Document(Struct, frozen=True):
    """A whole report. ``name`` is its stable name; the period is from ``since`` up to ``until``.

    ``notes`` are sentences that stand before everything else.
    """

    name: str
    title: str
    since: datetime
    until: datetime
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


def only(document: Document, names: tuple[str, ...]) -> Document:
    """The document with the sections of these names alone. Raises KeyError for a name it lacks."""
    known = {section.name: section for section in document.sections}
    return replace(document, sections=tuple(known[name] for name in names))


def quiet(trend: Trend) -> str:
    """How many steps of a trend had nothing, in words; empty if every one had something."""
    none = sum(not one.size for one in trend.bars)
    if not none:
        return ""
    if none == len(trend.bars):
        return trend.empty
    since = trend.bars[0].label
    return f"Nothing in the other {none} of the {len(trend.bars)} {trend.steps} since {since}."


def busiest(counts: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, int, int], ...]:
    """The hours of the week with the most, as (count, day, hour): at most three, none with 0."""
    found = [
        (count, day, hour)
        for day, row in enumerate(counts)
        for hour, count in enumerate(row)
        if count
    ]
    return tuple(sorted(found, key=lambda one: (-one[0], one[1], one[2]))[:3])
