"""The reply templates on a terminal: what there is, what is wrong, how a reply looks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from inboxwatch.core.text import one_line, printable
from inboxwatch.render.words import count, instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


BY_RULES = "by rules"
"""In place of a period: what only reply rules choose."""


def list_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """A name a row, with its languages; what is replaced in a language says by which file."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_row(*(Text(word, "dim") for word in ("name", "period", "tone", "languages")))
    groups: dict[tuple[str, str, str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        key = (row["name"], row["period"] or BY_RULES, row["tone"], row["origin"])
        groups.setdefault(key, []).append(row)
    for (name, period, tone, origin), translations in groups.items():
        table.add_row(
            Text(one_line(name, 40), "bold"), period, tone, _languages(translations, origin)
        )
    return table


def _languages(translations: Sequence[Mapping[str, Any]], origin: str) -> Text:
    used = [row["language"] for row in translations if not row["replaced_by"]]
    text = Text(" ".join(sorted(used)))
    text.append(f"  {origin}" if used else origin, "green" if origin == "own" else "dim")
    for row in translations:
        if row["replaced_by"]:
            text.append(f", {row['language']} replaced by {row['replaced_by']}", "dim")
    return text


def lint_line(fields: Mapping[str, Any]) -> Text:
    """One finding, as compilers tell theirs: file, line, rule, what is wrong."""
    place = ":".join(str(part) for part in (fields["file"], fields["line"]) if part)
    line = Text(f"{printable(place)}: ", "dim")
    line.append(fields["rule"], "red" if fields["stops"] else "yellow")
    line.append("" if fields["stops"] else " (note)", "dim")
    line.append(f": {one_line(fields['message'], 300)}")
    return line


def lint_summary(findings: Sequence[Mapping[str, Any]]) -> Text:
    """How many errors and notes there are."""
    errors = sum(bool(fields["stops"]) for fields in findings)
    notes = len(findings) - errors
    if not findings:
        return Text("The templates are fine.", "green")
    return Text(f"{count(errors, 'error')}, {count(notes, 'note')}.", "bold")


def preview_rows(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands above a reply: where it comes from, its fields, what it promises."""
    about = (fields["period"] or BY_RULES, fields["tone"], fields["kind"], fields["origin"])
    yield "Template", f"{fields['template']} ({', '.join(about)})"
    yield "At", f"{instant(datetime.fromisoformat(fields['at']))} ({fields['period_at']})"
    if fields["note"]:
        yield "Note", fields["note"]
    yield "From", one_line(fields["from"], 120)
    yield "To", one_line(fields["to"], 120)
    yield "Subject", one_line(fields["subject"], 200)
    if fields["promise"]:
        yield "Promise", instant(datetime.fromisoformat(fields["promise"]))


def preview_lines(fields: Mapping[str, Any]) -> Iterator[Text | Table]:
    """A reply with its fields and its text."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for name, value in preview_rows(fields):
        table.add_row(Text(name, "dim"), Text(value))
    yield table
    yield Text("")
    yield Text(printable(fields["text"].rstrip("\n"), keep="\n"))
