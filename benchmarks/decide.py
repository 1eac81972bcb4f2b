"""What deciding one mail costs, without fetching and parsing it, with 2,000 phrases of the team's.

    python benchmarks/decide.py [--count 2000] [--goes 5] [--customers 1000000] [--mailbox MAILDIR]

The mails of mails.py, or the first ones of a Maildir, are parsed first; then each is decided
several times, the look-up of its sender included, and its best time counts, since whatever makes a
go longer is not the program's. The signals' share is shown by itself. Unlike the other benchmarks
this one measures within a process: a single decision.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, NamedTuple

from customers import write_customers
from mails import COUNT, mixed
from measure import Row, inboxwatch, once, table
from shop import write_configuration

from inboxwatch.app.known import Known
from inboxwatch.config.build import build_all
from inboxwatch.config.load import load_config
from inboxwatch.core.decide import decide
from inboxwatch.core.message.parse import parse
from inboxwatch.core.triage.signals import find_signals
from inboxwatch.mail.files import Unreadable, read_mails
from inboxwatch.model.message import RawMessage, Role
from inboxwatch.model.world import World
from inboxwatch.store.customers import StoredCustomers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inboxwatch.config.build import Built
    from inboxwatch.model.customer import Directory
    from inboxwatch.model.message import Message
    from inboxwatch.model.policy import Policy

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
    """A parsed mail, and what it is decided with."""

    message: Message
    policy: Policy
    customers: Directory

    def decide(self) -> object:
        """Look its sender up and decide, as a run does."""
        account = next(iter(self.policy.accounts.values()))
        around = self.customers.around(self.message.sender)
        world = World(self.message.received, self.policy, account, customers=around)
        return decide(self.message, world)


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


def build(folder: Path) -> tuple[Built, Path]:
    """The shop's configuration with the phrases, built as a run builds it, and its file."""
    config = write_configuration(folder)
    write_phrases(folder / "phrases")
    with config.open("a", encoding="utf-8") as file:
        file.write("phrases: {path: phrases}\n")
    return build_all(load_config(config), secret=b"benchmark"), config


def imported(folder: Path, config: Path, count: int) -> Directory:
    """So many customers in the state, by the command that imports them."""
    if count:
        write_customers(folder / "imported.csv", count)
        once(inboxwatch("customers", "import", f"{folder}/imported.csv", "--config", str(config)))
    return StoredCustomers(folder / "state.customers.db")


def made(count: int) -> Iterator[RawMessage]:
    """The mixed mails."""
    for number, mail in enumerate(mixed(count)):
        received = mail.when + timedelta(seconds=1)
        header, _, body = mail.octets.partition(b"\r\n\r\n")
        yield RawMessage(f"{number}", Role.INBOX, header, body, received, len(mail.octets))


def found_in(mailbox: Path, count: int) -> Iterator[RawMessage]:
    """The first mails of a Maildir."""
    found = (one for one in read_mails(mailbox, role=Role.INBOX) if not isinstance(one, Unreadable))
    return islice(found, count)


def best(work: Callable[[], object], goes: int) -> float:
    """Milliseconds of the fastest go."""
    times = []
    for _ in range(goes):
        begun = perf_counter_ns()
        work()
        times.append(perf_counter_ns() - begun)
    return min(times) / 1e6


def rows(
    count: int = COUNT, goes: int = GOES, customers: int = 0, mailbox: Path | None = None
) -> Iterator[Row]:
    """Median, 99th percentile and worst of all decisions, of small mails, and of the signals."""
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        built, config = build(Path(name))
        known = Known(built.customers, imported(Path(name), config, customers))
        mails = found_in(mailbox, count) if mailbox else made(count)
        found = [Case(parse(raw), built.policy, known) for raw in mails]
        yield from _measured(found, goes)


def _measured(found: list[Case], goes: int) -> Iterator[Row]:
    for case in found:
        case.decide()
    decided = [best(case.decide, goes) for case in found]
    small = [
        time for case, time in zip(found, decided, strict=True) if len(case.message.text) in SMALL
    ]
    heard = [best(lambda one=case: signals(one), goes) for case in found]
    yield from _spread(f"deciding {len(found):,} mails, parse excluded", decided)
    yield from _spread(f"the {len(small):,} of at most 2 KB of new text", small, TARGETS)
    yield from _spread("the signals alone", heard)


def signals(case: Case) -> None:
    """The signals of one mail, with nothing remembered of it."""
    from inboxwatch.core.triage.fold import read  # noqa: PLC0415 - only for its memory

    read.cache_clear()
    find_signals(case.message.subject, case.message.text, case.policy.lexicon)


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
    parser.add_argument("--customers", type=int, default=0)
    parser.add_argument("--mailbox", type=Path)
    given = parser.parse_args()
    print(table(rows(given.count, given.goes, given.customers, given.mailbox)))


if __name__ == "__main__":
    main()
