"""``inboxwatch status``: whether every account is read, what failed, and when it is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption

if TYPE_CHECKING:
    from pathlib import Path


def status(
    config: ConfigOption = None,
    account: AccountOption = None,
    max_lag: Annotated[
        int,
        typer.Option("--max-lag", help="Minutes since the last success that are no fault.", min=1),
    ] = 60,
    retry: Annotated[
        bool, typer.Option("--retry", help="Let the next run read what is in quarantine.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show how every account and mailbox stands, from what the last runs have left: no login.

    Last success, last error with the next step, next attempt, mails in quarantine,
    and what was read today against the provider's limit. For monitoring the exit
    code is 0 only when all is well.

    Examples:

      inboxwatch status

      inboxwatch status --json --max-lag 20

      inboxwatch status --retry
    """
    if retry:
        _retry(config, account, as_json=as_json)
        return
    from datetime import timedelta

    from inboxwatch.app.status import Wanted, gather
    from inboxwatch.cli.doors import changed_at, require_accounts
    from inboxwatch.cli.screen import columns, cuts, show, write_line
    from inboxwatch.cli.wiring import brake, open_records
    from inboxwatch.core.status import account_fields, exit_code, status_fields
    from inboxwatch.render.json import to_line
    from inboxwatch.render.status import status_lines

    with open_records(config) as records:
        written = records.config
        require_accounts(written, account)
        hosts = {name: written.accounts[name].imap.host for name in account or written.accounts}
        now = records.clock.now()
        lag = timedelta(minutes=max_lag)
        wanted = Wanted(hosts, lag, changed_at(written), every=not account)
        found = gather(records.journal, wanted, now, brake(written.state.path.parent))
    if as_json:
        for one in found.accounts:
            write_line(to_line(account_fields(one, now.tzinfo)))
        write_line(to_line(status_fields(found)))
    else:
        show(status_lines(found, width=columns(), cut=cuts()))
    code = exit_code(found.accounts, found.no_send)
    if code:
        raise typer.Exit(code)


def _retry(config: Path | None, account: list[str] | None, *, as_json: bool) -> None:
    """Let mails out of quarantine, under the lock."""
    from inboxwatch.cli.doors import require_accounts
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.cli.wiring import open_state
    from inboxwatch.render.json import to_line
    from inboxwatch.render.status import retried_lines

    with open_state(config) as records:
        require_accounts(records.config, account)
        names = account or records.config.accounts
        freed = {name: records.journal.try_again(name) for name in names}
    if as_json:
        for name, number in freed.items():
            write_line(to_line({"account": name, "retried": number}))
        return
    show(retried_lines(freed))
