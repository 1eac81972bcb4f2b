"""What a server's refusal means: RFC 5530 codes and the sentences in use before it (rule I22)."""

from __future__ import annotations

import re

from msgspec import Struct

from inboxwatch.core.text import one_line
from inboxwatch.errors import AccountError, LoginRefusedError, UnreachableError

_CODE = re.compile(r"\[([A-Za-z][A-Za-z0-9-]*)")

DENIED = frozenset(
    {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED", "CONTACTADMIN"}
)
"""Trying again by itself would only lock the account out."""

BUSY = frozenset({"UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG", "THROTTLED", "OVERQUOTA"})
"""The next run may succeed."""


class Sentence(Struct, frozen=True):
    """A busy server without a response code, recognised by its words."""

    server: str
    pattern: re.Pattern[str]


BUSY_SENTENCES = (
    Sentence("Gmail, Courier", re.compile(r"too many (simultaneous )?connections", re.IGNORECASE)),
    Sentence("Dovecot", re.compile(r"maximum number of connections", re.IGNORECASE)),
    Sentence("Exchange", re.compile(r"server (is )?(busy|unavailable)", re.IGNORECASE)),
    Sentence("several", re.compile(r"try again (later|in)|temporar(y|ily)", re.IGNORECASE)),
)


def response_code(text: str) -> str:
    """The response code in a server's text, in upper case, or the empty string."""
    match = _CODE.search(text)
    return match[1].upper() if match else ""


def said(text: str) -> str:
    """A server's text, ready to stand in a message of ours (rule I31)."""
    return one_line(text, 200) or "nothing"


def is_busy(text: str) -> bool:
    """Whether a refusal is about the moment and not about the user."""
    code = response_code(text)
    if code in DENIED:
        return False
    return code in BUSY or any(sentence.pattern.search(text) for sentence in BUSY_SENTENCES)


def refused_login(place: str, text: str) -> AccountError:
    """The error for a login that was answered with NO or BAD."""
    if is_busy(text):
        return UnreachableError(
            f"{place} takes no login at the moment: {said(text)}",
            next_step="the next run tries again; close other mail programs if this stays",
        )
    return LoginRefusedError(
        f"{place} refused user and password: {said(text)}",
        next_step="check imap.user and the password; many providers want an app password",
    )


def refused_command(place: str, doing: str, text: str) -> AccountError:
    """The error for a command that was answered with NO or BAD on a stream that is in step."""
    return UnreachableError(
        f"{place} refused {doing}: {said(text)}",
        next_step="the next run tries again; if this stays, ask the provider",
    )


def hung_up(place: str, doing: str, text: str) -> AccountError:
    """The error for a conversation that broke off, with whatever was said last."""
    if response_code(text) in DENIED:
        return refused_login(place, text)
    return UnreachableError(
        f"{place} broke off while {doing}: {said(text)}",
        next_step="the next run tries again from where this one ended",
    )
