from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from inboxwatch.errors import ExitCode, LockHeldError, StateError
from inboxwatch.store.lock import hold_lock, lock_path

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = """
import sys
from pathlib import Path
from inboxwatch.store.lock import hold_lock
with hold_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(state: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_lock_lies_next_to_the_state_and_is_private(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state.db"
    with hold_lock(state):
        assert stat.S_IMODE(lock_path(state).stat().st_mode) == 0o600
        assert lock_path(state).read_text() == f"{os.getpid()}\n"
        assert not state.exists()
    assert lock_path(state).parent == state.parent


def test_a_second_run_is_told_who_holds_it(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with holder(state) as process:
        with pytest.raises(
            LockHeldError, match=f"already running: process {process.pid} "
        ) as caught:
            hold_lock(state).__enter__()
        process.kill()
    assert caught.value.code == ExitCode.LOCKED
    assert caught.value.next_step


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with holder(state) as process:
        process.kill()
    assert lock_path(state).read_text() == f"{process.pid}\n"
    with hold_lock(state):
        assert lock_path(state).read_text() == f"{os.getpid()}\n"


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with pytest.raises(ZeroDivisionError), hold_lock(state):
        raise ZeroDivisionError
    with hold_lock(state), pytest.raises(LockHeldError):
        hold_lock(state).__enter__()


@pytest.mark.parametrize("content", ["", "nonsense\n", "\u0661\u0662\n", "9" * 400])
def test_what_the_file_says_decides_nothing(tmp_path: Path, content: str) -> None:
    state = tmp_path / "state.db"
    lock_path(state).write_text(content)
    with hold_lock(state):
        assert lock_path(state).read_text() == f"{os.getpid()}\n"
        lock_path(state).write_text(content)
        with pytest.raises(LockHeldError, match="already running"):
            hold_lock(state).__enter__()


def test_a_lock_that_cannot_be_made_is_a_fault_of_the_state(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError):
        hold_lock(tmp_path / "file" / "state.db").__enter__()
