"""The installed command between a real MTA and a real IMAP server, from question to answer."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from imapclient import IMAPClient
from tests.support.dovecot import PASSWORD, USER, Dovecot, dovecot
from tests.support.installed import installed
from tests.support.postfix import Postfix, postfix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

pytestmark = [pytest.mark.dovecot, pytest.mark.postfix]

ANN = "ann@archer.example"
JOERG = "jörg@archer.example"
QUESTION = "<question.2@archer.example>"
TRACE = {"Return-Path", "X-Original-To", "Delivered-To", "Received"}
"""What an MTA puts before a mail; the rest is not its to change."""


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with dovecot(users={USER: PASSWORD, ANN: PASSWORD}) as server:
        yield server


@pytest.fixture
def mta(imap: Dovecot) -> Iterator[Postfix]:
    with postfix(imap, (USER, ANN, JOERG)) as server:
        yield server


def question(sender: str = ANN) -> bytes:
    """A mail as a customer's mail program sends it."""
    return (
        f"From: Ann Archer <{sender}>\r\nTo: {USER}\r\nSubject: Where is my order?\r\n"
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S +0000}\r\nMessage-ID: {QUESTION}\r\n"
        "References: <question.1@archer.example>\r\n\r\nI wonder where it is.\r\n"
    ).encode()


def opened(imap: Dovecot, user: str, mailbox: str) -> IMAPClient:
    """A mailbox as its owner's mail program sees it."""
    client = IMAPClient(imap.host, imap.plain_port, ssl=False)
    client.login(user, PASSWORD)
    client.select_folder(mailbox)
    return client


def mails(imap: Dovecot, user: str, mailbox: str) -> list[tuple[bytes, set[bytes]]]:
    """The octets and the flags of every mail of a mailbox."""
    with opened(imap, user, mailbox) as client:
        found = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"])
    return [(one[b"BODY[]"], set(one[b"FLAGS"]) - {b"\\Recent"}) for one in found.values()]


def write_to_us(mta: Postfix, imap: Dovecot, octets: bytes, sender: str = ANN) -> None:
    """Send a question, with a copy in the customer's own mailbox."""
    mta.submit(sender, USER, octets)
    mta.settle()
    imap.deliver("INBOX", octets, datetime.now(UTC), user=sender, flags="S")


def threads(imap: Dovecot, user: str) -> list[object]:
    with opened(imap, user, "INBOX") as client:
        return list(client.thread("REFERENCES"))


def texts(mail: Message) -> dict[str, str]:
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return {
        part.get_content_type(): bytes(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]
        for part in parts
    }


@pytest.mark.parametrize("html", [False, True])
def test_a_reply_arrives_under_the_question_and_its_copy_is_the_same_octets(
    html: bool, tmp_path: Path, imap: Dovecot, mta: Postfix
) -> None:
    program = installed(tmp_path / "house", imap, mta, html=html)
    assert program("run").returncode == 0
    write_to_us(mta, imap, question())
    ran = program("run")
    assert (ran.returncode, ran.stderr) == (0, "")
    mta.settle()

    ((copy, copy_flags),) = mails(imap, USER, "Sent")
    assert copy_flags == {b"\\Seen"}
    arrived = next(octets for octets, _ in mails(imap, ANN, "INBOX") if b"auto-replied" in octets)
    assert arrived.endswith(copy)
    assert set(message_from_bytes(arrived[: -len(copy)]).keys()) == TRACE

    mail = message_from_bytes(arrived)
    assert mail["Return-Path"] == f"<{USER}>"
    assert mail["In-Reply-To"] == QUESTION
    assert mail["References"].split() == ["<question.1@archer.example>", QUESTION]
    assert threads(imap, ANN) == [(1, 2)]
    kinds = ["text/plain", "text/html"] if html else ["text/plain"]
    assert list(texts(mail)) == kinds
    assert all("Ann Archer" in text for text in texts(mail).values())

    ((_, asked_flags),) = mails(imap, USER, "INBOX")
    assert b"\\Answered" in asked_flags
    assert b"\\Seen" not in asked_flags
    assert program("run").returncode == 0
    mta.settle()
    assert len(mails(imap, ANN, "INBOX")) == 2


def test_a_draft_waits_under_drafts_and_answers_once_a_person_sends_it(
    tmp_path: Path, imap: Dovecot, mta: Postfix
) -> None:
    program = installed(tmp_path / "house", imap, mta, mode="draft")
    assert program("run").returncode == 0
    write_to_us(mta, imap, question())
    assert program("run").returncode == 0
    mta.settle()
    ((draft, flags),) = mails(imap, USER, "Drafts")
    assert flags == {b"\\Draft"}
    assert b"Auto-Submitted" not in draft
    assert mails(imap, USER, "Sent") == []
    assert len(mails(imap, ANN, "INBOX")) == 1
    assert len(program.json("queue")) == 1

    mta.submit(USER, ANN, draft)
    mta.settle()
    with opened(imap, USER, "Drafts") as client:
        client.move(client.search(), "Sent")
    assert program("run").returncode == 0
    assert threads(imap, ANN) == [(1, 2)]
    assert program.json("queue") == []
    assert mails(imap, USER, "Drafts") == []


def test_an_address_beyond_ascii_gets_its_reply(
    tmp_path: Path, imap: Dovecot, mta: Postfix
) -> None:
    program = installed(tmp_path / "house", imap, mta)
    assert program("run").returncode == 0
    at = datetime.now(UTC)
    head = f"Return-Path: <{JOERG}>\r\n".encode()
    imap.deliver("INBOX", head + question(JOERG), at)
    ran = program("run")
    assert (ran.returncode, ran.stderr) == (0, "")
    mta.settle()
    (arrived,) = (imap.maildir("INBOX", user=JOERG) / "new").iterdir()
    assert f"\nTo: {JOERG}\n".encode() in arrived.read_bytes()
    ((copy, _),) = mails(imap, USER, "Sent")
    assert arrived.read_bytes().endswith(copy.replace(b"\r\n", b"\n"))


def test_an_address_that_the_server_refuses_is_reported_and_not_tried_again(
    tmp_path: Path, imap: Dovecot, mta: Postfix
) -> None:
    program = installed(tmp_path / "house", imap, mta)
    assert program("run").returncode == 0
    mta.submit("moved@archer.example", USER, question("moved@archer.example"))
    mta.settle()
    refused = program("run")
    assert refused.returncode == 3
    assert "550 5.1.1" in " ".join(refused.stderr.split())
    again = program("run")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert mta.log().count("NOQUEUE: reject") == 1
