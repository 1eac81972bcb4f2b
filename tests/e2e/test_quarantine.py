"""A mail that kills the whole process: three runs die of it, the fourth goes past it (rule X12)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.support.entry import POISON, READ_POINT
from tests.support.house import letter
from tests.support.installed import ENTRY

if TYPE_CHECKING:
    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.dovecot


def test_killed_three_times_by_one_mail_the_others_are_answered(
    program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    assert program("run").returncode == 0
    at = datetime.now(UTC)
    for name in ("ann@archer.example", f"{POISON.decode()}@cleo.example", "bert@bloom.example"):
        imap.deliver("INBOX", letter(name, at=at), at)
    for _ in range(3):
        died = program(READ_POINT, module=ENTRY)
        assert died.returncode == -9, died.stderr
    done = program("run")
    assert done.returncode == 3
    assert "support/INBOX, UID 2: set aside, inboxwatch ended 3 times" in done.stderr
    assert sorted(sent.recipient for sent in smtp.sent) == [
        "ann@archer.example",
        "bert@bloom.example",
    ]
    again = program("run")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len(smtp.sent) == 2
