"""What needs a person, gathered from the journal, and told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from inboxwatch.app.desk import log
from inboxwatch.core.attention import (
    LOOK_AHEAD,
    LOOK_BACK,
    NOBODY,
    alert_of,
    escalation_item,
    is_due,
    promise_item,
    surge_item,
)
from inboxwatch.core.step import step_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.core.attention import Item
    from inboxwatch.model.alert import Alert
    from inboxwatch.model.case import Escalation, Standing
    from inboxwatch.model.outcome import Promise
    from inboxwatch.model.schedule import Schedule
    from inboxwatch.ports import Journal


def gather(journal: Journal, now: datetime, schedule: Callable[[], Schedule]) -> tuple[Item, ...]:
    """Everything that needs a person now, escalations first, each kind the oldest first.

    The schedule is asked for only where promises are due soon. What was put off is among it.
    """
    return _items(journal, journal.escalations(), now, schedule)


def unanswered_surges(journal: Journal, now: datetime) -> tuple[Item, ...]:
    """The open surges to which nobody has given a template yet."""
    return tuple(surge_item(one, now.tzinfo) for one in journal.surges() if not one.template)


def awake(items: Iterable[Item]) -> tuple[Item, ...]:
    """What is not put off."""
    return tuple(one for one in items if one.standing.snoozed_until is None)


def _items(
    journal: Journal,
    escalations: Sequence[Escalation],
    now: datetime,
    schedule: Callable[[], Schedule],
) -> tuple[Item, ...]:
    """Some open escalations, and the promises that are due."""
    due = [
        one
        for one in journal.due(now - LOOK_BACK, now + LOOK_AHEAD)
        if is_due(one, now, schedule())
    ]
    if not escalations and not due:
        return ()
    standings = journal.standings(now)
    return (
        *_escalations(journal, escalations, standings),
        *_promises(journal, due, standings, now),
    )


def _escalations(
    journal: Journal, escalations: Iterable[Escalation], standings: Mapping[int, Standing]
) -> Iterator[Item]:
    for one in escalations:
        mail = journal.mail(one.mail_id)
        decision = cast("Mapping[str, Any]", mail.decision if mail else {})
        step = decision.get("next_step")
        yield escalation_item(
            one,
            mail.subject if mail else "",
            decision.get("escalation", ()),
            standings.get(one.mail_id, NOBODY),
            step_of(step) if step else None,
        )


def _promises(
    journal: Journal,
    due: Iterable[Promise],
    standings: Mapping[int, Standing],
    now: datetime,
) -> Iterator[Item]:
    for one in due:
        mail = journal.mail(one.mail_id) if one.mail_id else None
        standing = standings.get(one.mail_id or 0, NOBODY)
        yield promise_item(one, mail.subject if mail else "", now, standing)


def tell(desk: Desk, alerts: Sequence[Alert]) -> tuple[tuple[Alert, ...], str]:
    """Tell the team what it has not been told yet: what that was, and what went wrong.

    Each is claimed before it is told, and given back where nobody was reached, so that the next
    run tries again. A dry run tells nobody but its reader.
    """
    now = desk.clock.now()
    fresh = tuple(one for one in alerts if desk.journal.begin_telling(one.key, now))
    if not fresh or desk.dry_run:
        return fresh, ""
    notified = desk.notifier.notify(fresh)
    for one in fresh:
        log.info("alert %r: %s", one.key, notified.fault or "told")
        desk.journal.end_telling(one.key, told=notified.reached)
    return fresh, notified.fault


def due_alerts(desk: Desk) -> tuple[Alert, ...]:
    """What needs a person as of now, unless it was put off, or told before.

    Escalations stay open for long: those that were told cost a run nothing.
    """
    now, journal = desk.clock.now(), desk.journal
    items = _items(journal, journal.untold_escalations(), now, lambda: desk.policy.schedule)
    return (*(alert_of(one, now.tzinfo) for one in awake(items)), *_surges(desk))


def _surges(desk: Desk) -> tuple[Alert, ...]:
    """Those that are open; one that was told is not told again by ``tell``."""
    if not desk.journal.surges():
        return ()
    from inboxwatch.app.surges import open_alerts  # noqa: PLC0415 - most runs have none

    return open_alerts(desk)
