"""The outbox of the journal in memory: replies, how they fare, and what they promised."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.memory_cases import MemoryCases

from inboxwatch.errors import StateError
from inboxwatch.model.decision import ReboundKind
from inboxwatch.model.outcome import OutboxEntry, OutboxState, Promise
from inboxwatch.ports import Health

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inboxwatch.model.conversation import OwnMail
    from inboxwatch.model.decision import Rebound

UNCOUNTED = {OutboxState.REFUSED, OutboxState.DROPPED}
WENT_OUT = {OutboxState.SENDING, OutboxState.SENT, OutboxState.UNKNOWN}
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class _Breaker:
    why: str = ""
    resumed_at: datetime = EVER


@dataclass
class _Kept:
    """A rebound: of which reply it tells, and when that was read."""

    entry_id: int
    rebound: Rebound
    at: datetime


@dataclass
class MemoryOutbox(MemoryCases):
    """The half of ``MemoryJournal`` that is about replies.

    ``made_at``, ``conversation_of`` and ``envelope_of`` hold by an entry's id when its promise was
    made, which conversation it belongs to, and the canonical Return-Path it was sent to.
    """

    entries: dict[int, OutboxEntry] = field(default_factory=dict)
    breakers: defaultdict[str, _Breaker] = field(default_factory=lambda: defaultdict(_Breaker))
    rebounds: dict[int, _Kept] = field(default_factory=dict)
    ledger: list[Promise] = field(default_factory=list)
    made_at: dict[int, datetime] = field(default_factory=dict)
    pledges: list[Promise] = field(default_factory=list)
    pledged_at: dict[int, datetime] = field(default_factory=dict)
    conversation_of: dict[int, int] = field(default_factory=dict)
    envelope_of: dict[int, str] = field(default_factory=dict)

    def outbox(self, states: Sequence[OutboxState]) -> tuple[OutboxEntry, ...]:
        return tuple(entry for entry in self.entries.values() if entry.state in states)

    def entry(self, entry_id: int) -> OutboxEntry | None:
        return self.entries.get(entry_id)

    def settle(self, entry_id: int, state: OutboxState, at: datetime, detail: str) -> None:
        if entry_id not in self.entries:
            raise StateError(f"the state has no reply {entry_id}")
        self.entries[entry_id] = replace(
            self.entries[entry_id], state=state, settled_at=at, detail=detail
        )

    def take(
        self,
        entry_id: int,
        states: Sequence[OutboxState],
        at: datetime,
        octets: bytes | None = None,
    ) -> OutboxEntry | None:
        entry = self.entries.get(entry_id)
        if entry is None or entry.state not in states:
            return None
        self.entries[entry_id] = replace(
            entry,
            state=OutboxState.SENDING,
            claimed_at=at,
            settled_at=None,
            detail="",
            told=False,
            octets=entry.octets if octets is None else octets,
        )
        return self.entries[entry_id]

    def drop(
        self, entry_id: int, states: Sequence[OutboxState], at: datetime, detail: str
    ) -> OutboxEntry | None:
        entry = self.entries.get(entry_id)
        if entry is None or entry.state not in states:
            return None
        self.settle(entry_id, OutboxState.DROPPED, at, detail)
        return self.entries[entry_id]

    def recover(self, now: datetime) -> tuple[OutboxEntry, ...]:
        for entry in self.outbox((OutboxState.SENDING,)):
            detail = "interrupted: whether it went out is not known"
            self.settle(entry.id, OutboxState.UNKNOWN, now, detail)
        return tuple(one for one in self.outbox((OutboxState.UNKNOWN,)) if not one.told)

    def counted_for(self, addresses: set[str]) -> tuple[OutboxEntry, ...]:
        """Replies to somebody who is known under these addresses, in the order of claiming."""
        found = [
            entry
            for entry in self.entries.values()
            if entry.state not in UNCOUNTED
            and addresses & ({entry.recipient_canonical, self.envelope_of[entry.id]} - {""})
        ]
        return tuple(sorted(found, key=lambda entry: (entry.claimed_at, entry.id)))

    def keep_rebound(self, mail_id: int, rebound: Rebound, now: datetime) -> None:
        ids = set(tuple(dict.fromkeys(filter(None, rebound.message_ids)))[:50])
        named = [one.id for one in self.entries.values() if one.message_id in ids]
        if named:
            self.rebounds.setdefault(mail_id, _Kept(max(named), rebound, now))

    def part(self, reply_key: str, mail_id: int) -> None:
        """Another mail now has the UID of the one that this reply is to."""
        for entry in tuple(self.entries.values()):
            if (entry.reply_key, entry.mail_id) == (reply_key, mail_id):
                self.entries[entry.id] = replace(entry, mail_id=None)
        self.ledger = [
            replace(one, mail_id=self.entries[one.entry_id].mail_id) for one in self.ledger
        ]

    def bounced_at(self, addresses: set[str]) -> datetime | None:
        """When a reply to one of these addresses last came back for good."""
        return max(
            (
                kept.at
                for kept in self.rebounds.values()
                if kept.rebound.permanent
                and kept.rebound.kind is ReboundKind.BOUNCE
                and self.entries[kept.entry_id].recipient_canonical in addresses
            ),
            default=None,
        )

    def health(self, account: str, since: datetime) -> Health:
        resumed = self.breakers[account].resumed_at
        after = max(since, resumed)
        mine = {one.id: one for one in self.entries.values() if one.account == account}
        back = {
            kept.entry_id
            for kept in self.rebounds.values()
            if kept.at > after and kept.entry_id in mine
        }
        return Health(
            replies=sum(one.state in WENT_OUT and one.claimed_at > after for one in mine.values()),
            rebounds=sum(
                mine[entry_id].claimed_at > resumed
                and mine[entry_id].state is not OutboxState.DRAFTED
                for entry_id in back
            ),
        )

    def trip(self, account: str, at: datetime, why: str) -> None:  # noqa: ARG002 - only the disk keeps when
        breaker = self.breakers[account]
        breaker.why = breaker.why or why or "stopped"

    def tripped(self) -> Mapping[str, str]:
        return {name: one.why for name, one in sorted(self.breakers.items()) if one.why}

    def resume(self, account: str, at: datetime) -> bool:
        if not self.breakers[account].why:
            return False
        self.breakers[account] = _Breaker(resumed_at=at)
        return True

    def enter(self, entry: OutboxEntry, due_at: datetime) -> None:
        """Enter a promise in the ledger."""
        self.made_at[entry.id] = entry.claimed_at
        self.ledger.append(
            Promise(
                id=len(self.ledger) + 1,
                entry_id=entry.id,
                account=entry.account,
                recipient=entry.recipient,
                conversation=self.conversation_of[entry.id],
                due_at=due_at,
                mail_id=entry.mail_id,
                made_at=entry.claimed_at,
            )
        )

    def promises(self, since: datetime | None = None) -> tuple[Promise, ...]:
        binding = [
            replace(one, kept_at=self._kept_at(one))
            for one in self.ledger
            if self.entries[one.entry_id].state in {OutboxState.SENT, OutboxState.DRAFTED}
        ]
        people = [
            replace(
                one, kept_at=self._pledge_kept_at(one), mail_id=self.newest_in(one.conversation)
            )
            for one in self.pledges
        ]
        found = [one for one in (*binding, *people) if since is None or one.due_at >= since]
        return tuple(sorted(found, key=lambda one: (one.due_at, not one.entry_id, one.id)))

    def due(self, since: datetime, until: datetime) -> tuple[Promise, ...]:
        return tuple(
            one for one in self.promises() if one.kept_at is None and since <= one.due_at <= until
        )

    def newest_in(self, conversation: int) -> int | None:
        """The newest mail of a conversation."""
        raise NotImplementedError

    def pledge(self, account: str, mail: OwnMail, conversation: int) -> None:
        """Enter what a person promised."""
        for one in mail.pledges:
            promise = Promise(
                id=len(self.pledges) + 1,
                entry_id=0,
                account=account,
                recipient=next(iter(mail.recipients), ""),
                conversation=conversation,
                due_at=one.due_at,
                author=mail.author,
                words=one.words,
                name=mail.name,
                made_at=mail.at,
            )
            self.pledged_at[promise.id] = mail.at
            self.pledges.append(promise)

    def _pledge_kept_at(self, promise: Promise) -> datetime | None:
        made_at = self.pledged_at[promise.id]
        return self._next_answer(promise.conversation, promise.recipient, made_at)

    def _kept_at(self, promise: Promise) -> datetime | None:
        made_at = self.made_at[promise.entry_id]
        party = self.entries[promise.entry_id].recipient_canonical
        return self._next_answer(promise.conversation, party, made_at)

    def _next_answer(self, conversation: int, party: str, made_at: datetime) -> datetime | None:
        later = (
            one.at
            for one in self.answers[conversation]
            if one.at > made_at and party in one.parties
        )
        return min(later, default=None)
