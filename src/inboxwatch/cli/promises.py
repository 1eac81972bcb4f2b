"""``inboxwatch promises``: what was promised, by when, and whether it was kept."""

from __future__ import annotations

from typing import Annotated

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption


def promises(
    config: ConfigOption = None,
    account: AccountOption = None,
    days: Annotated[
        int, typer.Option("--days", help="How far back to look.", min=1, max=3650)
    ] = 30,
    every: Annotated[bool, typer.Option("--all", help="Those that were kept as well.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the promises that replies and people made: open, broken, kept too late.

    People's promises are read from Sent: "I'll get back to you by Friday". One is
    kept when a person answers in time; after a call, say so: inboxwatch done.

    Examples:

      inboxwatch promises

      inboxwatch promises --all --days 90 --json
    """
    from datetime import timedelta

    from inboxwatch.cli.doors import require_accounts
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.core.attention import ledger_fields, promise_state, record_of
    from inboxwatch.render.json import to_line

    with open_records(config) as records:
        require_accounts(records.config, account)
        now = records.clock.now()
        found = [
            one
            for one in records.journal.promises(now - timedelta(days=days))
            if not account or one.account in account
        ]
    shown = [one for one in found if every or promise_state(one, now) != "kept"]
    fields = [ledger_fields(one, now) for one in shown]
    if as_json:
        for one in fields:
            write_line(to_line(one))
        return
    from inboxwatch.render.cases import promise_lines, promise_total

    show(promise_lines(fields, width=columns()))
    show(promise_total(record_of(found, now), days))
