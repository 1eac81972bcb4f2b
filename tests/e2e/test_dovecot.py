"""The installed command against a real Dovecot with TLS: exactly once, whatever happens."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from tests.support.entry import DRAFT_POINTS, RETRY_POINTS, SEND_POINTS
from tests.support.house import letter
from tests.support.installed import ENTRY, installed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.dovecot


def now() -> datetime:
    """The real present: mail has to be new for the installed program."""
    return datetime.now(UTC).replace(microsecond=0)


def fill(imap: Dovecot, number: int) -> None:
    """So many old mails in INBOX."""
    for index in range(number):
        at = now() - timedelta(minutes=number - index + 1)
        octets = letter(f"c{index}@old{index % 50}.example", subject=f"Mail {index}", at=at)
        imap.deliver("INBOX", octets, at)


def deliver_ten(imap: Dovecot) -> None:
    """Seven mails in INBOX, of which four may be answered, and three in the spam folder."""
    at = now()
    bounce = letter("mailer-daemon@far.example", subject="Undelivered Mail", at=at)
    inbox = [
        letter("ann@archer.example", subject="Order 1", at=at),
        letter(
            "bert@bloom.example", subject="Order 2", text="I want to speak to a manager.", at=at
        ),
        letter("new@someone.example", subject="A question", at=at),
        letter("other@elsewhere.example", subject="Another question", at=at),
        bounce.replace(b"<mailer-daemon@far.example>", b"<>", 1),
        letter("list@group.example", at=at, headers="List-Id: <group.example>\n"),
        letter("away@desk.example", at=at, headers="Auto-Submitted: auto-replied\n"),
    ]
    junk = [
        letter("cleo@crane.example", subject="Where is my order?", at=at),
        letter("cleo@crane.example", subject="Forged", at=at).replace(b"dmarc=pass", b"dmarc=fail"),
        letter("win@lottery.example", subject="You have won", at=at),
    ]
    for mailbox, mails in (("INBOX", inbox), ("Spam", junk)):
        for octets in mails:
            imap.deliver(mailbox, octets, at)


ANSWERED = {
    "ann@archer.example",
    "bert@bloom.example",
    "new@someone.example",
    "other@elsewhere.example",
}


def recipients(smtp: SmtpServer) -> Counter[str]:
    return Counter(sent.recipient for sent in (*smtp.sent, *smtp.taken))


def test_two_thousand_mails_are_a_baseline_and_ten_new_ones_are_answered_once(
    program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    fill(imap, 2000)
    first = program("run")
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert smtp.sent == []
    deliver_ten(imap)
    mails = program.json("run")
    assert [mail["schema"] for mail in mails] == [1] * 11
    assert [mail["priority"] for mail in mails[:-1]] == sorted(
        (mail["priority"] for mail in mails[:-1]), reverse=True
    )
    assert recipients(smtp) == Counter(ANSWERED)
    rescued = {mail["subject"]: mail["rescue"] for mail in mails[:-1] if mail["role"] == "junk"}
    assert rescued["Where is my order?"]["decision"] == "rescue"
    assert rescued["Forged"]["decision"] == "leave"
    assert rescued["You have won"]["decision"] == "leave"
    again = program("run")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert recipients(smtp) == Counter(ANSWERED)


def test_two_runs_started_together_answer_each_mail_once(
    program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    program("run")
    deliver_ten(imap)
    both = [program.start("run"), program.start("run")]
    said = [process.communicate(timeout=60) for process in both]
    codes = [process.returncode for process in both]
    assert set(codes) <= {0, 11}
    assert 0 in codes
    assert [out for out, _ in said] == ["", ""]
    told = "".join(err for _, err in said)
    assert told.startswith("#2 has to reach a person, bert@bloom.example: Order 2\n")
    assert told.count("has to reach a person") == 1
    assert recipients(smtp) == Counter(ANSWERED)


NEVER_ARRIVED = {
    "after-claim",
    "after-reclaim",
    "before-delivery",
    "before-smtp-connect",
    "after-smtp-connect",
    "at-data",
    "before-dot",
}
"""Where a claimed reply is lost, rather than perhaps sent twice (rule X02)."""
END_UNKNOWN = {*NEVER_ARRIVED, "after-dot", "after-delivery", "before-settle"}
"""Where nobody wrote down how it ended, so that the next run has to tell."""


def check_after(point: str, program: Installed, unknown: set[str]) -> None:
    """The two runs after a crash: one tells what is unknown, and no triage is missing."""
    after = program("run")
    assert after.returncode == (3 if point in unknown else 0), after.stderr
    assert ("unknown" in after.stderr) == (point in unknown)
    again = program("run")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len(program.json("queue")) == 5


def check_sent(point: str, smtp: SmtpServer) -> None:
    """Nobody got two, and at most the one at hand is missing."""
    counted = recipients(smtp)
    assert set(counted) <= ANSWERED
    assert max(counted.values()) == 1
    assert len(ANSWERED - set(counted)) == (point in NEVER_ARRIVED)
    assert len({message_from_bytes(sent.octets)["Message-ID"] for sent in smtp.sent}) == len(
        smtp.sent
    )


@pytest.mark.parametrize("point", SEND_POINTS)
def test_killed_at_any_point_nothing_goes_out_twice_and_nothing_is_lost(
    point: str, program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    assert program("run").returncode == 0
    deliver_ten(imap)
    killed = program(point, module=ENTRY)
    assert killed.returncode == -9, killed.stderr
    check_after(point, program, END_UNKNOWN)
    check_sent(point, smtp)


@pytest.mark.parametrize("point", RETRY_POINTS)
def test_killed_while_trying_again_nothing_goes_out_twice(
    point: str, program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    assert program("run").returncode == 0
    deliver_ten(imap)
    smtp.answers["rcpt"] = 451
    assert program("run").returncode == 3
    assert recipients(smtp) == Counter()
    smtp.answers.clear()
    killed = program(point, module=ENTRY)
    assert killed.returncode == -9, killed.stderr
    check_after(point, program, END_UNKNOWN)
    check_sent(point, smtp)


@pytest.mark.parametrize("point", DRAFT_POINTS)
def test_killed_while_filing_drafts_nobody_has_two(
    point: str, tmp_path: Path, imap: Dovecot, smtp: SmtpServer
) -> None:
    program = installed(tmp_path / "house", imap, smtp, mode="draft")
    assert program("run").returncode == 0
    deliver_ten(imap)
    killed = program(point, module=ENTRY)
    assert killed.returncode == -9, killed.stderr
    lost = {"after-claim", "before-append"}
    check_after(point, program, {*lost, "after-append", "before-settle"})
    drafts = Counter(message_from_bytes(path.read_bytes())["To"] for path in _mails(imap, "Drafts"))
    assert set(drafts) <= ANSWERED
    assert max(drafts.values()) == 1
    assert len(ANSWERED - set(drafts)) == (point in lost)
    assert recipients(smtp) == Counter()


def test_drafts_wait_with_their_flag_in_the_conversation_and_unsent(
    tmp_path: Path, imap: Dovecot, smtp: SmtpServer
) -> None:
    program = installed(tmp_path / "house", imap, smtp, mode="draft")
    assert program("run").returncode == 0
    deliver_ten(imap)
    assert program("run").returncode == 0
    found = {path: message_from_bytes(path.read_bytes()) for path in _mails(imap, "Drafts")}
    assert {draft["To"] for draft in found.values()} == ANSWERED
    asked = {message_from_bytes(path.read_bytes())["Message-ID"] for path in _mails(imap, "INBOX")}
    assert {draft["In-Reply-To"] for draft in found.values()} <= asked
    assert not any(draft["Auto-Submitted"] for draft in found.values())
    assert all("D" in path.name.rpartition(":2,")[2] for path in found)
    assert list(_mails(imap, "Sent")) == []
    assert recipients(smtp) == Counter()


def snapshot(imap: Dovecot, folder: Path) -> dict[str, str]:
    """Names and contents of everything that a dry run must leave alone."""
    places = [path for name in ("INBOX", "Spam", "Sent", "Drafts") for path in _mails(imap, name)]
    places += [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in places}


def _mails(imap: Dovecot, mailbox: str) -> list[Path]:
    maildir = imap.maildir(mailbox)
    return [path for part in ("cur", "new") for path in (maildir / part).iterdir()]


@pytest.mark.parametrize("seen_before", [True, False], ids=["known", "first"])
def test_a_dry_run_changes_nothing(
    seen_before: bool, program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    if seen_before:
        program("run")
    deliver_ten(imap)
    program("run", "--dry-run")  # the server itself moves mail from new to cur when first looked at
    before = snapshot(imap, program.folder)
    dry = program.json("run", "--dry-run")
    assert snapshot(imap, program.folder) == before
    assert smtp.sent == []
    assert dry[-1]["dry_run"] is True
    wanted = {mail["reply"]["to"] for mail in dry[:-1] if mail["reply"]["decision"] == "send"}
    assert wanted == (ANSWERED if seen_before else set())
