"""What is known about a mail when it is decided whether it gets a reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.decision import Rescue, Signal
    from inboxwatch.model.message import Authentication, Finding, Message
    from inboxwatch.model.policy import ReplyRule
    from inboxwatch.model.world import World

MAX_EVIDENCE = 160
"""Characters of a refusal's evidence."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about a mail when it is decided whether it gets a reply.

    ``rule`` is the row of the team's own reply rules that the mail matches.
    """

    message: Message
    world: World
    authentication: Authentication
    automatic: tuple[Finding, ...]
    customer: CustomerMatch | None
    rescue: Rescue | None
    signals: tuple[Signal, ...] = ()
    rule: ReplyRule | None = None
