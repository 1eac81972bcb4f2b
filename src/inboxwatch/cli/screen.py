"""Where output goes: rich on a terminal, the same words in plain text elsewhere."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from inboxwatch.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

PLAIN_WIDTH = 100
"""Columns when nobody's terminal says how many there are."""


def on_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def console(*, stderr: bool = False) -> Console:
    """A console that interprets nothing it is given: no markup, no emoji codes, no highlighting."""
    from rich.console import Console as RichConsole

    class Screen(RichConsole):
        """Leaves a reader that went away to the boundary: as with head, that is no error."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return Screen(
        stderr=stderr, markup=False, emoji=False, highlight=False, width=width, soft_wrap=False
    )


def columns() -> int:
    """How wide a line on standard output may be."""
    return console().width


def show(lines: Iterable[Text | Table], *, stderr: bool = False) -> None:
    """Print lines one after the other; a line that must not wrap is cut at the edge.

    Raises OutputError.
    """
    out = console(stderr=stderr)
    for line in lines:
        cut = getattr(line, "no_wrap", None)
        with writing():
            out.print(line, no_wrap=cut, overflow="ellipsis" if cut else None)


def write_line(line: str) -> None:
    """A line of JSON or plain text on standard output. Raises OutputError."""
    with writing():
        sys.stdout.write(line + "\n")


def echo(text: str) -> None:
    """A line that a person waits for, on standard output at once. Raises OutputError."""
    write_line(text)
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
