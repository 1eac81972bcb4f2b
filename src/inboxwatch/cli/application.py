"""The commands as a table, and the application made of them: of all, or of the one that is asked.

Importing all commands and describing them to the parser costs some 60 ms, as much as a whole run
with nothing new needs for its imports. So only the command that is named is made ready, and none
for ``--version``; ``--help`` and a name that is none get all of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, NamedTuple

import typer

from inboxwatch import __version__
from inboxwatch.cli.boundary import guarded
from inboxwatch.cli.screen import echo


class Entry(NamedTuple):
    """A command, or a group of them, by the name that people type: its module and its function."""

    name: str
    module: str
    function: str
    group: bool = False


COMMANDS = (
    Entry("init", "init", "init"),
    Entry("check", "check", "check"),
    Entry("send-test", "send_test", "send_test"),
    Entry("run", "run", "run"),
    Entry("status", "status", "status"),
    Entry("sweep", "sweep", "sweep"),
    Entry("queue", "queue", "queue"),
    Entry("attention", "attention", "attention"),
    Entry("show", "show", "show"),
    Entry("explain", "explain", "explain"),
    Entry("done", "cases", "done"),
    Entry("assign", "cases", "assign"),
    Entry("snooze", "cases", "snooze"),
    Entry("promises", "promises", "promises"),
    Entry("report", "report", "report"),
    Entry("correct", "correct", "correct"),
    Entry("suggest", "correct", "suggest"),
    Entry("replay", "replay", "replay"),
    Entry("resume", "resume", "resume"),
    Entry("backup", "backup", "backup"),
    Entry("restore", "backup", "restore"),
    Entry("prune", "prune", "prune"),
    Entry("forget", "forget", "forget"),
    Entry("triage", "triage", "triage"),
    Entry("schedule", "schedule", "schedule"),
    Entry("demo", "demo", "demo"),
    Entry("template", "template", "group", group=True),
    Entry("outbox", "outbox", "group", group=True),
    Entry("goodwill", "goodwill", "group", group=True),
    Entry("surge", "surge", "group", group=True),
    Entry("customers", "customers", "group", group=True),
)
"""In the order in which ``--help`` shows them."""


def application(asked: str = "") -> typer.Typer:
    """The application with all commands, or with the one asked for if there is one of that name."""
    app = typer.Typer(
        help="Watches support mailboxes and their spam folders, sets priorities, answers by the "
        "clock.",
        epilog="Start with: inboxwatch demo. For a real mailbox: inboxwatch init.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for entry in _made_ready(asked):
        found = getattr(import_module(f"inboxwatch.cli.{entry.module}"), entry.function)
        if entry.group:
            app.add_typer(found, name=entry.name)
        else:
            app.command(entry.name)(guarded(found))
    return app


def _made_ready(asked: str) -> tuple[Entry, ...]:
    if asked == "--version":
        return ()
    return tuple(one for one in COMMANDS if one.name == asked) or COMMANDS


def _version(value: bool) -> None:
    if value:
        echo(f"inboxwatch {__version__}")
        raise typer.Exit


def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Watches support mailboxes and their spam folders, sets priorities, answers by the clock."""
