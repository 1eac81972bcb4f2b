"""All decisions in the order of work, with the limits that they use up among each other.

Each mail is decided against the journal alone. What two mails of one run do to each other (two
mails of one customer, a cap reached half-way) is settled here, in the order in which they will be
acted on: the more urgent mail gets the reply.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.core.reply.escalated import begun, held_at_once
from inboxwatch.core.reply.permit import Wording, limit_refusals
from inboxwatch.model.decision import Effect, Refusal, Reply
from inboxwatch.model.world import PastReply

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from inboxwatch.core.reply.escalated import Begun
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.past import Past
    from inboxwatch.model.policy import Limits, Policy
    from inboxwatch.model.world import History, Usage

TRIPWIRE_FACTOR = 10
"""How many times the median of the last thirty days a run may want to answer (rule X08)."""

CAPS = "L03"
"""The rule whose caps of the run, the account and the day put a reply off (effect hold)."""


class Judged(Struct, frozen=True):
    """A decision with the past that it was made against."""

    decision: Decision
    history: History
    usage: Usage
    past: Past | None = None


def work_order(decision: Decision) -> tuple[object, ...]:
    """The sort key of all work: 9 first, then the mail that has waited longest."""
    ref = decision.ref
    place = (ref.account, ref.mailbox, ref.uid) if ref else (decision.account, decision.source, 0)
    return (-decision.priority, decision.received, *place)


def wants_reply(decision: Decision) -> bool:
    """Whether a composed reply waits for somebody to act: to send it, file it, or keep it."""
    return decision.reply.draft is not None


def is_deferred(decision: Decision) -> bool:
    """Whether nothing but a cap of the run, the account or the day keeps a reply back (rule L03).

    Such a mail waits in the journal, and the next run decides it again until rule A17 ends it.
    """
    refused = decision.reply.refusals
    return bool(refused) and all(one.rule == CAPS and one.effect is Effect.HOLD for one in refused)


def candidates(judged: Iterable[Judged], deferred: Collection[MessageRef | None] = ()) -> int:
    """How many mails want a reply, without those that an earlier run put off (rule X08)."""
    return sum(wants_reply(one.decision) and one.decision.ref not in deferred for one in judged)


def arrange(
    judged: Iterable[Judged],
    *,
    limits: Limits,
    now: datetime,
    median_candidates: float = 0.0,
    already: int = 0,
    deferred: Collection[MessageRef | None] = (),
) -> tuple[Decision, ...]:
    """Decisions in the order of work, each within the limits that those before it left.

    ``already`` counts the replies that this run has sent before. When more mails want a reply than
    the tripwire allows (rule X08), all of them are held; those in ``deferred`` were let through it
    before and do not count.
    """
    ordered = sorted(judged, key=lambda one: work_order(one.decision))
    wanted = candidates(ordered, deferred)
    if trips(wanted, limits, median_candidates):
        evidence = f"{wanted} mails want a reply in one run: does a whole mailbox look new?"
        return hold_all(ordered, Refusal("X08", "H", Effect.HOLD, evidence))
    tally = _Tally(run=already)
    return tuple(tally.admit(one, limits, now) for one in ordered)


def after_escalations(
    judged: Iterable[Judged], policy: Policy, *, late: bool = False
) -> tuple[Judged, ...]:
    """The same decisions, but no reply to what came after a mail with which one began (A46).

    Where all replies are ``late``, none to what came before it either.
    """
    every = tuple(judged)
    found = begun(one.decision for one in every)
    return tuple(_after(one, found, policy, late=late) for one in every) if found else every


def _after(one: Judged, found: Begun, policy: Policy, *, late: bool) -> Judged:
    decision = one.decision
    refused = held_at_once(decision, found, policy, late=late) if wants_reply(decision) else ()
    return replace(one, decision=refuse(one.decision, refused)) if refused else one


def hold_all(judged: Iterable[Judged], refusal: Refusal) -> tuple[Decision, ...]:
    """Decisions in the order of work, none of which sends anything: for a brake of the run."""
    ordered = sorted((one.decision for one in judged), key=work_order)
    return tuple(refuse(one, (refusal,)) if wants_reply(one) else one for one in ordered)


def trips(candidates: int, limits: Limits, median_candidates: float) -> bool:
    """Whether so many mails want a reply that the whole mailbox must look new (rule X08)."""
    return candidates > max(limits.tripwire, TRIPWIRE_FACTOR * median_candidates)


def refuse(decision: Decision, refused: tuple[Refusal, ...]) -> Decision:
    """The same decision with further rules that refuse its reply, and so without a draft."""
    every = (*decision.reply.refusals, *refused)
    return replace(decision, reply=Reply.refused(every, decision.reply.language))


class _Tally(Struct):
    """What this run has used up so far; lives for one call of ``arrange``."""

    run: int = 0
    keys: set[str] = field(default_factory=set)
    senders: defaultdict[str, list[PastReply]] = field(default_factory=lambda: defaultdict(list))
    threads: Counter[str] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    accounts: Counter[str] = field(default_factory=Counter)

    def admit(self, one: Judged, limits: Limits, now: datetime) -> Decision:
        """The decision itself if its reply still fits, else the same with what refuses it."""
        draft = one.decision.reply.draft
        if draft is None:
            return one.decision
        refused = limit_refusals(
            wording=Wording(draft.handle, draft.kind),
            recipient_canonical=one.decision.sender_canonical,
            recipient_domain=one.decision.sender_organisational,
            history=self._history(one),
            usage=self._usage(one),
            limits=limits,
            now=now,
            received=one.decision.received,
        )
        if refused:
            return refuse(one.decision, refused)
        self._count(one.decision, draft.handle, draft.kind, now)
        return one.decision

    def _history(self, one: Judged) -> History:
        decision, history = one.decision, one.history
        thread = max((self.threads[one] for one in filter(None, decision.related_ids)), default=0)
        return replace(
            history,
            replies=(*history.replies, *self._replies(decision)),
            conversation_replies=history.conversation_replies + thread,
            handled=history.handled or decision.reply_key in self.keys,
        )

    def _replies(self, decision: Decision) -> tuple[PastReply, ...]:
        """What this run sends to either address of a mail (rule L04)."""
        return tuple(reply for one in _addresses(decision) for reply in self.senders[one])

    def _usage(self, one: Judged) -> Usage:
        usage, decision = one.usage, one.decision
        domain = self.domains[decision.sender_organisational]
        return replace(
            usage,
            domain_hour=usage.domain_hour + domain,
            domain_day=usage.domain_day + domain,
            account_hour=usage.account_hour + self.accounts[decision.account],
            day=usage.day + self.run,
            run=self.run,
        )

    def _count(self, decision: Decision, handle: str, kind: str, now: datetime) -> None:
        self.run += 1
        self.keys.add(decision.reply_key)
        for one in _addresses(decision):
            self.senders[one].append(PastReply(handle, kind, now, None))
        self.threads.update(filter(None, decision.related_ids))
        self.domains[decision.sender_organisational] += 1
        self.accounts[decision.account] += 1


def _addresses(decision: Decision) -> tuple[str, ...]:
    both = (decision.sender_canonical, decision.envelope_canonical)
    return tuple(dict.fromkeys(one for one in both if one))
