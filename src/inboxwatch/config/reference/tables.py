"""Tables in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def table(heads: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """The lines of a table, whose heads are separated by commas, and an empty one."""
    names = heads.split(", ")
    yield f"| {' | '.join(names)} |"
    yield f"| {' | '.join('---' for _ in names)} |"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
