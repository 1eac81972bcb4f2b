"""Hostile mail: what one costs on its whole way, in CPU and memory, each shape by itself.

    python benchmarks/hostile_way.py [--patterns] [--only WORD] [--worst 20]

Every shape of tests/support/traps.py goes three ways, all with the shop's configuration: through a
run, from what a server hands over (parsed, decided, acted on, in the journal, told on a terminal
and as JSON), and from disk through what ``inboxwatch triage`` does, as a ``*.eml`` and as a file of
another name.
``--patterns`` feeds each repetition in each regular expression of the core instead.

Each measurement is a forked child of a process that has judged ordinary mail before: CPU seconds
of the fastest go of three, so that what else the machine does counts less, and the most memory
(RSS) that the child had above what it began with.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import statistics
import struct
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mails import LAST, mixed
from measure import MB, ROOT, MeasureError, Row, table
from shop import write_configuration

sys.path.insert(0, str(ROOT))  # the house is that of the tests

from rich.console import Console
from tests.support.fake_account import FakeAccount, FakeMail
from tests.support.house import House, StillClock
from tests.support.traps import TRAPS, pattern_traps

from inboxwatch.app.triage import Triage
from inboxwatch.config.build import build_all
from inboxwatch.config.load import load_config
from inboxwatch.core.summary import decision_fields, outcome_fields
from inboxwatch.mail.files import Unreadable, read_mails
from inboxwatch.model.message import Role
from inboxwatch.render import terminal
from inboxwatch.render.json import to_line
from inboxwatch.render.run import run_lines
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.text import Text

    from inboxwatch.config.build import Built

    Way = Callable[[bytes], Callable[[], object]]
    """Lays a mail down, and says what is then to be measured."""

SECONDS, OCTETS = 0.2, 50 * MB
GOES = 3
WARM = 60
"""Ordinary mails that go the whole way first, so that nothing is loaded while it is measured."""
WIDTH = 120


class Cost(NamedTuple):
    """What one way of one mail cost."""

    seconds: float
    octets: int


@contextmanager
def ways() -> Iterator[tuple[Way, ...]]:
    """The ways through one configuration, warm."""
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        folder = Path(name)
        built = build_all(load_config(write_configuration(folder)), secret=b"benchmark")
        found: tuple[Way, ...] = (
            lambda octets: _run(folder, built, octets),
            lambda octets: _triage(folder / "mail.eml", built, octets),
            lambda octets: _triage(folder / "mail", built, octets),
        )
        for mail in mixed(WARM):
            for way in found:
                way(mail.octets)()
        yield found


def _run(folder: Path, built: Built, octets: bytes) -> Callable[[], object]:
    """A house whose inbox is known and in which this mail is new."""
    path = folder / f"{os.getpid()}.db"
    path.unlink(missing_ok=True)
    account = FakeAccount()
    journal = open_journal(path)
    house = House({"support": account}, journal=journal, clock=StillClock(LAST))
    house.policy, house.customers = built.policy, built.customers
    house.after_baseline()
    account.boxes["INBOX"].add(FakeMail(octets, LAST + timedelta(seconds=30)))

    def go() -> object:
        report = house.run()
        outcomes = [outcome_fields(outcome) for outcome in report.outcomes]
        if len(outcomes) != 1 or "undecided" in report.outcomes[0].decision.defects:
            raise MeasureError("the mail was not decided")
        journal.close()
        return _told(run_lines(report, outcomes, width=WIDTH)), list(map(to_line, outcomes))

    return go


def _triage(path: Path, built: Built, octets: bytes) -> Callable[[], object]:
    """A file with this mail in it."""
    path.write_bytes(octets)
    judge = Triage(built.policy, built.customers).judge

    def go() -> object:
        for mail in read_mails(path, role=Role.JUNK):
            if isinstance(mail, Unreadable):
                raise MeasureError(mail.error)
            fields = decision_fields(judge(mail))
            if "undecided" in fields["defects"]:
                raise MeasureError("the mail was not decided")
            to_line(fields)
            _told(
                (
                    terminal.mail_line(fields, now=LAST, width=WIDTH),
                    terminal.reasons_line(fields),
                    terminal.outcome_line(fields),
                )
            )
        return path

    return go


def _told(lines: Iterable[Text]) -> str:
    screen = io.StringIO()
    console = Console(file=screen, width=WIDTH, force_terminal=True)
    for line in lines:
        console.print(line)
    return screen.getvalue()


# Measuring


def cost(way: Way, octets: bytes, goes: int = GOES) -> Cost:
    """The least time and the most memory of some goes, each in a child of its own."""
    used = [_in_a_child(way, octets) for _ in range(goes)]
    return Cost(min(one.seconds for one in used), max(one.octets for one in used))


def _in_a_child(way: Way, octets: bytes) -> Cost:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writer, struct.pack("dq", *_measured(way(octets))))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        told = answer.read()
    if os.waitpid(child, 0)[1]:
        raise MeasureError("it failed")
    return Cost(*struct.unpack("dq", told))


def _measured(go: Callable[[], object]) -> Cost:
    before = _resident()
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak begins anew
    begun = time.process_time()
    go()
    return Cost(time.process_time() - begun, max(_peak() - before, 0))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def _peak() -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def measured(
    shapes: Iterable[tuple[str, bytes]], goes: int = GOES
) -> Iterator[tuple[str, list[Cost]]]:
    """Each shape with its cost on each of the ways."""
    with ways() as found:
        for name, octets in shapes:
            yield name, [_named(name, way, octets, goes) for way in found]


def _named(name: str, way: Way, octets: bytes, goes: int) -> Cost:
    try:
        return cost(way, octets, goes)
    except MeasureError as error:
        raise MeasureError(f"{name}: {error}") from error


def rows() -> Iterator[Row]:
    """The dearest of all shapes, and the one in the middle, by CPU and by memory."""
    found = dict(measured((name, make()) for name, make in TRAPS.items()))
    seconds = {name: 1000 * max(one.seconds for one in costs) for name, costs in found.items()}
    octets = {name: max(one.octets for one in costs) / MB for name, costs in found.items()}
    for what, unit, figures, bound in (
        ("CPU", "ms", seconds, 1000 * SECONDS),
        ("memory added", "MB", octets, OCTETS / MB),
    ):
        dearest = max(figures, key=lambda name: figures[name])
        label = f"{len(found)} hostile mails, {what}"
        yield Row(f"{label}, median", f"{statistics.median(figures.values()):.0f} {unit}")
        most = f"{figures[dearest]:.0f} {unit}"
        yield Row(f"{label}, the dearest ({dearest})", most, target=f"{bound:.0f} {unit}")


def main() -> None:
    """Print what each shape costs, the dearest last, and what is beyond the bounds."""
    parser = argparse.ArgumentParser(description="Measure hostile mail.")
    parser.add_argument("--patterns", action="store_true", help="feed each regular expression")
    parser.add_argument("--only", default="", help="shapes with this word in their names")
    parser.add_argument("--worst", type=int, default=0, help="show so many, the dearest")
    given = parser.parse_args()
    shapes = pattern_traps() if given.patterns else ((n, make()) for n, make in TRAPS.items())
    chosen = ((name, octets) for name, octets in shapes if given.only in name)
    found = sorted(
        measured(chosen, 1 if given.patterns else GOES), key=lambda one: _seconds(one[1])
    )
    over = [name for name, costs in found if not _within(costs)]
    print(table(Row(name, *_words(costs)) for name, costs in found[-given.worst :]))
    print(f"\n{len(found)} shapes, {len(over)} beyond {SECONDS} s or {OCTETS // MB} MB: {over}")


def _seconds(costs: list[Cost]) -> float:
    return max(one.seconds for one in costs)


def _within(costs: list[Cost]) -> bool:
    return all(one.seconds <= SECONDS and one.octets <= OCTETS for one in costs)


def _words(costs: list[Cost]) -> tuple[str, str]:
    times = " / ".join(f"{1000 * one.seconds:.0f}" for one in costs)
    octets = " / ".join(f"{one.octets / MB:.0f}" for one in costs)
    return f"{times} ms", f"{octets} MB"


if __name__ == "__main__":
    main()
