"""SMTP: the only room that knows smtplib, which is imported with the first connection."""

from __future__ import annotations

from inboxwatch.mail.smtp.settings import SmtpSettings, files_sent_copies
from inboxwatch.mail.smtp.transport import SmtpTransport

__all__ = ["SmtpSettings", "SmtpTransport", "files_sent_copies"]
