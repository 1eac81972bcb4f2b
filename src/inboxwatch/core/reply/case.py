"""What is known about a mail when it is decided whether it gets a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.decision import Signal
    from inboxwatch.model.message import Address, Authentication, Finding, Message
    from inboxwatch.model.policy import ReplyRule
    from inboxwatch.model.surge import Incident
    from inboxwatch.model.world import World

MAX_EVIDENCE = 160
"""Characters of a refusal's evidence."""


class Case(Struct, frozen=True):
    """All that is known about a mail when it is decided whether it gets a reply.

    ``message`` is the writer's: of a contact form ``mailer`` is the address in From, and
    ``form_fault`` says why its word on the writer does not count (rule F02). ``rule`` is the row of
    the team's reply rules that matched, ``incident`` the open surge that the mail is part of.
    ``rescued`` tells that every condition of rule S26 is met, or that a person takes the mail
    out of the spam folder and its sender is proven.
    """

    message: Message
    world: World
    authentication: Authentication
    automatic: tuple[Finding, ...]
    customer: CustomerMatch | None
    signals: tuple[Signal, ...] = ()
    mailer: Address | None = None
    form_fault: str = ""
    rule: ReplyRule | None = None
    incident: Incident | None = None
    rescued: bool = False

    @property
    def apologises(self) -> bool:
        """Whether a genuine customer's mail is about to be rescued and may be answered (A40)."""
        return self.rescued and self.world.rescues and self.world.policy.rescue.reply
