"""What an SMTP server's answers mean, and how they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inboxwatch.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

OK: Final = range(250, 260)
"""The mail action is done; other 2yz, such as 221, say nothing about a mail (RFC 5321 4.2.3)."""

TEMPORARY: Final = range(400, 500)
PERMANENT: Final = range(500, 600)
GO_AHEAD: Final = 354
AUTHENTICATED: Final = 235
CHALLENGE: Final = 334


def said(code: int, answer: bytes) -> str:
    """A server's answer, safe to print (rule I31)."""
    return one_line(f"{code} {answer.decode('utf-8', 'replace')}", 300)


def reason(error: BaseException, hidden: Callable[[str], str] = str) -> str:
    """What an exception says, with the server's own words where it holds any.

    ``hidden`` leaves out of them what is not to be told.
    """
    code, answer = getattr(error, "smtp_code", None), getattr(error, "smtp_error", b"")
    if isinstance(code, int):
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        return said(code, hidden(text).encode())
    return one_line(hidden(str(error)), 200) or type(error).__name__
