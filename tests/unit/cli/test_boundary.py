"""Errors become one message, the next step, and a code."""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, cast

import pytest
import typer

from inboxwatch.cli.boundary import guarded
from inboxwatch.cli.logs import OneLine, close_log, open_log
from inboxwatch.cli.screen import writing
from inboxwatch.errors import (
    ConfigError,
    ExitCode,
    LockHeldError,
    OutputError,
    Problem,
    StateError,
    UnreachableError,
)


def raising(error: BaseException) -> int:
    """Run a command that raises; the exit code."""

    def command(*, as_json: bool = False) -> NoReturn:
        del as_json
        raise error

    with pytest.raises(typer.Exit) as caught:
        guarded(command)()
    return caught.value.exit_code


def test_a_known_error_is_told_with_its_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    code = raising(UnreachableError("no route to \x1b[2Jhost", next_step="wait"))
    told = capsys.readouterr().err
    assert code == ExitCode.UNREACHABLE
    assert "\x1b" not in told
    assert "next: wait" in told


def test_all_problems_of_a_configuration_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    problems = (Problem("one", "c.yaml", 3, 5), Problem("two", "c.yaml", 9, 1, "quote it"))
    assert raising(ConfigError(problems)) == ExitCode.CONFIG
    told = capsys.readouterr().err
    assert "c.yaml:3:5: one" in told
    assert "c.yaml:9:1: two (quote it)" in told


def test_problems_that_are_not_told_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    raising(ConfigError((Problem("one", "c.yaml", 3, 5),), more=7))
    told = capsys.readouterr().err.splitlines()
    assert told[:3] == [
        "  c.yaml:3:5: one",
        "  and 7 more",
        "inboxwatch: the configuration has 8 problems",
    ]


def test_a_lock_that_is_held_is_told_but_by_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(LockHeldError("at work", expected=True)) == ExitCode.LOCKED
    assert capsys.readouterr().err == ""
    assert raising(LockHeldError("nothing was changed", next_step="again")) == ExitCode.LOCKED
    assert capsys.readouterr().err == "inboxwatch: nothing was changed\n  next: again\n"


def test_an_interruption_is_130() -> None:
    assert raising(KeyboardInterrupt()) == ExitCode.INTERRUPTED


def test_a_bug_names_the_log_and_shows_no_local_variables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "private" / "inboxwatch.log"
    open_log(log)
    try:
        assert raising(ZeroDivisionError("forged\nline")) == ExitCode.BUG
    finally:
        close_log()
    told = capsys.readouterr().err
    assert str(log) in told
    assert "this is a bug" in told
    written = log.read_text("utf-8")
    assert "ZeroDivisionError" in written
    assert len(written.splitlines()) == 1
    assert log.stat().st_mode & 0o777 == 0o600


def test_with_json_the_error_is_the_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    def command(*, as_json: bool = False) -> NoReturn:
        del as_json
        raise UnreachableError("gone")

    with pytest.raises(typer.Exit):
        guarded(command)(as_json=True)
    last = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert last == {"type": "exit_error", "code": 13, "message": "gone"}


def test_an_event_is_one_line_whatever_it_quotes() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\n2026 ERROR \x1b[2J", (), None)
    assert OneLine("%(message)s").format(record) == "a\\x0a2026 ERROR \\x1b[2J"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_a_disk_that_takes_nothing_is_no_bug_and_no_output(
    number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert raising(OSError(number, os.strerror(number), "/x/state.db")) == ExitCode.STATE
    told = capsys.readouterr().err
    assert f"/x/state.db could not be written: {os.strerror(number)}" in told
    assert "next: make room" in told
    assert "the output" not in told
    assert "bug" not in told


def test_only_writing_an_output_is_a_fault_of_the_output() -> None:
    with pytest.raises(OutputError, match="output could not be written: No space"), writing():
        Path("/dev/full").write_text("x")
    with pytest.raises(BrokenPipeError), writing():
        raise BrokenPipeError


def test_a_log_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    program = tmp_path / "inboxwatch.log"  # one that runs, and so cannot be written even by root
    shutil.copy(cast("str", shutil.which("sleep")), program)
    program.chmod(0o700)
    with subprocess.Popen([program, "60"]) as running:
        try:
            with pytest.raises(StateError) as caught:
                open_log(program)
        finally:
            running.kill()
            close_log()
    assert str(program) in caught.value.message
    assert "log.path" in caught.value.next_step


def test_a_log_file_on_a_full_disk_is_told_once_and_ends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "inboxwatch.log"
    open_log(log)
    logger = logging.getLogger("inboxwatch")
    (handler,) = (one for one in logger.handlers if isinstance(one, logging.FileHandler))
    with suppress(OSError), Path("/dev/full").open("w") as full:  # it cannot be closed cleanly
        handler.setStream(full).close()  # type: ignore[union-attr]
        for number in range(3):
            logger.warning("event %d", number)
        close_log()
    told = capsys.readouterr().err.splitlines()
    assert told == [f"inboxwatch: the log {log} cannot be written: No space left on device"]
