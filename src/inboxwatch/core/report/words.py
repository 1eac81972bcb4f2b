"""The values of a report in words, with foreign text made safe: every renderer but JSON uses it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.links import harmless
from inboxwatch.core.report.document import BusinessTime

if TYPE_CHECKING:
    from inboxwatch.core.report.document import Cell, Figure

NOTHING = "—"
"""What stands where there is no value."""

LONGEST = 400
"""Characters of one text in a report (rule O13 keeps subjects shorter still)."""

SUBJECT = 80
"""Characters of a subject in a report (rule O13)."""

MINUTE, HOUR, DAY = 60, 3600, 86400
_LONG = 2 * DAY


def safe(text: str, limit: int = LONGEST) -> str:
    """Foreign text on one line, nothing in it that acts, and no link that works (O10, S29)."""
    return cut(harmless(text[: 4 * limit]), limit)


def cut(text: str, limit: int) -> str:
    """A text with as many characters as are kept of it, as it came otherwise."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def shown(value: Cell) -> str:
    """A value in words that are safe to show on one line."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return value.strftime("%a %d %b %Y, %H:%M")
    if isinstance(value, BusinessTime):
        return hours(value)
    if isinstance(value, timedelta):
        return length(value)
    if isinstance(value, float):
        return f"{value:.1f}"
    return safe(value) if isinstance(value, str) else str(value)


def brief(value: Cell) -> str:
    """``shown`` for a narrow column: of an instant not the year, which the period tells."""
    return value.strftime("%a %d %b, %H:%M") if isinstance(value, datetime) else shown(value)


def figure_words(figure: Figure) -> str:
    """The value of a figure with its unit: ``12 mails``, ``95 %``, ``2 h 10 min``."""
    value = figure.value
    if value is None:
        return NOTHING
    if figure.unit == "%" and isinstance(value, int | float):
        return f"{value:g} %"
    unit = _ONE.get(figure.unit, figure.unit.removesuffix("s")) if value == 1 else figure.unit
    return f"{shown(value)} {unit}".rstrip()


_ONE = {"replies": "reply"}
"""Units whose singular is more than the plural without its s."""


def measure(value: float | timedelta) -> str:
    """The value of a bar: ``3``, ``1.5``, ``135 h 55 min``."""
    return shown(value) if isinstance(value, timedelta) else f"{value:g}"


def hours(span: timedelta) -> str:
    """Business time, which has no days of 24 hours: ``45 min``, ``55 h 55 min``."""
    minutes = max(0, int(span.total_seconds())) // MINUTE
    whole, rest = divmod(minutes, HOUR // MINUTE)
    if not whole:
        return f"{rest} min"
    return f"{whole} h" + (f" {rest} min" if rest else "")


def length(span: timedelta) -> str:
    """A length of time in two units: ``45 min``, ``2 h 10 min``, ``3 d 4 h``."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    large, small = ("d", "h") if seconds >= _LONG else ("h", "min")
    unit, below = (DAY, HOUR) if seconds >= _LONG else (HOUR, MINUTE)
    rest = seconds % unit // below
    return f"{seconds // unit} {large}" + (f" {rest} {small}" if rest else "")
