"""``inboxwatch run``: poll, decide, act, report."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption, VerboseOption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inboxwatch.core.run_summary import RunReport


def run(
    config: ConfigOption = None,
    account: AccountOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Decide and show everything, change nothing.")
    ] = False,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Poll every mailbox, decide, answer, report. Made for cron: silent when all is well.

    An account that failed is left alone for a while; inboxwatch status tells until
    when. With --account at a terminal it is tried at once.

    Examples:

      inboxwatch run --dry-run

      */5 * * * * inboxwatch run --config /etc/inboxwatch/config.yaml
    """
    from inboxwatch.cli.screen import by_a_person
    from inboxwatch.cli.wiring import open_house

    with (
        stoppable() as stop,
        open_house(
            config,
            only=account,
            dry_run=dry_run,
            verbose=verbose,
            begin=True,
            patient=False,
            eager=bool(account) and by_a_person(),
        ) as house,
        progress(quiet=as_json) as shown,
    ):
        from inboxwatch.app.run import run as run_once  # read while the accounts connect

        desk = house.desk(stop=stop, progress=shown)
        report = run_once(desk, configured_at=house.configured_at)
        rescue_off = house.accounts_without_trust
    tell(report, as_json=as_json, rescue_off=rescue_off)
    from inboxwatch.core.run_summary import exit_code

    code = exit_code(report)
    if code:
        _leave_incomplete(report, as_json=as_json)


def tell(report: RunReport, *, as_json: bool, rescue_off: tuple[str, ...] = ()) -> None:
    """Report a run: as JSON, to a person at a terminal, or under cron only what went wrong."""
    from inboxwatch.cli.screen import columns, cuts, on_terminal, show, write_line
    from inboxwatch.core.run_summary import brakes, undelivered
    from inboxwatch.core.summary import outcome_fields

    outcomes = [outcome_fields(outcome) for outcome in report.outcomes]
    if as_json:
        from inboxwatch.core.run_summary import run_fields
        from inboxwatch.render.json import to_line

        for fields in outcomes:
            write_line(to_line(fields))
        write_line(to_line(run_fields(report)))
        return
    stopped = brakes(report)
    if on_terminal() or report.dry_run:
        from inboxwatch.render.run import run_lines, trust_lines

        show(run_lines(report, outcomes, width=columns(), cut=cuts()))
        show(trust_lines(rescue_off, report.notes))
    if report.alerts or report.untold:
        from inboxwatch.render.cases import alert_lines

        show(alert_lines(report.alerts, report.untold, width=columns()), stderr=True)
    every = report.dry_run or sys.stderr.isatty()
    failures = [one for one in report.failures if every or not one.known]
    news = report.unknown or report.recovered or report.quarantined or report.limits
    if failures or news or report.first_aside or undelivered(report) or stopped:
        from inboxwatch.render.run import warning_lines

        show(warning_lines(report, stopped, failures), stderr=True)


def _leave_incomplete(report: RunReport, *, as_json: bool) -> None:
    from inboxwatch.cli.boundary import leave
    from inboxwatch.core.run_summary import exit_code

    code = exit_code(report)
    if as_json:
        messages = [failure.error.message for failure in report.failures]
        leave(code, "; ".join(messages) or code.name.lower(), as_json=True)
    raise typer.Exit(code)


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Let SIGTERM and SIGINT end the run after the mail at hand; a second one ends it at once."""
    wanted: list[int] = []

    def note(number: int, _frame: object) -> None:
        if wanted:
            raise KeyboardInterrupt
        wanted.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(wanted)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


LONG = 200
"""Mails in a mailbox from which on a person at a terminal sees how far it is."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, str, int, int], None]]:
    """A progress bar on standard error, only on a terminal and only for long mailboxes."""
    if quiet or not sys.stderr.isatty():
        yield lambda _account, _mailbox, _done, _total: None
        return
    from inboxwatch.cli.progress import Bars

    with Bars(LONG) as bars:
        yield bars.advance
