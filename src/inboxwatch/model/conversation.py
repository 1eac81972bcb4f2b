"""What people of the team wrote, whatever mail client they wrote it with."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Pledge(Struct, frozen=True):
    """What a person promised in a mail: in which words, and by when it is due."""

    words: str
    due_at: datetime


class OwnMail(Struct, frozen=True):
    """A mail that a person of the team wrote, as it lies in Sent or in an inbox.

    ``related_ids`` begin with its own Message-ID (empty if it has none), then come those that it
    refers to. ``author`` is an ``Address.exact`` form, ``recipients`` are canonical forms without
    our own addresses. ``text`` is the new text, without quotes.
    """

    related_ids: tuple[str, ...]
    at: datetime
    author: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    pledges: tuple[Pledge, ...] = ()
    parent: str = ""
    """The Message-ID that it answers: that of In-Reply-To, else the last of References."""
    by_ids_alone: bool = False
    """Whether only ids tie it to a conversation: who wrote it is not proven, and a subject is
    easily guessed, a Message-ID is not."""
    name: str = ""
    """What the author goes by, as From has it."""


class HumanAnswer(Struct, frozen=True, order=True):
    """When a person of the team wrote in a conversation, and by which address, if that is known."""

    at: datetime
    author: str = ""


class Repeated(Struct, frozen=True):
    """One text that people of the team sent to the same customer again and again.

    ``times`` is how often it went out, ``authors`` by how many different people, ``first_at`` when
    for the first time.
    """

    times: int
    authors: int
    first_at: datetime
