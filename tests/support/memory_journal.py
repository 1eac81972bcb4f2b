"""A journal in memory: the same behaviour as the one on disk, in plain Python.

It passes the contract suite and is what the SQLite journal is compared with; tests of ``app`` use
it where the disk does not matter.
"""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from tests.support.memory_attempts import MemoryAttempts
from tests.support.memory_outbox import UNCOUNTED, MemoryOutbox
from tests.support.memory_own import Answered
from tests.support.memory_people import MemoryPeople
from tests.support.memory_surges import MemorySurges
from tests.support.memory_sweeps import MemorySweeps

from inboxwatch.core.report.facts import told
from inboxwatch.errors import StateError
from inboxwatch.model.case import File, Settled, Standing
from inboxwatch.model.correction import Correction, Seen
from inboxwatch.model.decision import Effect, Refusal
from inboxwatch.model.outcome import OutboxEntry, OutboxState
from inboxwatch.model.playbook import Goodwill, GoodwillState
from inboxwatch.model.report import MailFact
from inboxwatch.model.world import History, PastReply, Usage
from inboxwatch.ports import Claimed, RunStart, StoredMail, Watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from inboxwatch.model.case import Deed
    from inboxwatch.model.condition import Condition
    from inboxwatch.model.conversation import OwnMail
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.past import Past
    from inboxwatch.model.playbook import Offer
    from inboxwatch.ports import Claim, Look, MailboxMark, Record, RunEnd


@dataclass
class _Mail:
    stored: StoredMail
    reply_key: str
    sender_canonical: str
    conversation: int
    pending: bool
    is_arrival: bool
    is_unproven: bool
    message_id: str = ""
    reply_to: tuple[str, ...] = ()
    past: Past | None = None


@dataclass
class _Run:
    started_at: datetime
    replies_enabled: bool
    replies_since: datetime | None = None
    end: RunEnd | None = None


@dataclass
class MemoryJournal(MemoryAttempts, MemoryOutbox, MemorySurges, MemoryPeople, MemorySweeps):
    """``ports.Journal`` without a disk; ``claims`` lists every claim that was ever committed."""

    mails: dict[int, _Mail] = field(default_factory=dict)
    marks: dict[tuple[str, str], MailboxMark] = field(default_factory=dict)
    runs: list[_Run] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    looked: dict[tuple[str, str], Look] = field(default_factory=dict)
    fared: dict[tuple[str, str], Condition] = field(default_factory=dict)
    owners: defaultdict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    conversations: int = 0
    corrected: dict[int, Correction] = field(default_factory=dict)
    credits: dict[int, Goodwill] = field(default_factory=dict)

    def snapshot(self) -> AbstractContextManager[None]:
        return nullcontext()

    def secret(self) -> bytes:
        return b"m" * 32

    def remember(self, key: str, value: str) -> None:
        self.notes[key] = value

    def remembered(self, key: str) -> str | None:
        return self.notes.get(key)

    def begin_run(self, now: datetime, *, replies_enabled: bool) -> RunStart:
        before = self.runs[-1] if self.runs else None
        since = [run.replies_since for run in self.runs if run.replies_since]
        wanted = [
            run.end.candidates
            for run in self.runs
            if run.end and run.started_at > now - timedelta(days=30)
        ]
        self.runs.append(_Run(now, replies_enabled))
        return RunStart(
            run_id=len(self.runs),
            previous_at=before.started_at if before else None,
            previous_replies_enabled=before.replies_enabled if before else None,
            replies_since=since[-1] if since else None,
            median_candidates=float(median(wanted)) if wanted else 0.0,
        )

    def set_replies_since(self, run_id: int, since: datetime) -> None:
        self.runs[run_id - 1].replies_since = since

    def end_run(self, end: RunEnd) -> None:
        self.runs[end.run_id - 1].end = end
        named = {one.account for one in end.conditions}
        kept = {key: one for key, one in self.fared.items() if key[0] not in named}
        self.fared = kept | {(one.account, one.mailbox): one for one in end.conditions}
        self.all_told()
        self.add_octets(end.finished_at.date(), end.octets)
        for entry in self.outbox((OutboxState.UNKNOWN,)):
            self.entries[entry.id] = replace(entry, told=True)

    def conditions(self) -> tuple[Condition, ...]:
        return tuple(self.fared[key] for key in sorted(self.fared))

    def mailbox(self, account: str, mailbox: str) -> MailboxMark | None:
        return self.marks.get((account, mailbox))

    def looks(self, account: str) -> dict[str, Look]:
        return {one.mailbox: one for one in self.looked.values() if one.account == account}

    def keep_looks(self, looks: Sequence[Look]) -> None:
        self.looked |= {(one.account, one.mailbox): one for one in looks}

    def pending(self, account: str, mailbox: str, uidvalidity: int) -> tuple[int, ...]:
        refs = [self.mails[mail_id].stored.ref for mail_id in self.pending_mails()]
        here = (account, mailbox, uidvalidity)
        return tuple(
            sorted(ref.uid for ref in refs if (ref.account, ref.mailbox, ref.uidvalidity) == here)
        )

    def pending_mails(self) -> frozenset[int]:
        taken = {entry.reply_key for entry in self.entries.values()}
        return frozenset(
            mail.stored.id
            for mail in self.mails.values()
            if mail.pending and mail.reply_key not in taken
        )

    def recall(
        self,
        *,
        account: str,  # noqa: ARG002 - one reply per mail, whatever the account
        reply_key: str,
        sender_canonical: str,
        related_ids: Sequence[str],
        now: datetime,
        ref: MessageRef | None,
        envelope_canonical: str = "",
        subject: str = "",
    ) -> History:
        mail = self._at(ref) if ref else None
        mail_id = mail.stored.id if mail and mail.reply_key == reply_key else None
        sender = (sender_canonical, envelope_canonical)
        return self._history(reply_key, sender, related_ids, now, mail_id, subject)

    def _history(
        self,
        reply_key: str,
        from_and_envelope: tuple[str, str],
        related_ids: Sequence[str],
        now: datetime,
        mail_id: int | None,
        subject: str = "",
    ) -> History:
        sender, addresses = from_and_envelope[0], set(from_and_envelope) - {""}
        conversations = self._known(related_ids, sender)
        if mail_id is not None:
            conversations.add(self.mails[mail_id].conversation)
        conversations = conversations or self.by_topic(sender, subject, now)
        answers = self.answers_of(conversations)
        answered = max((one.at for one in answers), default=None)
        mine = self._customer_mails(conversations, sender, reply_key)
        counted = [entry for entry in self.entries.values() if entry.state not in UNCOUNTED]
        replies = self.counted_for(addresses)
        last_uses = {entry.handle: entry for entry in replies}
        return History(
            conversation=min(conversations, default=None),
            replies=tuple(
                PastReply(
                    entry.handle, entry.kind, entry.claimed_at, self.conversation_of[entry.id]
                )
                for entry in replies
                if entry.claimed_at > now - timedelta(days=7)
            ),
            conversation_replies=sum(
                self.conversation_of[entry.id] in conversations
                and (answered is None or entry.claimed_at > answered)
                for entry in counted
            ),
            sender_mails=self._sender_mails(reply_key, sender, now),
            handled=any(
                entry.reply_key == reply_key and entry.state is not OutboxState.DROPPED
                for entry in self.entries.values()
            ),
            human_answered_at=answered,
            human_answers=min(len({one.at for one in answers}), 100),
            last_used={handle: entry.claimed_at for handle, entry in last_uses.items()},
            answers_reply_of=self._referred_reply(related_ids),
            bounced_at=self.bounced_at(addresses),
            arrivals=self._arrivals(reply_key, sender, now),
            last_away=max(
                (one.claimed_at for one in last_uses.values() if one.kind == "away"), default=None
            ),
            customer_mails=len({mail.reply_key for mail in mine}),
            waiting_since=min(
                (
                    mail.stored.received
                    for mail in mine
                    if not mail.stored.closed and self._answered_at(mail) is None
                ),
                default=None,
            ),
            answers=answers,
            repeated=self.repeated_to(sender),
            contact_since=self.contacts[sender].first_at if sender in self.contacts else None,
        )

    def _customer_mails(self, conversations: set[int], sender: str, reply_key: str) -> list[_Mail]:
        return [
            mail
            for mail in self.mails.values()
            if sender
            and mail.conversation in conversations
            and mail.sender_canonical == sender
            and mail.reply_key != reply_key
            and not (mail.stored.automatic or mail.is_unproven)
        ]

    def _referred_reply(self, related_ids: Sequence[str]) -> datetime | None:
        referred = {one for one in _bounded(related_ids) if one != related_ids[0]}
        claimed = [one.claimed_at for one in self.entries.values() if one.message_id in referred]
        return max(claimed, default=None)

    def _arrivals(self, reply_key: str, sender: str, now: datetime) -> tuple[datetime, ...]:
        newest = sorted(
            (
                (mail.stored.received, mail.reply_key)
                for mail in self.mails.values()
                if sender
                and mail.is_arrival
                and mail.sender_canonical == sender
                and mail.reply_key != reply_key
                and mail.stored.received > now - timedelta(days=1)
            ),
            reverse=True,
        )[:200]
        return tuple(sorted({key: received for received, key in newest}.values()))

    def _sender_mails(self, reply_key: str, sender: str, now: datetime) -> int:
        keys = {
            mail.reply_key
            for mail in self.mails.values()
            if sender
            and mail.sender_canonical == sender
            and mail.stored.received > now - timedelta(days=7)
            and not (mail.stored.automatic or mail.stored.closed)
            and mail.reply_key != reply_key
            and self._answered_at(mail) is None
        }
        return min(len(keys), 100)

    def usage(self, *, account: str, recipient_domain: str, now: datetime) -> Usage:
        counted = [
            entry
            for entry in self.entries.values()
            if entry.state not in UNCOUNTED and entry.claimed_at > now - timedelta(days=1)
        ]
        hour = [entry for entry in counted if entry.claimed_at > now - timedelta(hours=1)]
        return Usage(
            domain_hour=sum(entry.recipient_domain == recipient_domain for entry in hour),
            domain_day=sum(entry.recipient_domain == recipient_domain for entry in counted),
            account_hour=sum(entry.account == account for entry in hour),
            day=len(counted),
            breaker=self.breakers[account].why,
        )

    def record(
        self, records: Sequence[Record], mark: MailboxMark | None, now: datetime
    ) -> tuple[int, ...]:
        if any(record.decision.ref is None for record in records):
            raise ValueError("only mail that lies in a mailbox can be recorded")
        ids = tuple(self._keep(record, now) for record in records)
        if mark is not None:
            self._mark(mark)
        return ids

    def _keep(self, record: Record, now: datetime) -> int:
        decision = record.decision
        assert decision.ref is not None
        there = self._at(decision.ref) or self._under_old_number(decision)
        mail_id = there.stored.id if there else len(self.mails) + 1
        if there and there.reply_key == decision.reply_key:
            conversation = there.conversation
        else:
            conversation = self._conversation(decision)
        if there and there.reply_key != decision.reply_key:
            self.part(there.reply_key, mail_id)
        stored = StoredMail(
            id=mail_id,
            ref=decision.ref,
            role=decision.role.value,
            sender=decision.sender,
            subject=decision.subject,
            priority=decision.priority,
            automatic=decision.automatic,
            received=decision.received,
            decision=json.loads(json.dumps(record.payload)),
            closed=record.closed,
            closed_at=now if record.closed else None,
        )
        self.mails[mail_id] = _Mail(
            stored,
            decision.reply_key,
            decision.sender_canonical,
            conversation,
            record.pending and not record.closed,
            decision.is_arrival,
            decision.is_unproven,
            decision.message_id or "",
            decision.reply_to,
            record.past,
        )
        self.keep_trace(record, mail_id)
        if decision.rebound:
            self.keep_rebound(mail_id, decision.rebound, now)
        if not record.closed:
            self.escalate(decision, mail_id, conversation, now)
        if record.own is not None:
            self._keep_own(decision.account, record.own, addressed=True)
        return mail_id

    def _conversation(self, decision: Decision) -> int:
        related = (decision.message_id or "", *decision.related_ids)
        sender, at = decision.sender_canonical, decision.received
        known = self._known(related, sender)
        if not known and not decision.is_unproven:
            known = self.by_topic(sender, decision.subject, at)
        conversation = min(known) if known else self._new_conversation()
        self._join(conversation, related, sender)
        if not (decision.automatic or decision.is_unproven):
            self.add_topic(conversation, sender, decision.subject, at)
        return conversation

    def acted(self, mail_id: int, payload: Mapping[str, object], *, pending: bool = False) -> None:
        if mail_id not in self.mails:
            raise StateError(f"the state has no mail {mail_id}")
        mail = self.mails[mail_id]
        mail.pending = pending and not mail.stored.closed
        mail.stored = replace(mail.stored, decision=json.loads(json.dumps(payload)))

    def claim(
        self, claim: Claim, permit: Callable[[History, Usage], tuple[Refusal, ...]]
    ) -> Claimed:
        for entry in self.entries.values():
            if entry.reply_key == claim.reply_key:
                taken = f"reply {entry.id} was claimed before ({entry.state})"
                return Claimed(None, (Refusal("X01", "H", Effect.NONE, taken),))
        refusals = permit(
            self._history(
                claim.reply_key,
                (claim.recipient_canonical, claim.envelope_canonical),
                claim.related_ids,
                claim.claimed_at,
                claim.mail_id,
            ),
            self.usage(
                account=claim.account,
                recipient_domain=claim.recipient_domain,
                now=claim.claimed_at,
            ),
        )
        return Claimed(None, refusals) if refusals else Claimed(self._commit(claim))

    def _commit(self, claim: Claim) -> OutboxEntry:
        if claim.mail_id is not None:
            conversation = self.mails[claim.mail_id].conversation
        else:
            known = self._known(claim.related_ids, claim.recipient_canonical)
            conversation = min(known) if known else self._new_conversation()
        self._join(conversation, ("", *claim.related_ids, claim.message_id), "")
        entry = OutboxEntry(
            id=len(self.entries) + 1,
            account=claim.account,
            reply_key=claim.reply_key,
            handle=claim.handle,
            kind=claim.kind,
            recipient=claim.recipient,
            recipient_canonical=claim.recipient_canonical,
            recipient_domain=claim.recipient_domain,
            envelope_from=claim.envelope_from,
            message_id=claim.message_id,
            octets=claim.octets,
            state=claim.state,
            claimed_at=claim.claimed_at,
            mail_id=claim.mail_id,
            good_until=claim.good_until,
        )
        self.entries[entry.id] = entry
        self.conversation_of[entry.id] = conversation
        self.envelope_of[entry.id] = claim.envelope_canonical
        if claim.promise:
            self.enter(entry, claim.promise)
        return entry

    def reclaim(
        self, entry_id: int, at: datetime, permit: Callable[[Usage], tuple[Refusal, ...]]
    ) -> Claimed:
        entry = self.entries[entry_id]
        if entry.state is not OutboxState.RETRY:
            evidence = f"reply {entry_id} does not wait for another attempt ({entry.state})"
            return Claimed(None, (Refusal("X01", "H", Effect.NONE, evidence),))
        del self.entries[entry_id]
        refusals = permit(
            self.usage(account=entry.account, recipient_domain=entry.recipient_domain, now=at)
        )
        again = replace(entry, claimed_at=at, state=OutboxState.SENDING)
        self.entries[entry_id] = entry if refusals else again
        self.entries = dict(sorted(self.entries.items()))
        return Claimed(None, refusals) if refusals else Claimed(again)

    def record_own(
        self,
        account: str,
        mails: Sequence[OwnMail],
        mark: MailboxMark,
    ) -> None:
        for mail in mails:
            self._keep_own(account, mail)
        self._mark(mark)

    def _keep_own(self, account: str, mail: OwnMail, *, addressed: bool = False) -> None:
        own = mail.related_ids[0] if mail.related_ids else ""
        if own in self.own_ids:
            return
        answered = self._answered(mail, addressed=addressed)
        if addressed and not answered:
            return
        conversation = min(answered) if answered else self._new_conversation()
        self._join(conversation, mail.related_ids, mail.author)
        for party in mail.recipients:
            self.add_topic(conversation, party, mail.subject, mail.at)
        self.own_ids |= {own} - {""}
        repeats = self.keep_texts(mail)
        self.parents |= {mail.parent} - {""}
        for one in answered:
            answer = Answered(
                mail.at,
                mail.author,
                self._parties(one, mail.recipients),
                max([mail.at, *self._received_with(one, mail.parent, mail.at)]),
                repeats,
                by_mail=True,
            )
            self.answers[one].append(answer)
            if not repeats:
                self.close_escalations(account, self._customers_of(answer.parties), answer)
        self.pledge(account, mail, conversation)
        self.keep_contacts(mail)

    def _parties(self, conversation: int, recipients: Iterable[str]) -> frozenset[str]:
        found = {*recipients}
        customers = self._customers_of(found)
        found |= {
            one.sender_canonical
            for one in self.mails.values()
            if one.conversation == conversation
            and self._customers_of({one.sender_canonical}) & customers
        }
        for mail in self.mails.values():
            asked = {mail.sender_canonical, *mail.reply_to}
            if mail.conversation == conversation and mail.reply_to and found & asked:
                found |= asked
        return frozenset(found)

    def _received_with(self, conversation: int, message_id: str, at: datetime) -> list[datetime]:
        return [
            mail.stored.received
            for mail in self.mails.values()
            if message_id
            and (mail.conversation, mail.message_id) == (conversation, message_id)
            and mail.stored.received <= at + timedelta(minutes=15)
        ]

    def _customers_of(self, parties: Iterable[str]) -> set[str]:
        """The customers who write from addresses."""
        return {self._customer_of(one) for one in parties} - {""}

    def _customer_of(self, party: str) -> str:
        mails = (one.stored for one in self.mails.values() if one.sender_canonical == party)
        newest = max(mails, key=lambda one: one.received, default=None)
        known: Any = newest.decision.get("customer") if newest else None
        return str(known["id"]) if known and known["match"] == "address" else ""

    def done(self, mail_id: int, deed: Deed) -> Settled:
        mail = self._there(mail_id)
        conversation, party = mail.conversation, mail.sender_canonical
        theirs = [
            one.stored
            for one in self.mails.values()
            if (one.conversation, one.sender_canonical) == (conversation, party)
        ]
        waited = sum(
            not one.closed and self._answered_at(self.mails[one.id]) is None for one in theirs
        )
        mine = [one.id for one in theirs if not one.closed]
        parties = self._parties(conversation, (party,))
        covers = max(one.received for one in theirs)
        answer = Answered(deed.at, deed.owner, parties, covers)
        self.answers[conversation].append(answer)
        self.close_mails(mine, "done", deed.at)
        account = mail.stored.ref.account
        mine_alone = replace(answer, parties=frozenset({party}))
        closed = self.close_escalations(account, self._customers_of({party}), mine_alone)
        self.snoozed.pop(conversation, None)
        self.deeds_in.setdefault(conversation, []).append(deed)
        return Settled(waited, closed)

    def case(self, mail_id: int) -> File:
        mail = self._there(mail_id)
        return File(mail.conversation, self.escalated.get(self.requests.get(mail.reply_key, 0)))

    def escalated_mails(self) -> frozenset[int]:
        opened = {one.id for one in self.escalations()}
        return frozenset(
            mail_id
            for mail_id, mail in self.mails.items()
            if self.requests.get(mail.reply_key) in opened
        )

    def undo_done(self, mail_id: int) -> Deed | None:
        mail = self._there(mail_id)
        conversation, account = mail.conversation, mail.stored.ref.account
        done = self.deeds_in.get(conversation, [])
        if not done:
            return None
        deed = max(done, key=lambda one: one.at)
        done.remove(deed)
        for one in self.mails.values():
            stored = one.stored
            if (one.conversation, stored.closed, stored.closed_at) == (
                conversation,
                "done",
                deed.at,
            ):
                one.stored = replace(stored, closed="", closed_at=None)
        then = [one for one in self.answers[conversation] if one.at == deed.at]
        if not any(one.by_mail for one in then):
            self.answers[conversation] = [
                one for one in self.answers[conversation] if one not in then
            ]
        self.open_again(account, deed.at)
        return deed

    def assign(self, mail_id: int, owner: str, at: datetime) -> None:  # noqa: ARG002 - only the disk keeps when
        self.owners_of[self._there(mail_id).conversation] = owner

    def snooze(self, mail_id: int, until: datetime, at: datetime) -> None:  # noqa: ARG002 - as above
        conversation = self._there(mail_id).conversation
        self.snoozed[conversation] = (until, self._reply_keys(conversation))

    def standings(self, now: datetime) -> Mapping[int, Standing]:
        found = {
            mail_id: self.standing(mail.conversation, self._reply_keys(mail.conversation), now)
            for mail_id, mail in self.mails.items()
        }
        return {mail_id: one for mail_id, one in found.items() if one != Standing()}

    def _reply_keys(self, conversation: int) -> frozenset[str]:
        return frozenset(
            one.reply_key
            for one in self.mails.values()
            if one.conversation == conversation and not one.stored.automatic
        )

    def deeds(self, mail_id: int) -> tuple[Deed, ...]:
        done = self.deeds_in.get(self._there(mail_id).conversation, [])
        return tuple(sorted(done, key=lambda one: one.at))

    def correct(self, mail_id: int, wanted: int, at: datetime, *, seen: Seen, exact: bool) -> None:
        mail = self._there(mail_id)
        known = self.corrected.get(mail_id)
        says_more = known is None or (
            not known.exact and known.wanted - known.priority != wanted - seen.priority
        )
        if exact or says_more:
            self.corrected[mail_id] = Correction(
                mail_id=mail_id,
                party=mail.sender_canonical,
                priority=seen.priority,
                wanted=wanted,
                reasons=seen.reasons,
                at=at,
                exact=exact,
                times=seen.times,
            )

    def take_back(self, mail_id: int) -> Correction | None:
        return self.corrected.pop(mail_id, None)

    def corrections(self) -> tuple[Correction, ...]:
        return tuple(sorted(self.corrected.values(), key=lambda one: (one.at, one.mail_id)))

    def propose(
        self, mail_id: int, offer: Offer, permit: Callable[[Sequence[Goodwill]], str]
    ) -> Goodwill | str:
        mail = self._there(mail_id)
        refused = permit(self.goodwills())
        if refused:
            return refused
        account = mail.stored.ref.account
        customer = mail.stored.decision.get("customer") or {}
        made = Goodwill(
            id=len(self.credits) + 1,
            mail_id=mail_id,
            account=account,
            party=mail.sender_canonical,
            offer=offer,
            customer_id=customer.get("id", ""),  # type: ignore[attr-defined]
        )
        self.credits[made.id] = made
        return made

    def decide_goodwill(
        self, goodwill_id: int, state: GoodwillState, by: str, at: datetime
    ) -> Goodwill | None:
        known = self.credits.get(goodwill_id)
        if known is None or known.state is not GoodwillState.PROPOSED:
            return None
        self.credits[goodwill_id] = replace(known, state=state, decided_by=by, decided_at=at)
        return self.credits[goodwill_id]

    def goodwills(self) -> tuple[Goodwill, ...]:
        return tuple(self.credits.values())

    def asked_money_back(self, mail_id: int, since: datetime) -> int:
        sender = self._there(mail_id).sender_canonical
        return len(
            {
                one.reply_key
                for one in self.mails.values()
                if one.sender_canonical == sender
                and one.stored.received > since
                and not (one.stored.automatic or one.is_unproven)
                and "money-back" in one.stored.decision.get("signals", ())  # type: ignore[operator]
            }
        )

    def newest_in(self, conversation: int) -> int | None:
        return max(
            (i for i, one in self.mails.items() if one.conversation == conversation), default=None
        )

    def _there(self, mail_id: int) -> _Mail:
        if mail_id not in self.mails:
            raise StateError(f"the state has no mail {mail_id}")
        return self.mails[mail_id]

    def _answered(self, mail: OwnMail, *, addressed: bool) -> set[int]:
        related = ("", *mail.related_ids[1:])
        found = self._known(related, "")
        if not found and not mail.by_ids_alone:
            for party in mail.recipients:
                found |= self.by_topic(party, mail.subject, mail.at)
        if addressed:
            written = {(one.conversation, one.sender_canonical) for one in self.mails.values()}
            return {one for one in found if any((one, who) in written for who in mail.recipients)}
        return found or ({self._new_conversation()} if any(related) else set())

    def open_mails(self, *, since: datetime | None = None) -> tuple[StoredMail, ...]:
        waiting = [
            self._with_reply(mail)
            for mail in self.mails.values()
            if not mail.stored.closed
            and self._answered_at(mail) is None
            and (since is None or self._is_since(mail.stored, since))
        ]
        return tuple(sorted(waiting, key=lambda one: (-one.priority, one.received, one.id)))

    def _is_since(self, mail: StoredMail, since: datetime) -> bool:
        return mail.received >= since or mail.id in self.moved_since(since)

    def mails_elsewhere(self, account: str, places: Iterable[tuple[str, int]]) -> bool:
        refs = [mail.stored.ref for mail in self.mails.values()]
        lie_in = {(ref.mailbox, ref.uidvalidity) for ref in refs if ref.account == account}
        return bool(lie_in - set(places))

    def watched(self, account: str, *, since: datetime, limit: int) -> tuple[Watched, ...]:
        replied = {OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.RETRY}
        answered = {entry.reply_key for entry in self.outbox(tuple(replied))}
        return tuple(
            Watched(mail.id, mail.ref, self.mails[mail.id].reply_key in answered)
            for mail in self.open_mails(since=since)
            if mail.ref.account == account
        )[:limit]

    def mail(self, mail_id: int) -> StoredMail | None:
        mail = self.mails.get(mail_id)
        if mail is None:
            return None
        return replace(self._with_reply(mail), answered_at=self._answered_at(mail))

    def mails_of(
        self, senders: Sequence[str], domains: Sequence[str], limit: int
    ) -> tuple[StoredMail, ...]:
        newest: dict[str, StoredMail] = {}
        for mail in self.mails.values():
            sender = mail.sender_canonical
            if sender in senders or sender.rpartition("@")[2] in domains:
                newest[mail.reply_key] = mail.stored
        ordered = sorted(newest.values(), key=lambda one: (one.received, one.id), reverse=True)
        return tuple(found for one in ordered[:limit] if (found := self.mail(one.id)))

    def _with_reply(self, mail: _Mail) -> StoredMail:
        for entry in self.entries.values():
            if entry.reply_key == mail.reply_key:
                return replace(
                    mail.stored,
                    reply_id=entry.id,
                    reply_state=entry.state.value,
                    reply_detail=entry.detail,
                )
        return mail.stored

    def decided(self, since: datetime) -> tuple[tuple[StoredMail, Past], ...]:
        found = [
            (mail.stored, mail.past)
            for mail in self.mails.values()
            if mail.past is not None and mail.stored.received >= since
        ]
        return tuple(sorted(found, key=lambda one: (one[0].received, one[0].id)))

    def reported(self, since: datetime, until: datetime) -> tuple[MailFact, ...]:
        inside = [one for one in self.mails.values() if since <= one.stored.received < until]
        found: dict[str, MailFact] = {}
        for mail in sorted(inside, key=lambda one: (one.stored.received, one.stored.id)):
            if mail.reply_key not in found:
                found[mail.reply_key] = self._fact(mail)
        return tuple(found.values())

    def _fact(self, mail: _Mail) -> MailFact:
        stored, of_decision = self._with_reply(mail), told(mail.stored.decision)
        return MailFact(
            id=stored.id,
            account=stored.ref.account,
            conversation=mail.conversation,
            party=mail.sender_canonical,
            sender=stored.sender,
            subject=stored.subject,
            received=stored.received,
            role=stored.role,
            priority=stored.priority,
            automatic=stored.automatic,
            answered_at=self._answered_at(mail),
            closed=stored.closed,
            customer=of_decision.customer,
            signals=of_decision.signals,
            reply=of_decision.reply,
            held_by=of_decision.held_by,
            reply_state=stored.reply_state,
        )

    def close_mails(self, mail_ids: Sequence[int], reason: str, at: datetime) -> None:
        for mail_id in mail_ids:
            mail = self.mails.get(mail_id)
            if mail and not mail.stored.closed:
                mail.stored = replace(mail.stored, closed=reason, closed_at=at)
                mail.pending = False

    def may_reopen(self, mail_id: int) -> bool:
        mail = self.mails[mail_id]
        ref = mail.stored.ref
        mark = self.marks.get((ref.account, ref.mailbox))
        return (
            not (mail.stored.closed or mail.stored.automatic)
            and mark is not None
            and mark.uidvalidity == ref.uidvalidity
            and mail.reply_key not in {entry.reply_key for entry in self.entries.values()}
            and self._answered_at(mail) is None
        )

    def close(self) -> None:
        """Nothing is held."""

    def _mark(self, mark: MailboxMark) -> None:
        baseline_at = mark.baseline_at.astimezone(UTC)
        self.marks[mark.account, mark.mailbox] = replace(mark, baseline_at=baseline_at, read=())
        self.end_reading(mark)
        for mail in self.mails.values():
            ref = mail.stored.ref
            here = (ref.account, ref.mailbox) == (mark.account, mark.mailbox)
            if here and ref.uidvalidity != mark.uidvalidity:
                mail.pending = False

    def _at(self, ref: MessageRef) -> _Mail | None:
        return next((mail for mail in self.mails.values() if mail.stored.ref == ref), None)

    def _under_old_number(self, decision: Decision) -> _Mail | None:
        now = decision.ref
        assert now is not None
        for mail in self.mails.values():
            then = mail.stored.ref
            if (
                mail.reply_key == decision.reply_key
                and (then.account, then.mailbox) == (now.account, now.mailbox)
                and then.uidvalidity != now.uidvalidity
            ):
                return mail
        return None

    def _answered_at(self, mail: _Mail) -> datetime | None:
        since = self.answered_from.get(mail.stored.id, mail.stored.received)
        return min(
            (
                one.at
                for one in self.answers[mail.conversation]
                if mail.sender_canonical in one.parties and one.covers >= since
            ),
            default=None,
        )

    def _new_conversation(self) -> int:
        self.conversations += 1
        return self.conversations

    def _known(self, related_ids: Sequence[str], sender: str) -> set[int]:
        """Conversations of the ids; the first is the mail's own and another's does not count."""
        own = related_ids[0] if related_ids else ""
        return {
            conversation
            for one in _bounded(related_ids)
            for conversation, owner in self.owners[one].items()
            if one != own or owner in ("", sender)
        }

    def _join(self, conversation: int, related_ids: Sequence[str], sender: str) -> None:
        for one in _bounded(related_ids):
            owner = sender if one == related_ids[0] else ""
            self.owners[one].setdefault(conversation, owner)


def _bounded(related_ids: Sequence[str]) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(one for one in related_ids if one))
    return ids if len(ids) <= 50 else ids[:25] + ids[-25:]
