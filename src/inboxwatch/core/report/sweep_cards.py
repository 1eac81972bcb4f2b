"""The mails of a sweep's report: a card for each, with what is known of it and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inboxwatch.core.report.document import BusinessTime, Card, Cards, Column, Fact, Kind
from inboxwatch.core.report.words import SUBJECT, cut
from inboxwatch.core.schedule import business_time_between

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from inboxwatch.core.report.document import Cell
    from inboxwatch.core.report.sweep_facts import Ground, SweepFacts, SweptMail
    from inboxwatch.model.schedule import Schedule

CARDS_AT_MOST: Final = 100
"""Mails of one section; how many more there are is said."""

COLUMNS: Final = (
    Column("from", "From"),
    Column("customer", "Customer"),
    Column("poses_as", "Poses as"),
    Column("received", "Received", Kind.INSTANT),
    Column("found", "First found", Kind.INSTANT),
    Column("lay_there", "Lay there", Kind.DURATION),
    Column("open", "In opening hours", Kind.DURATION),
    Column("account", "Account"),
    Column("mail", "Mail", Kind.NUMBER),
    Column("wrote", "Sender's mails", Kind.NUMBER),
    Column("filter", "Filter"),
    Column("sender", "Sender"),
    Column("belongs_to", "Belongs to"),
    Column("outcome", "Outcome"),
    Column("went_out", "Went out"),
)
"""What can be known of a mail, in the order of its card."""

CAUSES: Final = {
    "spam": "taken for spam",
    "bulk": "taken for a mass mailing",
    "phishing": "taken for phishing",
    "malware": "taken for malware",
    "spoof": "taken for a forged sender",
    "unknown": "the filter does not say",
}
"""The verdicts of filters in words."""

_DONE: Final = {
    "reported": "reported; it lies where it was",
    "moving": "nobody knows whether it was moved; the next sweep looks",
    "moved": "moved",
    "capped": "left for the next sweep: enough was moved in this one",
    "failed": "could not be moved",
    "undoing": "nobody knows whether it was put back; the next sweep looks",
    "undone": "moved, and put back",
    "gone": "was no longer there",
    "returned": "moved before and put back; it is left alone",
}
"""What became of a mail, in words."""

_SENDER: Final = {
    "authenticated": "proven genuine by your own mail server",
    "failed": "forged, says your own mail server",
    "suspicious": "suspicious",
    "unverified": "not proven",
}
"""The status of authentication in words."""


def cards(
    name: str, title: str, mails: Iterable[SweptMail], facts: SweepFacts, about: str
) -> Cards:
    """A section of mails, those that lay there longest first."""
    ordered = sorted(mails, key=lambda one: (one.received, one.sender))
    shown = tuple(_card(one, facts) for one in ordered[:CARDS_AT_MOST])
    return Cards(
        name,
        title,
        shown,
        head="Subject",
        columns=COLUMNS,
        about=about if shown else "",
        empty="There was none.",
        left=len(ordered) - len(shown),
    )


def lay_there(mail: SweptMail) -> timedelta:
    """How long a mail lay in the spam folder: until it was moved, else until now."""
    return max(mail.lay_until, mail.received) - mail.received


def in_business(mail: SweptMail, schedule: Schedule) -> BusinessTime:
    """The part of ``lay_there`` in which the business was open."""
    return BusinessTime.of(business_time_between(schedule, mail.received, mail.lay_until))


def _card(mail: SweptMail, facts: SweepFacts) -> Card:
    known = _known(mail, facts)
    met = [one for one in mail.grounds if one.met]
    return Card(
        headline=cut(mail.subject, SUBJECT) or "(no subject)",
        facts=tuple(
            Fact(column.label, known[column.name])
            for column in COLUMNS
            if known[column.name] not in (None, "")
        ),
        reasons=tuple(f"Not met: {_told(one)}" for one in mail.grounds if not one.met),
        summary=_summary(len(met), len(mail.grounds)),
        details=tuple(f"Met: {_told(one)}" for one in met),
    )


def _known(mail: SweptMail, facts: SweepFacts) -> dict[str, Cell]:
    """A value for every column."""
    zone = facts.schedule.timezone
    received, found, until = (
        at.astimezone(zone) for at in (mail.received, mail.found_at, mail.lay_until)
    )
    return {
        "from": _from(mail),
        "customer": "" if mail.pretends else mail.customer,
        "poses_as": mail.pretends,
        "received": received,
        "found": found if found.date() < until.date() else None,
        "lay_there": lay_there(mail),
        "open": in_business(mail, facts.schedule),
        "account": mail.account,
        "mail": mail.mail_id,
        "wrote": mail.wrote if mail.wrote > 1 else None,
        "filter": mail.filtered or CAUSES.get(mail.category, CAUSES["unknown"]),
        "sender": mail.suspicion or _SENDER.get(mail.authentication, mail.authentication),
        "belongs_to": mail.belongs_to,
        "outcome": _outcome(mail),
        "went_out": mail.went_out,
    }


def _from(mail: SweptMail) -> str:
    """The mail's own name and address, whoever the customer is."""
    name = cut(mail.shown_name, SUBJECT)
    return f"{name} <{mail.sender}>" if name else mail.sender


def _outcome(mail: SweptMail) -> str:
    told = _DONE.get(mail.outcome, mail.outcome)
    told = f"{told} to {mail.moved_to}" if mail.outcome == "moved" and mail.moved_to else told
    return f"{told} ({mail.detail})" if mail.detail else told


def _summary(met: int, every: int) -> str:
    """``All ten conditions are met``, or how many of them are."""
    if not met:
        return ""
    if met < every:
        return f"{met} of {every} conditions are met"
    return f"All {_NUMBERS.get(every, every)} conditions are met" if every > 1 else "It is met"


_NUMBERS: Final = {9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}


def _told(ground: Ground) -> str:
    return f"{ground.title} ({ground.evidence})" if ground.evidence else ground.title
