"""Doubtful mail, and what a person says about it, asked one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.core.sweep import is_proven
from inboxwatch.core.triage.score import BY_HAND
from inboxwatch.model.sweep import Choice, SweepOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inboxwatch.app.apology import Swept
    from inboxwatch.app.desk import Desk, Terms
    from inboxwatch.model.sweep import SweepMail


class Asked(Struct):
    """What was ``chosen`` to be rescued, and how many mails were asked about or not."""

    chosen: list[Swept] = field(default_factory=list)
    asked: int = 0
    unasked: int = 0


def ask(desk: Desk, doubtful: Iterable[Swept], choose: Callable[[SweepMail, str], Choice]) -> Asked:
    """Ask about each mail until a person stops; whoever is called genuine is remembered at once."""
    waiting = sorted(doubtful, key=lambda one: one.mail.received)
    found = Asked(unasked=len(waiting))
    for one in waiting:
        choice = Choice.STOP if desk.stop() else choose(one.mail, one.text or "")
        if choice is Choice.STOP:
            break
        found.asked += 1
        found.unasked -= 1
        if choice is Choice.GENUINE and is_proven(one.mail):
            desk.journal.remember_genuine(one.mail.sender, desk.clock.now())
        if choice is not Choice.LEAVE:
            found.chosen.append(one)
    return found


def judge(desk: Desk, swept: Swept, terms: Terms) -> None:
    """Decide about a mail again, now that a person takes it out of the spam folder."""
    if swept.message is None:
        raise ValueError("nobody can be asked about a mail that was not read")
    terms = replace(terms, account=swept.mail.ref.account, rescues=True, by_hand=True)
    swept.judged = desk.judge(swept.message, desk.clock.now(), terms)
    swept.mail = replace(
        swept.mail,
        outcome=SweepOutcome.REPORTED,
        detail=BY_HAND,
        by_hand=True,
        priority=swept.judged.decision.priority,
    )
