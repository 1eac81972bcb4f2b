"""Whole processes, measured: a warm-up, five goes, the median with the least and the most."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

HERE = Path(__file__).parent
ROOT = HERE.parent
GOES = 5
MB = 1_000_000

_UNSET = (
    "INBOXWATCH_CONFIG",
    "INBOXWATCH_NO_SEND",
    "PYTHONDONTWRITEBYTECODE",  # whoever installs the package has its byte code
    "PYTHONUNBUFFERED",
    "TYPER_USE_RICH",
)


class MeasureError(Exception):
    """A command that was to be measured failed."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process used: seconds of wall clock and of CPU, octets at its peak."""

    wall: float
    cpu: float
    peak: int
    code: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some goes, with the least and the most of them."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Series:
    """The same command, several times."""

    goes: tuple[Usage, ...]

    @property
    def wall(self) -> Spread:
        """Seconds from start to end."""
        return Spread.of([go.wall for go in self.goes])

    @property
    def cpu(self) -> Spread:
        """Seconds of CPU, the system's share included."""
        return Spread.of([go.cpu for go in self.goes])

    @property
    def peak(self) -> Spread:
        """Octets of memory at the peak."""
        return Spread.of([go.peak for go in self.goes])


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, against which floor, and what is wanted."""

    what: str
    measured: str
    spread: str = ""
    floor: str = ""
    ratio: str = ""
    target: str = ""


def inboxwatch(*arguments: str) -> list[str]:
    """The installed command, of the environment that runs the benchmark."""
    return [str(Path(sys.executable).with_name("inboxwatch")), *arguments]


def python(*arguments: str) -> list[str]:
    """The interpreter of the same environment."""
    return [sys.executable, *arguments]


def once(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    expect: int = 0,
    output: Path | None = None,
) -> Usage:
    """Run a command to its end, its output thrown away or kept in ``output``.

    Raises MeasureError with what it said if it ends with another code than ``expect``.
    """
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as folder:
        report, said = Path(folder, "used.json"), Path(folder, "said.txt")
        with (output or Path(os.devnull)).open("wb") as out, said.open("wb") as errors:
            subprocess.run(
                python("-I", "-S", str(HERE / "timed.py"), str(report), *command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                env=environment(env),
                check=True,
            )
        used = Usage(**json.loads(report.read_text("ascii")))
        if used.code != expect:
            words = said.read_text("utf-8", "replace")[-2000:]
            raise MeasureError(f"{' '.join(command)} ended with {used.code}:\n{words}")
        return used


def series(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] = lambda: None,
    goes: int = GOES,
) -> Series:
    """A command measured ``goes`` times after one go that is not counted.

    ``before`` is called before every go, outside of what is measured.
    """
    used = []
    for number in range(goes + 1):
        before()
        usage = once(command, env=env)
        if number:
            used.append(usage)
    return Series(tuple(used))


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a user: nothing set that speeds a start up or slows it down.

    What commands keep to be made anew goes with the benchmark.
    """
    own = {name: value for name, value in os.environ.items() if name not in _UNSET}
    return own | {"XDG_CACHE_HOME": _cache()} | dict(more or {})


@cache
def _cache() -> str:
    folder = tempfile.mkdtemp(prefix="iw-bench-cache-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


# Words


def seconds(spread: Spread) -> tuple[str, str]:
    """A median and its range, in milliseconds below one second."""
    if spread.most < 1:
        low, high = spread.least * 1000, spread.most * 1000
        return f"{spread.median * 1000:.0f} ms", f"{low:.0f}-{high:.0f}"
    return f"{spread.median:.2f} s", f"{spread.least:.2f}-{spread.most:.2f}"


def rate(count: int, spread: Spread) -> tuple[str, str]:
    """So many things a second, and the range."""
    low, high = count / spread.most, count / spread.least
    return f"{count / spread.median:,.0f} a second", f"{low:,.0f}-{high:,.0f}"


def megabytes(spread: Spread) -> tuple[str, str]:
    """Octets in MB (a million octets), and the range."""
    return f"{spread.median / MB:.0f} MB", f"{spread.least / MB:.0f}-{spread.most / MB:.0f}"


def against(spread: Spread, floor: Spread) -> tuple[str, str]:
    """The floor in words, and how many times the floor the median is."""
    return seconds(floor)[0], f"{spread.median / floor.median:.1f}"


def table(rows: Iterable[Row]) -> str:
    """Rows as a Markdown table that reads well as plain text too."""
    heads = [column.name for column in fields(Row)]
    cells = [[getattr(row, head) for head in heads] for row in rows]
    widths = [max(len(line[i]) for line in [heads, *cells]) for i in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *cells]
    padded = (
        [cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)
