"""A process that ends while it moves mail."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.house import House


class KilledError(Exception):
    """The process ends here."""


@contextmanager
def killing(at: House, *, moved: bool) -> Iterator[None]:
    """The process ends at its first move, before or after the server has done it."""
    real = at.account.move

    def move(*args: Any) -> Any:
        if moved:
            real(*args)
        raise KilledError

    at.account.move = move  # type: ignore[method-assign]
    try:
        yield
    finally:
        at.account.move = real  # type: ignore[method-assign]
