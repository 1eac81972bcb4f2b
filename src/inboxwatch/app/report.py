"""The report of a span, gathered from the journal, and sent to somebody who asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.app.notify import Letter, letter, post
from inboxwatch.core.report.facts import WeekFacts
from inboxwatch.core.report.sweep_past import HISTORY, Kept
from inboxwatch.core.report.sweep_told import sweep_facts
from inboxwatch.core.text import one_line
from inboxwatch.model.outcome import DeliveryKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from inboxwatch.core.report.sweep_facts import SweepFacts
    from inboxwatch.core.sweep import SweepReport
    from inboxwatch.model.policy import Policy
    from inboxwatch.model.schedule import Schedule
    from inboxwatch.ports import Clock, Journal, Transport

REPORT = "report"


class Span(Struct, frozen=True):
    """From when up to when, in the team's time zone, and of which accounts; () for all."""

    since: datetime
    until: datetime
    accounts: tuple[str, ...] = ()

    def has(self, account: str) -> bool:
        """Whether an account is asked for."""
        return not self.accounts or account in self.accounts


def gather(
    journal: Journal, span: Span, schedule: Schedule, titles: Mapping[str, str]
) -> WeekFacts:
    """What the journal knows of a span. Surges are of no single account."""
    since, until = span.since, span.until
    return WeekFacts(
        since=since,
        until=until,
        schedule=schedule,
        mails=tuple(one for one in journal.reported(since, until) if span.has(one.account)),
        promises=tuple(
            one for one in journal.promises(since) if one.due_at < until and span.has(one.account)
        ),
        escalations=tuple(
            one for one in journal.escalated_between(since, until) if span.has(one.account)
        ),
        surges=tuple(one for one in journal.surges(closed_since=since) if one.opened_at < until),
        titles=titles,
        accounts=span.accounts,
    )


def gather_sweep(
    journal: Journal, report: SweepReport, schedule: Schedule, notes: Iterable[str] = ()
) -> SweepFacts:
    """What a sweep found, and what the journal knows of the others of the last twelve weeks."""
    ended = report.sweep.ended_at or report.sweep.started_at
    others = [Kept(one, journal.swept(one.id)) for one in journal.sweeps(ended - HISTORY)]
    return sweep_facts(report, others, schedule, notes)


class Post(Struct, frozen=True):
    """The way out for reports: one account's, with the switch that stops all mail (rule L13)."""

    account: str
    policy: Policy
    transport: Transport
    clock: Clock
    brake: Callable[[], str]

    def send(self, recipient: str, subject: str, text: str, html: str) -> str:
        """Send a report to one address; what went wrong, empty if nothing did.

        No house answers it, ours least of all: it says that it was generated, and carries our mark.
        """
        if stopped := self.brake():
            return f"nothing is sent: {stopped}"
        keys = (REPORT, subject, self.clock.now().isoformat())
        says = Letter(subject, text, keys, html)
        draft = letter(REPORT, recipient, says, self.policy, self.policy.accounts[self.account])
        sent = post(draft, self.transport, self.clock, self.brake)
        if sent.kind is DeliveryKind.ACCEPTED:
            return ""
        unknown = "may have arrived" if sent.kind is DeliveryKind.UNKNOWN else "was not sent"
        return f"the report to {recipient} {unknown}: {one_line(sent.detail, 200)}"
