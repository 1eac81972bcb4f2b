"""Surges: when many senders with one topic are told of."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from inboxwatch.config.schema.base import Duration, Kind, Section, duration_text, key

_LEAST, _MOST = timedelta(minutes=10), timedelta(days=7)


def _bounded(value: timedelta) -> timedelta:
    if not _LEAST <= value <= _MOST:
        raise ValueError(f"{duration_text(value)} is not between 10m and 7d")
    return value


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


Windows = Annotated[
    tuple[Annotated[Duration, AfterValidator(_bounded)], ...],
    BeforeValidator(_listed),
    Field(min_length=1, max_length=4),
    Kind("list of durations from 10m to 7d"),
]
Several = Annotated[int, Strict(), Field(ge=2, le=1000), Kind("whole number from 2 to 1000")]
Weeks = Annotated[int, Strict(), Field(ge=1, le=12), Kind("whole number from 1 to 12")]


class Surge(Section):
    """Many senders who write about the same thing, above what is usual at this hour of the week."""

    enabled: bool = key(
        True,  # noqa: FBT003 - the default of a key
        "Whether surges are looked for.",
        True,  # noqa: FBT003 - its example
    )
    senders: Several = key(5, "Fewer different senders than this are never a surge.", 5)
    times: Several = key(4, "How many times the usual number of senders are a surge.", 4)
    windows: Windows = key(
        (timedelta(hours=1), timedelta(hours=24)),
        "The stretches of time that are looked at, each against the same stretch of earlier weeks.",
        ["1h", "24h"],
    )
    weeks: Weeks = key(8, "How many earlier weeks tell what is usual.", 8)
    again: Several = key(
        10, "The team is told again when so many times as many senders have written.", 10
    )
