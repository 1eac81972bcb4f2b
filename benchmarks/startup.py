"""How long the command takes to say what it can do.

python benchmarks/startup.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure import Row, against, inboxwatch, python, seconds, series, table

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = {"TYPER_USE_RICH": "0"}


def rows() -> Iterator[Row]:
    """CPU of ``--help`` and ``--version``, against an interpreter that does nothing."""
    floor = series(python("-c", "pass")).cpu
    for what, command, env, target in (
        ("--help, CPU", inboxwatch("--help"), {}, "250 ms"),
        ("--help with TYPER_USE_RICH=0, CPU", inboxwatch("--help"), PLAIN, "150 ms"),
        ("--version, CPU", inboxwatch("--version"), {}, ""),
    ):
        used = series(command, env=env)
        yield Row(what, *seconds(used.cpu), *against(used.cpu, floor), target)


if __name__ == "__main__":
    print(table(rows()))
