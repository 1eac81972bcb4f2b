"""smtplib with a bound on each answer: its own loop reads continuation lines without end."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_LINES: Final = 200
"""Lines of one answer; an EHLO has about 20, some providers greet with as many."""

MAX_OCTETS: Final = 64 * 1024
"""Octets of one answer; a line has at most 512 (RFC 5321 section 4.5.3.1.5)."""


class EndlessAnswerError(ValueError):
    """A server's answer is longer than any has reason to be. No OSError: smtplib rewords those."""


class _Answers:
    """What smtplib reads lines from: a connection's stream that counts what one answer takes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines = self._octets = 0

    def begin(self) -> None:
        """The next line is the first of an answer."""
        self._lines = self._octets = 0

    def readline(self, size: int) -> bytes:
        """One line of at most ``size`` octets. Raises EndlessAnswerError."""
        line = self._stream.readline(size)
        self._lines += 1
        self._octets += len(line)
        if self._lines > MAX_LINES:
            raise EndlessAnswerError(f"one answer of more than {MAX_LINES} lines")
        if self._octets > MAX_OCTETS:
            raise EndlessAnswerError(f"one answer of more than {MAX_OCTETS} octets")
        return line

    def close(self) -> None:
        """Close the stream, as smtplib does with its connection."""
        self._stream.close()


class Smtp(smtplib.SMTP):
    """smtplib with bounded answers, which raise EndlessAnswerError and end the connection."""

    def getreply(self) -> tuple[int, bytes]:
        """One answer: its code and its lines. Raises what smtplib does, and EndlessAnswerError."""
        if self.file is None and self.sock is not None:
            self.file = _Answers(self.sock.makefile("rb"))
        if isinstance(self.file, _Answers):
            self.file.begin()
        try:
            return super().getreply()
        except EndlessAnswerError:
            self.close()
            raise


class SmtpOverTls(smtplib.SMTP_SSL, Smtp):
    """The same over TLS from the beginning."""
