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
    if not _MESSAGE_ID.fullmatch(message_id):
        raise MailboxError(f"{said(message_id)!r} is not a Message-ID")
    quoted = message_id.replace("\\", "\\\\").replace('"', '\\"')
    return ("HEADER", "Message-ID", f'"{quoted}"')


def received_since(since: datetime) -> tuple[str, ...]:
    """Criteria of SEARCH for mail received since then, and some before it.

    SINCE compares dates without their zones: it is asked one day earlier (rule I09).
    """
    day = since.astimezone(UTC) - timedelta(days=1)
    return "SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
