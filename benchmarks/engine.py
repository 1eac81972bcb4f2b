"""Us, the floor and the peers in turn on the same mailbox: a table and a picture of it.

    python benchmarks/engine.py [--inbox 20000] [--spam 5000] [--goes 5] [--sizes 1000,5000,...]
        [--size-goes 3] [--only mailbox,sizes,...] [--programs inboxwatch,floor,...] [--out docs]
    python benchmarks/engine.py --write

Without ``--out`` the tables are printed and nothing is written. ``--out docs`` takes the figures
into the documentation, and whole measurements alone; any other folder gets what there is.
``--write`` writes the documentation anew from the stored results.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import engine_accounts
from engine_mailbox import BOXES, Mailbox, parts_of
from engine_pages import STORED, publish, tables
from engine_programs import NAMES, PASSWORD, programs
from engine_results import FLOOR, OURS, Results
from engine_series import RECORD, Stand, measure_size, reason_of, run, say, user_of
from houses import dovecot, dovecot_binary, servers_missing, smtp_server
from measure import GOES, ROOT, MeasureError, inboxwatch, series
from startup import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

INBOX, SPAM = 20_000, 5_000
SIZES = "1000,5000,25000,100000"
SIZE_GOES = 3
GROWTH = 4
"""How many times as large the mailbox is in which a run with nothing new is to cost no more."""

AGAIN = 4
"""So many times the goes for those runs: they are short, and their difference is shorter."""

PARTS = ("mailbox", "sizes", "growth", "help", "accounts")


# Parts


def mailbox(stand: Stand, given: argparse.Namespace) -> None:
    """The mailbox of the targets."""
    counts = dict(zip(BOXES, (given.inbox, given.spam), strict=True))
    stand.results.octets = measure_size(stand, counts, given.goes, replies=True)


def sizes(stand: Stand, given: argparse.Namespace) -> None:
    """The mailboxes of other sizes."""
    for size in given.sizes:
        if size not in stand.results.sizes:
            measure_size(stand, parts_of(size), given.size_goes)


def growth(stand: Stand, given: argparse.Namespace) -> None:
    """Ours and the floor in turn, with nothing new, on two mailboxes. Raises MeasureError."""
    found = stand.results.sizes
    pairs = [(size // GROWTH, size) for size in found if size // GROWTH in found]
    if not pairs:
        raise MeasureError(f"no mailbox is {GROWTH} times as large as another")
    named = [one for one in stand.programs if one.name in {OURS, FLOOR}]
    for number in range(AGAIN * given.goes + 1):
        for size in pairs[-1]:
            for program in named:
                used = run(program, size, "same")
                if number:
                    stand.results.note(stand.results.again, (size, "same", program.name), used)


def command_help(stand: Stand, given: argparse.Namespace) -> None:
    """What ``--help`` costs."""
    for name, env in (("with rich", {}), ("with TYPER_USE_RICH=0", PLAIN)):
        goes = series(inboxwatch("--help"), env=env, goes=given.goes).goes
        stand.results.help[name] = [round(one.cpu, 4) for one in goes]


def accounts(stand: Stand, given: argparse.Namespace) -> None:
    """Twenty accounts, with a silent one and without it."""
    home = stand.folder / "accounts"
    home.mkdir()
    stand.results.accounts.update(
        engine_accounts.measured(
            home, stand.server, stand.sink, min(given.goes, SIZE_GOES), given.account_mails
        )
    )


MEASURED: dict[str, Callable[[Stand, argparse.Namespace], None]] = dict(
    zip(PARTS, (mailbox, sizes, growth, command_help, accounts), strict=True)
)


# All of it


def measure(given: argparse.Namespace) -> Results:
    """Every part that is asked for; what fails is told as missing. Raises MeasureError."""
    reason = servers_missing()
    if reason:
        raise MeasureError(reason)
    results = Results(
        when=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine(),
        versions={},
        inbox=given.inbox,
        spam=given.spam,
        goes=given.goes,
    )
    wanted = {given.inbox + given.spam, *given.sizes}
    users = [user_of(name, size) for name in (*NAMES, RECORD) for size in wanted]
    passwords = dict.fromkeys((*users, *engine_accounts.USERS), PASSWORD)
    with (
        tempfile.TemporaryDirectory(prefix="iw-bench-") as name,
        dovecot(tls=False, users=passwords) as server,
        smtp_server() as sink,
    ):
        folder = Path(name)
        known = programs(folder, sink.port, given.programs)
        results.missing = {one.name: one.missing for one in known if one.missing}
        results.versions = {one.name: one.version for one in known if one.version}
        most = {box: max(parts_of(size)[box] for size in given.sizes) for box in BOXES}
        most["INBOX"] = max(most["INBOX"], given.inbox)
        most["Spam"] = max(most["Spam"], given.spam)
        say(f"making {sum(most.values()):,} mails")
        made = Mailbox(server, most, datetime.now(UTC))
        there = [one for one in known if not one.missing]
        stand = Stand(folder, server, sink, made, there, results)
        for part in given.only:
            try:
                MEASURED[part](stand, given)
            except Exception as error:  # noqa: BLE001 - the figures of an hour are worth more
                say(f"{part}: {error!r}\n{error}")
                results.missing[part] = reason_of(error)
    return results


def machine() -> dict[str, str]:
    """What the figures depend on, and nothing that tells whose machine it is."""
    told = subprocess.run(
        [str(dovecot_binary()), "--version"], capture_output=True, text=True, check=True
    )
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "dovecot": told.stdout.split()[0],
    }


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """What is asked for. Ends with code 2 where that cannot be done."""
    parser = argparse.ArgumentParser(description="Measure the engine against floor and peers.")
    parser.add_argument("--inbox", type=int, default=INBOX, help="mails in INBOX")
    parser.add_argument("--spam", type=int, default=SPAM, help="mails in Spam")
    parser.add_argument("--goes", type=int, default=GOES, help="how often everything is measured")
    parser.add_argument(
        "--size-goes", type=int, default=SIZE_GOES, help="the same for the mailboxes of --sizes"
    )
    parser.add_argument(
        "--sizes", type=_numbers, default=SIZES, help="mails in the mailboxes of the picture"
    )
    parser.add_argument(
        "--account-mails", type=int, default=engine_accounts.MAILS, help="mails in each account"
    )
    parser.add_argument(
        "--only", type=_some_of(PARTS), default=PARTS, help=f"parts: {', '.join(PARTS)}"
    )
    parser.add_argument(
        "--programs", type=_some_of(NAMES), default=NAMES, help=f"of {', '.join(NAMES)}"
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write the pages there")
    parser.add_argument("--write", action="store_true", help="write docs from the stored results")
    given = parser.parse_args(words)
    whole = set(given.only) == set(PARTS) and set(given.programs) == set(NAMES)
    if given.out and given.out.resolve() == ROOT / "docs" and not whole:
        parser.error("docs shows whole measurements: no --only and no --programs with --out docs")
    return given


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(one) for one in text.split(",")}))


def _some_of(names: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def chosen(text: str) -> tuple[str, ...]:
        asked = text.split(",")
        unknown = sorted(set(asked) - set(names))
        if unknown:
            raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}")
        return tuple(name for name in names if name in asked)

    return chosen


def _leave(_number: int, _frame: object) -> None:
    """End at once, with the servers stopped and the temporary folders removed."""
    sys.exit(128 + signal.SIGTERM)


def main() -> None:
    """Measure, print the tables, and write what is asked for."""
    given = arguments()
    if given.write:
        if not STORED.exists():
            sys.exit(f"engine.py: no results are stored in {STORED}; make engine measures them")
        publish(ROOT / "docs")
        return
    signal.signal(signal.SIGTERM, _leave)
    say("a whole measurement takes an hour or more; less with --only, --sizes or --goes")
    began = time.monotonic()
    try:
        results = measure(given)
    except MeasureError as error:
        sys.exit(f"engine.py: {error}")
    say(f"measured in {(time.monotonic() - began) / 60:.0f} minutes")
    print(tables(results))
    if given.out:
        publish(given.out, results)


if __name__ == "__main__":
    main()
