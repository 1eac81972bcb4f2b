"""How values of the model are written down: instants as microseconds, text that SQLite takes.

What is read again may have been changed by somebody else: a value that no version of inboxwatch
writes raises OddValueError, of which ``database`` makes a StateError.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from inboxwatch.errors import StateError
from inboxwatch.model.outcome import OutboxState

if TYPE_CHECKING:
    import msgspec

    from inboxwatch.model.past import Past

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

LONG_AGO = -(2**63)
"""Before every instant, in microseconds: the smallest number that SQLite knows."""


class OddValueError(StateError):
    """A value in the state that inboxwatch never writes: ``what`` it is, and where."""

    def __init__(self, what: str) -> None:
        text = f"the state holds {what}, which inboxwatch never writes"
        super().__init__(text, next_step="restore it from a backup")
        self.what = what


_TOO_LARGE = 2**63


def to_micros(instant: datetime) -> int:
    """An aware instant in whole microseconds since 1970 UTC, exactly; a naive one is a bug."""
    return (instant - _EPOCH) // _MICROSECOND


def to_instant(micros: int) -> datetime:
    """The instant, in UTC, of some microseconds since 1970. Raises OddValueError."""
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except (OverflowError, TypeError) as error:
        raise OddValueError(f"{micros!r:.40} for an instant") from error


def to_optional_instant(micros: int | None) -> datetime | None:
    """The same where there may be none."""
    return None if micros is None else to_instant(micros)


def storable(text: str) -> str:
    """The text with lone surrogates replaced: broken mail has them, UTF-8 cannot hold them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def row_id(number: int) -> int:
    """A number by which a row may be looked for; 0, which no row has, beyond SQLite's 64 bits."""
    return number if 0 < number < _TOO_LARGE else 0


def to_state(text: str) -> OutboxState:
    """How a reply stands. Raises OddValueError."""
    try:
        return OutboxState(text)
    except ValueError as error:
        raise OddValueError(f"{text!r:.40} for how a reply stands") from error


def to_object(text: str) -> dict[str, object]:
    """An object that ``to_json`` wrote. Raises OddValueError."""
    import msgspec  # noqa: PLC0415 - a run that finds nothing new reads none

    # what msgspec refuses: half a character, as broken mail has them
    for read in (msgspec.json.decode, json.loads):
        with suppress(ValueError, TypeError, RecursionError):
            found = read(text)
            if isinstance(found, dict):
                return found
    raise OddValueError(f"{text!r:.40} for a decision")


to_json = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode
"""A value of the JSON contract as ASCII text; made once, since every mail needs it."""


def to_past(past: Past | None) -> str:
    """What a decision was made against, as JSON; empty for none."""
    return "" if past is None else _encoder().encode(past).decode("utf-8")


def from_past(text: str) -> Past:
    """What ``to_past`` wrote. Raises OddValueError."""
    import msgspec  # noqa: PLC0415 - decoding is for ``replay`` alone

    from inboxwatch.model.past import Past as Kept  # noqa: PLC0415 - as above

    try:
        return msgspec.json.decode(text.encode("utf-8"), type=Kept)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise OddValueError(f"{text!r:.40} for what a decision was made against") from error


@lru_cache(maxsize=1)
def _encoder() -> msgspec.json.Encoder:
    import msgspec  # noqa: PLC0415 - a run that finds nothing new writes none

    return msgspec.json.Encoder()
