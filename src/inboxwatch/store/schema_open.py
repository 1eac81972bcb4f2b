"""Open mails of an account by their time: a run looks at those of the last days alone."""

from __future__ import annotations

STATEMENTS = ("CREATE INDEX mail_open_since ON mail (account, received) WHERE closed = ''",)
