"""A report as one JSON object: values as they are, instants in ISO 8601, lengths in seconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.report.document import (
    DAYS,
    SCHEMA,
    Bars,
    Cards,
    Figures,
    HeatMap,
    Table,
    Trend,
)

if TYPE_CHECKING:
    from inboxwatch.core.report.document import Card, Cell, Document, Section


def report_fields(document: Document) -> dict[str, object]:
    """The whole report; what renders it as a line is ``render.json``."""
    return {
        "schema": SCHEMA,
        "type": "report",
        "name": document.name,
        "title": document.title,
        "since": document.since.isoformat(),
        "until": document.until.isoformat(),
        "notes": list(document.notes),
        "sections": [_section(one) for one in document.sections],
    }


def _section(section: Section) -> dict[str, object]:
    head = {"name": section.name, "title": section.title, "about": section.about}
    match section:
        case Figures():
            return {**head, "kind": "figures", **_figures(section)}
        case Table():
            return {**head, "kind": "table", **_table(section)}
        case Bars() | Trend():
            return {**head, "kind": "bars", **_bars(section)}
        case HeatMap():
            return {**head, "kind": "heat-map", **_heat_map(section)}
        case Cards():
            cards = [_card(one) for one in section.cards]
            return {**head, "kind": "cards", "cards": cards, "left": section.left}


def _figures(section: Figures) -> dict[str, object]:
    return {
        "figures": [
            {
                "name": one.name,
                "label": one.label,
                "value": _value(one.value),
                "unit": "seconds" if isinstance(one.value, timedelta) else one.unit,
                "note": one.note,
            }
            for one in section.figures
        ]
    }


def _table(section: Table) -> dict[str, object]:
    names = [column.name for column in section.columns]
    return {
        "columns": [
            {"name": one.name, "label": one.label, "kind": one.kind.value}
            for one in section.columns
        ],
        "rows": [dict(zip(names, map(_value, row), strict=True)) for row in section.rows],
    }


def _bars(section: Bars | Trend) -> dict[str, object]:
    timed = any(isinstance(one.value, timedelta) for one in section.bars)
    return {
        "unit": "seconds" if timed else section.unit,
        "bars": [{"label": one.label, "value": _value(one.value)} for one in section.bars],
    }


def _heat_map(section: HeatMap) -> dict[str, object]:
    return {
        "unit": section.unit,
        "days": list(DAYS),
        "counts": [list(row) for row in section.counts],
        "open": [list(row) for row in section.is_open],
        "lines": list(section.lines),
    }


def _card(card: Card) -> dict[str, object]:
    return {
        "headline": card.headline,
        "facts": [{"label": one.label, "value": _value(one.value)} for one in card.facts],
        "reasons": list(card.reasons),
        "summary": card.summary,
        "details": list(card.details),
    }


def _value(value: Cell) -> str | float | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
