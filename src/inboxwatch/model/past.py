"""What a decision was made against, kept so that it can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from inboxwatch.model.surge import Incident
from inboxwatch.model.world import History, Usage


class Past(Struct, frozen=True, omit_defaults=True):
    """The world of one decision without policy and customers, and in short what was decided.

    ``flags`` are those that the mail had: our own reply has set others since.
    ``verdict`` holds the parts of a decision that ``core.replay`` compares, as texts.
    """

    now: datetime
    history: History
    usage: Usage
    replies_since: datetime | None = None
    baseline: bool = False
    incidents: tuple[Incident, ...] = ()
    flags: tuple[str, ...] = ()
    verdict: Mapping[str, str] = field(default_factory=dict)
