"""``inboxwatch explain``: why a mail got its priority, and why it was answered or not."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.options import AtOption, ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


_DIGITS_READ = 40
"""No number of a mail has so many digits; Python refuses to read some thousands."""


def explain(
    mail: Annotated[
        str, typer.Argument(metavar="ID|FILE", help="The number that queue shows, or a mail file.")
    ],
    config: ConfigOption = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain one mail: every point of its priority, every rule that kept the reply back.

    Examples:

      inboxwatch explain 12

      inboxwatch explain complaint.eml --at 2026-11-21T20:14
    """
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.core.reply.permit import titles
    from inboxwatch.core.triage.score import descriptions
    from inboxwatch.errors import UsageError
    from inboxwatch.render.json import to_line

    if mail.isdecimal() and at:
        raise UsageError(
            "--at is for mail files; a mail of the journal keeps the instant it was judged at",
            next_step="leave --at out, or name a file",
        )
    if not mail.strip():
        raise UsageError(
            "an empty text names no mail",
            next_step="name a mail file, or a number that queue shows",
        )
    fields, now = (
        _stored(config, int(mail[:_DIGITS_READ]))
        if mail.isdecimal()
        else (_from_file(config, mail, at), None)
    )
    if as_json:
        write_line(to_line(fields))
        return
    from inboxwatch.render.case import case_lines
    from inboxwatch.render.mail import explanation

    about = tuple(case_lines(fields, now, width=columns()))
    show(explanation(fields, titles(), descriptions(), about=about, width=columns()))


def _stored(config: Path | None, mail_id: int) -> tuple[Mapping[str, Any], datetime]:
    """A mail of the journal, and as of when it is told."""
    from inboxwatch.cli.stored import stored_mail, told_fields
    from inboxwatch.cli.wiring import open_records

    with open_records(config) as records:
        fields = told_fields(records, stored_mail(records.journal, mail_id))
        return fields, records.clock.now()


def _from_file(config: Path | None, path: str, at: str | None) -> Mapping[str, Any]:
    from inboxwatch.cli.triage import judged
    from inboxwatch.errors import IncompleteError, UsageError

    first, *more = islice(judged([path], config=config, at=at), 2)
    if more:
        raise UsageError(
            f"{path} holds more than one mail", next_step="inboxwatch triage takes many"
        )
    fields = first
    if "error" in fields and path != "-" and not Path(path).exists():
        raise UsageError(
            f"there is no file {path}", next_step="name a mail file, or a number that queue shows"
        )
    if "error" in fields:
        raise IncompleteError(f"{path}: {fields['error']}", next_step="name a mail file, or an ID")
    return fields
