"""Status: gather how the accounts stand from the journal alone."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.app.outbox import look
from inboxwatch.core.attention import LOOK_BACK, record_of
from inboxwatch.core.outbox import NEEDY, needs_somebody
from inboxwatch.core.status import Left, Status, Waiting, account_status
from inboxwatch.errors import StateError
from inboxwatch.ports.records import RESTORED_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from inboxwatch.ports import Journal


class Wanted(Struct, frozen=True):
    """What is asked for: the accounts of which ``hosts`` names the servers.

    With ``every`` they are all, and replies of accounts that are gone count as well.
    """

    hosts: Mapping[str, str]
    max_lag: timedelta
    changed_at: Mapping[str, datetime]
    every: bool = True


def gather(journal: Journal, wanted: Wanted, now: datetime, no_send: str = "") -> Status:
    """How the accounts stand; ``no_send`` says why nothing is sent. Raises StateError."""
    hosts = wanted.hosts
    left = Left(
        journal.conditions(),
        journal.quarantined(),
        journal.octets(now.date()),
        journal.tripped(),
    )
    promises = [one for one in journal.promises(now - LOOK_BACK) if one.account in hosts]
    replies = Counter(
        one.entry.state.value
        for one in look(journal, NEEDY)
        if needs_somebody(one, now) and (wanted.every or one.entry.account in hosts)
    )
    return Status(
        now,
        tuple(
            account_status(name, host, left, now, wanted.max_lag, wanted.changed_at.get(name))
            for name, host in hosts.items()
        ),
        Waiting(replies, record_of(promises, now)),
        no_send=no_send,
        restored_at=restored_at(journal),
    )


def restored_at(journal: Journal) -> datetime | None:
    """When the state was put back from a backup, if ever. Raises StateError."""
    text = journal.remembered(RESTORED_KEY)
    if text is None:
        return None
    with suppress(ValueError, TypeError):
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at
    raise StateError(
        f"the state holds {text!r:.40} for when it was restored, which inboxwatch never writes",
        next_step="restore it from a backup",
    )
