"""``inboxwatch sweep``: customers' mail in the spam folders, found and brought back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption, VerboseOption

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from pathlib import Path

    from inboxwatch.app.desk import Desk
    from inboxwatch.core.sweep import SweepReport
    from inboxwatch.model.sweep import Choice, SweepMail


def sweep(
    config: ConfigOption = None,
    since: Annotated[str, typer.Option("--since", help="How far back: 30d, 12h.")] = "30d",
    account: AccountOption = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Move what is proven genuine out of the spam folder.")
    ] = False,
    undo: Annotated[
        int | None,
        typer.Option("--undo", help="Put back what this sweep moved.", show_default=False),
    ] = None,
    interactive: Annotated[
        bool,
        typer.Option("--interactive", "-i", help="Go through the doubtful ones, one by one."),
    ] = False,
    forget: Annotated[
        str | None,
        typer.Option(
            "--forget", help="Forget that this sender was called genuine.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Look for customers' mail in the spam folders; with --apply, bring it back.

    Without --apply nothing is moved. What is proven genuine goes where rescue.mode
    says; under `report` to the mailbox for review. --undo puts everything back that
    one sweep moved; its number stands at the end of the report. --interactive asks
    about each doubtful mail: rescue it, leave it, or remember its sender as genuine.

    Examples:

      inboxwatch sweep --since 30d

      inboxwatch sweep --apply

      inboxwatch sweep --undo 3
    """
    from inboxwatch.cli.questions import somebody_there
    from inboxwatch.cli.run import progress, stoppable
    from inboxwatch.cli.wiring import open_house
    from inboxwatch.errors import UsageError

    length = _length(since)
    if undo is not None and (apply or interactive):
        raise UsageError(
            "--undo stands alone, without --apply and --interactive", next_step="leave one out"
        )
    if interactive and (as_json or not somebody_there()):
        raise UsageError(
            "--interactive asks questions, and nobody is there to answer",
            next_step="run it in a terminal, without --json",
        )
    if forget is not None:
        _forget(config, forget)
        return
    with (
        stoppable() as stop,
        open_house(config, only=account, verbose=verbose, begin=True) as house,
        progress(quiet=as_json or interactive) as shown,
    ):
        desk = house.desk(stop=stop, progress=shown)
        if undo is None:
            report = _swept(desk, length, house.configured_at, apply=apply, interactive=interactive)
        else:
            report = _undone(desk, undo)
        now = house.clock.now()
        rescue_off = house.accounts_without_trust
    from inboxwatch.cli.screen import show, write_line

    if as_json:
        from inboxwatch.core.sweep import sweep_fields, swept_fields
        from inboxwatch.render.json import to_line

        for mail in report.mails:
            write_line(to_line(swept_fields(mail, now.tzinfo)))
        write_line(to_line(sweep_fields(report, now.tzinfo)))
    else:
        from inboxwatch.render.sweep import failure_lines, sweep_lines, undo_lines
        from inboxwatch.render.terminal import trust_lines

        show(undo_lines(report) if undo is not None else sweep_lines(report, now=now))
        show(trust_lines(rescue_off, ()))
        show(failure_lines(report), stderr=True)
    _end(report, as_json=as_json)


def _length(since: str) -> timedelta:
    from inboxwatch.core.later import span
    from inboxwatch.errors import UsageError

    try:
        return span(since)
    except ValueError as error:
        raise UsageError(f"--since: {error}") from None


def _swept(
    desk: Desk, length: timedelta, configured_at: datetime, *, apply: bool, interactive: bool
) -> SweepReport:
    from inboxwatch.app.sweep import Sweeping

    since = desk.clock.now() - length
    sweeping = Sweeping(
        desk,
        since,
        apply=apply,
        may_create=_may_create,
        choose=partial(_choose, desk) if interactive else None,
        configured_at=configured_at,
    )
    return sweeping.run()


def _undone(desk: Desk, sweep_id: int) -> SweepReport:
    from inboxwatch.app.put_back import undo

    return undo(desk, sweep_id)


KEYS = {"r": "rescue", "l": "leave", "g": "genuine", "s": "stop"}
"""What a person types about a doubtful mail, and what it means."""


def _choose(desk: Desk, mail: SweepMail, text: str) -> Choice:
    """Show a doubtful mail and ask what becomes of it."""
    from inboxwatch.cli.screen import echo, show
    from inboxwatch.core.sweep import is_proven
    from inboxwatch.model.sweep import Choice as Chosen
    from inboxwatch.render.sweep import doubtful_lines

    show(doubtful_lines(mail, text, now=desk.clock.now()))
    proven = is_proven(mail)
    if not proven:
        echo("Nothing proves that the sender wrote it, so the sender cannot be remembered.")
    keys = "".join(key for key in KEYS if proven or key != "g")
    genuine = "remember the sender as [g]enuine, " if proven else ""
    question = f"[r]escue it, [l]eave it, {genuine}[s]top"
    while True:
        answer: str = typer.prompt(question, default="l", show_default=False).strip().lower()
        if answer[:1] in keys and answer:
            return Chosen(KEYS[answer[0]])
        echo(f"  one of {', '.join(keys)}")


def _forget(config: Path | None, address: str) -> None:
    """Forget that a sender was called genuine. Raises UsageError for one who was not."""
    from inboxwatch.cli.screen import echo
    from inboxwatch.cli.wiring import open_state
    from inboxwatch.core.text import one_line
    from inboxwatch.errors import UsageError

    with open_state(config) as records:
        wanted = address.strip().lower()
        if not records.journal.forget_genuine(wanted):
            known = ", ".join(one_line(one, 80) for one in records.journal.genuine())
            raise UsageError(
                f"nobody called {one_line(wanted, 80)} genuine",
                next_step=f"those are {known}" if known else "nobody was called genuine so far",
            )
    echo(f"{one_line(wanted, 80)} is no longer taken for genuine.")


def _may_create(account: str, mailbox: str) -> bool:
    """Whether a person at the terminal wants the mailbox for review."""
    from inboxwatch.cli.questions import somebody_there
    from inboxwatch.core.text import one_line

    if not somebody_there():
        return False
    name, box = one_line(account, 60), one_line(mailbox, 60)
    return typer.confirm(f"{name} has no mailbox {box}. Make it?", err=True)


def _end(report: SweepReport, *, as_json: bool) -> None:
    """Leave with the exit code of the sweep, unless it is done."""
    from inboxwatch.cli.boundary import leave
    from inboxwatch.core.sweep import sweep_exit_code

    code = sweep_exit_code(report)
    if not code:
        return
    if as_json:
        messages = [failure.error.message for failure in report.failures]
        leave(code, "; ".join(messages) or code.name.lower(), as_json=True)
    raise typer.Exit(code)
