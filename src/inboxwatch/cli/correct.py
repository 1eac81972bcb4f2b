"""``inboxwatch correct`` and ``suggest``: learning from what people say about priorities."""

from __future__ import annotations

from typing import Annotated

import typer

from inboxwatch.cli.options import ConfigOption, JsonOption


def correct(
    mail_id: Annotated[int, typer.Argument(metavar="ID", help="The number that queue shows.")],
    priority: Annotated[
        int, typer.Option("--priority", "-p", help="What it should have been.", min=1, max=9)
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a mail's priority should have been. The queue shows it at once.

    From any mail client: the keywords $iw-up and $iw-down say the same without a
    number. inboxwatch suggest tells what the corrections add up to.

    Example:

      inboxwatch correct 33 --priority 8
    """
    from rich.text import Text

    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.cli.stored import stored_mail
    from inboxwatch.cli.wiring import open_state
    from inboxwatch.render.json import to_line

    with open_state(config) as records:
        before = stored_mail(records.journal, mail_id).priority
        records.journal.correct(mail_id, priority, records.clock.now(), exact=True)
    if as_json:
        fields = {"type": "corrected", "id": mail_id, "priority": before, "wanted": priority}
        write_line(to_line({"schema": 1, **fields}))
        return
    show([Text(f"#{mail_id} was decided {before} and is {priority} from now on.")])


def suggest(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show which points people's corrections speak against, with the evidence.

    Nothing changes by itself: accept a proposal by writing it into the
    configuration, under triage.points.

    Example:

      inboxwatch suggest
    """
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.config.build import build_waiting
    from inboxwatch.core.suggest import suggest as suggested
    from inboxwatch.core.suggest import suggestion_fields
    from inboxwatch.render.cases import suggestion_lines
    from inboxwatch.render.json import to_line

    with open_records(config) as records:
        corrections = records.journal.corrections()
        found = suggested(corrections, build_waiting(records.config).triage)
    fields = [suggestion_fields(one) for one in found]
    if as_json:
        for one in fields:
            write_line(to_line(one))
        return
    show(suggestion_lines(fields, len(corrections), width=columns()))
