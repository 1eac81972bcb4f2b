"""What the servers of the tests share: ports, what is missing, and an end with the tests."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager, ExitStack
    from datetime import datetime

_Server = TypeVar("_Server")

HOST = "127.0.0.1"
START_TIMEOUT = 10.0
NOBODY = (65534, 65534)

UNPACKED = Path(os.environ.get("INBOXWATCH_TEST_SERVERS", "/opt/inboxwatch-servers"))
"""Where ``.ci/servers`` puts the servers that cannot be installed side by side."""


class ImapServer(Protocol):
    """A running IMAP server with users, which a test can put mail into.

    ``port`` speaks TLS if there is a ``ca_file``.
    """

    host: str
    port: int
    ca_file: Path | None
    user: str
    password: str

    def deliver(
        self, mailbox: str, octets: bytes, when: datetime, *, user: str = "", flags: str = ""
    ) -> None:
        """Put a mail where it arrives; ``flags`` are Maildir letters (``S``: seen)."""


class DidNotStartError(RuntimeError):
    """The server ended by itself, or took too long: perhaps somebody else has its port."""


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it where CI=true says that nothing may be missing."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def require(server: str, *files: str) -> Path:
    """Under which folder Debian's files of a server lie; else skips or fails the test."""
    for root in (UNPACKED, Path("/")):
        if all((root / file).exists() for file in files):
            return root
    missing(f"{server} is not there: run .ci/servers, which unpacks it into {UNPACKED}")


def library_path(root: Path) -> dict[str, str]:
    """The environment for programs below ``root``, which bring libraries of their own."""
    places = ("lib/*-linux-gnu", "usr/lib/*-linux-gnu", "usr/lib", "usr/lib/courier-authlib")
    return {
        "PATH": "/usr/bin:/bin",
        "LD_LIBRARY_PATH": _folders(path for place in places for path in root.glob(place)),
        "SASL_PATH": _folders(
            path for top in (root, Path("/")) for path in top.glob("usr/lib/*-linux-gnu/sasl2")
        ),
    }


def _folders(paths: Iterable[Path]) -> str:
    return ":".join(map(str, paths))


def free_port() -> int:
    """A port of the loopback interface that nobody has just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until a server takes connections; False if it ends instead, or is too slow."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection((HOST, port), 1) as connection:
                return bool(connection.recv(1))
        except OSError:
            time.sleep(0.02)  # the server's own start; there is nothing to be told by
    return False


def owner() -> tuple[int, int]:
    """Who owns the mail: ourselves, or nobody when we are root, as servers refuse root's mail."""
    return (os.getuid(), os.getgid()) if os.getuid() != 0 else NOBODY


def as_owner() -> dict[str, Any]:
    """Arguments of Popen for a process of whoever owns the mail."""
    uid, gid = owner()
    return {"user": uid, "group": gid, "extra_groups": ()} if os.getuid() == 0 else {}


def own(path: Path) -> None:
    """Give a file or a folder to whoever owns the mail."""
    if os.getuid() == 0:
        os.chown(path, *NOBODY)


_UNTIL_PARENT_ENDS = """
trap : INT TERM HUP
setsid "$@" & server=$!
read -r _
trap '' INT TERM HUP
while kill "$server" 2>/dev/null; do sleep 0.02; done
"""
"""End the server when our end of the pipe closes, or when all of our group is told to end.

``setsid``, so that it can end its children, and so that this shell has to end it: it goes on to do
so after a signal, which ends the reading. It says so until the server is gone: a child that has
only just been forked still has the shell's trap, and hears nothing.
"""


def start(
    arguments: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    **owner: Any,
) -> subprocess.Popen[bytes]:
    """Start a server that ends with ours, however that ends; ``end`` ends it before.

    Without ``output`` nobody hears what it says; ``owner`` are further arguments of Popen.
    """
    said = subprocess.DEVNULL if output is None else output
    return subprocess.Popen(
        ["/bin/sh", "-c", _UNTIL_PARENT_ENDS, "sh", *arguments],
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=said,
        env=None if environ is None else dict(environ),
        **owner,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End what ``start`` started; may be called twice."""
    if process.stdin and not process.stdin.closed:
        process.stdin.close()  # the shell around the server waits for this
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


@contextmanager
def ending_with_us(
    arguments: Sequence[str], environ: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the mail's owner that ends with the block, or with ours, however that ends."""
    with log.open("ab") as output:
        process = start(arguments, environ=environ, output=output, **as_owner())
    try:
        yield process
    finally:
        end(process)


def started(stack: ExitStack, once: Callable[[], AbstractContextManager[_Server]]) -> _Server:
    """Start a server; somebody else may take its free port first, then with another one."""
    for last in (False, False, True):
        try:
            return stack.enter_context(once())
        except DidNotStartError:
            if last:
                raise
    raise AssertionError  # not reached
