"""What a reply is chosen by: everything about a mail that rules, tone and rotation look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from inboxwatch.core.reply.language import Spoken
    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.world import History

RESCUED = "rescued"
"""The period of the templates that answer a mail found in the spam folder."""


class Occasion(Struct, frozen=True):
    """One mail that wants a reply.

    ``account`` is the account's name, ``sender`` the canonical address, ``money`` whether the mail
    names an amount. ``rescued`` tells of a genuine customer's mail that was taken for spam,
    ``surge`` of one of many about the same thing.
    """

    moment: Moment
    account: str
    sender: str
    spoken: Spoken
    history: History
    customer: CustomerMatch | None = None
    signals: frozenset[str] = frozenset()
    priority: int = 1
    money: bool = False
    rescued: bool = False
    role: Role = Role.INBOX
    surge: bool = False

    @property
    def asked(self) -> str:
        """The period whose templates answer it."""
        return RESCUED if self.rescued else self.moment.template_period

    @property
    def answered(self) -> int:
        """How often the conversation has been answered, by people and programs.

        The journal counts automatic replies since a person last wrote; those before that are seen
        among the replies to this sender.
        """
        past = self.history
        here = sum(
            one.conversation == past.conversation
            for one in past.replies
            if one.conversation is not None
        )
        return past.human_answers + max(past.conversation_replies, here)
