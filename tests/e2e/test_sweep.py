"""The installed sweep against a real Dovecot: 500 mails in the spam folder, 20 of customers."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from imapclient import IMAPClient
from tests.support.dovecot import ACL, dovecot
from tests.support.entry import SWEEP_POINTS, UNDO_POINTS
from tests.support.house import letter
from tests.support.installed import ENTRY, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.dovecot

GENUINE, SPAM = 20, 440


def address(number: int) -> str:
    return f"buyer{number}@shop{number}.example"


def _failed(octets: bytes, _: int) -> bytes:
    return octets.replace(b"dmarc=pass", b"dmarc=fail")


def _without_results(octets: bytes, _: int) -> bytes:
    return b"\n".join(
        line for line in octets.split(b"\n") if not line.startswith(b"Authentication-Results")
    )


def _of_another_server(octets: bytes, _: int) -> bytes:
    return octets.replace(b"mx.acme.example; dmarc", b"mx.evil.example; dmarc")


def _results_below_the_trace(octets: bytes, _: int) -> bytes:
    """The writer's own field, under our server's name, below what the writer's relay added."""
    lines = _without_results(octets, 0).split(b"\n")
    results = next(line for line in octets.split(b"\n") if line.startswith(b"Authentication-R"))
    relay = b"Received: from laptop by relay.evil.example; Mon, 16 Nov 2026 08:00:00 +0000"
    index = next(i for i, line in enumerate(lines) if line.startswith(b"Received")) + 1
    return b"\n".join((*lines[:index], relay, results, *lines[index:]))


def _two_writers(octets: bytes, number: int) -> bytes:
    both = f"From: {address(number)}, eve@evil.example".encode()
    return octets.replace(f"From: {address(number)}".encode(), both)


def _address_in_the_name(octets: bytes, number: int) -> bytes:
    name = f'From: "{address(number)}" <eve@evil.example>'.encode()
    told = octets.replace(f"From: {address(number)}".encode(), name)
    return told.replace(f"header.from=shop{number}.example".encode(), b"header.from=evil.example")


def _answers_elsewhere(octets: bytes, _: int) -> bytes:
    return octets.replace(b"\nTo: ", b"\nReply-To: eve@evil.example\nTo: ", 1)


def _proven_for_another_domain(octets: bytes, number: int) -> bytes:
    return octets.replace(f"header.from=shop{number}.example".encode(), b"header.from=evil.example")


FORGERIES: tuple[Callable[[bytes, int], bytes], ...] = (
    _failed,
    _without_results,
    _of_another_server,
    _results_below_the_trace,
    _two_writers,
    _address_in_the_name,
    _answers_elsewhere,
    _proven_for_another_domain,
)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def junk() -> Iterator[tuple[str, bytes, datetime]]:
    """Subject, octets and INTERNALDATE of 20 genuine mails, 40 forged ones and 440 of spam."""
    for number in range(GENUINE):
        at = now() - timedelta(days=number, hours=1)
        yield f"genuine {number}", letter(address(number), subject=f"genuine {number}", at=at), at
    for index in range(40):
        at, number = now() - timedelta(hours=index + 2), index % GENUINE
        octets = letter(address(number), subject=f"forged {index}", at=at)
        yield f"forged {index}", FORGERIES[index % len(FORGERIES)](octets, number), at
    for index in range(SPAM):
        at = now() - timedelta(minutes=90 * index)
        yield (
            f"spam {index}",
            letter(f"w{index}@lottery.example", subject=f"spam {index}", at=at),
            at,
        )


def house(folder: Path, imap: Dovecot, smtp: SmtpServer) -> Installed:
    """The program, its customers, the spam folder full; it has had its first run."""
    program = installed(folder, imap, smtp)
    rows = "".join(f"c-{n},Buyer {n},{address(n)},,,,,,\n" for n in range(GENUINE))
    head = "id,name,email,domain,vip,tags,language,timezone,notes\n"
    (program.folder / "customers.csv").write_text(head + rows, "utf-8")
    program.write(program.config.read_text("utf-8") + "rescue: {mode: inbox}\n")
    for _, octets, at in junk():
        imap.deliver("Spam", octets, at)
    first = program("run")
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    return program


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with dovecot(users={f"user{number}@acme.example": "pw" for number in range(60)}) as server:
        yield server


@pytest.fixture(scope="module")
def fresh_users() -> Iterator[str]:
    return iter([f"user{number}@acme.example" for number in range(60)])


@pytest.fixture
def imap(running: Dovecot, fresh_users: Iterator[str]) -> Dovecot:
    """One server for all tests, each with mailboxes of its own."""
    return replace(running, user=next(fresh_users))


@pytest.fixture
def swept(tmp_path: Path, imap: Dovecot, smtp: SmtpServer) -> Installed:
    return house(tmp_path / "house", imap, smtp)


def lying(imap: Dovecot, mailbox: str) -> list[str]:
    """The subjects of what lies in a mailbox, sorted."""
    folder = imap.maildir(mailbox)
    paths = [path for part in ("cur", "new") for path in (folder / part).iterdir()]
    return sorted(message_from_bytes(path.read_bytes())["Subject"] for path in paths)


def subjects() -> list[str]:
    return sorted(subject for subject, _, _ in junk())


THEIRS = sorted(f"genuine {number}" for number in range(GENUINE))


def check_swept(imap: Dovecot) -> None:
    assert lying(imap, "INBOX") == THEIRS
    assert lying(imap, "Spam") == sorted(set(subjects()) - set(THEIRS))


def test_twenty_are_rescued_and_no_forged_one_also_when_done_twice_and_undone(
    swept: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    every = subjects()
    *mails, report = swept.json("sweep")
    assert report["examined"] == {"support": 500}
    assert sorted(m["subject"] for m in mails if m["rescue"]["decision"] == "rescue") == THEIRS
    assert lying(imap, "Spam") == every

    *mails, report = swept.json("sweep", "--apply")
    assert report["counts"]["moved"] == GENUINE
    assert all(m["subject"].startswith("genuine") for m in mails if m["outcome"] == "moved")
    check_swept(imap)
    *_, again = swept.json("sweep", "--apply")
    assert "moved" not in again["counts"]
    check_swept(imap)

    waiting = {mail["subject"]: mail for mail in swept.json("queue", "--limit", "999")}
    assert all(waiting[subject]["priority"] == 9 for subject in THEIRS)
    (run,) = swept.json("run")
    assert (run["mails"], smtp.sent) == (0, [])

    undone = swept("sweep", "--undo", str(report["id"]))
    assert (undone.returncode, undone.stderr) == (0, "")
    assert "20 mails of sweep" in undone.stdout
    assert (lying(imap, "INBOX"), lying(imap, "Spam")) == ([], every)
    swept("sweep", "--apply")
    assert (lying(imap, "INBOX"), lying(imap, "Spam")) == ([], every)
    (run,) = swept.json("run")
    assert (run["mails"], smtp.sent) == (0, [])


def test_the_report_is_a_file_and_a_mail(
    swept: Installed, imap: Dovecot, smtp: SmtpServer, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    done = swept("sweep", "--apply", "--out", str(out), "--mail-to", "lead@acme.example")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    check_swept(imap)
    page = out.read_text("utf-8")
    assert f"genuine {GENUINE - 1}" in page
    assert "spam 1<" not in page
    (sent,) = smtp.sent
    read = message_from_bytes(sent.octets)
    assert read["Subject"].startswith("[inboxwatch] Spam rescue report")
    assert read["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("point", SWEEP_POINTS)
def test_killed_at_any_point_no_mail_is_lost_or_doubled(
    point: str, swept: Installed, imap: Dovecot
) -> None:
    killed = swept(point, "sweep", module=ENTRY)
    assert killed.returncode == -9, killed.stderr
    assert sorted(lying(imap, "INBOX") + lying(imap, "Spam")) == subjects()
    after = swept("sweep", "--apply")
    assert after.returncode == 0, after.stdout + after.stderr
    check_swept(imap)
    (run,) = swept.json("run")
    assert run["mails"] == 0
    swept("sweep", "--apply")
    check_swept(imap)


@pytest.mark.parametrize("point", UNDO_POINTS)
def test_killed_while_undoing_everything_is_put_back_by_the_next(
    point: str, swept: Installed, imap: Dovecot
) -> None:
    *_, report = swept.json("sweep", "--apply")
    killed = swept(point, "undo", str(report["id"]), module=ENTRY)
    assert killed.returncode == -9, killed.stderr
    after = swept("sweep", "--undo", str(report["id"]))
    assert after.returncode == 0, after.stderr
    assert (lying(imap, "INBOX"), lying(imap, "Spam")) == ([], subjects())


def nameless(octets: bytes) -> bytes:
    """The same mail without its Message-ID."""
    lines = octets.split(b"\n")
    return b"\n".join(one for one in lines if not one.lower().startswith(b"message-id:"))


@pytest.mark.parametrize("make", [bytes, nameless])
@pytest.mark.parametrize("point", ["before-move", "after-move"])
def test_a_copy_in_the_inbox_is_never_taken_for_the_rescued_mail(
    point: str, make: Callable[[bytes], bytes], program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    program.write(program.config.read_text("utf-8") + "rescue: {mode: inbox}\n")
    at = now() - timedelta(hours=1)
    octets = make(letter("ann@archer.example", subject="twice", at=at))
    imap.deliver("INBOX", octets, at)
    original = name_in_inbox(imap)
    assert program("run").returncode == 0
    imap.deliver("Spam", octets, at)
    assert program(point, "sweep", module=ENTRY).returncode == -9
    after = program("sweep", "--apply")
    assert after.returncode == 0, after.stderr
    assert (lying(imap, "INBOX"), lying(imap, "Spam")) == (["twice"] * 2, [])
    (run,) = program.json("run")
    assert (run["mails"], smtp.sent) == (0, [])
    last = "1" if point == "after-move" else "2"
    undone = program("sweep", "--undo", last)
    assert "1 mail of sweep" in undone.stdout
    assert (name_in_inbox(imap), lying(imap, "Spam")) == (original, ["twice"])
    assert program("sweep", "--undo", last).stdout.startswith("Nothing that sweep")
    assert name_in_inbox(imap) == original


def name_in_inbox(imap: Dovecot) -> str:
    """The file of the one mail in INBOX, without its flags."""
    (path,) = (one for part in ("cur", "new") for one in (imap.maildir("INBOX") / part).iterdir())
    return path.name.partition(":")[0]


@pytest.mark.parametrize(
    ("box", "rights", "why"),
    [
        ("Spam", "lr", "Spam is read-only"),
        ("INBOX", "lrwst", "the server lets nobody put mail into INBOX"),
    ],
)
def test_nobody_hears_of_a_rescue_that_the_server_does_not_allow(
    box: str, rights: str, why: str, tmp_path: Path, smtp: SmtpServer
) -> None:
    with dovecot(more=ACL) as imap:
        program = installed(tmp_path / "house", imap, smtp)
        terms = "rescue: {mode: inbox, reply: true}\n"
        program.write(program.config.read_text("utf-8") + terms)
        assert program("run").returncode == 0
        at = now() + timedelta(seconds=1)
        imap.deliver("Spam", letter("ann@archer.example", subject="stuck", at=at), at)
        imap.allow(box, rights)
        done = program("sweep", "--apply")
        assert (done.returncode, f"not moved: {why}" in done.stdout) == (3, True), done.stdout
        assert program("run").returncode == 3
        assert (smtp.sent, lying(imap, "Spam")) == ([], ["stuck"])


def test_what_was_moved_is_told_where_the_output_is_full(swept: Installed, imap: Dovecot) -> None:
    environ = {**os.environ, "INBOXWATCH_CONFIG": str(swept.config), "HOME": str(swept.folder)}
    command = [sys.executable, "-m", "inboxwatch", "sweep"]
    for words in (("--apply",), ("--undo", "1"), ("--apply", "--json")):
        with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
            done = subprocess.run(
                [*command, *words],
                check=False,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                env=environ,
            )
        assert (done.returncode, "could not be written" in done.stderr) == (3, True)
        if words == ("--apply",):
            check_swept(imap)
            assert done.stderr.count("→ moved to INBOX") == GENUINE
            assert "inboxwatch sweep --undo 1" in done.stderr
        elif words == ("--undo", "1"):
            assert done.stderr.count("→ put back") == GENUINE
            assert "20 mails of sweep 1 put back" in done.stderr
        else:
            assert "moved" not in done.stderr


def test_a_run_takes_up_what_a_killed_sweep_left(swept: Installed, imap: Dovecot) -> None:
    assert swept("after-move", "sweep", module=ENTRY).returncode == -9
    *_, run = swept.json("run")
    assert (run["mails"], run["exit_code"]) == (0, 0)
    assert {mail["outcome"] for mail in run["rescued"]} == {"moved"}
    check_swept(imap)


def test_mails_that_another_client_moves_meanwhile_lie_in_one_place(
    swept: Installed, imap: Dovecot
) -> None:
    begun = Event()

    def other() -> None:
        with IMAPClient(imap.host, imap.plain_port, ssl=False) as client:
            client.login(imap.user, imap.password)
            client.create_folder("Elsewhere")
            client.select_folder("Spam")
            begun.set()
            for uid in client.search(["SUBJECT", "genuine"]):
                client.move([uid], "Elsewhere")

    thread = Thread(target=other)
    process = swept.start("sweep", "--apply")
    thread.start()
    assert begun.wait(30)
    out, err = process.communicate(timeout=60)
    thread.join(30)
    assert process.returncode == 0, out + err
    there = lying(imap, "INBOX") + lying(imap, "Elsewhere")
    assert sorted(there + lying(imap, "Spam")) == subjects()
    assert sorted(there) == THEIRS
    assert swept("sweep", "--apply").returncode == 0
    assert sorted(lying(imap, "INBOX") + lying(imap, "Elsewhere")) == THEIRS


def at_a_terminal(program: Installed, answers: str, *words: str) -> str:
    """What a command says to a person who types these answers."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "inboxwatch", *words],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "INBOXWATCH_CONFIG": str(program.config)},
    )
    os.write(ours, answers.encode())
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, out
    return out


def test_a_person_goes_through_the_doubtful_ones(
    tmp_path: Path, imap: Dovecot, smtp: SmtpServer
) -> None:
    program = installed(tmp_path / "house", imap, smtp)
    head = "id,name,email,domain,vip,tags,language,timezone,notes\n"
    (program.folder / "customers.csv").write_text(head + "c-1,Firm,,firm.example,,,,,\n", "utf-8")
    for number in range(3):
        at = now() - timedelta(hours=9 - number)
        octets = letter(f"p{number}@firm.example", subject=f"doubtful {number}", at=at)
        imap.deliver("Spam", octets, at)
    said = at_a_terminal(program, "x\ng\nl\nr\ny\n", "sweep", "--interactive")
    assert "one of r, l, g, s" in said
    assert "support has no mailbox Rescued. Make it?" in said
    assert lying(imap, "Rescued") == ["doubtful 0", "doubtful 2"]
    assert lying(imap, "Spam") == ["doubtful 1"]
    forgot = program("sweep", "--forget", "p0@firm.example")
    assert (forgot.returncode, "no longer taken" in forgot.stdout) == (0, True)
    again = program("sweep", "--forget", "p0@firm.example")
    assert (again.returncode, "nobody was called genuine" in again.stderr) == (2, True)


def typed(program: Installed, *keys: str) -> tuple[int, str]:
    """How a sweep ends, and what it says, whose questions are answered with these keys in turn."""
    child, ours = pty.fork()
    if not child:  # pragma: no cover - becomes another program
        os.environ |= {"INBOXWATCH_CONFIG": str(program.config), "TERM": "dumb"}
        words = ("-m", "inboxwatch", "sweep", "--interactive")
        os.execv(sys.executable, (sys.executable, *words))  # noqa: S606 - our own program
    said = ""
    for key in keys:
        said += _until(ours, "top:")
        os.write(ours, key.encode())
    said += _until(ours, "")
    _, status = os.waitpid(child, 0)
    os.close(ours)
    return os.waitstatus_to_exitcode(status), said


def _until(terminal: int, wanted: str) -> str:
    """What is written up to some words, or, without any, to the end."""
    said = ""
    while not wanted or wanted not in said:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            part = b""
        if not part:
            break
        said += part.decode("utf-8", "replace")
    return said


@pytest.mark.parametrize("key", ["\x03", "\x04", "s\n"])
def test_what_was_answered_before_somebody_stops_is_carried_out(
    key: str, tmp_path: Path, imap: Dovecot, smtp: SmtpServer
) -> None:
    program = installed(tmp_path / "house", imap, smtp)
    head = "id,name,email,domain,vip,tags,language,timezone,notes\n"
    (program.folder / "customers.csv").write_text(head + "c-1,Firm,,firm.example,,,,,\n", "utf-8")
    program.write(program.config.read_text("utf-8") + "rescue: {mode: inbox}\n")
    for number in range(3):
        at = now() - timedelta(hours=9 - number)
        octets = letter(f"p{number}@firm.example", subject=f"doubtful {number}", at=at)
        imap.deliver("Spam", octets, at)
    code, said = typed(program, "r\n", key)
    assert (code, lying(imap, "INBOX")) == (0, ["doubtful 0"]), said
    assert "moved to INBOX: a person said so" in said
    assert "Not asked about: 2 doubtful mails." in said
    (first,) = program.json("queue")
    assert (first["subject"], first["priority"]) == ("doubtful 0", 9)
    program("run")
    waiting = {mail["subject"]: mail for mail in program.json("queue")}
    assert (waiting["doubtful 0"]["id"], waiting["doubtful 0"]["priority"]) == (first["id"], 9)
    assert (waiting["doubtful 0"]["place"]["mailbox"], first["ref"]["mailbox"]) == ("INBOX", "Spam")


def test_with_a_closed_input_nobody_is_there(
    tmp_path: Path, imap: Dovecot, smtp: SmtpServer
) -> None:
    program = installed(tmp_path / "house", imap, smtp)
    command = 'exec "$0" -m inboxwatch sweep --interactive <&-'
    asked = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable],
        env={**os.environ, "INBOXWATCH_CONFIG": str(program.config)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (asked.returncode, "nobody is there to answer" in asked.stderr) == (2, True)


def test_questions_need_somebody_to_answer_them(
    tmp_path: Path, imap: Dovecot, smtp: SmtpServer
) -> None:
    program = installed(tmp_path / "house", imap, smtp)
    asked = program("sweep", "--interactive")
    assert (asked.returncode, "nobody is there to answer" in asked.stderr) == (2, True)
    both = program("sweep", "--undo", "1", "--apply")
    assert (both.returncode, "--undo stands alone" in both.stderr) == (2, True)
