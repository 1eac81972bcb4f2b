"""A private Courier IMAP server on loopback, with TLS, for as long as a ``with`` block lasts.

Courier's own login finds its users by a socket of the whole machine. Here a few lines stand in for
it, as Courier's ``couriertcpd``, ``couriertls`` and ``imaplogin`` do together: they greet, speak
TLS, check the password, and start Debian's ``imapd`` for the user with the environment that the
login would have given it. Everything after the login is Courier.
"""

from __future__ import annotations

import base64
import os
import re
import select
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.dovecot import PASSWORD, USER
from tests.support.started import HOST, as_owner, ending_with_us, library_path, own, require
from tests.support.tls import make_server_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

_IMAPD, _GAMIN = "usr/bin/imapd", "usr/libexec/gam_server"

MAILBOXES = ("INBOX.Spam", "INBOX.Sent", "INBOX.Drafts")
"""What every user has beside INBOX."""

_SETTINGS = {
    "IMAP_CAPABILITY": "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT "
    "THREAD=REFERENCES SORT QUOTA IDLE AUTH=PLAIN",
    "IMAP_KEYWORDS": "1",
    "IMAP_ACL": "1",
    "IMAP_CHECK_ALL_FOLDERS": "0",
    "IMAP_DISABLETHREADSORT": "0",
    "IMAP_EMPTYTRASH": "Trash:7",
    "IMAP_ENHANCEDIDLE": "0",
    "IMAP_IDLE_TIMEOUT": "60",
    "IMAP_MAILBOX_SANITY_CHECK": "1",
    "IMAP_MOVE_EXPUNGE_TO_TRASH": "0",
    "IMAP_OBSOLETE_CLIENT": "0",
    "IMAP_TRASHFOLDERNAME": "Trash",
    "IMAP_UMASK": "022",
    "IMAP_USELOCKS": "1",
    "HEADERFROM": "X-IMAP-Sender",
}
"""Debian's /etc/courier/imapd, under TLS."""

_OFFERED = f"{_SETTINGS['IMAP_CAPABILITY']} ACL ACL2=UNION"
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass(slots=True)
class Courier:
    """A running server. ``port`` speaks TLS, ``plain_port`` none."""

    root: Path
    files: Path
    users: Mapping[str, str]
    ca_file: Path | None
    context: ssl.SSLContext
    host: str = HOST
    port: int = 0
    plain_port: int = 0
    _delivered: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def user(self) -> str:
        return next(iter(self.users))

    @property
    def password(self) -> str:
        return self.users[self.user]

    @property
    def environ(self) -> dict[str, str]:
        """For programs of this server; its file watcher is known by a name of its own."""
        return library_path(self.files) | {"GAM_CLIENT_ID": self.root.name}

    def deliver(
        self, mailbox: str, octets: bytes, when: datetime, *, user: str = "", flags: str = ""
    ) -> None:
        """Put a mail where a delivery agent would; ``flags`` are Maildir letters (``S``: seen).

        UIDs are given in the order of file names, and the file's time is the INTERNALDATE.
        """
        folder = self.maildir(mailbox, user=user)
        name = f"{1_700_000_000 + next(self._delivered)}.M1P1.test"
        temporary = folder / "tmp" / name
        temporary.write_bytes(octets.replace(b"\r\n", b"\n"))
        os.utime(temporary, (when.timestamp(), when.timestamp()))
        own(temporary)
        temporary.rename(folder / "cur" / f"{name}:2,{flags}" if flags else folder / "new" / name)

    def maildir(self, mailbox: str, *, user: str = "") -> Path:
        """The Maildir of a mailbox, made if it is not there."""
        home = self.root / (user or self.user) / "Maildir"
        name = mailbox.removeprefix("INBOX")  # in UTF-8, since Courier 5
        folder = home / name if name else home
        for sub in (home.parent, home, folder, *(folder / part for part in ("cur", "new", "tmp"))):
            if not sub.exists():
                sub.mkdir(mode=0o700)
                own(sub)
        if name and not (folder / "maildirfolder").exists():
            (folder / "maildirfolder").touch()
            own(folder / "maildirfolder")
        return folder

    # The login

    def serve(self, connection: socket.socket) -> None:
        """One client, until it hangs up or logs out."""
        greeting = f"* OK [CAPABILITY {_OFFERED}] Courier-IMAP ready.\r\n"
        with suppress(OSError), connection:
            connection.sendall(greeting.encode())
            logged_in = self._login(connection)
            if logged_in:
                self._imapd(connection, *logged_in)

    def _login(self, connection: socket.socket) -> tuple[str, str] | None:
        """The tag of the login that succeeded, and the user; None if the client went away."""
        while line := _line(connection):
            tag, _, rest = line.partition(" ")
            command, _, words = rest.partition(" ")
            user, password = _credentials(connection, command.upper(), words)
            if user and self.users.get(user) == password:
                return tag, user
            untagged, end = _answer(command.upper())
            connection.sendall(f"{untagged}{tag} {end}\r\n".encode())
        return None

    def _imapd(self, connection: socket.socket, tag: str, user: str) -> None:
        ours, its = socket.socketpair()
        home = self.maildir("INBOX", user=user).parent
        who = {"AUTHENTICATED": user, "AUTHADDR": user, "AUTHFULLNAME": "", "HOME": str(home)}
        peer = {"TCPREMOTEIP": HOST, "TCPREMOTEPORT": "0", "IMAPLOGINTAG": tag, "PROTOCOL": "IMAP"}
        with its, (self.root / "courier.log").open("ab") as log:
            process = subprocess.Popen(
                [self.files / _IMAPD, "Maildir"],
                stdin=its,
                stdout=its,
                stderr=log,
                cwd=home,
                env=self.environ | _SETTINGS | who | peer,
                **as_owner(),
            )
        with ours:
            _relay(connection, ours)
        process.wait(10)


def _line(connection: socket.socket) -> str:
    """One line; octet by octet, so that nothing is taken from what imapd has to read."""
    octets = bytearray()
    while not octets.endswith(b"\n"):
        octet = connection.recv(1)
        if not octet:
            return ""
        octets += octet
    return octets.decode("utf-8", "replace").rstrip("\r\n")


def _credentials(connection: socket.socket, command: str, words: str) -> tuple[str, str]:
    if command == "LOGIN":
        found = [re.sub(r"\\(.)", r"\1", a or b) for a, b in _WORD.findall(words)]
        return (found[0], found[1]) if len(found) == 2 else ("", "")
    if command != "AUTHENTICATE" or words.upper() != "PLAIN":
        return "", ""
    connection.sendall(b"+ \r\n")
    _, user, password = base64.b64decode(_line(connection)).decode().split("\0")
    return user, password


def _answer(command: str) -> tuple[str, str]:
    """What ``imaplogin`` says to a command that is no login that succeeds."""
    if command == "CAPABILITY":
        return f"* CAPABILITY {_OFFERED}\r\n", "OK CAPABILITY completed"
    if command == "LOGOUT":
        return "* BYE Courier-IMAP server shutting down\r\n", "OK LOGOUT completed"
    if command in {"LOGIN", "AUTHENTICATE"}:
        return "", "NO Login failed."
    return "", "OK completed" if command == "NOOP" else "BAD Invalid command"


def _relay(client: socket.socket, imapd: socket.socket) -> None:
    """Octets both ways until one side has gone, in one thread since TLS is not made for two."""
    other = {client: imapd, imapd: client}
    with suppress(OSError):
        while True:
            for one in select.select([client, imapd], [], [])[0]:
                octets = one.recv(65536)
                while isinstance(one, ssl.SSLSocket) and one.pending():
                    octets += one.recv(one.pending())
                if not octets:
                    return
                other[one].sendall(octets)


def require_courier() -> Path:
    """Where Courier lies; else skip the test, or fail it where nothing may be missing."""
    return require("Courier", _IMAPD)


def _listen(server: Courier, listener: socket.socket, *, tls: bool) -> None:
    def serve(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):
            server.serve(
                server.context.wrap_socket(connection, server_side=True) if tls else connection
            )

    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


@contextmanager
def _listening(server: Courier, *, tls: bool) -> Iterator[int]:
    listener = socket.create_server((HOST, 0))
    thread = threading.Thread(target=_listen, args=(server, listener), kwargs={"tls": tls})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@contextmanager
def courier(*, users: Mapping[str, str] | None = None) -> Iterator[Courier]:
    """Run Courier for a ``with`` block, as root or as an ordinary user."""
    files = require_courier()
    root = Path(tempfile.mkdtemp(prefix="iw-courier-"))
    root.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        made = make_server_files(root)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.certificate, made.key)
        server = Courier(root, files, users or {USER: PASSWORD}, made.ca_file, context)
        for user in server.users:
            for mailbox in MAILBOXES:
                server.maildir(mailbox, user=user)
        watcher = files / _GAMIN
        if watcher.exists():  # else Courier looks for it for a second whenever it locks a Maildir
            arguments = (str(watcher), "--notimeout", root.name)
            stack.enter_context(ending_with_us(arguments, server.environ, root / "gamin.log"))
        server.port = stack.enter_context(_listening(server, tls=True))
        server.plain_port = stack.enter_context(_listening(server, tls=False))
        yield server
