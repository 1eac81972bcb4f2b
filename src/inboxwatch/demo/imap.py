"""The demo's IMAP server: pymap in memory, with the two things it lacks and every mailbox has.

Special-use attributes in LIST (RFC 6154) and keywords of one's own (RFC 9051 2.3.2) are added in
subclasses; everything else is pymap as it comes.
"""

from __future__ import annotations

import asyncio
import logging
from argparse import Namespace
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxyprotocol.result import ProxyResultUnknown
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Subsystem
from pymap.config import BackendCapability
from pymap.imap import IMAPServer
from pymap.listtree import ListEntry, ListTree
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag, Wildcard
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pymap.parsing.specials import ObjectId

_log = logging.getLogger(__name__)

ROLES = {"Spam": b"Junk", "Sent": b"Sent", "Drafts": b"Drafts"}
"""The mailboxes besides INBOX, and the special-use attribute of each (RFC 6154)."""


@dataclass(frozen=True)
class _RoleEntry(ListEntry):
    """A LIST entry that names the use of its mailbox."""

    @property
    def attributes(self) -> Sequence[bytes]:
        role = ROLES.get(self.name)
        return [*super().attributes, role] if role else super().attributes


class _RoleTree(ListTree):
    """A LIST tree whose entries name the use of their mailboxes."""

    __slots__ = ()

    def list(self) -> Iterable[ListEntry]:
        for entry in super().list():
            yield _RoleEntry(entry.name, entry.exists, entry.marked, entry.has_children)


class _Mailbox(MailboxData):
    """A mailbox that takes any keyword."""

    @property
    def permanent_flags(self) -> frozenset[Flag]:
        return super().permanent_flags | {Wildcard}


class _Mailboxes(MailboxSet):
    """The mailboxes of the demo's only user."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox = self._new_mailbox()
        for name in ROLES:
            self._set[name] = self._new_mailbox()

    def _new_mailbox(self) -> _Mailbox:
        return _Mailbox(self._content_cache, self._thread_cache)

    async def add_mailbox(self, name: str) -> ObjectId:
        if name in self._set:
            raise ValueError(name)
        self._set[name] = mailbox = self._new_mailbox()
        return mailbox.mailbox_id

    async def list_mailboxes(self) -> ListTree:
        return _RoleTree(self.delimiter).update("INBOX", *self._set)


class _Config(Config):
    """pymap's configuration, announcing what is added here."""

    @property
    def backend_capability(self) -> BackendCapability:
        added = [b"SPECIAL-USE"]
        return BackendCapability(idle=True, object_id=True, multi_append=True, custom=added)

    @property
    def greeting(self) -> bytes:
        """A fixed text: pymap would ask the network for this machine's name."""
        return b"The demo of inboxwatch is ready"


class ImapService:
    """An IMAP server with one user. Every coroutine belongs to the loop that called ``start``."""

    def __init__(self, user: str, password: str) -> None:
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
        # Cleartext: a password that lives as long as the process gains nothing from slow hashes,
        # and every login would pay for them.
        self._config = _Config(
            arguments,
            host="127.0.0.1",
            port=0,
            tls_enabled=False,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            demo_data=False,
            demo_user=user,
            demo_password=password,
        )
        self._login = Login(self._config)
        self._mailboxes = _Mailboxes()
        self._config.set_cache[user] = (self._mailboxes, FilterSet())
        self._serve = IMAPServer(self._login, self._config)
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Listen on a free port of the loopback interface; the port."""
        config = self._config
        user = UserMetadata(config, config.demo_user, password=config.demo_password)
        await self._login.demo_user_identity.set(user)
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Stop listening and end every session."""
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    async def deliver(
        self, mailbox: str, octets: bytes, when: datetime, flags: tuple[str, ...] = ()
    ) -> int:
        """Append a message with its INTERNALDATE; its UID. KeyError for an unknown mailbox."""
        box = await self._mailboxes.get_mailbox(mailbox)
        marks = frozenset(Flag(flag) for flag in flags)
        message = await box.append(AppendMessage(octets, when, marks), recent=True)
        return message.uid

    async def flags(self, mailbox: str) -> dict[int, frozenset[str]]:
        """The flags of every message of a mailbox, by UID. KeyError for an unknown mailbox."""
        box = await self._mailboxes.get_mailbox(mailbox)
        return {
            message.uid: frozenset(str(flag) for flag in message.permanent_flags)
            async for message in box.messages()
        }

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The set keeps the task alive; the event loop alone holds it weakly.
        session = asyncio.create_task(self._session(reader, writer))
        self._sessions.add(session)
        session.add_done_callback(self._ended)

    def _ended(self, session: asyncio.Task[None]) -> None:
        self._sessions.discard(session)
        if not session.cancelled() and (error := session.exception()):
            _log.debug("a session of the demo's IMAP server ended early", exc_info=error)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = SocketInfo.get(writer, ProxyResultUnknown())
        try:
            await self._serve(reader, writer, peer)
        finally:
            writer.close()
            await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Wait until a connection is gone, however it ended."""
    with suppress(ConnectionError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 1)
