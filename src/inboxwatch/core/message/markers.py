"""What the header says a mail is: predicates of the rules A01 to A10, A12 and A13.

Each takes a Case and returns the evidence, or the empty string. All instances of a field are looked
at, and a value that cannot be read counts as a match.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from inboxwatch.core.message.structured import UnreadableError, without_comments
from inboxwatch.core.text import one_line
from inboxwatch.model.message import ReturnPathKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inboxwatch.model.message import Message
    from inboxwatch.model.policy import AccountPolicy, Policy

MAX_EVIDENCE = 120
MAX_INSTANCES = 50
"""Instances of one field that are read; more of them than that are a match by themselves."""


class HasMessage(Protocol):
    """All that most predicates look at."""

    @property
    def message(self) -> Message:
        """The mail."""


class Case(Struct, frozen=True):
    """What a predicate looks at: the mail, and the team's own addresses, lists and marker."""

    message: Message
    policy: Policy
    account: AccountPolicy


def shown(name: str, value: str) -> str:
    """A field as evidence, on one line, its name written as people write it."""
    return one_line(f"{name.title()}: {value}".rstrip(), MAX_EVIDENCE)


def present(message: Message, names: Iterable[str]) -> str:
    """The first of some fields that is there, whatever its value."""
    for name in names:
        if name in message.headers:
            return shown(name, message.header(name))
    return ""


def any_value(
    message: Message,
    name: str,
    matches: Callable[[str], bool],
    read: Callable[[str], str] = without_comments,
) -> str:
    """The first instance whose value, read and in lower case, matches or cannot be read."""
    values = message.headers.get(name)
    if not values:
        return ""
    for value in values[:MAX_INSTANCES]:
        try:
            if matches(read(value).casefold()):
                return shown(name, value)
        except UnreadableError:
            return shown(name, value)
    return shown(name, "too many") if len(values) > MAX_INSTANCES else ""


# --- A01, A02: what says so itself ------------------------------------------------------------

AUTO_SUBMITTED = frozenset({"auto-submitted"})
"""The fields that a rule looks at, here and below: without any of them it cannot match."""


def auto_submitted(case: HasMessage) -> str:
    """A01: anything but ``no`` (RFC 3834 5)."""
    return any_value(case.message, "auto-submitted", _submitted_by_machine)


def _submitted_by_machine(value: str) -> bool:
    return value.partition(";")[0].strip() != "no"


def null_return_path(case: Case) -> str:
    """A02: the null envelope sender (RFC 5321 4.5.5)."""
    return "Return-Path: <>" if case.message.return_path.kind is ReturnPathKind.NULL else ""


def invalid_return_path(case: Case) -> str:
    """A02: an envelope sender that holds no address."""
    if case.message.return_path.kind is not ReturnPathKind.INVALID:
        return ""
    return shown("return-path", case.message.header("return-path"))


# --- A04, A05, A13: reports and calendars -----------------------------------------------------

FAILED_RECIPIENTS = frozenset({"x-failed-recipients"})
_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "message/global-disposition-notification",
        "message/tracking-status",
        "multipart/report",
    }
)
_CALENDAR_METHODS = frozenset(
    {"add", "cancel", "counter", "declinecounter", "refresh", "reply", "request"}
)


def report(case: HasMessage) -> str:
    """A04: delivery reports, read receipts and feedback reports (RFC 3464, 8098, 5965)."""
    for part in case.message.parts:
        if part.content_type in _REPORTS:
            return one_line(f"a part {part.content_type}", MAX_EVIDENCE)
    return any_value(case.message, "content-type", _REPORTS.__contains__, _media_type)


def _media_type(value: str) -> str:
    return without_comments(value.partition(";")[0])


def failed_recipients(case: HasMessage) -> str:
    """A05: what Exim and Google put on their bounces."""
    return present(case.message, FAILED_RECIPIENTS)


def calendar(case: HasMessage) -> str:
    """A13: invitations and their answers (RFC 5546); a calendar file without method is a file."""
    for part in case.message.parts:
        if part.content_type == "text/calendar":
            method = part.parameters.get("method", "").strip().lower()
            if method in _CALENDAR_METHODS:
                return f"a part text/calendar; method={method}"
    return any_value(
        case.message, "content-class", "urn:content-classes:calendarmessage".__eq__, str.strip
    )


# --- A06 to A08, A12: lists and bulk ----------------------------------------------------------

PRECEDENCE = frozenset({"precedence", "x-precedence"})
_BULK = frozenset({"auto_reply", "bulk", "junk", "list"})
_TOKEN_END = re.compile(r"[\s;,]")
_LIST_FIELDS = (
    "list-id",
    "list-post",
    "list-help",
    "list-subscribe",
    "list-owner",
    "list-archive",
)
LIST = frozenset(_LIST_FIELDS)
_UNSUBSCRIBE_FIELDS = ("list-unsubscribe", "list-unsubscribe-post")
UNSUBSCRIBE = frozenset(_UNSUBSCRIBE_FIELDS)
_BULK_FIELDS = (
    "feedback-id",
    "x-campaign",
    "x-campaignid",
    "x-csa-complaints",
    "x-mc-user",
    "x-msfbl",
)
BULK = frozenset((*_BULK_FIELDS, "x-mailer"))
_BULK_MAILERS = (
    "activecampaign",
    "aweber",
    "brevo",
    "campaign monitor",
    "campaignmonitor",
    "cleverreach",
    "constant contact",
    "getresponse",
    "klaviyo",
    "mailchimp",
    "mailerlite",
    "mailjet",
    "newsletter",
    "phplist",
    "rapidmail",
    "sendinblue",
)


def precedence(case: Case) -> str:
    """A06: bulk, junk, list and auto_reply; ``list`` is no matter on a list of the team's own."""
    return machine_precedence(case) if _is_own_list(case) else _precedence(case.message, _BULK)


def machine_precedence(case: HasMessage) -> str:
    """A06 without ``list``, which a group puts on what people write to it."""
    return _precedence(case.message, _BULK - {"list"})


def _precedence(message: Message, refused: frozenset[str]) -> str:
    def matches(value: str) -> bool:
        return _TOKEN_END.split(value, maxsplit=1)[0] in refused

    return any_value(message, "precedence", matches) or any_value(message, "x-precedence", matches)


def mailing_list(case: Case) -> str:
    """A07: the fields of RFC 2369 and 2919, unless the list is one of the team's own groups."""
    evidence = present(case.message, _LIST_FIELDS)
    return "" if evidence and _is_own_list(case) else evidence


def unsubscribe(case: Case) -> str:
    """A08: an unsubscribe link alone; a group of the team adds one that is not one-click."""
    headers = case.message.headers
    evidence = present(case.message, _UNSUBSCRIBE_FIELDS)
    if not evidence or "list-unsubscribe-post" in headers:
        return evidence
    groups_own = len(headers["list-unsubscribe"]) == 1 and _is_own_list(case)
    return "" if groups_own else evidence


def _is_own_list(case: Case) -> bool:
    values = case.message.headers.get("list-id", ())
    if not values or not case.account.own_lists:
        return False
    own = {name.casefold().strip("<> ") for name in case.account.own_lists}
    return all(_list_id(value) in own for value in values[:MAX_INSTANCES])


def _list_id(value: str) -> str:
    return value.rpartition("<")[2].partition(">")[0].strip().casefold()


def bulk_marker(case: Case) -> str:
    """A12: what mass mailers add for feedback loops, and their names."""
    return present(case.message, _BULK_FIELDS) or any_value(
        case.message, "x-mailer", _is_bulk_mailer, str.strip
    )


def _is_bulk_mailer(value: str) -> bool:
    return any(name in value for name in _BULK_MAILERS)


# --- A09, A10: what other responders set ------------------------------------------------------

SUPPRESS = frozenset({"x-auto-response-suppress"})
_SUPPRESS = frozenset({"all", "autoreply", "oof"})
_SUPPRESS_BITS = 0x10 | 0x20
_NUMBER = re.compile(r"-?\d{1,10}", re.ASCII)
_RESPONDER_FIELDS = (
    "x-autogenerated",
    "x-auto-generated",
    "x-autoreply-from",
    "x-autorespond",
    "x-autoresponse",
    "x-cron-env",
    "x-mail-autoreply",
    "x-ms-exchange-inbox-rules-loop",
)
_RESPONDER_VALUES: dict[str, Callable[[str], bool]] = {
    "delivered-to": "autoresponder".__eq__,
    "x-amazon-mail-relay-type": "notification".__eq__,
    "x-autoreply": "no".__ne__,
    "x-fc-machinegenerated": "true".__eq__,
    "x-post-messageclass": lambda value: "autoresponder" in value,
}
RESPONDERS = frozenset((*_RESPONDER_VALUES, *_RESPONDER_FIELDS))


def response_suppress(case: Case) -> str:
    """A09: Microsoft's wish for no answer, as words or as bits (MS-OXCMAIL 2.1.3.2.20)."""
    return any_value(case.message, "x-auto-response-suppress", _suppresses)


def _suppresses(value: str) -> bool:
    if _NUMBER.fullmatch(value):
        return int(value) == -1 or bool(int(value) & _SUPPRESS_BITS)
    return any(token.strip() in _SUPPRESS for token in value.split(","))


def responder(case: HasMessage) -> str:
    """A10: the fields by which other responders and programs mark their mail."""
    headers = case.message.headers
    found = (
        any_value(case.message, name, matches)
        for name, matches in _RESPONDER_VALUES.items()
        if name in headers
    )
    return present(case.message, _RESPONDER_FIELDS) or next(filter(None, found), "")
