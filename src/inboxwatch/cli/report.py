"""``inboxwatch report``: what came, how soon people answered, what was promised and held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption
from inboxwatch.cli.reporting import (
    CsvRawOption,
    FormatOption,
    MailToOption,
    OneJsonOption,
    OutOption,
    SectionOption,
)

if TYPE_CHECKING:
    from datetime import timedelta

    from inboxwatch.cli.wiring import Records
    from inboxwatch.core.report.document import Document


def report(
    since: Annotated[str, typer.Option("--since", help="How far back: 7d, 30d, 12h.")] = "7d",
    form: FormatOption = None,
    out: OutOption = None,
    mail_to: MailToOption = None,
    section: SectionOption = None,
    csv_raw: CsvRawOption = False,
    account: AccountOption = None,
    config: ConfigOption = None,
    as_json: OneJsonOption = False,
) -> None:
    """Report the last week: mail, first answers, promises, escalations, and what was held.

    Answer times are business time up to a person's first answer. The HTML is one file
    that asks nobody for anything. With --mail-to nothing is printed, as cron likes it.

    Examples:

      inboxwatch report

      inboxwatch report --since 30d --out report.html

      inboxwatch report --section held --format csv

      inboxwatch report --mail-to lead@acme.example
    """
    from inboxwatch.cli.reporting import give, length_of, mail, wanted
    from inboxwatch.cli.wiring import open_house, open_records

    asked = wanted(form, out, mail_to=mail_to, sections=section, csv_raw=csv_raw, as_json=as_json)
    length = length_of(since)
    with open_records(config) as records:
        document = _report(records, length, account)
    give(document, asked)
    if asked.mail_to:
        with open_house(config, tested=False) as house:
            mail(document, asked, house)


def _report(records: Records, length: timedelta, accounts: list[str] | None) -> Document:
    from inboxwatch.app.report import Span, gather
    from inboxwatch.cli.doors import require_accounts
    from inboxwatch.config.terms import build_schedule
    from inboxwatch.core.reply.permit import titles
    from inboxwatch.core.report.week import week

    require_accounts(records.config, accounts)
    now = records.clock.now()
    span = Span(now - length, now, tuple(accounts or ()))
    return week(gather(records.journal, span, build_schedule(records.config), titles()))
