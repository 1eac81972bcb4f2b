"""Whether mail can be moved at all, asked before anybody is answered (rules A17, I28)."""

from __future__ import annotations

import imaplib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.contract.test_account import WHEN, mail
from tests.support.accounts import STARTED, param, settings_for
from tests.support.dovecot import ACL, dovecot
from tests.support.fake_account import FakeAccount

from inboxwatch.errors import MailboxError
from inboxwatch.mail.imap import ImapAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.support.accounts import Server

    from inboxwatch.ports import Account


@dataclass(slots=True)
class Shop:
    """An account with a mail in the spam folder, and how to take the right to write away."""

    account: Account
    close: Callable[[str], None]
    spam: str = "Spam"
    nowhere: str = "Nowhere"


@contextmanager
def _memory(_: pytest.FixtureRequest) -> Iterator[Shop]:
    fake = FakeAccount()
    fake.deliver("Spam", mail(1), WHEN)

    def close(mailbox: str) -> None:
        fake.boxes[mailbox].readonly = True

    yield Shop(fake, close)


@contextmanager
def _dovecot(_: pytest.FixtureRequest) -> Iterator[Shop]:
    with dovecot(more=ACL) as server:
        server.deliver("Spam", mail(1), WHEN)
        server.maildir("INBOX")
        account = ImapAccount(settings_for(server))
        yield Shop(account, lambda mailbox: server.allow(mailbox, "lr"))
        account.close()


def _by_the_user(kind: str, who: str = "") -> Callable[..., AbstractContextManager[Shop]]:
    """On servers where everybody may change the rights on their own mailboxes (RFC 4314)."""

    @contextmanager
    def build(request: pytest.FixtureRequest) -> Iterator[Shop]:
        running = request.getfixturevalue(f"{kind}_server")
        user, prefix = next(request.getfixturevalue("fresh_users")[kind]), STARTED[kind][1]
        spam = f"{prefix}Spam"
        running.deliver(spam, mail(1), WHEN, user=user)
        account = ImapAccount(settings_for(running, user))

        def close(mailbox: str) -> None:
            with imaplib.IMAP4(running.host, running.plain_port) as client:
                client.login(user, running.users[user])
                client.setacl(spam, who or user, "acdilrsw")  # Courier's inherit those of INBOX
                client.setacl(mailbox, who or user, "lra")

        yield Shop(account, close, spam, f"{prefix}Nowhere")
        account.close()

    return build


SHOPS = {
    "memory": _memory,
    "dovecot": _dovecot,
    "cyrus": _by_the_user("cyrus"),
    "courier": _by_the_user("courier", "owner"),
}


@pytest.fixture(params=[param(kind) for kind in SHOPS])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with SHOPS[request.param](request) as built:
        yield built


def test_nothing_speaks_against_a_move(shop: Shop) -> None:
    account = shop.account
    assert account.obstacle(shop.spam, "INBOX") == ""
    assert account.obstacle(shop.spam, shop.nowhere) == ""
    with pytest.raises(MailboxError):
        account.obstacle(shop.nowhere, "INBOX")


def test_a_spam_folder_that_is_read_only_is_told(shop: Shop) -> None:
    shop.close(shop.spam)
    assert shop.account.obstacle(shop.spam, "INBOX") in {
        f"{shop.spam} is read-only",
        f"the server lets nobody remove mail from {shop.spam}",  # Cyrus keeps other rights
    }


def test_an_inbox_that_takes_nothing_is_told_and_so_is_its_refusal(shop: Shop) -> None:
    account = shop.account
    shop.close("INBOX")
    assert account.obstacle(shop.spam, "INBOX") == "the server lets nobody put mail into INBOX"
    uidvalidity = account.state(shop.spam).uidvalidity
    moved = account.move(shop.spam, uidvalidity, [1], "INBOX")
    assert moved.places == {}
    assert "mail to 'INBOX'" in moved.failures[1]
    assert account.state(shop.spam).exists == 1


def test_a_server_without_rights_has_no_obstacle(server: Server) -> None:
    server.put(server.spam, mail(1), WHEN)
    assert server.account.obstacle(server.spam, "INBOX") == ""


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
