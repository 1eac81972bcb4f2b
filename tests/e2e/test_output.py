"""Output that is closed, full, or not UTF-8, and readers that go away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.support.house import letter

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
version: 1
timezone: Europe/Berlin
team: {name: Acme, sign: Jo}
accounts:
  support:
    address: support@acme.example
    imap: {host: 127.0.0.1, security: none, user: jo, password_env: UNUSED}
    smtp: {host: 127.0.0.1, security: none}
schedule:
  business: {mon-fri: "09:00-17:00"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    mails = tmp_path / "mails"
    mails.mkdir()
    for number in range(300):
        octets = letter(f"c{number}@shop.example", subject=f"Grüße {number} 🚲")
        (mails / f"{number:03}.eml").write_bytes(octets)
    return tmp_path


def shell(folder: Path, line: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A line in a shell where ``$iw`` is the program."""
    return subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={
            **os.environ,
            "iw": f"{sys.executable} -m inboxwatch",
            "INBOXWATCH_CONFIG": str(folder / "config.yaml"),
            "HOME": str(folder),
            **environ,
        },
    )


@pytest.mark.parametrize(
    "command", ["triage mails", "triage --json mails", "schedule", "--help", "queue -h"]
)
def test_a_reader_that_goes_away_is_no_error(folder: Path, command: str) -> None:
    done = shell(folder, f"$iw {command} | head -1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "command", ["triage mails", "triage --json mails", "--help", "run --help", "--version", ""]
)
def test_a_full_disk_is_told(folder: Path, command: str) -> None:
    done = shell(folder, f"$iw {command} > /dev/full")
    assert done.returncode == 3
    assert "could not be written" in done.stderr
    assert "bug" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_outputs_are_nobody_s_problem(folder: Path, closed: str) -> None:
    assert shell(folder, f"$iw triage mails {closed}").returncode == 0


@pytest.mark.parametrize("command", ["triage mails", "schedule"])
def test_an_output_that_is_not_utf_8_gets_escapes(folder: Path, command: str) -> None:
    done = shell(folder, f"$iw {command}", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()


def test_a_file_gets_every_line_whole_and_none_padded(folder: Path) -> None:
    sender = f"{'n' * 40}@a-rather-long-name-of-a-shop.example"
    octets = letter(sender, subject="S" * 110)
    (folder / "long.eml").write_bytes(octets)
    whole = shell(folder, "$iw triage long.eml; $iw explain long.eml").stdout
    assert sender in whole
    assert "S" * 110 in whole
    assert not [line for line in whole.splitlines() if line != line.rstrip()]
    cut = shell(folder, "$iw triage long.eml", COLUMNS="80").stdout
    assert max(map(len, cut.splitlines())) == 80


def test_json_is_the_same_everywhere(folder: Path) -> None:
    plain = shell(folder, "$iw triage --json mails")
    odd = shell(folder, "$iw triage --json mails", PYTHONIOENCODING="ascii", NO_COLOR="1")
    assert odd.stdout == plain.stdout
    assert len([json.loads(line) for line in plain.stdout.splitlines()]) == 300


@pytest.mark.parametrize(
    "command",
    ["schedule --at 0001-01-01T00:00", "schedule --weeks 999", "triage --at soon mails"],
)
def test_an_instant_that_makes_no_sense_is_wrong_usage(folder: Path, command: str) -> None:
    done = shell(folder, f"$iw {command}")
    assert done.returncode == 2
    assert "bug" not in done.stderr


def test_of_several_mails_each_is_told_with_its_file(folder: Path) -> None:
    alone = shell(folder, "$iw triage mails/000.eml")
    both = shell(folder, "$iw triage mails/000.eml mails/absent.eml mails/001.eml")
    assert ".eml" not in alone.stdout
    lines = both.stdout.splitlines()
    assert lines[0] == "mails/000.eml"
    assert lines[1:4] == alone.stdout.splitlines()
    assert lines[4].startswith("mails/absent.eml: ")
    assert lines[5] == "mails/001.eml"


def test_mails_of_one_mbox_are_told_apart(folder: Path) -> None:
    mails = [(folder / f"mails/00{i}.eml").read_bytes() for i in range(2)]
    begin = b"From a Mon Jan  1 00:00:00 2024\n"
    (folder / "two.mbox").write_bytes(b"".join(begin + mail + b"\n\n" for mail in mails))
    done = shell(folder, "$iw triage two.mbox")
    names = [line for line in done.stdout.splitlines() if "mbox" in line]
    assert names == ["two.mbox#1", "two.mbox#2"]


def test_check_names_files_beside_the_templates_that_are_none(folder: Path) -> None:
    ours = folder / "ours"
    ours.mkdir()
    for name in ("weekend.md", "weekend.j2.bak", *(f"note{i}.txt" for i in range(5)), ".hidden"):
        (ours / name).write_text("x", "utf-8")
    line = "echo 'templates: {path: ours}' >> config.yaml; $iw check --offline --json"
    done = shell(folder, line)
    findings = [json.loads(text) for text in done.stdout.splitlines()]
    (finding,) = [one for one in findings if one["about"] == "template folder"]
    assert finding["ok"]
    assert "note0.txt, note1.txt, note2.txt, note3.txt, note4.txt and 2 more are" in finding["text"]
    assert "named like weekend.md.j2" in finding["text"]
    assert done.returncode == 0
