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
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from inboxwatch.cli.wiring import Records

MailId = Annotated[int, typer.Argument(metavar="ID", help="The number that queue shows.")]
LONGEST_NAME, LONGEST_NOTE = 60, 2000


def done(
    mail_id: MailId,
    by: Annotated[
        Means | None,
        typer.Option("--by", help="How you got back to the customer.", show_default=False),
    ] = None,
    owner: Annotated[str, typer.Option("--owner", help="Who did it.", show_default=False)] = "",
    note: Annotated[
        str, typer.Option("--note", help="What came of it; for the team alone.", show_default=False)
    ] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the last done of the conversation back.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a mail has been dealt with where no mail shows it: after a call.

    The customer's mails in the conversation leave the queue, an escalation is closed, and
    promises are kept. When the customer asks again, it is open again.

    Examples:

      inboxwatch done 33 --by call --owner Jo

      inboxwatch done 33 --by text --note "Refunded, she is happy."

      inboxwatch done 33 --undo
    """
    from inboxwatch.app.settled import settle
    from inboxwatch.cli.stored import stored_mail
    from inboxwatch.model.case import Deed

    if undo:
        _undo(mail_id, config, given=bool(by or owner or note), as_json=as_json)
        return
    with _state(config, mail_id) as records:
        deed = Deed(records.clock.now(), by, _line(owner, LONGEST_NAME), _line(note, LONGEST_NOTE))
        fields = settle(records.journal, stored_mail(records.journal, mail_id), deed)
    _tell(fields, partial(_done, fields), as_json=as_json)


def _undo(mail_id: int, config: Path | None, *, given: bool, as_json: bool) -> None:
    from inboxwatch.cli.stored import stored_mail
    from inboxwatch.render.cases import deed_words

    if given:
        raise UsageError(
            "--undo takes the last done back and says nothing new",
            next_step=f"inboxwatch done {mail_id} --undo",
        )
    with _state(config, mail_id) as records:
        deed, zone = records.journal.undo_done(mail_id), records.clock.now().tzinfo
        mail, left = stored_mail(records.journal, mail_id), records.journal.deeds(mail_id)
    if deed is None:
        raise UsageError(
            f"nobody has said of #{mail_id} that it is done",
            next_step=f"inboxwatch show {mail_id} tells how it stands",
        )
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
    from inboxwatch.config.build import build_schedule
    from inboxwatch.core.later import later

    try:
        return later(until, now, build_schedule(records.config))
    except ValueError as error:
        raise UsageError(str(error)) from None


@contextmanager
def _state(config: Path | None, mail_id: int) -> Iterator[Records]:
    """The journal to write to, with a mail that is there. Raises UsageError without it."""
    from inboxwatch.cli.stored import stored_mail
    from inboxwatch.cli.wiring import open_state

    with open_state(config) as records:
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
