"""What the team has to be told, once."""

from __future__ import annotations

from msgspec import Struct


class Alert(Struct, frozen=True):
    """An event for the team. ``key`` is its own: what was told under it is not told again.

    ``title`` is one line; all texts are safe to print.
    """

    key: str
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    next_step: str = ""
    mail_id: int | None = None
