"""All commands in one application. Each lies in its own file; what is heavy is imported there."""

from __future__ import annotations

from typing import Annotated

import typer

from inboxwatch import __version__
from inboxwatch.cli.attention import attention
from inboxwatch.cli.boundary import guarded
from inboxwatch.cli.cases import assign, done, snooze
from inboxwatch.cli.check import check
from inboxwatch.cli.correct import correct, suggest
from inboxwatch.cli.customers import group as customers
from inboxwatch.cli.demo import demo
from inboxwatch.cli.explain import explain
from inboxwatch.cli.goodwill import group as goodwill
from inboxwatch.cli.init import init
from inboxwatch.cli.outbox import group as outbox
from inboxwatch.cli.promises import promises
from inboxwatch.cli.queue import queue
from inboxwatch.cli.replay import replay
from inboxwatch.cli.resume import resume
from inboxwatch.cli.run import run
from inboxwatch.cli.schedule import schedule
from inboxwatch.cli.screen import echo
from inboxwatch.cli.send_test import send_test
from inboxwatch.cli.show import show
from inboxwatch.cli.surge import group as surge
from inboxwatch.cli.template import group as template
from inboxwatch.cli.triage import triage

app = typer.Typer(
    help="Watches support mailboxes and their spam folders, sets priorities, answers by the clock.",
    epilog="Start with: inboxwatch demo. For a real mailbox: inboxwatch init.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        echo(f"inboxwatch {__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Watches support mailboxes and their spam folders, sets priorities, answers by the clock."""


for command in (
    init,
    check,
    send_test,
    run,
    queue,
    attention,
    show,
    explain,
    done,
    assign,
    snooze,
    promises,
    correct,
    suggest,
    replay,
    resume,
    triage,
    schedule,
    demo,
):
    app.command()(guarded(command))
app.add_typer(template, name="template")
app.add_typer(outbox, name="outbox")
app.add_typer(goodwill, name="goodwill")
app.add_typer(surge, name="surge")
app.add_typer(customers, name="customers")
