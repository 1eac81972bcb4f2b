"""The pages that the engine's results are shown on: the documentation's, and the README's part."""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING, NamedTuple

from engine_plot import draw, words
from engine_results import AUTOFILER, BODIES, FLOOR, HEADER, MB, OURS, Results, read
from measure import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from engine_results import Goes

STORED = ROOT / "benchmarks" / "results" / "engine.json"
README, DOCS = ROOT / "README.md", ROOT / "docs"
PAGE, PICTURE = "benchmarks.md", "benchmarks.svg"
BEGIN, END = "<!-- engine: written by make engine -->\n", "<!-- engine: end -->\n"
_BETWEEN = re.compile(f"(?<={re.escape(BEGIN)}).*(?={re.escape(END)})", re.DOTALL)

STAGES = {
    "first": "first triage",
    "new": "10 new mails",
    "same": "nothing new",
    "replies": "10 new mails, replies sent",
}
TENTH = 1.1


# Figures


class Figure(NamedTuple):
    """One line of the table of targets; ``value`` is None where nothing was measured."""

    what: str
    value: float | None
    shown: str
    spread: str
    bound: float
    target: str

    @property
    def met(self) -> str:
        """Whether the target is met."""
        if self.value is None:
            return "not measured"
        return "yes" if self.value <= self.bound else "no"


def figures(results: Results) -> Iterator[Figure]:
    """Everything that has a target."""
    yield _ratio(results, "first", BODIES, 0.45)
    yield _ratio(results, "first", AUTOFILER, 0.6)
    yield _ratio(results, "first", FLOOR, 12)
    ours = [one for one in results.runs if one.program == OURS]
    peaks = [one / MB for goes in ours for one in goes.peak]
    yield _most("the most memory in any of our runs", peaks, 120, "{:.0f} MB")
    yield _ratio(results, "new", HEADER, 0.3)
    yield _ratio(results, "same", HEADER, 0.3)
    same = results.goes_of("same", OURS)
    milliseconds = [1000 * one for one in same.wall] if same else []
    yield _median("nothing new", milliseconds, 350, "{:.0f} ms")
    yield _growth(results)
    for name, bound in (("with rich", 250), ("with TYPER_USE_RICH=0", 150)):
        cpu = [1000 * one for one in results.help.get(name, [])]
        yield _median(f"--help {name}, CPU", cpu, bound, "{:.0f} ms")
    yield from _beside(results)


def _ratio(results: Results, stage: str, other: str, bound: float) -> Figure:
    """Ours against another program, the goes that took turns compared with each other."""
    pair = [results.goes_of(stage, program) for program in (OURS, other)]
    what = f"{STAGES[stage]}, of the time of {name_of(other, results)}"
    target = f"{bound:g} times"
    if None in pair:
        return Figure(what, None, "", "", bound, target)
    ours, theirs = (one.wall for one in pair if one)
    value = statistics.median(ours) / statistics.median(theirs)
    each = [a / b for a, b in zip(ours, theirs, strict=False)]  # one may have failed
    return Figure(what, value, f"{value:.2f} times", _range(each, "{:.2f}"), bound, target)


def _median(what: str, values: Sequence[float], bound: float, form: str) -> Figure:
    value = statistics.median(values) if values else None
    return _figure(what, value, values, bound, form)


def _most(what: str, values: Sequence[float], bound: float, form: str) -> Figure:
    return _figure(what, max(values, default=None), values, bound, form)


def _figure(
    what: str, value: float | None, values: Sequence[float], bound: float, form: str
) -> Figure:
    shown = "" if value is None else form.format(value)
    spread = _range(values, form.split(maxsplit=1)[0]) if values else ""
    return Figure(what, value, shown, spread, bound, form.format(bound))


def _range(values: Sequence[float], form: str) -> str:
    return f"{form.format(min(values))} to {form.format(max(values))}"


def _growth(results: Results) -> Figure:
    """What a run with nothing new adds to the server's own time, by the size of the mailbox."""
    sizes = sorted({one.size for one in results.again})
    added = [one for one in map(results.added, sizes) if one]
    what = "what we add to the server's own time when the mailbox is 4 times as large"
    if len(added) < 2:  # noqa: PLR2004 - a small one and a large one
        return Figure(what, None, "", "", TENTH, f"{TENTH:g} times")
    told = " and ".join(f"{words(one)} at {size:,}" for one, size in zip(added, sizes, strict=True))
    value = added[-1] / added[0]
    return Figure(what, value, f"{value:.2f} times", told, TENTH, f"{TENTH:g} times")


def _beside(results: Results) -> Iterator[Figure]:
    """The accounts that answer, with a silent one beside them and without it."""
    kinds = dict.fromkeys(name.rpartition(", ")[0] for name in results.accounts)
    for kind in kinds or ("20 accounts",):
        found = [
            results.accounts.get(f"{kind}, {beside} the silent one")
            for beside in ("with", "without")
        ]
        what = f"20 accounts, {kind}: the 19 others beside a silent one" if kinds else kind
        if None in found:
            yield Figure(what, None, "", "", TENTH, f"{TENTH:g} times")
            continue
        beside, alone = (statistics.median(one) for one in found if one)
        told = f"{words(beside)} with it, {words(alone)} without"
        value = beside / alone
        yield Figure(what, value, f"{value:.2f} times", told, TENTH, f"{TENTH:g} times")


# Tables


def name_of(program: str, results: Results) -> str:
    """A program, with its version and what it was made to do."""
    version = results.versions.get(program, "")
    named = {
        OURS: f"inboxwatch {version}",
        FLOOR: "the floor",
        BODIES: f"imapfilter {version}, 17 header and 3 body rules",
        HEADER: f"imapfilter {version}, 17 header rules alone",
        AUTOFILER: f"imapautofiler {version}, dry run, 17 header rules",
    }
    return " ".join(named[program].replace(" ,", ",").split())


PROGRAMS = (OURS, FLOOR, BODIES, HEADER, AUTOFILER)


def tables(results: Results) -> str:
    """All tables, as they stand on the page."""
    parts = [
        f"## The targets\n\n{targets(results)}",
        f"## On {results.size:,} mails\n\n{runs(results, spread=True)}",
        f"## By size\n\n{by_size(results)}",
    ]
    if results.missing:
        told = "\n".join(f"- {what}: {why}" for what, why in results.missing.items())
        parts.append(f"## What was not measured\n\n{told}")
    return "\n\n".join(parts)


def targets(results: Results) -> str:
    """What is wanted, beside what was measured."""
    rows = [
        (one.what, one.shown, one.spread, f"at most {one.target}", one.met)
        for one in figures(results)
    ]
    return markdown(("what", "measured", "spread", "target", "met"), rows)


def runs(results: Results, *, spread: bool) -> str:
    """Every program on the mailbox of the targets."""
    stages = ("first", "new", "same")
    heads = [f"{results.size:,} mails", *(STAGES[one] for one in stages), "peak memory"]
    heads += ["CPU of the first triage"] if spread else []
    rows = []
    for program in PROGRAMS:
        found = [results.goes_of(stage, program) for stage in stages]
        cells = [_cell(one, results, spread=spread) for one in found]
        peaks = [one for goes in found if goes for one in goes.peak]
        memory = f"{max(peaks) / MB:.0f} MB" if peaks else ""
        rows.append([name_of(program, results), *cells, memory])
        if spread:
            rows[-1].append(words(statistics.median(found[0].cpu)) if found[0] else "")
    text = markdown(heads, rows)
    sent = results.goes_of("replies", OURS)
    if sent and spread:
        text += f"\n\nWith the replies to 10 new mails sent: {_cell(sent, results, spread=True)}."
    return text


def _cell(goes: Goes | None, results: Results, *, spread: bool) -> str:
    """The median, its range, and how many times ours it is."""
    if goes is None:
        return "not measured"
    median = statistics.median(goes.wall)
    told = words(median)
    if spread:
        least, most = words(min(goes.wall)), words(max(goes.wall))
        told += f" ({least} to {most})" if len(goes.wall) > 1 else " (once)"
    ours = results.wall(goes.stage, OURS, goes.size)
    if ours and goes.program != OURS:
        told += f", {_times(median / ours)} ours"
    return told


def _times(ratio: float) -> str:
    return f"{ratio:.2g} times" if ratio < 10 else f"{ratio:.0f} times"  # noqa: PLR2004 - two digits


def by_size(results: Results) -> str:
    """The medians on every mailbox."""
    rows = []
    for stage in ("first", "new", "same"):
        for size in results.sizes:
            walls = [results.wall(stage, program, size) for program in PROGRAMS]
            peak = results.goes_of(stage, OURS, size)
            memory = f"{max(peak.peak) / MB:.0f} MB" if peak else ""
            cells = (words(wall) if wall else "" for wall in walls)
            rows.append((STAGES[stage], f"{size:,}", *cells, memory))
    names = ("inboxwatch", "floor", "imapfilter", "imapfilter, header", "imapautofiler")
    return markdown(("run", "mails", *names, "our peak"), rows)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table that reads well as plain text too."""
    lines = [heads, ["-" * 3] * len(heads), *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    lines[1] = ["-" * width for width in widths]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


# Pages

_PAGE = """\
# Benchmarks of the engine

Written by `make engine` on {when}: inboxwatch, the floor and its peers in turn on the same mailbox,
one after the other, {goes} times. [What each of them does](../benchmarks/README.md#the-engine).

{cores} cores, {system}, Python {python}, Dovecot {dovecot} on loopback without TLS. The mailbox
has {inbox} mails in INBOX and {spam} in Spam, {octets} MB. Times are those of whole processes by
the clock, the interpreter's start included: the median, and the least and the most beside it.

![What a mailbox costs, by the number of its mails]({picture})

{tables}
"""

_README = """
{table}

Medians of {goes} whole processes on {cores} cores, in turn on one mailbox of {octets} MB; Dovecot
{dovecot} on loopback. The floor is a client that asks for the same and throws it away.
[All figures](docs/{page}), with spread and targets.

![What a mailbox costs, by the number of its mails](docs/{picture})

"""


def page(results: Results) -> str:
    """The page in the documentation."""
    return _PAGE.format(tables=tables(results), **_facts(results))


def readme(results: Results) -> str:
    """What stands between the markers in the README."""
    return _README.format(table=runs(results, spread=False), **_facts(results))


def _facts(results: Results) -> dict[str, str]:
    """What the figures depend on, as it is written."""
    return {
        **results.machine,
        "when": results.when,
        "goes": str(results.goes),
        "inbox": f"{results.inbox:,}",
        "spam": f"{results.spam:,}",
        "octets": f"{results.octets / MB:,.0f}",
        "page": PAGE,
        "picture": PICTURE,
    }


def publish(folder: Path, results: Results | None = None) -> None:
    """Write the pages into a folder; into ``docs`` with the stored results and the README."""
    official = folder.resolve() == DOCS
    stored = STORED if official else folder / "engine.json"
    if results is not None:
        results.write(stored)
    for path, text in documents(read(stored), folder, official=official).items():
        path.write_text(text, "utf-8")


def documents(results: Results, folder: Path, *, official: bool) -> dict[Path, str]:
    """Everything that is made of the results."""
    made = {folder / PAGE: page(results), folder / PICTURE: draw(results)}
    if official:
        text = README.read_text("utf-8")
        made[README] = _BETWEEN.sub(lambda _: readme(results), text)
    return made
