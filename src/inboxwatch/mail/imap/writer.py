"""The commands that change something, over a connection that is logged in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxwatch.errors import MailboxError
from inboxwatch.mail.imap import refusals, wire
from inboxwatch.mail.imap.copied import Copied, copied, uid_set
from inboxwatch.mail.imap.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_FLAG = re.compile(r"\\?[A-Za-z0-9$_.-]{1,100}")
_THERE_ALREADY = re.compile(r"\[ALREADYEXISTS\]|already exists", re.IGNORECASE)


class Writer(Reader):
    """A session that can also write; every command on UIDs is about the opened mailbox."""

    @property
    def moves(self) -> bool:
        """Whether the server moves mail by itself (RFC 6851)."""
        return self._offers("MOVE")

    @property
    def expunges_by_uid(self) -> bool:
        """Whether single mails can be removed, without those that others deleted (RFC 4315)."""
        return self._offers("UIDPLUS")

    def _offers(self, capability: str) -> bool:
        with self._guard("asking for capabilities"):
            return bool(self._client.has_capability(capability))

    def rights(self, mailbox: str) -> str | None:
        """The letters of our rights on a mailbox (RFC 4314); None where the server has none."""
        if not self._offers("ACL"):
            return None
        with self._guard("asking for the rights", mailbox):
            client = self._client
            quoted = client._normalise_folder(self._names.wire(mailbox))  # noqa: SLF001 - as its own getacl()
            typ, data = client._imap.myrights(quoted)  # noqa: SLF001 - imapclient lacks MYRIGHTS
            client._checkok("MYRIGHTS", typ, data)  # noqa: SLF001 - the same
            return wire.text_of(data[-1:]).rpartition(" ")[2].strip('"')

    def change_flags(self, uids: Sequence[int], flags: Sequence[str], *, add: bool = True) -> None:
        """UID STORE of some flags, without hearing of the result."""
        _refuse_odd(flags)
        command = "+FLAGS.SILENT" if add else "-FLAGS.SILENT"
        with self._guard("setting flags", self.opened.mailbox if self.opened else ""):
            words = (uid_set(uids), command, f"({' '.join(flags)})")
            typ, data = self._client._imap.uid("STORE", *words)  # noqa: SLF001 - sets grouped
            self._client._checkok("STORE", typ, data)  # noqa: SLF001 - the same

    def transfer(self, command: str, uids: Sequence[int], target: str) -> Copied:
        """UID MOVE or UID COPY; where the mails lie now, as far as the server tells (COPYUID).

        Raises MailboxError for a refusal, after which some may have been transferred all the same.
        """
        doing = "moving mail to" if command == "MOVE" else "copying mail to"
        with self._guard(doing, target):
            client, name = self._client, self._names.wire(target)
            imap = client._imap  # noqa: SLF001 - imapclient drops COPYUID
            imap.untagged_responses.pop("COPYUID", None)
            quoted = client._normalise_folder(name)  # noqa: SLF001 - as its own copy() does
            typ, data = imap.uid(command, uid_set(uids), quoted)
            told = imap.untagged_responses.pop("COPYUID", [])
            client._checkok(command, typ, data)  # noqa: SLF001 - the same
            return copied(told, uids)

    def expunge(self, uids: Sequence[int]) -> None:
        """UID EXPUNGE: remove these for good, and no other (rule X16)."""
        with self._guard("removing", self.opened.mailbox if self.opened else ""):
            typ, data = self._client._imap.uid("EXPUNGE", uid_set(uids))  # noqa: SLF001 - sets grouped
            self._client._checkok("EXPUNGE", typ, data)  # noqa: SLF001 - the same

    def create(self, mailbox: str) -> None:
        """CREATE and SUBSCRIBE; one that is there already is only subscribed to (rule I29)."""
        with self._guard("creating", mailbox):
            name = self._names.wire(mailbox)
            try:
                self._client.create_folder(name)
            except wire.RefusedError as refused:
                if not _THERE_ALREADY.search(str(refused)) and not self._is_there(mailbox):
                    raise
            self._client.subscribe_folder(name)

    def _is_there(self, mailbox: str) -> bool:
        """Whether LIST has a mailbox: Courier does not say why it creates none."""
        return any(row.name == mailbox and row.selectable for row in self.list())

    def append(self, mailbox: str, octets: bytes, flags: Sequence[str], when: datetime) -> None:
        """APPEND once; whether it worked after an error is for the next search to find out."""
        _refuse_odd(flags)
        with self._guard("appending to", mailbox):
            self._client.append(self._names.wire(mailbox), octets, list(flags), when)


def _refuse_odd(flags: Sequence[str]) -> None:
    """Nothing but a flag gets into a command (rule I02)."""
    if not all(_FLAG.fullmatch(flag) for flag in flags):
        raise MailboxError(f"not flags: {refusals.said(' '.join(flags))}")
