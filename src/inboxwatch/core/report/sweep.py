"""The report of a sweep: who was found in the spam folder, why we believe it, and what was done."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inboxwatch.core.report.document import (
    Bar,
    Bars,
    Card,
    Cards,
    Column,
    Document,
    Fact,
    Figure,
    Figures,
    Kind,
    Table,
)
from inboxwatch.core.report.sweep_trend import senders, trend
from inboxwatch.core.report.words import SUBJECT, cut
from inboxwatch.core.schedule import business_time_between
from inboxwatch.model.decision import RescueDecision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inboxwatch.core.report.document import Section
    from inboxwatch.core.report.sweep_facts import Ground, SweepFacts, SweptMail
    from inboxwatch.model.schedule import Schedule

NAME: Final = "sweep"

SECTIONS: Final = (
    "figures",
    "rescued",
    "review",
    "refused",
    "went_out",
    "causes",
    "trend_mails",
    "trend_hours",
    "senders",
    "mistakes",
    "sweeps",
)
"""The names of the sections, in their order."""

CARDS_AT_MOST: Final = 100
"""Mails of one section; how many more there are is said."""

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


def sweep(facts: SweepFacts) -> Document:
    """The report of one sweep, or of all in a span."""
    by_decision = {
        one: tuple(mail for mail in facts.mails if mail.decision is one) for one in RescueDecision
    }
    rescued, review = by_decision[RescueDecision.RESCUE], by_decision[RescueDecision.REVIEW]
    refused = tuple(one for one in by_decision[RescueDecision.LEAVE] if _poses(one))
    about = "Customers whose mail had been taken for spam, with every reason to believe them."
    sections: tuple[Section, ...] = (
        _figures(facts, rescued, review, refused),
        _cards("rescued", "Found and genuine", rescued, facts, about),
        _cards(
            "review",
            "For you to look at",
            review,
            facts,
            "Perhaps genuine: a person decides. Nothing here was moved.",
        ),
        _cards(
            "refused",
            "Refused",
            refused,
            facts,
            "They pose as customers or colleagues, or were not proven to be them. Do not answer.",
        ),
        _went_out(facts),
        _causes(rescued),
        *trend(facts),
        senders(facts),
        _mistakes(facts),
        _sweeps(facts),
    )
    return Document(NAME, "Spam rescue report", facts.since, facts.until, sections, facts.notes)


def _poses(mail: SweptMail) -> bool:
    """Whether a mail that was left is more than ordinary spam."""
    return bool(mail.customer or mail.pretends)


def lay_there(mail: SweptMail) -> timedelta:
    """How long a mail lay in the spam folder before it was found."""
    return max(timedelta(0), mail.found_at - mail.received)


def _in_business(mail: SweptMail, schedule: Schedule) -> timedelta:
    return business_time_between(schedule, mail.received, mail.found_at)


def _figures(
    facts: SweepFacts,
    rescued: tuple[SweptMail, ...],
    review: tuple[SweptMail, ...],
    refused: tuple[SweptMail, ...],
) -> Figures:
    examined = _examined(facts)
    lost = sum(map(lay_there, rescued), timedelta(0))
    business = sum((_in_business(one, facts.schedule) for one in rescued), timedelta(0))
    longest = max(map(lay_there, rescued), default=None)
    moved = sum(one.outcome == "moved" for one in facts.mails)
    return Figures(
        "figures",
        "At a glance",
        (
            Figure("examined", "Looked at in the spam folders", examined, "mails"),
            Figure("rescued", "Found and genuine", len(rescued), "mails"),
            Figure("customers", "Customers concerned", len({one.sender for one in rescued})),
            Figure("moved", "Moved out of the spam folder", moved, "mails"),
            Figure("review", "For you to look at", len(review), "mails"),
            Figure("refused", "Refused, forged ones among them", len(refused), "mails"),
            Figure("lost", "Time lost", lost, "", "how long the genuine ones lay there, together"),
            Figure("lost_business", "Time lost in opening hours", business),
            Figure("longest", "Longest", longest),
            Figure("went_out", "Customers written to", sum(bool(m.went_out) for m in facts.mails)),
            Figure("mistakes", "Mistakes", len(facts.mistakes), "", "in the last twelve weeks"),
        ),
    )


def _examined(facts: SweepFacts) -> int:
    """Several sweeps look at the same mails: of each account the fullest one counts."""
    fullest: Counter[str] = Counter()
    for one in facts.sweeps:
        fullest |= Counter(one.examined)
    return fullest.total()


def _cards(
    name: str, title: str, mails: tuple[SweptMail, ...], facts: SweepFacts, about: str
) -> Cards:
    """The mails that lay there longest come first."""
    ordered = sorted(mails, key=lambda one: (one.received, one.sender))
    shown = tuple(_card(one, facts) for one in ordered[:CARDS_AT_MOST])
    left = len(ordered) - len(shown)
    return Cards(name, title, shown, about if mails else "", "There was none.", left)


def _card(mail: SweptMail, facts: SweepFacts) -> Card:
    who = f"{mail.customer} <{mail.sender}>" if mail.customer else mail.sender
    subject = cut(mail.subject, SUBJECT) or "(no subject)"
    return Card(f"{who}: {subject}", tuple(_facts(mail, facts)), tuple(_grounds(mail.grounds)))


def _facts(mail: SweptMail, facts: SweepFacts) -> Iterator[Fact]:
    yield Fact("Received", mail.received.astimezone(facts.schedule.timezone))
    yield Fact("Lay there", lay_there(mail))
    yield Fact("In opening hours", _in_business(mail, facts.schedule))
    yield Fact("Account", mail.account)
    if mail.mail_id is not None:
        yield Fact("Mail", mail.mail_id)
    if mail.wrote > 1:
        yield Fact("Wrote", f"{mail.wrote} mails that lay there")
    if mail.pretends:
        yield Fact("Poses as", mail.pretends)
    yield Fact("Filter", mail.filtered or CAUSES.get(mail.category, CAUSES["unknown"]))
    yield Fact("Sender", mail.suspicion or _SENDER.get(mail.authentication, mail.authentication))
    yield Fact("Outcome", _outcome(mail))
    if mail.went_out:
        yield Fact("Went out", mail.went_out)


_SENDER: Final = {
    "authenticated": "proven genuine by your own mail server",
    "failed": "forged, says your own mail server",
    "suspicious": "suspicious",
    "unverified": "not proven",
}
"""The status of authentication in words."""


def _outcome(mail: SweptMail) -> str:
    told = _DONE.get(mail.outcome, mail.outcome)
    told = f"{told} to {mail.moved_to}" if mail.outcome == "moved" and mail.moved_to else told
    return f"{told} ({mail.detail})" if mail.detail else told


def _grounds(grounds: Iterable[Ground]) -> Iterator[str]:
    """Every condition with whether it is met; those that are not stand first."""
    for one in sorted(grounds, key=lambda ground: ground.met):
        evidence = f" ({one.evidence})" if one.evidence else ""
        yield f"{'Met' if one.met else 'Not met'}: {one.title}{evidence}"


def _went_out(facts: SweepFacts) -> Table:
    rows = tuple(
        (one.mail_id, one.customer or None, one.sender, one.went_out)
        for one in facts.mails
        if one.went_out
    )
    columns = (
        Column("mail", "Mail", Kind.NUMBER),
        Column("customer", "Customer"),
        Column("to", "To"),
        Column("what", "What went out"),
    )
    return Table("went_out", "What went out", columns, rows, empty="Nobody was written to.")


def _causes(rescued: tuple[SweptMail, ...]) -> Bars:
    counted = Counter(CAUSES.get(one.category, CAUSES["unknown"]) for one in rescued)
    bars = tuple(
        Bar(cause, count)
        for cause, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    )
    title = "Why the filter took genuine mail"
    return Bars("causes", title, "The filter's verdict", "mails", bars, empty="It took none.")


def _mistakes(facts: SweepFacts) -> Table:
    zone = facts.schedule.timezone
    rows = tuple(
        (
            one.at.astimezone(zone),
            one.sender,
            cut(one.subject, SUBJECT),
            one.what,
            one.mended or "nothing yet",
        )
        for one in facts.mistakes
    )
    columns = (
        Column("at", "When", Kind.INSTANT),
        Column("sender", "Sender"),
        Column("subject", "Subject"),
        Column("what", "What went wrong"),
        Column("mended", "What was done about it"),
    )
    about = "In the last twelve weeks." if rows else ""
    return Table("mistakes", "Mistakes", columns, rows, about=about, empty="None is known.")


_MODES: Final = {
    "apply": "moves what is genuine",
    "interactive": "asks about what is doubtful",
    "report": "reports only",
}


def _sweeps(facts: SweepFacts) -> Table:
    zone = facts.schedule.timezone
    rows = tuple(
        (
            one.id,
            one.started_at.astimezone(zone),
            _MODES.get(one.mode, one.mode),
            ", ".join(f"{name}: {count}" for name, count in one.examined.items()),
            "; ".join(one.notes) or None,
        )
        for one in facts.sweeps
    )
    columns = (
        Column("sweep", "Sweep", Kind.NUMBER),
        Column("started", "Started", Kind.INSTANT),
        Column("mode", "What it does"),
        Column("examined", "Mails looked at"),
        Column("notes", "Notes"),
    )
    return Table("sweeps", "Sweeps", columns, rows, empty="There was none.")
