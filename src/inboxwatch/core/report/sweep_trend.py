"""Twelve weeks of genuine mail that the filter took, and the senders whom it takes again."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.core.report.document import Bar, BusinessTime, Column, Kind, Table, Trend
from inboxwatch.core.schedule import business_time_between

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from inboxwatch.core.report.sweep_facts import SweepFacts, Taken
    from inboxwatch.model.schedule import Schedule

WEEKS: Final = 12
AGAIN: Final = 2
"""So many mails of one sender are more than chance."""

_NONE: Final = "None in the last twelve weeks."
_WEEK = timedelta(days=7)
_LEAST = timedelta(microseconds=1)

_ADVICE: Final = {
    "authenticated": "Its mail is proven genuine: put {sender} on the allow list of your spam "
    "filter, or have your provider do it, for mail that passes authentication.",
    "failed": "Its mail fails authentication{fault}: ask the people of {domain} to mend SPF and "
    "DKIM. Put it on no allow list: anybody could use the entry.",
    "suspicious": "Something about its mail is suspicious{fault}: ask the customer by telephone "
    "whether it is theirs. Put it on no allow list.",
    "unverified": "Nothing proves its mail{fault}: ask the people of {domain} to set up SPF, DKIM "
    "and DMARC, and see with inboxwatch check whether your own server says what it found.",
}
"""What to do about a sender whose mail is taken again and again, by its newest status."""

_AT_A_PROVIDER: Final = (
    "Nothing proves that {domain} sent its mail{fault}: ask the customer with which program or "
    "service they write. Put it on no allow list."
)
"""The same for somebody who cannot mend the domain: a public provider's, whom nobody calls."""


def trend(facts: SweepFacts) -> tuple[Trend, Trend]:
    """Mails and opening hours lost in each of the last twelve weeks, by when the mail came."""
    mails: defaultdict[date, int] = defaultdict(int)
    hours: defaultdict[date, timedelta] = defaultdict(timedelta)
    for one in facts.taken:
        monday = _monday(one.received.astimezone(facts.schedule.timezone).date())
        mails[monday] += 1
        hours[monday] += _lost(one, facts.schedule)
    weeks = tuple(_weeks(facts))
    return (
        Trend(
            "trend_mails",
            "Genuine mail taken, by week",
            "Week of",
            "mails",
            tuple(Bar(_named(week), mails[week]) for week in weeks),
            empty=_NONE,
        ),
        Trend(
            "trend_hours",
            "Opening hours lost, by week",
            "Week of",
            "business time",
            tuple(Bar(_named(week), BusinessTime.of(hours[week])) for week in weeks),
            empty=_NONE,
        ),
    )


def _weeks(facts: SweepFacts) -> Iterator[date]:
    last = _monday((facts.until - _LEAST).astimezone(facts.schedule.timezone).date())
    for back in reversed(range(WEEKS)):
        yield last - back * _WEEK


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _named(week: date) -> str:
    return f"{week:%d %b %Y}"


def _lost(taken: Taken, schedule: Schedule) -> timedelta:
    return business_time_between(schedule, taken.received, taken.lay_until)


def senders(facts: SweepFacts) -> Table:
    """Whom the filter takes again and again, and what to do about it, the worst first."""
    by_sender: defaultdict[str, list[Taken]] = defaultdict(list)
    for one in facts.taken:
        by_sender[one.sender].append(one)
    again = [(name, found) for name, found in by_sender.items() if len(found) >= AGAIN]
    again.sort(key=lambda one: (-len(one[1]), one[0]))
    rows = tuple(
        (
            sender,
            next((one.customer for one in found if one.customer), None),
            len(found),
            BusinessTime.of(sum((_lost(one, facts.schedule) for one in found), timedelta(0))),
            advice(max(found, key=lambda one: one.received)),
        )
        for sender, found in again
    )
    columns = (
        Column("sender", "Sender"),
        Column("customer", "Customer"),
        Column("times", "Taken", Kind.NUMBER),
        Column("lost", "Opening hours lost", Kind.DURATION),
        Column("advice", "What to do"),
    )
    return Table(
        "senders",
        "Senders whom the filter takes again and again",
        columns,
        rows,
        about="In the last twelve weeks." if rows else "",
        empty=_NONE,
    )


def advice(taken: Taken) -> str:
    """What to do so that a sender's mail is not taken again."""
    domain = taken.sender.rpartition("@")[2]
    sentence = _ADVICE.get(taken.authentication, _ADVICE["unverified"])
    if domain in PUBLIC_PROVIDERS and taken.authentication not in ("authenticated", "suspicious"):
        sentence = _AT_A_PROVIDER
    fault = f" ({taken.fault})" if taken.fault else ""
    return sentence.format(sender=taken.sender, domain=domain, fault=fault)
