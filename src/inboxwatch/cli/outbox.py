"""``inboxwatch outbox``: the replies that were claimed, and what a person does about them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.boundary import guarded
from inboxwatch.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inboxwatch.app.outbox import Done, Outbox
    from inboxwatch.core.outbox import Kept
    from inboxwatch.model.outcome import OutboxState
    from inboxwatch.ports import Journal

Numbers = Annotated[list[int], typer.Argument(metavar="ID...", help="The numbers of the replies.")]

group = typer.Typer()


def outbox(
    context: typer.Context,
    config: ConfigOption = None,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="Only in this state; may be repeated.", show_default=False),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every reply, those that need nobody as well.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the replies that need somebody: held, unknown, delayed, refused, drafted.

    A reply whose mail a person has answered, moved or deleted needs nobody;
    nor does a draft of more than 14 days.

    States: sending, sent, drafted, held, retry, refused, unknown, dropped.

    Examples:

      inboxwatch outbox

      inboxwatch outbox --state sent --json

      inboxwatch outbox show 7

      inboxwatch outbox send 7 9
    """
    if context.invoked_subcommand is not None:
        _refuse_options(context, given=bool(config or state or every or as_json))
        return
    _list(config, _states(state or ()), every=every, as_json=as_json)


def _refuse_options(context: typer.Context, *, given: bool) -> None:
    """An option before the verb would be without effect, and --config act on another house."""
    from inboxwatch.errors import UsageError

    if given:
        verb = context.invoked_subcommand
        raise UsageError(
            f"options stand behind {verb}", next_step=f"inboxwatch outbox {verb} ID --config FILE"
        )


def _states(names: Sequence[str]) -> tuple[OutboxState, ...]:
    from inboxwatch.core.outbox import LISTED
    from inboxwatch.errors import UsageError

    known = {one.value: one for one in LISTED}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no state {name!r}", next_step=f"use {', '.join(known)}")
    return tuple(known[name] for name in names)


def _list(
    config: Path | None, states: tuple[OutboxState, ...], *, every: bool, as_json: bool
) -> None:
    from inboxwatch.app.outbox import look
    from inboxwatch.cli.screen import columns, cuts, show, write_line
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.core.outbox import LISTED, NEEDY, entry_fields, needs_somebody
    from inboxwatch.render.json import to_line

    asked = bool(states) or every
    with open_records(config) as records:
        now = records.clock.now()
        held = 0 if asked else _held(records.journal)
        rows: tuple[Kept, ...] = look(records.journal, states or (LISTED if every else NEEDY))
    wanted = rows if asked else tuple(one for one in rows if needs_somebody(one, now))
    fields = [entry_fields(one, now) for one in wanted]
    if as_json:
        for one in fields:
            write_line(to_line(one))
        return
    from inboxwatch.render.outbox import outbox as outbox_lines
    from inboxwatch.render.outbox import outbox_total

    show(outbox_lines(fields, now, width=columns(), cut=cuts()))
    show(outbox_total(len(wanted), len(rows) - len(wanted), every=asked, held=held))


def _held(journal: Journal) -> int:
    """How many open mails a rule left to a person before a reply was written."""
    replies = (one.decision.get("reply") for one in journal.open_mails() if not one.reply_id)
    return sum(isinstance(one, dict) and one.get("decision") == "hold" for one in replies)


def show(
    entry_id: Annotated[int, typer.Argument(metavar="ID", help="The number that outbox shows.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one reply: how it stands, its header fields, and its words.

    Example:

      inboxwatch outbox show 7
    """
    from inboxwatch.app.outbox import look_at
    from inboxwatch.cli.screen import show as show_lines
    from inboxwatch.cli.screen import write_line
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.core.outbox import letter_fields
    from inboxwatch.errors import UsageError
    from inboxwatch.render.json import to_line

    with open_records(config) as records:
        now = records.clock.now()
        kept = look_at(records.journal, entry_id)
    if kept is None:
        raise UsageError(
            f"there is no reply #{entry_id}", next_step="inboxwatch outbox --all shows the numbers"
        )
    fields = letter_fields(kept, now)
    if as_json:
        write_line(to_line(fields))
        return
    from inboxwatch.render.outbox import letter

    show_lines(letter(fields, now))


def send(
    entry_ids: Numbers,
    config: ConfigOption = None,
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway", help="Even if a person was faster, the mail is gone, or the words are old."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Send held replies, dated now, after one more look at the switches and at the mail.

    Left alone when a person has answered the mail meanwhile, when it is gone, when the
    reply is older than replies.max_age, and when what it says of times is no longer true.

    Examples:

      inboxwatch outbox send 7

      inboxwatch outbox send 7 9 12
    """
    from inboxwatch.app.outbox import Outbox

    _work("send", partial(Outbox.send, anyway=anyway), entry_ids, config, as_json=as_json)


def retry(
    entry_ids: Numbers,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try replies again that are unknown, refused or delayed, unless they lie in Sent.

    Found in Sent, a reply counts as sent, and nothing is sent. Where inboxwatch
    files the copies, a reply that went out at the moment of a crash has none
    there: if in doubt, ask the customer.

    Example:

      inboxwatch outbox retry 7
    """
    from inboxwatch.app.outbox import Outbox

    _work("retry", Outbox.retry, entry_ids, config, as_json=as_json)


def drop(
    entry_ids: Numbers,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give replies up: they are never sent, and their mails get no other automatic reply.

    What they promised is void. The mails stay in the queue.

    Example:

      inboxwatch outbox drop 7
    """
    from inboxwatch.app.outbox import Outbox

    _work("drop", Outbox.drop, entry_ids, config, as_json=as_json)


def _work(
    name: str,
    verb: Callable[[Outbox, int], Done],
    entry_ids: Sequence[int],
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    """Do one thing to each number under the run's lock, and say what became of it."""
    from inboxwatch.app.outbox import work
    from inboxwatch.cli.run import stoppable
    from inboxwatch.cli.wiring import open_house

    failed: list[int] = []
    with stoppable() as stop, open_house(config) as house:
        for done in work(house.desk(stop=stop), verb, entry_ids):
            _tell(name, done, as_json=as_json)
            failed += [] if done.ok else [done.entry_id]
        interrupted = stop()
    if failed:
        _leave(failed, interrupted=interrupted, as_json=as_json)


def _tell(verb: str, done: Done, *, as_json: bool) -> None:
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.render.json import to_line
    from inboxwatch.render.outbox import done_lines

    fields: dict[str, Any] = {
        "schema": 1,
        "type": "outbox",
        "verb": verb,
        "id": done.entry_id,
        "ok": done.ok,
        "state": done.entry.state.value if done.entry else None,
        "to": done.entry.recipient if done.entry else None,
        "detail": done.text,
        "next_step": done.next_step,
        "notes": list(done.notes),
    }
    if as_json:
        write_line(to_line(fields))
    else:
        show(done_lines(fields), stderr=not done.ok)


def _leave(failed: Sequence[int], *, interrupted: bool, as_json: bool) -> None:
    from inboxwatch.cli.boundary import leave
    from inboxwatch.errors import ExitCode

    code = ExitCode.INTERRUPTED if interrupted else ExitCode.INCOMPLETE
    if as_json:
        leave(code, f"not done: {', '.join(map(str, failed))}", as_json=True)
    raise typer.Exit(code)


group.callback(invoke_without_command=True)(guarded(outbox))
for command in (show, send, retry, drop):
    group.command()(guarded(command))
