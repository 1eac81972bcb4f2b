"""Replies: whether, how and how many."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, Strict, model_validator

from inboxwatch.config.schema.base import (
    Count,
    Duration,
    EmailOrDomain,
    Kind,
    Language,
    Section,
    Text,
    duration_text,
    key,
    part,
)
from inboxwatch.config.schema.signals import Signal
from inboxwatch.core.reply.rulebook import SOFT_RULES
from inboxwatch.model.playbook import Detail

_DAY = timedelta(days=1)


def _at_least_a_day(value: timedelta) -> timedelta:
    if value < _DAY:
        raise ValueError(f"{duration_text(value)} is too short: at least 24h")
    return value


def _at_most_a_week(value: timedelta) -> timedelta:
    if value > 7 * _DAY:
        raise ValueError(f"{duration_text(value)} is too long: at most 7d")
    return value


def _soft_rule(rule: str) -> str:
    if rule not in SOFT_RULES:
        raise ValueError(
            f"{rule!r} is not a rule that can be turned off: only {', '.join(SOFT_RULES)} can"
        )
    return rule


LongDuration = Annotated[Duration, AfterValidator(_at_least_a_day), Kind("duration, at least 24h")]
MaxAge = Annotated[Duration, AfterValidator(_at_most_a_week), Kind("duration, at most 7d")]
SoftRule = Annotated[str, AfterValidator(_soft_rule), Kind("rule")]


def listed(value: object) -> object:
    """One name where a list of them may stand."""
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[Text, ...], BeforeValidator(listed), Kind("name, or list of names")]
Signals = Annotated[tuple[Signal, ...], BeforeValidator(listed), Kind("signal, or list of them")]
Languages = Annotated[
    tuple[Language, ...], BeforeValidator(listed), Kind("language code, or list of them")
]
Percent = Annotated[int, Strict(), Field(ge=1, le=100), Kind("whole number from 1 to 100")]
Often = Annotated[int, Strict(), Field(ge=0, le=1000), Kind("whole number, at least 0")]
RuleName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Modes = Literal["send", "draft", "hold"]
DETAILS = tuple(detail.value for detail in Detail)


class Limits(Section):
    """How much may go out. Nothing here can be unlimited."""

    sender_interval: LongDuration = key(
        _DAY, "No two replies to one sender within this time.", "24h"
    )
    handle_interval: LongDuration = key(
        7 * _DAY,
        "The same template not twice to one sender within this time, nor two of kind `away`.",
        "7d",
    )
    domain_hour: Count = key(
        5, "Replies an hour to one domain; public mail providers are exempt.", 5
    )
    domain_day: Count = key(
        20, "Replies a day to one domain; public mail providers are exempt.", 20
    )
    account_hour: Count = key(30, "Replies an hour from one account.", 30)
    run: Count = key(20, "Replies in one run.", 20)
    day: Count = key(200, "Replies a day, of all accounts.", 200)
    tripwire: Count = key(
        50, "If a run wants to send more replies than this, and than usual, it sends none.", 50
    )
    recipients: Count = key(
        10, "Mail with more addresses than this in To and Cc is for a person to look at.", 10
    )
    quick_reply: Duration = key(
        timedelta(minutes=10),
        "Whoever answers an automatic reply sooner than this is taken for a machine.",
        "10m",
    )
    burst: Count = key(
        5, "More mails of one sender than this within `burst_window` stop replies to it.", 5
    )
    burst_window: Duration = key(
        timedelta(minutes=10),
        "The time in which `burst` is counted; it stops them for a day.",
        "10m",
    )
    breaker_percent: Percent = key(
        50,
        "When more than this share of an hour's replies came back, and at least three, the "
        "account sends none until `inboxwatch resume`.",
        50,
    )
    bounce_mute: LongDuration = key(
        30 * _DAY, "An address that refused a reply for good gets no other for so long.", "30d"
    )


class Rule(Section):
    """Which mails a rule is for, and what they get. Every condition that is given has to hold."""

    account: Names = key((), "The accounts.", ["support"], means="every account")
    period: Names = key((), "The periods.", ["evening", "weekend"], means="every period")
    customer: Annotated[
        tuple[Literal["known", "unknown", "vip"], ...],
        BeforeValidator(listed),
        Kind("`known`, `unknown`, `vip`, or list of them"),
    ] = key((), "Who writes.", ["vip"], means="anybody")
    tags: Names = key(
        (), "The customer's tags, of which one is enough.", ["wholesale"], means="any"
    )
    signals: Signals = key(
        (), "The signals of the mail, of which one is enough.", ["outage"], means="any"
    )
    language: Languages = key((), "The language of the reply.", ["de"], means="every language")
    mailbox: Annotated[
        tuple[Literal["inbox", "junk"], ...],
        BeforeValidator(listed),
        Kind("`inbox`, `junk`, or both"),
    ] = key((), "The role of the mailbox.", ["inbox"], means="both")
    answered_at_least: Often = key(
        0, "How often the conversation has been answered, by people and programs, at least.", 1
    )
    answered_at_most: Often | None = key(None, "The same at most.", 0, means="no bound")
    templates: Names = key(
        (),
        "The templates to choose from by their names, in turn.",
        ["outage"],
        means="those of the period",
    )
    mode: Modes | None = key(
        None, "What becomes of the reply.", "hold", means="that of the account"
    )

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.templates and self.mode is None:
            raise ValueError("it has no effect: give it templates, or a mode")
        if self.answered_at_most is not None and self.answered_at_most < self.answered_at_least:
            raise ValueError("answered_at_most is less than answered_at_least")
        return self


class Topic(Section):
    """What a mail may be about, and what is asked for if it does not say it."""

    signals: Signals = key(
        (),
        "Signals that tell the topic, of which one is enough.",
        ["charged-wrongly"],
        means="none",
    )
    phrases: Names = key(
        (), "Words or phrases that tell it, of which one is enough.", ["invoice"], means="none"
    )
    ask: Annotated[
        tuple[Literal["order-number", "amount", "date", "card-last-four"], ...],
        BeforeValidator(listed),
        Field(min_length=1),
        Kind(f"list of {', '.join(DETAILS)}"),
    ] = key(..., "The details that find the case.", ["amount", "date"])

    @model_validator(mode="after")
    def _has_marks(self) -> Self:
        if not self.signals and not self.phrases:
            raise ValueError("nothing tells this topic: give it signals or phrases")
        return self


DEFAULT_TOPICS = {
    "billing": {
        "signals": ["charged-wrongly", "money-back"],
        "ask": ["order-number", "amount", "date"],
    },
    "order": {"signals": ["problem", "complaint"], "ask": ["order-number"]},
}
"""What is asked for unless the team says otherwise."""


class Replies(Section):
    """Automatic replies."""

    enabled: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Whether replies go out at all. Switched on, only mail that arrives afterwards is "
        "answered.",
        False,  # noqa: FBT003 - its example
        live=True,
    )
    mode: Modes = key(
        "send",
        "What becomes of a reply: sent, put into the drafts, or kept in the outbox for a person.",
        "send",
    )
    max_age: MaxAge = key(_DAY, "Older mail is never answered.", "24h")
    limits: Limits = part("How much may go out.", {"run": 20})
    no_reply_to: tuple[EmailOrDomain, ...] = key(
        (),
        "Addresses, and domains with `@` before them, that never get a reply.",
        ["robot@partner.example", "@alerts.example"],
        means="none",
    )
    rules: dict[RuleName, Rule] = key(
        {},
        "Which reply for which mail: the first rule that matches wins, and a mail that none "
        "matches gets the templates of its period.",
        {"outage": {"signals": ["outage"], "templates": ["outage"], "mode": "hold"}},
        means="none",
    )
    topics: dict[RuleName, Topic] = key(
        DEFAULT_TOPICS,
        "What a reply asks for, by topic, when the mail does not say it.",
        {"billing": {"signals": ["charged-wrongly"], "ask": ["amount", "date"]}},
        means="billing: order number, amount and date; order: order number",
        validate_default=True,
    )
    html: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Whether replies carry an HTML alternative of the same text.",
        True,  # noqa: FBT003 - its example
    )
    precedence: Literal["none", "bulk", "auto_reply"] = key(
        "none",
        "The Precedence field of replies, for old responders that know no other mark; it may hurt "
        "delivery.",
        "auto_reply",
    )
    detect_language: bool = key(
        True,  # noqa: FBT003 - the default of a key
        "Whether a mail's language is detected when no record names the customer's. Needs the "
        "extra `languages`; without it the account's language is used.",
        False,  # noqa: FBT003 - its example
    )
    overrides: dict[SoftRule, tuple[Text, ...]] = key(
        {},
        "Soft rules that do not count for some senders: addresses, domains with `@` before them, "
        f"or customer ids. The rules are {', '.join(SOFT_RULES)}.",
        {"A08": ["@crm.example", "c-17"]},
        means="none",
    )
