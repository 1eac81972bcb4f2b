"""How many mails from disk ``inboxwatch triage --json`` judges in a second, start included.

    python benchmarks/triage_speed.py [--kinds]

``--kinds`` measures 200 mails of each kind by themselves, to show which are dear.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from mails import COUNT, mixed, write_folder
from measure import (
    HERE,
    MeasureError,
    Row,
    against,
    inboxwatch,
    once,
    python,
    rate,
    seconds,
    series,
    table,
)
from shop import write_configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_EACH_KIND = 200


def rows() -> Iterator[Row]:
    """The mixed mails by the clock and by CPU, against reading them with the standard library."""
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        folder, mails = Path(name), Path(name, "mails")
        octets = write_folder(mails, mixed())
        command = triage(write_configuration(folder), mails)
        verify(command, COUNT)
        used = series(command)
        floor = series(python(str(HERE / "floors.py"), "parse", str(mails)))
    what = f"triage of {COUNT:,} mails ({octets / 1e6:.0f} MB)"
    yield Row(
        f"{what}, clock", *rate(COUNT, used.wall), *against(used.wall, floor.wall), "1,000 a second"
    )
    yield Row(f"{what}, CPU", *rate(COUNT, used.cpu), *against(used.cpu, floor.cpu))


def kinds() -> Iterator[Row]:
    """CPU for 200 mails of each kind, start included."""
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        folder = Path(name)
        config = write_configuration(folder)
        everything = sorted(mixed(20 * COUNT), key=lambda mail: mail.kind)
        for kind, some in groupby(everything, key=lambda mail: mail.kind):
            mails = list(some)[:OF_EACH_KIND]
            octets = write_folder(folder / kind, iter(mails))
            used = series(triage(config, folder / kind), goes=3)
            floor = series(python(str(HERE / "floors.py"), "parse", str(folder / kind)), goes=3)
            what = f"{len(mails)} of kind {kind} ({octets / 1e6:.1f} MB), CPU"
            yield Row(what, *seconds(used.cpu), *against(used.cpu, floor.cpu))


def triage(config: Path, mails: Path) -> list[str]:
    """The command under measurement."""
    return inboxwatch("triage", "--json", "--config", str(config), str(mails))


def verify(command: list[str], count: int) -> None:
    """Run it once and see that every mail was judged. Raises MeasureError if not."""
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        output = Path(name, "decisions.jsonl")
        once(command, output=output)
        with output.open(encoding="ascii") as lines:
            decisions = [json.loads(line) for line in lines]
    judged = sum(
        "undecided" not in decision.get("defects", ["undecided"]) for decision in decisions
    )
    if judged != count:
        raise MeasureError(f"{judged} of {count} mails were judged")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure inboxwatch triage.")
    parser.add_argument("--kinds", action="store_true", help="each kind of mail by itself")
    print(table(kinds() if parser.parse_args().kinds else rows()))


if __name__ == "__main__":
    main()
