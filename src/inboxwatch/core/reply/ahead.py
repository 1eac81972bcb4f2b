"""A mail to a customer who has not written yet: help before they ask, for a person to send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.core.reply.choose import choose
from inboxwatch.core.reply.clean import header_text
from inboxwatch.core.reply.compose import compose
from inboxwatch.core.reply.language import Spoken
from inboxwatch.core.reply.occasion import Occasion
from inboxwatch.core.reply.sandbox import TemplateFault
from inboxwatch.model.customer import CustomerMatch, MatchKind
from inboxwatch.model.message import Message, ReturnPath, ReturnPathKind, Role
from inboxwatch.model.policy import ReplyRule

if TYPE_CHECKING:
    from inboxwatch.model.customer import Customer
    from inboxwatch.model.decision import Draft
    from inboxwatch.model.message import Address
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.surge import Surge
    from inboxwatch.model.world import World


def write_ahead(
    surge: Surge, customer: Customer, recipient: Address, world: World, moment: Moment
) -> Draft:
    """The mail that the surge's template makes for a customer, its subject what the surge is about.

    Raises TemplateFault.
    """
    match = CustomerMatch(customer, MatchKind.ADDRESS)
    occasion = Occasion(
        moment=moment,
        account=world.account.name,
        sender=recipient.canonical,
        spoken=Spoken(customer.language or world.account.language),
        history=world.history,
        customer=match,
        surge=True,
    )
    rule = ReplyRule(f"surge {surge.id}", templates=(surge.template,))
    choice = choose(occasion, world.policy.templates, (rule,))
    if choice is None or choice.template.name != surge.template:
        raise TemplateFault(f"there is no template {surge.template} in a language that fits")
    draft = compose(
        message=_unwritten(recipient, key_of(surge, customer), world),
        choice=replace(choice, incident=surge.about, ahead=True),
        world=world,
        moment=moment,
        customer=match,
        destination=recipient,
    )
    return replace(draft, subject=header_text(surge.about))


def key_of(surge: Surge, customer: Customer) -> str:
    """What tells that a customer has been written to about a surge: it is done once."""
    return f"surge-{surge.id}-{customer.id}"


def surge_of_key(key: str) -> int:
    """The number of the surge in what ``key_of`` made; 0 for any other key."""
    found = _KEY.match(key)
    return int(found[1]) if found else 0


_KEY = re.compile(r"surge-(\d{1,18})-", re.ASCII)


def _unwritten(recipient: Address, key: str, world: World) -> Message:
    """The mail that nobody wrote, in the form in which templates ask for one."""
    return Message(
        source="",
        role=Role.INBOX,
        received=world.now,
        flags=frozenset(),
        ref=None,
        headers={},
        sender=recipient,
        from_text=recipient.spec,
        return_path=ReturnPath(ReturnPathKind.ADDRESS, recipient),
        reply_to=(),
        recipients=frozenset(),
        recipient_count=0,
        message_id=None,
        in_reply_to=(),
        references=(),
        subject="",
        date=None,
        parts=(),
        text="",
        full_text="",
        reply_key=key,
        received_known=False,
    )
