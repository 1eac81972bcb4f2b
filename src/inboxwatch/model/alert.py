"""What the team has to be told once, whatever way it goes."""

from __future__ import annotations

from msgspec import Struct


class Alert(Struct, frozen=True):
    """One event worth telling: what happened, and what to do about it; every text is safe to show.

    ``key`` is unique for the event, so that it is told once. ``kind`` is what it is about, such as
    ``surge``. ``title`` is one line, ``lines`` say more, ``next_step`` is what to do.
    """

    key: str
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    next_step: str = ""
    mail_id: int | None = None
