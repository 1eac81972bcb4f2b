"""How the accounts stand, for a terminal: a table of 80 columns, and below it what is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.text import Text

from inboxwatch.core.backoff import due
from inboxwatch.core.status import State
from inboxwatch.core.text import one_line, printable
from inboxwatch.core.traffic import megabytes
from inboxwatch.render.run import quarantine_words
from inboxwatch.render.terminal import NARROW, fit
from inboxwatch.render.words import count, duration, instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from inboxwatch.core.status import AccountStatus, Standing, Status

NAME, STATE, LAST, NEXT = 19, 15, 9, 6
"""Columns of a narrow terminal; what was read today gets the rest."""

RESTORED_FOR = timedelta(days=14)
"""How long it is told that a state was restored; what is older in the queue speaks for itself."""

STYLES = {State.FAILING: "red", State.NEVER: "red", State.BEHIND: "red", State.WELL: "green"}
"""Every other state is worth a look."""


def status_lines(status: Status, *, width: int = NARROW, cut: bool = True) -> Iterator[Text]:
    """The table; then for each account what is wrong and the next step; then what else waits."""
    names = NAME + max(0, width - NARROW)
    yield _row(("account", "state", "last read", "next", "read today"), names, "bold", cut=cut)
    for account in status.accounts:
        yield from _table(account, status.at, names, cut=cut)
    if status.no_send:
        yield Text(f"nothing is sent: {one_line(status.no_send, 400)}", "red")
        yield Text("  next: find out who wanted that; once it is removed, the next run sends again")
    for account in status.accounts:
        yield from _faults(account, status.at)
    yield from _restored(status)
    yield from _waiting(status)


def _restored(status: Status) -> Iterator[Text]:
    """For a while, which mail is left to people since the state was put back."""
    at = status.restored_at
    if at is not None and status.at - at < RESTORED_FOR:
        when = instant(at.astimezone(status.at.tzinfo))
        told = "mail that lay there then is answered by nobody but people"
        yield Text(f"restored from a backup on {when}: {told}", "yellow")
        yield Text("  next: inboxwatch queue")


def _row(cells: tuple[str, str, str, str, str], names: int, style: str, *, cut: bool) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    name, state, last, following, octets = cells
    line.append(fit(name, names, cut=cut))
    line.append("  ")
    line.append(Text(state.ljust(STATE), style))
    line.append(f"  {last.ljust(LAST)}  {following.ljust(NEXT)}  {octets}")
    line.rstrip()
    return line


def _table(account: AccountStatus, now: datetime, names: int, *, cut: bool) -> Iterator[Text]:
    limit = account.limit
    octets = megabytes(account.octets)
    octets += f" of {megabytes(limit.octets)}" if limit else ""
    own = account.own.condition
    next_attempt = due(own)
    following = next_attempt.astimezone(now.tzinfo) if next_attempt else None
    cells = (
        one_line(account.name, 60),
        account.state.value,
        _ago(account.own.lag),
        following.strftime("%H:%M") if account.rests and following else "-",
        octets,
    )
    yield _row(cells, names, STYLES.get(account.state, "yellow"), cut=cut)
    for one in account.mailboxes:
        mailbox = f"  {one_line(one.condition.mailbox, 60)}"
        state = "" if one.state is State.WELL else one.state.value
        cells = (mailbox, state, _ago(one.lag), "", "")
        yield _row(cells, names, STYLES.get(one.state, ""), cut=cut)


def _ago(lag: timedelta | None) -> str:
    return f"{duration(lag)} ago" if lag is not None else "never"


def _faults(account: AccountStatus, now: datetime) -> Iterator[Text]:
    failing = account.own.state is State.FAILING
    for standing in (account.own,) if failing else account.mailboxes:
        if standing.state is State.FAILING:
            yield from _failure(standing, now)
    name = one_line(account.name, 60)
    if account.own.state is State.NEVER:
        yield Text(f"{name}: no run has read it yet", "red")
        yield Text("  next: inboxwatch run")
    if State.BEHIND in account.states:
        yield Text(f"{name}: read longer ago than it should be; do runs still happen?", "red")
        yield Text("  next: look into crontab and the log; inboxwatch run")
    if account.stopped:
        yield Text(f"{name}: replies stopped: {one_line(account.stopped, 200)}", "yellow")
        yield Text(f"  next: find out why replies come back, then inboxwatch resume {name}")
    for attempt in account.quarantined:
        yield Text(quarantine_words(attempt), "yellow")
    if account.quarantined:
        yield Text("  next: inboxwatch status --retry after an update, or deal with it by hand")
    if State.LIMIT in account.states:
        yield Text(f"{name}: close to what its provider lets be read in a day", "yellow")
        yield Text("  next: find out which program reads so much mail")


def _failure(standing: Standing, now: datetime) -> Iterator[Text]:
    one = standing.condition
    place = f"{one.account}/{one.mailbox}" if one.mailbox else one.account
    since = one.failing_since
    when = f" since {instant(since.astimezone(now.tzinfo))}" if since else ""
    times = count(one.failures, "failure")
    yield Text(f"{one_line(place, 80)}: {times}{when}: {printable(one.error, 400)}", "red")
    if one.next_step:
        yield Text(f"  next: {printable(one.next_step, 400)}")
    if not one.mailbox:
        yield Text(
            f"  at once, from a terminal: inboxwatch run --account {one_line(one.account, 60)}"
        )


def _waiting(status: Status) -> Iterator[Text]:
    replies = status.waiting.replies
    if replies:
        by_state = ", ".join(f"{number} {state}" for state, number in sorted(replies.items()))
        told = count(sum(replies.values()), "reply", "replies")
        yield Text(f"{told} in the outbox ({by_state}): inboxwatch outbox")
    promises = status.waiting.promises
    if promises.open or promises.overdue:
        broken = f", {promises.overdue} of them broken" if promises.overdue else ""
        told = count(promises.open + promises.overdue, "promise")
        yield Text(f"{told} not kept yet{broken}: inboxwatch promises")


def retried_lines(freed: Mapping[str, int]) -> Iterator[Text]:
    """What ``status --retry`` did."""
    number = sum(freed.values())
    if not number:
        yield Text("Nothing to do: no mail is in quarantine.", "green")
        return
    yield Text(f"{count(number, 'mail')} will be read by the next run.", "green")
