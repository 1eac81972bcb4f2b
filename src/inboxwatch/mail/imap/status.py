"""Where several mailboxes stand, asked in one round and without opening any (RFC 3501 6.3.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imapclient.response_parser import parse_response

from inboxwatch.mail.imap import checks
from inboxwatch.mail.imap.session import Session
from inboxwatch.mail.imap.wire import WIRE_ERRORS, NonsenseError
from inboxwatch.ports.accounts import MailboxState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inboxwatch.mail.imap.wire import Wire

_ITEMS = "UIDVALIDITY UIDNEXT MESSAGES"
_WILDCARDS = frozenset("*%")
_INBOX = b"INBOX"


class Surveyor(Session):
    """A session that asks for the state of mailboxes without opening them."""

    def statuses(self, mailboxes: Iterable[str]) -> dict[str, MailboxState]:
        """The states that the server tells in full; where one is missing, EXAMINE has to tell it.

        The opened mailbox is left out: STATUS is not for it (RFC 3501 section 6.3.10). So is one
        that the server refuses to tell of. Raises UnreachableError.
        """
        selected = self.opened.mailbox if self.opened else None
        wanted = [name for name in dict.fromkeys(mailboxes) if name != selected]
        found: dict[str, MailboxState] = {}
        with self._guard("asking for the status"):
            client = self._client
            if not _keeps_its_numbers(client):
                return found
            extended = client.has_capability("LIST-EXTENDED")
            if selected is None and extended and client.has_capability("LIST-STATUS"):
                plain = [name for name in wanted if not _WILDCARDS & set(name)]
                found |= self._listed(plain)
            found |= self._told([name for name in wanted if name not in found])
        return found

    def _status_items(self) -> str:
        condstore = self._client.has_capability("CONDSTORE")
        return f"({_ITEMS} HIGHESTMODSEQ)" if condstore else f"({_ITEMS})"

    def _listed(self, mailboxes: Sequence[str]) -> dict[str, MailboxState]:
        """LIST with RETURN (STATUS) of these names and no other (RFC 5819)."""
        if not mailboxes:
            return {}
        imap = self._client._imap  # noqa: SLF001 - imapclient has no extended LIST
        names = " ".join(map(self._quoted, mailboxes))
        imap.untagged_responses.pop("STATUS", None)
        tag = imap._command("LIST", '""', f"({names})", f"RETURN (STATUS {self._status_items()})")  # noqa: SLF001 - as above
        self._ended(tag)
        imap.untagged_responses.pop("LIST", None)
        return self._states(mailboxes)

    def _told(self, mailboxes: Sequence[str]) -> dict[str, MailboxState]:
        """STATUS of each, all on their way before the first answer is read."""
        imap, items = self._client._imap, self._status_items()  # noqa: SLF001 - imapclient waits for each
        imap.untagged_responses.pop("STATUS", None)
        tags = [imap._command("STATUS", self._quoted(name), items) for name in mailboxes]  # noqa: SLF001 - the same
        for tag in tags:
            self._ended(tag)
        return self._states(mailboxes) if tags else {}

    def _ended(self, tag: bytes) -> None:
        """Wait for the end of one command; what a refused one lacks is missing afterwards."""
        imap = self._client._imap  # noqa: SLF001 - _command_complete() raises at a BAD
        imap._get_tagged_response(tag)  # noqa: SLF001 - the same
        imap._check_bye()  # noqa: SLF001 - the same

    def _quoted(self, mailbox: str) -> str:
        return str(self._client._normalise_folder(self._names.wire(mailbox)))  # noqa: SLF001 - as its own commands do

    def _states(self, mailboxes: Sequence[str]) -> dict[str, MailboxState]:
        """What the answers to STATUS say of these mailboxes, by the names in them.

        Answers to several commands may come in any order (RFC 3501 section 5.5).
        """
        told = self._client._imap.untagged_responses.pop("STATUS", [])  # noqa: SLF001 - several may have come
        by_name: dict[bytes, Any] = {}
        for name, items in filter(None, map(_answer, _records(told))):
            # of two that differ neither is believed
            by_name[name] = items if by_name.get(name, items) == items else None
        found: dict[str, MailboxState] = {}
        for mailbox in mailboxes:
            state = _state(by_name.get(_key(self._names.wire(mailbox).encode())))
            if state is not None:
                found[mailbox] = state
        return found


def _keeps_its_numbers(client: Wire) -> bool:
    """Whether STATUS can be believed: Courier makes numbers up for what was never opened by SELECT.

    It is told by what it lacks and every other server in use has (docs/servers.md).
    """
    return bool(client.has_capability("MOVE") or client.has_capability("CONDSTORE"))


def _records(told: Sequence[Any]) -> Iterator[list[Any]]:
    """What imaplib kept of one response each: pieces with literals, and a last one without."""
    record: list[Any] = []
    for piece in told:
        record.append(piece)
        if not isinstance(piece, tuple):
            yield record
            record = []


def _answer(record: list[Any]) -> tuple[bytes, Any] | None:
    """The mailbox's name and the items of one answer; None for what is no answer at all."""
    try:
        name, items = parse_response(record)
        return _octets(name), items
    except WIRE_ERRORS:
        return None


def _octets(name: object) -> bytes:
    """A mailbox's name out of the lexer, which takes digits for a number and NIL for nothing."""
    return _key(name if isinstance(name, bytes) else b"NIL" if name is None else str(name).encode())


def _key(name: bytes) -> bytes:
    """INBOX has one name in any case of letters; every other name is told apart (rule I13)."""
    return _INBOX if name.upper() == _INBOX else name


def _state(items: Any) -> MailboxState | None:  # noqa: ANN401 - whatever a server says
    """One mailbox's state; None where a value is missing, NIL, or cannot be true."""
    if not isinstance(items, tuple) or len(items) % 2:
        return None
    pairs = zip(items[::2], items[1::2], strict=True)
    values = {name.upper(): value for name, value in pairs if isinstance(name, bytes)}
    needed = [values.get(name) for name in (b"UIDVALIDITY", b"UIDNEXT", b"MESSAGES")]
    if not all(isinstance(value, int) for value in needed) or not (needed[0] and needed[1]):
        return None
    modseq = checks.modseq(values.get(b"HIGHESTMODSEQ"))
    try:
        exists = checks.number_of_mails(needed[2])
        uidnext = checks.number(needed[1])
        checks.room(uidnext, exists)
        return MailboxState(checks.number(needed[0]), uidnext, exists, modseq)
    except NonsenseError:
        return None
