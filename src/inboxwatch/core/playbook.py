"""What a person does about a mail: the written step of its topic, what to find out, and by when.

The cause of an escalation says how to get back (story 4); the play of the topic says what to do
(story 5). A credit is only ever proposed: the program grants nothing and tells customers none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxwatch.core.reply.details import folded, holds, says_any
from inboxwatch.core.schedule import business_time_after
from inboxwatch.core.triage.escalate import AT_ONCE, next_step_of
from inboxwatch.model.case import Action, NextStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from inboxwatch.model.case import Cause
    from inboxwatch.model.decision import Signal
    from inboxwatch.model.message import Message
    from inboxwatch.model.playbook import Play
    from inboxwatch.model.policy import Policy

URGENT = 9
URGENTLY = timedelta(hours=1)
"""Within how much business time somebody gets back to a mail of the highest priority (story 5)."""

ESCALATED = timedelta(hours=4)
"""The same for an escalation whose topic is not in the playbook, at any other priority."""


def step_for(
    message: Message,
    signals: Sequence[Signal],
    causes: Sequence[Cause],
    priority: int,
    policy: Policy,
    now: datetime,
) -> NextStep | None:
    """What a person does next about a mail by a person; None where nothing is written for it."""
    about = folded(message.subject, message.text) if policy.playbook else ""
    play = _play(policy.playbook, {one.name for one in signals}, about)
    urgent = next_step_of(one.name for one in causes)
    if play is None and urgent is None:
        return None
    names = frozenset(one.name for one in causes)
    within = URGENTLY if priority >= URGENT else play.within if play else ESCALATED
    texts = (urgent.text if urgent else "", play.step if play else "")
    return NextStep(
        action=urgent.action if urgent else _action(play),
        text="; ".join(filter(None, texts)),
        topic=play.name if play else "",
        find_out=_unknown(play, about),
        due=now if names & AT_ONCE else business_time_after(policy.schedule, now, within),
        goodwill=_goodwill(play, policy),
    )


def _play(plays: Iterable[Play], names: set[str], about: str) -> Play | None:
    """The first play that a mail is about, in the order in which the team wrote them."""
    for play in plays:
        if not play.signals.isdisjoint(names) or says_any(about, play.phrases):
            return play
    return None


def _action(play: Play | None) -> Action:
    return play.action if play else Action.WRITE


def _unknown(play: Play | None, about: str) -> tuple[str, ...]:
    """What finds the case and the mail does not say."""
    details = play.find_out if play else ()
    return tuple(one.value for one in details if not holds(about, one))


def _goodwill(play: Play | None, policy: Policy) -> str:
    limits = policy.goodwill
    if play is None or not play.goodwill or not limits.most:
        return ""
    return f"up to {limits.most} {limits.currency} may be proposed"
