"""A run and a sweep of the installed command on each of the servers, small and from end to end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.accounts import STARTED, param, settings_for
from tests.support.house import letter
from tests.support.installed import installed

from inboxwatch.mail.imap import ImapAccount
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer
    from tests.support.started import ImapServer

    from inboxwatch.model.message import RawMessage


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class Shop:
    """A server with a spam folder, and what lies in its mailboxes."""

    def __init__(self, server: ImapServer, prefix: str) -> None:
        self.server = server
        self.spam = f"{prefix}Spam"
        self.sent = f"{prefix}Sent"
        self.rescued = f"{prefix}Rescued"
        self._account = ImapAccount(settings_for(server))

    def deliver(self, mailbox: str, sender: str, subject: str, **age: float) -> None:
        at = now() - timedelta(**age)
        self.server.deliver(mailbox, letter(sender, subject=subject, at=at), at)

    def lying(self, mailbox: str) -> list[RawMessage]:
        state = self._account.state(mailbox)
        ranges = [(1, state.uidnext - 1)]
        found = self._account.fetch(mailbox, Role.INBOX, state.uidvalidity, ranges)
        mails = [mail for batch in found for mail in batch]
        self._account.close()
        return mails

    def subjects(self, mailbox: str) -> list[str]:
        return sorted(
            line.removeprefix("Subject: ")
            for mail in self.lying(mailbox)
            for line in mail.header.decode().splitlines()
            if line.startswith("Subject: ")
        )

    def answered(self) -> list[bool]:
        return ["\\Answered" in mail.flags for mail in self.lying("INBOX")]


@pytest.fixture(params=[param(kind) for kind in STARTED])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    start, prefix = STARTED[request.param]
    with start() as server:
        yield Shop(server, prefix)


def recipients(smtp: SmtpServer) -> Counter[str]:
    return Counter(sent.recipient for sent in smtp.sent)


def rescuing(program: Installed, terms: str) -> Installed:
    return program.write(program.config.read_text("utf-8") + f"rescue: {terms}\n")


def nothing_happens(program: Installed) -> bool:
    done = program("run")
    return (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_run_and_a_sweep_from_end_to_end(tmp_path: Path, shop: Shop, smtp: SmtpServer) -> None:
    program = installed(tmp_path / "house", shop.server, smtp)
    for number in range(3):
        shop.deliver("INBOX", f"old{number}@old.example", f"Old {number}", minutes=30 - number)
    assert nothing_happens(program)

    shop.deliver("INBOX", "ann@archer.example", "Order 1")
    shop.deliver("INBOX", "new@someone.example", "A question")
    shop.deliver(shop.spam, "cleo@crane.example", "Where is my order?")
    *mails, _ = program.json("run")
    assert sorted(mail["subject"] for mail in mails) == [
        "A question",
        "Order 1",
        "Where is my order?",
    ]
    assert recipients(smtp) == {"ann@archer.example": 1, "new@someone.example": 1}
    assert shop.answered() == [False] * 3 + [True] * 2
    assert nothing_happens(program)

    rescuing(program, "{mode: inbox, reply: true}")
    *_, report = program.json("sweep", "--apply")
    assert report["counts"] == {"moved": 1}
    assert "Where is my order?" in shop.subjects("INBOX")
    assert shop.subjects(shop.spam) == []
    assert recipients(smtp)["cleo@crane.example"] == 1
    undone = program("sweep", "--undo", str(report["id"]))
    assert (undone.returncode, undone.stderr) == (0, "")
    assert len(shop.lying("INBOX")) == 5
    assert shop.subjects(shop.spam) == ["Where is my order?"]

    assert nothing_happens(program)
    assert max(recipients(smtp).values()) == 1
    assert len(smtp.sent) == len(shop.lying(shop.sent)) == 3


def test_a_mailbox_for_review_is_made_and_filled(
    tmp_path: Path, shop: Shop, smtp: SmtpServer
) -> None:
    program = installed(tmp_path / "house", shop.server, smtp)
    rescuing(program, "{mode: review, mailbox: Rescued, create: true}")
    assert nothing_happens(program)
    shop.deliver(shop.spam, "cleo@crane.example", "Where is my order?")
    (mail, _) = program.json("run")
    assert mail["rescue"]["decision"] == "rescue"
    assert shop.subjects(shop.rescued) == ["Where is my order?"]
    assert nothing_happens(program)
