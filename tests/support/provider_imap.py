"""A mailbox provider on loopback: mail in memory, and no command that the provider would not take.

It answers as a ``Provider`` says that one does. What it does not know is answered with BAD and kept
in ``refused``: extensions that are not announced, literals that are not waited for, and everything
that no fixture describes.
"""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.support.scripted_imap import Peer, Scripted, scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.providers import Provider

_ITEMS = r"\((?P<items>[^()]+(?:\([^()]+\)[^()]*)?)\)"
_SET = r"(?P<set>[0-9:,]+)"
_BOX = r'(?P<box>"(?:[^"\\]|\\.)*"|[^\s"(){]+)'
_SINCE = r"SINCE (?P<since>\d{1,2}-[A-Z][a-z]{2}-\d{4})"
_MESSAGE_ID = r'HEADER Message-ID (?P<id>"(?:[^"\\]|\\.)*")'
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(slots=True)
class Kept:
    """A mail as it lies in a mailbox."""

    octets: bytes
    when: datetime
    flags: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Box:
    """A mailbox, its mails by UID."""

    uidvalidity: int = 1
    uidnext: int = 1
    mails: dict[int, Kept] = field(default_factory=dict)

    def add(self, mail: Kept) -> int:
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.mails[uid] = mail
        return uid

    def uids(self, text: str) -> list[int]:
        """The UIDs of a sequence set that are there."""
        found = set()
        for part in text.split(","):
            first, _, last = part.partition(":")
            low, high = sorted((int(first), int(last or first)))
            found |= {uid for uid in self.mails if low <= uid <= high}
        return sorted(found)


class RefusedError(Exception):
    """A tagged answer other than OK."""


@dataclass
class ProviderServer:
    """A running provider. ``heard`` is what clients said, ``refused`` what no provider takes."""

    provider: Provider
    boxes: dict[str, Box]
    wire: Scripted | None = None
    user: str = "support@acme.example"
    password: str = "pass word"
    ca_file: Path | None = None
    refused: list[str] = field(default_factory=list)
    throttled: bool = False
    """Whether answers come with ``[THROTTLED]``, which Gmail puts into a tagged OK."""
    fails: dict[str, str] = field(default_factory=dict)
    """What commands that begin so are answered with, as ``NO [LIMIT] …`` or ``BAD …``."""

    @property
    def host(self) -> str:
        return self.wire.host if self.wire else ""

    @property
    def port(self) -> int:
        return self.wire.port if self.wire else 0

    @property
    def heard(self) -> list[str]:
        return self.wire.heard if self.wire else []

    def deliver(
        self, mailbox: str, octets: bytes, when: datetime, *, user: str = "", flags: str = ""
    ) -> None:
        """A mail arrives; there are neither other users nor flags."""
        del user, flags
        self.boxes[mailbox].add(Kept(octets, when))


class _Conversation:
    """One client's connection."""

    def __init__(self, server: ProviderServer, peer: Peer) -> None:
        self._server = server
        self._provider = server.provider
        self._peer = peer
        peer.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._box: Box | None = None
        self._logged_in = False
        self._ended = False

    def run(self) -> None:
        self._peer.say(self._provider.greeting)
        while not self._ended and (line := self._peer.hear()):
            tag, _, command = line.partition(" ")
            try:
                self._peer.say(f"{tag} {self._answer(command)}")
            except RefusedError as refused:
                self._peer.say(f"{tag} {refused}")

    def _answer(self, command: str) -> str:
        for begin, answer in self._server.fails.items():
            if self._logged_in == (begin != "AUTHENTICATE") and command.startswith(begin):
                raise RefusedError(answer)
        for needs, pattern, method in _COMMANDS:
            match = re.fullmatch(pattern, command)
            if match and all(self._offers(need) for need in needs.split()):
                end = method(self, match) or "done"
                return f"OK [THROTTLED] {end}" if self._server.throttled else f"OK {end}"
        self._server.refused.append(command)
        raise RefusedError("BAD Command Error. 10")

    def _offers(self, capability: str) -> bool:
        after, before = self._provider.after.split(), self._provider.before.split()
        return capability in (after if self._logged_in else before)

    def _opened(self) -> Box:
        if self._box is None:
            raise RefusedError("BAD no mailbox is selected")
        return self._box

    def _named(self, match: re.Match[str], name: str = "box") -> Box:
        box = self._server.boxes.get(_unquoted(match[name]))
        if box is None:
            raise RefusedError("NO [TRYCREATE] there is no such mailbox")
        return box

    # Before a mailbox is open

    def capability(self, _: re.Match[str]) -> str:
        told = self._provider.after if self._logged_in else self._provider.before
        self._peer.say(f"* CAPABILITY {told}")
        return "CAPABILITY completed"

    def log_in(self, _: re.Match[str]) -> str:
        self._peer.say("+ ")
        self._peer.hear()
        self._logged_in = True
        if self._provider.tells == "untagged":
            self._peer.say(f"* CAPABILITY {self._provider.after}")
        code = f"[CAPABILITY {self._provider.after}] " if self._provider.tells == "code" else ""
        return f"{code}{self._provider.welcome}"

    def log_out(self, _: re.Match[str]) -> str:
        self._peer.say("* BYE logging out")
        self._ended = True
        return "LOGOUT completed"

    def id(self, _: re.Match[str]) -> str:
        self._peer.say('* ID ("name" "provider")')
        return "ID completed"

    def namespace(self, _: re.Match[str]) -> str:
        self._peer.say(f"* NAMESPACE {self._provider.namespace}")
        return "NAMESPACE completed"

    def list(self, _: re.Match[str]) -> str:
        self._peer.say(*(f"* LIST {row}" for row in self._provider.listing))
        return "LIST completed"

    def xlist(self, _: re.Match[str]) -> str:
        self._peer.say(*(f"* XLIST {row}" for row in self._provider.listing))
        return "XLIST completed"

    def list_status(self, match: re.Match[str]) -> str:
        for name in re.findall(_BOX.replace("?P<box>", "?:"), match["names"]):
            if _unquoted(name) in self._server.boxes:
                self._peer.say(f"* LIST () {self._provider.delimiter} {name}")
                self._tell_status(name, match["items"])
        return "LIST completed"

    def status(self, match: re.Match[str]) -> str:
        self._named(match)
        self._tell_status(match["box"], match["items"])
        return "STATUS completed"

    def _tell_status(self, name: str, items: str) -> None:
        box = self._server.boxes[_unquoted(name)]
        values = {
            "MESSAGES": len(box.mails),
            "UIDNEXT": box.uidnext,
            "UIDVALIDITY": box.uidvalidity,
            "HIGHESTMODSEQ": _modseq(box),
        }
        told = " ".join(f"{item} {values[item]}" for item in items.split())
        self._peer.say(f"* STATUS {name} ({told})")

    def create(self, match: re.Match[str]) -> str:
        self._server.boxes[_unquoted(match["box"])] = Box()
        return "CREATE completed"

    def subscribe(self, match: re.Match[str]) -> str:
        self._named(match)
        return "SUBSCRIBE completed"

    def open(self, match: re.Match[str]) -> str:
        provider, readonly = self._provider, match["how"] == "EXAMINE"
        self._box = box = self._named(match)
        permanent = "" if readonly else provider.permanent
        self._peer.say(
            f"* FLAGS ({provider.flags})",
            f"* OK [PERMANENTFLAGS ({permanent})] Flags permitted.",
            f"* OK [UIDVALIDITY {box.uidvalidity}] UIDs valid.",
            f"* {len(box.mails)} EXISTS",
            "* 0 RECENT",
            f"* OK [UIDNEXT {box.uidnext}] Predicted next UID.",
        )
        if self._offers("CONDSTORE"):
            self._peer.say(f"* OK [HIGHESTMODSEQ {_modseq(box)}]")
        return f"[{'READ-ONLY' if readonly else 'READ-WRITE'}] {match['how']} completed."

    def rights(self, match: re.Match[str]) -> str:
        self._named(match)
        self._peer.say(f"* MYRIGHTS {match['box']} lrswipkxtecdan")
        return "MYRIGHTS completed"

    def append(self, match: re.Match[str]) -> str:
        box, size = self._named(match), int(match["size"])
        self._peer.say("+ Ready for literal data")
        octets = self._peer.hear_octets(size)
        when = datetime.strptime(match["when"], "%d-%b-%Y %H:%M:%S %z")
        uid = box.add(Kept(octets, when, set(match["flags"].split())))
        code = f"[APPENDUID {box.uidvalidity} {uid}] " if self._offers("UIDPLUS") else ""
        return f"{code}APPEND completed"

    # In an open mailbox

    def search(self, match: re.Match[str]) -> str:
        box = self._opened()
        found = [uid for uid, mail in box.mails.items() if _matches(mail, match)]
        if match["set"]:
            found = [uid for uid in found if uid in box.uids(match["set"])]
        self._peer.say("* SEARCH" + "".join(f" {uid}" for uid in found))
        return "SEARCH completed"

    def numbered(self, match: re.Match[str]) -> str:
        uids = sorted(self._opened().mails)
        for number in range(int(match["first"]), min(int(match["last"]), len(uids)) + 1):
            self._peer.say(f"* {number} FETCH (UID {uids[number - 1]})")
        return "FETCH completed"

    def fetch(self, match: re.Match[str]) -> str:
        box = self._opened()
        numbers = {uid: number for number, uid in enumerate(sorted(box.mails), 1)}
        for uid in box.uids(match["set"]):
            if uid > int(match["since"] or 0):  # a mail's modseq is its UID here
                parts = self._parts(uid, box.mails[uid], match["items"])
                self._peer.say(b"* %d FETCH (%b)" % (numbers[uid], b" ".join(parts)))
        return "FETCH completed"

    def _parts(self, uid: int, mail: Kept, items: str) -> Iterator[bytes]:
        header, empty, text = mail.octets.partition(b"\r\n\r\n")
        sections = {"HEADER": header + empty, "TEXT": text}
        for item in re.findall(r"BODY\.PEEK\[[^\]]*\](?:<[0-9.]+>)?|[A-Z0-9.]+", items):
            section = re.fullmatch(r"BODY\.PEEK\[(([A-Z]+)[^\]]*)\]<0\.(\d+)>", item)
            if section:
                octets = sections[section[2]][: int(section[3])]
                yield b"BODY[%b]<0> {%d}\r\n%b" % (section[1].encode(), len(octets), octets)
            else:
                yield f"{item} {_value(item, uid, mail)}".encode()

    def store(self, match: re.Match[str]) -> str:
        """Keywords that are not kept are passed over in silence, as Exchange does."""
        box = self._opened()
        kept = {*self._provider.permanent.split(), "\\Deleted"}
        for flag in match["flags"].split():
            if flag not in kept and "\\*" not in kept:
                continue
            for uid in box.uids(match["set"]):
                change = box.mails[uid].flags
                (change.add if match["sign"] == "+" else change.discard)(flag)
        return "STORE completed"

    def transfer(self, match: re.Match[str]) -> str:
        source, target = self._opened(), self._named(match)
        old = source.uids(match["set"])
        new = [target.add(source.mails[uid]) for uid in old]
        told = f"[COPYUID {target.uidvalidity} {_joined(old)} {_joined(new)}]"
        code = f"{told} " if old and self._offers("UIDPLUS") else ""
        if match["how"] == "MOVE":
            self._peer.say(f"* OK {code}moved")
            self._remove(source, old)
            return "MOVE completed"
        return f"{code}COPY completed"

    def expunge(self, match: re.Match[str]) -> str:
        box = self._opened()
        self._remove(
            box, [uid for uid in box.uids(match["set"]) if "\\Deleted" in box.mails[uid].flags]
        )
        return "EXPUNGE completed"

    def _remove(self, box: Box, uids: list[int]) -> None:
        for uid in uids:
            number = sorted(box.mails).index(uid) + 1
            del box.mails[uid]
            self._peer.say(f"* {number} EXPUNGE")


def _unquoted(name: str) -> str:
    bare = re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name
    return "INBOX" if bare.upper() == "INBOX" else bare


def _joined(uids: list[int]) -> str:
    return ",".join(map(str, uids))


def _modseq(box: Box) -> int:
    return max(box.uidnext - 1, 1)


def _value(item: str, uid: int, mail: Kept) -> str:
    stamp = mail.when.astimezone(UTC).strftime("%d-%b-%Y %H:%M:%S +0000")
    values = {
        "UID": str(uid),
        "FLAGS": f"({' '.join(sorted(mail.flags))})",
        "INTERNALDATE": f'"{stamp}"',
        "RFC822.SIZE": str(len(mail.octets)),
        "MODSEQ": f"({uid})",
    }
    return values[item]


def _matches(mail: Kept, match: re.Match[str]) -> bool:
    if match["since"]:
        day, month, year = match["since"].split("-")
        since = datetime(int(year), _MONTHS.index(month) + 1, int(day), tzinfo=UTC)
        if mail.when < since:
            return False
    header = mail.octets.partition(b"\r\n\r\n")[0]
    return not match["id"] or _unquoted(match["id"]).encode() in header


_COMMANDS: tuple[tuple[str, str, Callable[[_Conversation, re.Match[str]], str]], ...] = (
    ("", "CAPABILITY", _Conversation.capability),
    ("AUTH=PLAIN", "AUTHENTICATE PLAIN", _Conversation.log_in),
    ("", "LOGOUT", _Conversation.log_out),
    ("ID", r'ID \("name" "inboxwatch" "version" "[\w.+]+"\)', _Conversation.id),
    ("NAMESPACE", "NAMESPACE", _Conversation.namespace),
    ("", r'LIST "" "\*"', _Conversation.list),
    (
        "SPECIAL-USE LIST-EXTENDED",
        r'LIST "" "\*" RETURN \(SPECIAL-USE\)',
        _Conversation.list,
    ),
    ("XLIST", r'XLIST "" "\*"', _Conversation.xlist),
    (
        "LIST-STATUS LIST-EXTENDED",
        r'LIST "" \((?P<names>.+)\) RETURN \(STATUS \((?P<items>[A-Z ]+)\)\)',
        _Conversation.list_status,
    ),
    ("", rf"STATUS {_BOX} \((?P<items>(?:(?!HIGHEST)[A-Z ])+)\)", _Conversation.status),
    ("CONDSTORE", rf"STATUS {_BOX} \((?P<items>[A-Z ]+)\)", _Conversation.status),
    ("ACL", rf"MYRIGHTS {_BOX}", _Conversation.rights),
    ("", rf"CREATE {_BOX}", _Conversation.create),
    ("", rf"SUBSCRIBE {_BOX}", _Conversation.subscribe),
    ("", rf"(?P<how>SELECT|EXAMINE) {_BOX}", _Conversation.open),
    (
        "",
        rf'APPEND {_BOX} \((?P<flags>[^()]*)\) "(?P<when>[^"]+)" \{{(?P<size>\d+)\}}',
        _Conversation.append,
    ),
    (
        "",
        rf"UID SEARCH(?: {_SINCE})?(?: UID {_SET})?(?: {_MESSAGE_ID})?",
        _Conversation.search,
    ),
    ("", r"FETCH (?P<first>\d+):(?P<last>\d+) \(UID\)", _Conversation.numbered),
    ("", rf"UID FETCH {_SET} {_ITEMS}(?P<since>)", _Conversation.fetch),
    (
        "CONDSTORE",
        rf"UID FETCH {_SET} {_ITEMS} \(CHANGEDSINCE (?P<since>\d+)\)",
        _Conversation.fetch,
    ),
    (
        "",
        rf"UID STORE {_SET} (?P<sign>[+-])FLAGS\.SILENT \((?P<flags>[^()]+)\)",
        _Conversation.store,
    ),
    ("MOVE", rf"UID (?P<how>MOVE) {_SET} {_BOX}", _Conversation.transfer),
    ("", rf"UID (?P<how>COPY) {_SET} {_BOX}", _Conversation.transfer),
    ("UIDPLUS", rf"UID EXPUNGE {_SET}", _Conversation.expunge),
)
"""What is understood: the capabilities that a command needs, its form, and what it does."""


@contextmanager
def provider_server(provider: Provider) -> Iterator[ProviderServer]:
    """Serve one provider for a ``with`` block; its clients take turns."""
    boxes = {_unquoted(name): Box() for name in provider.mailboxes}
    server = ProviderServer(provider, boxes)
    turn = threading.Lock()

    def script(peer: Peer) -> None:
        with turn:
            _Conversation(server, peer).run()

    with scripted(script) as server.wire:
        yield server
