"""An Account in memory that behaves like a server; it passes the contract suite of the real one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.message.header import read_header, split_octets
from inboxwatch.errors import AccountError, MailboxError, RenumberedError
from inboxwatch.mail.imap import parts
from inboxwatch.model.message import MessageRef, RawMessage
from inboxwatch.ports import Mailboxes, MailboxState, Moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.model.message import Role

HEADER_LIMIT = 256 * 1024
TEXT_LIMIT = 128 * 1024
BATCH = 50


class FakeMail(Struct, frozen=True):
    """A mail as it lies in a mailbox."""

    octets: bytes
    when: datetime | None
    flags: frozenset[str] = frozenset()


class _Mails(dict[int, FakeMail]):
    """Mails by UID, and at which step each was last changed."""

    def __init__(self) -> None:
        self.step = 1
        self.changed: dict[int, int] = {}

    def __setitem__(self, uid: int, mail: FakeMail) -> None:
        self.step += 1
        self.changed[uid] = self.step
        super().__setitem__(uid, mail)


@dataclass(slots=True)
class FakeMailbox:
    """A mailbox: mails by UID, and the two numbers that say what a UID means."""

    uidvalidity: int = 1
    uidnext: int = 1
    mails: _Mails = field(default_factory=_Mails)
    readonly: bool = False

    def add(self, mail: FakeMail) -> int:
        """Append a mail and say its UID."""
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.mails[uid] = mail
        return uid


class FakeAccount:
    """An account whose mailboxes are dictionaries; what is ``withheld`` is not handed out.

    ``writes`` lists what changed anything, in order: ``("mark_answered", mailbox, uid)``,
    ``("append", mailbox, message_id)``, ``("move", mailbox, uid)`` or ``("create", mailbox, "")``.
    A server that is ``told`` nothing moves without saying where to; one without ``uidplus`` and
    ``moves`` leaves what it copied; one without ``condstore`` knows of no changes. ``calls`` are
    the methods of the port that were called. ``fail(method, error)`` makes the next call of a
    method raise.
    """

    def __init__(self, name: str = "support", mailboxes: Mailboxes | None = None) -> None:
        self._name = name
        self.found = mailboxes or Mailboxes("INBOX", ("Spam",), "Sent", "Drafts")
        roles = (self.found.inbox, *self.found.junk, self.found.sent, self.found.drafts)
        self.boxes = {box: FakeMailbox() for box in roles if box is not None}
        self.writes: list[tuple[str, str, object]] = []
        self.connected = False
        self.octets = 0
        self.withheld: set[tuple[str, int]] = set()
        self.answered_flag = True
        self.moves = self.uidplus = self.told = self.condstore = True
        self.calls: list[str] = []
        self._failures: dict[str, list[AccountError]] = {}

    # What a test does to the server

    def deliver(
        self,
        mailbox: str,
        octets: bytes,
        when: datetime | None = None,
        flags: frozenset[str] = frozenset(),
    ) -> int:
        """A new mail arrives; its UID. Line ends may be LF."""
        octets = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return self.boxes.setdefault(mailbox, FakeMailbox()).add(FakeMail(octets, when, flags))

    def expunge(self, mailbox: str, uid: int) -> None:
        """Somebody deletes a mail for good."""
        del self.boxes[mailbox].mails[uid]

    def set_flags(self, mailbox: str, uid: int, *flags: str) -> None:
        """Somebody sets a mail's flags."""
        box = self.boxes[mailbox]
        box.mails[uid] = replace(box.mails[uid], flags=frozenset(flags))

    def change_uidvalidity(self, mailbox: str, uidvalidity: int) -> None:
        """The server numbers a mailbox anew."""
        old = self.boxes[mailbox]
        new = self.boxes[mailbox] = FakeMailbox(uidvalidity)
        for _, mail in sorted(old.mails.items()):
            new.add(mail)

    def fail(self, method: str, *errors: AccountError) -> None:
        """The next calls of ``method`` raise these; of ``fetch``, at its first batch."""
        self._failures.setdefault(method, []).extend(errors)

    # The port

    @property
    def name(self) -> str:
        return self._name

    def connect(self) -> None:
        self._begin("connect")

    def mailboxes(self) -> Mailboxes:
        self._begin("mailboxes")
        return self.found

    def state(self, mailbox: str) -> MailboxState:
        self._begin("state")
        box = self._box(mailbox)
        modseq = box.mails.step if self.condstore else 0
        return MailboxState(box.uidvalidity, box.uidnext, len(box.mails), modseq)

    def states(self, mailboxes: Sequence[str]) -> Mapping[str, MailboxState | MailboxError]:
        self._begin("states")
        return {name: self._state_or_error(name) for name in mailboxes}

    def _state_or_error(self, mailbox: str) -> MailboxState | MailboxError:
        try:
            return self.state(mailbox)
        except MailboxError as error:
            return error

    def fetch(
        self,
        mailbox: str,
        role: Role,
        uidvalidity: int,
        ranges: Sequence[tuple[int, int]],
        *,
        headers_only: bool = False,
        since: datetime | None = None,
    ) -> Iterator[tuple[RawMessage, ...]]:
        self._begin("fetch")
        box = self._box(mailbox)
        wanted = sorted(
            {
                uid
                for uid, mail in box.mails.items()
                for first, last in ranges
                if first <= uid <= last and _is_recent(mail, since)
            }
        )
        for start in range(0, max(len(wanted), 1), BATCH):
            if self._box(mailbox).uidvalidity != uidvalidity:
                raise RenumberedError(f"{self.name}: the UIDVALIDITY of {mailbox} changed")
            batch = tuple(
                self._raw(MessageRef(self.name, mailbox, uidvalidity, uid), role, headers_only)
                for uid in wanted[start : start + BATCH]
                if uid in box.mails
            )
            if batch:
                self.octets += sum(len(one.header) + len(one.body) for one in batch)
                yield batch

    def _raw(self, ref: MessageRef, role: Role, headers_only: bool) -> RawMessage:
        mail = self.boxes[ref.mailbox].mails[ref.uid]
        if (ref.mailbox, ref.uid) in self.withheld:
            source = f"{ref.account}/{ref.mailbox};uid={ref.uid}"
            return RawMessage(source, role, b"", b"", None, 0, ref=ref, withheld="refused")
        header, _, body = mail.octets.partition(b"\r\n\r\n")
        return RawMessage(
            source=f"{ref.account}/{ref.mailbox};uid={ref.uid}",
            role=role,
            header=(header + b"\r\n")[:HEADER_LIMIT],
            body=b"" if headers_only else _text_of(mail.octets, header, body),
            received=mail.when,
            size=len(mail.octets),
            flags=mail.flags,
            ref=ref,
        )

    def flags(
        self, mailbox: str, uidvalidity: int, uids: Sequence[int], *, changed_since: int = 0
    ) -> Mapping[int, frozenset[str]]:
        self._begin("flags")
        box = self._box(mailbox)
        if box.uidvalidity != uidvalidity:
            return {}
        since = changed_since if self.condstore else 0
        there = (uid for uid in uids if uid in box.mails and box.mails.changed[uid] > since)
        return {uid: box.mails[uid].flags for uid in there}

    def mark_answered(self, ref: MessageRef) -> str:
        self._begin("mark_answered")
        box = self._box(ref.mailbox)
        if box.uidvalidity != ref.uidvalidity:
            return f"{ref.mailbox};uid={ref.uid} was not marked: the UIDVALIDITY changed"
        if box.readonly:
            return f"{ref.mailbox};uid={ref.uid} was not marked: the mailbox is read-only"
        if ref.uid not in box.mails:
            return f"{ref.mailbox};uid={ref.uid} was not marked: it is no longer there"
        mail = box.mails[ref.uid]
        marks = {"$InboxwatchReplied", *(("\\Answered",) if self.answered_flag else ())}
        box.mails[ref.uid] = replace(mail, flags=mail.flags | marks)
        self.writes.append(("mark_answered", ref.mailbox, ref.uid))
        return ""

    def keywords(
        self,
        mailbox: str,
        uidvalidity: int,
        uids: Sequence[int],
        add: Sequence[str],
        remove: Sequence[str],
    ) -> str:
        self._begin("keywords")
        box = self._box(mailbox)
        why_not = self._unwritable(box, uidvalidity)
        if why_not:
            return f"no keywords were set in {mailbox}: {why_not}"
        for uid in uids:
            if uid in box.mails:
                kept = (box.mails[uid].flags | frozenset(add)) - frozenset(remove)
                box.mails[uid] = replace(box.mails[uid], flags=kept)
        return ""

    @staticmethod
    def _unwritable(box: FakeMailbox, uidvalidity: int) -> str:
        if box.uidvalidity != uidvalidity:
            return "the mailbox's UIDVALIDITY changed"
        return "the mailbox is read-only" if box.readonly else ""

    def move(self, mailbox: str, uidvalidity: int, uids: Sequence[int], target: str) -> Moved:
        self._begin("move")
        box = self._box(mailbox)
        why_not = self._unwritable(box, uidvalidity)
        if not why_not and target not in self.boxes:
            why_not = f"{self.name} has no mailbox {target!r}"
        if not why_not and self.boxes[target].readonly:
            why_not = f"{self.name} refused moving mail to {target!r}"
        if why_not:
            return Moved(failures=dict.fromkeys(uids, why_not))
        there = [uid for uid in sorted(set(uids)) if uid in box.mails]
        gone = frozenset(uid for uid in uids if uid not in box.mails)
        failures = dict.fromkeys(gone, "it is no longer there")
        places = {uid: self._moved(box, uid, target) for uid in there}
        self.writes += [("move", mailbox, uid) for uid in there]
        left = frozenset() if self.moves or self.uidplus else frozenset(there)
        return Moved(places, failures, left, gone)

    def _moved(self, box: FakeMailbox, uid: int, target: str) -> MessageRef | None:
        mail = box.mails[uid]
        new = self.boxes[target].add(mail)
        if self.moves or self.uidplus:
            del box.mails[uid]
        else:
            box.mails[uid] = replace(mail, flags=mail.flags | {"\\Deleted"})
        uidvalidity = self.boxes[target].uidvalidity
        return MessageRef(self.name, target, uidvalidity, new) if self.told else None

    def obstacle(self, mailbox: str, target: str) -> str:
        self._begin("obstacle")
        if self._box(mailbox).readonly:
            return f"{mailbox} is read-only"
        full = target in self.boxes and self.boxes[target].readonly
        return f"the server lets nobody put mail into {target}" if full else ""

    def create(self, mailbox: str) -> None:
        self._begin("create")
        self.boxes.setdefault(mailbox, FakeMailbox())
        self.writes.append(("create", mailbox, ""))

    def append(
        self, mailbox: str, octets: bytes, flags: Sequence[str], when: datetime, message_id: str
    ) -> None:
        self._begin("append")
        mails = self._box(mailbox).mails
        since = when - timedelta(days=2)
        if any(mails[uid].when >= since for uid in self._holding(mailbox, message_id)):
            return
        self._box(mailbox).add(FakeMail(octets, when, frozenset(flags)))
        self.writes.append(("append", mailbox, message_id))

    def has_message(self, mailbox: str, message_id: str) -> bool:
        self._begin("has_message")
        return bool(self._holding(mailbox, message_id))

    def locate(self, mailbox: str, message_id: str) -> tuple[MessageRef, ...]:
        self._begin("locate")
        uidvalidity = self._box(mailbox).uidvalidity
        found = self._holding(mailbox, message_id)
        return tuple(MessageRef(self.name, mailbox, uidvalidity, uid) for uid in found)

    def naming(self, mailbox: str, message_id: str) -> tuple[MessageRef, ...]:
        self._begin("naming")
        box = self._box(mailbox)
        if not re.fullmatch(r"<[!-;=?-~]{1,250}>", message_id):
            return ()
        headers = {
            uid: message_from_bytes(mail.octets.partition(b"\r\n\r\n")[0])
            for uid, mail in sorted(box.mails.items())
        }
        return tuple(
            MessageRef(self.name, mailbox, box.uidvalidity, uid)
            for uid, header in headers.items()
            if any(
                message_id.lower() in str(header[name] or "").lower()
                for name in ("In-Reply-To", "References")
            )
        )

    def _holding(self, mailbox: str, message_id: str) -> list[int]:
        if not re.fullmatch(r"<[!-;=?-~]{1,250}>", message_id):
            raise MailboxError(f"{message_id!r} is not a Message-ID")
        line = b"\r\nmessage-id: " + message_id.encode().lower() + b"\r\n"
        return [
            uid
            for uid, mail in sorted(self._box(mailbox).mails.items())
            if line in b"\r\n" + mail.octets.lower().partition(b"\r\n\r\n")[0] + b"\r\n"
        ]

    def traces(self, mailbox: str, last: int = 200) -> Sequence[tuple[tuple[str, str], ...]]:
        self._begin("traces")
        mails = self._box(mailbox).mails
        headers = (read_header(split_octets(mails[uid].octets)[0]) for uid in sorted(mails)[-last:])
        wanted = ("received", "authentication-results")
        return [tuple(one for one in header.trace if one[0] in wanted) for header in headers]

    def close(self) -> None:
        self.connected = False

    def _begin(self, method: str) -> None:
        self.calls.append(method)
        planned = self._failures.get("connect" if not self.connected else method)
        if planned:
            self.connected = False
            raise planned.pop(0)
        self.connected = True
        planned = self._failures.get(method)
        if planned:
            self.connected = False
            raise planned.pop(0)

    def _box(self, mailbox: str) -> FakeMailbox:
        try:
            return self.boxes[mailbox]
        except KeyError:
            have = ", ".join(sorted(self.boxes))
            raise MailboxError(f"{self.name} has no mailbox {mailbox!r}; it has {have}") from None


def _is_recent(mail: FakeMail, since: datetime | None) -> bool:
    """As SEARCH SINCE would find it, asked one day earlier (rule I09)."""
    return since is None or mail.when is None or mail.when >= since - timedelta(days=1)


def _text_of(octets: bytes, header: bytes, body: bytes) -> bytes:
    """What is fetched of a body: its beginning, with the first text where that lies behind it."""
    begin = body[:TEXT_LIMIT]
    if not parts.lacks_text(header + b"\r\n", begin):
        return begin
    for one in message_from_bytes(octets).walk():
        if one.get_content_type() == "text/plain" and not one.get_filename():
            mime = b"".join(f"{name}: {value}\r\n".encode() for name, value in one.items())
            text = str(one.get_payload()).encode("ascii", "surrogateescape")
            answer = {b"BODY[1.MIME]": mime, b"BODY[1]": text}
            return parts.with_text(header + b"\r\n", begin, parts.TextPart("1", b"plain"), answer)
    return begin
