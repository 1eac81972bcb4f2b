"""Rows of the state: whether each value is one that inboxwatch may have written there.

Somebody may have edited the file: SQLite keeps text and octets in a column of numbers as well.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from inboxwatch.store.values import OddValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Kind = Callable[[object], bool]
    Row = tuple[Any, ...]

Built = TypeVar("Built")

_LARGEST_UID = 2**32
_LAST_MOMENT = 221_845_392_000_000_000
"""The year 9000, in microseconds: no clock of ours stands behind it, and every zone knows it."""


def text(value: object) -> bool:
    """Text, and no octets."""
    return isinstance(value, str)


def octets(value: object) -> bool:
    """Octets, and no text."""
    return isinstance(value, bytes)


def number(value: object) -> bool:
    """A whole number."""
    return isinstance(value, int)


def counted(value: object) -> bool:
    """How many there are of something."""
    return isinstance(value, int) and value >= 0


def uid(value: object) -> bool:
    """A UID, a UIDVALIDITY, or ``UNTAKEN`` above them all (RFC 9051 section 2.3.1.1)."""
    return isinstance(value, int) and 0 <= value <= _LARGEST_UID


def moment(value: object) -> bool:
    """An instant that our own clock gave."""
    return isinstance(value, int) and -_LAST_MOMENT < value < _LAST_MOMENT


def optional(kind: Kind) -> Kind:
    """The same where there may be none."""
    return lambda value: value is None or kind(value)


def check(table: str, row: Row, **kinds: Kind) -> None:
    """Raise OddValueError where a value of a row, in their order, is not of its column's kind.

    The value is not told: what stands there may be anybody's mail.
    """
    for value, (column, kind) in zip(row, kinds.items(), strict=True):
        if not kind(value):
            raise OddValueError(f"an odd value in {table}.{column}")


@contextmanager
def within(table: str) -> Iterator[None]:
    """Tell what is odd in a row with the name of its table."""
    try:
        yield
    except OddValueError as error:
        raise OddValueError(f"{error.what} in {table}") from error


def row_of(table: str, **kinds: Kind) -> Callable[[Callable[[Row], Built]], Callable[[Row], Built]]:
    """Of a function that builds something of a row: ``check`` it first, and tell ``within``."""

    def decorated(build: Callable[[Row], Built]) -> Callable[[Row], Built]:
        @wraps(build)
        def checked(row: Row) -> Built:
            check(table, row, **kinds)
            with within(table):
                return build(row)

        return checked

    return decorated
