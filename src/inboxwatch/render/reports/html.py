"""A report as one HTML file that asks nobody for anything (rule O07).

Every expression of the page goes through ``core.report.words`` and is escaped after that: the page
cannot forget it. No address is ever a link. The policy in its head allows the one style sheet in
it, by its hash, and nothing else: no script, no image, no font, no form.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from inboxwatch.core.report.document import (
    DAYS,
    HOURS,
    Bars,
    Cards,
    Figures,
    HeatMap,
    Table,
    Trend,
    quiet,
)
from inboxwatch.core.report.words import figure_words, measure, shown

if TYPE_CHECKING:
    from inboxwatch.core.report.document import Cell, Document, Section

LEVELS = 5
"""Shades of the heat map."""

_HERE = Path(__file__).parent
_KINDS: dict[type, str] = {
    Figures: "figures",
    Table: "table",
    Bars: "bars",
    Trend: "trend",
    HeatMap: "heat_map",
    Cards: "cards",
}


def as_html(document: Document) -> str:
    """The report as a whole document in UTF-8."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _environment().get_template("page.html.j2")
    return page.render(document=document, style=style, digest=digest)


def _style() -> str:
    return (_HERE / "page.css").read_text("utf-8").strip()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.globals.update(
        days=DAYS,
        hours=range(HOURS),
        kind_of=_kind_of,
        figure_words=figure_words,
        measure=measure,
        quiet=quiet,
        level=_level,
        share=_share,
    )
    return environment


def _finalized(value: Cell) -> str:
    """What an expression becomes before it is escaped; the page marks its style sheet as safe."""
    return value if isinstance(value, str) and hasattr(value, "__html__") else shown(value)


def _kind_of(section: Section) -> str:
    return _KINDS[type(section)]


def _level(section: HeatMap, day: int, hour: int) -> int:
    """The shade of an hour, 0 for none."""
    most = max(map(max, section.counts))
    return -(-LEVELS * section.counts[day][hour] // most) if most else 0


def _share(section: Bars | Trend, size: float) -> int:
    """The width of a bar in percent."""
    most = max(one.size for one in section.bars)
    return round(100 * size / most) if most else 0
