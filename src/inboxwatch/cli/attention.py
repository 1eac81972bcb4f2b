"""``inboxwatch attention``: what needs a person now, and the next step."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption


def attention(
    config: ConfigOption = None,
    account: AccountOption = None,
    every: Annotated[bool, typer.Option("--all", help="What was put off as well.")] = False,
    fail_on: Annotated[
        Literal["attention"] | None,
        typer.Option("--fail-on", help="Exit code 20 when anything needs a person: for cron."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what needs a person now: escalations, and promises due or broken.

    An escalation stays until a person has answered the customer, or
    inboxwatch done says that it was dealt with. The same text again is no answer.

    Examples:

      inboxwatch attention

      inboxwatch attention --fail-on attention --json
    """
    from inboxwatch.app.attention import awake, gather
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.cli.wiring import open_records, require_accounts
    from inboxwatch.config.build import build_schedule
    from inboxwatch.core.attention import item_fields
    from inboxwatch.errors import ExitCode
    from inboxwatch.render.cases import attention_lines, attention_total
    from inboxwatch.render.json import to_line

    with open_records(config) as records:
        require_accounts(records.config, account)
        now, schedule = records.clock.now(), build_schedule(records.config)
        found = gather(records.journal, now, lambda: schedule)
    items = tuple(one for one in found if not account or one.account in account)
    waking = awake(items)
    shown = [item_fields(one, now) for one in (items if every else waking)]
    if as_json:
        for fields in shown:
            write_line(to_line(fields))
    else:
        show(attention_lines(shown, now, width=columns()))
        show(attention_total(len(waking), 0 if every else len(items) - len(waking)))
    if fail_on and waking:
        raise typer.Exit(ExitCode.ATTENTION)
