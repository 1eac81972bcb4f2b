"""A dead server, a refused login, under cron: told once, left alone, tried at once by a person."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.dovecot import Dovecot
    from tests.support.installed import Installed

pytestmark = pytest.mark.dovecot


def by_a_person(program: Installed, *words: str) -> subprocess.CompletedProcess[str]:
    """A command whose standard input is a terminal."""
    ours, theirs = os.openpty()
    try:
        return subprocess.run(
            [sys.executable, "-m", "inboxwatch", *words],
            stdin=theirs,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            env={**os.environ, "INBOXWATCH_CONFIG": str(program.config)},
        )
    finally:
        os.close(ours)
        os.close(theirs)


def logins(imap: Dovecot) -> int:
    """How often somebody tried to log in, or did."""
    return imap.log().count("rip=")


def test_a_refused_login_is_told_once_and_not_tried_again_by_cron(
    program: Installed, imap: Dovecot
) -> None:
    password = program.folder / "password"
    right = password.read_text("utf-8")
    password.write_text("wrong\n", "utf-8")
    first = program("run")
    assert first.returncode == 12
    assert "refused user and password" in first.stderr
    tried = logins(imap)
    assert tried
    second = program("run", "--account", "support")
    assert (second.returncode, second.stdout, second.stderr) == (12, "", "")
    assert logins(imap) == tried
    line = program.json("run")[-1]
    assert line["failures"][0]["known"] is True
    assert "inboxwatch run --account support" in line["failures"][0]["next_step"]
    password.write_text(right, "utf-8")
    os.utime(password, (0, 0))  # as if it had been mended elsewhere: a file written now is noticed
    assert program("run").returncode == 12
    checked = " ".join(program("check").stdout.split())
    assert "left alone by runs until" in checked
    third = by_a_person(program, "run", "--account", "support")
    assert (third.returncode, third.stderr) == (0, "")
    assert program("run").returncode == 0


def test_a_mended_password_file_is_noticed_by_the_next_run(program: Installed) -> None:
    password = program.folder / "password"
    right = password.read_text("utf-8")
    password.write_text("wrong\n", "utf-8")
    assert program("run").returncode == 12
    password.write_text(right, "utf-8")
    assert "left alone" not in program("check").stdout
    assert program("run").returncode == 0


def test_status_tells_it_without_a_login(program: Installed, imap: Dovecot) -> None:
    assert program("status").returncode == 14
    assert program("run").returncode == 0
    well = program("status")
    assert (well.returncode, well.stderr) == (0, "")
    assert "support" in well.stdout
    assert "INBOX" in well.stdout
    account, whole = program.json("status")
    assert account["state"] == "well"
    assert 500 < account["octets_today"] < 50_000
    assert {one["mailbox"] for one in account["mailboxes"]} == {"INBOX", "Spam", "Sent"}
    assert (whole["accounts"], whole["exit_code"]) == ({"support": "well"}, 0)
    (program.folder / "password").write_text("wrong\n", "utf-8")
    assert program("run").returncode == 12
    tried = logins(imap)
    told = program("status")
    assert told.returncode == 12
    words = " ".join(told.stdout.split())
    assert "refused user and password" in words
    assert "next: check imap.user and the password" in words
    assert program.json("status")[0]["left_alone"] is True
    assert logins(imap) == tried


def test_check_tries_at_once(program: Installed) -> None:
    password = program.folder / "password"
    right = password.read_text("utf-8")
    password.write_text("wrong\n", "utf-8")
    assert program("run").returncode == 12
    password.write_text(right, "utf-8")
    assert program("check").returncode == 0


def test_a_dead_server_is_left_alone_until_the_configuration_changes(
    program: Installed, imap: Dovecot
) -> None:
    text = program.config.read_text("utf-8")
    program.write(text.replace(f"port: {imap.port}", "port: 1"))
    first = program("run")
    assert first.returncode == 13
    assert "127.0.0.1:1" in first.stderr
    second = program("run")
    assert (second.returncode, second.stdout, second.stderr) == (13, "", "")
    program.write(text).config.touch()
    assert program("run").returncode == 0
