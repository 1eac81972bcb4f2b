"""``inboxwatch show``: one mail and what was decided about it."""

from __future__ import annotations

from typing import Annotated

import typer

from inboxwatch.cli.options import ConfigOption, JsonOption


def show(
    mail_id: Annotated[int, typer.Argument(metavar="ID", help="The number that queue shows.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a mail's text, who wrote it, and the reply that went out or waits.

    Example:

      inboxwatch show 12
    """
    from inboxwatch.cli.register import notes_about
    from inboxwatch.cli.screen import columns, write_line
    from inboxwatch.cli.screen import show as show_lines
    from inboxwatch.cli.stored import stored_mail, told_fields
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.render.json import to_line

    with open_records(config) as records:
        mail = stored_mail(records.journal, mail_id)
        fields = told_fields(records, mail)
        now = records.clock.now()
        fields["notes"] = notes_about(records, mail)
    if as_json:
        write_line(to_line(fields))
        return
    from inboxwatch.render.case import case_lines
    from inboxwatch.render.mail import mail_detail
    from inboxwatch.render.people import about_lines

    width = columns()
    about = (*case_lines(fields, now, width=width), *about_lines(fields, now, width=width))
    show_lines(mail_detail(mail.id, fields, now=now, about=about, width=width))
