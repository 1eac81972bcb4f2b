"""Bad input: each a clear message, the right exit code, and nothing lost."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.support.house import letter

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed
    from tests.support.smtp_server import SmtpServer

pytestmark = pytest.mark.dovecot


def change(program: Installed, old: str, new: str) -> None:
    text = program.config.read_text("utf-8")
    assert old in text
    program.write(text.replace(old, new))


def test_no_configuration_names_init(program: Installed) -> None:
    program.config.unlink()
    done = program("run")
    assert done.returncode == 10
    assert str(program.config) in done.stderr
    assert "inboxwatch init" in done.stderr
    assert done.stdout == ""


def test_every_problem_of_a_configuration_is_told_with_its_place(program: Installed) -> None:
    change(program, "replies: {enabled: true, mode: send}", "replies: {enabld: true, mode: sned}")
    change(program, "timezone: Europe/Berlin", "timezone: Europe/Berlinn")
    done = program("run")
    assert done.returncode == 10
    assert "config.yaml:2:" in done.stderr
    assert "enabled" in done.stderr
    assert "3 problems" in done.stderr


def test_a_wrong_password_is_refused_login(program: Installed) -> None:
    (program.folder / "password").write_text("wrong canary-secret\n", "utf-8")
    done = program("run")
    assert done.returncode == 12
    assert "support" in done.stderr
    assert "next:" in done.stderr
    assert "canary-secret" not in done.stderr + done.stdout
    log = program.state.with_name("inboxwatch.log").read_text("utf-8")
    assert "canary-secret" not in log


def test_an_unreachable_host_may_succeed_next_time(program: Installed, imap: Dovecot) -> None:
    change(program, f"port: {imap.port}", "port: 1")
    done = program("run")
    assert done.returncode == 13
    assert "127.0.0.1:1" in done.stderr


def test_an_untrusted_certificate_is_refused_before_the_password(
    program: Installed, imap: Dovecot
) -> None:
    change(program, f"      ca_file: {imap.ca_file}\n", "")
    done = program("run")
    assert done.returncode == 13
    assert "certificate" in done.stderr.lower()
    assert "Login" not in imap.log()


def test_an_unknown_mailbox_lists_those_that_are_there(program: Installed) -> None:
    change(program, "    authentication:", "    mailboxes: {junk: Rubbish}\n    authentication:")
    done = program("run")
    assert done.returncode == 10
    assert "Rubbish" in done.stderr
    assert "Spam" in done.stderr


def test_a_broken_template_is_told_before_anything_is_sent(
    program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    program("run")
    templates = program.folder / "templates"
    templates.mkdir()
    front = "---\nname: business\nperiod: business\nkind: acknowledgement\ntone: sincere\n"
    front += "language: en\n---\n"
    (templates / "business.md.j2").write_text(front + "Hello {{ custmer_name }}\n", "utf-8")
    change(program, "state:", "templates: {path: templates}\nstate:")
    at = datetime.now(UTC)
    imap.deliver("INBOX", letter("ann@archer.example", at=at), at)
    done = program("run")
    assert done.returncode == 10
    assert "business.md.j2" in done.stderr
    assert "customer_name" in done.stderr
    assert smtp.sent == []
    (templates / "business.md.j2").unlink()
    assert program("run").returncode == 0
    assert len(smtp.sent) == 1


def test_a_test_that_fails_is_told_before_anything_is_sent(
    program: Installed, imap: Dovecot, smtp: SmtpServer
) -> None:
    program("run")
    mail = "{from: ann@example.org, text: You are idiots.}"
    change(
        program,
        "state:",
        f"tests: [{{name: a joke, mail: {mail}, expect: {{reply: send}}}}]\nstate:",
    )
    at = datetime.now(UTC)
    imap.deliver("INBOX", letter("ann@archer.example", at=at), at)
    done = program("run")
    assert done.returncode == 10
    assert "test 'a joke': reply send expected, hold (A44 insult: " in done.stderr
    assert smtp.sent == []
    assert program("run").returncode == 10
    change(program, "expect: {reply: send}", "expect: {reply: hold}")
    assert program("run").returncode == 0
    assert len(smtp.sent) == 1
    change(program, "expect: {reply: hold}", "expect: {reply: send}")
    change(program, "state:", "test_before_run: false\nstate:")
    assert program("run").returncode == 0


def test_an_unreadable_file_is_told_and_the_next_one_goes_on(
    program: Installed, tmp_path: Path
) -> None:
    good = tmp_path / "good.eml"
    good.write_bytes(letter())
    done = program("triage", "--json", str(tmp_path / "missing.eml"), str(good))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 3
    assert lines[0]["schema"] == 1
    assert "missing.eml" in lines[0]["source"]
    assert lines[0]["error"]
    assert lines[1]["from"] == "ann@customer.example"


def test_unreadable_customers_stop_the_run_with_their_place(program: Installed) -> None:
    (program.folder / "customers.csv").unlink()
    done = program("run")
    assert done.returncode == 10
    assert "customers.csv" in done.stderr


def test_a_state_from_a_newer_version_is_left_alone(program: Installed) -> None:
    program("run")
    with sqlite3.connect(program.state) as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()
    before = program.state.read_bytes()
    for words in (("run",), ("queue",)):
        done = program(*words)
        assert done.returncode == 14
        assert "newer" in done.stderr
    assert program.state.read_bytes() == before


def test_a_state_that_is_no_database_is_left_alone(program: Installed) -> None:
    program.state.parent.mkdir(mode=0o700)
    program.state.write_bytes(b"this is a shopping list\n" * 100)
    for words in (("run",), ("queue",)):
        done = program(*words)
        assert done.returncode == 14
        assert str(program.state) in done.stderr
    assert program.state.read_bytes().startswith(b"this is a shopping list")


def test_with_json_the_last_line_of_standard_error_is_the_error(program: Installed) -> None:
    program.config.unlink()
    done = program("run", "--json")
    last = json.loads(done.stderr.splitlines()[-1])
    assert last["type"] == "exit_error"
    assert last["code"] == done.returncode == 10
    assert last["message"]


@pytest.mark.parametrize(
    "words",
    [("run", "--nonsense"), ("show",), ("show", "x"), ("run", "--account", "nobody"), ("fly",)],
)
def test_wrong_usage_is_two(program: Installed, words: tuple[str, ...]) -> None:
    assert program(*words).returncode == 2


def test_files_of_a_run_are_private(program: Installed) -> None:
    program("run")
    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in program.state.parent.iterdir()
        if path.is_file()
    }
    assert set(modes.values()) == {0o600}
    assert program.state.parent.stat().st_mode & 0o777 == 0o700
