"""``inboxwatch resume``: let an account's replies go out again (rule L09)."""

from __future__ import annotations

from typing import Annotated

import typer

from inboxwatch.cli.options import ConfigOption, JsonOption


def resume(
    account: Annotated[
        list[str] | None,
        typer.Argument(help="The accounts; else all that were stopped.", show_default=False),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let replies go out again after too many of them came back.

    Mail that was held meanwhile stays held; only what arrives from now on is answered.

    Examples:

      inboxwatch resume

      inboxwatch resume support
    """
    from inboxwatch.cli.doors import require_accounts
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.cli.wiring import open_state
    from inboxwatch.render.json import to_line

    with open_state(config) as records:
        stopped = records.journal.tripped()
        # an account that has left the configuration may still be named, if it was stopped
        require_accounts(records.config, [one for one in account or () if one not in stopped])
        named = tuple(dict.fromkeys(account or stopped))
        now = records.clock.now()
        done = {one: records.journal.resume(one, now) for one in named}
    if as_json:
        for one, resumed in done.items():
            why = stopped.get(one)
            write_line(to_line({"account": one, "resumed": resumed, "why": why}))
        return
    from inboxwatch.render.run import resumed_lines

    show(resumed_lines(done, stopped))
