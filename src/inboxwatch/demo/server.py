"""An IMAP and an SMTP server inside this process, on free ports of the loopback interface."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, Self, TypeVar

from inboxwatch.demo.imap import ImapService
from inboxwatch.demo.sink import SinkMail, SinkService

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime
    from types import TracebackType

__all__ = ["HOST", "DemoServers", "SinkMail"]

HOST = "127.0.0.1"
_PATIENCE = 10.0
"""Seconds to wait for the loop: far more than it needs, so that a hang becomes an error."""

_T = TypeVar("_T")


class DemoServers:
    r"""Both servers, as a context manager; they run in a thread of their own.

    The one user owns INBOX, Spam (``\Junk``), Sent and Drafts. SMTP takes mail from anyone, and
    checks AUTH where a client wants it. Every method may be called from any thread; outside of
    the ``with`` block, which can be entered once, all of them raise RuntimeError.
    """

    def __init__(self, user: str = "support@acme.example", password: str | None = None) -> None:
        self.user = user
        self.password = secrets.token_urlsafe(12) if password is None else password
        self.imap_port = 0
        self.smtp_port = 0
        self._imap = ImapService(user, self.password)
        self._sink = SinkService(user, self.password)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        ready: Future[None] = Future()
        self._thread = Thread(target=self._run, args=(ready,), name="inboxwatch-demo", daemon=True)
        self._thread.start()
        ready.result(_PATIENCE)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        loop, stop, thread = self._loop, self._stop, self._thread
        self._loop = self._stop = self._thread = None
        if loop is not None and stop is not None and thread is not None:
            loop.call_soon_threadsafe(stop.set)
            thread.join(_PATIENCE)

    @property
    def sent(self) -> tuple[SinkMail, ...]:
        """What was handed over by SMTP so far, oldest first; still there after the end."""
        return self._sink.sent

    def deliver(
        self, mailbox: str, octets: bytes, when: datetime, flags: tuple[str, ...] = ()
    ) -> int:
        """Put a message into a mailbox with ``when`` (aware) as INTERNALDATE; its UID.

        Raises KeyError for a mailbox that is not there.
        """
        return self._call(self._imap.deliver(mailbox, octets, when, flags))

    def flags(self, mailbox: str) -> dict[int, frozenset[str]]:
        """The flags and keywords of every message of a mailbox, by UID.

        Raises KeyError for a mailbox that is not there.
        """
        return self._call(self._imap.flags(mailbox))

    def _call(self, work: Coroutine[object, object, _T]) -> _T:
        if self._loop is None:
            work.close()
            raise RuntimeError("the demo's servers are not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def _run(self, ready: Future[None]) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as error:
            # Whoever started the thread has to hear of it, whatever it is.
            if ready.done():
                raise
            ready.set_exception(error)

    async def _serve(self, ready: Future[None]) -> None:
        stop = asyncio.Event()
        try:
            self.imap_port = await self._imap.start()
            self.smtp_port = await self._sink.start()
            self._loop, self._stop = asyncio.get_running_loop(), stop
            ready.set_result(None)
            await stop.wait()
        finally:
            await self._imap.stop()
            await self._sink.stop()
