"""A mail as the server hands it over, and as the parser understood it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Role(StrEnum):
    """What a mailbox is for (RFC 6154)."""

    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"
    DRAFTS = "drafts"


class MessageRef(Struct, frozen=True, order=True):
    """Where a message lies: valid only while the mailbox keeps its UIDVALIDITY (RFC 9051 2.3.1)."""

    account: str
    mailbox: str
    uidvalidity: int
    uid: int


class RawMessage(Struct, frozen=True):
    """A mail before parsing: bounded octets and what the server says about them.

    ``header`` ends before the empty line, ``body`` begins after it; either may have been cut
    at the fetch limits (rule I08), in which case ``size`` exceeds what is here. ``received`` is
    the INTERNALDATE, aware, or None when the server gave none that can be read (rule A17).
    ``withheld`` says why the server does not hand it out, though it does the mail behind it: there
    are no octets then.
    """

    source: str
    role: Role
    header: bytes
    body: bytes
    received: datetime | None
    size: int
    flags: frozenset[str] = frozenset()
    ref: MessageRef | None = None
    withheld: str = ""


class Finding(Struct, frozen=True):
    """A rule that something in a mail matched, with the evidence in the mail's own words.

    ``soft`` marks a match of severity S, which the policy may override. ``person`` says that a
    person may well have written the mail all the same: such a match keeps a reply back, but does
    not make the mail automatic. ``whom`` is whom the mail poses as by this finding, in a few words.
    """

    id: str
    evidence: str
    soft: bool = False
    person: bool = False
    whom: str = ""


class Address(Struct, frozen=True):
    """One mailbox address, strictly parsed (rules S20, S21).

    ``local`` keeps its case; ``domain`` is the lower-case A-label form. ``exact`` is the key for
    customers (both parts lower-case), ``canonical`` the key for limits (rule L04: no ``+tag``, no
    Gmail dots), ``organisational`` the registrable domain (the domain itself when the public
    suffix list knows none). ``name`` is the decoded display name, cleaned to one line.
    """

    local: str
    domain: str
    exact: str
    canonical: str
    organisational: str
    name: str = ""

    @property
    def spec(self) -> str:
        """The addr-spec to write to."""
        return f"{self.local}@{self.domain}"


class ReturnPathKind(StrEnum):
    """What the topmost Return-Path says (rules A02, A03)."""

    ABSENT = "absent"
    NULL = "null"
    ADDRESS = "address"
    INVALID = "invalid"


class ReturnPath(Struct, frozen=True):
    """The envelope sender as the delivering server recorded it; NULL if any instance is null."""

    kind: ReturnPathKind
    address: Address | None = None


class Part(Struct, frozen=True):
    """One MIME part: its type, what its header declares, and nothing of its content.

    ``filename`` is the name to show, ``names`` are all that a mail program may read in its header,
    and ``doubt`` says why nobody can tell what it is called or holds, empty for most.
    """

    content_type: str
    parameters: Mapping[str, str]
    disposition: str
    filename: str
    depth: int
    names: tuple[str, ...] = ()
    doubt: str = ""


class DeliveryReport(Struct, frozen=True):
    """What a delivery report says of mail that could not be delivered (RFC 3464).

    ``message_ids`` are the ids that the returned mail may have, ``recipients`` whose mail failed.
    ``permanent`` tells that it failed for good for one of them.
    """

    message_ids: tuple[str, ...] = ()
    recipients: tuple[Address, ...] = ()
    permanent: bool = False


REPLY_TO_UNCLEAR = "reply-to-unclear"
"""The defect of a Reply-To that holds more than plain addresses, or too many (rule S24)."""


class Message(Struct, frozen=True):
    """A parsed mail. Any octets give one (rules P01 to P15): what was wrong is in ``defects``.

    ``headers`` maps lower-case names to all instances in order, unfolded, raw values decoded as
    UTF-8 or else Latin-1, never RFC 2047-decoded. ``sender`` is the single, strictly parsed From
    address, or None (rule A14) with the reason among ``defects``. ``text`` is the new text alone,
    ``full_text`` with quotes and signature. ``recipients`` are the ``exact`` forms of all To, Cc,
    Bcc and Resent-* addresses; ``recipient_count`` counts To and Cc.
    """

    source: str
    role: Role
    received: datetime
    flags: frozenset[str]
    ref: MessageRef | None
    headers: Mapping[str, tuple[str, ...]]
    sender: Address | None
    from_text: str
    return_path: ReturnPath
    reply_to: tuple[Address, ...]
    recipients: frozenset[str]
    recipient_count: int
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    date: datetime | None
    parts: tuple[Part, ...]
    text: str
    full_text: str
    reply_key: str
    received_known: bool = True
    defects: tuple[str, ...] = field(default=())
    delivered_to: frozenset[str] = frozenset()
    """The exact forms of the addresses in Delivered-To and its like, for rule A37."""
    trace: tuple[tuple[str, str], ...] = field(default=())
    """The Received, Authentication-Results, ARC and spam filters' fields in order, for rule S03."""
    enclosed: tuple[Part, ...] = ()
    """What lies in mails within it or is uuencoded in its text: by name only, for rule S26."""
    report: DeliveryReport | None = None
    """What it says of failed mail, if it is a delivery report (rule A39)."""

    def header(self, name: str) -> str:
        """The first instance of a field, or the empty string (rule P14)."""
        values = self.headers.get(name.lower())
        return values[0] if values else ""


class Filtered(Struct, frozen=True):
    """Why a provider's filter took a mail for spam, as its own header fields say.

    ``by`` names the filter, ``category`` is spam, bulk, phishing, malware, spoof or unknown.
    ``score`` and ``threshold`` are points where the filter counts any, ``reasons`` the names of its
    tests that spoke against the mail. ``grave`` tells that no mail so judged is brought back,
    whoever wrote it (rule S25).
    """

    by: str
    category: str
    score: float | None = None
    threshold: float | None = None
    reasons: tuple[str, ...] = ()
    grave: bool = False


class AuthenticationStatus(StrEnum):
    """What the trusted Authentication-Results say about the From domain (rules S07, S14)."""

    AUTHENTICATED = "authenticated"
    FAILED = "failed"
    UNVERIFIED = "unverified"
    SUSPICIOUS = "suspicious"


class Authentication(Struct, frozen=True):
    """The verdict on who sent a mail, with the S rules that led to it.

    ``proof`` is the result of the trusted server that proves the sender, empty without one.
    """

    status: AuthenticationStatus
    findings: tuple[Finding, ...] = ()
    proof: str = ""
