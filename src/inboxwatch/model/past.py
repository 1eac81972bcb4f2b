"""What a decision was made against, kept so that it can be made again."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads them when it decodes
from datetime import datetime  # noqa: TC003 - as above

from msgspec import Struct, field

from inboxwatch.model.surge import Incident  # noqa: TC001 - as above
from inboxwatch.model.world import History, Usage  # noqa: TC001 - as above


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
