"""Tests in the configuration: a mail, and what has to become of it."""

import re
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, Strict, model_validator

from inboxwatch.config.schema.account import AccountName
from inboxwatch.config.schema.base import Email, FilePath, Kind, Language, Section, Text, key, part
from inboxwatch.config.schema.replies import Names, Signals
from inboxwatch.config.schema.signals import Cause

FIRST_YEAR, LAST_YEAR = 1990, 2199
"""Between which instants lie, as those on the command line."""

_RANGE = re.compile(r"([1-9])?\s*\.\.\s*([1-9])?")
_FIELD_NAME = re.compile(r"[!-9;-~]{1,70}")
_WRITTEN_BY_US = frozenset({"from", "to", "cc", "subject", "return-path"})


def _priorities(value: object) -> object:
    """``8..``, ``..3``, ``4..6`` or ``5`` as the lowest and the highest priority."""
    if isinstance(value, (tuple, list)):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 9:  # noqa: PLR2004 - the priorities
        return value, value
    match = _RANGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) == 1:
        return int(value), int(value)
    if match is None or not any(match.groups()):
        raise ValueError("not a priority: write 5, 8.., ..3 or 4..6")
    lowest, highest = int(match[1] or 1), int(match[2] or 9)
    if lowest > highest:
        raise ValueError(f"{lowest}..{highest} holds no priority")
    return lowest, highest


def _instant(value: object) -> object:
    """An instant as it is written; YAML makes dates of some."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _readable_instant(text: str) -> str:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("not an instant: write 2026-11-21 20:14") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"not within {FIRST_YEAR} and {LAST_YEAR}: write 2026-11-21 20:14")
    return text.strip()


def _field_names(fields: dict[str, str]) -> dict[str, str]:
    for name, value in fields.items():
        if not _FIELD_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header field")
        if name.lower() in _WRITTEN_BY_US:
            raise ValueError(f"{name} has a key of its own")
        if "\n" in value or "\r" in value:
            raise ValueError(f"{name} has to be one line")
    return fields


Priorities = Annotated[
    tuple[int, int], BeforeValidator(_priorities), Kind("priority, or range such as `8..`")
]
Instant = Annotated[
    str, BeforeValidator(_instant), AfterValidator(_readable_instant), Kind("instant")
]
Fields = Annotated[dict[str, str], AfterValidator(_field_names), Kind("fields and their values")]
Addresses = Annotated[
    tuple[Email, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    Kind("address, or list of addresses"),
]
CauseNames = Annotated[
    tuple[Cause, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    Kind("cause, or list of them"),
]
Number = Annotated[int, Strict(), Field(ge=0, le=1000), Kind("whole number")]


class TrialMail(Section):
    """The mail of a test; what is not said is that of a genuine, new mail to the account."""

    from_: Email = key("customer@example.org", "Who writes.", "ann@example.org", alias="from")
    name: Text | None = key(None, "The name beside the address.", "Ann", means="none")
    subject: str = key("", "The subject.", "Third time!")
    text: str = key("", "The text.", "Where is my order?")
    html: str = key("", "The same as HTML.", "<p>Where is my order?</p>", means="none")
    to: Addresses = key((), "To whom.", ["support@acme.example"], means="the account's address")
    cc: Addresses = key((), "Who gets a copy.", ["boss@example.org"], means="nobody")
    headers: Fields = key({}, "Further header fields.", {"Auto-Submitted": "no"}, means="none")
    mailbox: Literal["inbox", "junk"] = key("inbox", "The role of the mailbox.", "junk")
    authentication: Literal["authenticated", "failed", "unverified"] = key(
        "authenticated",
        "What your own server found out about the sender, where the account trusts one.",
        "failed",
    )
    file: FilePath | None = key(
        None, "A mail as a file, in place of all the others.", "mails/angry.eml", means="none"
    )


class TrialPast(Section):
    """What has happened before the mail of a test."""

    unanswered: Number = key(0, "Further mails of the sender that nobody has answered.", 2)
    answers: Number = key(0, "How often people have answered in the conversation.", 1)
    replies: Number = key(0, "How often the conversation got an automatic reply.", 1)
    escalated: bool = key(
        False,  # noqa: FBT003 - the default of a key
        "Whether something of the customer has to reach a person still.",
        True,  # noqa: FBT003 - its example
    )


class TrialExpectation(Section):
    """What has to come out; what is not said may be anything."""

    priority: Priorities | None = key(None, "The priority.", "8..", means="any")
    signals: Signals = key((), "Signals and facts that are found.", ["insult"], means="any")
    no_signals: Signals = key((), "Signals and facts that are not.", ["anger"], means="any")
    reply: Literal["send", "draft", "hold", "none"] | None = key(
        None, "What becomes of the reply.", "hold", means="anything"
    )
    rules: Names = key((), "Rules that keep the reply back.", ["A44"], means="any")
    template: Text | None = key(None, "The template, by its name.", "weekend", means="any")
    tone: Literal["funny", "sincere"] | None = key(
        None, "The tone of the template.", "sincere", means="any"
    )
    language: Language | None = key(None, "The language of the reply.", "de", means="any")
    rescue: Literal["rescue", "review", "leave"] | None = key(
        None, "What becomes of mail in the spam folder.", "review", means="anything"
    )
    customer: Text | None = key(
        None, "The id of the customer it is from, or none.", "c-17", means="any"
    )
    escalation: CauseNames = key(
        (), "Why it has to reach a person.", ["manager-request"], means="any"
    )
    next_step: Literal["call", "write", "none"] | None = key(
        None, "What a person does next.", "call", means="anything"
    )
    says: Names = key((), "Words that the reply holds.", ["on Monday"], means="any")


class Trial(Section):
    """A test of this configuration: a mail, and what has to become of it."""

    name: Text = key(..., "What it is about, in a sentence.", "an angry customer is not joked with")
    at: Instant | None = key(
        None,
        "When the mail arrives and is judged.",
        "2026-11-21 20:14",
        means="half an hour after the first opening of 2026",
    )
    account: AccountName | None = key(None, "To which account.", "support", means="the first")
    mail: TrialMail = part("The mail.", {"from": "ann@example.org", "text": "You are idiots."})
    past: TrialPast = part("What has happened before.", {"unanswered": 2})
    expect: TrialExpectation = part("What has to come out.", {"reply": "hold"})

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not self.expect.model_fields_set:
            raise ValueError("it expects nothing: say under `expect` what has to come out")
        return self
