"""What has to reach a person, and what one did, in memory: a part of the journal in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace
from tests.support.memory_own import Answered, MemoryOwn

from inboxwatch.core.triage.escalate import gravest_first
from inboxwatch.model.case import Escalation, Standing

if TYPE_CHECKING:
    from collections.abc import Collection

    from inboxwatch.model.case import Deed
    from inboxwatch.model.decision import Decision

MONTH = timedelta(days=30)


@dataclass
class MemoryCases(MemoryOwn):
    """Escalations by their ids, standings and deeds by conversation, the alerts told."""

    escalated: dict[int, Escalation] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    answered_from: dict[int, datetime] = field(default_factory=dict)
    owners_of: dict[int, str] = field(default_factory=dict)
    snoozed: dict[int, tuple[datetime, frozenset[str]]] = field(default_factory=dict)
    deeds_in: dict[int, list[Deed]] = field(default_factory=dict)
    told: dict[str, datetime | None] = field(default_factory=dict)

    def escalations(self) -> tuple[Escalation, ...]:
        opened = [one for one in self.escalated.values() if one.closed_at is None]
        return tuple(sorted(opened, key=lambda one: (one.opened_at, one.id)))

    def untold_escalations(self) -> tuple[Escalation, ...]:
        told = {key for key, at in self.told.items() if at is None}
        return tuple(one for one in self.escalations() if one.alert_key not in told)

    def escalated_between(self, since: datetime, until: datetime) -> tuple[Escalation, ...]:
        begun = [one for one in self.escalated.values() if since <= one.opened_at < until]
        return tuple(sorted(begun, key=lambda one: (one.opened_at, one.id)))

    def escalate(self, decision: Decision, mail_id: int, conversation: int, now: datetime) -> None:
        answered = any(
            decision.sender_canonical in one.parties
            and one.covers >= decision.received
            and not one.repeats
            for one in self.answers[conversation]
        )
        if (
            not decision.escalation
            or not decision.sender_canonical
            or decision.received < now - MONTH
            or decision.reply_key in self.requests
            or (answered and decision.message_id in self.parents)
        ):
            return
        if answered:
            self.answered_from[mail_id] = now
        names = tuple(one.name for one in decision.escalation)
        known = [
            one
            for one in self.escalated.values()
            if one.account == decision.account
            and (
                one.party == decision.sender_canonical or one.customer == decision.customer_id != ""
            )
            and (one.closed_at is None or one.closed_at > now - MONTH)
        ]
        if not known:
            new = Escalation(
                id=len(self.escalated) + 1,
                account=decision.account,
                party=decision.sender_canonical,
                mail_id=mail_id,
                opened_at=decision.received,
                asked_at=decision.received,
                requests=1,
                causes=names,
                customer=decision.customer_id,
            )
            self.escalated[new.id] = new
            self.requests[decision.reply_key] = new.id
            return
        last = max(known, key=lambda one: (one.closed_at is None, one.id))
        self.requests[decision.reply_key] = last.id
        newer = decision.received >= last.asked_at
        self.escalated[last.id] = replace(
            last,
            mail_id=mail_id if newer else last.mail_id,
            asked_at=max(decision.received, last.asked_at),
            requests=last.requests + 1,
            causes=gravest_first((*last.causes, *names)),
            closed_at=None,
            closed_by="",
            customer=last.customer or decision.customer_id,
        )

    def close_escalations(self, account: str, customers: Collection[str], answer: Answered) -> int:
        closed = 0
        for one in self.escalations():
            theirs = one.party in answer.parties or one.customer in customers
            asked = one.asked_at <= max(answer.at, answer.covers)
            if one.account == account and theirs and asked:
                self.escalated[one.id] = replace(one, closed_at=answer.at, closed_by=answer.author)
                closed += 1
        return closed

    def open_again(self, account: str, at: datetime) -> None:
        for one in tuple(self.escalated.values()):
            if (one.account, one.closed_at) == (account, at):
                self.escalated[one.id] = replace(one, closed_at=None, closed_by="")

    def escalated_since(self, account: str, party: str, customer: str) -> datetime | None:
        """When the first of a customer's open escalations in an account began."""
        opened = (
            one.opened_at
            for one in self.escalations()
            if one.account == account
            and (one.party == party != "" or one.customer == customer != "")
        )
        return min(opened, default=None)

    def standing(self, conversation: int, mails: Collection[str], now: datetime) -> Standing:
        """How a conversation stands in which people's mails with these reply keys lie."""
        until, known = self.snoozed.get(conversation, (now, frozenset()))
        asleep = until > now and known.issuperset(mails)
        return Standing(self.owners_of.get(conversation, ""), until if asleep else None)

    def begin_telling(self, key: str, at: datetime) -> bool:
        claimed = self.told.get(key, datetime.min.replace(tzinfo=UTC))
        if claimed is None or claimed >= at:
            return False
        self.told[key] = at
        return True

    def end_telling(self, key: str, *, told: bool) -> None:
        if told:
            self.told[key] = None
        else:
            self.told.pop(key, None)
