"""The variables of the reply templates, and what they are worked out from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.core.reply.clean import person_name, quotable
from inboxwatch.core.reply.details import details_text, missing
from inboxwatch.core.reply.tags import Tags, tags_of
from inboxwatch.core.reply.wording import duration_text, instant_text, short_text, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.message import Message
    from inboxwatch.model.playbook import Detail
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.world import World


class Facts(Struct, frozen=True):
    """What the variables are worked out from; ``zone`` is the reader's.

    ``due`` is until when a person answers, ``signals`` are those of the mail. ``incident`` is what
    a surge is about, in the team's words, ``is_answer`` whether the reader has written to us.
    """

    message: Message
    world: World
    moment: Moment
    customer: CustomerMatch | None
    language: str
    zone: tzinfo
    due: datetime | None = None
    signals: frozenset[str] = frozenset()
    incident: str = ""
    is_answer: bool = True

    @property
    def missing(self) -> tuple[Detail, ...]:
        """The details that the mail's topic asks for and the mail does not hold."""
        topics, mail = self.world.policy.topics, self.message
        return missing(topics, self.signals, mail.subject, mail.text)


def _customer_name(facts: Facts) -> str:
    sender, listed = facts.message.sender, facts.customer is not None
    known = facts.customer.customer.name if facts.customer else ""
    shown = sender.name if sender else ""
    return person_name(known, listed=True) or person_name(shown, listed=listed)


def _next_opening(facts: Facts) -> str:
    opening = facts.moment.next_opening
    return instant_text(opening, facts.zone, facts.language) if opening else ""


def _next_opening_short(facts: Facts) -> str:
    opening, now = facts.moment.next_opening, facts.moment.instant
    return short_text(opening, now, facts.zone, facts.language) if opening else ""


def _promise(facts: Facts) -> str:
    return instant_text(facts.due, facts.zone, facts.language) if facts.due else ""


def _missing_details(facts: Facts) -> str:
    return details_text(facts.missing, facts.language)


def _delay(facts: Facts) -> str:
    if not facts.message.received_known:
        return ""
    return duration_text(facts.moment.instant - facts.message.received, facts.language)


def _customer_tags(facts: Facts) -> Tags:
    return tags_of(facts.customer.customer.tags) if facts.customer else Tags()


VARIABLES: Final[Mapping[str, Callable[[Facts], str | bool | Tags]]] = {
    "account_address": lambda f: f.world.account.address.spec,
    "asks_details": lambda f: bool(_missing_details(f)),
    "customer_name": _customer_name,
    "customer_tags": _customer_tags,
    "delay": _delay,
    "greeting_name": lambda f: _customer_name(f) or words(f.language).greeting,
    "has_next_opening": lambda f: f.moment.next_opening is not None,
    "incident": lambda f: f.incident,
    "is_answer": lambda f: f.is_answer,
    "is_open": lambda f: f.moment.is_open,
    "is_vip": lambda f: f.customer is not None and f.customer.customer.vip,
    "missing_details": _missing_details,
    "next_opening": _next_opening,
    "next_opening_short": _next_opening_short,
    "period": lambda f: f.moment.period,
    "promise": _promise,
    "received": lambda f: instant_text(f.message.received, f.zone, f.language),
    "sign": lambda f: f.world.policy.team.sign,
    "subject": lambda f: quotable(f.message.subject),
    "team_name": lambda f: f.world.policy.team.name,
}
"""The variables of the reply templates. Mail content is only ever a value here (rule O01)."""

FLAGS: Final = ("asks_details", "has_next_opening", "is_answer", "is_open", "is_vip")
"""The variables that are true or false; all others but the tags are texts."""

INSTANTS: Final[Mapping[str, Callable[[Facts], datetime | None]]] = {
    "next_opening": lambda f: f.moment.next_opening,
    "next_opening_short": lambda f: f.moment.next_opening,
    "promise": lambda f: f.due,
}
"""The instants that variables name, and until which what a text says of times is true."""
