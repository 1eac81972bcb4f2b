"""Replies: whether, how and how many."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator

from inboxwatch.config.schema.base import (
    Count,
    Duration,
    EmailOrDomain,
    Kind,
    Section,
    Text,
    duration_text,
    key,
    part,
)
from inboxwatch.core.reply.rulebook import SOFT_RULES

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


class Limits(Section):
    """How much may go out. Nothing here can be unlimited."""

    sender_interval: LongDuration = key(
        _DAY, "No two replies to one sender within this time.", "24h"
    )
    handle_interval: LongDuration = key(
        7 * _DAY, "The same template not twice to one sender within this time.", "7d"
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


class Replies(Section):
    """Automatic replies."""

    enabled: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Whether replies go out at all. Switched on, only mail that arrives afterwards is "
        "answered.",
        False,  # noqa: FBT003 - its example
        live=True,
    )
    mode: Literal["send", "draft", "hold"] = key(
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
    overrides: dict[SoftRule, tuple[Text, ...]] = key(
        {},
        "Soft rules that do not count for some senders: addresses, domains with `@` before them, "
        f"or customer ids. The rules are {', '.join(SOFT_RULES)}.",
        {"A08": ["@crm.example", "c-17"]},
        means="none",
    )
