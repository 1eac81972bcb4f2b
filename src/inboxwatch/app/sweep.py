"""Sweep: look through the spam folders, tell what is genuine, and with ``apply`` move it.

Headers come first. The text is fetched of mail whose sender is a customer, that may be genuine, or
that refers to something of ours; the rest is judged by its header and only counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.app.apology import Swept, apologise
from inboxwatch.app.by_hand import Asked, ask, judge
from inboxwatch.app.crew import Brought, Crew
from inboxwatch.app.desk import Terms, log
from inboxwatch.app.judging import judged, read, writer
from inboxwatch.app.junk import Batch, Found, heads, texts
from inboxwatch.app.put_back import PuttingBack
from inboxwatch.app.rescue import Rescuer, nobody_asked
from inboxwatch.app.rescued import TEXT_KEPT, record
from inboxwatch.app.run import octets_of, replies_since
from inboxwatch.app.status import restored_at
from inboxwatch.core.queue import work_order
from inboxwatch.core.stranger import resembled
from inboxwatch.core.sweep import (
    SweepReport,
    is_doubtful,
    is_offered,
    is_told,
    may_be_rescued,
    returned,
    told,
)
from inboxwatch.errors import InboxwatchError, UnreachableError
from inboxwatch.model.message import Role
from inboxwatch.model.outcome import AccountFailure
from inboxwatch.model.surge import incident_of
from inboxwatch.model.sweep import SweepMode, SweepOutcome, SweepRun
from inboxwatch.model.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from inboxwatch.app.crew import Finished
    from inboxwatch.app.desk import Desk
    from inboxwatch.core.queue import Judged
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Message
    from inboxwatch.model.sweep import Choice, SweepMail
    from inboxwatch.ports import Mailboxes, RunStart

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""A sweep is asked for mail that has lain there for long: none of it is a baseline."""


class Sweeping(Struct):
    """One sweep through the spam folders of all accounts of ``desk``."""

    desk: Desk
    since: datetime
    apply: bool = False
    may_create: Callable[[str, str], bool] = nobody_asked
    choose: Callable[[SweepMail, str], Choice] | None = None
    mailboxes: dict[str, Mailboxes] = field(default_factory=dict)
    in_junk: dict[str, int] = field(default_factory=dict)
    examined: Counter[str] = field(default_factory=Counter)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    wanted: defaultdict[MailboxKey, list[int]] = field(default_factory=lambda: defaultdict(list))
    swept: list[Swept] = field(default_factory=list)
    failures: list[AccountFailure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    configured_at: datetime | None = None
    start: RunStart | None = None
    asked: Asked = field(default_factory=Asked)
    replies_since: datetime | None = None

    def run(self) -> SweepReport:
        """Look, judge, and with ``apply`` move. Raises StateError and ConfigError."""
        started = self.desk.clock.now()
        putting = PuttingBack(self.desk)
        taken_up = putting.take_up() if self.apply or self.choose else ()
        self.failures += putting.failures
        if self.apply:
            self._begin_replies(started)
        rescuer = Rescuer(self.desk, mailboxes=self.mailboxes, may_create=self.may_create)
        accounts = tuple(self.desk.doors)
        sweep = SweepRun(started, self._mode(), accounts, self.since)
        sweep = replace(sweep, id=self.desk.journal.begin_sweep(sweep))
        log.info("sweep %d begins, %d accounts", sweep.id, len(accounts))
        self._look()
        mails = self._ended(sweep.id, rescuer)
        sweep = replace(
            sweep,
            ended_at=self.desk.clock.now(),
            examined={name: self.examined[name] for name in accounts},
            notes=tuple(dict.fromkeys((*self.notes, *rescuer.notes))),
        )
        self.desk.journal.end_sweep(sweep)
        self.desk.journal.add_octets(self.desk.clock.now().date(), octets_of(self.desk))
        log.info("sweep %d ends: %d mails told of", sweep.id, len(mails))
        failures = tuple(dict.fromkeys((*self.failures, *rescuer.failures)))
        return SweepReport(
            sweep,
            mails,
            failures,
            taken_up,
            interrupted=self.desk.stop(),
            asked=self.asked.asked if self.choose else None,
            unasked=self.asked.unasked,
        )

    def _mode(self) -> SweepMode:
        if self.apply:
            return SweepMode.APPLY
        return SweepMode.INTERACTIVE if self.choose else SweepMode.REPORT

    def _begin_replies(self, now: datetime) -> None:
        """Find out from when on mail may be answered, if the apology is wanted (rule L12)."""
        if not (self.desk.acts and self.desk.policy.rescue.reply):
            return
        self.start = self.desk.journal.begin_run(now, replies_enabled=self.desk.replies_enabled)
        self.replies_since = replies_since(self.desk, self.start, self.configured_at, now)

    # Looking

    def _look(self) -> None:
        """Headers of everything, then the texts that are needed."""
        jobs = {
            name: partial(heads, doors.account, self.since)
            for name, doors in self.desk.doors.items()
        }
        self._work(jobs, self._take_heads)
        by_account: defaultdict[str, list[tuple[str, int, list[int]]]] = defaultdict(list)
        for (account, mailbox, uidvalidity), uids in self.wanted.items():
            by_account[account].append((mailbox, uidvalidity, uids))
        jobs = {
            name: partial(texts, self.desk.doors[name].account, tuple(wanted))
            for name, wanted in by_account.items()
        }
        self._work(jobs, self._take_texts)

    def _work(
        self,
        jobs: Mapping[str, Callable[[], Iterable[Found | Batch]]],
        take: Callable[[str, Batch], None],
    ) -> None:
        crew: Crew[Found | Batch] = Crew(self.desk.clock, stop=self.desk.stop)
        for name, job in jobs.items():
            crew.start(name, job)
        for event in crew.events():
            if not isinstance(event, Brought):
                self._finished(event)
            elif isinstance(event.item, Found):
                self.mailboxes[event.account] = event.item.mailboxes
                self.in_junk[event.account] = event.item.in_junk
                self.notes += [f"{event.account}: {one}" for one in event.item.mailboxes.notes]
            elif event.item.error is not None:
                failure = AccountFailure(event.account, event.item.error, event.item.mailbox)
                self.failures.append(failure)
            elif not self.desk.stop():
                take(event.account, event.item)

    def _finished(self, event: Finished) -> None:
        error = event.error
        if error is None:
            return
        if not isinstance(error, InboxwatchError):
            log.error("account %r failed", event.account, exc_info=error)
            what = str(error) if isinstance(error, TimeoutError) else type(error).__name__
            error = UnreachableError(f"{event.account}: {what}", next_step="sweep again later")
        self.failures.append(AccountFailure(event.account, error))

    def _take_heads(self, account: str, batch: Batch) -> None:
        for raw in batch.messages:
            if raw.ref is None or "\\deleted" in {flag.lower() for flag in raw.flags}:
                continue
            self.examined[account] += 1
            message = read(raw)
            decision = self._by_header(account, message)
            if self._needs_text(account, message, decision):
                place = (account, raw.ref.mailbox, raw.ref.uidvalidity)
                self.wanted[place].append(raw.ref.uid)
            elif is_told(decision):
                self.swept.append(Swept(told(decision, raw.ref, None)))
        self.done[account, batch.mailbox] += len(batch.messages)
        self.desk.progress(account, batch.mailbox, self.done[account, batch.mailbox], batch.total)

    def _by_header(self, account: str, message: Message) -> Decision:
        """What the header alone says: enough to leave a mail where it is."""
        policy = self.desk.policy
        own = policy.accounts[account]
        sender = writer(message, policy, own)
        customers = self.desk.known(sender, Role.JUNK)
        world = World(
            self.desk.clock.now(),
            policy,
            own,
            customers,
            resembled=resembled(message, sender, customers, self.desk.customers),
        )
        return judged(message, world)

    def _needs_text(self, account: str, message: Message, decision: Decision) -> bool:
        if decision.customer is not None or is_offered(decision):
            return True
        return bool(message.in_reply_to or message.references) and self._is_ours(account, message)

    def _is_ours(self, account: str, message: Message) -> bool:
        """Whether a mail refers to a conversation that the team takes part in."""
        past = self.desk.journal.recall(
            account=account,
            reply_key=message.reply_key,
            sender_canonical=message.sender.canonical if message.sender else "",
            related_ids=(message.message_id or "", *message.in_reply_to, *message.references),
            now=self.desk.clock.now(),
            ref=message.ref,
        )
        return bool(past.human_answers or past.conversation_replies or past.answers_reply_of)

    def _take_texts(self, account: str, batch: Batch) -> None:
        terms, now = self._terms(account), self.desk.clock.now()
        messages = [read(raw) for raw in batch.messages if raw.ref is not None]
        with self.desk.journal.snapshot():
            found = [(self.desk.judge(message, now, terms), message) for message in messages]
        told_of = [(one, message) for one, message in found if is_told(one.decision)]
        keys = [one.decision.reply_key for one, _ in told_of]
        before = self.desk.journal.once_rescued(keys)
        for one, message in told_of:
            self._keep(one, message, before)

    def _terms(self, account: str) -> Terms:
        restored = restored_at(self.desk.journal)
        return Terms(
            account,
            restored or LONG_AGO,
            replies_since=self.replies_since,
            incidents=tuple(map(incident_of, self.desk.journal.surges())),
            rescues=self.apply,
        )

    def _keep(self, one: Judged, message: Message, before: Mapping[str, int]) -> None:
        """Keep what is told of a mail; ``before`` are those that were moved already."""
        decision = one.decision
        if message.ref is None:
            raise ValueError("a mail in a spam folder has a place")
        swept = Swept(told(decision, message.ref, None))
        is_back = is_offered(decision) and decision.reply_key in before
        if is_back:
            swept.mail = returned(swept.mail, before[decision.reply_key])
        if self.apply and may_be_rescued(decision) and not is_back:
            swept.judged = one
        elif self.choose is not None and (is_back or is_doubtful(decision)):
            swept.text = decision.text[:TEXT_KEPT]
        if swept.judged is not None or swept.text is not None:
            swept.message = message
        self.swept.append(swept)

    # Ending

    def _ended(self, sweep_id: int, rescuer: Rescuer) -> tuple[SweepMail, ...]:
        """Every mail as it ended, the rescued ones first: answered before they are moved (X17)."""
        self._number()
        wanted = sorted((one for one in self.swept if one.judged), key=_order)
        chosen = self._chosen()
        mails, others = rescuer.sorted_out([one.mail for one in wanted], self.in_junk)
        possible, nowhere = rescuer.movable(one.mail for one in chosen)
        ready = self._made_ready((*mails, *possible), (*wanted, *chosen))
        late = [one.mail for one in ready if one.mail.outcome is SweepOutcome.CAPPED]
        told_only = [one.mail for one in self.swept if one.judged is None]
        reported = self._kept(sweep_id, (*others, *nowhere, *late, *told_only))
        moving = [one.mail for one in ready if one.mail.outcome is not SweepOutcome.CAPPED]
        return (*rescuer.rescue(sweep_id, moving), *reported)

    def _made_ready(self, mails: Iterable[SweepMail], swept: Iterable[Swept]) -> list[Swept]:
        """What is about to be moved: in the journal, and its senders answered."""
        by_ref = {one.mail.ref: one for one in swept}
        ready = [by_ref[mail.ref] for mail in mails]
        for one in ready:
            record(self.desk, one)
        if self.start is not None:
            apologise(self.desk, self.mailboxes, self.start, ready)
        return ready

    def _chosen(self) -> list[Swept]:
        """The doubtful ones that a person wants to rescue, decided anew."""
        if self.choose is None:
            return []
        doubtful = [one for one in self.swept if one.text is not None]
        self.asked = ask(self.desk, doubtful, self.choose)
        if self.asked.chosen and self.start is None:
            self._begin_replies(self.desk.clock.now())
        for one in self.asked.chosen:
            judge(self.desk, one, self._terms(one.mail.ref.account))
        return self.asked.chosen

    def _kept(self, sweep_id: int, mails: Sequence[SweepMail]) -> tuple[SweepMail, ...]:
        rows = self.desk.journal.keep_swept(sweep_id, mails)
        return tuple(
            replace(one, id=row, sweep_id=sweep_id) for one, row in zip(mails, rows, strict=True)
        )

    def _number(self) -> None:
        """The journal's numbers of all mails that it has, and what it says of what may move."""
        ids = self.desk.journal.stored_at([one.mail.ref for one in self.swept])
        moving = [one.mail.ref for one in self.swept if one.judged or one.text is not None]
        earlier = self.desk.journal.earlier_of([ids[ref] for ref in moving if ref in ids])
        for one in self.swept:
            mail_id = ids.get(one.mail.ref)
            said = earlier.get(mail_id) if mail_id is not None else None
            one.mail = replace(one.mail, mail_id=mail_id, earlier=said)


MailboxKey = tuple[str, str, int]
"""Account, mailbox, UIDVALIDITY."""


def _order(one: Swept) -> tuple[object, ...]:
    return work_order(one.judged.decision) if one.judged else ()
