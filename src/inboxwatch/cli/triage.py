"""``inboxwatch triage``: decisions about mail in files, without network or state."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.options import AtOption, ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from inboxwatch.model.message import Role as MailRole


def triage(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Mail files, mboxes, Maildirs, folders, or -."),
    ],
    config: ConfigOption = None,
    at: AtOption = None,
    role: Annotated[
        str, typer.Option("--role", help="Judge as if found there: inbox or junk.")
    ] = "inbox",
    recipient: Annotated[
        list[str] | None,
        typer.Option(
            "--recipient", help="A further address that counts as ours.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Judge mail in files: priority, reasons, and what would be answered. Touches nothing.

    Examples:

      inboxwatch triage complaint.eml

      inboxwatch triage --json --role junk Maildir/.Spam
    """
    from inboxwatch.cli.screen import columns, cuts, show, write_line
    from inboxwatch.errors import ExitCode
    from inboxwatch.render.json import to_line

    unreadable = 0
    found = judged(paths, config=config, at=at, role=role, recipients=recipient or ())
    for fields, alone in _told_apart(found):
        unreadable += "error" in fields
        if as_json:
            write_line(to_line(fields))
        else:
            show(_lines(fields, named=not alone, width=columns(), cut=cuts()))
    if unreadable:
        raise typer.Exit(ExitCode.INCOMPLETE)


def judged(
    paths: Iterable[str],
    *,
    config: Path | None,
    at: str | None = None,
    role: str = "inbox",
    recipients: Iterable[str] = (),
) -> Iterator[Mapping[str, Any]]:
    """Every mail of ``paths`` as the object of the JSON contract, in order, one at a time."""
    from inboxwatch.app.triage import Triage, with_recipients
    from inboxwatch.cli.clock import parse_instant
    from inboxwatch.cli.doors import read_recipients
    from inboxwatch.cli.policies import load_policy
    from inboxwatch.core.summary import SCHEMA, decision_fields
    from inboxwatch.mail.files import Unreadable, read_mails

    found_in = _role(role)
    policy, customers = load_policy(config)
    ours = with_recipients(policy, read_recipients(recipients))
    instant = parse_instant(at, policy.schedule.timezone) if at else None
    judge = Triage(ours, customers, instant).judge
    for path in paths:
        for mail in read_mails("-" if path == "-" else Path(path), role=found_in):
            if isinstance(mail, Unreadable):
                yield {"schema": SCHEMA, "source": mail.source, "error": mail.error}
            else:
                yield decision_fields(judge(mail))


def _told_apart(
    found: Iterator[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Each mail with whether it is the only one, which is known as soon as there is a second."""
    first = list(islice(found, 2))
    yield from ((fields, len(first) == 1) for fields in chain(first, found))


def _role(text: str) -> MailRole:
    from inboxwatch.errors import UsageError
    from inboxwatch.model.message import Role

    if text not in (Role.INBOX, Role.JUNK):
        raise UsageError(f"--role {text!r} is not known", next_step="use inbox or junk")
    return Role(text)


def _lines(fields: Mapping[str, Any], *, named: bool, width: int, cut: bool) -> Iterator[Any]:
    from datetime import datetime

    from inboxwatch.render import terminal

    if "error" in fields:
        yield terminal.error_line(fields)
        return
    received = datetime.fromisoformat(fields["received"])
    if named:
        yield terminal.source_line(fields)
    yield terminal.mail_line(fields, now=received, width=width, cut=cut)
    yield terminal.reasons_line(fields)
    yield terminal.outcome_line(fields)
