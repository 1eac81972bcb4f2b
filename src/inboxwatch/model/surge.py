"""Surges: many senders who write about the same thing at once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime


class Suspicion(StrEnum):
    """What else a surge may be; a person looks first, and nobody is accused of anything.

    ``offer`` is one offer that many new senders claim, ``names`` the same text, link or telephone
    number under many addresses, ``sender`` one new sender who writes under many names.
    """

    NONE = ""
    OFFER = "offer"
    NAMES = "names"
    SENDER = "sender"


class Fingerprint(Struct, frozen=True):
    """What a text is made of, as numbers: its traits, sorted, each 32 bits (``core.triage``).

    ``scheme`` tells how they were made; only fingerprints of one scheme can be compared. ``name``
    is what the writer goes by: the address as it is written, and the name with it.
    """

    scheme: int
    traits: tuple[int, ...]
    name: str = ""


class Trace(Struct, frozen=True):
    """A mail of a person as surges are looked for in: who sent it, when, and what it is made of.

    ``sender`` is the canonical address, ``known`` whether that is a customer, ``name`` what they
    go by in this mail.
    """

    mail_id: int
    sender: str
    received: datetime
    traits: tuple[int, ...]
    known: bool = False
    name: str = ""


class Writer(Struct, frozen=True):
    """Who wrote of a surge under which name: their first and latest mail, and how many there are.

    ``new`` tells that the sender had never written before the surge began.
    """

    sender: str
    name: str
    mail_id: int
    first_at: datetime
    latest_at: datetime
    mails: int
    known: bool = False
    new: bool = False


class Sample(Struct, frozen=True):
    """A mail of a surge to look at, its words as they came: foreign text."""

    mail_id: int
    sender: str
    subject: str
    text: str
    received: datetime


class Surge(Struct, frozen=True):
    """A surge as the journal keeps it.

    ``keys`` are the traits by which mails belong to it, ``phrase`` the words that they share, from
    the mails themselves. ``names`` is under how many names its ``senders`` wrote, ``usual`` how
    many senders the same stretch of earlier weeks had on average, ``told`` how many there were when
    the team was last told. ``template`` is the incident template that a person assigned, ``about``
    the team's own words for what it is about.
    """

    id: int
    keys: tuple[int, ...]
    phrase: str
    opened_at: datetime
    first_at: datetime
    latest_at: datetime
    senders: int
    mails: int
    names: int = 0
    known: int = 0
    usual: float = 0.0
    told: int = 0
    suspicion: Suspicion = Suspicion.NONE
    template: str = ""
    about: str = ""
    answered_at: datetime | None = None
    closed_at: datetime | None = None


class Incident(Struct, frozen=True):
    """An open surge as decisions see it: by which traits a mail belongs, and what it then gets.

    ``held`` tells that replies to senders who are no customers wait for a person (rule L14).
    """

    id: int
    keys: frozenset[int]
    template: str = ""
    about: str = ""
    held: Suspicion = Suspicion.NONE


def incident_of(surge: Surge) -> Incident:
    """What decisions see of a surge; once a person gave it a template, nothing is held any more."""
    held = Suspicion.NONE if surge.template else surge.suspicion
    return Incident(surge.id, frozenset(surge.keys), surge.template, surge.about, held)
