"""What becomes of an account at Gmail, Exchange Online, Yahoo and Fastmail, as far as is known."""

from __future__ import annotations

import imaplib
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.support.accounts import settings_for
from tests.support.provider_imap import provider_server
from tests.support.providers import (
    EXCHANGE_ONLINE,
    FASTMAIL,
    GMAIL,
    OUTLOOK_COM,
    PROVIDERS,
    YAHOO,
    YAHOO_OLD,
)

from inboxwatch.errors import LoginRefusedError, UnreachableError
from inboxwatch.mail.imap import ImapAccount
from inboxwatch.model.message import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.provider_imap import ProviderServer
    from tests.support.providers import Provider

    from inboxwatch.model.message import RawMessage

WHEN = datetime(2026, 11, 18, 8, 30, 5, tzinfo=UTC)
REPLIED = "$InboxwatchReplied"


def mail(number: int) -> bytes:
    lines = (
        f"Message-ID: <m{number}@customer.example>",
        "From: ann@customer.example",
        f"Subject: Question {number}",
        "",
        "Hello.",
        "",
    )
    return "\r\n".join(lines).encode()


class At:
    """An account at a provider."""

    def __init__(self, server: ProviderServer) -> None:
        self.server = server
        self.provider = server.provider
        self.account = ImapAccount(settings_for(server))

    def deliver(self, mailbox: str, number: int) -> None:
        self.server.deliver(mailbox, mail(number), WHEN)

    def all(self, mailbox: str, role: Role = Role.INBOX) -> list[RawMessage]:
        state = self.account.state(mailbox)
        ranges = [(1, state.uidnext - 1)]
        found = self.account.fetch(mailbox, role, state.uidvalidity, ranges, since=WHEN)
        return [one for batch in found for one in batch]

    def commands(self) -> list[str]:
        """What the client sent, without tags and data."""
        return [line.partition(" ")[2] for line in self.server.heard]


@pytest.fixture
def at(request: pytest.FixtureRequest) -> Iterator[At]:
    provider: Provider = request.param
    with provider_server(provider) as server:
        there = At(server)
        yield there
        there.account.close()
        assert server.refused == []  # whatever was sent, the provider takes it


every = pytest.mark.parametrize("at", PROVIDERS, indirect=True, ids=lambda provider: provider.name)


def at_the(*providers: Provider) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("at", providers, indirect=True, ids=lambda one: one.name)


@every
def test_the_mailboxes_of_each_role_are_found(at: At) -> None:
    found, provider = at.account.mailboxes(), at.provider
    assert (found.inbox, found.junk) == (provider.inbox, provider.junk)
    assert (found.sent, found.drafts) == (provider.sent, provider.drafts)
    assert found.notes == ()


@every
def test_mail_is_read_and_changes_nothing(at: At) -> None:
    spam = at.provider.junk[0]
    for number in (1, 2):
        at.deliver("INBOX", number)
    at.deliver(spam, 3)
    read = [*at.all("INBOX"), *at.all(spam, Role.JUNK)]
    assert [one.header + b"\r\n" + one.body for one in read] == [mail(n) for n in (1, 2, 3)]
    assert {one.received for one in read} == {WHEN}
    assert [at.account.has_message("INBOX", f"<m{n}@customer.example>") for n in (1, 3)] == [
        True,
        False,
    ]
    assert len(list(at.account.traces("INBOX"))) == 2
    assert not any(kept.flags for box in at.server.boxes.values() for kept in box.mails.values())
    changing = ("STORE", "SELECT", "APPEND", "EXPUNGE", "MOVE", "COPY", "CREATE")
    assert not any(word in changing for line in at.commands() for word in line.split()[:2])


@every
def test_an_answered_mail_is_marked_with_what_is_kept(at: At) -> None:
    at.deliver("INBOX", 1)
    (read,) = at.all("INBOX")
    assert read.ref is not None
    assert at.account.mark_answered(read.ref) == ""
    wanted = {flag for flag in ("\\Answered", REPLIED) if at.provider.keeps(flag)}
    assert at.server.boxes["INBOX"].mails[1].flags == wanted


@every
def test_keywords_that_are_not_kept_are_told_and_not_sent(at: At) -> None:
    spam = at.provider.junk[0]
    at.deliver(spam, 1)
    told = at.account.keywords(spam, 1, [1], ["$NotJunk", "$Mine"], ["$Junk"])
    lost = [word for word in ("$NotJunk", "$Mine") if not at.provider.keeps(word)]
    assert told == (f"{spam} does not keep {', '.join(lost)}" if lost else "")
    assert at.server.boxes[spam].mails[1].flags == {"$NotJunk", "$Mine"} - set(lost)
    stored = " ".join(line for line in at.commands() if "STORE" in line)
    assert not any(word in stored for word in lost)


@every
def test_a_rescued_mail_lies_in_the_inbox_and_nowhere_else(at: At) -> None:
    spam = at.provider.junk[0]
    for number in (1, 2):
        at.deliver(spam, number)
    assert at.account.obstacle(spam, "INBOX") == ""
    moved = at.account.move(spam, 1, [2], "INBOX")
    assert [place and place.uid for place in moved.places.values()] == [1]
    assert (moved.failures, moved.left) == ({}, frozenset())
    assert [kept.octets for kept in at.server.boxes["INBOX"].mails.values()] == [mail(2)]
    assert list(at.server.boxes[spam].mails) == [1]
    (back,) = at.account.locate("INBOX", "<m2@customer.example>")
    assert at.account.move("INBOX", 1, [back.uid], spam).failures == {}
    assert [kept.octets for kept in at.server.boxes[spam].mails.values()] == [mail(1), mail(2)]


@every
def test_copies_and_drafts_are_filed_once(at: At) -> None:
    for mailbox, flag in ((at.provider.sent, "\\Seen"), (at.provider.drafts, "\\Draft")):
        assert mailbox is not None
        for _ in range(2):
            at.account.append(mailbox, mail(1), [flag], WHEN, "<m1@customer.example>")
        (filed,) = at.server.boxes[_wire(mailbox)].mails.values()
        assert (filed.octets, filed.flags, filed.when) == (mail(1), {flag}, WHEN)


def _wire(mailbox: str) -> str:
    return mailbox.replace("Entwürfe", "Entw&APw-rfe")


@every
def test_a_mailbox_for_review_is_made(at: At) -> None:
    prefix = "INBOX." if at.provider is FASTMAIL else ""
    at.account.create(f"{prefix}Prüfen")
    at.deliver(at.provider.junk[0], 1)
    moved = at.account.move(at.provider.junk[0], 1, [1], f"{prefix}Prüfen")
    assert list(moved.places) == [1]
    assert len(at.server.boxes[f"{prefix}Pr&APw-fen"].mails) == 1


# What is peculiar to one of them


@at_the(GMAIL)
def test_nothing_at_gmail_is_marked_as_deleted(at: At) -> None:
    """There that may only take a label off, or delete the mail everywhere (rule I18)."""
    at.deliver("[Gmail]/Spam", 1)
    at.account.move("[Gmail]/Spam", 1, [1], "INBOX")
    sent = [line.split()[:2] for line in at.commands()]
    assert ["UID", "MOVE"] in sent
    assert ["UID", "EXPUNGE"] not in sent
    assert not any("\\Deleted" in line for line in at.commands())


@at_the(GMAIL)
def test_a_throttled_gmail_is_slow_and_no_more(at: At) -> None:
    """It says so in a tagged OK (rule I19)."""
    at.server.throttled = True
    at.deliver("INBOX", 1)
    (read,) = at.all("INBOX")
    assert read.ref is not None
    assert at.account.mark_answered(read.ref) == ""


@at_the(YAHOO_OLD)
def test_without_move_mail_is_copied_and_only_that_is_removed(at: At) -> None:
    spam = at.provider.junk[0]
    for number in (1, 2):
        at.deliver(spam, number)
    at.server.boxes[spam].mails[1].flags.add("\\Deleted")
    at.account.move(spam, 1, [2], "INBOX")
    assert list(at.server.boxes[spam].mails) == [1]
    assert "UID EXPUNGE 2" in at.commands()
    assert "EXPUNGE" not in at.commands()


@at_the(EXCHANGE_ONLINE, OUTLOOK_COM, YAHOO, YAHOO_OLD)
def test_our_keyword_is_not_tried_where_there_are_none_of_ones_own(at: At) -> None:
    at.deliver("INBOX", 1)
    (read,) = at.all("INBOX")
    assert read.ref is not None
    at.account.mark_answered(read.ref)
    assert [line for line in at.commands() if "STORE" in line] == [
        "UID STORE 1 +FLAGS.SILENT (\\Answered)"
    ]


REFUSALS = [
    # https://github.com/zone-eu/wildduck/issues/35
    (GMAIL, "AUTHENTICATE", "NO [ALERT] Too many simultaneous connections. (Failure)", True),
    (GMAIL, "AUTHENTICATE", "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", False),
    (GMAIL, "EXAMINE", "NO [OVERQUOTA] Account exceeded command or bandwidth limits.", True),
    # https://github.com/mscdex/node-imap/issues/689, and in EXAMINE getmail6/getmail6 issue 214
    (EXCHANGE_ONLINE, "EXAMINE", "BAD User is authenticated but not connected.", True),
    # https://github.com/imapsync/imapsync/issues/272
    (
        EXCHANGE_ONLINE,
        "UID FETCH",
        "BAD Request is throttled. Suggested Backoff Time: 178755 milliseconds",
        True,
    ),
    (EXCHANGE_ONLINE, "AUTHENTICATE", "NO AUTHENTICATE failed.", False),
    # https://github.com/postalsys/imapflow/issues/75
    (YAHOO, "CAPABILITY", "NO [LIMIT] CAPABILITY Rate limit hit.", True),
    (YAHOO, "EXAMINE", "NO [LIMIT] EXAMINE Rate limit hit.", True),
    # https://github.com/jstedfast/MailKit/issues/358
    (YAHOO, "UID FETCH", "NO FETCH Server error while fetching messages", True),
]


@pytest.mark.parametrize(
    ("at", "command", "answer", "temporary"),
    REFUSALS,
    indirect=["at"],
    ids=[f"{provider.name}-{text[:24]}" for provider, _, text, _ in REFUSALS],
)
def test_a_refusal_is_told_for_what_it_is(
    at: At, command: str, answer: str, temporary: bool
) -> None:
    at.deliver("INBOX", 1)
    at.server.fails[command] = answer
    with pytest.raises(UnreachableError if temporary else LoginRefusedError) as caught:
        at.all("INBOX")
    assert answer.partition(" ")[2][:40].split("]")[-1].strip() in caught.value.message
    if temporary:
        at.server.fails.clear()
        assert len(at.all("INBOX")) == 1


def test_a_provider_takes_nothing_that_it_has_not_announced() -> None:
    with provider_server(YAHOO_OLD) as server, imaplib.IMAP4(server.host, server.port) as client:
        client.authenticate("PLAIN", lambda _: b"\0support@acme.example\0pass word")
        client.select("INBOX")
        for command in (("MOVE", "1", "Trash"), ("EXPUNGE", "1:*")):
            with suppress(imaplib.IMAP4.error):
                client.uid(*command)
        assert server.refused == ["UID MOVE 1 Trash", "UID EXPUNGE 1:*"]
