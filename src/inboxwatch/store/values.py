"""How values of the model are written down: instants as microseconds, text that SQLite takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

LONG_AGO = -(2**63)
"""Before every instant, in microseconds: the smallest number that SQLite knows."""


def to_micros(instant: datetime) -> int:
    """An aware instant in whole microseconds since 1970 UTC, exactly; a naive one is a bug."""
    return (instant - _EPOCH) // _MICROSECOND


def to_instant(micros: int) -> datetime:
    """The instant, in UTC, of some microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def to_optional_instant(micros: int | None) -> datetime | None:
    """The same where there may be none."""
    return None if micros is None else to_instant(micros)


def storable(text: str) -> str:
    """The text with lone surrogates replaced: broken mail has them, UTF-8 cannot hold them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


to_json = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode
"""A value of the JSON contract as ASCII text; made once, since every mail needs it."""
