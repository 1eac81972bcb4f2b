from __future__ import annotations

import smtplib
import threading
import time
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from inboxwatch.demo.scenario import SCENES
from inboxwatch.demo.server import HOST, DemoServers

if TYPE_CHECKING:
    from collections.abc import Iterator

WHEN = datetime(2026, 11, 18, 10, 30, tzinfo=ZoneInfo("Europe/Berlin"))
MAIL = b"From: ann@customer.example\r\nSubject: A bell\r\n\r\nIt rings.\r\n"
PARTS = (
    "BODY.PEEK[HEADER]<0.262144>",
    "BODY.PEEK[TEXT]<0.131072>",
    "RFC822.SIZE",
    "INTERNALDATE",
    "FLAGS",
)


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as running:
        yield running


@contextmanager
def imap(servers: DemoServers, password: str | None = None) -> Iterator[IMAPClient]:
    client = IMAPClient(HOST, servers.imap_port, ssl=False, timeout=5)
    try:
        client.normalise_times = False
        client.login(servers.user, password or servers.password)
        yield client
        client.logout()
    except BaseException:
        client.shutdown()
        raise


def smtp(servers: DemoServers) -> smtplib.SMTP:
    return smtplib.SMTP(HOST, servers.smtp_port, timeout=5)


def test_servers_start_and_stop_quickly_and_again() -> None:
    began = time.monotonic()
    before = threading.active_count()
    for _ in range(2):
        with DemoServers() as servers, imap(servers) as client:
            assert client.folder_exists("INBOX")
    assert time.monotonic() - began < 2
    assert threading.active_count() == before


def test_servers_stop_while_clients_are_connected() -> None:
    with DemoServers() as servers:
        client = IMAPClient(HOST, servers.imap_port, ssl=False, timeout=5)
        client.login(servers.user, servers.password)
        client.select_folder("INBOX")
        client.idle()
        mailer = smtp(servers)
        mailer.ehlo()
    with pytest.raises(ConnectionRefusedError):
        IMAPClient(HOST, servers.imap_port, ssl=False, timeout=5)
    client.shutdown()
    mailer.close()


def test_outside_of_the_block_nothing_is_delivered() -> None:
    with DemoServers() as servers:
        pass
    with pytest.raises(RuntimeError, match="not running"):
        servers.deliver("INBOX", MAIL, WHEN)


def test_list_names_the_use_of_mailboxes(servers: DemoServers) -> None:
    with imap(servers) as client:
        listed = {name: set(flags) for flags, _, name in client.list_folders()}
        assert client.has_capability("SPECIAL-USE")
    assert listed.keys() == {"INBOX", "Spam", "Sent", "Drafts"}
    assert b"\\Junk" in listed["Spam"]
    assert b"\\Sent" in listed["Sent"]
    assert b"\\Drafts" in listed["Drafts"]
    assert b"\\HasNoChildren" in listed["INBOX"]


def test_login_needs_the_password(servers: DemoServers) -> None:
    with pytest.raises(LoginError), imap(servers, "wrong"):
        pass


def test_fetch_gives_header_text_and_internaldate(servers: DemoServers) -> None:
    uid = servers.deliver("INBOX", MAIL, WHEN, ("\\Flagged", "$Label1"))
    with imap(servers) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(["UID", f"{uid}:{uid}"]) == [uid]
        got = client.fetch([uid], PARTS)[uid]
        assert client.search(["UNSEEN"]) == [uid]
    assert got[b"BODY[HEADER]<0>"] + got[b"BODY[TEXT]<0>"] == MAIL
    assert got[b"RFC822.SIZE"] == len(MAIL)
    assert got[b"INTERNALDATE"] == WHEN
    assert {b"\\Flagged", b"$Label1"} <= set(got[b"FLAGS"])


def test_fetch_partials_are_cut(servers: DemoServers) -> None:
    uid = servers.deliver("Spam", MAIL, WHEN)
    with imap(servers) as client:
        client.select_folder("Spam", readonly=True)
        got = client.fetch([uid], ["BODY.PEEK[TEXT]<0.2>"])[uid]
    assert got[b"BODY[TEXT]<0>"] == b"It"


def test_keywords_are_kept(servers: DemoServers) -> None:
    uid = servers.deliver("INBOX", MAIL, WHEN)
    with imap(servers) as client:
        opened = client.select_folder("INBOX")
        assert b"\\*" in opened[b"PERMANENTFLAGS"]
        client.add_flags([uid], ["\\Answered", "$InboxwatchReplied"])
    with imap(servers) as client:
        client.select_folder("INBOX", readonly=True)
        assert b"$InboxwatchReplied" in client.get_flags([uid])[uid]
    assert servers.flags("INBOX") == {uid: frozenset({"\\Answered", "$InboxwatchReplied"})}


def test_append_status_and_move(servers: DemoServers) -> None:
    with imap(servers) as client:
        before = client.folder_status("Sent", ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
        client.append("Sent", MAIL, ["\\Seen"], WHEN)
        after = client.folder_status("Sent", ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
        assert after == {**before, b"UIDNEXT": before[b"UIDNEXT"] + 1, b"MESSAGES": 1}
        client.select_folder("Sent")
        client.create_folder("Review")
        client.move([before[b"UIDNEXT"]], "Review")
        assert client.folder_status("Sent", ["MESSAGES"])[b"MESSAGES"] == 0
    assert list(servers.flags("Review").values()) == [frozenset({"\\Seen"})]


def test_a_mailbox_that_is_not_there(servers: DemoServers) -> None:
    with pytest.raises(KeyError):
        servers.deliver("Nowhere", MAIL, WHEN)


@pytest.mark.parametrize("login", [False, True])
def test_sink_keeps_what_it_is_given(servers: DemoServers, login: bool) -> None:
    octets = b"Subject: dots\r\n\r\n.\r\n..\r\nFrom here\r\n"
    with smtp(servers) as mailer:
        if login:
            mailer.login(servers.user, servers.password)
        mailer.sendmail("", ["ann@customer.example"], octets)
        mailer.sendmail(servers.user, ["bo@customer.example"], octets)
    first, second = servers.sent
    assert (first.envelope_from, first.recipients) == ("", ("ann@customer.example",))
    assert (second.envelope_from, second.recipients) == (servers.user, ("bo@customer.example",))
    assert first.octets == octets


def test_sink_refuses_a_wrong_password(servers: DemoServers) -> None:
    with smtp(servers) as mailer, pytest.raises(smtplib.SMTPAuthenticationError):
        mailer.login(servers.user, "wrong")
    assert servers.sent == ()


def test_servers_say_nothing(
    servers: DemoServers, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with imap(servers) as client, smtp(servers) as mailer:
        client.select_folder("INBOX")
        mailer.docmd("NONSENSE")
    assert not [record for record in caplog.records if record.name != "imapclient.imaplib"]
    assert capfd.readouterr().err == ""


def test_scenario_lies_in_the_mailboxes(servers: DemoServers) -> None:
    for scene in SCENES:
        scene.deliver(servers)
    with imap(servers) as client:
        for mailbox in ("INBOX", "Spam"):
            client.select_folder(mailbox, readonly=True)
            uids = client.search("ALL")
            got = client.fetch(uids, PARTS)
            found = [
                (
                    got[uid][b"BODY[HEADER]<0>"] + got[uid][b"BODY[TEXT]<0>"],
                    got[uid][b"INTERNALDATE"],
                )
                for uid in sorted(uids)
            ]
            assert found == [
                (mail.octets, scene.arrival(mail))
                for scene in SCENES
                for mail in scene.mails
                if mail.mailbox == mailbox
            ]
