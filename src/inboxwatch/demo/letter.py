"""Letters: the demo's mails as they are written down here, and the octets they become.

Everything in a mail that depends on time (Date, Received) is computed from the instant of its
scene, and nothing from chance, so that a scene is the same octets every time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime, parseaddr
from enum import Enum
from hashlib import sha256
from inspect import cleandoc

from msgspec import Struct

SHOP = "support@acme.example"
MX = "mx.acme.example"
"""The shop's mail server, whose Authentication-Results its configuration trusts."""

PLAIN = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "8bit"))
HTML = (("Content-Type", "text/html; charset=utf-8"), ("Content-Transfer-Encoding", "8bit"))


class Verdict(Enum):
    """What the shop's mail server found out about a sender (RFC 8601, RFC 7489)."""

    GENUINE = (
        "spf=pass smtp.mailfrom={envelope};\r\n"
        "\tdkim=pass header.d={domain};\r\n"
        "\tdmarc=pass header.from={domain}"
    )
    FORGED = (
        "spf=fail smtp.mailfrom={envelope};\r\n\tdkim=none;\r\n\tdmarc=fail header.from={domain}"
    )
    UNTOLD = ""


class Letter(Struct, frozen=True, kw_only=True):
    """One mail of a scene. Octets as ``subject`` or ``text`` go out as they are.

    ``minutes_before`` the scene's instant it was delivered. ``return_path`` is the sender's own
    address unless given, and the null one when empty (RFC 5321 4.5.5). ``about`` says in a word
    why the mail is in the demo. ``headers`` come after the usual ones, ``content`` replaces the
    MIME fields of plain text.
    """

    about: str
    minutes_before: int
    sender: str
    subject: str | bytes
    text: str | bytes
    mailbox: str = "INBOX"
    to: str = f"Acme Bikes <{SHOP}>"
    verdict: Verdict = Verdict.GENUINE
    return_path: str | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    content: tuple[tuple[str, str], ...] = PLAIN

    def octets(self, at: datetime) -> bytes:
        """The mail as it lies in the mailbox in a scene played ``at`` (aware); CRLF line ends."""
        delivered = at - timedelta(minutes=self.minutes_before)
        fields = (*self._trace(delivered), *self._written(delivered), *self.headers, *self.content)
        head = [f"{name}: {value}".encode(errors="surrogateescape") for name, value in fields]
        body = self.text if isinstance(self.text, bytes) else cleandoc(self.text).encode()
        return b"\r\n".join([*head, b"", *body.splitlines(), b""])

    def _trace(self, delivered: datetime) -> list[tuple[str, str]]:
        """The fields that the servers on the way put on top."""
        domain = _domain(self.sender)
        envelope = parseaddr(self.sender)[1] if self.return_path is None else self.return_path
        origin = _domain(envelope) or domain
        results = self.verdict.value.format(envelope=origin, domain=domain)
        mark = self._mark()
        here, there = int(mark[:2], 16), int(mark[2:4], 16)
        arrived = (
            f"from mail.{origin} (mail.{origin} [192.0.2.{here}])\r\n"
            f"\tby {MX} with ESMTPS id {mark[:10]} for <{SHOP}>;\r\n"
            f"\t{format_datetime(delivered)}"
        )
        submitted = (
            f"from [198.51.100.{there}] by mail.{origin}\r\n"
            f"\twith ESMTPSA id {mark[10:20]}; {_written_at(delivered)}"
        )
        found = [("Authentication-Results", f"{MX};\r\n\t{results}")] if results else []
        return [
            ("Return-Path", f"<{envelope}>"),
            *found,
            ("Received", arrived),
            ("Received", submitted),
        ]

    def _written(self, delivered: datetime) -> list[tuple[str, str]]:
        """The fields that the writer's own program set."""
        name, address = parseaddr(self.sender)
        message_id = self.message_id or f"<{self._mark()[:16]}@{_domain(address)}>"
        thread = [
            ("In-Reply-To", "".join(self.references[-1:])),
            ("References", "\r\n ".join(self.references)),
        ]
        return [
            ("Date", _written_at(delivered)),
            ("From", self.sender if name.isascii() else f"{_encoded(name)} <{address}>"),
            ("To", self.to),
            ("Subject", _encoded(self.subject)),
            ("Message-ID", message_id),
            *(thread if self.references else []),
            ("MIME-Version", "1.0"),
        ]

    def _mark(self) -> str:
        """Hexadecimal digits that no other letter has."""
        return sha256(f"{self.about} {self.sender} {self.subject!r}".encode()).hexdigest()


def multipart(boundary: str, *parts: str) -> str:
    """The body of a multipart message; each part is its own fields, an empty line, its text."""
    pieces = [f"--{boundary}\n{cleandoc(part)}\n" for part in parts]
    return "\n".join([*pieces, f"--{boundary}--"])


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def _written_at(delivered: datetime) -> str:
    """Every mail here took a minute to arrive."""
    return format_datetime(delivered - timedelta(minutes=1))


def _encoded(text: str | bytes) -> str:
    """A header text on one line as RFC 2047 wants it; octets stay, as surrogate escapes."""
    if isinstance(text, bytes):
        return text.decode(errors="surrogateescape")
    return text if text.isascii() else Header(text, "utf-8", 900).encode()
