"""The part of the journal that keeps how accounts and mailboxes fare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.errors import ExitCode
from inboxwatch.model.condition import Condition
from inboxwatch.store.part import Part
from inboxwatch.store.rows import counted, moment, optional, row_of, text
from inboxwatch.store.values import OddValueError, storable, to_micros, to_optional_instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime


_CODES = frozenset(
    {ExitCode.INCOMPLETE, ExitCode.CONFIG, ExitCode.LOGIN, ExitCode.UNREACHABLE, ExitCode.STATE}
)
"""What an account may end with: never with what is said of a whole command."""


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


def _code(value: object) -> bool:
    return value == 0 or value in _CODES


@row_of(
    "condition",
    account=text,
    mailbox=text,
    succeeded_at=optional(moment),
    failures=counted,
    failing_since=optional(moment),
    failed_at=optional(moment),
    next_attempt=optional(moment),
    kind=text,
    code=_code,
    error=text,
    next_step=text,
    told_at=optional(moment),
)
def _condition(row: tuple[Any, ...]) -> Condition:
    account, mailbox, succeeded, failures, since, failed, following, kind, code, *told = row
    error, next_step, told_at = told
    if bool(failures) is not bool(code):
        raise OddValueError(f"{failures} failures with the code {code}")
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
