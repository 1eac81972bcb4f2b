"""``inboxwatch queue``: what waits for a person, the most urgent first."""

from __future__ import annotations

from typing import Annotated

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption, OwnerOption


def queue(
    config: ConfigOption = None,
    account: AccountOption = None,
    owner: OwnerOption = None,
    days: Annotated[
        int, typer.Option("--days", help="How far back to look.", min=1, max=3650)
    ] = 14,
    limit: Annotated[int, typer.Option("--limit", "-n", help="At most so many mails.", min=1)] = 50,
    every: Annotated[bool, typer.Option("--all", help="What was put off as well.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the mails that nobody has answered yet, by priority, with the reasons.

    Priorities rise while nobody answers, with the business time that has passed.

    Examples:

      inboxwatch queue

      inboxwatch queue --owner Kim

      inboxwatch queue --days 30 --json
    """
    from datetime import timedelta

    from inboxwatch.cli.screen import columns, cuts, show, write_line
    from inboxwatch.cli.stored import stored_fields, wanted_priorities
    from inboxwatch.cli.wiring import open_records, require_accounts
    from inboxwatch.config.build import build_waiting
    from inboxwatch.core.attention import standing_fields
    from inboxwatch.core.waiting import as_of, in_order
    from inboxwatch.render.json import to_line
    from inboxwatch.render.terminal import queue as queue_lines
    from inboxwatch.render.terminal import queue_total

    with open_records(config) as records:
        require_accounts(records.config, account)
        now, terms = records.clock.now(), build_waiting(records.config)
        escalated = records.journal.escalated_mails()
        standings, wanted = records.journal.standings(now), wanted_priorities(records.journal)
        mails = in_order(
            {
                **as_of(stored_fields(mail), terms, now, wanted.get(mail.id)),
                **standing_fields(standings.get(mail.id), now),
                "escalated": mail.id in escalated,
            }
            for mail in records.journal.open_mails(since=now - timedelta(days=days))
            if not account or mail.ref.account in account
        )
    everybodys = len(mails)
    if owner is not None:
        mine = owner.strip().casefold()
        mails = [one for one in mails if one["owner"].casefold() == mine]
    found = len(mails)
    mails = [one for one in mails if every or not one["snoozed_until"]]
    snoozed = found - len(mails)
    if as_json:
        for fields in mails[:limit]:
            write_line(to_line(fields))
        return
    rows = [(fields["id"], fields) for fields in mails[:limit]]
    show(queue_lines(rows, now, width=columns(), cut=cuts()))
    show(
        queue_total(len(mails), limit, days, snoozed, None if owner is None else everybodys - found)
    )
