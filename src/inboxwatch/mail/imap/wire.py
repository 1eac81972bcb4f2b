"""imapclient with its traps closed: bounded answers, verified TLS, nothing in its debug log.

The only module that imports imapclient and imaplib; ``session`` imports it when it connects.
"""

from __future__ import annotations

import imaplib
import logging
import re
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import ProtocolError

from inboxwatch.mail.stream import watched

if TYPE_CHECKING:
    import io
    import ssl

    from inboxwatch.mail.imap.settings import ImapSettings

MAX_LITERAL = 4 * 1024 * 1024
"""Octets in one literal; we never ask for more than 256 KB (rule I08)."""

MAX_ANSWER = 64 * 1024 * 1024
"""Octets in the whole answer to one command."""

MAX_LINE = 1_000_000
"""Octets in one line, as imaplib has it."""

WIRE_ERRORS = (
    imaplib.IMAP4.error,  # with abort, readonly and everything of imapclient below it
    OSError,  # with ssl.SSLError, TimeoutError and socket.gaierror
    EOFError,
    # What the response parser lets through on answers that are not IMAP (rule I04):
    TypeError,
    ValueError,  # with UnicodeError
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
    MemoryError,
)
"""Everything that can come out of a conversation with a broken or hostile server."""

Failure = imaplib.IMAP4.error
Abort = imaplib.IMAP4.abort
ReadOnly = imaplib.IMAP4.readonly


class TooLong(Abort):
    """An answer that is cut off because it is longer than anything that was asked for."""


class RefusedError(Exception):
    """A clean tagged NO with the server's text: the command did nothing, the stream is in step."""


class NonsenseError(ValueError):
    """An answer that is IMAP by its form, and cannot be true or is not what was asked for."""


_KINDS = (
    "uneven number of response items",
    "bad response type",
    "invalid message ID",
    "invalid UID",
    "unexpected EOF",
    "No literal corresponds",
    "Expecting literal of size",
    "Tuple incomplete",
    "No closing",
)
"""How the parser's words about an answer begin; the answer itself, a mail perhaps, comes behind."""

_QUOTED = re.compile(r"\b(unexpected (?:tagged )?response|unterminated line): .*", re.DOTALL)


def is_nonsense(error: BaseException) -> bool:
    """Whether an answer came, and is none that can be used."""
    return isinstance(error, (ProtocolError, NonsenseError))


def words_of(error: BaseException) -> str:
    """What an error says, without any of the octets that the parser could not read (rule I31)."""
    if isinstance(error, ProtocolError):
        text = str(error)
        return next((kind for kind in _KINDS if text.startswith(kind)), "an answer out of shape")
    if isinstance(error, Failure):
        return _QUOTED.sub(r"\1", text_of(list(error.args)))
    return str(error) if isinstance(error, (NonsenseError, OSError)) else type(error).__name__


class Imap4(imaplib.IMAP4):
    """imaplib over a socket with a time-out, TLS at once if there is a context, bounded answers.

    ``patience`` is how many seconds one answer may take as a whole.
    """

    def __init__(
        self, host: str, port: int, timeout: float, context: ssl.SSLContext | None, patience: float
    ) -> None:
        self._context = context
        self.patience = patience
        self.octets = 0
        self._stream: tuple[socket.socket, io.BufferedReader] | None = None
        self.begin()
        super().__init__(host, port, timeout=timeout)

    def begin(self) -> None:
        """The answer to a command, or the greeting, begins."""
        self._answered = 0
        self._until = time.monotonic() + self.patience

    def _came(self, octets: int) -> None:
        self.octets += octets

    def _in_time(self) -> None:
        if time.monotonic() > self._until:
            raise self.abort(f"one answer took longer than {self.patience:g} seconds")

    def _reader(self) -> io.BufferedReader:
        """The connection's stream; TLS makes a new one, and nothing said before it counts."""
        if self._stream is None or self._stream[0] is not self.sock:
            self._stream = (self.sock, watched(self.sock, self._in_time, self._came))
        return self._stream[1]

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout)
        if self._context is None:
            return plain
        try:
            return self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def _new_tag(self) -> bytes:
        self.begin()
        return super()._new_tag()  # type: ignore[misc,no-any-return] # typeshed leaves it out

    def read(self, size: int) -> bytes:
        """A literal, if it is no larger than we ever asked for. Raises abort."""
        if size > MAX_LITERAL:
            raise TooLong(f"a literal of {size} octets was announced")
        self._count(size)
        data = self._reader().read(size)
        if len(data) < size:
            raise self.abort("the connection ended inside a literal")
        return data

    def readline(self) -> bytes:
        """A line with its end, if it has one before the most that we take. Raises abort."""
        line = self._reader().readline(MAX_LINE + 1)
        if len(line) > MAX_LINE:
            raise TooLong(f"a line of more than {MAX_LINE} octets")
        self._count(len(line))
        return line

    def _count(self, octets: int) -> None:
        self._answered += octets
        if self._answered > MAX_ANSWER:
            raise TooLong(f"one answer was longer than {MAX_ANSWER} octets")


class Wire(IMAPClient):  # type: ignore[misc] # imapclient has no complete types
    """An IMAPClient over the bounded imaplib; a tagged NO becomes RefusedError."""

    def __init__(self, settings: ImapSettings, context: ssl.SSLContext | None) -> None:
        self._wire_context = context if settings.security == "tls" else None
        self._patience = settings.answer_timeout
        super().__init__(
            settings.host,
            settings.port,
            ssl=settings.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(settings.connect_timeout, settings.read_timeout),
        )
        # imaplib sends a command in several pieces; waiting for an answer to the first costs 40 ms
        self.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._imap.debug = 0  # imapclient sets 5, which repr()s every body (rule O12)
        self._imap._mesg = _silent  # noqa: SLF001 - imapclient set its own here
        self.folder_encode = False  # names are encoded by the session, which keeps odd ones raw
        self.normalise_times = False  # aware times (rule I10)

    def _create_IMAP4(self) -> Imap4:  # noqa: N802 - imapclient's name for its hook
        return Imap4(
            self.host, self.port, self._timeout.connect, self._wire_context, self._patience
        )

    def _check_resp(self, expected: str, command: str, typ: str, data: list[Any]) -> None:
        del command
        if typ != expected:
            raise RefusedError(text_of(data))

    @property
    def octets(self) -> int:
        """How many octets the server has sent."""
        return int(self._imap.octets)

    def hurry(self, seconds: float) -> None:
        """Wait no longer than that for what the server says from now on."""
        self.socket().settimeout(seconds)
        self._imap.patience = seconds

    def drop(self) -> None:
        """Cut the connection without a word."""
        with suppress(*WIRE_ERRORS):
            self._imap.shutdown()


def text_of(data: list[Any]) -> str:
    """The text of a tagged answer, decoded for reading."""
    last = data[-1] if data else b""
    return last.decode("utf-8", "replace") if isinstance(last, bytes) else str(last or "")


def _silent(*_: object) -> None:
    """Where imaplib's debug stream goes."""


logging.getLogger("imapclient").setLevel(logging.WARNING)
