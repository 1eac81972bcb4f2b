"""Servers and a configuration for the benchmarks that need a mailbox."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from measure import ROOT, inboxwatch
from shop import write_configuration

if missing := [name for name in ("imapclient", "pytest") if find_spec(name) is None]:
    sys.exit(f"{missing[0]} is missing here: make setup, then .venv/bin/python {sys.argv[0]}")

sys.path.insert(0, str(ROOT))  # the servers are those of the tests

from tests.support.dovecot import Dovecot, dovecot, dovecot_binary
from tests.support.smtp_server import SmtpServer, smtp_server
from tests.support.started import own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mails import Mail

MISSING = "Dovecot's IMAP server is not installed (Debian: apt-get install dovecot-imapd)"


def hand_over(mail: Path) -> None:
    """Give a mail to whoever the server reads mail as."""
    own(mail)


@dataclass(frozen=True, slots=True)
class House:
    """A Dovecot on loopback, an SMTP server that takes everything, and a configuration of both."""

    server: Dovecot
    sink: SmtpServer
    config: Path

    def run(self) -> list[str]:
        """The command of one run."""
        return inboxwatch("run", "--config", str(self.config))

    def fill(self, mailbox: str, mails: Iterable[Mail]) -> int:
        """Deliver mails as a delivery agent would; how many octets they were."""
        total = 0
        for mail in mails:
            self.server.deliver(mailbox, mail.octets, mail.when)
            total += len(mail.octets)
        return total

    def configure(self, folder: Path) -> Path:
        """Write the configuration into another folder, for a state of its own."""
        folder.mkdir()
        return write_configuration(
            folder,
            imap_port=self.server.port,
            smtp_port=self.sink.port,
            password=self.server.password,
            ca_file=self.server.ca_file,
        )


def servers_missing() -> str:
    """Why the benchmarks with a mailbox cannot run here, or nothing."""
    return "" if dovecot_binary() else MISSING


@contextmanager
def house(folder: Path, *, tls: bool = False) -> Iterator[House]:
    """Run the servers for a ``with`` block."""
    with dovecot(tls=tls) as server, smtp_server() as sink:
        config = write_configuration(
            folder,
            imap_port=server.port,
            smtp_port=sink.port,
            password=server.password,
            ca_file=server.ca_file,
        )
        yield House(server, sink, config)
