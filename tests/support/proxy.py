"""A man in the middle on loopback, who lets a server's octets through until a fault begins."""

from __future__ import annotations

import re
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tests.support.loopback import HOST, hang_up, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_AT_ONCE = 65536


class Cut(Exception):  # noqa: N818 - no error: what the fault wants
    """The connection ends here, after ``last`` octets; with ``reset`` by a TCP reset."""

    def __init__(self, last: bytes = b"", *, reset: bool = False) -> None:
        super().__init__()
        self.last = last
        self.reset = reset


class Silence(Exception):  # noqa: N818 - as above
    """From here on nothing comes any more, and the connection stays open, after ``last`` octets."""

    def __init__(self, last: bytes = b"") -> None:
        super().__init__()
        self.last = last


class Fault(Protocol):
    """What becomes of the octets that a server sends over one connection."""

    def __call__(self, octets: bytes) -> bytes:
        """What the client gets of them. Raises Cut or Silence."""


@dataclass(slots=True)
class After:
    """Every octet up to a number of them, then the end."""

    octets: int
    end: type[Cut | Silence] = Cut
    reset: bool = False

    def __call__(self, octets: bytes) -> bytes:
        """What still fits."""
        if len(octets) < self.octets:
            self.octets -= len(octets)
            return octets
        last = octets[: self.octets]
        raise Cut(last, reset=self.reset) if self.end is Cut else self.end(last)


@dataclass(slots=True)
class Reworded:
    """Whole lines, with what a pattern finds in them said otherwise, at most some ``times``.

    ``skip`` that many before it. With ``end`` the connection ends there.
    """

    pattern: bytes
    instead: bytes
    times: int = 1_000_000
    skip: int = 0
    end: type[Cut | Silence] | None = None
    _rest: bytes = b""

    def __call__(self, octets: bytes) -> bytes:
        """The lines that are complete."""
        lines, feed, self._rest = (self._rest + octets).rpartition(b"\n")
        said: list[bytes] = []
        for line in (lines + feed).splitlines(keepends=True):
            try:
                said.append(self._line(line))
            except (Cut, Silence) as end:
                end.last = b"".join((*said, end.last))
                raise
        return b"".join(said)

    def _line(self, line: bytes) -> bytes:
        if not self.times or not re.search(self.pattern, line):
            return line
        if self.skip:
            self.skip -= 1
            return line
        self.times -= 1
        said = re.sub(self.pattern, self.instead, line)
        if self.end is not None:
            raise self.end(said)
        return said


@dataclass(slots=True)
class Proxy:
    """Where to connect, and what happens to the connections.

    ``faults`` makes the fault of each connection; None is an honest one. ``connections`` counts,
    and ``said`` keeps what each client said.
    """

    target: tuple[str, int]
    port: int = 0
    host: str = HOST
    faults: Callable[[], Fault] | None = None
    connections: int = 0
    from_server: int = 0
    said: list[bytearray] = field(default_factory=list)
    _open: list[socket.socket] = field(default_factory=list)

    def serve(self, client: socket.socket) -> None:
        """Pass a conversation on until one side ends it."""
        self.connections += 1
        fault = self.faults() if self.faults else None
        try:
            server = socket.create_connection(self.target, 5)
        except OSError:
            client.close()
            return
        self._open += [client, server]
        kept = bytearray()
        self.said.append(kept)
        up = threading.Thread(target=_pass_on, args=(client, server, kept), daemon=True)
        up.start()
        self._down(server, client, fault)
        up.join(5)

    def _down(self, server: socket.socket, client: socket.socket, fault: Fault | None) -> None:
        """From the server to the client, through the fault."""
        with suppress(OSError):
            while octets := server.recv(_AT_ONCE):
                self.from_server += len(octets)
                try:
                    client.sendall(fault(octets) if fault else octets)
                except Silence as fault_now:
                    client.sendall(fault_now.last)
                    _until_gone(client, server)
                    break
                except Cut as fault_now:
                    client.sendall(fault_now.last)
                    if fault_now.reset:
                        linger = struct.pack("ii", 1, 0)
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                        client.shutdown(socket.SHUT_RD)  # wakes whoever still listens to it
                        client.close()
                    break
        hang_up(client, server)

    def commands(self) -> list[str]:
        """What all clients said in lines of several words, without the first: IMAP's commands."""
        lines = [line for octets in self.said for line in bytes(octets).decode().split("\r\n")]
        return [line.partition(" ")[2] for line in lines if " " in line]

    def stop(self) -> None:
        """Hang up on everybody."""
        hang_up(*self._open)


def _until_gone(client: socket.socket, server: socket.socket) -> None:
    """Swallow what the server still says until either side has had enough."""
    del client
    while server.recv(_AT_ONCE):
        pass


def _pass_on(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
    with suppress(OSError):
        while octets := source.recv(_AT_ONCE):
            kept += octets
            target.sendall(octets)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def proxy(host: str, port: int) -> Iterator[Proxy]:
    """Stand between clients and a server for a ``with`` block."""
    between = Proxy((host, port))
    with listening(between.serve) as between.port:
        try:
            yield between
        finally:
            between.stop()
