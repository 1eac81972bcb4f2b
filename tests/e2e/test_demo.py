"""The demo: what a newcomer sees first."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


def environ(**more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return {**inherited, "PYTHONUNBUFFERED": "1", **more}


def inboxwatch(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "inboxwatch", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env=environ(**more),
    )


@pytest.fixture(scope="module")
def shown() -> str:
    done = inboxwatch("demo")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_story_s_customer_in_the_spam_folder_comes_first_at_nine(shown: str) -> None:
    first = shown.split("── Wednesday morning")[1].splitlines()[1:4]
    assert first[0].split()[0] == "9"
    assert "Dana Whitlock" in first[0]
    assert "rescued-customer" in first[1]
    assert "proven genuine" in first[2]


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        ("Undelivered Mail", "no automatic reply: A01"),
        ("wheelbuilders", "no automatic reply: A06"),
        ("Invitation:", "no automatic reply: A13"),
        ("Lieferzeit", "answered with business[a-z-]*.de"),
        ("Dérailleur", "answered with business[a-z-]*.fr"),
        ("URGENT refund", "spam; no automatic reply"),
        ("Frame cracked", "answered with weekend-(sincere|still)"),
        ("Gutschein", "answered with weekend[a-z-]*.de"),
        ("useless", "held: A44"),
        ("How did we do", "no automatic reply: A44"),
        ("Wrong order", "answered with evening-(sincere|still)"),
        ("penny-farthing", "answered with evening[a-z-]*.en"),
        ("Probefahrt", r"answered with evening[a-z-]*.de \(evening, in de like the mail\)"),
    ],
)
def test_each_mail_ends_as_it_should(subject: str, outcome: str, shown: str) -> None:
    after = shown.split(subject, 1)[1]
    assert re.search(outcome, after.split("→", 1)[1].splitlines()[0])


def test_nothing_of_a_hostile_mail_reaches_the_screen(shown: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", shown)


def test_replies_and_what_is_held_are_shown_at_the_end(shown: str) -> None:
    assert re.search(r"── \d+ replies arrived at the SMTP server", shown)
    assert re.search(r"── \d+ held for a person", shown)
    assert re.search(r"── \d+ things need a person, and what to do next", shown)
    assert "promised by Jo Lindgren: I will call you by Monday at 10 am." in shown


def test_the_same_words_every_time(shown: str) -> None:
    assert inboxwatch("demo").stdout == shown


@pytest.fixture
def kept() -> Iterator[str]:
    """The configuration of a demo that stays up until Ctrl-C."""
    with kept_until(signal.SIGINT) as path:
        yield path


@contextmanager
def kept_until(number: signal.Signals) -> Iterator[str]:
    """The configuration of a demo that stays up; in the end its files are gone."""
    process = subprocess.Popen(
        [sys.executable, "-m", "inboxwatch", "demo", "--keep"],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environ(),
    )
    assert process.stdout is not None
    path = ""
    deadline = time.monotonic() + 60
    while not path and time.monotonic() < deadline:
        found = re.search(r"INBOXWATCH_CONFIG=(\S+)", process.stdout.readline())
        path = found[1] if found else ""
    try:
        yield path
    finally:
        process.send_signal(number)
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert path
    assert not Path(path).parent.exists()


def test_kept_it_is_ended_by_sigterm_as_by_ctrl_c() -> None:
    with kept_until(signal.SIGTERM) as path:
        assert Path(path).exists()


def test_kept_every_other_command_works_against_it(kept: str) -> None:
    for words, told in (
        (("queue",), "waiting"),
        (("explain", "3"), "Priority"),
        (("show", "3"), "Subject"),
        (("run", "--dry-run"), "Dry run"),
        (("check",), "logged in"),
        (("schedule",), "business"),
        (("attention",), "promise"),
        (("promises",), "by Jo Lindgren"),
        (("customers", "show", "c-02"), "Ruth Castellan"),
        (("goodwill", "propose", "30", "10", "--by", "Kim"), "proposed by Kim"),
    ):
        done = inboxwatch(*words, INBOXWATCH_CONFIG=kept)
        assert done.returncode == 0, (words, done.stderr)
        assert told in done.stdout
