"""What people of the team wrote, whatever mail client they wrote it with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime


class OwnMail(Struct, frozen=True):
    """A mail that a person of the team wrote, as it lies in Sent or in an inbox.

    ``related_ids`` begin with its own Message-ID (empty if it has none), then come those that it
    refers to. ``author`` and ``recipients`` are ``Address.exact`` forms, the recipients without
    our own addresses. ``text`` is the new text, without quotes.
    """

    related_ids: tuple[str, ...]
    at: datetime
    author: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
