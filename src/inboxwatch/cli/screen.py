"""Where output goes: rich on a terminal, the same words in plain text elsewhere."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from inboxwatch.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

PLAIN_WIDTH = 100
"""Columns in which text is wrapped when nobody's terminal says how many there are."""


def on_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def by_a_person() -> bool:
    """Whether a person has started the command, as far as its standard streams tell."""
    return any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr) if stream)


def console(*, stderr: bool = False) -> Console:
    """A console that interprets nothing it is given: no markup, no emoji codes, no highlighting."""
    from rich.console import Console as RichConsole

    class Screen(RichConsole):
        """Leaves a reader that went away to the boundary: as with head, that is no error."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    stream = sys.stderr if stderr else sys.stdout
    width = None if _has_edge(stream) else PLAIN_WIDTH
    return Screen(
        stderr=stderr, markup=False, emoji=False, highlight=False, width=width, soft_wrap=False
    )


def _has_edge(stream: IO[str]) -> bool:
    """Whether lines end somewhere: on a terminal, and where COLUMNS says so."""
    return stream.isatty() or "COLUMNS" in os.environ


def columns() -> int:
    """How wide text is wrapped on standard output."""
    return console().width


def cuts() -> bool:
    """Whether a line that must not wrap is cut at the edge; a file or a pipe gets all of it."""
    return _has_edge(sys.stdout)


def show(lines: Iterable[Text | Table], *, stderr: bool = False) -> None:
    """Print lines one after the other; a line that must not wrap is cut at the edge, if any.

    Raises OutputError.
    """
    out = console(stderr=stderr)
    edge, plain = _has_edge(out.file), not out.file.isatty()
    for line in lines:
        whole = bool(getattr(line, "no_wrap", None))
        with writing(), _without_padding(out) if plain else nullcontext():
            if whole and not edge:
                out.print(line, no_wrap=True, overflow="ignore", crop=False)
            else:
                out.print(line, no_wrap=whole or None, overflow="ellipsis" if whole else None)


@contextmanager
def _without_padding(out: Console) -> Iterator[None]:
    """What is printed meanwhile, without the spaces with which tables fill their lines."""
    with out.capture() as captured:
        yield
    for line in captured.get().removesuffix("\n").split("\n"):
        out.file.write(line.rstrip() + "\n")


def write_line(line: str) -> None:
    """A line of JSON or plain text on standard output. Raises OutputError."""
    with writing():
        sys.stdout.write(line + "\n")


def echo(text: str) -> None:
    """A line that a person waits for, on standard output at once. Raises OutputError."""
    write_line(text)
    flush()


def flush() -> None:
    """Write what waits on standard output. Raises OutputError."""
    with writing():
        sys.stdout.flush()


@contextmanager
def writing() -> Iterator[None]:
    """Tell the fault of an output from that of any other file: raises OutputError.

    A reader that went away is none: BrokenPipeError stays what it is.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"the output could not be written: {error.strerror}") from error
