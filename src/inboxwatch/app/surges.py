"""Surges: look for them after new mail was read, remember them, tell the team once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.app.desk import MADE_OF_KEPT, log
from inboxwatch.core.queue import refuse, wants_reply
from inboxwatch.core.reply.incident import held_at_once
from inboxwatch.core.triage.fingerprint import scheme
from inboxwatch.core.triage.names import under_many_names
from inboxwatch.core.triage.shared import TEXTS_AT_MOST, shared_phrase
from inboxwatch.core.triage.surge import (
    KNOWN_BEFORE,
    Found,
    Past,
    find,
    joined,
    members_of,
    suspicion,
)
from inboxwatch.core.triage.surge_report import alert_of, samples_of
from inboxwatch.errors import StateError
from inboxwatch.model.surge import Sample, Suspicion, incident_of
from inboxwatch.ports import SurgeFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.core.queue import Judged
    from inboxwatch.model.alert import Alert
    from inboxwatch.model.message import MessageRef
    from inboxwatch.model.policy import SurgePolicy
    from inboxwatch.model.surge import Incident, Surge, Trace
    from inboxwatch.ports import Journal, StoredMail

LOOKED_AT = 10_000
"""Mails of the longest window that are looked at; the newest count."""

PAST_AT_MOST = 2_500
"""Mails of each earlier week that are looked at."""

LATELY = timedelta(days=6)
"""How far the time just before the window reaches, which tells what people write about."""

WEEK = timedelta(days=7)
MONTHS = (1, 2)
"""The earlier months whose same day is looked at: invoices go out once a month."""

QUIET = timedelta(days=7)
"""A surge without new mail for so long is closed; a closed one is not found anew for so long."""

AHEAD = timedelta(minutes=10)
"""By how much the server's clock may be ahead of ours."""


def open_alerts(desk: Desk) -> tuple[Alert, ...]:
    """The alerts of the open surges as they were told last: for a run whose telling failed."""
    journal = desk.journal
    return tuple(
        alert_of(one, samples(journal, one), desk.clock.now().tzinfo, again=False)
        for one in journal.surges()
        if one.told
    )


def watch(desk: Desk) -> tuple[Alert, ...]:
    """Look for surges in the mail of late, and keep what was found; what the team is to be told.

    A fault here costs the look and nothing else. Raises StateError.
    """
    if not desk.policy.surge.enabled:
        return ()
    try:
        return _Watch.begin(desk).alerts()
    except StateError:
        raise
    except Exception:  # noqa: BLE001 - a bug, which must keep no mail from its answer (X12)
        log.exception("surges could not be looked for")
        return ()


def hold(desk: Desk, judged: Sequence[Judged], mail_ids: Mapping[MessageRef, int]) -> list[Judged]:
    """The same decisions, but those of mails that a person should look at first (rule L14).

    They were decided before their surge was seen.
    """
    incidents = [
        (one, frozenset(desk.journal.surge_mails(one.id, LOOKED_AT)))
        for one in incidents_of(desk.journal)
        if one.held is not Suspicion.NONE
    ]
    return [_held(desk, one, _mail_id(one, mail_ids), incidents) for one in judged]


def incidents_of(journal: Journal) -> tuple[Incident, ...]:
    """The open surges, as decisions see them."""
    return tuple(map(incident_of, journal.surges()))


def samples(journal: Journal, surge: Surge) -> tuple[Sample, ...]:
    """Some conversations of a surge to look at, the first and the latest among them."""
    chosen = samples_of(journal.surge_writers(surge.id, LOOKED_AT))
    found = (journal.mail(one) for one in chosen)
    return tuple(_sample(one) for one in found if one is not None)


def _sample(mail: StoredMail) -> Sample:
    text = str(mail.decision.get("text") or "")
    return Sample(mail.id, mail.sender, mail.subject, text, mail.received)


def _is_part(found: Found, known: Iterable[Surge]) -> bool:
    """Whether most of some mails belong to a known surge."""
    return any(
        len(members_of(found.traces, frozenset(one.keys))) >= KNOWN_BEFORE * len(found.traces)
        for one in known
    )


def _mail_id(judged: Judged, mail_ids: Mapping[MessageRef, int]) -> int | None:
    ref = judged.decision.ref
    return mail_ids.get(ref) if ref else None


def _held(
    desk: Desk,
    judged: Judged,
    mail_id: int | None,
    incidents: Iterable[tuple[Incident, frozenset[int]]],
) -> Judged:
    decision = judged.decision
    if not wants_reply(decision):
        return judged
    for incident, mails in incidents:
        refused = held_at_once(decision, incident, desk.policy) if mail_id in mails else ()
        if refused:
            return replace(judged, decision=refuse(decision, refused))
    return judged


class _Watch(Struct):
    """One look: the mail of the longest window, what is known already, what came of it."""

    desk: Desk
    now: datetime
    traces: tuple[Trace, ...]
    known: list[Surge]
    told: list[Alert] = field(default_factory=list)

    @classmethod
    def begin(cls, desk: Desk) -> _Watch:
        """Read what is needed, and let go of what is old."""
        journal, now = desk.journal, desk.clock.now()
        _tidy(journal, now)
        since = now - max(desk.policy.surge.windows)
        traces = journal.traces(since, now + AHEAD, scheme=scheme(), limit=LOOKED_AT)
        return cls(desk, now, traces, list(journal.surges(closed_since=now - QUIET)))

    @property
    def policy(self) -> SurgePolicy:
        """When many senders are a surge."""
        return self.desk.policy.surge

    def alerts(self) -> tuple[Alert, ...]:
        """Let the known surges grow, and open those that are new."""
        merged: dict[int, tuple[int, ...]] = {}
        fresh: list[Found] = []
        for found in self._found():
            surge = self._known_as(found)
            if surge is None:
                fresh.append(found)
            else:
                merged[surge.id] = joined(merged.get(surge.id, surge.keys), found.keys)
        for surge in self.known:
            self._grow(surge, merged.get(surge.id, surge.keys))
        for found in fresh:
            self._open(found)
        for found in self._under_many_names():
            self._open(found, Suspicion.SENDER)
        return tuple(self.told)

    def _under_many_names(self) -> tuple[Found, ...]:
        """New senders who write the same under many names, unless that is part of a known surge."""
        found = under_many_names(self.traces, self.policy)
        if not found:
            return ()
        known = [*self.known, *self.desk.journal.surges()]
        unknown = [one for one in found if not _is_part(one, known)]
        senders = {one.traces[0].sender for one in unknown}
        before = self.desk.journal.wrote_before(senders, self._before)
        return tuple(one for one in unknown if one.senders.isdisjoint(before))

    @property
    def _before(self) -> datetime:
        """Whoever has not written before then is new."""
        return self.now - max(self.policy.windows)

    def _found(self) -> tuple[Found, ...]:
        if len({one.sender for one in self.traces}) < self.policy.senders:
            return ()
        longest = max(self.policy.windows)
        begins = self.now - longest
        lately = self._past(begins, LATELY)
        return find(self.traces, self._weeks(longest), lately, self.now, self.policy)

    def _weeks(self, longest: timedelta) -> list[Past]:
        """The same stretch of earlier weeks and months, as far back as the journal knows it all."""
        first = self.desk.journal.first_trace(scheme=scheme())
        here = self.now.astimezone(self.desk.policy.schedule.timezone)  # by the wall clock
        ends = [*(here - number * WEEK for number in range(1, self.policy.weeks + 1))]
        ends += [here - relativedelta(months=number) for number in MONTHS]
        known = (one for one in ends if first is not None and first <= one - longest)
        return [self._past(one, longest) for one in known]

    def _past(self, ends: datetime, length: timedelta) -> Past:
        journal, begins = self.desk.journal, ends - length
        traces = journal.traces(begins, ends, scheme=scheme(), limit=PAST_AT_MOST)
        mails = len(traces)
        if mails == PAST_AT_MOST:
            mails = journal.trace_count(begins, ends, scheme=scheme())
        return Past(ends, traces, mails)

    def _known_as(self, found: Found) -> Surge | None:
        """The surge that a group of mails is the rest of, or a further name for."""
        for surge in self.known:
            same = {one.sender for one in members_of(found.traces, frozenset(surge.keys))}
            if len(same) >= KNOWN_BEFORE * len(found.senders):
                return surge
        return None

    def _open(self, found: Found, suspicion: Suspicion | None = None) -> None:
        made = SurgeFound(
            keys=found.keys,
            traces=found.traces,
            at=self.now,
            phrase=self._phrase(found.traces),
            usual=found.usual,
            told=len(found.senders),
            suspicion=suspicion or self._suspicion(found.traces, found.keys),
        )
        self._tell(self.desk.journal.keep_surge(made), again=False)

    def _grow(self, surge: Surge, keys: tuple[int, ...]) -> None:
        """Take in new mails; tell again only when far more have written than were told of."""
        journal = self.desk.journal
        members = members_of(self.traces, frozenset(keys))
        kept = frozenset(journal.surge_mails(surge.id, LOOKED_AT))
        new = tuple(one for one in members if one.mail_id not in kept)
        if not new:
            return
        seen = self._suspicion(members, keys) if surge.closed_at is None else None
        # a person who was told to look stays told, however many customers follow
        worse = seen if surge.suspicion is Suspicion.NONE else None
        made = SurgeFound(keys, new, self.now, suspicion=worse, id=surge.id)
        grown = journal.keep_surge(made)
        if grown.senders >= self.policy.again * grown.told:
            told = replace(made, traces=(), told=grown.senders)
            self._tell(journal.keep_surge(told), again=True)

    def _tell(self, surge: Surge, *, again: bool) -> None:
        journal, zone = self.desk.journal, self.desk.policy.schedule.timezone
        self.told.append(alert_of(surge, samples(journal, surge), zone, again=again))
        log.info("surge %d: %d senders, %r", surge.id, surge.senders, surge.phrase)

    def _phrase(self, traces: Sequence[Trace]) -> str:
        mails = (self.desk.journal.mail(one.mail_id) for one in traces[-TEXTS_AT_MOST:])
        return shared_phrase(
            (one.subject, str(one.decision.get("text", ""))) for one in mails if one
        )

    def _suspicion(self, traces: Sequence[Trace], keys: Sequence[int]) -> Suspicion:
        strangers = {one.sender for one in traces if not one.known}
        fresh = strangers - self.desk.journal.wrote_before(strangers, self._before)
        return suspicion(traces, keys, len(fresh), self.policy.senders)


def _tidy(journal: Journal, now: datetime) -> None:
    first = journal.first_trace(scheme=scheme())
    if first is not None and first < now - MADE_OF_KEPT - WEEK:
        journal.forget_traces(now - MADE_OF_KEPT)
    for surge in journal.surges():
        if surge.latest_at < now - QUIET:
            journal.close_surge(surge.id, now)
