"""A server that is missing stops nobody but the continuous integration."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.browser import require_chromium
from tests.support.courier import require_courier
from tests.support.cyrus import require_cyrus
from tests.support.dovecot import require_dovecot
from tests.support.postfix import require_postfix

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT, SOMEBODY = 0, 1000


@pytest.fixture(params=["true", ""])
def outcome(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type[BaseException]:
    """What a test ends with where nothing may be missing, and elsewhere."""
    monkeypatch.setenv("CI", request.param)
    return pytest.fail.Exception if request.param else pytest.skip.Exception


@pytest.mark.parametrize(
    ("require", "there", "user", "reason"),
    [
        (require_dovecot, False, ROOT, "not installed"),
        (require_postfix, False, ROOT, "not installed"),
        (require_cyrus, False, ROOT, r"run \.ci/servers"),
        (require_courier, False, ROOT, r"run \.ci/servers"),
        (require_postfix, True, SOMEBODY, "by root only"),
    ],
)
def test_what_is_missing_skips_and_fails_under_ci(
    require: Callable[[], str | Path],
    there: bool,
    user: int,
    reason: str,
    outcome: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: there)
    monkeypatch.setattr(os, "getuid", lambda: user)
    with pytest.raises(outcome, match=reason):
        require()


def test_without_chromium_tests_skip_and_fail_under_ci(
    outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(outcome, match="not installed"):
        require_chromium()


def test_a_postfix_that_root_can_start_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: True)
    monkeypatch.setattr(os, "getuid", lambda: ROOT)
    assert require_postfix().endswith("/master")


SLEEPER = """
import signal, sys, time
from tests.support.started import start
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored
process = start(["sleep", "1000"])
sys.stdout.write("ready\\n")
sys.stdout.flush()
time.sleep(1000)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_server_ends_with_the_tests_however_they_end(number: int) -> None:
    """As at Ctrl-C, or under ``timeout``, where the whole group of processes is told to end."""
    tests = subprocess.Popen(
        [sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, start_new_session=True
    )
    assert tests.stdout is not None
    with tests.stdout as said:
        assert said.readline() == b"ready\n"
        group = os.getpgid(tests.pid)
        (shell,) = _children(tests.pid)
        server = _server(shell)
        if number == signal.SIGKILL:
            tests.kill()  # of a whole group that is killed nobody is left to end anything
        else:
            os.killpg(group, number)
        tests.wait(10)
        assert said.read() == b""
    _wait_until_gone(server)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _server(shell: int) -> int:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if found := _children(shell):
            return found[0]
        time.sleep(0.01)
    raise AssertionError("the shell has started nothing")


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, "it is still there"
        time.sleep(0.01)
