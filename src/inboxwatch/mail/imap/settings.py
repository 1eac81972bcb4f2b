"""What is needed to use one IMAP account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inboxwatch.mail.discover import Names
    from inboxwatch.mail.tls import Security


class ImapSettings(Struct, frozen=True):
    """One account. ``password`` is asked at each login, and kept no longer than the connection.

    Timeouts are in seconds: ``read_timeout`` is for silence, ``answer_timeout`` for one answer as a
    whole.

    ``junk``, ``sent`` and ``drafts`` are ``"auto"``, a name, or several names with ``/`` between
    the levels; an empty tuple means the account has none. ``review`` is the name of the mailbox for
    rescued mail.
    """

    name: str
    host: str
    port: int
    security: Security
    user: str
    password: Callable[[], str]
    ca_file: Path | None = None
    inbox: str = "INBOX"
    junk: Names = "auto"
    sent: Names = "auto"
    drafts: Names = "auto"
    review: str = ""
    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    answer_timeout: float = 300.0
    answered_flag: bool = True
    r"""Whether ``\Answered`` is set on what was replied to; the keyword is in any case."""

    @property
    def place(self) -> str:
        """Account and server, as errors name them."""
        return f"{self.name} ({self.host}:{self.port})"

    def __repr__(self) -> str:
        """The server alone: what gives the password stays out of logs (rule O12)."""
        return f"ImapSettings({self.place})"
