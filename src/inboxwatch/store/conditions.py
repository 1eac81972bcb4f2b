"""The part of the journal that keeps how accounts and mailboxes fare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.errors import ExitCode
from inboxwatch.model.condition import Condition
from inboxwatch.store.part import Part
from inboxwatch.store.values import OddValueError, storable, to_micros, to_optional_instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime


_CODES = frozenset(map(int, ExitCode))


class ConditionsPart(Part):
    """Conditions; what ``ports.Journal`` says of each method holds."""

    def conditions(self) -> tuple[Condition, ...]:
        """How every account and mailbox fared when it was last tried."""
        with self._database.reading() as sql:
            rows = sql.execute(
                """SELECT account, mailbox, succeeded_at, failures, failing_since, failed_at,
                    next_attempt, kind, code, error, next_step, told_at
                FROM condition ORDER BY account, mailbox"""
            ).fetchall()
            return tuple(_condition(row) for row in rows)


def keep_conditions(sql: sqlite3.Connection, conditions: Sequence[Condition]) -> None:
    """Keep conditions in place of all that was known of their accounts."""
    for account in {one.account for one in conditions}:
        sql.execute("DELETE FROM condition WHERE account = ?", (account,))
    sql.executemany(
        "INSERT INTO condition VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_row(one) for one in conditions],
    )


def _row(one: Condition) -> tuple[object, ...]:
    return (
        one.account,
        storable(one.mailbox),
        _micros(one.succeeded_at),
        one.failures,
        _micros(one.failing_since),
        _micros(one.failed_at),
        _micros(one.next_attempt),
        one.kind,
        one.code,
        storable(one.error),
        storable(one.next_step),
        _micros(one.told_at),
    )


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _condition(row: tuple[Any, ...]) -> Condition:
    account, mailbox, succeeded, failures, since, failed, following, kind, code, *told = row
    error, next_step, told_at = told
    if code not in _CODES or not isinstance(failures, int):
        raise OddValueError(f"{code!r:.40} and {failures!r:.40} for how an account failed")
    return Condition(
        account,
        mailbox,
        to_optional_instant(succeeded),
        failures,
        to_optional_instant(since),
        to_optional_instant(failed),
        to_optional_instant(following),
        kind,
        code,
        error,
        next_step,
        to_optional_instant(told_at),
    )
