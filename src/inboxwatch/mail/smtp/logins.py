"""Logging in to an SMTP server, and how each way is called (RFC 4954)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from inboxwatch.mail.smtp import answers

if TYPE_CHECKING:
    import smtplib


def _plain(client: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    """RFC 4616; smtplib's own cannot send a password beyond ASCII."""
    return client.docmd("AUTH", f"PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{password}')}")


def _login(client: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    code, answer = client.docmd("AUTH", f"LOGIN {_base64(user)}")
    return client.docmd(_base64(password)) if code == answers.CHALLENGE else (code, answer)


LOGINS: Final = (("PLAIN", _plain), ("LOGIN", _login))
"""By name, the preferred first."""


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
