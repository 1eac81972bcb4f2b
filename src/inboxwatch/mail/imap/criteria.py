"""What is searched for: nothing of a mail reaches a command but an id of the right form (I02)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxwatch.errors import MailboxError
from inboxwatch.mail.imap.refusals import said

if TYPE_CHECKING:
    from datetime import datetime

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def with_message_id(message_id: str, since: datetime | None = None) -> tuple[str, ...]:
    """Criteria of SEARCH for exactly this Message-ID, if asked that came on ``since`` or later.

    Raises MailboxError for what is no Message-ID.
    """
    if not _MESSAGE_ID.fullmatch(message_id):
        raise MailboxError(f"{said(message_id)!r} is not a Message-ID")
    quoted = message_id.replace("\\", "\\\\").replace('"', '\\"')
    day = ("SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}") if since else ()
    return (*day, "HEADER", "Message-ID", f'"{quoted}"')
