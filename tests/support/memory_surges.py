"""What the journal in memory remembers of surges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from inboxwatch.errors import StateError
from inboxwatch.model.surge import Surge, Suspicion, Trace, Writer

if TYPE_CHECKING:
    from collections.abc import Collection

    from inboxwatch.ports import Record, SurgeFound

EVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class MemorySurges:
    """The part of ``MemoryJournal`` that is about surges."""

    mails: dict[int, Any] = field(default_factory=dict)
    made_of: dict[int, tuple[int, Trace]] = field(default_factory=dict)
    found: dict[int, Surge] = field(default_factory=dict)
    belonging: dict[int, dict[int, Trace]] = field(default_factory=dict)

    def keep_trace(self, record: Record, mail_id: int) -> None:
        made, decision = record.fingerprint, record.decision
        self.made_of.pop(mail_id, None)
        if made is not None:
            known = decision.customer is not None
            sender = decision.sender_canonical
            trace = Trace(mail_id, sender, decision.received, made.traits, known, made.name)
            self.made_of[mail_id] = made.scheme, trace

    def _between(self, since: datetime, until: datetime, scheme: int) -> list[Trace]:
        found = [one for made, one in self.made_of.values() if made == scheme]
        within = [one for one in found if since < one.received <= until]
        return sorted(within, key=lambda one: (one.received, one.mail_id))

    def traces(
        self, since: datetime, until: datetime, *, scheme: int, limit: int
    ) -> tuple[Trace, ...]:
        return tuple(self._between(since, until, scheme)[-limit:])

    def trace_count(self, since: datetime, until: datetime, *, scheme: int) -> int:
        return len(self._between(since, until, scheme))

    def first_trace(self, *, scheme: int) -> datetime | None:
        received = (one.received for made, one in self.made_of.values() if made == scheme)
        return min(received, default=None)

    def wrote_before(self, senders: Collection[str], before: datetime) -> frozenset[str]:
        earlier = {
            mail.sender_canonical
            for mail in self.mails.values()
            if mail.is_arrival and mail.stored.received < before
        }
        return frozenset(senders) & earlier

    def forget_traces(self, before: datetime) -> None:
        self.made_of = {
            mail_id: kept for mail_id, kept in self.made_of.items() if kept[1].received >= before
        }

    def keep_surge(self, found: SurgeFound) -> Surge:
        if found.id:
            before = self.found[found.id]
            self.found[found.id] = replace(
                before,
                keys=found.keys,
                told=max(before.told, found.told),
                suspicion=before.suspicion if found.suspicion is None else found.suspicion,
            )
        surge_id = found.id or len(self.found) + 1
        if not found.id:
            self.found[surge_id] = Surge(
                surge_id,
                found.keys,
                found.phrase,
                opened_at=found.at,
                first_at=found.at,
                latest_at=found.at,
                senders=0,
                mails=0,
                usual=found.usual,
                told=found.told,
                suspicion=found.suspicion or Suspicion.NONE,
            )
        belonging = self.belonging.setdefault(surge_id, {})
        for one in found.traces:
            belonging.setdefault(one.mail_id, one)
        return self._counted(surge_id)

    def _counted(self, surge_id: int) -> Surge:
        surge, traces = self.found[surge_id], self.belonging[surge_id].values()
        received = [one.received for one in traces] or [surge.opened_at]
        return replace(
            surge,
            first_at=min(received),
            latest_at=max(received),
            senders=len({one.sender for one in traces}),
            mails=len(traces),
            names=len({(one.sender, one.name) for one in traces}),
            known=len({one.sender for one in traces if one.known}),
        )

    def surge(self, surge_id: int) -> Surge | None:
        return self._counted(surge_id) if surge_id in self.found else None

    def surges(self, *, closed_since: datetime | None = None) -> tuple[Surge, ...]:
        return tuple(
            self._counted(one.id)
            for one in self.found.values()
            if one.closed_at is None or (closed_since and one.closed_at >= closed_since)
        )

    def surge_mails(self, surge_id: int, limit: int) -> tuple[int, ...]:
        traces = self.belonging.get(surge_id, {}).values()
        in_order = sorted(traces, key=lambda one: (one.received, one.mail_id))
        return tuple(one.mail_id for one in in_order[-limit:])

    def surge_writers(self, surge_id: int, limit: int) -> tuple[Writer, ...]:
        traces = self.belonging.get(surge_id, {}).values()
        groups: dict[tuple[str, str], list[Trace]] = {}
        for one in sorted(traces, key=lambda one: (one.received, one.mail_id)):
            groups.setdefault((one.sender, one.name), []).append(one)
        earlier = self.wrote_before(
            {one.sender for one in traces}, min((one.received for one in traces), default=EVER)
        )
        return tuple(self._writer(one, earlier) for one in groups.values())[-limit:]

    def _writer(self, traces: list[Trace], earlier: frozenset[str]) -> Writer:
        first, known = traces[0], any(one.known for one in traces)
        return Writer(
            first.sender,
            first.name,
            first.mail_id,
            first.received,
            traces[-1].received,
            len(traces),
            known,
            new=first.sender not in earlier and not known,
        )

    def answer_surge(
        self, surge_id: int, template: str, about: str, at: datetime
    ) -> tuple[int, ...]:
        surge = self.found.get(surge_id)
        if surge is None or surge.closed_at:
            raise StateError(f"the state has no open surge {surge_id}")
        self.found[surge_id] = replace(surge, template=template, about=about, answered_at=at)
        open_again = [one for one in sorted(self.belonging[surge_id]) if self.may_reopen(one)]
        for mail_id in open_again:
            self.mails[mail_id].pending = True
        return tuple(open_again)

    def may_reopen(self, mail_id: int) -> bool:
        """Whether nobody has answered a mail, and no reply was ever claimed for it."""
        raise NotImplementedError

    def close_surge(self, surge_id: int, at: datetime) -> bool:
        surge = self.found.get(surge_id)
        if surge is None or surge.closed_at:
            return False
        self.found[surge_id] = replace(surge, closed_at=at)
        return True
