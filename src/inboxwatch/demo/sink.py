"""The demo's SMTP server: it takes every mail from the loopback interface and keeps it."""

from __future__ import annotations

import asyncio
import hmac
import logging
from threading import Lock
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec import Struct

if TYPE_CHECKING:
    from aiosmtpd.smtp import AuthenticatorType


class SinkMail(Struct, frozen=True):
    """A mail as it was handed over: envelope and octets, CRLF line ends."""

    envelope_from: str
    recipients: tuple[str, ...]
    octets: bytes


class SinkService:
    """An SMTP server that delivers nowhere.

    AUTH with LOGIN or PLAIN is offered and checked, but not required; there is no STARTTLS.
    ``start`` and ``stop`` belong to one event loop, ``sent`` may be read from any thread.
    """

    def __init__(self, user: str, password: str) -> None:
        self._user = user.encode()
        self._password = password.encode()
        self._lock = Lock()
        self._sent: list[SinkMail] = []
        self._server: asyncio.Server | None = None
        self._sessions: set[_Connection] = set()

    @property
    def sent(self) -> tuple[SinkMail, ...]:
        """Every mail taken so far, oldest first."""
        with self._lock:
            return tuple(self._sent)

    async def start(self) -> int:
        """Listen on a free port of the loopback interface; the port."""
        # Each session would otherwise report itself, and every refused command, to the user.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Stop listening and drop every session."""
        if self._server is not None:
            self._server.close()
        tasks = [task for session in self._sessions if (task := session.drop()) is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name for the hook
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
    ) -> str:
        """Keep a mail."""
        octets = envelope.content or b""
        mail = SinkMail(
            (envelope.mail_from or "").removeprefix("<>"),
            tuple(envelope.rcpt_tos),
            octets if isinstance(octets, bytes) else octets.encode(),
        )
        with self._lock:
            self._sent.append(mail)
        return "250 kept"

    def _authenticate(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        mechanism: str,
        credentials: object,
    ) -> AuthResult:
        good = (
            mechanism in {"LOGIN", "PLAIN"}
            and isinstance(credentials, LoginPassword)
            and hmac.compare_digest(credentials.login, self._user)
            and hmac.compare_digest(credentials.password, self._password)
        )
        return AuthResult(success=good, handled=False)

    def _connection(self) -> SMTP:
        return _Connection(self, self._sessions, self._authenticate)


class _Connection(SMTP):
    """One SMTP session, known to its service for as long as it is open."""

    def __init__(
        self, service: SinkService, sessions: set[_Connection], authenticator: AuthenticatorType
    ) -> None:
        super().__init__(
            service,
            hostname="localhost",
            ident="inboxwatch demo",
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=authenticator,
            loop=asyncio.get_running_loop(),
        )
        self._open = sessions

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open.discard(self)
        super().connection_lost(error)

    def drop(self) -> asyncio.Task[None] | None:
        """Close the connection at once; the task that ends with it."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        return self._handler_coroutine
