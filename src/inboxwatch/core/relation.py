r"""By what a stranger's mail in ``\Junk`` belongs to something of ours: a person should see it.

None of it proves who wrote, so it offers a mail for review and never moves one. A sign is a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.text import one_line
from inboxwatch.core.triage.pattern import expression

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.model.message import Message
    from inboxwatch.model.world import World

MAX_TEXT = 8 * 1024
"""Characters of the new text in which an order number is looked for."""
MAX_SHOWN = 60


def relation(message: Message, world: World) -> str:
    """What ties a mail to us, in words for a support lead; empty if nothing does."""
    told = (sign(message, world) for sign in _SIGNS)
    return next((words for words in told if words), "")


def _answers_a_reply(_: Message, world: World) -> str:
    at = world.history.answers_reply_of
    return f"it answers an automatic reply of ours, of {at:%d %b %Y}" if at else ""


def _in_a_conversation(_: Message, world: World) -> str:
    if not world.history.human_answers:
        return ""
    return "it belongs to a conversation in which somebody of the team has answered"


def _known_contact(_: Message, world: World) -> str:
    at = world.history.contact_since
    return f"somebody of the team wrote to this address on {at:%d %b %Y}" if at else ""


def _order_number(message: Message, world: World) -> str:
    text = f"{message.subject}\n{message.text[:MAX_TEXT]}"
    for written in world.policy.rescue.order_numbers:
        if found := expression(written).search(text):
            return f"it names an order number of yours: {one_line(found[0], MAX_SHOWN)}"
    return ""


_SIGNS: tuple[Callable[[Message, World], str], ...] = (
    _answers_a_reply,
    _in_a_conversation,
    _known_contact,
    _order_number,
)
"""The signs, the strongest first."""
