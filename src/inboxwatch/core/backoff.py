"""When an account that failed is tried again: a table, and arithmetic over it (rules I22, I23)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.model.condition import Condition

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from inboxwatch.errors import InboxwatchError

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

BACKWARDS = 5 * MINUTE
"""How far a clock may go back before what it said earlier counts for nothing (rule X14)."""


class Pause(Struct, frozen=True):
    """A row: what a server may say (RFC 5530 and later), and how long it is left alone for that.

    ``permanent`` means that it stays until a person does something. The wait doubles with each
    failure in a row, from ``first`` up to ``longest``.
    """

    kind: str
    first: timedelta
    longest: timedelta
    codes: frozenset[str] = frozenset()
    permanent: bool = False


REFUSED, CONNECTIONS, THROTTLED, QUOTA = "refused", "connections", "throttled", "quota"
UNAVAILABLE, UNREACHABLE, SETUP = "unavailable", "unreachable", "setup"

PAUSES = (
    # every further try counts towards locking the account (RFC 5530 section 3)
    Pause(
        REFUSED,
        15 * MINUTE,
        HOUR,
        frozenset(
            {
                "AUTHENTICATIONFAILED",
                "AUTHORIZATIONFAILED",
                "EXPIRED",
                "PRIVACYREQUIRED",
                "CONTACTADMIN",
            }
        ),
        permanent=True,
    ),
    # a connection that was lost is counted until the server notices
    Pause(CONNECTIONS, 5 * MINUTE, HOUR / 2, frozenset({"LIMIT", "INUSE"})),
    Pause(THROTTLED, 10 * MINUTE, HOUR, frozenset({"THROTTLED"})),
    # the download limit of a day: each try may prolong it (rule I19)
    Pause(QUOTA, HOUR, 4 * HOUR, frozenset({"OVERQUOTA"})),
    Pause(UNAVAILABLE, 2 * MINUTE, HOUR, frozenset({"UNAVAILABLE", "SERVERBUG"})),
    Pause(UNREACHABLE, MINUTE, HOUR),
    # no password to be had: a fault of this machine, which costs no server anything
    Pause(SETUP, MINUTE, 15 * MINUTE, permanent=True),
)

BY_KIND: Mapping[str, Pause] = {pause.kind: pause for pause in PAUSES}

KIND_OF_CODE: Mapping[str, str] = {code: pause.kind for pause in PAUSES for code in pause.codes}

PERMANENT: frozenset[str] = frozenset(pause.kind for pause in PAUSES if pause.permanent)

WHOLE_ACCOUNT: frozenset[str] = frozenset({CONNECTIONS, THROTTLED, QUOTA, UNAVAILABLE})
"""What a server says of the account even where it says it of one mailbox."""


def wait(kind: str, failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures in a row.

    ``chance``, from 0 up to 1, takes off up to a quarter, so that accounts do not come all at once;
    each wait is longer than the one before all the same, until the longest is reached.
    """
    pause = BY_KIND.get(kind) or BY_KIND[UNREACHABLE]
    doublings = min(max(failures, 1) - 1, 20)
    whole = min(pause.first * (1 << doublings), pause.longest)
    return whole * (1 - chance / 4)


def due(condition: Condition) -> datetime | None:
    """When an account is tried again: the longest wait of its kind after it failed, at most.

    None where nothing keeps it from being tried.
    """
    if not condition.failures or condition.next_attempt is None or condition.failed_at is None:
        return None
    pause = BY_KIND.get(condition.kind) or BY_KIND[UNREACHABLE]
    return min(condition.next_attempt, condition.failed_at + pause.longest)


def rests(condition: Condition, now: datetime, changed_at: datetime | None = None) -> bool:
    """Whether an account is left alone for now.

    Not if what it logs in with was written since it failed, nor if the clock went backwards since.
    """
    next_attempt = due(condition)
    if next_attempt is None or condition.failed_at is None:
        return False
    changed = changed_at is not None and condition.failed_at < changed_at <= now
    jumped = now < condition.failed_at - BACKWARDS
    return now < next_attempt and not changed and not jumped


def succeeded(before: Condition, now: datetime) -> Condition:
    """The condition of what worked just now."""
    return Condition(before.account, before.mailbox, succeeded_at=now)


def failed(before: Condition, error: InboxwatchError, now: datetime, chance: float) -> Condition:
    """The condition of what failed just now; what is worth a message is marked as told."""
    kind = kind_of(error)
    failures = before.failures + 1
    after = replace(
        before,
        failures=failures,
        failing_since=before.failing_since or now,
        failed_at=now,
        next_attempt=now + wait(kind, failures, chance),
        kind=kind,
        code=int(error.code),
        error=error.message,
        next_step=error.next_step,
    )
    return replace(after, told_at=now) if is_news(before, kind, now) else after


def kind_of(error: InboxwatchError) -> str:
    """The row that an error belongs to."""
    return str(getattr(error, "kind", UNREACHABLE))


REMINDERS = (HOUR, 24 * HOUR)
"""A fault that stays is told at once, again after an hour, and then once a day."""


def is_news(before: Condition, kind: str, now: datetime) -> bool:
    """Whether a failure is worth a message to somebody who is not looking."""
    if not before.failures or before.told_at is None or before.failing_since is None:
        return True
    if before.kind != kind or now < before.told_at - BACKWARDS:
        return True
    told_once = before.told_at - before.failing_since < REMINDERS[0]
    return now - before.told_at >= REMINDERS[0 if told_once else 1]


def recovered(before: Condition) -> bool:
    """Whether the end of a fault is worth a message: it stayed for more than one attempt.

    Of a single one it was told that the next run tries again, and nothing more is as good as that.
    """
    return before.failures > 1 and before.told_at is not None


def about_account(kinds: Collection[str]) -> str:
    """What some faults of mailboxes say of the whole account, or nothing."""
    return next((pause.kind for pause in PAUSES if pause.kind in WHOLE_ACCOUNT & set(kinds)), "")
