"""``inboxwatch correct`` and ``suggest``: learning from what people say about priorities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from inboxwatch.cli.wiring import Records
    from inboxwatch.model.correction import Seen
    from inboxwatch.ports import StoredMail


def correct(
    mail_id: Annotated[int, typer.Argument(metavar="ID", help="The number that queue shows.")],
    priority: Annotated[
        int | None,
        typer.Option(
            "--priority", "-p", help="What it should be.", min=1, max=9, show_default=False
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take a correction back.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a mail's priority should be. The queue shows it at once, and it stays.

    It is compared with what the queue shows, points for waiting included. From any
    mail client, the keywords $iw-up and $iw-down say the same without a number.
    inboxwatch suggest tells what the corrections add up to.

    Examples:

      inboxwatch correct 33 --priority 8

      inboxwatch correct 33 --undo
    """
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.cli.stored import stored_mail
    from inboxwatch.cli.wiring import open_state
    from inboxwatch.errors import UsageError
    from inboxwatch.render.json import to_line

    if undo is (priority is not None):
        step = "one of them: --priority 8, or --undo"
        raise UsageError("say what it should be, or take it back", next_step=step)
    with open_state(config) as records:
        mail = stored_mail(records.journal, mail_id)
        shown = seen_of(records, mail)
        if priority is None:
            fields, told = _undone(records, mail, shown)
        else:
            now = records.clock.now()
            records.journal.correct(mail_id, priority, now, seen=shown, exact=True)
            fields, told = _corrected(mail, shown, priority)
    if as_json:
        write_line(to_line({"schema": 1, "id": mail_id, **fields}))
        return
    from rich.text import Text

    show([Text(told)])


def seen_of(records: Records, mail: StoredMail) -> Seen:
    """A mail as the queue would show it if nobody had corrected it."""
    from inboxwatch.cli.stored import program_fields
    from inboxwatch.config.terms import build_waiting
    from inboxwatch.core.waiting import seen

    return seen(program_fields(records, mail), build_waiting(records.config).triage)


def _corrected(mail: StoredMail, shown: Seen, wanted: int) -> tuple[dict[str, object], str]:
    waited = f", {shown.priority} with its waiting," if shown.priority != mail.priority else ""
    fields = {"type": "corrected", "priority": mail.priority, "shown": shown.priority}
    told = f"#{mail.id} was decided {mail.priority}{waited} and is {wanted} from now on."
    return {**fields, "wanted": wanted}, told


def _undone(records: Records, mail: StoredMail, shown: Seen) -> tuple[dict[str, object], str]:
    from inboxwatch.core.triage.score import HIGHEST
    from inboxwatch.errors import UsageError

    taken = records.journal.take_back(mail.id)
    if taken is None:
        raise UsageError(
            f"#{mail.id} was not corrected", next_step=f"inboxwatch explain {mail.id} shows why"
        )
    fields = {"type": "taken-back", "priority": shown.priority, "wanted": taken.wanted}
    told = f"#{mail.id} is no longer corrected to {taken.wanted}: it is {shown.priority}"
    rises = not mail.closed and mail.answered_at is None and shown.priority < HIGHEST
    told += ", and rises with its waiting." if rises else "."
    if not taken.exact:
        told += " A keyword said it: take that off in your mail client, or the next run hears it."
    return fields, told


def suggest(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show which points people's corrections speak against, with the evidence.

    Nothing changes by itself: accept a proposal by writing it into the
    configuration, under triage.points.

    Example:

      inboxwatch suggest
    """
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.config.terms import build_waiting
    from inboxwatch.core.suggest import suggest as suggested
    from inboxwatch.core.suggest import suggestion_fields
    from inboxwatch.render.json import to_line

    with open_records(config) as records:
        corrections = records.journal.corrections()
        found = suggested(corrections, build_waiting(records.config).triage)
    fields = [suggestion_fields(one) for one in found]
    if as_json:
        for one in fields:
            write_line(to_line(one))
        return
    from inboxwatch.render.cases import suggestion_lines

    show(suggestion_lines(fields, len(corrections), width=columns()))
