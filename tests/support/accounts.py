"""Accounts on every kind of server, for the suite that all of them pass."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.support.courier import courier
from tests.support.cyrus import cyrus
from tests.support.dovecot import dovecot
from tests.support.fake_account import FakeAccount

from inboxwatch.demo.server import HOST, DemoServers
from inboxwatch.mail.imap import ImapAccount, ImapSettings
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from _pytest.mark import ParameterSet
    from tests.support.started import ImapServer

    from inboxwatch.model.message import RawMessage
    from inboxwatch.ports import Account

USERS = {f"user{number}@acme.example": "pass word" for number in range(200)}
"""More than the tests of one process use: each test gets a user of its own."""


@dataclass(slots=True)
class Server:
    """An account, and how to put mail behind its back and take it away again."""

    kind: str
    account: Account
    put: Callable[[str, bytes, datetime], None]
    remove: Callable[[str, int], None]

    base: int = 0
    """The UID before the first: servers may begin to count anywhere."""

    prefix: str = ""
    """The namespace: what stands before every name but INBOX."""

    def box(self, name: str) -> str:
        """A mailbox's name on this server."""
        return f"{self.prefix}{name}"

    @property
    def spam(self) -> str:
        return self.box("Spam")

    @property
    def sent(self) -> str:
        return self.box("Sent")

    def numbers(self, messages: Iterable[RawMessage]) -> list[int]:
        """UIDs, counted from 1."""
        return [message.ref.uid - self.base for message in messages if message.ref]

    def uids(self, *numbers: int) -> list[int]:
        return [self.base + number for number in numbers]

    def all(
        self, mailbox: str, role: Role = Role.INBOX, *, headers_only: bool = False
    ) -> list[RawMessage]:
        state = self.account.state(mailbox)
        ranges = [(1, state.uidnext - 1)] if state.uidnext > 1 else []
        batches = self.account.fetch(
            mailbox, role, state.uidvalidity, ranges, headers_only=headers_only
        )
        return [message for batch in batches for message in batch]


def settings_for(server: ImapServer, user: str = "") -> ImapSettings:
    """How an account logs in there, over TLS."""
    name, password = user or server.user, USERS.get(user, server.password)
    security = "tls" if server.ca_file else "none"
    return ImapSettings(
        "support", server.host, server.port, security, name, lambda: password, server.ca_file
    )


def _over_imap(
    kind: str,
    settings: ImapSettings,
    put: Callable[[ImapAccount, str, bytes, datetime], None],
    *,
    base: int = 0,
    prefix: str = "",
) -> Server:
    """A server with a second connection, as another mail program would have."""
    account, other = ImapAccount(settings), ImapAccount(settings)

    def remove(mailbox: str, uid: int) -> None:
        other.connect()
        client = other._session._wire
        client.select_folder(mailbox)
        client.delete_messages([uid])
        client.expunge([uid])
        other.close()

    return Server(kind, account, lambda *mail: put(other, *mail), remove, base, prefix)


@contextmanager
def _memory(request: pytest.FixtureRequest) -> Iterator[Server]:
    del request
    fake = FakeAccount()
    yield Server("memory", fake, fake.deliver, fake.expunge)


def _debian(kind: str) -> Callable[[pytest.FixtureRequest], AbstractContextManager[Server]]:
    @contextmanager
    def build(request: pytest.FixtureRequest) -> Iterator[Server]:
        running: ImapServer = request.getfixturevalue(f"{kind}_server")
        user = next(request.getfixturevalue("fresh_users")[kind])

        def put(_: ImapAccount, mailbox: str, octets: bytes, when: datetime) -> None:
            running.deliver(mailbox, octets, when, user=user)

        yield _over_imap(kind, settings_for(running, user), put, prefix=STARTED[kind][1])

    return build


@dataclass(slots=True)
class Pymap:
    """The demo's server, as the tests have the others; it speaks no TLS, and has one user."""

    servers: DemoServers
    host: str = HOST
    ca_file: Path | None = None

    @property
    def port(self) -> int:
        return self.servers.imap_port

    @property
    def user(self) -> str:
        return self.servers.user

    @property
    def password(self) -> str:
        return self.servers.password

    def deliver(
        self, mailbox: str, octets: bytes, when: datetime, *, user: str = "", flags: str = ""
    ) -> None:
        """Put a mail where it arrives; there are neither other users nor flags of its own."""
        del user, flags
        self.servers.deliver(mailbox, octets.replace(b"\r\n", b"\n"), when)


@contextmanager
def pymap() -> Iterator[Pymap]:
    """Run the demo's server for a ``with`` block."""
    with DemoServers() as servers:
        yield Pymap(servers)


STARTED: dict[str, tuple[Callable[[], AbstractContextManager[ImapServer]], str]] = {
    "pymap": (pymap, ""),
    "dovecot": (dovecot, ""),
    "cyrus": (cyrus, ""),
    "courier": (courier, "INBOX."),
}
"""How each server is started, and the namespace of its mailboxes."""


@contextmanager
def _pymap(request: pytest.FixtureRequest) -> Iterator[Server]:
    del request
    with DemoServers() as servers:

        def put(other: ImapAccount, mailbox: str, octets: bytes, when: datetime) -> None:
            try:
                servers.deliver(mailbox, octets, when)
            except KeyError:
                other.connect()
                other._session._wire.create_folder(other._session._names.wire(mailbox))
                other.close()
                servers.deliver(mailbox, octets, when)

        settings = ImapSettings(
            "support", HOST, servers.imap_port, "none", servers.user, lambda: servers.password
        )
        yield _over_imap("pymap", settings, put, base=100)


KINDS: dict[str, Callable[[pytest.FixtureRequest], AbstractContextManager[Server]]] = {
    "memory": _memory,
    "pymap": _pymap,
    "dovecot": _debian("dovecot"),
    "cyrus": _debian("cyrus"),
    "courier": _debian("courier"),
}
"""How an account on each kind of server is built."""


def param(kind: str) -> ParameterSet:
    """A kind as a parameter of a test; what may be missing has a marker of its name."""
    marks = () if kind in {"memory", "pymap"} else (getattr(pytest.mark, kind),)
    return pytest.param(kind, marks=marks)
