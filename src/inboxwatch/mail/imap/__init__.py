"""IMAP: the only room that knows imapclient, which is imported with the first connection."""

from __future__ import annotations

from inboxwatch.mail.imap.account import ImapAccount
from inboxwatch.mail.imap.settings import ImapSettings

__all__ = ["ImapAccount", "ImapSettings"]
