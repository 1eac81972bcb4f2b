"""``inboxwatch done``, ``assign``, ``snooze``: what a person says about a mail of the queue."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.options import ConfigOption, JsonOption
from inboxwatch.core.zone import iso
from inboxwatch.errors import UsageError
from inboxwatch.model.case import Means

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from inboxwatch.cli.wiring import Records
    from inboxwatch.model.case import Deed

MailId = Annotated[int, typer.Argument(metavar="ID", help="The number that queue shows.")]
LONGEST_NAME, LONGEST_NOTE = 60, 2000


def done(
    mail_ids: Annotated[
        list[int] | None,
        typer.Argument(metavar="ID...", help="The numbers that queue shows.", show_default=False),
    ] = None,
    by: Annotated[
        Means | None,
        typer.Option("--by", help="How you got back to the customer.", show_default=False),
    ] = None,
    owner: Annotated[str, typer.Option("--owner", help="Who did it.", show_default=False)] = "",
    note: Annotated[
        str, typer.Option("--note", help="What came of it; for the team alone.", show_default=False)
    ] = "",
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than", help="All that has waited longer: 14d, 2w.", show_default=False
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what --older-than would take, change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take it without asking.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the last done of the conversation back.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that mails have been dealt with where no mail shows it: after a call.

    The customer's mails in the conversation leave the queue, an escalation is closed, and
    promises are kept. When the customer asks again, it is open again.

    With --older-than the queue lets go of old mail that nobody will answer any more.
    Open escalations and promises stay, and conversations in which newer mail waits.

    Examples:

      inboxwatch done 33 --by call --owner Jo

      inboxwatch done 33 34 --by text --note "Refunded, she is happy."

      inboxwatch done --older-than 14d --note "From before inboxwatch."

      inboxwatch done 33 --undo
    """
    from inboxwatch.model.case import Deed

    ids = list(dict.fromkeys(mail_ids or ()))
    _require_one_way(ids, older_than, several=dry_run or yes, undo=undo)
    if undo:
        _undo_each(ids, config, given=bool(by or owner or note), as_json=as_json)
        return
    said = partial(Deed, by=by, owner=_line(owner, LONGEST_NAME), note=_line(note, LONGEST_NOTE))
    if older_than is not None:
        _done_older(older_than, said, config, dry_run=dry_run, yes=yes, as_json=as_json)
        return
    _done_each(ids, said, config, as_json=as_json)


def _require_one_way(
    ids: Sequence[int], older_than: str | None, *, several: bool, undo: bool
) -> None:
    """Mails are named one by one, or by their age. Raises UsageError."""
    if bool(ids) == (older_than is not None):
        raise UsageError(
            "done wants the numbers of mails, or --older-than",
            next_step="inboxwatch queue shows the numbers",
        )
    if undo and older_than is not None:
        raise UsageError(
            "--undo takes back what was said of a mail",
            next_step="inboxwatch done ID --undo, with the number of the mail",
        )
    if several and older_than is None:
        raise UsageError(
            "--dry-run and --yes go with --older-than", next_step="inboxwatch done --help"
        )


def _done_each(
    ids: Sequence[int], said: Callable[[datetime], Deed], config: Path | None, *, as_json: bool
) -> None:
    """All of them, or none where one is not there."""
    from inboxwatch.app.settled import settle
    from inboxwatch.cli.stored import stored_mail

    with _state(config, *ids) as records:
        journal, deed = records.journal, said(records.clock.now())
        told = [settle(journal, stored_mail(journal, mail_id), deed) for mail_id in ids]
    for fields in told:
        _tell(fields, partial(_done, fields), as_json=as_json)


def _done_older(
    older_than: str,
    said: Callable[[datetime], Deed],
    config: Path | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    from inboxwatch.app.settled import old_in_queue, settle_old
    from inboxwatch.cli.run import progress
    from inboxwatch.cli.screen import echo
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.core.later import span
    from inboxwatch.render.cases import older_line

    try:
        age = span(older_than)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--older-than: {error}") from None
    with open_records(config) as records:
        deed = said(records.clock.now())
        old = old_in_queue(records.journal, deed.at - age)
    found, closed = old.mails, 0
    if old.mails and not dry_run:
        if not _wanted(old.mails, older_than, yes=yes):
            echo("The queue stays as it is.")
            return
        # looked at anew: while somebody was asked, a run may have found newer mail
        with _state(config) as records, progress(quiet=as_json) as shown:
            closed, old = settle_old(records.journal, deed.at - age, deed, shown)
    fields: dict[str, Any] = {
        "type": "done-older",
        "dry_run": dry_run,
        "older_than": older_than,
        "found": found,
        "left": old.left,
        "closed": closed,
    }
    _tell(fields, lambda: older_line(fields), as_json=as_json)


def _wanted(mails: int, older_than: str, *, yes: bool) -> bool:
    """Whether so many mails are to leave the queue. Raises UsageError if nobody can say."""
    from inboxwatch.cli.questions import somebody_there, stopping
    from inboxwatch.render.words import count

    if yes:
        return True
    if not somebody_there():
        raise UsageError(
            "nobody is there to say whether to go on", next_step="add --yes, or see --dry-run first"
        )
    with stopping():
        question = f"{count(mails, 'mail')} older than {older_than} leave the queue. Go on?"
        return typer.confirm(question, err=True)


def _undo_each(ids: Sequence[int], config: Path | None, *, given: bool, as_json: bool) -> None:
    if given:
        raise UsageError(
            "--undo takes the last done back and says nothing new",
            next_step=f"inboxwatch done {' '.join(map(str, ids))} --undo",
        )
    with _state(config, *ids) as records:
        for mail_id in ids:
            _undo(records, mail_id, as_json=as_json)


def _undo(records: Records, mail_id: int, *, as_json: bool) -> None:
    from inboxwatch.cli.stored import stored_mail
    from inboxwatch.render.cases import deed_words

    deed, zone = records.journal.undo_done(mail_id), records.clock.now().tzinfo
    if deed is None:
        raise UsageError(
            f"nobody has said of #{mail_id} that it is done",
            next_step=f"inboxwatch show {mail_id} tells how it stands",
        )
    mail, left = stored_mail(records.journal, mail_id), records.journal.deeds(mail_id)
    told = deed_words({"by": deed.by, "owner": deed.owner, "at": iso(deed.at, zone), "note": ""})
    is_open = not (mail.closed or mail.answered_at or any(one.at >= mail.received for one in left))
    stands = "is open again" if is_open else "had left the queue otherwise as well"
    fields = {"type": "undone", "id": mail_id, "at": iso(deed.at, zone), "open": is_open}
    _tell(fields, lambda: f"#{mail_id} {stands}; taken back: {told}.", as_json=as_json)


def assign(
    mail_id: MailId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who sees to it; '' for nobody.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand a mail's conversation to a named person, as queue and attention then show.

    Example:

      inboxwatch assign 33 Kim
    """
    with _state(config, mail_id) as records:
        owner = _line(name, LONGEST_NAME)
        records.journal.assign(mail_id, owner, records.clock.now())
    told = f"is {owner}'s" if owner else "is nobody's any more"
    fields = {"type": "assigned", "id": mail_id, "owner": owner}
    _tell(fields, lambda: f"#{mail_id} {told}.", as_json=as_json)


def snooze(
    mail_id: MailId,
    until: Annotated[
        str | None,
        typer.Argument(
            metavar="TIME", help="2h, 3d, tomorrow, friday, 14:30, 2026-12-01.", show_default=False
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Bring it back now.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a mail's conversation off. The customer's next mail brings it back at once.

    A day alone means when it opens.

    Examples:

      inboxwatch snooze 33 tomorrow

      inboxwatch snooze 33 "2026-12-01 09:00"

      inboxwatch snooze 33 --undo
    """
    from inboxwatch.render.words import instant

    if undo == (until is not None):
        raise UsageError(
            "snooze wants a time, or --undo", next_step=f"inboxwatch snooze {mail_id} tomorrow"
        )
    with _state(config, mail_id) as records:
        now = records.clock.now()
        at = now if until is None else _later(until, now, records)
        records.journal.snooze(mail_id, at, now)
    told = "is put off no more" if undo else f"is put off until {instant(at)}"
    fields = {"type": "snoozed", "id": mail_id, "until": None if undo else at.isoformat()}
    _tell(fields, lambda: f"#{mail_id} {told}.", as_json=as_json)


def _later(until: str, now: datetime, records: Records) -> datetime:
    from inboxwatch.config.terms import build_schedule
    from inboxwatch.core.later import later

    try:
        return later(until, now, build_schedule(records.config))
    except ValueError as error:
        raise UsageError(str(error)) from None


@contextmanager
def _state(config: Path | None, *mail_ids: int) -> Iterator[Records]:
    """The journal to write to, with mails that are there. Raises UsageError without one."""
    from inboxwatch.cli.stored import stored_mail
    from inboxwatch.cli.wiring import open_state

    with open_state(config) as records:
        for mail_id in mail_ids:
            stored_mail(records.journal, mail_id)
        yield records


def _line(text: str, limit: int) -> str:
    from inboxwatch.core.text import one_line

    return one_line(text, limit)


def _done(fields: dict[str, Any]) -> str:
    from inboxwatch.render.cases import done_line

    return done_line(fields)


def _tell(fields: dict[str, Any], told: Callable[[], str], *, as_json: bool) -> None:
    """Say what was done as JSON, or in the words that ``told`` makes."""
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.render.json import to_line

    if as_json:
        write_line(to_line({"schema": 1, **fields}))
    else:
        from rich.text import Text

        show([Text(told())])
