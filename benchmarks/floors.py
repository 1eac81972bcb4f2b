"""The least that any program in Python would have to do for the same work.

python floors.py parse FOLDER
python floors.py imap HOST PORT USER PASSWORD MAILBOX...
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path


def parse(folder: str) -> None:
    """Read every mail of a folder with the standard library, and decode its text parts.

    Mails nested so deep that the standard library cannot parse them are left out.
    """
    from email import message_from_bytes, policy  # noqa: PLC0415 - the other floor has no need of it

    for path in sorted(Path(folder).iterdir()):
        with suppress(RecursionError):
            message = message_from_bytes(path.read_bytes(), policy=policy.compat32)
            for part in message.walk():
                if part.get_content_maintype() == "text":
                    part.get_payload(decode=True)


def imap(host: str, port: str, user: str, password: str, *mailboxes: str) -> None:
    """Log in, ask how far each mailbox is, log out."""
    import imaplib  # noqa: PLC0415 - the other floor has no need of it

    server = imaplib.IMAP4(host, int(port))
    server.login(user, password)
    for mailbox in mailboxes:
        server.status(mailbox, "(MESSAGES UIDNEXT UIDVALIDITY)")
    server.logout()


if __name__ == "__main__":
    if sys.argv[1] == "parse":
        parse(*sys.argv[2:])
    else:
        imap(*sys.argv[2:])
