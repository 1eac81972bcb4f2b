"""Keeping: the state lets go of what is old, a little at the end of a run, all of it when asked."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inboxwatch.app.desk import log
from inboxwatch.ports.keeping import PRUNED_KEY

if TYPE_CHECKING:
    from inboxwatch.app.desk import Desk
    from inboxwatch.model.policy import Retention
    from inboxwatch.ports.keeping import Keeper

BATCH = 500
"""Conversations that are looked at in one transaction."""

BUDGET = 1.0
"""Seconds after which a run begins no further batch."""

_DAY, _MONTH = timedelta(days=1), timedelta(days=30)


def prune_daily(desk: Desk) -> None:
    """Let go of what is old, once a day and for a moment; the next day goes on from there.

    Not before a day of runs bears the clock out: by one that jumped ahead, everything would be old
    (rule X14). Raises StateError.
    """
    if desk.dry_run or desk.keeper is None:
        return
    now = desk.clock.now()
    last, after = _last(desk.journal.remembered(PRUNED_KEY))
    if last is not None and timedelta() <= now - last < _DAY:
        return
    if not desk.keeper.has_run(now - _MONTH, now - _DAY):
        return
    until = desk.clock.monotonic() + BUDGET
    counts: Counter[str] = Counter()
    while True:
        batch = _batch(desk.keeper, desk.retention, now, after)
        counts.update(batch[0])
        after = batch[1]
        if not after or desk.clock.monotonic() > until:
            break
    desk.journal.remember(PRUNED_KEY, f"{now.isoformat()} {after}")
    if counts:
        desk.keeper.give_back()
        log.info("pruned: %s", ", ".join(f"{name} {number}" for name, number in counts.items()))


def prune_all(keeper: Keeper, retention: Retention, now: datetime) -> Counter[str]:
    """Let go of all that is old; how many rows, by the names of tables. Raises StateError."""
    counts: Counter[str] = Counter()
    after = 0
    while True:
        gone, after = _batch(keeper, retention, now, after)
        counts.update(gone)
        if not after:
            return counts


def _batch(
    keeper: Keeper, retention: Retention, now: datetime, after: int
) -> tuple[Counter[str], int]:
    """One batch; where the next one begins, 0 after the last."""
    before, memory = now - retention.keep, now - retention.memory
    done = keeper.prune(before, memory, after=after, limit=BATCH)
    return Counter(done.counts), done.after or 0


def _last(text: str | None) -> tuple[datetime | None, int]:
    """When the journal was pruned last, and the conversation behind which to go on."""
    at, _, after = (text or "").partition(" ")
    try:
        return datetime.fromisoformat(at), int(after)
    except ValueError:
        return None, 0
