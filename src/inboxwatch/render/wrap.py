"""Lines that are wrapped and not cut: indented, and a command to type stays whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

LABEL = 11
"""Columns of a label before its value."""

_PIECE = re.compile(
    r"(?:inboxwatch )?"
    r"(?:outbox (?:show|send|retry|drop)|surge (?:show|answer|drafts|close)) \d+\S*"
    r"|inboxwatch (?:show|explain|done) \d+(?: --[a-z]+(?: [a-z]+)?)?\S*|\S+"
)


def wrapped(text: str, *, width: int, indent: int, style: str = "") -> Iterator[Text]:
    """A text on lines of ``width`` columns, all of them behind the same indent."""
    room = max(1, width - indent)
    line = ""
    for piece in _pieces(text, room):
        longer = f"{line} {piece}" if line else piece
        if line and cell_len(longer) > room:
            yield _line(indent, line, style)
            line = piece
        else:
            line = longer
    if line:
        yield _line(indent, line, style)


def labelled(label: str, value: str, *, width: int, style: str = "") -> Iterator[Text]:
    """A value behind its label, wrapped under itself."""
    lines = list(wrapped(value, width=width, indent=LABEL, style=style))
    first = Text(no_wrap=True, overflow="ellipsis")
    first.append(f"{label:<{LABEL}}", "dim")
    first.append(lines[0].plain[LABEL:] if lines else "", style)
    yield first
    yield from lines[1:]


def _pieces(text: str, room: int) -> Iterator[str]:
    """Words, and commands as one; what is wider than a line by itself comes in parts."""
    for piece in _PIECE.findall(text):
        yield from chop_cells(piece, room) if cell_len(piece) > room else (piece,)


def _line(indent: int, text: str, style: str) -> Text:
    line = Text(" " * indent, no_wrap=True, overflow="ellipsis")
    line.append(text, style)
    return line
