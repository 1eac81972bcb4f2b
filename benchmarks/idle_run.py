"""How long a run takes that finds nothing new, from the start of the process to its end.

python benchmarks/idle_run.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from houses import house, servers_missing
from mails import mixed
from measure import HERE, Row, Series, against, once, python, seconds, series, table

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_JUNK = 200


def rows() -> Iterator[Row]:
    """The clock and the CPU of a run, against a login, two STATUS and a logout."""
    missing = servers_missing()
    if missing:
        yield Row("a run with nothing new", "not measured", floor=missing, target="400 ms")
        return
    plain, floor = _measured(tls=False)
    encrypted, _ = _measured(tls=True)
    what = "a run with nothing new"
    yield Row(f"{what}, clock", *seconds(plain.wall), *against(plain.wall, floor.wall), "400 ms")
    yield Row(f"{what}, CPU", *seconds(plain.cpu), *against(plain.cpu, floor.cpu), "400 ms")
    yield Row(f"{what}, over TLS, clock", *seconds(encrypted.wall))
    yield Row(f"{what}, over TLS, CPU", *seconds(encrypted.cpu))


def _measured(*, tls: bool) -> tuple[Series, Series]:
    """The run and its floor (always without TLS) on a mailbox that has been read before."""
    with (
        tempfile.TemporaryDirectory(prefix="iw-bench-") as name,
        house(Path(name), tls=tls) as home,
    ):
        home.fill("INBOX", mixed())
        home.fill("Spam", mixed(IN_JUNK, seed=1))
        once(home.run())
        used = series(home.run())
        server = home.server
        login = (server.host, str(server.plain_port), server.user, server.password)
        floor = series(python(str(HERE / "floors.py"), "imap", *login, "INBOX", "Spam"))
    return used, floor


if __name__ == "__main__":
    print(table(rows()))
