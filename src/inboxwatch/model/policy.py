"""Policy: the configuration, built. What a decision may depend on besides the mail itself.

Its types are there when the program runs, so that a kept policy can be read by them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import force_setattr

from inboxwatch.model.message import Address, Role
from inboxwatch.model.playbook import Detail, GoodwillPolicy, Play
from inboxwatch.model.schedule import Schedule

if TYPE_CHECKING:
    from inboxwatch.model.decision import Effect


@lru_cache(maxsize=256)
def primary(tag: str) -> str:
    """A language tag without its region, in lower case: ``pt`` of ``pt-BR``."""
    return tag.replace("_", "-").lower().partition("-")[0]


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


class Template(Struct, frozen=True):
    """One reply template: front matter and unrendered source.

    ``name`` is the handle that limits count (rule L01): the file's name without language and
    endings. ``period`` is what it answers (``business`` … ``closure``, ``rescued``, or a period of
    the team's own), or empty for one that only reply rules choose, by its name. ``subject`` is
    empty for ``Re: `` and the original one (rule F11).
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


class CustomerKind(StrEnum):
    """What a reply rule may ask of the customer; a VIP is known as well."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    VIP = "vip"


class ReplyRule(Struct, frozen=True):
    """A row of the team's own reply rules: which mails it is for, and what they get.

    A mail matches when every condition holds that is given; an empty set holds always, and of a
    set with members one has to match. ``answered`` is the least and the most often that people
    and programs may have answered in the conversation. ``templates`` are names, rotated among;
    without any the period's own are used. ``mode`` None is the account's.
    """

    name: str
    accounts: frozenset[str] = frozenset()
    periods: frozenset[str] = frozenset()
    customers: frozenset[CustomerKind] = frozenset()
    tags: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    answered: tuple[int, int] | None = None
    templates: tuple[str, ...] = ()
    mode: Mode | None = None


class Topic(Struct, frozen=True):
    """What a mail may be about, and the details that find the case.

    A mail is about it when it has one of the ``signals``, or one of the ``phrases`` in its new
    text or subject (whole words, case does not matter).
    """

    name: str
    ask: tuple[Detail, ...]
    signals: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()


class ServiceLevel(Struct, frozen=True):
    """Within how much business time a person answers first; None promises nothing (rule F24).

    ``by_priority`` holds the priorities from which on a shorter time counts: ``{9: 1 h}``.
    """

    first_answer: timedelta | None = None
    by_priority: Mapping[int, timedelta] = field(default_factory=dict)


class Limits(Struct, frozen=True):
    """How much may go out (rules L01, L03, L06, L08, L09, X08, A17, A38, A39); real time.

    ``recipients`` is how many may stand in To and Cc, ``quick_reply`` within what time an answer
    to an automatic reply must come from a machine. More than ``burst`` mails of one sender within
    ``burst_window`` are a flood. ``breaker_percent`` of an hour's replies that come back stop an
    account; ``bounce_mute`` is how long an address that refused one gets no other.
    """

    max_age: timedelta = timedelta(hours=24)
    sender_interval: timedelta = timedelta(hours=24)
    handle_interval: timedelta = timedelta(days=7)
    domain_hour: int = 5
    domain_day: int = 20
    account_hour: int = 30
    run: int = 20
    day: int = 200
    tripwire: int = 50
    recipients: int = 10
    quick_reply: timedelta = timedelta(minutes=10)
    burst: int = 5
    burst_window: timedelta = timedelta(minutes=10)
    breaker_percent: int = 50
    bounce_mute: timedelta = timedelta(days=30)


class Retention(Struct, frozen=True):
    """How long the state remembers (rule O13): mail, and what keeps a mail from a second answer."""

    keep: timedelta = timedelta(days=90)
    memory: timedelta = timedelta(days=100)


class Phrase(Struct, frozen=True):
    """One entry of a phrase list: a signal's name, the words, and their language."""

    signal: str
    text: str
    language: str


class SpelledOut(Struct, frozen=True):
    """A lexicon's phrases in the form in which a matcher is compiled of them.

    ``whole`` are words with the signals whose phrases they are, and whether they are exceptions of
    those; ``starts`` words that begin phrases, with how these may go on. ``single`` are the words
    of sections that hold no phrases, ``patterns`` the regular expressions.
    """

    whole: Mapping[str, Sequence[tuple[str, bool]]]
    starts: Mapping[str, Sequence[tuple[str, bool, str]]]
    single: Mapping[str, frozenset[str]]
    patterns: tuple[Phrase, ...]


class Lexicon(Struct, frozen=True, eq=False):
    """All phrases in use; compared by identity, since matchers are compiled once for each.

    ``spelled`` is there where it was kept: spelling phrases out takes longer than reading them.
    """

    phrases: tuple[Phrase, ...] = ()
    spelled: SpelledOut | None = None


class TriagePolicy(Struct, frozen=True):
    """Points per signal or fact, where the sum starts, and the cap of rule S30."""

    points: Mapping[str, int] = field(default_factory=dict)
    base: int = 3
    unproven_cap: int = 5


class SurgePolicy(Struct, frozen=True):
    """When many senders with one topic are a surge: at least ``senders``, ``times`` the usual.

    ``windows`` are the stretches of time that are looked at, each against the same stretch of the
    ``weeks`` before. The team is told again when ``again`` times as many have written as the last
    time.
    """

    enabled: bool = True
    senders: int = 5
    times: int = 4
    windows: tuple[timedelta, ...] = (timedelta(hours=1), timedelta(hours=24))
    weeks: int = 8
    again: int = 10


class RescueMode(StrEnum):
    """What a run does with customers' mail in the spam folder that is proven genuine."""

    REPORT = "report"
    REVIEW = "review"
    INBOX = "inbox"


class RescuePolicy(Struct, frozen=True):
    r"""What becomes of mail in ``\\Junk`` that may be rescued (rules S26, S27, A17, A40).

    ``mailbox`` is the one for review, made if it is not there where ``create`` says so. At most
    ``most`` mails are moved in one go, and of ``small`` mails or more in ``\\Junk`` never more than
    ``percent`` of them. With ``reply`` they are answered with an apology, unless they are older
    than ``reply_max_age``.
    """

    mode: RescueMode = RescueMode.REPORT
    mailbox: str = "Rescued"
    create: bool = False
    most: int = 25
    percent: int = 20
    small: int = 50
    reply: bool = False
    reply_max_age: timedelta = timedelta(days=30)

    def allowance(self, in_junk: int) -> int:
        """How many of so many mails may be moved in one go (rule S27)."""
        return self.most if in_junk < self.small else min(self.most, in_junk * self.percent // 100)

    order_numbers: tuple[str, ...] = ()
    """Regular expressions (RE2) of the team's order numbers."""


class AccountPolicy(Struct, frozen=True):
    """What decisions need to know of one account; addresses are ``Address.exact`` forms.

    ``forms`` are the mailers of contact forms, whose Reply-To is the customer (rule F02);
    ``forwarded_from`` the addresses whose mail is forwarded here, which trace fields may name in
    place of To and Cc (rule A37).
    """

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
    forms: frozenset[str] = frozenset()
    forwarded_from: frozenset[str] = frozenset()
    arc_sealers: frozenset[str] = frozenset()
    """Domains (A-labels) whose ARC seals vouch for a sender, to rescue and no more (rule S10)."""
    own_hops: int = 1
    """How many Received fields our own servers add to a mail that comes in (rule S03)."""
    test_domains_allowed: bool = False
    """True when the SMTP host is loopback: rule A34 then lets reserved domains pass."""


class Team(Struct, frozen=True):
    """Who signs."""

    name: str
    sign: str


class Policy(Struct, frozen=True):
    """Everything the team decided, in the form in which decisions read it.

    ``own_addresses`` are the ``canonical`` forms of every account's addresses and SMTP users
    (rule A32); ``own_domains`` the domains of the accounts' addresses. ``secret`` keys Message-IDs
    and the loop marker (rules F14, A11). ``overrides`` turns soft rules off: a rule id to the
    exact addresses, domains (``@example.org``) or customer ids for which it does not count.
    ``rules`` are tried in order, the first that matches wins; what none matches gets the period's
    own templates. ``precedence`` is the value of that field in replies, empty for none (rule F10).
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
    rules: tuple[ReplyRule, ...] = ()
    topics: tuple[Topic, ...] = ()
    playbook: tuple[Play, ...] = ()
    goodwill: GoodwillPolicy = field(default_factory=GoodwillPolicy)
    service_level: ServiceLevel = field(default_factory=ServiceLevel)
    surge: SurgePolicy = field(default_factory=SurgePolicy)
    rescue: RescuePolicy = field(default_factory=RescuePolicy)
    html: bool = False
    """Whether replies carry an HTML alternative of the same text (rule F18)."""
    precedence: str = ""
    detects_language: bool = False
    """Whether the language of a mail is detected where no record names the customer's."""
    secret: bytes = b""
    languages: frozenset[str] = frozenset()
    """The primary languages of the templates, which every mail asks for."""

    def __post_init__(self) -> None:
        spoken = frozenset(primary(template.language) for template in self.templates)
        force_setattr(self, "languages", spoken)

    @property
    def loop_marker(self) -> str:
        """The value of our X-Inboxwatch-Loop: the same on every mail of this instance (A11)."""
        return _loop_marker(self.secret)


@lru_cache(maxsize=8)
def _loop_marker(secret: bytes) -> str:
    return hmac.new(secret, b"loop", hashlib.sha256).hexdigest()[:32]


class Rule(Struct, frozen=True):
    """A row of the rulebook: what refuses, how hard, and to what effect."""

    id: str
    severity: str
    effect: Effect
    title: str
