"""smtplib with bounds on each answer: its own loop reads continuation lines without end."""

from __future__ import annotations

import math
import smtplib
import time
from typing import TYPE_CHECKING, Any, Final

from inboxwatch.mail.stream import watched

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_LINES: Final = 200
"""Lines of one answer; an EHLO has about 20, some providers greet with as many."""

MAX_OCTETS: Final = 64 * 1024
"""Octets of one answer; a line has at most 512 (RFC 5321 section 4.5.3.1.5)."""

_TOLERANCE: Final = 0.01
"""Seconds by which a time-out may come early."""


class EndlessAnswerError(ValueError):
    """A server's answer is longer than any has reason to be. No OSError: smtplib rewords those."""


class SlowAnswerError(EndlessAnswerError):
    """A server did not come to an end in time, silent or not."""


class Deadline:
    """Until when a step has to be over, and with it all that comes before DATA. In seconds."""

    def __init__(self, step: float, whole: float) -> None:
        self._seconds = step
        self._whole = whole
        self.begin_whole()
        self.begin_step()

    def begin_whole(self) -> None:
        """What follows is to end within ``whole``, whatever its steps take."""
        self._whole_until = time.monotonic() + self._whole

    def end_whole(self) -> None:
        """From here on each step has its own time alone."""
        self._whole_until = math.inf

    def begin_step(self, seconds: float | None = None) -> None:
        """A step begins, a usual one unless told otherwise."""
        self._allowed = self._seconds if seconds is None else seconds
        self._until = time.monotonic() + self._allowed

    def left(self) -> float:
        """Seconds that are left. Raises SlowAnswerError if there are none."""
        left = min(self._until, self._whole_until) - time.monotonic()
        if left <= 0:
            raise self.missed()
        return left

    def missed(self) -> SlowAnswerError:
        """What is to be raised when nothing more is waited for."""
        now = time.monotonic() + _TOLERANCE
        if now > self._whole_until:
            return SlowAnswerError(f"it was not ready for a mail within {self._whole:g} seconds")
        if now > self._until:
            return SlowAnswerError(f"its answer did not end within {self._allowed:g} seconds")
        return SlowAnswerError("it fell silent")


class _Answers:
    """What smtplib reads lines from: a connection's stream that counts what one answer takes."""

    def __init__(self, stream: BinaryIO, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._lines = self._octets = 0

    def begin(self) -> None:
        """The next line is the first of an answer."""
        self._lines = self._octets = 0

    def readline(self, size: int) -> bytes:
        """One line of at most ``size`` octets. Raises EndlessAnswerError."""
        try:
            line = self._stream.readline(size)
        except TimeoutError as error:
            raise self._deadline.missed() from error
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
    """smtplib with bounded answers, which raise EndlessAnswerError and end the connection.

    ``silence`` is how many seconds a server may say nothing within a step.
    """

    def __init__(self, *args: Any, deadline: Deadline, **options: Any) -> None:  # noqa: ANN401 - as smtplib
        self.deadline = deadline
        self.silence: float = options["timeout"]
        super().__init__(*args, **options)

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Send a command, which begins a step."""
        self.deadline.begin_step()
        super().putcmd(cmd, args)

    def send(self, s: Any) -> None:  # noqa: ANN401 - octets or text, as smtplib
        """Send within the step that has begun. Raises what smtplib does, and SlowAnswerError."""
        self._wait_no_longer()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """One answer: its code and its lines. Raises what smtplib does, and EndlessAnswerError."""
        if self.file is None and self.sock is not None:
            self.file = _Answers(watched(self.sock, self._wait_no_longer), self.deadline)
        if isinstance(self.file, _Answers):
            self.file.begin()
        try:
            return super().getreply()
        except EndlessAnswerError:
            self.close()
            raise

    def _wait_no_longer(self) -> None:
        """Let the connection wait for as long as is left, and no longer than for silence."""
        left = self.deadline.left()
        if self.sock is not None:
            self.sock.settimeout(min(left, self.silence))


class SmtpOverTls(Smtp, smtplib.SMTP_SSL):
    """The same over TLS from the beginning."""
