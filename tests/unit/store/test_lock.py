from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from inboxwatch.errors import ExitCode, LockHeldError, StateError
from inboxwatch.store import lock
from inboxwatch.store.lock import hold_lock, respect_lock

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = """
import sys
from pathlib import Path
from inboxwatch.store.lock import hold_lock, respect_lock
with hold_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(lock: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_lock_is_private_says_who_holds_it_and_stays(tmp_path: Path) -> None:
    lock = tmp_path / "new" / "state.db.lock"
    with hold_lock(lock):
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
        assert lock.read_text() == f"{os.getpid()}\n"
    assert stat.S_IMODE(lock.parent.stat().st_mode) == 0o700
    assert list(lock.parent.iterdir()) == [lock]


def test_a_second_run_is_told_who_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "state.db.lock"
    with holder(lock) as process:
        with pytest.raises(
            LockHeldError, match=f"already running: process {process.pid} "
        ) as caught:
            hold_lock(lock).__enter__()
        process.kill()
    assert caught.value.code == ExitCode.LOCKED
    assert caught.value.next_step


def test_who_has_patience_gets_the_lock_when_the_run_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.db.lock"
    with holder(path) as process:

        def pause(_seconds: float) -> None:
            process.kill()
            process.wait()

        monkeypatch.setattr(lock.time, "sleep", pause)
        for take in (hold_lock, respect_lock):
            with take(path, 10):
                pass


def test_after_some_patience_a_person_is_told_what_was_not_done(tmp_path: Path) -> None:
    path = tmp_path / "state.db.lock"
    for take in (hold_lock, respect_lock):
        with hold_lock(path), pytest.raises(LockHeldError, match="nothing was changed") as caught:
            take(path, 0.01).__enter__()
        assert (caught.value.expected, "again" in caught.value.next_step) == (False, True)


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    lock = tmp_path / "state.db.lock"
    with holder(lock) as process:
        process.kill()
    assert lock.read_text() == f"{process.pid}\n"
    with hold_lock(lock):
        assert lock.read_text() == f"{os.getpid()}\n"


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "state.db.lock"
    with pytest.raises(ZeroDivisionError), hold_lock(lock):
        raise ZeroDivisionError
    assert lock.read_text() == ""
    with hold_lock(lock), pytest.raises(LockHeldError):
        hold_lock(lock).__enter__()


@pytest.mark.parametrize("content", ["", "nonsense\n", "\u0661\u0662\n", "9" * 400])
def test_what_the_file_says_decides_nothing(tmp_path: Path, content: str) -> None:
    lock = tmp_path / "state.db.lock"
    lock.write_text(content)
    with hold_lock(lock):
        assert lock.read_text() == f"{os.getpid()}\n"
        lock.write_text(content)
        with pytest.raises(LockHeldError, match="already running"):
            hold_lock(lock).__enter__()


def test_a_lock_that_cannot_be_made_is_a_fault_of_the_state(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError):
        hold_lock(tmp_path / "file" / "state.db.lock").__enter__()


def test_who_only_looks_writes_nothing_and_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "state.db.lock"
    with respect_lock(path):
        assert not path.exists()
    path.write_text("4711\n")
    before = path.stat().st_mtime_ns
    with respect_lock(path), respect_lock(path):
        assert path.read_text() == "4711\n"
    assert path.stat().st_mtime_ns == before


def test_who_only_looks_waits_for_a_run_and_keeps_one_out(tmp_path: Path) -> None:
    path = tmp_path / "state.db.lock"
    with hold_lock(path), pytest.raises(LockHeldError), respect_lock(path):
        pass
    with respect_lock(path), pytest.raises(LockHeldError), hold_lock(path):
        pass


def test_a_disk_without_room_for_a_number_is_no_reason_not_to_lock(tmp_path: Path) -> None:
    lock = tmp_path / "state.db.lock"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with hold_lock(lock), pytest.raises(LockHeldError), hold_lock(lock):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert lock.read_bytes() == b""
