"""``inboxwatch report``, installed, against real servers: what it tells, and the mail it sends."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from tests.support.house import letter

if TYPE_CHECKING:
    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.dovecot


def test_a_week_is_told_and_mailed(program: Installed, imap: Dovecot, smtp: SmtpServer) -> None:
    now = datetime.now(UTC)
    imap.deliver("INBOX", letter(subject="<script>x</script>", at=now), now)
    assert program("run").returncode == 0
    (told,) = program.json("report")
    figures = {one["name"]: one["value"] for one in told["sections"][0]["figures"]}
    assert figures["mails"] == 1
    done = program("report", "--mail-to", "lead@acme.example", "--mail-to", "jo@acme.example")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    first, second = smtp.sent[-2:]
    assert [first.recipient, second.recipient] == ["lead@acme.example", "jo@acme.example"]
    read = message_from_bytes(first.octets, policy=policy.default)
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Subject"].startswith("[inboxwatch] Support report, ")
    text, page = read.iter_parts()
    assert [one.get_content_type() for one in (text, page)] == ["text/plain", "text/html"]
    assert "<script>x</script>" in " ".join(text.get_content().split())
    assert "&lt;script&gt;x&lt;/script&gt;" in page.get_content()
    assert "<script" not in page.get_content()


def test_a_refused_recipient_is_told(program: Installed, smtp: SmtpServer) -> None:
    assert program("run").returncode == 0
    smtp.answers = {"rcpt": 550}
    done = program("report", "--mail-to", "lead@acme.example")
    assert done.returncode == 3
    assert "the report to lead@acme.example was not sent" in done.stderr
