"""What deciding one mail costs, without fetching and parsing it, with 2,000 phrases of the team's.

    python benchmarks/decide.py [--count 2000] [--goes 5]

The mails of mails.py are parsed first; then each is decided several times, and its best time
counts, since whatever makes a go longer is not the program's. The signals' share is shown by
itself. Unlike the other benchmarks this one measures within a process: a single decision.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, NamedTuple

from mails import COUNT, mixed
from measure import Row, table
from shop import write_configuration

from inboxwatch.config.build import build_all
from inboxwatch.config.load import load_config
from inboxwatch.core.decide import decide
from inboxwatch.core.message.parse import parse
from inboxwatch.core.triage.signals import find_signals
from inboxwatch.model.message import RawMessage, Role
from inboxwatch.model.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inboxwatch.config.build import Built
    from inboxwatch.model.message import Message

PHRASES, GOES = 2000, 5
TARGETS = {"median": "0.20 ms", "worst": "0.50 ms"}
PERCENT = 99
SMALL = range(1, 2049)
"""Characters of new text: the mails that people write, which the targets are about."""

_WORDS = ("lamp", "frame", "saddle", "parcel", "invoice", "bottle", "tent", "stove", "zip", "pump")
_FAULTS = (
    "rattles",
    "leaks",
    "flickers",
    "is bent",
    "came apart",
    "smells",
    "hums",
    "is scratched",
)


class Case(NamedTuple):
    """A parsed mail and the world in which it is decided."""

    message: Message
    world: World


def write_phrases(folder: Path) -> None:
    """A list of 2,000 phrases of the team's own, none of which stands for more than one."""
    folder.mkdir()
    lines = (
        f"{word} {number} {fault}"
        for number in range(PHRASES // (len(_WORDS) * len(_FAULTS)))
        for word in _WORDS
        for fault in _FAULTS
    )
    (folder / "en.txt").write_text("[problem]\n" + "\n".join(lines) + "\n", "utf-8")


def build(folder: Path) -> Built:
    """The shop's configuration with the phrases, built as a run builds it."""
    config = write_configuration(folder)
    write_phrases(folder / "phrases")
    with config.open("a", encoding="utf-8") as file:
        file.write("phrases: {path: phrases}\n")
    return build_all(load_config(config), secret=b"benchmark")


def cases(built: Built, count: int) -> Iterator[Case]:
    """The mixed mails, parsed."""
    account = next(iter(built.policy.accounts.values()))
    for number, mail in enumerate(mixed(count)):
        received = mail.when + timedelta(seconds=1)
        header, _, body = mail.octets.partition(b"\r\n\r\n")
        raw = RawMessage(f"{number}", Role.INBOX, header, body, received, len(mail.octets))
        message = parse(raw)
        yield Case(message, World(received, built.policy, account, customers=built.customers))


def best(work: Callable[[], object], goes: int) -> float:
    """Milliseconds of the fastest go."""
    times = []
    for _ in range(goes):
        begun = perf_counter_ns()
        work()
        times.append(perf_counter_ns() - begun)
    return min(times) / 1e6


def rows(count: int = COUNT, goes: int = GOES) -> Iterator[Row]:
    """Median, 99th percentile and worst of all decisions, of small mails, and of the signals."""
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        built = build(Path(name))
        found = list(cases(built, count))
    for case in found:
        decide(*case)
    decided = [best(lambda one=case: decide(*one), goes) for case in found]
    small = [
        time for case, time in zip(found, decided, strict=True) if len(case.message.text) in SMALL
    ]
    heard = [best(lambda one=case: signals(one), goes) for case in found]
    yield from _spread(f"deciding {count:,} mails, parse excluded", decided)
    yield from _spread(f"the {len(small):,} of at most 2 KB of new text", small, TARGETS)
    yield from _spread("the signals alone", heard)


def signals(case: Case) -> None:
    """The signals of one mail, with nothing remembered of it."""
    from inboxwatch.core.triage.fold import read  # noqa: PLC0415 - only for its memory

    read.cache_clear()
    find_signals(case.message.subject, case.message.text, case.world.policy.lexicon)


def _spread(what: str, times: list[float], targets: dict[str, str] | None = None) -> Iterator[Row]:
    figures = {
        "median": statistics.median(times),
        f"p{PERCENT}": statistics.quantiles(times, n=100)[PERCENT - 1],
        "worst": max(times),
    }
    for name, value in figures.items():
        yield Row(f"{what}, {name}", f"{value:.3f} ms", target=(targets or {}).get(name, ""))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure core.decide.")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--goes", type=int, default=GOES)
    given = parser.parse_args()
    print(table(rows(given.count, given.goes)))


if __name__ == "__main__":
    main()
