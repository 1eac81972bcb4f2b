"""The rows of traces and surges as values, and numbers as octets."""

from __future__ import annotations

from struct import pack, unpack
from typing import TYPE_CHECKING, Any

from inboxwatch.model.surge import Surge, Suspicion, Trace, Writer
from inboxwatch.store.values import (
    OddValueError,
    storable,
    to_instant,
    to_micros,
    to_optional_instant,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

TRAIT_OCTETS = 4


def surge_of(surge_id: int, keys: bytes, *rest: Any) -> Surge:  # noqa: ANN401 - whatever SQLite holds
    """A row of ``surge`` with what its mails add up to."""
    phrase, suspicion, template, about, usual, told, *more = rest
    opened_at, answered_at, closed_at, first, latest, mails, senders, names, known = more
    return Surge(
        id=surge_id,
        keys=unpacked(keys),
        phrase=phrase,
        opened_at=to_instant(opened_at),
        first_at=to_instant(opened_at if first is None else first),
        latest_at=to_instant(opened_at if latest is None else latest),
        senders=senders,
        mails=mails,
        names=names,
        known=known,
        usual=usual,
        told=told,
        suspicion=_suspicion(suspicion),
        template=template,
        about=about,
        answered_at=to_optional_instant(answered_at),
        closed_at=to_optional_instant(closed_at),
    )


def _suspicion(text: str) -> Suspicion:
    try:
        return Suspicion(text)
    except ValueError as error:
        raise OddValueError(f"{text!r:.40} for what a surge may be") from error


def writer_of(sender: str, name: str, mail_id: int, first: int, latest: int, *rest: int) -> Writer:
    """A row of those who wrote."""
    mails, known, new = rest
    return Writer(
        sender=sender,
        name=name,
        mail_id=mail_id,
        first_at=to_instant(first),
        latest_at=to_instant(latest),
        mails=mails,
        known=bool(known),
        new=bool(new) and not known,
    )


def belonging_of(trace: Trace) -> tuple[int, int, str, str, bool]:
    """The row of a mail that belongs to a surge."""
    name = storable(trace.name)
    return trace.mail_id, to_micros(trace.received), trace.sender, name, trace.known


def trace_of(
    mail_id: int, sender: str, received: int, traits: bytes, known: int, name: str
) -> Trace:
    """A row of ``trace``."""
    return Trace(mail_id, sender, to_instant(received), unpacked(traits), bool(known), name)


def packed(traits: Iterable[int]) -> bytes:
    """32-bit numbers as octets."""
    given = tuple(traits)
    return pack(f"<{len(given)}I", *given)


def unpacked(octets: bytes) -> tuple[int, ...]:
    """The same back. Raises OddValueError."""
    count, rest = divmod(len(octets), TRAIT_OCTETS)
    if rest:
        raise OddValueError(f"{len(octets)} octets for traits")
    return unpack(f"<{count}I", octets)
