"""Run: poll everything, then act in the order of work, then say what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from inboxwatch.app.act import Acting
from inboxwatch.app.follow_up import follow_up
from inboxwatch.app.poll import Poll
from inboxwatch.core.summary import RunReport, counts
from inboxwatch.model.outcome import OutboxState
from inboxwatch.ports import RunEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.app.poll import Polled
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.outcome import AccountFailure, Baseline, OutboxEntry, Outcome
    from inboxwatch.ports import RunStart


@dataclass(slots=True)
class _Tally:
    """What the rounds of one run add up to."""

    candidates: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    retried: list[tuple[OutboxEntry, OutboxState]] = field(default_factory=list)
    polled: list[Polled] = field(default_factory=list)
    closed: int = 0


def run(desk: Desk, *, configured_at: datetime | None = None) -> RunReport:
    """One run over all accounts of ``desk``.

    ``configured_at`` is when the configuration was last written: it tells which mail came after
    replies were switched on (rule L12). Raises StateError; what fails of an account, a mailbox or
    a mail is part of the report.
    """
    started = desk.clock.now()
    start = desk.journal.begin_run(started, replies_enabled=desk.replies_enabled)
    since = _replies_since(desk, start, configured_at, started)
    unknown = desk.journal.recover(started)
    tally = _Tally()
    acting = Acting(desk, {})
    for polled in Poll(desk, started, since).rounds():
        _round(desk, acting, polled, start, tally)
        if desk.stop():
            break
    finished = desk.clock.now()
    report = _report(desk, tally, started, finished, unknown)
    desk.journal.end_run(RunEnd(start.run_id, finished, tally.candidates, counts(report)))
    return report


def _replies_since(
    desk: Desk, start: RunStart, configured_at: datetime | None, now: datetime
) -> datetime | None:
    """From when on mail may be answered; kept when the switch was found turned on (rule L12)."""
    if not desk.replies_enabled:
        return None
    if start.previous_replies_enabled:
        return start.replies_since
    since = switched_on_at(start.previous_at, configured_at, now)
    desk.journal.set_replies_since(start.run_id, since)
    return since


def switched_on_at(
    previous: datetime | None, configured_at: datetime | None, now: datetime
) -> datetime:
    """When replies were switched on, as near as can be told, to the second.

    The configuration's own time counts if it was written after the last run that had them off:
    mail that came before is not answered. Any other time proves nothing, and now is taken.
    """
    written = previous and configured_at and previous < configured_at <= now
    at = configured_at if written and configured_at else now
    return at.replace(microsecond=0)


def _round(desk: Desk, acting: Acting, polled: Polled, start: RunStart, tally: _Tally) -> None:
    """Act on what one round of polling decided, most urgent first."""
    tally.polled.append(polled)
    acting.mailboxes.update(polled.mailboxes)
    if desk.acts:
        tally.retried.extend(_retry(desk, acting, frozenset(polled.mailboxes)))
    for decision in _in_order(desk, acting, polled, start, tally):
        if desk.stop():
            return
        mail_id = _mail_id(polled, decision)
        tally.outcomes.append(acting.act(decision, mail_id, pending=mail_id in polled.pending))
    tally.closed += follow_up(desk, polled.mailboxes, desk.clock.now())


def _in_order(
    desk: Desk, acting: Acting, polled: Polled, start: RunStart, tally: _Tally
) -> tuple[Decision, ...]:
    if not polled.judged:
        return ()
    # imported late, as in Desk.judge: nothing new, nothing to put in order
    from inboxwatch.core.queue import arrange, wants_reply  # noqa: PLC0415 - see above

    tally.candidates += sum(wants_reply(one.decision) for one in polled.judged)
    return arrange(
        polled.judged,
        limits=desk.policy.limits,
        now=desk.clock.now(),
        median_candidates=start.median_candidates,
        already=acting.sent,
    )


def _retry(
    desk: Desk, acting: Acting, accounts: frozenset[str]
) -> list[tuple[OutboxEntry, OutboxState]]:
    retried = []
    for entry in desk.journal.outbox((OutboxState.RETRY,)):
        if entry.account not in accounts or desk.stop():
            continue
        state = acting.retry(entry)
        if state is not None:
            retried.append((entry, state))
    return retried


def _mail_id(polled: Polled, decision: Decision) -> int | None:
    ref: MessageRef | None = decision.ref
    return polled.mail_ids.get(ref) if ref is not None else None


def _report(
    desk: Desk,
    tally: _Tally,
    started: datetime,
    finished: datetime,
    unknown: tuple[OutboxEntry, ...],
) -> RunReport:
    return RunReport(
        started=started,
        finished=finished,
        accounts=len(desk.doors),
        replies_enabled=desk.replies_enabled,
        dry_run=desk.dry_run,
        outcomes=tuple(tally.outcomes),
        baselines=tuple(sorted(_all(polled.baselines for polled in tally.polled), key=_place)),
        failures=tuple(sorted(_all(polled.failures for polled in tally.polled), key=_place)),
        unknown=unknown,
        retried=tuple(tally.retried),
        closed=tally.closed,
        notes=tuple(sorted(_all(polled.notes for polled in tally.polled))),
        interrupted=desk.stop(),
    )


T = TypeVar("T")


def _all(rounds: Iterable[list[T]]) -> Iterator[T]:
    return chain.from_iterable(rounds)


def _place(one: Baseline | AccountFailure) -> tuple[str, str]:
    """Accounts answer in any order; the report names them in one."""
    return (one.account, one.mailbox)
