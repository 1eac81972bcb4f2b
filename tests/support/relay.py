"""A wire on loopback between a client and a server that keeps what the client says."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"


@dataclass(slots=True)
class Relay:
    """A running relay. ``said`` are the octets of each client, in the order they connected."""

    port: int
    said: list[bytearray] = field(default_factory=list)

    def commands(self) -> list[str]:
        """The IMAP commands of all clients, in words without their tags; no SASL answers."""
        lines = [line for octets in self.said for line in bytes(octets).decode().split("\r\n")]
        return [line.partition(" ")[2] for line in lines if " " in line]


def _pump(source: socket.socket, target: socket.socket, kept: bytearray | None) -> None:
    with suppress(OSError):
        while octets := source.recv(65536):
            if kept is not None:
                kept += octets
            target.sendall(octets)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def relay(port: int) -> Iterator[Relay]:
    """Listen, and lead every client to ``port``, for as long as the ``with`` block lasts."""
    listener = socket.create_server((HOST, 0))
    running = Relay(listener.getsockname()[1])
    ends: list[socket.socket] = []
    pumps: list[threading.Thread] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection((HOST, port))
            ends.extend((client, server))
            kept = bytearray()
            running.said.append(kept)
            for way in ((client, server, kept), (server, client, None)):
                pump = threading.Thread(target=_pump, args=way, daemon=True)
                pumps.append(pump)
                pump.start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for pump in pumps:
            pump.join(5)
        for end in ends:
            end.close()
