"""The outbox and the test mail, with the installed command against a real Dovecot."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from tests.support.entry import OUTBOX_POINTS
from tests.support.house import letter
from tests.support.installed import ENTRY, installed
from tests.support.smtp_server import smtp_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.dovecot


def now() -> datetime:
    """The real present: mail has to be new for the installed program."""
    return datetime.now(UTC).replace(microsecond=0)


def question(program: Installed, imap: Dovecot) -> None:
    """After the baseline, one new mail that is decided about."""
    program("run")
    at = now()
    imap.deliver("INBOX", letter("ann@archer.example", subject="Order 1", at=at), at)
    program("run")


@pytest.fixture
def held(program: Installed, imap: Dovecot, smtp: SmtpServer) -> Installed:
    """One reply is held."""
    text = program.config.read_text("utf-8").replace("mode: send", "mode: hold")
    question(program.write(text), imap)
    assert smtp.sent == []
    return program


@pytest.fixture
def unknown(program: Installed, imap: Dovecot, smtp: SmtpServer) -> Installed:
    """One reply was taken by a server that never said so."""
    smtp.answers["dot"] = None
    question(program, imap)
    smtp.answers.clear()
    assert (len(smtp.taken), smtp.sent) == (1, [])
    return program


def states(program: Installed) -> list[str]:
    return [reply["state"] for reply in program.json("outbox", "--all")]


def copies(imap: Dovecot) -> int:
    maildir = imap.maildir("Sent")
    return sum(len(list((maildir / part).iterdir())) for part in ("cur", "new"))


def test_a_held_reply_is_listed_shown_and_sent_once(
    held: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    listed = held("outbox")
    assert "held" in listed.stdout
    assert "next: inboxwatch outbox send 1" in listed.stdout
    assert "1 reply needs somebody." in listed.stdout
    shown = held("outbox", "show", "1").stdout
    assert "To: ann@archer.example" in shown
    assert "Auto-Submitted: auto-replied" in shown
    assert "inboxwatch outbox show 1" in held("show", "1").stdout
    assert "reply #1" in held("explain", "1").stdout
    sent = held("outbox", "send", "1")
    assert (sent.returncode, sent.stderr) == (0, "")
    assert "#1 to ann@archer.example: sent" in sent.stdout
    assert [one.recipient for one in smtp.sent] == ["ann@archer.example"]
    assert copies(imap) == 1
    again = held("outbox", "send", "1")
    assert again.returncode == 3
    assert "it is sent" in again.stderr
    assert len(smtp.sent) == 1
    assert "No reply needs anybody." in held("outbox").stdout


def test_two_that_send_the_same_reply_together_send_it_once(
    held: Installed, smtp: SmtpServer
) -> None:
    both = [held.start("outbox", "send", "1") for _ in range(2)]
    codes = [process.wait(60) for process in both]
    for process in both:
        process.communicate()
    assert 0 in codes
    assert set(codes) <= {0, 3, 11}
    assert codes.count(0) == 1
    assert len(smtp.sent) == 1


@pytest.mark.parametrize("point", OUTBOX_POINTS)
def test_killed_at_any_point_a_held_reply_never_goes_out_by_itself(
    point: str, held: Installed, smtp: SmtpServer
) -> None:
    killed = held(point, "1", module=ENTRY)
    assert killed.returncode == -9, killed.stderr
    out = len(smtp.sent)
    assert out == (1 if point in ("after-delivery", "after-settle") else 0)
    held("run")
    assert states(held) == [OUTBOX_POINTS[point]]
    assert held("outbox", "send", "1").returncode == (0 if point == "before-take" else 3)
    assert len(smtp.sent) == (1 if point == "before-take" else out)


def test_what_is_unknown_and_lies_in_sent_is_not_sent_again(
    unknown: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    assert states(unknown) == ["unknown"]
    imap.deliver("Sent", smtp.taken[0].octets, now())
    done = unknown("outbox", "retry", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "lies in Sent" in done.stdout
    assert smtp.sent == []
    assert states(unknown) == ["sent"]
    assert copies(imap) == 1


def test_what_is_unknown_and_not_in_sent_is_sent_once(
    unknown: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    assert unknown("outbox", "retry", "1").returncode == 0
    assert len(smtp.sent) == 1
    assert copies(imap) == 1
    assert unknown("outbox", "retry", "1").returncode == 3
    unknown("run")
    assert len(smtp.sent) == 1


def test_a_reply_given_up_stays_so(held: Installed, smtp: SmtpServer) -> None:
    done = held.json("outbox", "drop", "1")
    assert [(one["id"], one["ok"], one["state"]) for one in done] == [(1, True, "dropped")]
    refused = held("outbox", "send", "1", "99", "--json")
    assert refused.returncode == 3
    assert [json.loads(line)["ok"] for line in refused.stdout.splitlines()] == [False, False]
    assert json.loads(refused.stderr.splitlines()[-1])["code"] == 3
    held("run")
    assert smtp.sent == []
    assert states(held) == ["dropped"]


def test_the_kill_switch_holds_for_a_person_too(held: Installed, smtp: SmtpServer) -> None:
    held.environ["INBOXWATCH_NO_SEND"] = "1"
    done = held("outbox", "send", "1")
    assert done.returncode == 3
    assert "INBOXWATCH_NO_SEND" in done.stderr
    assert held("send-test").returncode == 3
    assert smtp.sent == []


@pytest.mark.parametrize(
    "words",
    [
        ("outbox", "send"),
        ("outbox", "send", "seven"),
        ("outbox", "show", "x"),
        ("outbox", "--state", "nowhere"),
        ("outbox", "--all", "send", "1"),
        ("outbox", "--config", "elsewhere.yaml", "send", "1"),
        ("send-test", "nobody"),
        ("send-test", "--template", "nothing"),
        ("send-test", "--at", "teatime"),
    ],
)
def test_wrong_usage_is_two(program: Installed, smtp: SmtpServer, words: tuple[str, ...]) -> None:
    done = program(*words)
    assert done.returncode == 2, done.stderr
    assert smtp.sent == []


@pytest.mark.parametrize("as_json", [False, True])
def test_a_test_goes_to_ourselves_before_anything_is_switched_on(
    as_json: bool, tmp_path: Path, imap: Dovecot, smtp: SmtpServer
) -> None:
    program = installed(tmp_path / "house", imap, smtp, replies=False)
    done = program("send-test", "--at", "2026-11-21T20:14", *(["--json"] if as_json else []))
    assert (done.returncode, done.stderr) == (0, "")
    (sent,) = smtp.sent
    assert sent.recipient == "support@acme.example"
    mail = message_from_bytes(sent.octets)
    assert str(mail["Subject"]).startswith("[test] ")
    if as_json:
        assert json.loads(done.stdout)["period"] == "weekend"
    else:
        assert "Look at it in your mail client" in done.stdout
    assert program.json("outbox", "--all") == []
    assert copies(imap) == 0


def test_a_test_that_comes_back_is_not_answered(
    program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    program("run")
    assert program("send-test", "--template", "weekend").returncode == 0
    imap.deliver("INBOX", b"Return-Path: <support@acme.example>\r\n" + smtp.sent[0].octets, now())
    mail, _ = program.json("run")
    assert mail["reply"]["decision"] == "none"
    assert "A11" in {refusal["rule"] for refusal in mail["reply"]["refusals"]}
    assert len(smtp.sent) == 1


def test_a_test_tells_a_refused_login_and_an_unreachable_server(
    program: Installed, smtp: SmtpServer
) -> None:
    smtp.answers["rcpt"] = 550
    refused = program("send-test")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "550" in refused.stderr
    text = program.config.read_text("utf-8")
    with smtp_server(logins={"jo": "another password"}) as strict:
        login = f'port: {strict.port}, security: none, user: "jo", password_file: password'
        program.write(text.replace(f'port: {smtp.port}, security: none, user: ""', login))
        done = program("send-test")
    assert done.returncode == 12, done.stderr
    assert "next:" in done.stderr
    program.write(text.replace(f"port: {smtp.port}", "port: 1"))
    assert program("send-test").returncode == 13
