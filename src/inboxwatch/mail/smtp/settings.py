"""What is needed to use one submission server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inboxwatch.mail.tls import Security

FILES_SENT_COPIES: Final = frozenset(
    {"smtp.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com"}
)
r"""Hosts that put what they send into ``\Sent`` themselves (rule F21)."""

FINAL_TIMEOUT: Final = 600.0
"""Seconds to wait for the answer to the final dot (RFC 5321 section 4.5.3.2.6)."""

READY_TIMEOUT: Final = 120.0
"""Seconds from connecting to DATA: a server that drips must not keep a run (rule X11)."""


def files_sent_copies(host: str) -> bool:
    """Whether a provider keeps a copy of what it sends, so that ours would be a second one."""
    return host.lower().rstrip(".") in FILES_SENT_COPIES


class SmtpSettings(Struct, frozen=True):
    """One submission server. Timeouts are in seconds; without ``user`` nobody logs in.

    ``read_timeout`` is for a whole step, such as RCPT and its answer; ``ready_timeout`` for all of
    them up to DATA, with connecting and logging in.
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: Callable[[], str] | None = None
    ca_file: Path | None = None
    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    ready_timeout: float = READY_TIMEOUT
    final_timeout: float = FINAL_TIMEOUT

    @property
    def place(self) -> str:
        """The server, as errors name it."""
        return f"{self.host}:{self.port}"

    def __repr__(self) -> str:
        """The server alone: what gives the password stays out of logs (rule O12)."""
        return f"SmtpSettings({self.place})"
