"""``inboxwatch sweep``: customers' mail in the spam folders, found and brought back."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption, VerboseOption
from inboxwatch.cli.reporting import (
    CsvRawOption,
    FormatOption,
    MailToOption,
    OutOption,
    SectionOption,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta
    from pathlib import Path

    from inboxwatch.app.desk import Desk
    from inboxwatch.cli.reporting import Wanted
    from inboxwatch.cli.wiring import House
    from inboxwatch.core.report.document import Document
    from inboxwatch.core.sweep import SweepReport


SINCE = "30d"
"""How far back a sweep looks unless it is told."""


def sweep(
    config: ConfigOption = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="How far back: 30d, 12h.", show_default=SINCE),
    ] = None,
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
    form: FormatOption = None,
    out: OutOption = None,
    mail_to: MailToOption = None,
    section: SectionOption = None,
    csv_raw: CsvRawOption = False,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Look for customers' mail in the spam folders; with --apply, bring it back.

    Without --apply nothing is moved. What is proven genuine goes where rescue.mode
    says; under `report` to the mailbox for review. --undo puts everything back that
    one sweep moved; its number stands at the end of the report. --interactive asks
    about each doubtful mail: rescue it, leave it, or remember its sender as genuine.
    --format, --out and --mail-to make the whole report of it, for whoever leads support.

    Examples:

      inboxwatch sweep --since 30d

      inboxwatch sweep --apply

      inboxwatch sweep --undo 3

      inboxwatch sweep --since 8d --mail-to lead@acme.example
    """
    from inboxwatch.app.put_back import undo as put_back
    from inboxwatch.cli.reporting import length_of, wanted
    from inboxwatch.cli.run import progress, stoppable
    from inboxwatch.cli.wiring import open_house

    length = length_of(SINCE if since is None else since)
    asked = wanted(form, out, mail_to=mail_to, sections=section, csv_raw=csv_raw, as_json=False)
    with_report = bool(form or out or mail_to or section)
    _require_alone(
        {
            "--since": since is not None,
            "--account": account,
            "--apply": apply,
            "--interactive": interactive,
            "--undo": undo is not None,
            "--forget": forget is not None,
            "a report": with_report,
        }
    )
    _require_sense(asked if with_report else None, as_json=as_json, interactive=interactive)
    if forget is not None:
        _forget(config, forget)
        return
    with (
        stoppable() as stop,
        open_house(config, only=account, verbose=verbose, begin=True) as house,
    ):
        with progress(quiet=as_json or interactive) as shown:
            desk = house.desk(stop=stop, progress=shown)
            at = house.configured_at
            report = (
                _swept(desk, length, at, apply=apply, interactive=interactive)
                if undo is None
                else put_back(desk, undo)
            )
        document = _handed_out(house, report, asked) if with_report else None
    with _told_anyway(report, undone=undo is not None):
        if document is not None:
            _print_report(document, asked)
        elif as_json:
            _print_lines(house, report)
        else:
            _print(house, report, undone=undo is not None)
    _end(report, as_json=as_json)


@contextmanager
def _told_anyway(report: SweepReport, *, undone: bool) -> Iterator[None]:
    """Where the output cannot be written, what was moved is told on standard error."""
    from inboxwatch.cli.screen import flush, show
    from inboxwatch.errors import OutputError

    try:
        yield
        flush()
    except OutputError:
        from inboxwatch.render.sweep import moved_lines, undo_lines

        show(undo_lines(report) if undone else moved_lines(report), stderr=True)
        raise


def _print_lines(house: House, report: SweepReport) -> None:
    """The objects of a sweep for programs, a line each."""
    from inboxwatch.cli.screen import write_line
    from inboxwatch.core.sweep import sweep_fields, swept_fields
    from inboxwatch.render.json import to_line

    zone = house.clock.now().tzinfo
    for mail in report.mails:
        write_line(to_line(swept_fields(mail, zone)))
    write_line(to_line(sweep_fields(report, zone)))


def _print(house: House, report: SweepReport, *, undone: bool) -> None:
    """A sweep for a person, two lines for each mail."""
    from inboxwatch.cli.screen import show
    from inboxwatch.render.run import trust_lines
    from inboxwatch.render.sweep import failure_lines, sweep_lines, undo_lines

    show(undo_lines(report) if undone else sweep_lines(report, now=house.clock.now()))
    show(trust_lines(house.accounts_without_trust, ()))
    show(failure_lines(report), stderr=True)


_BESIDE = {"--undo": frozenset({"--account"}), "--forget": frozenset[str]()}
"""What may stand beside an option that stands alone."""


def _require_alone(options: Mapping[str, object]) -> None:
    """No option goes without effect beside --undo and --forget. Raises UsageError."""
    from inboxwatch.errors import UsageError

    given = [name for name, value in options.items() if value]
    for alone, allowed in _BESIDE.items():
        others = [name for name in given if name != alone and name not in allowed]
        if alone in given and others:
            raise UsageError(
                f"{alone} stands alone, without {' and '.join(others)}",
                next_step="leave one out",
            )


def _require_sense(asked: Wanted | None, *, as_json: bool, interactive: bool) -> None:
    """The options go together: nothing is moved before that is clear. Raises UsageError."""
    from inboxwatch.cli.questions import somebody_there
    from inboxwatch.cli.reporting import require_sections
    from inboxwatch.core.report.sweep import SECTIONS
    from inboxwatch.errors import UsageError

    if as_json and asked:
        raise UsageError(
            "--json prints a line for each mail, and no report",
            next_step="leave it out; --format json is the report as JSON",
        )
    if interactive and (as_json or not somebody_there()):
        raise UsageError(
            "--interactive asks questions, and nobody is there to answer",
            next_step="run it in a terminal, without --json",
        )
    if interactive and asked and asked.form != "terminal" and not (asked.out or asked.mail_to):
        raise UsageError(
            "--interactive asks its questions where the report would be printed",
            next_step="write the report to a file with --out",
        )
    require_sections(asked.sections if asked else (), SECTIONS)


def _document(house: House, report: SweepReport) -> Document:
    """The report of a sweep; whose spam folder nobody can be rescued from is told first."""
    from inboxwatch.app.report import gather_sweep
    from inboxwatch.config.terms import build_schedule
    from inboxwatch.core.report.sweep import sweep as sweep_document
    from inboxwatch.render.run import trust_lines

    notes = [line.plain for line in trust_lines(house.accounts_without_trust, ())]
    schedule = build_schedule(house.config)
    return sweep_document(gather_sweep(house.journal, report, schedule, notes))


def _print_report(document: Document, asked: Wanted) -> None:
    """Print the report unless it was handed out; a reader who takes long keeps no run waiting."""
    from inboxwatch.cli.reporting import give

    if not (asked.out or asked.mail_to):
        give(document, asked)


def _handed_out(house: House, report: SweepReport, asked: Wanted) -> Document:
    """The report, written and mailed under the sweep's own lock: a waiting run would be next.

    Where that fails, what was moved is told all the same.
    """
    from inboxwatch.cli.reporting import give, mail
    from inboxwatch.cli.screen import show
    from inboxwatch.errors import InboxwatchError
    from inboxwatch.render.sweep import failure_lines, sweep_lines

    document = _document(house, report)
    show(failure_lines(report), stderr=True)
    try:
        if asked.out:
            give(document, asked)
        if asked.mail_to:
            mail(document, asked, house)
    except InboxwatchError:
        show(sweep_lines(report, now=house.clock.now()))
        raise
    return document


def _swept(
    desk: Desk, length: timedelta, configured_at: datetime, *, apply: bool, interactive: bool
) -> SweepReport:
    from inboxwatch.app.sweep import Sweeping
    from inboxwatch.cli.sweep_questions import choose, may_create

    since = desk.clock.now() - length
    sweeping = Sweeping(
        desk,
        since,
        apply=apply,
        may_create=may_create,
        choose=partial(choose, desk) if interactive else None,
        configured_at=configured_at,
    )
    return sweeping.run()


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
