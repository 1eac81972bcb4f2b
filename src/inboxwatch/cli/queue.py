"""``inboxwatch queue``: what waits for a person, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption, OwnerOption

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.cli.wiring import Records


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
    from inboxwatch.cli.screen import columns, cuts, show, write_line
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.render.json import to_line

    with open_records(config) as records:
        now = records.clock.now()
        everybodys = _waiting(records, now, account or (), days)
    mine = [one for one in everybodys if owner is None or _belongs_to(one, owner)]
    mails = [one for one in mine if every or not one["snoozed_until"]]
    if as_json:
        for fields in mails[:limit]:
            write_line(to_line(fields))
        return
    from inboxwatch.render.terminal import queue as queue_lines
    from inboxwatch.render.terminal import queue_total

    rows = [(fields["id"], fields) for fields in mails[:limit]]
    show(queue_lines(rows, now, width=columns(), cut=cuts()))
    others = None if owner is None else len(everybodys) - len(mine)
    show(queue_total(len(mails), limit, days, len(mine) - len(mails), others))


def _waiting(
    records: Records, now: datetime, accounts: Collection[str], days: int
) -> Sequence[Mapping[str, Any]]:
    """What nobody has answered of the last ``days``, in the order of work as of now."""
    from datetime import timedelta

    from inboxwatch.cli.doors import require_accounts
    from inboxwatch.cli.stored import stored_fields, wanted_priorities
    from inboxwatch.config.terms import build_waiting
    from inboxwatch.core.attention import standing_fields
    from inboxwatch.core.waiting import as_of, in_order

    require_accounts(records.config, accounts)
    journal, terms = records.journal, build_waiting(records.config)
    escalated, standings = journal.escalated_mails(), journal.standings(now)
    wanted = wanted_priorities(journal)
    return in_order(
        {
            **as_of(stored_fields(mail), terms, now, wanted.get(mail.id)),
            **standing_fields(standings.get(mail.id), now),
            "escalated": mail.id in escalated,
        }
        for mail in journal.open_mails(since=now - timedelta(days=days))
        if not accounts or mail.ref.account in accounts
    )


def _belongs_to(fields: Mapping[str, Any], owner: str) -> bool:
    return bool(fields["owner"].casefold() == owner.strip().casefold())
