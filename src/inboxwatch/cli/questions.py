"""Questions at a terminal: asked until the answer makes sense, or answered by an option."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import typer

from inboxwatch.cli.screen import echo
from inboxwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


def somebody_there() -> bool:
    """Whether anybody can answer; nobody can where standard input was closed."""
    stdin: IO[str] | None = sys.stdin
    return stdin is not None and not stdin.closed and stdin.isatty()


@contextmanager
def stopping() -> Iterator[None]:
    """While a question waits, Ctrl-C ends the question alone: raises typer.Abort, as Ctrl-D does.

    What a command does about signals otherwise (``run.stoppable``) waits for the work at hand, and
    a question is none. SIGTERM ends the question and does what it does otherwise as well.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def end(number: int, frame: FrameType | None) -> None:
        known = before[signal.Signals(number)]
        if number == signal.SIGTERM and callable(known):
            known(number, frame)
        raise KeyboardInterrupt

    for number in before:
        signal.signal(number, end)
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Abort from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ask(
    option: str,
    question: str,
    given: str | None = None,
    default: str = "",
    *,
    check: Callable[[str], object] = str,
) -> str:
    """The answer to a question: the option's value, else the user's, asked for until it is right.

    ``check`` raises ValueError for an answer that cannot be right. Raises UsageError if the
    option's value is wrong, or if nobody is there to answer.
    """
    if given is not None:
        _refuse(given, check, option)
        return given
    if not somebody_there():
        raise UsageError(
            f"{question}? Nobody is there to answer",
            next_step=f"run it in a terminal, or answer with the option --{option}",
        )
    while True:
        answer: str = typer.prompt(question, default=default or None).strip()
        try:
            check(answer)
        except ValueError as fault:
            echo(f"  {fault}")
        else:
            return answer


def ask_secret(option: str, question: str) -> str:
    """An answer that is not shown. Raises UsageError if nobody is there to answer."""
    if not somebody_there():
        raise UsageError("the password is missing", next_step=f"name a file with --{option}")
    answer: str = typer.prompt(question, hide_input=True)
    return answer


def _refuse(given: str, check: Callable[[str], object], option: str) -> None:
    try:
        check(given)
    except ValueError as fault:
        raise UsageError(f"--{option}: {fault}") from None
