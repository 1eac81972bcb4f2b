"""Whether mail can be moved at all, asked before anybody is answered (rules A17, I28)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.contract.test_account import WHEN, mail
from tests.support.accounts import KINDS, settings_for
from tests.support.dovecot import ACL, dovecot
from tests.support.fake_account import FakeAccount

from inboxwatch.errors import MailboxError
from inboxwatch.mail.imap import ImapAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inboxwatch.ports import Account

Shop = tuple["Account", "Callable[[str], None]"]
"""An account with a mail in Spam, and how to take the right to write to a mailbox away."""


@contextmanager
def _memory() -> Iterator[Shop]:
    fake = FakeAccount()
    fake.deliver("Spam", mail(1), WHEN)

    def close(mailbox: str) -> None:
        fake.boxes[mailbox].readonly = True

    yield fake, close


@contextmanager
def _dovecot() -> Iterator[Shop]:
    with dovecot(more=ACL) as server:
        server.deliver("Spam", mail(1), WHEN)
        server.maildir("INBOX")
        account = ImapAccount(settings_for(server))
        yield account, lambda mailbox: server.allow(mailbox, "lr")
        account.close()


@pytest.fixture(params=["memory", pytest.param("dovecot", marks=pytest.mark.dovecot)])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with _memory() if request.param == "memory" else _dovecot() as built:
        yield built


def test_nothing_speaks_against_a_move(shop: Shop) -> None:
    account, _ = shop
    assert account.obstacle("Spam", "INBOX") == ""
    assert account.obstacle("Spam", "Nowhere") == ""
    with pytest.raises(MailboxError):
        account.obstacle("Nowhere", "INBOX")


def test_a_spam_folder_that_is_read_only_is_told(shop: Shop) -> None:
    account, close = shop
    close("Spam")
    assert account.obstacle("Spam", "INBOX") == "Spam is read-only"


def test_an_inbox_that_takes_nothing_is_told_and_so_is_its_refusal(shop: Shop) -> None:
    account, close = shop
    close("INBOX")
    assert account.obstacle("Spam", "INBOX") == "the server lets nobody put mail into INBOX"
    uidvalidity = account.state("Spam").uidvalidity
    moved = account.move("Spam", uidvalidity, [1], "INBOX")
    assert moved.places == {}
    assert "refused moving mail to 'INBOX'" in moved.failures[1]


def test_a_server_without_rights_has_no_obstacle(request: pytest.FixtureRequest) -> None:
    with KINDS["pymap"](request) as server:
        server.put("Spam", mail(1), WHEN)
        assert server.account.obstacle("Spam", "INBOX") == ""
        server.account.close()


@pytest.mark.dovecot
@pytest.mark.parametrize("rights", ["lrswi", "lrswite", "lrswie"])
def test_each_right_that_a_move_needs_is_asked_for(rights: str) -> None:
    with dovecot(more=ACL) as server:
        server.deliver("Spam", mail(1), WHEN)
        server.allow("Spam", rights)
        account = ImapAccount(settings_for(server))
        told = account.obstacle("Spam", "INBOX")
        account.close()
    may = {"t", "e"} <= set(rights)
    assert told == ("" if may else "the server lets nobody remove mail from Spam")
