"""A private Cyrus IMAP server on loopback, with TLS, for as long as a ``with`` block lasts."""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from imapclient.imap_utf7 import encode as encode_utf7
from tests.support.dovecot import PASSWORD, USER
from tests.support.started import (
    HOST,
    NOBODY,
    DidNotStartError,
    answers,
    ending_with_us,
    free_port,
    library_path,
    own,
    require,
    started,
)
from tests.support.tls import make_server_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

_BIN = "usr/lib/cyrus/bin"
_FOLDERS = ("conf/db", "conf/log", "conf/msg", "conf/quota", "conf/socket", "conf/user")
_MORE_FOLDERS = ("conf/lock", "conf/proc", "run", "spool", "sieve")
_FLAGS = {"S": "\\Seen", "R": "\\Answered", "F": "\\Flagged", "D": "\\Draft", "T": "\\Deleted"}

_CONFIGURATION = """\
configdirectory: {root}/conf
defaultpartition: default
partition-default: {root}/spool
proc_path: {root}/conf/proc
mboxname_lockpath: {root}/conf/lock
sievedir: {root}/sieve
cyrus_user: {owner}
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {root}/sasldb2
sasl_mech_list: PLAIN LOGIN
allowplaintext: yes
virtdomains: userid
defaultdomain: internal
servername: localhost
tls_server_cert: {root}/server.pem
tls_server_key: {root}/server.key
autocreate_post: 1
autocreate_quota: 0
autocreate_inbox_folders: Spam|Sent|Drafts
autocreate_subscribe_folders: Spam|Sent|Drafts
xlist-junk: Spam
xlist-sent: Sent
xlist-drafts: Drafts
"""
"""Users with a domain of their own, mailboxes on their first login; the rest is Cyrus's own."""

_SERVICES = """\
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {root}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {root}/imapd.conf" listen="{host}:{plain_port}" proto=tcp4
  imaps cmd="{bin}/imapd -s -C {root}/imapd.conf" listen="{host}:{port}" proto=tcp4
}}
EVENTS {{
}}
"""


@dataclass(slots=True)
class Cyrus:
    """A running server. ``port`` speaks TLS, ``plain_port`` none until STARTTLS."""

    root: Path
    port: int
    plain_port: int
    ca_file: Path | None
    users: Mapping[str, str]
    host: str = HOST
    _clients: dict[str, imaplib.IMAP4] = field(default_factory=dict)

    @property
    def user(self) -> str:
        return next(iter(self.users))

    @property
    def password(self) -> str:
        return self.users[self.user]

    def deliver(
        self, mailbox: str, octets: bytes, when: datetime, *, user: str = "", flags: str = ""
    ) -> None:
        """Put a mail into a mailbox, made if it is not there, as the user's own program would."""
        client = self._client(user or self.user)
        name = f'"{encode_utf7(mailbox).decode()}"'
        lines = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        marks = " ".join(_FLAGS[flag] for flag in flags)
        answer = client.append(name, marks, imaplib.Time2Internaldate(when), lines)
        if answer[0] == "NO":
            client.create(name)
            answer = client.append(name, marks, imaplib.Time2Internaldate(when), lines)
        if answer[0] != "OK":
            raise RuntimeError(f"Cyrus took no mail: {answer}")

    def _client(self, user: str) -> imaplib.IMAP4:
        if user not in self._clients:
            client = imaplib.IMAP4(HOST, self.plain_port, timeout=30)
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.login(user, self.users[user])
            self._clients[user] = client
        return self._clients[user]

    def hang_up(self) -> None:
        """End the connections that delivered mail."""
        for client in self._clients.values():
            with suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()


def require_cyrus() -> Path:
    """Where Cyrus lies; else skip the test, or fail it where nothing may be missing."""
    return require("Cyrus", f"{_BIN}/master", "usr/sbin/saslpasswd2")


def _write(root: Path, files: Path, users: Mapping[str, str]) -> tuple[int, int, Path]:
    for folder in (*_FOLDERS, *_MORE_FOLDERS):
        (root / folder).mkdir(parents=True)
    ca_file = make_server_files(root).ca_file
    port, plain_port = free_port(), free_port()
    owner = pwd.getpwuid(NOBODY[0] if os.getuid() == 0 else os.getuid()).pw_name
    (root / "imapd.conf").write_text(_CONFIGURATION.format(root=root, owner=owner), "utf-8")
    services = _SERVICES.format(
        bin=files / _BIN, root=root, host=HOST, port=port, plain_port=plain_port
    )
    (root / "cyrus.conf").write_text(services, "utf-8")
    for user, password in users.items():
        _add_user(root, files, user, password)
    for path in (root, *root.rglob("*")):
        own(path)
    return port, plain_port, ca_file


def _add_user(root: Path, files: Path, user: str, password: str) -> None:
    name, _, domain = user.partition("@")
    command = (files / "usr/sbin/saslpasswd2", "-p", "-f", root / "sasldb2", "-u", domain, name)
    subprocess.run(
        command, input=password.encode(), env=library_path(files), check=True, capture_output=True
    )


def _memory() -> str | None:
    """A folder in memory if there is one of some size: Cyrus waits for the disk at every mail."""
    folder = "/dev/shm"  # noqa: S108 - a folder of a random name is made in it
    there = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2**28
    return folder if there else None


@contextmanager
def cyrus(*, users: Mapping[str, str] | None = None) -> Iterator[Cyrus]:
    """Run Cyrus for a ``with`` block, as root or as an ordinary user."""
    with ExitStack() as stack:
        yield started(stack, lambda: _once(users or {USER: PASSWORD}))


@contextmanager
def _once(users: Mapping[str, str]) -> Iterator[Cyrus]:
    files = require_cyrus()
    root = Path(tempfile.mkdtemp(prefix="iw-cyrus-", dir=_memory()))
    root.chmod(0o755)
    try:
        port, plain_port, ca_file = _write(root, files, users)
        places = ("-C", f"{root}/imapd.conf", "-M", f"{root}/cyrus.conf", "-p", f"{root}/run/pid")
        arguments = (f"{files / _BIN}/master", "-D", *places)
        log = root / "cyrus.log"
        with ending_with_us(arguments, library_path(files), log) as process:
            if not answers(plain_port, process):
                raise DidNotStartError(f"Cyrus did not start:\n{log.read_text('utf-8')}")
            server = Cyrus(root, port, plain_port, ca_file, users)
            yield server
            server.hang_up()
    finally:
        shutil.rmtree(root, ignore_errors=True)
