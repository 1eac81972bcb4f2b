"""Poll: read what is new in every mailbox of every account, and decide it all.

Nothing is acted on here. What was decided is recorded batch by batch together with how far the
mailbox has been read, so that a run that dies loses no mail and repeats none.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.app.conditions import still_failed
from inboxwatch.app.crew import Brought, Crew, Finished
from inboxwatch.app.desk import Terms, log
from inboxwatch.app.quarantine import Care
from inboxwatch.app.reading import Batch, Surveyed, Unsettled, bring, survey
from inboxwatch.core.summary import decision_fields
from inboxwatch.core.sync import FIRST_SEEN, UIDNEXT_WENT_BACK, plan_reading
from inboxwatch.errors import InboxwatchError, UnreachableError
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.message import Role
from inboxwatch.model.outcome import AccountFailure, Baseline
from inboxwatch.model.policy import RescueMode
from inboxwatch.model.surge import incident_of
from inboxwatch.ports import MailboxMark, Record
from inboxwatch.ports.records import UNTAKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.core.queue import Judged
    from inboxwatch.core.sync import Reading
    from inboxwatch.model.condition import Condition
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Message, MessageRef, RawMessage
    from inboxwatch.model.surge import Incident
    from inboxwatch.ports import Mailboxes, MailboxState

    _Item = Surveyed | Batch | Unsettled

DECIDE_WAIT = 5.0
"""Seconds that decided accounts wait for one that is still silent."""

MANY = 1000
"""Mails of one round from which on their texts are left to the journal: memory stays flat."""

TEXT_KEPT = 4000
"""Characters of a mail's text that the journal keeps."""


class Polled(Struct):
    """What polling brought.

    ``mail_ids`` are the journal's ids of the decided mails, ``pending`` those that it wants to
    hear of again once they were acted on. ``there`` are the mailboxes that were found, ``read``
    those of them that were read to their end. ``set_aside`` mails could not be read and are left to
    the next run; ``first_aside`` are those of them that no run has set aside before.
    ``states`` are where the mailboxes of each account stood before they were read.
    """

    judged: list[Judged] = field(default_factory=list)
    mail_ids: dict[MessageRef, int] = field(default_factory=dict)
    pending: set[int | None] = field(default_factory=set)
    baselines: list[Baseline] = field(default_factory=list)
    failures: list[AccountFailure] = field(default_factory=list)
    mailboxes: dict[str, Mailboxes] = field(default_factory=dict)
    states: dict[str, dict[str, MailboxState]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    there: list[tuple[str, str]] = field(default_factory=list)
    read: list[tuple[str, str]] = field(default_factory=list)
    set_aside: int = 0
    first_aside: list[MessageRef] = field(default_factory=list)

    def add(self, other: Polled) -> None:
        """Take in what another account brought."""
        self.judged += other.judged
        self.mail_ids |= other.mail_ids
        self.pending |= other.pending
        self.baselines += other.baselines
        self.failures += other.failures
        self.mailboxes |= other.mailboxes
        self.states |= other.states
        self.notes += other.notes
        self.there += other.there
        self.read += other.read
        self.set_aside += other.set_aside
        self.first_aside += other.first_aside


class _Open(Struct):
    """A mailbox being read in this run; at the UIDs in ``placed`` lies what we moved there."""

    reading: Reading
    mark: MailboxMark
    total: int
    care: Care
    placed: frozenset[int] = frozenset()
    done: int = 0
    would_answer: int = 0


class Poll:
    """One polling of all accounts; ``rounds`` yields what is decided, in at most a few goes."""

    def __init__(
        self,
        desk: Desk,
        now: datetime,
        replies_since: datetime | None,
        resting: Mapping[str, Condition] | None = None,
    ) -> None:
        self._desk = desk
        self._resting = resting or {}
        self._now = now
        self._since = replies_since
        self._crew: Crew[_Item] = Crew(desk.clock, stop=desk.stop)
        self._open: dict[tuple[str, str], _Open] = {}
        self._parts: dict[str, Polled] = {}
        self._open_surges: tuple[Incident, ...] | None = None

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
            for event in self._crew.events(wait):
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
        self._open[account, mailbox] = _Open(reading, opened, state.exists, care, placed)
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
            work = partial(self._take_in, opened, batch.role)
            part = self._part(account)
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

    def _take_in(self, opened: _Open, role: Role, mails: tuple[RawMessage, ...]) -> None:
        """Read mails and record what was decided; with a fault it is as if they had not come."""
        from inboxwatch.app.judging import read  # noqa: PLC0415 - only where mail came

        before = opened.mark, opened.done
        try:
            messages = tuple(read(mail) for mail in mails)
            self._advance(opened, messages)
            if role is Role.SENT:
                self._record_own(opened, messages)
            else:
                self._record(opened, _not_placed(messages, opened.placed))
        except Exception:
            opened.mark, opened.done = before
            raise

    def _advance(self, opened: _Open, messages: tuple[Message, ...]) -> None:
        opened.done += len(messages)
        uids = tuple(message.ref.uid for message in messages if message.ref)
        uidnext = max((opened.mark.uidnext, *(uid + 1 for uid in uids)))
        opened.mark = replace(opened.mark, uidnext=uidnext, read=uids)

    def _record_own(self, opened: _Open, messages: tuple[Message, ...]) -> None:
        from inboxwatch.core.message.own import by_a_person, own_mail  # noqa: PLC0415 - as above
        from inboxwatch.core.pledges import pledged  # noqa: PLC0415 - as above

        policy = self._desk.policy
        mails = [
            pledged(own_mail(message, policy.own_addresses), policy.schedule)
            for message in messages
            if by_a_person(message)
        ]
        self._desk.journal.record_own(opened.mark.account, mails, opened.mark)

    def _record(self, opened: _Open, messages: tuple[Message, ...]) -> None:
        desk, mark = self._desk, opened.mark
        terms = Terms(
            mark.account,
            mark.baseline_at,
            mark.baseline_uidnext,
            self._since,
            self._incidents(),
            rescues=desk.policy.rescue.mode is not RescueMode.REPORT,
        )
        judged = [desk.judge(message, self._now, terms) for message in messages]
        records = [
            self._as_record(one, message, baseline=terms.is_baseline(message))
            for one, message in zip(judged, messages, strict=True)
        ]
        ids = desk.journal.record(records, mark, self._now)
        for one, message, record, mail_id in zip(judged, messages, records, ids, strict=True):
            if terms.is_baseline(message):
                opened.would_answer += would_answer(one.decision)
                continue
            self._keep(one, record, mail_id)

    def _incidents(self) -> tuple[Incident, ...]:
        """The open surges, asked for once."""
        if self._open_surges is None:
            self._open_surges = tuple(map(incident_of, self._desk.journal.surges()))
        return self._open_surges

    def _keep(self, judged: Judged, record: Record, mail_id: int) -> None:
        part = self._part(judged.decision.account)
        if record.pending:
            part.pending.add(mail_id)
        length = TEXT_KEPT if len(part.judged) < MANY else 0
        decision = replace(judged.decision, text=judged.decision.text[:length])
        part.judged.append(replace(judged, decision=decision))
        part.mail_ids[cast("MessageRef", decision.ref)] = mail_id

    def _moves(self, decision: Decision) -> bool:
        """Whether a run moves the mail out of the spam folder."""
        desk, rescue = self._desk, decision.rescue
        if desk.dry_run or rescue is None or rescue.decision is not RescueDecision.RESCUE:
            return False
        return desk.policy.rescue.mode is not RescueMode.REPORT

    def _as_record(self, judged: Judged, message: Message, *, baseline: bool) -> Record:
        from inboxwatch.core.message.own import colleague_mail, goes_outside  # noqa: PLC0415
        from inboxwatch.core.queue import is_deferred, wants_reply  # noqa: PLC0415 - as in desk

        decision = judged.decision
        payload = decision_fields(replace(decision, text=decision.text[:TEXT_KEPT]))
        answers = self._desk.acts and (wants_reply(decision) or is_deferred(decision))
        pending = answers or (not baseline and self._moves(decision))
        own = colleague_mail(message, self._desk.policy, decision.authentication)
        answered = self._desk.doors[decision.account].answered_by_hand(message.flags)
        closed = closed_reason(decision, message.flags, answered=answered)
        if own is not None:
            from inboxwatch.core.pledges import pledged  # noqa: PLC0415 - for a colleague's mail

            own = pledged(own, self._desk.policy.schedule)
            outward = not own.by_ids_alone and goes_outside(own, self._desk.policy)
            closed = closed or ("written by a colleague" if outward else "")
        made_of = self._desk.made_of(message, decision, self._now)
        return Record(decision, payload, pending, closed, made_of, own, judged.past)

    def _note_baseline(self, account: str, mailbox: str) -> None:
        opened = self._open[account, mailbox]
        reason = opened.reading.baseline or FIRST_SEEN
        self._part(account).baselines.append(
            Baseline(account, mailbox, opened.done, opened.would_answer, reason)
        )


def _not_placed(messages: tuple[Message, ...], placed: frozenset[int]) -> tuple[Message, ...]:
    """Without what was rescued and moved here: it has been decided already (rule X17)."""
    return tuple(one for one in messages if not (one.ref and one.ref.uid in placed))


def would_answer(decision: Decision) -> bool:
    """Whether only the baseline keeps a mail from being answered."""
    return {refusal.rule for refusal in decision.reply.refusals} <= {"X07", "L12"}


def closed_reason(decision: Decision, flags: frozenset[str], *, answered: bool) -> str:
    """Why a mail needs nobody, so that the queue leaves it out; empty when somebody should look.

    ``answered`` tells that its flags are a person's who answered it.
    """
    if answered:
        return "answered by a person"
    lowered = {flag.lower() for flag in flags}
    for flag, reason in _CLOSING_FLAGS:
        if flag in lowered:
            return reason
    if decision.automatic:
        return "automatic mail"
    leave = decision.rescue is not None and decision.rescue.decision is RescueDecision.LEAVE
    return "left in the spam folder" if leave else ""


_CLOSING_FLAGS = (
    ("\\deleted", "deleted"),
    ("\\draft", "a draft"),
)
