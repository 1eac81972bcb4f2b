"""What a program says to an IMAP server, recorded, so that a floor can say the same again.

The floor of a run is then a client that sends the very commands of the run and throws the answers
away: the same octets, whatever the run asks for. The login is left out: the floor has its own.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from measure import ROOT, MeasureError

sys.path.insert(0, str(ROOT))  # listening is that of the tests

from tests.support.loopback import HOST, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_AT_ONCE = 1 << 18
_COMMAND = re.compile(rb"(\S+) (\S+)[^\r\n]*\r\n")
_LITERAL = re.compile(rb"\{\d+\+?\}\r\n\Z")
_LOGIN = (b"LOGIN", b"AUTHENTICATE")


@dataclass(slots=True)
class Conversation:
    """The commands of one connection, each with the tag whose answer came last before it."""

    steps: list[tuple[bytes, bytes]] = field(default_factory=list)
    answered: bytes = b""
    _open: list[bytes] = field(default_factory=list)
    _begun: bytes = b""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def said(self, octets: bytes) -> None:
        """What the client sends; whole lines count."""
        with self._lock:
            lines, feed, self._begun = (self._begun + octets).rpartition(b"\n")
            for line in (lines + feed).splitlines(keepends=True):
                self.steps.append((self.answered, line))
                command = _COMMAND.match(line)
                if command:
                    self._open.append(command[1])

    def heard(self, octets: bytes) -> None:
        """What the server sends, a piece with the end of the one before it."""
        with self._lock:
            for tag in [one for one in self._open if b"\n%s " % one in octets]:
                self._open.remove(tag)
                self.answered = tag

    def commands(self) -> list[tuple[str, str]]:
        """Everything after the login. Raises MeasureError for what a floor cannot say again."""
        login = next((n for n, (_, line) in enumerate(self.steps) if _is_login(line)), None)
        if login is None:
            raise MeasureError("no login was recorded")
        tag = self.steps[login][1].split()[0]
        later = self.steps[login + 1 :]
        while later and later[0][0] != tag:  # the answers to a challenge are part of the login
            del later[0]
        if any(_LITERAL.search(line) for _, line in later):
            raise MeasureError("a literal was recorded, and a floor cannot wait for its turn")
        return [("" if after == tag else after.decode(), line.decode()) for after, line in later]


def _is_login(line: bytes) -> bool:
    command = _COMMAND.match(line)
    return bool(command) and command[2].upper() in _LOGIN


@dataclass(slots=True)
class Recorder:
    """Where to connect, and what was said there."""

    target: tuple[str, int]
    port: int = 0
    conversations: list[Conversation] = field(default_factory=list)

    def serve(self, client: socket.socket) -> None:
        """Pass one conversation on until either side ends it."""
        conversation = Conversation()
        self.conversations.append(conversation)
        with client, socket.create_connection(self.target) as server:
            down = threading.Thread(target=_down, args=(server, client, conversation), daemon=True)
            down.start()
            with suppress(OSError):
                while octets := client.recv(_AT_ONCE):
                    conversation.said(octets)
                    server.sendall(octets)
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)
            down.join(10)

    def write(self, file: Path) -> None:
        """What was said, as JSON, and begin anew. Raises MeasureError."""
        told = [one.commands() for one in self.conversations]
        if not told:
            raise MeasureError("nobody connected to the recorder")
        self.conversations.clear()
        file.write_text(json.dumps(told), "ascii")


def _down(server: socket.socket, client: socket.socket, conversation: Conversation) -> None:
    """From the server to the client; a tag may come in two pieces."""
    end = b""
    with suppress(OSError):
        while octets := server.recv(_AT_ONCE):
            conversation.heard(end + octets)
            end = (end + octets)[-100:]
            client.sendall(octets)
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)


@contextmanager
def recorder(port: int) -> Iterator[Recorder]:
    """Stand before a server on loopback for a ``with`` block."""
    between = Recorder((HOST, port))
    with listening(between.serve) as between.port:
        yield between
