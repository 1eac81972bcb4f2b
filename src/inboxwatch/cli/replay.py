"""``inboxwatch replay``: what another configuration would have decided about past mail."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import AccountOption, JsonOption

if TYPE_CHECKING:
    from inboxwatch.app.desk import Rules
    from inboxwatch.cli.wiring import House
    from inboxwatch.core.replay import Replay
    from inboxwatch.model.customer import Directory
    from inboxwatch.model.policy import Policy


def replay(
    since: Annotated[str, typer.Option("--since", help="How far back: 30d, 12h.")] = "30d",
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            help="The configuration to try. Accounts and state are those of "
            "$INBOXWATCH_CONFIG or the platform's folder, if there is one.",
            show_default=False,
        ),
    ] = None,
    account: AccountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide past mail again and show what would change. Sends and marks nothing.

    Each mail is decided as of the instant at which it was decided, against the past
    of that instant. With --config it is decided under both configurations, and what
    they say differently is shown; else what has changed since it was decided: the
    configuration, the customers, or the program.

    Examples:

      inboxwatch replay --since 30d

      inboxwatch replay --since 7d --config new.yaml
    """
    from msgspec.structs import replace

    from inboxwatch.app.replay import replay as replayed
    from inboxwatch.cli.policies import load_policy
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.cli.wiring import open_house
    from inboxwatch.core.later import span
    from inboxwatch.errors import UsageError
    from inboxwatch.render.json import to_line
    from inboxwatch.render.replay import replay_fields, replay_lines

    try:
        length = span(since)
    except ValueError as error:
        raise UsageError(f"--since: {error}") from None
    tried = load_policy(config) if config is not None else None
    with open_house(_house_of(config), only=account, dry_run=True, tested=False) as house:
        desk, present = house.desk(), None
        if tried is not None and config is not None and house.config.source != config.absolute():
            present = house.rules
            desk = replace(desk, rules=_tried(house, *tried))
        report = replayed(desk, house.clock.now() - length, present)
    compared = (house.config.source, config) if present and config else None
    if as_json:
        for fields in replay_fields(report, compared):
            write_line(to_line(fields))
    else:
        show(replay_lines(report, since, compared, width=columns()))
    _end(report)


def _tried(house: House, policy: Policy, customers: Directory) -> Rules:
    """The rules to try, in the house that is there: its imported customers, its secret."""
    from msgspec.structs import replace

    from inboxwatch.app.desk import Rules
    from inboxwatch.app.known import Known

    present, known = house.rules.built
    policy = replace(policy, secret=present.secret)
    if isinstance(customers, Known) and isinstance(known, Known):
        customers = Known(customers.listed, known.imported)
    return Rules(lambda: (policy, customers))


def _house_of(config: Path | None) -> Path | None:
    """Whose accounts and state are used: the team's own configuration, else the one to try."""
    from inboxwatch.config.finding import find_config
    from inboxwatch.errors import ConfigError

    try:
        return find_config(None, os.environ)
    except ConfigError:
        return config


def _end(report: Replay) -> None:
    from inboxwatch.errors import ExitCode

    if report.failures:
        raise typer.Exit(ExitCode.INCOMPLETE)
