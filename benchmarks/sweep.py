"""What a sweep over 5,000 mails in the spam folder takes, on a Dovecot on loopback.

python benchmarks/sweep.py
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from houses import house, servers_missing
from mails import mixed
from measure import MB, Row, Spread, inboxwatch, megabytes, python, seconds, series, table

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_JUNK = 5000
TIME, MEMORY = "10 s", "120 MB"


def rows() -> Iterator[Row]:
    """Clock, CPU and peak memory of a sweep that reports; every go reads as much."""
    missing = servers_missing()
    if missing:
        yield Row("a sweep", "not measured", floor=missing, target=TIME)
        return
    floor = megabytes(series(python("-c", "pass")).peak)[0]
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name, house(Path(name)) as home:
        octets = home.fill("Spam", mixed(IN_JUNK, seed=3, until=datetime.now(UTC)))
        used = series(inboxwatch("sweep", "--config", str(home.config)))
    what = f"a sweep over {IN_JUNK:,} mails in the spam folder ({octets / MB:.0f} MB)"
    yield Row(f"{what}, clock", *seconds(used.wall), target=TIME)
    yield Row(f"{what}, CPU", *seconds(used.cpu))
    yield Row(f"{what}, peak", *megabytes(used.peak), floor, _times(used.peak, floor), MEMORY)


def _times(peak: Spread, floor: str) -> str:
    """How many times the memory of an idle interpreter."""
    return f"{peak.median / MB / float(floor.split(maxsplit=1)[0]):.1f}"


if __name__ == "__main__":
    print(table(rows()))
