"""The rules that the peers apply, in their own words: 17 about the header, 3 about the body."""

from __future__ import annotations

import json

SENDERS = ("@firm1", "@firm20", "ann.adler", "mailer-daemon", "no-reply")
SUBJECTS = ("answer", "order", "invitation", "undelivered", "automatic reply", "[cargo]", "re:")
FIELDS = (
    ("List-Id", "lists.example"),
    ("List-Unsubscribe", "news.example"),
    ("Precedence", "list"),
    ("Auto-Submitted", "auto"),
    ("Authentication-Results", "dmarc=fail"),
)
BODIES = ("tracking number", "unacceptable", "lawyer")

_LUA = """\
options.timeout = 600
account = IMAP {{ server = "127.0.0.1", port = {port}, username = {user}, password = {password} }}
total = 0
for _, box in ipairs({{ account["INBOX"], account["Spam"] }}) do
{rules}
end
print("matches", total)
"""


def lua(port: int, user: str, password: str, *, bodies: bool) -> str:
    """A script for imapfilter that asks the server for every rule's mails and does nothing else."""
    asked = [f"contain_from({_quoted(one)})" for one in SENDERS]
    asked += [f"contain_subject({_quoted(one)})" for one in SUBJECTS]
    asked += [f"contain_field({_quoted(name)}, {_quoted(value)})" for name, value in FIELDS]
    asked += [f"contain_body({_quoted(one)})" for one in BODIES if bodies]
    rules = "\n".join(f"  total = total + #box:{one}" for one in asked)
    return _LUA.format(port=port, user=_quoted(user), password=_quoted(password), rules=rules)


def autofiler(port: int, user: str, password: str) -> str:
    """A configuration for imapautofiler (JSON is YAML) with the rules about the header."""
    fields = [("From", one) for one in SENDERS] + [("Subject", one) for one in SUBJECTS]
    rules = [
        {
            "headers": [{"name": name, "substring": value}],
            "action": {"name": "move", "dest-mailbox": "Sorted"},
        }
        for name, value in (*fields, *FIELDS)
    ]
    server = {"hostname": "127.0.0.1", "port": port, "ssl": False}
    return json.dumps(
        {
            "server": {**server, "username": user, "password": password},
            "mailboxes": [{"name": box, "rules": rules} for box in ("INBOX", "Spam")],
        }
    )


def _quoted(text: str) -> str:
    return json.dumps(text)
