"""Reading from a connection with a look at the clock before every piece.

A time-out of a socket begins anew with each octet that comes: a server that drips is never late.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

_BUFFER = 64 * 1024
"""Octets that are taken from the system at once."""


class _Pieces(io.RawIOBase):
    """A connection's octets, in the pieces they come in."""

    def __init__(self, connection: socket.socket, before: Callable[[], None]) -> None:
        self._connection = connection
        self._before = before

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Wait for the next octets. Raises OSError, and what ``before`` raises."""
        self._before()
        return self._connection.recv_into(cast("memoryview", buffer))


def watched(connection: socket.socket, before: Callable[[], None]) -> io.BufferedReader:
    """A stream to read lines from; ``before`` is called ahead of each wait and may raise."""
    return io.BufferedReader(_Pieces(connection, before), _BUFFER)
