"""The one place where errors become messages and exit codes."""

from __future__ import annotations

import functools
import logging
import sys
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

import typer

from inboxwatch.errors import ConfigError, ExitCode, InboxwatchError, LockHeldError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger("inboxwatch")


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command so that whatever it raises is told once, with the next step and its code.

    A command with ``as_json`` set ends standard error with an ``exit_error`` object.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        as_json = bool(kwargs.get("as_json"))
        try:
            return command(*args, **kwargs)
        except LockHeldError as error:
            if not (as_json or sys.stderr.isatty()):
                raise typer.Exit(error.code) from None  # cron started early: nothing to tell (X10)
            fail(error, as_json=as_json)
        except InboxwatchError as error:
            fail(error, as_json=as_json)
        except KeyboardInterrupt:
            leave(ExitCode.INTERRUPTED, "interrupted", as_json=as_json)
        except BrokenPipeError:
            _close_quietly()
            raise typer.Exit(ExitCode.DONE) from None
        except typer.Exit:
            raise
        except Exception as bug:  # noqa: BLE001 - the boundary: a bug ends here, with its traceback in the log
            _unexpected(bug, as_json=as_json)

    return run


def fail(error: InboxwatchError, *, as_json: bool = False) -> NoReturn:
    """Tell an error with all its problems and end the program with its code."""
    if isinstance(error, ConfigError):
        for problem in error.problems:
            say(f"  {problem}")
    log.warning("%s", error.message)
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


def _unexpected(bug: Exception, *, as_json: bool) -> NoReturn:
    from inboxwatch.cli.logs import log_bug

    place = log_bug(bug)
    text = (
        f"unexpected {type(bug).__name__}: this is a bug\n"
        f"  next: the traceback is in {place}; please report it"
    )
    leave(ExitCode.BUG, text, as_json=as_json)


def _close_quietly() -> None:
    """Keep the interpreter from complaining about a reader that went away, as head does."""
    try:
        sys.stdout.close()
    except OSError:
        sys.stderr.flush()
