"""Policy: the configuration, built. What a decision may depend on besides the mail itself."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.model.decision import Effect
    from inboxwatch.model.message import Address
    from inboxwatch.model.schedule import Schedule


class Kind(StrEnum):
    """How often a template may be sent (rule L01)."""

    ACKNOWLEDGEMENT = "acknowledgement"
    AWAY = "away"


class Tone(StrEnum):
    """What a template sounds like; ``funny`` is kept away from whoever is not in the mood."""

    SINCERE = "sincere"
    FUNNY = "funny"


class Mode(StrEnum):
    """What becomes of a reply that nothing refuses."""

    SEND = "send"
    DRAFT = "draft"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Template:
    """One reply template: front matter and unrendered source.

    ``name`` is the handle that limits count (rule L01): the file's name without language and
    endings. ``period`` is what it answers (``business`` … ``closure``, ``rescued``, or a period of
    the team's own). ``subject`` is empty for ``Re: `` and the original one (rule F11).
    """

    name: str
    period: str
    kind: Kind
    tone: Tone
    language: str
    body: str
    subject: str = ""
    origin: str = ""
    first_line: int = 1
    """The line of the file at which ``body`` begins, so that a fault in it can be found."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go out (rules L01, L03, X08, A17); windows are real time."""

    max_age: timedelta = timedelta(hours=24)
    sender_interval: timedelta = timedelta(hours=24)
    handle_interval: timedelta = timedelta(days=7)
    domain_hour: int = 5
    domain_day: int = 20
    account_hour: int = 30
    run: int = 20
    day: int = 200
    tripwire: int = 50


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of a phrase list: a signal's name, the words, and their language."""

    signal: str
    text: str
    language: str


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All phrases in use; compared by identity, since matchers are compiled once for each."""

    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class TriagePolicy:
    """Points per signal or fact, where the sum starts, and the cap of rule S30."""

    points: Mapping[str, int] = field(default_factory=dict)
    base: int = 3
    unproven_cap: int = 5


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """What decisions need to know of one account; addresses are ``Address.exact`` forms."""

    name: str
    address: Address
    display_name: str
    addresses: frozenset[str]
    mode: Mode = Mode.SEND
    language: str = "en"
    trust: tuple[str, ...] = ()
    own_lists: frozenset[str] = frozenset()
    trust_from_when_no_return_path: bool = False
    envelope_from: str = ""
    null_sender: bool = False
    reply_to: str = ""
    test_domains_allowed: bool = False
    """True when the SMTP host is loopback: rule A34 then lets reserved domains pass."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who signs."""

    name: str
    sign: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything the team decided, in the form in which decisions read it.

    ``own_addresses`` are the ``canonical`` forms of every account's addresses and SMTP users
    (rule A32); ``own_domains`` the domains of the accounts' addresses. ``secret`` keys Message-IDs
    and the loop marker (rules F14, A11). ``overrides`` turns soft rules off: a rule id to the
    exact addresses, domains (``@example.org``) or customer ids for which it does not count.
    """

    team: Team
    accounts: Mapping[str, AccountPolicy]
    own_addresses: frozenset[str]
    own_domains: frozenset[str]
    schedule: Schedule
    templates: tuple[Template, ...]
    lexicon: Lexicon
    triage: TriagePolicy = field(default_factory=TriagePolicy)
    limits: Limits = field(default_factory=Limits)
    replies_enabled: bool = False
    no_reply_addresses: frozenset[str] = frozenset()
    overrides: Mapping[str, frozenset[str]] = field(default_factory=dict)
    secret: bytes = b""

    @property
    def loop_marker(self) -> str:
        """The value of our X-Inboxwatch-Loop: the same on every mail of this instance (A11)."""
        return hmac.new(self.secret, b"loop", hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the rulebook: what refuses, how hard, and to what effect."""

    id: str
    severity: str
    effect: Effect
    title: str
