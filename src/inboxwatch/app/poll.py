"""Poll: read what is new in every mailbox of every account, and decide it all.

Nothing is acted on here. What was decided is recorded batch by batch together with how far the
mailbox has been read (``recording``).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inboxwatch.app.conditions import still_failed
from inboxwatch.app.crew import Brought, Crew, Finished
from inboxwatch.app.desk import log
from inboxwatch.app.quarantine import Care
from inboxwatch.app.reading import Batch, Surveyed, Unsettled, bring, survey
from inboxwatch.app.recording import Opened, Polled, Recording
from inboxwatch.core.sync import FIRST_SEEN, UIDNEXT_WENT_BACK, plan_reading
from inboxwatch.errors import InboxwatchError, UnreachableError
from inboxwatch.model.message import Role
from inboxwatch.model.outcome import AccountFailure, Baseline
from inboxwatch.ports import MailboxMark
from inboxwatch.ports.records import UNTAKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.core.sync import Reading
    from inboxwatch.model.condition import Condition
    from inboxwatch.ports import MailboxState

    _Item = Surveyed | Batch | Unsettled

DECIDE_WAIT = 5.0
"""Seconds that decided accounts wait for one that is still silent."""


class Poll:
    """One polling of all accounts; ``rounds`` yields what is decided, in at most a few goes.

    Accounts that are ``resting`` are not asked, and for ``unawaited`` ones no other waits.
    """

    def __init__(
        self,
        desk: Desk,
        now: datetime,
        replies_since: datetime | None,
        resting: Mapping[str, Condition] | None = None,
        unawaited: frozenset[str] = frozenset(),
    ) -> None:
        self._desk = desk
        self._resting = resting or {}
        self._unawaited = unawaited
        self._now = now
        self._crew: Crew[_Item] = Crew(desk.clock, stop=desk.stop)
        self._open: dict[tuple[str, str], Opened] = {}
        self._parts: dict[str, Polled] = {}
        self._recording = Recording(desk, now, replies_since)
        self._ready = False

    def rounds(self) -> Iterator[Polled]:
        """First all accounts that answer, together; then those that were late, one by one."""
        for name, doors in self._desk.doors.items():
            if name in self._resting:
                failure = still_failed(self._resting[name], self._now)
                self._part(name).failures.append(failure)
                continue
            looks = self._desk.journal.looks(name)
            before = {mailbox: look.state for mailbox, look in looks.items()}
            self._crew.start(name, partial(survey, doors.account, before))
        surveying = True
        while surveying or self._crew.working:
            wait = DECIDE_WAIT if surveying else 0.0
            surveying = False
            for event in self._crew.events(wait, self._unawaited):
                self._take(event)
                if self._desk.stop():
                    break
            yield self._ended()
            if self._desk.stop():
                return

    def _part(self, account: str) -> Polled:
        return self._parts.setdefault(account, Polled())

    def _ended(self) -> Polled:
        """What the accounts brought that have ended; the others' threads own their connections."""
        whole = Polled()
        for account in [name for name in self._parts if name not in self._crew.working]:
            whole.add(self._parts.pop(account))
        return whole

    def _take(self, event: Brought[_Item] | Finished) -> None:
        if isinstance(event, Finished):
            self._finish(event)
        elif isinstance(event.item, Surveyed):
            self._surveyed(event.account, event.item)
        elif isinstance(event.item, Unsettled):
            one = event.item
            self._read(event.account, {(one.mailbox, one.role): one.state})
        else:
            self._decide(event.account, event.item)

    def _finish(self, event: Finished) -> None:
        if event.error is None:
            return
        error = event.error
        if isinstance(error, TimeoutError):
            # its thread still owns the connection: what it brought waits for the next run
            self._parts.pop(event.account, None)
            error = UnreachableError(
                f"{event.account}: {error}", next_step="a later run tries again"
            )
        if not isinstance(error, InboxwatchError):
            log.error("account %r failed", event.account, exc_info=error)
            error = UnreachableError(
                f"{event.account}: unexpected {type(error).__name__}",
                next_step="the log file has the details; this is a bug, please report it",
            )
        self._failed(AccountFailure(event.account, error))

    def _failed(self, failure: AccountFailure) -> None:
        log.warning("%r %r: %s", failure.account, failure.mailbox, failure.error.message)
        self._part(failure.account).failures.append(failure)

    def _surveyed(self, account: str, surveyed: Surveyed) -> None:
        part = self._part(account)
        part.mailboxes[account] = surveyed.mailboxes
        part.states[account] = dict(surveyed.unread)
        part.states[account] |= {mailbox: one for (mailbox, _), one in surveyed.states.items()}
        part.notes.extend(f"{account}: {note}" for note in surveyed.mailboxes.notes)
        self._read(account, surveyed.states)

    def _read(self, account: str, states: Mapping[tuple[str, Role], MailboxState]) -> None:
        """Plan what to fetch from an account that answered, and send its thread off again."""
        part = self._part(account)
        readings: list[tuple[str, Role, Reading]] = []
        for (mailbox, role), state in states.items():
            reading = self._plan(account, mailbox, role, state)
            part.there.append((account, mailbox))
            if reading.empty:
                part.read.append((account, mailbox))
            else:
                readings.append((mailbox, role, reading))
        if readings:
            door = self._desk.doors[account].account
            self._crew.start(account, partial(bring, door, tuple(readings)))
        if any(role is not Role.SENT for _, role, _ in readings):
            self._get_ready()

    def _get_ready(self) -> None:
        """Once in a run that has mail to decide."""
        if self._ready:
            return
        from inboxwatch.app.judging import get_ready  # noqa: PLC0415 - only where mail came

        self._ready = True
        get_ready(lambda: self._desk.policy, self._now)

    def _plan(self, account: str, mailbox: str, role: Role, state: MailboxState) -> Reading:
        journal = self._desk.journal
        mark = journal.mailbox(account, mailbox)
        known = (mark.uidvalidity, mark.uidnext) if mark else None
        care = Care.of(journal, journal.attempts(account, mailbox, state.uidvalidity))
        pending = journal.pending(account, mailbox, state.uidvalidity) if mark else ()
        restored = mark is not None and mark.baseline_uidnext >= UNTAKEN
        again = tuple(care.missing.union(pending)) if care.missing else pending
        reading = plan_reading(known, state.uidvalidity, state.uidnext, again, restored=restored)
        first = reading.baseline or mark is None
        begun = self._now.replace(microsecond=0) if first or mark is None else mark.baseline_at
        start = 1 if reading.anew or mark is None else mark.uidnext
        below = reading.uidnext if first or mark is None else mark.baseline_uidnext
        opened = MailboxMark(account, mailbox, reading.uidvalidity, start, begun, below)
        placed = journal.placed(account, mailbox, reading.uidvalidity)
        if reading.baseline == UIDNEXT_WENT_BACK:  # other mails may lie at these UIDs now
            journal.forget_attempts(account, mailbox)
            journal.record((), opened, self._now)
            care = Care(journal)
        self._open[account, mailbox] = Opened(reading, opened, state.exists, care, placed)
        if role is Role.SENT and reading.anew:
            reading = replace(reading, ranges=())
        if reading.baseline and reading.empty:
            self._begin_empty(opened, reading, role)
        return reading

    def _begin_empty(self, mark: MailboxMark, reading: Reading, role: Role) -> None:
        """A mailbox with nothing to read is known from now on all the same."""
        self._desk.journal.record((), replace(mark, uidnext=reading.uidnext), self._now)
        if role is not Role.SENT:
            self._note_baseline(mark.account, mark.mailbox)

    def _decide(self, account: str, batch: Batch) -> None:
        if batch.error is not None:
            self._part(account).there.append((account, batch.mailbox))
            self._failed(AccountFailure(account, batch.error, batch.mailbox))
            return
        opened = self._open[account, batch.mailbox]
        if batch.messages:
            part = self._part(account)
            work = partial(self._recording.take_in, part, opened, batch.role)
            part.set_aside += opened.care.read(batch.messages, work, self._now)
            part.first_aside += opened.care.first
            opened.care.first.clear()
            self._desk.progress(account, batch.mailbox, opened.done, opened.total)
        if batch.last:
            log.info("%s/%s: %d read", account, batch.mailbox, opened.done)
            gone = tuple(opened.care.missing)
            opened.mark = replace(opened.mark, uidnext=opened.reading.uidnext, read=gone)
            self._desk.journal.record((), opened.mark, self._now)
            self._part(account).read.append((account, batch.mailbox))
            if opened.reading.baseline and batch.role is not Role.SENT:
                self._note_baseline(account, batch.mailbox)

    def _note_baseline(self, account: str, mailbox: str) -> None:
        opened = self._open[account, mailbox]
        reason = opened.reading.baseline or FIRST_SEEN
        self._part(account).baselines.append(
            Baseline(account, mailbox, opened.done, opened.would_answer, reason)
        )
