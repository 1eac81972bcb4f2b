"""Run: poll everything, then act in the order of work, then say what happened."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.app.attention import due_alerts, tell
from inboxwatch.app.breaker import trip
from inboxwatch.app.conditions import Findings, Looked, failing, found_out, left_alone
from inboxwatch.app.desk import log
from inboxwatch.app.follow_up import follow_up
from inboxwatch.app.keeping import prune_daily
from inboxwatch.app.poll import Poll
from inboxwatch.app.quarantine import forget_gone, told_now
from inboxwatch.core.attention import LOOK_BACK, record_of
from inboxwatch.core.run_summary import RunReport, counts, floods
from inboxwatch.core.traffic import limit_of, warnings
from inboxwatch.model.decision import Effect, Refusal, RescueDecision
from inboxwatch.model.outcome import AccountFailure, OutboxState
from inboxwatch.ports import RunEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from inboxwatch.app.act import Acting
    from inboxwatch.app.desk import Desk
    from inboxwatch.app.new_junk import NewJunk
    from inboxwatch.app.recording import Polled
    from inboxwatch.errors import AccountError
    from inboxwatch.model.alert import Alert
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.outcome import Baseline, OutboxEntry, Outcome
    from inboxwatch.model.sweep import SweepMail
    from inboxwatch.ports import RunStart

BACKWARDS = timedelta(minutes=5)
FORWARDS = timedelta(days=30)
FIRST_YEAR = 2024
"""How far the clock may stand from the last run, and what no clock can show (rule X14)."""

DEFERRED_KEY = "mails put off"
"""Under this key the journal keeps the ids of the mails that a cap put off."""


def run(desk: Desk, *, configured_at: datetime | None = None) -> RunReport:
    """One run over all accounts of ``desk``.

    ``configured_at`` is when the configuration was last written: it tells which mail came after
    replies were switched on (rule L12). Raises StateError and ConfigError; what fails of an
    account, a mailbox or a mail is part of the report.
    """
    budget = _Budget(desk)
    desk = replace(desk, stop=budget.ends)
    started = desk.clock.now()
    start = desk.journal.begin_run(started, replies_enabled=desk.replies_enabled)
    since = replies_since(desk, start, configured_at, started)
    unknown = desk.journal.recover(started)
    log.info("run %d begins, %d accounts", start.run_id, len(desk.doors))
    waiting = desk.journal.pending_mails()
    rounds = _Rounds(desk, start, clock_fault(start.previous_at, started), _put_off(desk))
    rounds.take_up()
    resting = {} if desk.eager else left_alone(desk.journal, started, _changed(desk, configured_at))
    poll = Poll(desk, started, since, resting, failing(desk.journal))
    for polled in poll.rounds():
        rounds.work(polled)
        if desk.stop():
            break
    findings = rounds.found_out(interrupted=budget.interrupted)
    alerts, untold = tell(desk, (*rounds.alerts, *due_alerts(desk)))
    report = replace(
        rounds.report(started, desk.clock.now(), unknown, findings),
        interrupted=budget.interrupted,
        overdue=budget.overdue,
        again=sum(one.mail_id in waiting for one in rounds.outcomes),
        alerts=alerts,
        untold=untold,
        quarantined=told_now(desk.journal),
        promises=record_of(desk.journal.promises(started - LOOK_BACK), desk.clock.now()),
    )
    told = ", ".join(f"{number} {what}" for what, number in counts(report).items())
    if alone := sorted(resting.keys() & desk.doors.keys()):
        told = f"{told or 'nothing new'}; left alone: {', '.join(alone)}"
    log.info("run %d ends: %d mails; %s", start.run_id, len(report.outcomes), told or "nothing new")
    candidates = rounds.candidates
    octets = octets_of(desk)
    report = replace(report, limits=limits_neared(desk, octets, report.finished))
    desk.journal.end_run(
        RunEnd(
            start.run_id, report.finished, candidates, counts(report), findings.conditions, octets
        )
    )
    if not rounds.clock_fault and not desk.stop():
        prune_daily(desk)
    return report


def _changed(desk: Desk, configured_at: datetime | None) -> dict[str, datetime]:
    """When somebody last wrote what each account logs in with."""
    found = ((name, doors.changed_at or configured_at) for name, doors in desk.doors.items())
    return {name: at for name, at in found if at is not None}


def octets_of(desk: Desk) -> dict[str, int]:
    """How much has come from each account's server by now."""
    return {name: doors.account.octets for name, doors in desk.doors.items()}


def limits_neared(desk: Desk, octets: Mapping[str, int], now: datetime) -> tuple[str, ...]:
    """What is to be told of limits of a day, before the octets are added to it (rule I19)."""
    hosts = {name: doors.host for name, doors in desk.doors.items() if limit_of(doors.host)}
    return warnings(hosts, desk.journal.octets(now.date()), octets) if hosts else ()


def clock_fault(previous: datetime | None, now: datetime) -> str:
    """Why the clock cannot be trusted, so that nothing may be sent; empty if it can (rule X14)."""
    if now.year < FIRST_YEAR:
        return f"the clock says that it is {now.year}"
    if previous is None:
        return ""
    last = _stamp(previous.astimezone(now.tzinfo))
    told = f"the clock says {_stamp(now)}, and the last run was at {last}"
    if now < previous - BACKWARDS:
        return f"{told}: it went backwards"
    return f"{told}, more than {FORWARDS.days} days ago" if now > previous + FORWARDS else ""


def _stamp(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="minutes")


def _put_off(desk: Desk) -> set[int]:
    """The mails that earlier runs put off and that still wait; the others are forgotten.

    Asked before anything is read: what is decided anew is no longer what it was.
    """
    text = desk.journal.remembered(DEFERRED_KEY)
    if not text:
        return set()
    kept = {int(one) for one in text.split()}
    waiting = kept & desk.journal.pending_mails()
    if desk.acts and waiting != kept:
        _remember_put_off(desk, waiting)
    return waiting


def _remember_put_off(desk: Desk, mail_ids: set[int]) -> None:
    desk.journal.remember(DEFERRED_KEY, " ".join(map(str, sorted(mail_ids))))


class _Budget:
    """Tells a run when to end: somebody wants it to, or its time is used up (rule X11)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._until = desk.clock.monotonic() + desk.budget
        self.overdue = False

    @property
    def interrupted(self) -> bool:
        return self._desk.stop()

    def ends(self) -> bool:
        if self._desk.stop():
            return True
        self.overdue = self.overdue or self._desk.clock.monotonic() > self._until
        return self.overdue


class _Rounds(Struct):
    """The rounds of one run, and what they add up to.

    ``clock_fault`` says why nothing may be sent. ``deferred`` are the ids of the mails put off by
    this run or an earlier one.
    """

    desk: Desk
    start: RunStart
    clock_fault: str
    deferred: set[int]
    tripped: list[str] = field(default_factory=list)
    candidates: int = 0
    closed: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    retried: list[OutboxEntry] = field(default_factory=list)
    polled: list[Polled] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    acting: Acting | None = None
    rescued: list[SweepMail] = field(default_factory=list)
    unmoved: list[AccountFailure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take_up(self) -> None:
        """Settle what was killed while it moved mail, before a mailbox takes that for new."""
        if self.desk.dry_run or not self.desk.journal.unsettled_swept():
            return
        from inboxwatch.app.put_back import PuttingBack  # noqa: PLC0415 - hardly ever needed

        self.rescued += PuttingBack(self.desk).take_up()

    def work(self, polled: Polled) -> None:
        """Act on what one round of polling decided, the most urgent first."""
        self.polled.append(polled)
        if self.desk.acts and polled.judged:
            self.tripped += trip(self.desk, self.desk.clock.now())
        if self.desk.acts and not self.clock_fault:
            self._retry(frozenset(polled.mailboxes))
        if polled.judged:
            self._watch(polled)
            self._act(polled)
        if not self.desk.stop():
            down = self._down()
            up = {name: told for name, told in polled.states.items() if name not in down}
            self.closed += follow_up(self.desk, up, self.desk.clock.now())
            forget_gone(self.desk, tuple(up))

    def _watch(self, polled: Polled) -> None:
        """Look for surges before anything is acted on: a person may have to look first (L14)."""
        from inboxwatch.app.surges import hold, watch  # noqa: PLC0415 - as below

        self.alerts += watch(self.desk)
        polled.judged = hold(self.desk, polled.judged, polled.mail_ids)

    def _act(self, polled: Polled) -> None:
        acting = self._begin_acting()
        junk = self._rescuing(polled)
        deferred = self.deferred
        before = frozenset(deferred)
        for decision in self._in_order(polled, acting.sent):
            if self.desk.stop():
                break
            mail_id = polled.mail_ids.get(decision.ref) if decision.ref else None
            pending = mail_id in polled.pending and not (junk and junk.has(decision))
            outcome = acting.act(decision, mail_id, pending=pending)
            self.outcomes.append(outcome)
            if junk is not None:
                junk.acted(outcome)
            if mail_id is not None:
                deferred.discard(mail_id)
                deferred.update((mail_id,) if outcome.state is OutboxState.DEFERRED else ())
        if self.desk.acts and deferred != before:
            _remember_put_off(self.desk, deferred)
        if junk is not None:
            self.rescued += junk.move()
            self.unmoved += junk.failures()
            self.notes += junk.notes()

    def _rescuing(self, polled: Polled) -> NewJunk | None:
        """What is to be moved out of the spam folders, decided before anybody is answered (X17)."""
        if self.desk.dry_run or not any(_is_rescued(one.decision) for one in polled.judged):
            return None
        from inboxwatch.app.new_junk import NewJunk as Junk  # noqa: PLC0415 - seldom needed

        junk = Junk.of(self.desk, polled.mailboxes)
        polled.judged = junk.chosen(polled.judged, polled.mail_ids) if junk else polled.judged
        return junk

    def _in_order(self, polled: Polled, already: int) -> tuple[Decision, ...]:
        from inboxwatch.core.queue import (  # noqa: PLC0415 - as below
            after_escalations,
            arrange,
            candidates,
            hold_all,
        )

        before, ids = self.deferred, polled.mail_ids
        deferred = {ref for ref, mail_id in ids.items() if mail_id in before}
        judged = after_escalations(polled.judged, self.desk.policy)
        self.candidates += candidates(judged, deferred)
        if self.clock_fault:
            log.warning("nothing is sent: %s", self.clock_fault)
            return hold_all(judged, Refusal("X14", "H", Effect.HOLD, self.clock_fault))
        return arrange(
            judged,
            limits=self.desk.policy.limits,
            now=self.desk.clock.now(),
            median_candidates=self.start.median_candidates,
            already=already,
            deferred=deferred,
        )

    def _retry(self, reachable: frozenset[str]) -> None:
        for entry in self.desk.journal.outbox((OutboxState.RETRY,)):
            if entry.account not in reachable or self.desk.stop():
                continue
            ended = self._begin_acting().retry(entry)
            if ended is not None:
                self.retried.append(ended)

    def _down(self) -> dict[str, AccountError]:
        """The accounts that failed while they were acted on."""
        return self.acting.down if self.acting is not None else {}

    def _begin_acting(self) -> Acting:
        """Whoever acts, brought in late: most runs find nothing to do."""
        from inboxwatch.app.act import Acting as Actor  # noqa: PLC0415 - half of a run's start

        if self.acting is None:
            self.acting = Actor(self.desk, {})
        for polled in self.polled:
            self.acting.mailboxes.update(polled.mailboxes)
        return self.acting

    def found_out(self, *, interrupted: bool) -> Findings:
        """What this run says of its accounts; nothing if it was interrupted."""
        failures = tuple(_all(one.failures for one in self.polled))
        if interrupted:
            return Findings(failures=failures)
        looked = Looked(
            frozenset(_all(list(one.mailboxes) for one in self.polled)),
            frozenset(_all(one.read for one in self.polled)),
            frozenset(_all(one.there for one in self.polled)),
            failures,
        )
        return found_out(self.desk, looked, self.desk.clock.now())

    def report(
        self,
        started: datetime,
        finished: datetime,
        unknown: tuple[OutboxEntry, ...],
        findings: Findings,
    ) -> RunReport:
        """Everything that was done and could not be done."""
        failed = [AccountFailure(name, error) for name, error in self._down().items()]
        failures = chain(failed, self.unmoved, findings.failures)
        return RunReport(
            started=started,
            finished=finished,
            accounts=len(self.desk.doors),
            replies_enabled=self.desk.replies_enabled,
            dry_run=self.desk.dry_run,
            outcomes=tuple(self.outcomes),
            baselines=tuple(sorted(_all(one.baselines for one in self.polled), key=_place)),
            failures=tuple(sorted(failures, key=_place)),
            unknown=unknown,
            retried=tuple(self.retried),
            closed=self.closed,
            notes=(
                *sorted(_all(one.notes for one in self.polled)),
                *floods(self.outcomes),
                *self.notes,
            ),
            rescued=tuple(self.rescued),
            tripped=tuple(self.tripped),
            recovered=findings.recovered,
            set_aside=sum(one.set_aside for one in self.polled),
            first_aside=tuple(_all(one.first_aside for one in self.polled)),
        )


def _is_rescued(decision: Decision) -> bool:
    return decision.rescue is not None and decision.rescue.decision is RescueDecision.RESCUE


def replies_since(
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


T = TypeVar("T")


def _all(rounds: Iterable[list[T]]) -> Iterator[T]:
    return chain.from_iterable(rounds)


def _place(one: Baseline | AccountFailure) -> tuple[str, str]:
    """Accounts answer in any order; the report names them in one."""
    return (one.account, one.mailbox)
