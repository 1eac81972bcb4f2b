"""What every report on the command line has in common: its form, where it goes, who gets it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec import Struct

from inboxwatch.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxwatch.cli.wiring import House
    from inboxwatch.core.report.document import Document

LONGEST = timedelta(days=3660)

Form = Literal["terminal", "html", "csv", "json", "markdown"]

FormatOption = Annotated[
    Form | None,
    typer.Option(
        "--format",
        help="The form; else what the ending of --out says, else the terminal's.",
        show_default=False,
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Write it to a file that only you can read: .html, .csv, .json, .md, .txt.",
        show_default=False,
    ),
]
MailToOption = Annotated[
    list[str] | None,
    typer.Option(
        "--mail-to",
        metavar="ADDRESS",
        help="Mail it, as text and HTML; may be repeated.",
        show_default=False,
    ),
]
SectionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--section",
        help="Only this section, by its name in JSON; may be repeated.",
        show_default=False,
    ),
]
OneJsonOption = Annotated[bool, typer.Option("--json", help="JSON, the report as one object.")]
CsvRawOption = Annotated[
    bool,
    typer.Option(
        "--csv-raw", help="CSV for programs: text that a spreadsheet would run stays as it is."
    ),
]

_ENDINGS: dict[str, Form] = {
    ".html": "html",
    ".htm": "html",
    ".csv": "csv",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "terminal",
}


class Wanted(Struct, frozen=True):
    """How somebody wants a report: the options as they were given, with the form decided."""

    form: Form
    out: Path | None = None
    mail_to: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    csv_raw: bool = False


def wanted(
    form: Form | None,
    out: Path | None,
    *,
    mail_to: list[str] | None,
    sections: list[str] | None,
    csv_raw: bool,
    as_json: bool,
) -> Wanted:
    """What the options mean together. Raises UsageError."""
    if as_json and form not in (None, "json"):
        raise UsageError(f"--json and --format {form} contradict each other")
    if mail_to and out is None and (as_json or form):
        raise UsageError(
            "a mailed report is text and HTML, and nothing is printed",
            next_step="leave the form out, or name a file with --out",
        )
    chosen = "json" if as_json else form or _by_ending(out)
    if csv_raw and chosen != "csv":
        raise UsageError("--csv-raw is for CSV", next_step="add --format csv")
    return Wanted(
        form=chosen,
        out=out,
        mail_to=tuple(map(_recipient, mail_to or ())),
        sections=tuple(sections or ()),
        csv_raw=csv_raw,
    )


def _by_ending(out: Path | None) -> Form:
    if out is None:
        return "terminal"
    found = _ENDINGS.get(out.suffix.lower())
    if found is None:
        raise UsageError(
            f"the ending of {out} names no form",
            next_step=f"use one of {', '.join(_ENDINGS)}, or add --format",
        )
    return found


def _recipient(text: str) -> str:
    from inboxwatch.core.message.address import AddressError, parse_address
    from inboxwatch.core.text import one_line

    try:
        return parse_address(text).spec
    except AddressError as error:
        told = one_line(text, 80) or "an empty text"
        raise UsageError(f"--mail-to: {told} is no address ({error})") from None


def length_of(since: str) -> timedelta:
    """How far back ``--since`` reaches. Raises UsageError."""
    from inboxwatch.core.later import span

    try:
        length = span(since)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--since: {error}") from None
    if length > LONGEST:
        raise UsageError("--since: ten years are the most")
    return length


def give(document: Document, asked: Wanted) -> None:
    """Write a report to the file, or to standard output unless it is mailed.

    Raises OutputError, ReportFileError.
    """
    from inboxwatch.cli.screen import columns, show, write_line

    document = _chosen(document, asked.sections)
    if asked.out is not None:
        from inboxwatch.store.files import write_private

        # spreadsheets take a file without the mark for the machine's old character set
        encoding = "utf-8-sig" if asked.form == "csv" else "utf-8"
        write_private(asked.out, _rendered(document, asked).encode(encoding))
    elif asked.form == "terminal" and not asked.mail_to:
        from inboxwatch.render.reports.terminal import report_lines

        show(report_lines(document, width=columns()))
    elif not asked.mail_to:
        write_line(_rendered(document, asked).removesuffix("\n").removesuffix("\r"))


def _chosen(document: Document, names: tuple[str, ...]) -> Document:
    from inboxwatch.core.report.document import only

    if not names:
        return document
    require_sections(names, [section.name for section in document.sections])
    return only(document, names)


def require_sections(names: Sequence[str], known: Sequence[str]) -> None:
    """Every section that is asked for is one of the report's. Raises UsageError."""
    for name in names:
        if name not in known:
            raise UsageError(
                f"the report has no section {name!r}", next_step=f"it has {', '.join(known)}"
            )


def _rendered(document: Document, asked: Wanted) -> str:
    """A report in one piece, as it is written to a file."""
    match asked.form:
        case "terminal":
            from inboxwatch.render.reports.terminal import as_text

            return as_text(document)
        case "html":
            from inboxwatch.render.reports.html import as_html

            return as_html(document)
        case "csv":
            from inboxwatch.render.reports.csv import as_csv

            return as_csv(document, raw=asked.csv_raw)
        case "markdown":
            from inboxwatch.render.reports.markdown import as_markdown

            return as_markdown(document)
        case "json":
            from inboxwatch.render.json import to_line
            from inboxwatch.render.reports.json import report_fields

            return to_line(report_fields(document)) + "\n"


def mail(document: Document, asked: Wanted, house: House) -> None:
    """Mail a report to all who are named. Raises IncompleteError when somebody did not get it."""
    from inboxwatch.app.report import Post
    from inboxwatch.core.report.words import shown
    from inboxwatch.render.reports.html import as_html
    from inboxwatch.render.reports.terminal import as_text

    document, desk = _chosen(document, asked.sections), house.desk()
    account = house.way_out
    post = Post(account, desk.policy, house.doors[account].transport, desk.clock, desk.brake)
    subject = (
        f"[inboxwatch] {shown(document.title)}, {document.since:%d %b} to {document.until:%d %b %Y}"
    )
    text, html = as_text(document), as_html(document)
    faults = [post.send(one, subject, text, html) for one in asked.mail_to]
    told = "; ".join(dict.fromkeys(filter(None, faults)))
    if told:
        raise IncompleteError(told, next_step="inboxwatch check looks at the account's way out")
