"""How the accounts stand: a report model over what runs have left behind, without any server."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.backoff import due, rests
from inboxwatch.core.run_summary import attempt_fields
from inboxwatch.core.summary import SCHEMA
from inboxwatch.core.traffic import NEAR, Limit, limit_of
from inboxwatch.core.zone import iso
from inboxwatch.errors import ExitCode
from inboxwatch.model.condition import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from inboxwatch.model.condition import Attempt
    from inboxwatch.model.outcome import PromiseRecord

MAX_LAG = timedelta(hours=1)
"""How long ago an account may have worked last, unless somebody says otherwise."""


class State(StrEnum):
    """How an account or a mailbox stands, the gravest first."""

    FAILING = "failing"
    NEVER = "never read"
    BEHIND = "behind"
    STOPPED = "replies stopped"
    QUARANTINE = "quarantine"
    LIMIT = "near its limit"
    WELL = "well"


class Left(Struct, frozen=True):
    """What the journal says of accounts; ``octets`` are those of the day."""

    conditions: Sequence[Condition]
    quarantined: Sequence[Attempt]
    octets: Mapping[str, int]
    stopped: Mapping[str, str]


class Standing(Struct, frozen=True):
    """One account, or one mailbox of it, as it stands at an instant."""

    state: State
    condition: Condition
    lag: timedelta | None = None


class AccountStatus(Struct, frozen=True):
    """One account with its mailboxes; ``rests`` means that runs leave it alone for now."""

    own: Standing
    mailboxes: tuple[Standing, ...] = ()
    quarantined: tuple[Attempt, ...] = ()
    octets: int = 0
    limit: Limit | None = None
    stopped: str = ""
    rests: bool = False

    @property
    def name(self) -> str:
        """The account's name."""
        return self.own.condition.account

    @property
    def states(self) -> frozenset[State]:
        """Everything that is to be said of it; nothing but WELL where all is well."""
        found = {self.own.state, *(one.state for one in self.mailboxes)}
        found |= {State.STOPPED} if self.stopped else set()
        found |= {State.QUARANTINE} if self.quarantined else set()
        near = self.limit is not None and self.octets >= NEAR * self.limit.octets
        found |= {State.LIMIT} if near else set()
        return frozenset(found - {State.WELL}) or frozenset({State.WELL})

    @property
    def state(self) -> State:
        """The gravest of them."""
        return next(one for one in State if one in self.states)


class Waiting(Struct, frozen=True):
    """What waits for people besides: replies of the outbox by their state, and promises."""

    replies: Mapping[str, int]
    promises: PromiseRecord


class Status(Struct, frozen=True):
    """How everything stands.

    ``no_send`` says why nothing is sent at all (rule L13), empty while it is; ``restored_at`` is
    when the state was put back from a backup.
    """

    at: datetime
    accounts: tuple[AccountStatus, ...]
    waiting: Waiting
    no_send: str = ""
    restored_at: datetime | None = None


def account_status(
    name: str, host: str, left: Left, now: datetime, max_lag: timedelta, changed_at: datetime | None
) -> AccountStatus:
    """How one account stands."""
    known = {one.mailbox: one for one in left.conditions if one.account == name}
    own = known.pop("", Condition(name))
    return AccountStatus(
        own=_standing(own, now, max_lag),
        # while the account as a whole fails, its mailboxes fail with it
        mailboxes=tuple(_standing(one, now, max_lag) for one in known.values())
        if not own.failures
        else tuple(Standing(State.FAILING, one, _lag(one, now)) for one in known.values()),
        quarantined=tuple(one for one in left.quarantined if one.ref.account == name),
        octets=left.octets.get(name, 0),
        limit=limit_of(host),
        stopped=left.stopped.get(name, ""),
        rests=rests(own, now, changed_at),
    )


def _standing(condition: Condition, now: datetime, max_lag: timedelta) -> Standing:
    lag = _lag(condition, now)
    if condition.failures:
        return Standing(State.FAILING, condition, lag)
    if lag is None:
        return Standing(State.NEVER, condition)
    return Standing(State.BEHIND if lag > max_lag else State.WELL, condition, lag)


def _lag(condition: Condition, now: datetime) -> timedelta | None:
    """How long ago it worked; a clock that went back since makes that no less than nothing."""
    if condition.succeeded_at is None:
        return None
    return max(now - condition.succeeded_at, timedelta())


def exit_code(accounts: Iterable[AccountStatus], no_send: str = "") -> ExitCode:
    """0 when all is well; the code that all accounts share that fail; else 3 (rule I32).

    It is not well that nothing is sent, for whatever reason ``no_send`` names.
    """
    found = tuple(accounts)
    codes = {one.own.condition.code for one in found if one.own.condition.failures}
    if found and all(one.own.condition.failures for one in found) and len(codes) == 1:
        return ExitCode(codes.pop())
    well = not no_send and all(one.state is State.WELL for one in found)
    return ExitCode.DONE if well else ExitCode.INCOMPLETE


def account_fields(account: AccountStatus, zone: tzinfo | None) -> dict[str, object]:
    """An account as one object of ``status --json``."""
    limit = account.limit
    return {
        "schema": SCHEMA,
        "type": "account",
        "account": account.name,
        "state": account.state.value,
        "states": [one.value for one in State if one in account.states],
        **_standing_fields(account.own, zone),
        "left_alone": account.rests,
        "stopped": account.stopped or None,
        "octets_today": account.octets,
        "limit": {"provider": limit.provider, "octets": limit.octets} if limit else None,
        "mailboxes": [
            {"mailbox": one.condition.mailbox, "state": one.state.value}
            | _standing_fields(one, zone)
            for one in account.mailboxes
        ],
        "quarantined": [attempt_fields(one) for one in account.quarantined],
    }


def _standing_fields(standing: Standing, zone: tzinfo | None) -> dict[str, object]:
    one = standing.condition
    return {
        "last_success": iso(one.succeeded_at, zone),
        "lag_seconds": int(standing.lag.total_seconds()) if standing.lag is not None else None,
        "failures": one.failures,
        "failing_since": iso(one.failing_since, zone),
        "last_failure": iso(one.failed_at, zone),
        "kind": one.kind or None,
        "code": one.code,
        "error": one.error or None,
        "next_step": one.next_step or None,
        "next_attempt": iso(due(one), zone),
    }


def status_fields(status: Status) -> dict[str, object]:
    """The last line of ``status --json``: the whole in one object."""
    promises = status.waiting.promises
    return {
        "schema": SCHEMA,
        "type": "status",
        "at": status.at.isoformat(),
        "accounts": {one.name: one.state.value for one in status.accounts},
        "quarantined": sum(len(one.quarantined) for one in status.accounts),
        "replies": dict(status.waiting.replies),
        "promises": {"open": promises.open, "broken": promises.overdue},
        "no_send": status.no_send or None,
        "restored_at": iso(status.restored_at, status.at.tzinfo),
        "exit_code": int(exit_code(status.accounts, status.no_send)),
    }
