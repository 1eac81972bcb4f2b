"""The port to what is remembered of surges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from inboxwatch.model.surge import Surge, Suspicion, Trace, Writer


class SurgeFound(Struct, frozen=True):
    """A surge as it was found at ``at``: new, or grown if it has an ``id``.

    ``traces`` are all that are known to belong to it; those that were kept before may be left out.
    ``told`` is how many senders the team has been told of by now.
    """

    keys: tuple[int, ...]
    traces: tuple[Trace, ...]
    at: datetime
    phrase: str = ""
    usual: float = 0.0
    told: int = 0
    suspicion: Suspicion | None = None
    id: int = 0


class Surges(Protocol):
    """The traces of people's mail, and the surges found among them; part of ``Journal``.

    ``record`` keeps the trace of each mail that has one. Mail of another scheme is left out
    everywhere: its traits mean something else.
    """

    def traces(
        self, since: datetime, until: datetime, *, scheme: int, limit: int
    ) -> tuple[Trace, ...]:
        """The newest traces of mail received after ``since`` up to ``until``, oldest first."""

    def trace_count(self, since: datetime, until: datetime, *, scheme: int) -> int:
        """How many there are in all."""

    def first_trace(self, *, scheme: int) -> datetime | None:
        """When the oldest mail of which there is a trace was received."""

    def wrote_before(self, senders: Collection[str], before: datetime) -> frozenset[str]:
        """Those of some senders whose mail has come before then."""

    def forget_traces(self, before: datetime) -> None:
        """Let go of the traces of mail received before then."""

    def keep_surge(self, found: SurgeFound) -> Surge:
        """Keep a new surge, or what is new about one; the phrase, once there, stays."""

    def surge(self, surge_id: int) -> Surge | None:
        """One surge."""

    def surges(self, *, closed_since: datetime | None = None) -> tuple[Surge, ...]:
        """The open ones, and those closed since then; the oldest first."""

    def surge_mails(self, surge_id: int, limit: int) -> tuple[int, ...]:
        """The ids of the newest mails of a surge, oldest first."""

    def surge_writers(self, surge_id: int, limit: int) -> tuple[Writer, ...]:
        """Who wrote of a surge: the newest of them, each name of theirs apart, oldest first."""

    def answer_surge(self, surge_id: int, template: str, about: str, at: datetime) -> Sequence[int]:
        """Assign a template; the mails of the surge that are decided again by the next run.

        Those are the ones that nobody has answered and for which no reply was ever claimed.
        """

    def close_surge(self, surge_id: int, at: datetime) -> bool:
        """Close a surge; whether it was open."""
