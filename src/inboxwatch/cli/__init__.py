"""The command line: one command a file; wires the adapters; one boundary for errors."""

YOUNG, OLDER = 250_000, 50
"""Thresholds of the cycle collector: those that Python starts with cost some 5 % of a command.

Customers and templates live as long as the process, and nearly nothing here refers to itself, so
that the collector would look at the same objects again and again and find nothing.
"""


def _prepare_output() -> None:
    """Make both outputs usable whatever they are: closed ones go nowhere, odd ones get escapes."""
    import os
    import sys

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for good
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _leave_without_command(error: BaseException) -> None:
    """End as a command would where the parser's own words, such as help, could not be written.

    The parser ends with 1 when its reader goes away, and passes on what else there is.
    """
    from contextlib import suppress

    from inboxwatch.errors import ExitCode, OutputError

    if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
        raise error
    from inboxwatch.cli.boundary import forget_output, say

    forget_output()
    if isinstance(error, SystemExit | BrokenPipeError):
        raise SystemExit(ExitCode.DONE) from None
    told = error.message if isinstance(error, OutputError) else "the output could not be written"
    with suppress(OSError):  # it may be standard error that takes nothing
        say(f"inboxwatch: {told}")
    raise SystemExit(ExitCode.INCOMPLETE) from None


def main() -> None:
    """Run the command line and exit with one of the codes of ``docs/exit-codes.md``."""
    import gc
    import os
    import sys

    gc.set_threshold(YOUNG, OLDER)
    # nobody's plugin may change how a configuration is read, and to look for some takes a while
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _prepare_output()
    from inboxwatch.cli.application import application
    from inboxwatch.errors import OutputError

    try:
        application(asked=sys.argv[1] if len(sys.argv) > 1 else "")(prog_name="inboxwatch")
    except (SystemExit, OSError, OutputError) as error:
        _leave_without_command(error)
    finally:
        gc.freeze()  # else the interpreter looks for cycles in all that ends with the process
