"""``inboxwatch surge``: many senders with one topic, and what a person does about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.boundary import guarded
from inboxwatch.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.text import Text

    from inboxwatch.app.incidents import Ahead
    from inboxwatch.model.surge import Surge
    from inboxwatch.ports import Clock, Journal

SurgeId = Annotated[int, typer.Argument(metavar="ID", help="The number that surge shows.")]
AllOption = Annotated[bool, typer.Option("--all", help="Closed ones as well.")]
AbuseOption = Annotated[
    bool,
    typer.Option(
        "--abuse",
        help="Only what may be abuse: an offer many claim, one sender or text, many names.",
    ),
]

group = typer.Typer()


def surge(
    context: typer.Context,
    config: ConfigOption = None,
    every: AllOption = False,
    abuse: AbuseOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the surges that are open: many senders who write about the same thing.

    A run tells of each once, and again only when far more have written.

    Examples:

      inboxwatch surge

      inboxwatch surge show 3

      inboxwatch surge --abuse

      inboxwatch surge answer 3 --template incident --about "the promo code"

      inboxwatch surge drafts 3 --tag wholesale

      inboxwatch surge close 3
    """
    if context.invoked_subcommand is None:
        _list(config, every=every, abuse=abuse, as_json=as_json)
    elif config or every or abuse or as_json:
        from inboxwatch.errors import UsageError

        verb = context.invoked_subcommand
        raise UsageError(
            f"options stand behind {verb}", next_step=f"inboxwatch surge {verb} ID --config FILE"
        )


def list_(
    config: ConfigOption = None,
    every: AllOption = False,
    abuse: AbuseOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the surges, as surge alone does.

    Example:

      inboxwatch surge list --all

      inboxwatch surge list --abuse
    """
    _list(config, every=every, abuse=abuse, as_json=as_json)


def _list(config: Path | None, *, every: bool, abuse: bool, as_json: bool) -> None:
    from datetime import UTC, datetime

    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.render.json import to_line

    since = datetime(1970, 1, 2, tzinfo=UTC) if every else None
    with open_records(config) as records:
        now = records.clock.now()
        found = records.journal.surges(closed_since=since)
        wanted = [one for one in found if one.suspicion or not abuse]
        rows = [_fields(one, records.journal, records.clock) for one in wanted]
    if as_json:
        for row in rows:
            write_line(to_line(row))
        return
    from inboxwatch.render.surges import surges, surges_total

    show(surges(rows, now, width=columns()))
    show(surges_total(len(rows), every=every, abuse=abuse))


def _fields(surge: Surge, journal: Journal, clock: Clock) -> dict[str, Any]:
    from inboxwatch.app.surges import LOOKED_AT
    from inboxwatch.core.triage.surge_report import samples_of, surge_fields

    samples = samples_of(journal.surge_writers(surge.id, LOOKED_AT))
    return surge_fields(surge, samples, clock.now().tzinfo)


def show_(
    surge_id: SurgeId,
    limit: Annotated[
        int, typer.Option("--limit", "-n", help="At most so many who wrote.", min=1, max=10_000)
    ] = 30,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a surge: some of its conversations, and who wrote under which name.

    Who is a customer, who had written before, and who is new is said of each.

    Examples:

      inboxwatch surge show 3

      inboxwatch surge show 3 --limit 500 --json
    """
    from inboxwatch.app.incidents import surge_of
    from inboxwatch.app.surges import LOOKED_AT, samples
    from inboxwatch.cli.screen import columns
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.core.triage.surge_report import sample_fields, writer_fields
    from inboxwatch.render.surges import details

    with open_records(config) as records:
        journal, now = records.journal, records.clock.now()
        found = surge_of(journal, surge_id)
        writers = journal.surge_writers(found.id, LOOKED_AT)
        fields = {
            **_fields(found, journal, records.clock),
            "new": len({one.sender for one in writers if one.new}),
            "conversations": [sample_fields(one, now.tzinfo) for one in samples(journal, found)],
            "writers": [writer_fields(one, now.tzinfo) for one in writers[-limit:]],
            "left": max(0, len(writers) - limit),
        }
    _tell(fields, details(fields, now, width=columns()), as_json=as_json)


def answer(
    surge_id: SurgeId,
    template: Annotated[
        str, typer.Option("--template", "-t", help="The template, by its name without language.")
    ],
    about: Annotated[
        str, typer.Option("--about", help="What it is about, in your words; the text says it.")
    ] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a surge with one text instead of the period's, for its mails and those to come.

    Mails of the surge that nobody has answered are decided again by the next run.
    What was held for you to look at first goes out from then on.

    Examples:

      inboxwatch surge answer 3 --template incident --about "the promo code"
    """
    from inboxwatch.app.incidents import answer as assign
    from inboxwatch.cli.wiring import open_house
    from inboxwatch.render.surges import answered_lines

    with open_house(config) as house:
        done = assign(house.desk(), surge_id, template, about)
        fields = {**_fields(done.surge, house.journal, house.clock), "again": list(done.again)}
    _tell(fields, answered_lines(fields), as_json=as_json)


def drafts(
    surge_id: SurgeId,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help="Customers with this tag; may be repeated.", show_default=False),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", help="At most so many.", min=1, max=200)
    ] = 20,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prepare mails to customers whom a surge may hit next, for you to send.

    Without --tag: those who share a tag with most of its customers, and those
    who wrote about the like before. They wait in the outbox; nothing is sent.

    Examples:

      inboxwatch surge drafts 3

      inboxwatch surge drafts 3 --tag wholesale --limit 50
    """
    from inboxwatch.app.incidents import drafts as prepare
    from inboxwatch.cli.screen import columns
    from inboxwatch.cli.wiring import open_house
    from inboxwatch.render.surges import drafts_lines

    with open_house(config) as house:
        done = prepare(house.desk(), surge_id, tags=tag or (), limit=limit)
    fields: dict[str, Any] = {
        "schema": 1,
        "type": "surge-drafts",
        "id": done.surge.id,
        "drafts": [_draft(one) for one in done.done],
        "left": done.left,
    }
    _tell(fields, drafts_lines(fields, width=columns()), as_json=as_json)


def _draft(ahead: Ahead) -> dict[str, object]:
    customer = ahead.customer
    return {
        "outbox": ahead.entry.id if ahead.entry else None,
        "customer": customer.id,
        "name": customer.name,
        "to": customer.emails[0],
        "why": ahead.why,
        "declined": ahead.declined or None,
    }


def close(surge_id: SurgeId, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Close a surge: its mails are answered as others are, and it is not told of again.

    Only if ten times as many have written by then is it told of once more
    (surge.again). Without new mail for a week it closes by itself.

    Example:

      inboxwatch surge close 3
    """
    from inboxwatch.app.incidents import close as close_one
    from inboxwatch.cli.wiring import open_house
    from inboxwatch.render.surges import closed_lines

    with open_house(config) as house:
        done = close_one(house.desk(), surge_id)
        fields = _fields(done, house.journal, house.clock)
    _tell(fields, closed_lines(fields), as_json=as_json)


def _tell(fields: Mapping[str, Any], lines: Iterable[Text], *, as_json: bool) -> None:
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.render.json import to_line

    if as_json:
        write_line(to_line(fields))
    else:
        show(lines)


group.callback(invoke_without_command=True)(guarded(surge))
group.command("list")(guarded(list_))
group.command("show")(guarded(show_))
for command in (answer, drafts, close):
    group.command()(guarded(command))
