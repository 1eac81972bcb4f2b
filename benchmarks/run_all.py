"""All benchmarks that need no argument, in one table. It judges nothing and ends with 0.

python benchmarks/run_all.py [--write FILE]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import customers
import fetching
import hostile_way
import idle_run
import memory
import startup
import surge
import sweep
import triage_speed
from measure import MeasureError, Row, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BENCHMARKS: dict[str, Callable[[], Iterator[Row]]] = {
    "startup": startup.rows,
    "triage_speed": triage_speed.rows,
    "idle_run": idle_run.rows,
    "fetching": fetching.rows,
    "memory": memory.rows,
    "surge": surge.rows,
    "sweep": sweep.rows,
    "customers": customers.rows,
    "hostile_way": hostile_way.rows,
}


def main() -> None:
    """Measure everything and print the table; with ``--write`` put it into a file as well."""
    parser = argparse.ArgumentParser(description="Measure inboxwatch.")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table as Markdown")
    given = parser.parse_args()
    rows: list[Row] = []
    for name, measure in BENCHMARKS.items():
        sys.stderr.write(f"{name} ...\n")
        try:
            rows.extend(measure())
        except MeasureError as error:
            sys.stderr.write(f"{name}: {error}\n")
            rows.append(Row(name, "failed"))
    text = table(rows)
    print(text)
    if given.write:
        given.write.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
