"""Conditions: which accounts a run leaves alone, and what it finds out about the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.backoff import about_account, due, failed, kind_of, recovered, rests, succeeded
from inboxwatch.errors import AccountError, ExitCode
from inboxwatch.model.condition import Condition
from inboxwatch.model.outcome import AccountFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.ports import Journal


def left_alone(
    journal: Journal, now: datetime, changed_at: Mapping[str, datetime]
) -> dict[str, Condition]:
    """The accounts that are not to be tried yet, by their names (rules I22, I23).

    ``changed_at`` is when somebody last changed what an account logs in with.
    """
    return {
        one.account: one
        for one in journal.conditions()
        if not one.mailbox and rests(one, now, changed_at.get(one.account))
    }


def failing(journal: Journal) -> frozenset[str]:
    """The accounts that failed when they were last tried: nobody waits for them again."""
    return frozenset(
        one.account for one in journal.conditions() if one.failures and not one.mailbox
    )


def at_once(name: str) -> str:
    """How a person has an account tried before its time; no line of a crontab does that."""
    return f"at once, from a terminal: inboxwatch run --account {name}"


def still_failed(condition: Condition, now: datetime) -> AccountFailure:
    """The failure of an account that is left alone: told before, with the same exit code."""
    name, until = condition.account, due(condition) or now
    times = "once" if condition.failures == 1 else f"{condition.failures} times in a row"
    when = until.astimezone(now.tzinfo).isoformat(sep=" ", timespec="minutes")
    error = AccountError(
        f"{name} failed {times} and is left alone until {when}: {condition.error}",
        next_step=f"{condition.next_step or 'wait'}; {at_once(name)}",
        kind=condition.kind,
    )
    error.code = ExitCode(condition.code)
    return AccountFailure(name, error, known=True)


class Findings(Struct, frozen=True):
    """What a run found out about its accounts.

    ``failures`` are those that it was given, with what was told before marked as ``known``;
    ``recovered`` are the conditions from before of what works again.
    """

    conditions: tuple[Condition, ...] = ()
    failures: tuple[AccountFailure, ...] = ()
    recovered: tuple[Condition, ...] = ()


class Looked(Struct, frozen=True):
    """What one run tried: accounts that answered, mailboxes read to their end, and failures.

    ``there`` are all mailboxes that the accounts that answered have.
    """

    answered: frozenset[str]
    read: frozenset[tuple[str, str]]
    there: frozenset[tuple[str, str]]
    failures: Sequence[AccountFailure]


def found_out(desk: Desk, looked: Looked, now: datetime) -> Findings:
    """What follows for the conditions, and what of it is news."""
    before = {(one.account, one.mailbox): one for one in desk.journal.conditions()}
    after = _after(desk, looked, now, before)
    kept = {
        (one.account, one.mailbox): one
        for one in before.values()
        if one.account in {account for account, _ in after}
        and (one.account not in looked.answered or (one.account, one.mailbox) in looked.there)
    }
    news = {key for key, one in after.items() if one.failures and one.told_at == now}
    return Findings(
        tuple((kept | after).values()),
        tuple(_marked(one, news) for one in looked.failures),
        tuple(
            before[key]
            for key, one in sorted(after.items())
            if not one.failures and key in before and recovered(before[key])
        ),
    )


Key = tuple[str, str]


def _after(
    desk: Desk, looked: Looked, now: datetime, before: Mapping[Key, Condition]
) -> dict[Key, Condition]:
    good = {(name, "") for name in looked.answered} | looked.read
    bad = dict(_faults(looked.failures))
    after = {key: succeeded(_of(before, key), now) for key in good if key not in bad}
    for key, error in bad.items():
        condition = failed(_of(before, key), error, now, desk.chance())
        # one mailbox is tried in every run: it costs a command on a connection that is there
        after[key] = replace(condition, next_attempt=None) if key[1] else condition
    return after


def _of(before: Mapping[Key, Condition], key: Key) -> Condition:
    return before.get(key) or Condition(*key)


def _faults(failures: Iterable[AccountFailure]) -> Iterable[tuple[Key, AccountError]]:
    """What failed; what a server says of the account where a mailbox was asked counts for both."""
    for one in failures:
        if one.known or not isinstance(one.error, AccountError):
            continue
        if one.mailbox and about_account((kind_of(one.error),)):
            yield (one.account, ""), one.error
        yield (one.account, one.mailbox), one.error


def _marked(failure: AccountFailure, news: set[Key]) -> AccountFailure:
    return replace(failure, known=failure.known or (failure.account, failure.mailbox) not in news)
