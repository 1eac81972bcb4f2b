"""Header and text of every mail of a mailbox, against a plain imaplib that throws them away.

    python benchmarks/fetching.py                                        # on a Dovecot of its own
    python benchmarks/fetching.py at HOST PORT USER PASSWORD MAILBOX     # on a server that runs

Both are asked for the same, take turns, and measure the reading alone, without imports and login.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from measure import GOES, MB, Row, Spread, against, megabytes, once, python, seconds, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Where = tuple[str, str, str, str, str]

TIMES = ("clock", "CPU")
"""What is told of both; the server is at work while neither of them is."""

CHUNK = 50
"""Mails in one FETCH of the floor."""


def ours(where: Where) -> dict[str, float]:
    """Read a mailbox as a run does, and decide nothing."""
    from inboxwatch.mail.imap import ImapAccount, ImapSettings  # noqa: PLC0415 - not for the floor
    from inboxwatch.model.message import Role  # noqa: PLC0415 - the same

    host, port, user, password, mailbox = where
    account = ImapAccount(
        ImapSettings("bench", host, int(port), "none", user, lambda: password),
    )
    state = account.state(mailbox)
    begun, busy, mails, octets = time.perf_counter(), time.process_time(), 0, 0
    for batch in account.fetch(mailbox, Role.INBOX, state.uidvalidity, [(1, state.uidnext - 1)]):
        mails += len(batch)
        octets += sum(len(one.header) + len(one.body) for one in batch)
    used, cpu = time.perf_counter() - begun, time.process_time() - busy
    account.close()
    return {"clock": used, "CPU": cpu, "mails": mails, "octets": octets}


def floor(where: Where) -> dict[str, float]:
    """Fetch the same items of as many mails, and throw them away."""
    import imaplib  # noqa: PLC0415 - as above

    from inboxwatch.mail.imap.fetch import ITEMS  # noqa: PLC0415 - as above

    host, port, user, password, mailbox = where
    imaplib._MAXLINE = 10_000_000  # type: ignore[attr-defined] # noqa: SLF001 - the line of SEARCH
    server = imaplib.IMAP4(host, int(port))
    server.login(user, password)
    server.select(mailbox, readonly=True)
    begun, busy, mails, octets = time.perf_counter(), time.process_time(), 0, 0
    uids = server.uid("SEARCH", "UID", "1:*")[1][0].split()
    for start in range(0, len(uids), CHUNK):
        chunk = uids[start : start + CHUNK]
        wanted = f"{chunk[0].decode()}:{chunk[-1].decode()}"
        _, rows = server.uid("FETCH", wanted, f"({' '.join(ITEMS)})")
        mails += len(chunk)
        octets += sum(len(row[1]) for row in rows if isinstance(row, tuple))
    used, cpu = time.perf_counter() - begun, time.process_time() - busy
    server.logout()
    return {"clock": used, "CPU": cpu, "mails": mails, "octets": octets}


KINDS: dict[str, Callable[[Where], dict[str, float]]] = {"ours": ours, "floor": floor}


def measured(where: Where) -> Iterator[Row]:
    """The rows for one mailbox."""
    times: dict[tuple[str, str], list[float]] = {(kind, by): [] for kind in KINDS for by in TIMES}
    peaks: dict[str, list[float]] = {kind: [] for kind in KINDS}
    told: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name:
        said = Path(name, "said.json")
        for number in range(GOES + 1):
            for kind in KINDS:
                process = once(python(__file__, kind, *where), output=said)
                told[kind] = json.loads(said.read_text("ascii"))
                if number:
                    for by in TIMES:
                        times[kind, by].append(told[kind][by])
                    peaks[kind].append(process.peak)
    read = told["ours"]
    what = f"header and text of {read['mails']:,.0f} mails ({read['octets'] / MB:.0f} MB)"
    for by in TIMES:
        used, least = Spread.of(times["ours", by]), Spread.of(times["floor", by])
        yield Row(f"{what}, {by}", *seconds(used), *against(used, least))
    peak = Spread.of(peaks["ours"])
    yield Row(f"{what}, peak", *megabytes(peak), megabytes(Spread.of(peaks["floor"]))[0])


def rows() -> Iterator[Row]:
    """The rows for the mixed mails of the other benchmarks."""
    from houses import house, servers_missing  # noqa: PLC0415 - not for a process that is measured
    from mails import mixed  # noqa: PLC0415 - the same

    missing = servers_missing()
    if missing:
        yield Row("header and text", "not measured", floor=missing)
        return
    with tempfile.TemporaryDirectory(prefix="iw-bench-") as name, house(Path(name)) as home:
        home.fill("INBOX", mixed())
        server = home.server
        login = (server.host, str(server.plain_port), server.user, server.password)
        yield from measured((*login, "INBOX"))


def main(arguments: list[str]) -> None:
    """Measure, or be one of the processes that are measured."""
    if not arguments:
        print(table(rows()))
    elif arguments[0] == "at":
        host, port, user, password, mailbox = arguments[1:]
        print(table(measured((host, port, user, password, mailbox))))
    else:
        host, port, user, password, mailbox = arguments[1:]
        print(json.dumps(KINDS[arguments[0]]((host, port, user, password, mailbox))))


if __name__ == "__main__":
    main(sys.argv[1:])
