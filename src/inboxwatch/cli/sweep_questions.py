"""What a sweep asks the person at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from inboxwatch.app.desk import Desk
    from inboxwatch.model.sweep import Choice, SweepMail

KEYS = {"r": "rescue", "l": "leave", "g": "genuine", "s": "stop"}
"""What a person types about a doubtful mail, and what it means."""


def choose(desk: Desk, mail: SweepMail, text: str) -> Choice:
    """Show a doubtful mail and ask what becomes of it; Ctrl-C and Ctrl-D stop, as ``s`` does."""
    from inboxwatch.cli.questions import stopping
    from inboxwatch.cli.screen import columns, echo, show
    from inboxwatch.model.sweep import Choice as Chosen
    from inboxwatch.render.sweep import doubtful_lines

    several = len(desk.doors) > 1
    show(doubtful_lines(mail, text, now=desk.clock.now(), width=columns(), several=several))
    try:
        with stopping():
            return _answer(mail)
    except typer.Abort:
        echo("")
        return Chosen.STOP


def _answer(mail: SweepMail) -> Choice:
    """What a person types about a doubtful mail, asked until it makes sense."""
    from inboxwatch.cli.screen import echo
    from inboxwatch.core.sweep import is_proven
    from inboxwatch.model.sweep import Choice as Chosen

    proven = is_proven(mail)
    if not proven:
        echo("Nothing proves that the sender wrote it, so the sender cannot be remembered.")
    keys = "".join(key for key in KEYS if proven or key != "g")
    genuine = "remember the sender as [g]enuine, " if proven else ""
    question = f"[r]escue it, [l]eave it, {genuine}[s]top"
    while True:
        answer: str = typer.prompt(question, default="l", show_default=False).strip().lower()
        if answer[:1] in keys and answer:
            return Chosen(KEYS[answer[0]])
        echo(f"  one of {', '.join(keys)}")


def may_create(account: str, mailbox: str) -> bool:
    """Whether a person at the terminal wants the mailbox for review."""
    from inboxwatch.cli.questions import somebody_there, stopping
    from inboxwatch.cli.screen import echo
    from inboxwatch.core.text import one_line

    if not somebody_there():
        return False
    name, box = one_line(account, 60), one_line(mailbox, 60)
    try:
        with stopping():
            return typer.confirm(f"{name} has no mailbox {box}. Make it?", err=True)
    except typer.Abort:
        echo("")
        return False
