"""Twenty accounts, one of which accepts the connection and stays silent: when are others done."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Self

from engine_mailbox import fill
from engine_programs import PASSWORD
from mails import mixed
from measure import MeasureError, inboxwatch, once
from shop import ADDRESS, Door, write_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from houses import Dovecot, SmtpServer
    from mails import Mail

ACCOUNTS, MAILS = 20, 1000
USERS = tuple(f"account{number}" for number in range(1, ACCOUNTS))
"""The users of the accounts that answer."""

ALONE, BESIDE = "without the silent one", "with the silent one"
INCOMPLETE = 3
"""The exit code of a run in which an account did not answer."""

_READ = re.compile(r"^(\S+ \S+) .* (account\d+)/INBOX: \d+ read$", re.MULTILINE)
"""What the log says when everything in an account's INBOX is decided."""


def measured(
    folder: Path, server: Dovecot, sink: SmtpServer, goes: int, mails: int = MAILS
) -> dict[str, list[float]]:
    """Seconds until the accounts that answer are done, with the silent one and without it.

    First everything in them is new, then one mail came to each. Raises MeasureError.
    """
    for number, user in enumerate(USERS):
        sent = mixed(mails, seed=100 + number, until=datetime.now(UTC))
        fill(server, user, (_addressed(mail, user) for mail in sent))
    house = _Houses(folder, server, sink)
    house.go(silent=False)  # the server makes its indexes
    found: dict[str, list[float]] = {}
    for _ in range(goes):
        for silent in (False, True):
            first, answered = house.go(silent=silent)
            beside = BESIDE if silent else ALONE
            found.setdefault(f"first triage, {beside}", []).append(round(first, 3))
            found.setdefault(f"one new mail each answered, {beside}", []).append(round(answered, 3))
    return found


class _Houses:
    """The servers, and a state for every go."""

    def __init__(self, folder: Path, server: Dovecot, sink: SmtpServer) -> None:
        self._folder, self._server, self._sink = folder, server, sink
        self._made = 0

    def go(self, *, silent: bool) -> tuple[float, float]:
        """Seconds until all is read, and until all new mails are answered."""
        self._made += 1
        home = self._folder / f"house{self._made}"
        home.mkdir()
        with silent_server() if silent else nullcontext() as port:
            command = self._configure(home, port)
            expect = INCOMPLETE if silent else 0
            begun = time.time()
            once(command, expect=expect)
            first = _all_read(home / "inboxwatch.log") - begun
            self._deliver()
            with _Watch(self._sink, len(self._sink.sent) + len(USERS)) as watch:
                begun = time.time()
                once(command, expect=expect)
            return first, watch.reached() - begun

    def _configure(self, home: Path, silent: int | None) -> list[str]:
        port = self._server.port
        doors = [Door(port, user, _address(user), user) for user in USERS]
        if silent:
            doors.append(Door(silent, "silent", "silent@acme.example", "silent"))
        config = write_accounts(home, doors, smtp_port=self._sink.port, password=PASSWORD)
        return inboxwatch("run", "--config", str(config))

    def _deliver(self) -> None:
        now = datetime.now(UTC)
        mails = _questions(seed=1000 + self._made, now=now)
        for user in USERS:
            fill(self._server, user, [_addressed(next(mails), user)], new=True)


def _address(user: str) -> str:
    return f"{user}@acme.example"


def _addressed(mail: Mail, user: str) -> Mail:
    """The mail as somebody wrote it to this account."""
    return mail._replace(octets=mail.octets.replace(ADDRESS.encode(), _address(user).encode()))


def _questions(seed: int, now: datetime) -> Iterator[Mail]:
    """Mails that are answered: plain questions of customers, each of whom writes once."""
    found = (mail for mail in mixed(ACCOUNTS * 20, seed=seed, until=now) if mail.kind == "question")
    return (mail._replace(when=now) for mail in islice(found, ACCOUNTS))


def _all_read(log: Path) -> float:
    """When the last account was read. Raises MeasureError if one was not."""
    found = {account: at for at, account in _READ.findall(log.read_text("utf-8"))}
    if set(found) != set(USERS):
        raise MeasureError("the log does not say of every account that it was read")
    last = max(found.values()).replace(",", ".")
    return datetime.fromisoformat(last).timestamp()  # the log tells local time


class _Watch:
    """Looks when so many replies have gone out."""

    def __init__(self, sink: SmtpServer, wanted: int) -> None:
        self._sink, self._wanted = sink, wanted
        self._at = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._over.wait(0.01):
            if len(self._sink.sent) >= self._wanted:
                self._at = time.time()
                return

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def reached(self) -> float:
        """When. Raises MeasureError if some are missing."""
        if not self._at:
            missing = self._wanted - len(self._sink.sent)
            raise MeasureError(f"{missing} of {len(USERS)} replies did not go out")
        return self._at


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that lets everybody connect and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]
