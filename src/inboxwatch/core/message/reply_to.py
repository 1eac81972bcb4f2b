"""Where answers go: Reply-To, read so that nobody is overlooked whom a mail program finds there."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from inboxwatch.core.message.address import AddressError, chunks, parse_address

if TYPE_CHECKING:
    from inboxwatch.model.message import Address


def parse_reply_to(values: tuple[str, ...], limit: int) -> tuple[tuple[Address, ...], bool]:
    """The addresses of Reply-To, and whether every part of it is one that all programs read alike.

    A group, what does not parse, and more parts than ``limit`` make it False (rule S24): answers
    may go to somebody who is not among the addresses.
    """
    written = (part for value in values for part in chunks(value, ",;:") if part.strip())
    parts = list(islice(written, limit + 1))
    read = [_address_or_none(part) for part in parts[:limit]]
    found = tuple(one for one in read if one is not None)
    return found, len(found) == len(parts)


def _address_or_none(text: str) -> Address | None:
    try:
        return parse_address(text)
    except AddressError:
        return None
