"""What every Account does when it moves mail, in memory or over IMAP (rules X16, I28, I29, S26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contract.test_account import HOSTILE_IDS, WHEN, mail
from tests.support.fake_account import FakeAccount

from inboxwatch.errors import MailboxError
from inboxwatch.mail.imap import ImapAccount
from inboxwatch.model.message import MessageRef

if TYPE_CHECKING:
    from tests.support.accounts import Server


def filled(server: Server, count: int) -> int:
    """Mails 1 to ``count``; the mailbox's UIDVALIDITY."""
    for number in range(1, count + 1):
        server.put(server.spam, mail(number), WHEN)
    return server.account.state(server.spam).uidvalidity


def subjects(server: Server, mailbox: str) -> list[str]:
    return [
        line.decode().partition("Question ")[2]
        for message in server.all(mailbox)
        for line in message.header.splitlines()
        if line.startswith(b"Subject: ")
    ]


def test_a_move_tells_where_each_mail_lies_now(server: Server) -> None:
    uidvalidity = filled(server, 5)
    server.put("INBOX", mail(9), WHEN)
    inbox = server.account.state("INBOX").uidvalidity  # Courier numbers mail when it is looked at
    two, three, five = server.uids(2, 3, 5)
    moved = server.account.move(server.spam, uidvalidity, [five, two, three], "INBOX")
    new = dict(zip((two, three, five), server.uids(2, 3, 4), strict=True))
    assert moved.places == {
        old: MessageRef("support", "INBOX", inbox, uid) for old, uid in new.items()
    }
    assert (moved.failures, moved.left) == ({}, frozenset())
    assert subjects(server, server.spam) == ["1", "4"]
    assert subjects(server, "INBOX") == ["9", "2", "3", "5"]
    assert server.all("INBOX")[1].received == WHEN


def test_a_mail_that_was_read_keeps_its_uid_whatever_is_moved_there(server: Server) -> None:
    uidvalidity = filled(server, 1)
    server.put("INBOX", mail(9), WHEN)
    (read,) = server.all("INBOX")
    moved = server.account.move(server.spam, uidvalidity, server.uids(1), "INBOX")
    assert moved.places[server.uids(1)[0]] != read.ref
    again = {message.ref: message.header for message in server.all("INBOX")}
    assert again[read.ref] == read.header


def test_what_is_gone_is_told_and_the_rest_is_moved(server: Server) -> None:
    uidvalidity = filled(server, 3)
    one, two, three = server.uids(1, 2, 3)
    server.remove(server.spam, two)
    moved = server.account.move(server.spam, uidvalidity, [one, two, three, 777], "INBOX")
    assert set(moved.places) == {one, three}
    assert set(moved.failures) == {two, 777}
    assert "no longer there" in moved.failures[two]
    assert moved.gone == {two, 777}
    again = server.account.move(server.spam, uidvalidity, [one], "INBOX")
    assert (again.places, set(again.failures)) == ({}, {one})
    assert subjects(server, "INBOX") == ["1", "3"]
    assert server.account.move(server.spam, uidvalidity, [], "INBOX").places == {}


def test_a_target_that_is_not_there_fails_each_mail_and_loses_none(server: Server) -> None:
    uidvalidity = filled(server, 2)
    uids = server.uids(1, 2)
    moved = server.account.move(server.spam, uidvalidity, uids, server.box("Nowhere"))
    assert (moved.places, set(moved.failures)) == ({}, set(uids))
    assert subjects(server, server.spam) == ["1", "2"]


def test_another_uidvalidity_moves_nothing(server: Server) -> None:
    uidvalidity = filled(server, 1)
    (uid,) = server.uids(1)
    moved = server.account.move(server.spam, uidvalidity + 1, [uid], "INBOX")
    assert "UIDVALIDITY" in moved.failures[uid]
    assert "UIDVALIDITY" in server.account.keywords(server.spam, uidvalidity + 1, [uid], ["$A"], [])
    assert subjects(server, server.spam) == ["1"]


def test_many_mails_are_moved_in_sets(server: Server) -> None:
    uidvalidity = filled(server, 230)
    uids = [uid for uid in server.uids(*range(1, 231)) if uid % 3]
    moved = server.account.move(server.spam, uidvalidity, uids, "INBOX")
    assert sorted(moved.places) == uids
    assert len(server.all("INBOX")) == len(uids)
    assert len(server.all(server.spam)) == 230 - len(uids)


def test_keywords_are_set_and_removed(server: Server) -> None:
    uidvalidity = filled(server, 3)
    one, two, three = server.uids(1, 2, 3)
    assert server.account.keywords(server.spam, uidvalidity, [one, two], ["$Junk"], []) == ""
    told = server.account.keywords(server.spam, uidvalidity, [two, 777], ["$NotJunk"], ["$Junk"])
    assert told == ""
    flags = server.account.flags(server.spam, uidvalidity, [one, two, three])
    assert flags == {one: {"$Junk"}, two: {"$NotJunk"}, three: frozenset()}
    assert server.account.keywords(server.spam, uidvalidity, [], ["$Junk"], []) == ""


def test_a_mailbox_is_created_once(server: Server) -> None:
    uidvalidity = filled(server, 1)
    for _ in range(2):
        server.account.create(server.box("Prüfen & sehen"))
    moved = server.account.move(
        server.spam, uidvalidity, server.uids(1), server.box("Prüfen & sehen")
    )
    assert len(moved.places) == 1
    assert subjects(server, server.box("Prüfen & sehen")) == ["1"]


def test_messages_are_located_by_their_message_id(server: Server) -> None:
    uidvalidity = filled(server, 2)
    for _ in range(2):
        server.put(server.spam, mail(1), WHEN)
    found = server.account.locate(server.spam, "<m1@customer.example>")
    assert found == tuple(
        MessageRef("support", server.spam, uidvalidity, uid) for uid in server.uids(1, 3, 4)
    )
    assert server.account.locate("INBOX", "<m1@customer.example>") == ()


@pytest.mark.parametrize("hostile", HOSTILE_IDS)
def test_a_hostile_message_id_locates_nothing(server: Server, hostile: str) -> None:
    with pytest.raises(MailboxError, match="not a Message-ID"):
        server.account.locate(server.spam, hostile)


def test_answers_are_found_by_what_they_refer_to(server: Server) -> None:
    uidvalidity = filled(server, 1)
    for number, extra in (
        (2, "In-Reply-To: <m1@customer.example>"),
        (3, "References: <m0@customer.example>\r\n <m1@customer.example>"),
        (4, "In-Reply-To: <m11@customer.example>"),
    ):
        server.put(server.spam, mail(number, extra=extra), WHEN)
    server.put(server.spam, mail(5, text="In-Reply-To: <m1@customer.example>"), WHEN)
    found = server.account.naming(server.spam, "<m1@customer.example>")
    assert found == tuple(
        MessageRef("support", server.spam, uidvalidity, uid) for uid in server.uids(2, 3)
    )
    assert server.account.naming("INBOX", "<m1@customer.example>") == ()


@pytest.mark.parametrize("hostile", HOSTILE_IDS)
def test_nothing_answers_a_hostile_message_id(server: Server, hostile: str) -> None:
    filled(server, 1)
    assert server.account.naming(server.spam, hostile) == ()
    assert server.account.state(server.spam).exists == 1


def _without(server: Server, *capabilities: str) -> None:
    """The same server, if it knew less."""
    account = server.account
    if isinstance(account, ImapAccount):
        account.connect()
        assert account._session is not None
        client = account._session._client
        kept = [one for one in client.capabilities() if one.decode() not in capabilities]
        client._cached_capabilities = tuple(kept)
    elif isinstance(account, FakeAccount):
        account.moves = account.moves and "MOVE" not in capabilities
        account.uidplus = account.uidplus and "UIDPLUS" not in capabilities


def test_without_move_mail_is_copied_and_only_that_is_removed(server: Server) -> None:
    uidvalidity = filled(server, 3)
    one, two, three = server.uids(1, 2, 3)
    server.account.keywords(server.spam, uidvalidity, [three], ["\\Deleted"], [])
    _without(server, "MOVE")
    moved = server.account.move(server.spam, uidvalidity, [one, two], "INBOX")
    assert set(moved.places) == {one, two}
    assert (moved.failures, moved.left) == ({}, frozenset())
    assert subjects(server, "INBOX") == ["1", "2"]
    assert subjects(server, server.spam) == ["3"]  # deleted by somebody else, and still there


def test_without_uidplus_the_copied_mail_is_left_and_told(server: Server) -> None:
    uidvalidity = filled(server, 2)
    one, two = server.uids(1, 2)
    _without(server, "MOVE", "UIDPLUS")
    moved = server.account.move(server.spam, uidvalidity, [one], "INBOX")
    assert (set(moved.places), moved.left) == ({one}, {one})
    flags = server.account.flags(server.spam, uidvalidity, [one, two])
    assert flags == {one: {"\\Deleted"}, two: frozenset()}
    assert subjects(server, "INBOX") == ["1"]
