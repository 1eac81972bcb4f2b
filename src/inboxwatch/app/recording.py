"""Recording: what polling brought of one mailbox is read, decided and written down, batch by batch.

How far the mailbox has been read is written down with it, so that a run that dies loses no mail
and repeats none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.app.desk import Terms
from inboxwatch.core.summary import decision_fields
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.message import Role
from inboxwatch.model.policy import RescueMode
from inboxwatch.model.surge import incident_of
from inboxwatch.ports import Record

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.app.quarantine import Care
    from inboxwatch.core.queue import Judged
    from inboxwatch.core.sync import Reading
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Message, MessageRef, RawMessage
    from inboxwatch.model.outcome import AccountFailure, Baseline
    from inboxwatch.model.surge import Incident
    from inboxwatch.ports import Mailboxes, MailboxMark, MailboxState

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


class Opened(Struct):
    """A mailbox being read in this run; at the UIDs in ``placed`` lies what we moved there."""

    reading: Reading
    mark: MailboxMark
    total: int
    care: Care
    placed: frozenset[int] = frozenset()
    done: int = 0
    would_answer: int = 0


class Recording:
    """Reading, deciding and writing down the mails of all mailboxes of one run."""

    def __init__(self, desk: Desk, now: datetime, replies_since: datetime | None) -> None:
        self._desk = desk
        self._now = now
        self._since = replies_since
        self._open_surges: tuple[Incident, ...] | None = None

    def take_in(
        self, part: Polled, opened: Opened, role: Role, mails: tuple[RawMessage, ...]
    ) -> None:
        """Read mails and record what was decided; with a fault it is as if they had not come."""
        from inboxwatch.app.judging import read  # noqa: PLC0415 - only where mail came

        before = opened.mark, opened.done
        try:
            messages = tuple(read(mail) for mail in mails)
            _advance(opened, messages)
            if role is Role.SENT:
                self._record_own(opened, messages)
            else:
                self._record(part, opened, _not_placed(messages, opened.placed))
        except Exception:
            opened.mark, opened.done = before
            raise

    def _record_own(self, opened: Opened, messages: tuple[Message, ...]) -> None:
        from inboxwatch.core.message.own import by_a_person, own_mail  # noqa: PLC0415 - as above
        from inboxwatch.core.pledges import pledged  # noqa: PLC0415 - as above

        policy = self._desk.policy
        mails = [
            pledged(own_mail(message, policy.own_addresses), policy.schedule)
            for message in messages
            if by_a_person(message)
        ]
        self._desk.journal.record_own(opened.mark.account, mails, opened.mark)

    def _record(self, part: Polled, opened: Opened, messages: tuple[Message, ...]) -> None:
        desk, mark = self._desk, opened.mark
        terms = Terms(
            mark.account,
            mark.baseline_at,
            mark.baseline_uidnext,
            self._since,
            self._incidents(),
            rescues=desk.policy.rescue.mode is not RescueMode.REPORT,
        )
        with desk.journal.snapshot():
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
            _keep(part, one, record, mail_id)

    def _incidents(self) -> tuple[Incident, ...]:
        """The open surges, asked for once."""
        if self._open_surges is None:
            self._open_surges = tuple(map(incident_of, self._desk.journal.surges()))
        return self._open_surges

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


def _advance(opened: Opened, messages: tuple[Message, ...]) -> None:
    opened.done += len(messages)
    uids = tuple(message.ref.uid for message in messages if message.ref)
    uidnext = max((opened.mark.uidnext, *(uid + 1 for uid in uids)))
    opened.mark = replace(opened.mark, uidnext=uidnext, read=uids)


def _keep(part: Polled, judged: Judged, record: Record, mail_id: int) -> None:
    if record.pending:
        part.pending.add(mail_id)
    length = TEXT_KEPT if len(part.judged) < MANY else 0
    decision = replace(judged.decision, text=judged.decision.text[:length])
    part.judged.append(replace(judged, decision=decision))
    part.mail_ids[cast("MessageRef", decision.ref)] = mail_id


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
