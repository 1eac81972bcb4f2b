"""Status: gather how the accounts stand from the journal alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from inboxwatch.core.attention import LOOK_BACK, record_of
from inboxwatch.core.status import Left, Status, Waiting, account_status
from inboxwatch.model.outcome import OutboxState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from inboxwatch.ports import Journal

WAITING = (OutboxState.HELD, OutboxState.UNKNOWN, OutboxState.RETRY, OutboxState.REFUSED)
"""Replies that wait for a person or for the next run."""


def gather(
    journal: Journal,
    hosts: Mapping[str, str],
    now: datetime,
    max_lag: timedelta,
    configured_at: datetime,
) -> Status:
    """How the accounts stand of which ``hosts`` names the servers."""
    left = Left(
        journal.conditions(),
        journal.quarantined(),
        journal.octets(now.date()),
        journal.tripped(),
    )
    promises = [one for one in journal.promises(now - LOOK_BACK) if one.account in hosts]
    replies = Counter(one.state.value for one in journal.outbox(WAITING) if one.account in hosts)
    return Status(
        now,
        tuple(
            account_status(name, host, left, now, max_lag, configured_at)
            for name, host in hosts.items()
        ),
        Waiting(replies, record_of(promises, now)),
    )
