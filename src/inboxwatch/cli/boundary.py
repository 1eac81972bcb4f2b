"""The one place where errors become messages and exit codes."""

from __future__ import annotations

import errno
import functools
import os
import sys
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

import typer

from inboxwatch.errors import (
    ConfigError,
    ExitCode,
    InboxwatchError,
    LockHeldError,
    OutputError,
    StateError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command so that whatever it raises is told once, with the next step and its code.

    A command with ``as_json`` set ends standard error with an ``exit_error`` object.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            result = command(*args, **kwargs)
            _flush()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the boundary: all ends here
            _tell(error, as_json=bool(kwargs.get("as_json")))
        else:
            return result

    return run


def _tell(error: BaseException, *, as_json: bool) -> NoReturn:
    """End the program as the kind of error asks for; what is unknown is a bug."""
    if isinstance(error, typer.Exit):
        raise error
    silent = not (as_json or sys.stderr.isatty())
    if silent and isinstance(error, LockHeldError) and error.expected:
        raise typer.Exit(error.code) from None  # cron started early: nothing to tell (X10)
    if isinstance(error, OutputError):
        forget_output()
        leave(error.code, error.message)
    if isinstance(error, InboxwatchError):
        fail(error, as_json=as_json)
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        leave(ExitCode.INTERRUPTED, "interrupted", as_json=as_json)
    if isinstance(error, BrokenPipeError):
        forget_output()
        raise typer.Exit(ExitCode.DONE) from None
    if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
        _let_go()
        fail(_disk_error(error), as_json=as_json)
    _unexpected(error, as_json=as_json)


def fail(error: InboxwatchError, *, as_json: bool = False) -> NoReturn:
    """Tell an error with all its problems and end the program with its code."""
    if isinstance(error, ConfigError):
        for problem in error.problems:
            say(f"  {problem}")
        if error.more:
            say(f"  and {error.more} more")
    text = error.message if not error.next_step else f"{error.message}\n  next: {error.next_step}"
    leave(error.code, text, as_json=as_json)


def leave(code: ExitCode, message: str, *, as_json: bool = False) -> NoReturn:
    """End with a code and a message on standard error."""
    say(f"inboxwatch: {message}")
    if as_json:
        import json

        last = {"type": "exit_error", "code": int(code), "message": message}
        sys.stderr.write(json.dumps(last) + "\n")
    raise typer.Exit(code)


def say(text: str) -> None:
    """A line on standard error, whatever it quotes."""
    from inboxwatch.core.text import printable

    sys.stderr.write(printable(text, keep="\n") + "\n")


def _unexpected(bug: BaseException, *, as_json: bool) -> NoReturn:
    from inboxwatch.cli.logs import log_bug

    place = log_bug(bug)
    text = (
        f"unexpected {type(bug).__name__}: this is a bug\n"
        f"  next: the traceback is in {place}; please report it"
    )
    leave(ExitCode.BUG, text, as_json=as_json)


_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
"""What writing to a full, broken or read-only disk ends in."""


def _disk_error(error: OSError) -> StateError:
    where = f"{error.filename} " if error.filename else "a file "
    return StateError(
        f"{where}could not be written: {error.strerror}",
        next_step="make room on the disk, or make it writable, and try again",
    )


def _let_go() -> None:
    """Write what is left, or forget it where the output itself is the fault."""
    try:
        sys.stdout.flush()
    except OSError:
        forget_output()


def _flush() -> None:
    from inboxwatch.cli.screen import writing

    with writing():
        sys.stdout.flush()


def forget_output() -> None:
    """Keep the interpreter from writing what is left to a reader that went away, as head does."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
