"""The circuit breaker: an account whose replies come back sends none until resumed (rule L09)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxwatch.app.desk import log

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.app.desk import Desk

WINDOW = timedelta(hours=1)
AT_LEAST = 3
"""Replies that have to come back before any share of them means something."""


def trip(desk: Desk, now: datetime) -> tuple[str, ...]:
    """Stop the accounts too many of whose replies came back; say which, and why.

    A reply counts for the account that sent it, wherever its bounce arrived, so all are looked at.
    """
    before = desk.journal.tripped()
    told = []
    for account in desk.doors:
        why = "" if account in before else _why(desk, account, now)
        if why:
            desk.journal.trip(account, now, why)
            log.warning("the replies of %r are stopped: %s", account, why)
            told.append(why)
    return tuple(told)


def _why(desk: Desk, account: str, now: datetime) -> str:
    health = desk.journal.health(account, now - WINDOW)
    share = desk.policy.limits.breaker_percent
    if health.rebounds < AT_LEAST or health.rebounds * 100 <= share * health.replies:
        return ""
    return (
        f"{account}: {health.rebounds} replies came back within an hour, and {health.replies} "
        "went out"
    )
