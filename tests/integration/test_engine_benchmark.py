"""The engine's benchmark on a small mailbox: what is measured is what is meant."""

from __future__ import annotations

import imaplib
import json
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.dovecot import dovecot, require_dovecot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.dovecot import Dovecot

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
TEXT = b"Subject: one\r\n\r\n" + b"a line of a mail\r\n" * 2000

pytestmark = pytest.mark.dovecot


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot(tls=False, users={"ann": "secret", "floor": "secret"}) as running:
        yield running


def replayed(server: Dovecot, script: Path) -> int:
    """The octets that the floor got."""
    floor = [sys.executable, str(BENCHMARKS / "floors.py"), "replay"]
    login = [server.host, str(server.plain_port), "floor", "secret"]
    done = subprocess.run(
        [*floor, *login, str(script)], capture_output=True, text=True, check=True, timeout=60
    )
    return int(done.stdout)


@pytest.mark.parametrize("login", ["login", "authenticate"])
def test_the_floor_asks_for_what_was_recorded(
    login: str, server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    recording: Any = import_module("recording")
    for user in ("ann", "floor"):
        server.deliver("INBOX", TEXT, datetime.now(UTC), user=user)
    with recording.recorder(server.plain_port) as between:
        client = imaplib.IMAP4(between.target[0], between.port)
        if login == "login":
            client.login("ann", "secret")
        else:
            client.authenticate("PLAIN", lambda _: b"\0ann\0secret")
        client.select("INBOX", readonly=True)
        client.uid("FETCH", "1", "(BODY.PEEK[])")
        client.logout()
        between.write(tmp_path / "said.json")
    (steps,) = json.loads((tmp_path / "said.json").read_text("ascii"))
    said = [line.split()[1] for _, line in steps]
    assert said == ["EXAMINE", "UID", "LOGOUT"]
    assert "secret" not in (tmp_path / "said.json").read_text("ascii")
    assert [after for after, _ in steps] == ["", *(line.split()[0] for _, line in steps[:-1])]
    assert len(TEXT) < replayed(server, tmp_path / "said.json") < len(TEXT) + 3000


def test_the_command_measures_a_small_mailbox(tmp_path: Path) -> None:
    require_dovecot()
    words = "--inbox 12 --spam 3 --goes 1 --sizes 15 --only mailbox --programs inboxwatch,floor"
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "engine.py"), *words.split(), "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "engine.json").read_text("utf-8"))
    assert told["missing"] == {}, done.stderr
    assert [(one["stage"], one["program"]) for one in told["runs"]] == [
        ("first", "inboxwatch"),
        ("first", "floor"),
        ("new", "inboxwatch"),
        ("new", "floor"),
        ("same", "inboxwatch"),
        ("same", "floor"),
        ("replies", "inboxwatch"),
    ]
    assert (tmp_path / "benchmarks.md").exists()
    assert (tmp_path / "benchmarks.svg").exists()
    assert str(tmp_path) not in json.dumps(told)
