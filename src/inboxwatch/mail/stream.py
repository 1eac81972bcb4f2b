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

    def __init__(
        self,
        connection: socket.socket,
        before: Callable[[], None],
        after: Callable[[int], None] | None,
    ) -> None:
        self._connection = connection
        self._before = before
        self._after = after

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Wait for the next octets. Raises OSError, and what ``before`` raises."""
        self._before()
        came = self._connection.recv_into(cast("memoryview", buffer))
        if self._after is not None:
            self._after(came)
        return came


def watched(
    connection: socket.socket,
    before: Callable[[], None],
    after: Callable[[int], None] | None = None,
) -> io.BufferedReader:
    """A stream to read lines from; ``before`` is called ahead of each wait and may raise.

    ``after`` is told how many octets came.
    """
    return io.BufferedReader(_Pieces(connection, before, after), _BUFFER)
