"""What becomes of customers' mail that is found in the spam folder."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Strict

from inboxwatch.config.schema.base import Duration, Kind, Section, Text, key

_MONTH, _THREE_MONTHS = timedelta(days=30), timedelta(days=90)


def _at_most_three_months(value: timedelta) -> timedelta:
    if value > _THREE_MONTHS:
        raise ValueError("is more than 90 days: older mail is better answered by a person")
    return value


def _expression(text: str) -> str:
    """A regular expression as it is. Raises ValueError for what RE2 cannot read."""
    from inboxwatch.core.triage.pattern import expression  # noqa: PLC0415 - seldom written

    expression(text)
    return text


Expression = Annotated[str, AfterValidator(_expression), Kind("regular expression")]
ReplyAge = Annotated[Duration, AfterValidator(_at_most_three_months), Kind("duration, at most 90d")]
Most = Annotated[int, Strict(), Field(ge=1, le=1000), Kind("whole number from 1 to 1000")]


class Rescue(Section):
    """What becomes of customers' mail that is found in the spam folder."""

    mode: Literal["report", "review", "inbox"] = key(
        "report",
        "Whether a run only reports mail of customers that are proven genuine, or moves it: to the "
        "mailbox for review, or to the inbox. `inboxwatch sweep --apply` moves it in any case, "
        "under `report` to the mailbox for review.",
        "review",
    )
    mailbox: Text = key("Rescued", "The mailbox for review.", "Rescued")
    create: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Whether the mailbox for review is made if it is not there; else a sweep asks at a "
        "terminal.",
        True,  # noqa: FBT003 - its example
    )
    most: Most = key(
        25,
        "How many mails one run or sweep moves at most. From 50 mails in the spam folder on, it is "
        "never more than a fifth of them.",
        25,
    )
    reply: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Whether whoever is moved gets the apology (the `rescued` template), if nothing else "
        "forbids a reply. Needs `replies.enabled`.",
        True,  # noqa: FBT003 - its example
    )
    reply_max_age: ReplyAge = key(_MONTH, "Older mail gets no apology.", "30d")
    order_numbers: tuple[Expression, ...] = key(
        (),
        "How your order numbers look, as regular expressions (RE2): a stranger's mail that names "
        "one is offered for review.",
        ["AC-[0-9]{6}"],
        means="none",
    )
