"""``docs/configuration.md``: every key in tables, with guides to what needs more words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.config.reference.guides import GUIDES, HEAD
from inboxwatch.config.reference.words import default, example, hint, kind, own_keys, value_text
from inboxwatch.config.schema.walk import NAME, sections
from inboxwatch.core.triage.table import FACTS, SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from inboxwatch.config.schema.base import Section


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for path, section in sections():
        parts.append("\n".join(_section(path, section)))
        if guide := GUIDES.get(path):
            parts.append(guide)
        if path == ("triage",):
            parts.append("\n".join(_signals()))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _section(path: tuple[str, ...], section: type[Section]) -> Iterator[str]:
    if path:
        yield f"{'#' * (len(path) + 1 - path.count(NAME))} {'.'.join(path)}"
        yield ""
        yield _sentence(section)
    else:
        yield "## Keys"
        yield ""
        yield "At the top of the file stand:"
    yield ""
    yield "| Key | What it is | Type | Default | Example |"
    yield "| --- | --- | --- | --- | --- |"
    for name, field in own_keys(section).items():
        yield _row(name, field)


def _sentence(section: type[Section]) -> str:
    return " ".join((section.__doc__ or "").split())


def _row(name: str, field: FieldInfo) -> str:
    words = kind(field)
    below = words.endswith("section")
    shown = "see below" if below else f"`{value_text(example(field))}`"
    missing = default(field)
    if below and not field.is_required():
        missing = hint(field).default or "its keys' own"
    cells = (f"`{name}`", field.description or "", words, missing, shown)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _signals() -> Iterator[str]:
    yield "| Signal or fact | Points | Meaning |"
    yield "| --- | --- | --- |"
    for row in (*SIGNALS, *FACTS):
        yield f"| `{row.name}` | {row.points} | {row.description} |"
