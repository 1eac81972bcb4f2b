"""What is searched for: nothing of a mail reaches a command but an id of the right form (I02)."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from inboxwatch.errors import MailboxError
from inboxwatch.mail.imap.refusals import said

if TYPE_CHECKING:
    from datetime import datetime

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def with_message_id(message_id: str) -> tuple[str, ...]:
    """Criteria of SEARCH for exactly this Message-ID. Raises MailboxError for what is none."""
    if not is_message_id(message_id):
        raise MailboxError(f"{said(message_id)!r} is not a Message-ID")
    return ("HEADER", "Message-ID", _quoted(message_id))


def naming(message_id: str) -> tuple[str, ...]:
    """Criteria of SEARCH for what answers this Message-ID (RFC 5322 section 3.6.4)."""
    quoted = _quoted(message_id)
    return ("OR", "HEADER", "In-Reply-To", quoted, "HEADER", "References", quoted)


def is_message_id(text: str) -> bool:
    """Whether a text has the form of an id that may become part of a command."""
    return _MESSAGE_ID.fullmatch(text) is not None


def _quoted(message_id: str) -> str:
    escaped = message_id.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def received_since(since: datetime) -> tuple[str, ...]:
    """Criteria of SEARCH for mail received since then, and some before it.

    SINCE compares dates without their zones: it is asked one day earlier (rule I09).
    """
    day = since.astimezone(UTC) - timedelta(days=1)
    return "SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
