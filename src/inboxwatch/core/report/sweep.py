"""The report of a sweep: who was found in the spam folder, why we believe it, and what was done."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inboxwatch.core.report.document import (
    Bar,
    Bars,
    BusinessTime,
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Table,
)
from inboxwatch.core.report.sweep_cards import CAUSES, cards, in_business, lay_there
from inboxwatch.core.report.sweep_facts import RUN
from inboxwatch.core.report.sweep_trend import senders, trend
from inboxwatch.core.report.words import SUBJECT, cut
from inboxwatch.model.decision import RescueDecision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.core.report.document import Cell, Section
    from inboxwatch.core.report.sweep_facts import SweepFacts, Swept, SweptMail

NAME: Final = "sweep"

SECTIONS: Final = (
    "figures",
    "rescued",
    "by_hand",
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


def sweep(facts: SweepFacts) -> Document:
    """The report of a sweep, with what others moved in its span."""
    kinds = _Kinds(facts)
    sections: tuple[Section, ...] = (
        _figures(facts, kinds),
        *(cards(name, title, kinds.of(name), facts, about) for name, title, about in _CARDS),
        _went_out(facts),
        _causes(kinds.genuine),
        *trend(facts),
        senders(facts),
        _mistakes(facts),
        _sweeps(facts),
    )
    return Document(NAME, "Spam rescue report", facts.since, facts.until, sections, facts.notes)


_CARDS: Final = (
    (
        "rescued",
        "Found and genuine",
        "Customers whose mail had been taken for spam, with every reason to believe them.",
    ),
    (
        "by_hand",
        "Genuine because a person said so",
        "Not everything that proves a mail was there. Somebody looked at it and rescued it.",
    ),
    (
        "review",
        "For you to look at",
        "Perhaps genuine: a person decides. Nothing here was moved.",
    ),
    (
        "refused",
        "Refused",
        "They pose as customers or colleagues, or were not proven to be them. Do not answer.",
    ),
)
"""The sections of single mails: name, title, and what is said of them."""


class _Kinds:
    """The mails of a sweep by what was decided; ordinary spam is in none of them."""

    def __init__(self, facts: SweepFacts) -> None:
        self._found: defaultdict[str, list[SweptMail]] = defaultdict(list)
        for one in facts.mails:
            self._found[_kind(one)].append(one)

    def of(self, name: str) -> tuple[SweptMail, ...]:
        """The mails of one section."""
        return tuple(self._found[name])

    @property
    def genuine(self) -> tuple[SweptMail, ...]:
        """Whatever is genuine, whoever says so."""
        return self.of("rescued") + self.of("by_hand")


def _kind(mail: SweptMail) -> str:
    """The section that a mail stands in, empty for none."""
    if mail.decision is RescueDecision.RESCUE:
        return "by_hand" if mail.by_hand else "rescued"
    if mail.decision is RescueDecision.REVIEW:
        return "review"
    return "refused" if _poses(mail) else ""


def _poses(mail: SweptMail) -> bool:
    """Whether a mail that was left is more than ordinary spam."""
    return bool(mail.customer or mail.pretends)


def _figures(facts: SweepFacts, kinds: _Kinds) -> Figures:
    examined, others = _examined(facts)
    genuine = kinds.genuine
    rescued, by_hand, review, refused = (len(kinds.of(name)) for name, *_ in _CARDS)
    lost = sum(map(lay_there, genuine), timedelta(0))
    open_hours = sum((in_business(one, facts.schedule) for one in genuine), timedelta(0))
    moved = sum(one.outcome == "moved" for one in facts.mails)
    return Figures(
        "figures",
        "At a glance",
        (
            Figure("examined", "Looked at in the spam folders", examined, "mails", others),
            Figure("rescued", "Found and genuine", rescued, "mails"),
            Figure("by_hand", "Genuine because a person said so", by_hand, "mails"),
            Figure("customers", "Customers concerned", len({one.sender for one in genuine})),
            Figure("moved", "Moved out of the spam folder", moved, "mails"),
            Figure("review", "For you to look at", review, "mails"),
            Figure("refused", "Refused, forged ones among them", refused, "mails"),
            Figure("lost", "Time lost", lost, "", "of all genuine ones together, by now"),
            Figure("lost_business", "Time lost in opening hours", BusinessTime.of(open_hours)),
            Figure("longest", "Longest", max(map(lay_there, genuine), default=None)),
            Figure("went_out", "Customers written to", sum(bool(m.went_out) for m in facts.mails)),
            Figure("mistakes", "Mistakes", len(facts.mistakes), "", "in the last twelve weeks"),
        ),
    )


def _examined(facts: SweepFacts) -> tuple[int, str]:
    """What this sweep looked at, and how many of it the report tells nothing of."""
    (here,) = (one for one in facts.sweeps if one.id == facts.sweep_id)
    examined = sum(here.examined.values())
    others = examined - sum(here.told.values())
    if others <= 0:
        return examined, ""
    # what could not be read is among the others, and may be a customer's
    return examined, f"{others} {'not told of' if facts.incomplete else 'of no customer'}"


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


def _causes(genuine: tuple[SweptMail, ...]) -> Bars:
    counted = Counter(CAUSES.get(one.category, CAUSES["unknown"]) for one in genuine)
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
    RUN: "a run, which moves what is new",
}


def _sweeps(facts: SweepFacts) -> Table:
    """A row for each account of a sweep, so that all counts are numbers."""
    rows = tuple(row for one in facts.sweeps for row in _rows(one, facts))
    columns = (
        Column("sweep", "Sweep", Kind.NUMBER),
        Column("started", "Started", Kind.INSTANT),
        Column("mode", "What it does"),
        Column("account", "Account"),
        Column("examined", "Mails looked at", Kind.NUMBER),
        Column("moved", "Moved", Kind.NUMBER),
        Column("notes", "Notes"),
    )
    return Table("sweeps", "Sweeps", columns, rows, empty="There was none.")


def _rows(one: Swept, facts: SweepFacts) -> Iterator[tuple[Cell, ...]]:
    started = one.started_at.astimezone(facts.schedule.timezone)
    notes = "; ".join(one.notes) or None
    mode = _MODES.get(one.mode, one.mode)
    accounts = sorted({*one.examined, *one.moved})
    if not accounts:
        yield one.id, started, mode, None, None, 0, notes
    for account in accounts:
        examined, moved = one.examined.get(account), one.moved.get(account, 0)
        yield one.id, started, mode, account, examined, moved, notes
        notes = None
