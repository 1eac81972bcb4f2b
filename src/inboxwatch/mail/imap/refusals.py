"""What a server's refusal means: RFC 5530 codes and the sentences in use before it (rule I22)."""

from __future__ import annotations

import re

from msgspec import Struct

from inboxwatch.core.backoff import (
    CONNECTIONS,
    KIND_OF_CODE,
    PERMANENT,
    QUOTA,
    THROTTLED,
    UNAVAILABLE,
)
from inboxwatch.core.text import one_line
from inboxwatch.errors import AccountError, LoginRefusedError, UnreachableError

_CODE = re.compile(r"\[([A-Za-z][A-Za-z0-9-]*)")


class Sentence(Struct, frozen=True):
    """A busy server by its words, where it has no response code, or too wide a one."""

    server: str
    kind: str
    pattern: re.Pattern[str]


BUSY_SENTENCES = (
    Sentence(
        "Gmail, Courier",
        CONNECTIONS,
        re.compile(r"too many (simultaneous )?connections", re.IGNORECASE),
    ),
    Sentence("Dovecot", CONNECTIONS, re.compile(r"maximum number of connections", re.IGNORECASE)),
    Sentence("Gmail", QUOTA, re.compile(r"bandwidth limits?", re.IGNORECASE)),
    Sentence("Yahoo", THROTTLED, re.compile(r"rate limit|too many requests", re.IGNORECASE)),
    Sentence(
        "Exchange", UNAVAILABLE, re.compile(r"server (is )?(busy|unavailable)", re.IGNORECASE)
    ),
    Sentence(
        "several", UNAVAILABLE, re.compile(r"try again (later|in)|temporar(y|ily)", re.IGNORECASE)
    ),
)


def response_code(text: str) -> str:
    """The response code in a server's text, in upper case, or the empty string."""
    match = _CODE.search(text)
    return match[1].upper() if match else ""


def said(text: str) -> str:
    """A server's text, ready to stand in a message of ours (rule I31)."""
    return one_line(text, 200) or "nothing"


def busy_kind(text: str) -> str:
    """The row of a refusal that is about the moment and not about the user; else nothing."""
    kind = KIND_OF_CODE.get(response_code(text), "")
    if kind in PERMANENT:
        return ""
    spoken = (one.kind for one in BUSY_SENTENCES if one.pattern.search(text))
    return next(spoken, kind)


BUSY_STEPS = {
    CONNECTIONS: "a later run tries again; close other mail programs if this stays",
    THROTTLED: "a later run tries again; let cron start it less often if this stays",
    QUOTA: "the provider's limit of a day is used up: wait, and find out which program reads so "
    "much mail; inboxwatch status tells what inboxwatch read",
    UNAVAILABLE: "a later run tries again; ask the provider if this stays",
}
"""What to do about a busy server, by the row."""


def refused_login(place: str, text: str) -> AccountError:
    """The error for a login that was answered with NO or BAD."""
    if kind := busy_kind(text):
        return UnreachableError(
            f"{place} takes no login at the moment: {said(text)}",
            next_step=BUSY_STEPS[kind],
            kind=kind,
        )
    return LoginRefusedError(
        f"{place} refused user and password: {said(text)}",
        next_step="check imap.user and the password; many providers want an app password",
    )


def refused_command(place: str, doing: str, text: str) -> AccountError:
    """The error for a command that was answered with NO or BAD on a stream that is in step."""
    kind = busy_kind(text)
    step = BUSY_STEPS.get(kind, "a later run tries again; if this stays, ask the provider")
    return UnreachableError(f"{place} refused {doing}: {said(text)}", next_step=step, kind=kind)


def hung_up(place: str, doing: str, text: str) -> AccountError:
    """The error for a conversation that broke off, with whatever was said last."""
    if KIND_OF_CODE.get(response_code(text)) in PERMANENT:
        return refused_login(place, text)
    return UnreachableError(
        f"{place} broke off while {doing}: {said(text)}",
        next_step="a later run tries again from where this one ended",
        kind=busy_kind(text),
    )
