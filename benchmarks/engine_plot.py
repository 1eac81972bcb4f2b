"""The cost of a mailbox against its size, drawn as SVG: both axes logarithmic, light and dark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from engine_results import AUTOFILER, BODIES, FLOOR, HEADER, OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine_results import Results

WIDTH, LEFT, RIGHT = 480, 72, 24
PANEL, GAP, LEGEND = 260, 94, 128
"""Heights: of what is drawn in, of what lies between two of them, of the names above them."""


class Style(NamedTuple):
    """How a program is drawn: in light, in dark, its dashes, its mark, and its name."""

    program: str
    light: str
    dark: str
    dashes: str
    mark: str
    name: str


STYLES = (
    Style(OURS, "#0550ae", "#79c0ff", "none", "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "inboxwatch"),
    Style(FLOOR, "#57606a", "#b1bac4", "2 4", "M-4-4h8v8h-8z", "the floor"),
    Style(BODIES, "#bc4c00", "#ffa657", "none", "M0-6l6 10h-12z", "imapfilter, with body rules"),
    Style(HEADER, "#bc4c00", "#ffa657", "7 4", "M0 6l6-10h-12z", "imapfilter, header rules alone"),
    Style(AUTOFILER, "#1a7f37", "#7ee787", "none", "M0-6l6 6l-6 6l-6-6z", "imapautofiler"),
)
STAGES = {"first": "First triage", "same": "A run with nothing new"}

_STYLE = """\
<style>
svg {{ max-width: 100%; height: auto; font: 15px system-ui, sans-serif }}
.paper {{ fill: #fff }} text {{ fill: #1f2328 }} .head {{ font-weight: 600; font-size: 17px }}
.grid {{ stroke: #d0d7de }} .value {{ fill: #0550ae; font-weight: 600 }}
.line {{ fill: none; stroke-width: 2 }} .inboxwatch .line {{ stroke-width: 3.5 }}
{light}
@media (prefers-color-scheme: dark) {{
.paper {{ fill: #0d1117 }} text {{ fill: #e6edf3 }} .grid {{ stroke: #3d444d }}
.value {{ fill: #79c0ff }}
{dark}
}}
</style>"""


class Panel(NamedTuple):
    """One drawing: what is in it and where it lies."""

    results: Results
    stage: str
    top: int
    low: int
    high: int
    """The powers of ten at the bottom and at the top, in seconds."""

    def x(self, size: int) -> float:
        """Where a mailbox of this size stands."""
        first, last = (math.log(one) for one in (self.results.sizes[0], self.results.sizes[-1]))
        share = (math.log(size) - first) / (last - first) if last > first else 0.5
        return round(LEFT + 18 + share * (WIDTH - LEFT - RIGHT - 36), 1)

    def y(self, seconds: float) -> float:
        """Where so many seconds stand."""
        share = (math.log10(seconds) - self.low) / (self.high - self.low)
        return round(self.top + PANEL * (1 - share), 1)

    def points(self, program: str) -> list[tuple[float, float, float]]:
        """Where a program's medians stand, and what they are."""
        found = (
            (size, self.results.wall(self.stage, program, size)) for size in self.results.sizes
        )
        return [(self.x(size), self.y(wall), wall) for size, wall in found if wall]


def draw(results: Results) -> str:
    """The whole picture."""
    height = LEGEND + len(STAGES) * (PANEL + GAP)
    light, dark = (
        "\n".join(
            f".{style.program} .line {{ stroke: {color}; stroke-dasharray: {style.dashes} }} "
            f".{style.program} .mark {{ fill: {color} }}"
            for style in STYLES
            for color in [getattr(style, shade)]
        )
        for shade in ("light", "dark")
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {_size(height)} role="img"',
        ' aria-labelledby="title words">',
        '<title id="title">What a mailbox costs, by the number of its mails</title>',
        f'<desc id="words">{escape(" ".join(describe(results)))}</desc>',
        _STYLE.format(light=light, dark=dark),
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        *_legend(results),
    ]
    for number, stage in enumerate(STAGES):
        parts += _panel(results, stage, LEGEND + number * (PANEL + GAP))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _size(height: int) -> str:
    """Half as large again where there is room for it."""
    large = f'width="{WIDTH * 3 // 2}" height="{height * 3 // 2}"'
    return f'{large} viewBox="0 0 {WIDTH} {height}"'


def describe(results: Results) -> Iterator[str]:
    """The same in words, for those who do not see it."""
    yield "Seconds by the clock against mails in the mailbox, both on logarithmic scales."
    for stage, head in STAGES.items():
        for style in _drawn(results):
            found = ((size, results.wall(stage, style.program, size)) for size in results.sizes)
            told = ", ".join(f"{words(wall)} for {size:,}" for size, wall in found if wall)
            yield f"{head}, {style.name}: {told or 'not measured'}."


def words(seconds: float) -> str:
    """A time as people read it."""
    if round(seconds, 3) < 1:
        return f"{seconds * 1000:.0f} ms"
    short = f"{seconds:.1f} s"
    return short if len(short) == len("9.9 s") else f"{seconds:.0f} s"


def _drawn(results: Results) -> list[Style]:
    measured = {one.program for one in results.runs}
    return [style for style in STYLES if style.program in measured]


def _legend(results: Results) -> Iterator[str]:
    for row, style in enumerate(_drawn(results)):
        y = 24 + 20 * row
        yield f'<g class="{style.program}"><path class="line" d="M{LEFT - 40} {y}h48"/>'
        yield f'<path class="mark" transform="translate({LEFT - 16} {y})" d="{style.mark}"/>'
        yield f'<text x="{LEFT + 18}" y="{y + 5}">{escape(style.name)}</text></g>'


def _panel(results: Results, stage: str, top: int) -> Iterator[str]:
    walls = [results.wall(stage, one.program, one.size) for one in results.runs]
    known = [wall for wall in walls if wall]
    if not known:
        return
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    panel = Panel(results, stage, top + 30, low, max(high, low + 1))
    yield f'<text class="head" x="{LEFT}" y="{top + 14}">{STAGES[stage]}</text>'
    yield from _axes(panel)
    for style in _drawn(results)[::-1]:  # ours above the others
        points = panel.points(style.program)
        if not points:
            continue
        line = "L".join(f"{x} {y}" for x, y, _ in points)
        yield f'<g class="{style.program}"><path class="line" d="M{line}"/>'
        for x, y, wall in points:
            told = f"{style.name}: {words(wall)}"
            yield f'<path class="mark" transform="translate({x} {y})" d="{style.mark}">'
            yield f"<title>{escape(told)}</title></path>"
        yield "</g>"
    for x, _, wall in panel.points(OURS):
        y = panel.top + PANEL + 40
        yield f'<text class="value" x="{x}" y="{y}" text-anchor="middle">{words(wall)}</text>'


def _axes(panel: Panel) -> Iterator[str]:
    bottom = panel.top + PANEL
    for power in range(panel.low, panel.high + 1):
        y = panel.y(10.0**power)
        told = f"{10**power:,} s" if power >= 0 else f"{10 ** (power + 3):g} ms"
        yield f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 5}" text-anchor="end">{told}</text>'
    for size in panel.results.sizes:
        x = panel.x(size)
        yield f'<path class="grid" d="M{x} {panel.top}V{bottom}"/>'
        yield f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{size:,}</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{panel.top - 16}" text-anchor="end">mails →</text>'
