"""``inboxwatch send-test``: one reply to our own address before anything is switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from inboxwatch.app.send_test import Tested
    from inboxwatch.config.schema import Config


ComposeAtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        help="Compose as of this instant, e.g. 2026-11-21T20:14 (the team's time zone).",
        show_default=False,
    ),
]


def send_test(
    account: Annotated[
        str | None,
        typer.Argument(help="The account; may be left out if there is one.", show_default=False),
    ] = None,
    template: Annotated[
        str,
        typer.Option("--template", help="Another template than the period's.", show_default=False),
    ] = "",
    at: ComposeAtOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send one reply to the account's own address, as a customer would get it.

    It answers a built-in sample mail, goes out through the account's SMTP server
    even while replies are switched off, and counts nowhere.

    Examples:

      inboxwatch send-test

      inboxwatch send-test support --template weekend --at 2026-11-21T20:14
    """
    from inboxwatch.app.send_test import send_test as send_one
    from inboxwatch.cli.clock import parse_instant
    from inboxwatch.cli.policies import read_config
    from inboxwatch.cli.wiring import open_house

    name = _account(read_config(config), account)
    with open_house(config, only=[name]) as house:
        desk = house.desk()
        instant = parse_instant(at, desk.policy.schedule.timezone) if at else None
        tested = send_one(desk, name, at=instant, template=template)
    _tell(tested, as_json=as_json)


def _account(config: Config, named: str | None) -> str:
    from inboxwatch.cli.doors import require_accounts
    from inboxwatch.errors import UsageError

    if named is not None:
        require_accounts(config, (named,))
        return named
    if len(config.accounts) > 1:
        raise UsageError("there are several accounts", next_step=f"name one of {_names(config)}")
    return next(iter(config.accounts))


def _names(config: Config) -> str:
    return ", ".join(config.accounts)


def _tell(tested: Tested, *, as_json: bool) -> None:
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.core.summary import SCHEMA
    from inboxwatch.render.json import to_line
    from inboxwatch.render.outbox import sample_lines

    draft = tested.draft
    fields = {
        "schema": SCHEMA,
        "type": "test",
        "account": tested.account,
        "to": draft.to,
        "subject": draft.subject,
        "template": draft.template,
        "why": draft.why,
        "language": draft.language,
        "period": tested.period,
        "at": tested.at.isoformat(),
        "message_id": draft.message_id,
        "text": draft.text,
        "detail": tested.said,
    }
    if as_json:
        write_line(to_line(fields))
    else:
        show(sample_lines(fields, tested.at))
