"""A server on loopback that says exactly what a script says, however wrong that is."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.tls import ServerFiles

HOST = "127.0.0.1"
CAPABILITIES = "IMAP4rev1 AUTH=PLAIN"


@dataclass(slots=True)
class Peer:
    """One client's connection, seen from the server. ``heard`` keeps every line that came in."""

    connection: socket.socket
    heard: list[str]
    gone: bool = False
    _buffer: bytearray = field(default_factory=bytearray)

    def say(self, *lines: str | bytes) -> None:
        """Send lines with CRLF; a client that has gone is no fault of the script."""
        for line in lines:
            octets = line if isinstance(line, bytes) else line.encode()
            with suppress(OSError):
                self.connection.sendall(octets + b"\r\n")

    def hear(self) -> str:
        """The next line, without its end; empty when the client has hung up."""
        while b"\n" not in self._buffer:
            try:
                more = self.connection.recv(65536)
            except OSError:
                more = b""
            if not more:
                self.gone = True
                return ""
            self._buffer += more
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer[:] = rest
        text = line.rstrip(b"\r").decode("utf-8", "replace")
        self.heard.append(text)
        return text

    def hear_octets(self, size: int) -> bytes:
        """A literal of so many octets, with the rest of its line."""
        while len(self._buffer) < size + 2:
            more = self.connection.recv(65536)
            if not more:
                self.gone = True
                return b""
            self._buffer += more
        octets = bytes(self._buffer[:size])
        self._buffer[: size + 2] = b""
        return octets

    def starttls(self, files: ServerFiles) -> None:
        """Go over to TLS; what the client sent before it is gone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate, files.key)
        self.connection = context.wrap_socket(self.connection, server_side=True)

    # IMAP

    def answer(self, *untagged: str | bytes, end: str = "OK done") -> str:
        """Hear one command, send ``untagged`` lines and its tagged ``end``; the command's name."""
        tag, _, rest = self.hear().partition(" ")
        if tag:
            self.say(*untagged, f"{tag} {end}")
        return rest

    def welcome(self, capabilities: str = CAPABILITIES) -> None:
        """A greeting, the CAPABILITY that imaplib asks for, and a login that tells it anew."""
        self.say("* OK ready")
        self.answer(f"* CAPABILITY {capabilities}")
        self.login(f"OK [CAPABILITY {capabilities}] logged in")

    def login(self, end: str) -> None:
        """AUTHENTICATE PLAIN, answered with ``end``."""
        tag = self.hear().partition(" ")[0]
        self.say("+ ")
        self.hear()
        self.say(f"{tag} {end}")

    def select(self, *, uidvalidity: int = 7, uidnext: int = 10, exists: int = 9) -> str:
        """SELECT or EXAMINE of a mailbox."""
        return self.answer(
            "* FLAGS (\\Answered \\Seen)",
            f"* {exists} EXISTS",
            "* 0 RECENT",
            f"* OK [UIDVALIDITY {uidvalidity}] valid",
            f"* OK [UIDNEXT {uidnext}] next",
            "* OK [PERMANENTFLAGS (\\Answered \\*)] kept",
        )


@dataclass(slots=True)
class Scripted:
    """A running script. ``connections`` counts clients; ``heard`` is what all of them said."""

    host: str
    port: int
    heard: list[str] = field(default_factory=list)
    connections: int = 0


@contextmanager
def scripted(*scripts: Callable[[Peer], None]) -> Iterator[Scripted]:
    """Serve one client with each script in turn, the last one again and again.

    When a script returns, its connection is closed.
    """
    listener = socket.create_server((HOST, 0))
    server = Scripted(HOST, listener.getsockname()[1])
    open_connections: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # lines go out at once
            script = scripts[min(server.connections, len(scripts) - 1)]
            server.connections += 1
            open_connections.append(connection)
            peer = Peer(connection, server.heard)
            with suppress(OSError):
                script(peer)
            _hang_up(peer.connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in open_connections:
            _hang_up(connection)
        thread.join(5)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
