"""The report of everything: what came, how soon people answered, what was promised and held."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inboxwatch.core.attention import record_of
from inboxwatch.core.report.answers import Question, answer_figures, answer_times, questions
from inboxwatch.core.report.document import (
    Bar,
    Bars,
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Table,
    percent,
)
from inboxwatch.core.report.hours import hours_section
from inboxwatch.core.report.week_tables import (
    RESCUED,
    escalations,
    held,
    promises,
    rescued,
    surges,
    unanswered,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.core.report.document import Cell, Section
    from inboxwatch.core.report.facts import WeekFacts
    from inboxwatch.model.report import MailFact

NAME: Final = "week"
DAYS_AT_MOST: Final = 31
"""A longer span is told by weeks."""

_NO_MAIL = frozenset({"left in the spam folder", "written by a colleague", "a draft"})
"""Why a mail needs nobody, where it was none that asked for anything."""

_LEAST = timedelta(microseconds=1)
"""What ends at midnight does not reach into the next day."""

_SENT = frozenset({"sent", "unknown"})


def week(facts: WeekFacts) -> Document:
    """The report of a span, a week as a rule."""
    people = tuple(one for one in facts.mails if _asks(one))
    asked = questions(people, facts.schedule)
    sections: tuple[Section, ...] = (
        _figures(facts, people, asked),
        _received(facts, people),
        hours_section([one.received for one in people], facts.schedule, facts.since, facts.until),
        answer_times(asked),
        *_accounts(facts, people, asked),
        unanswered(facts, asked),
        escalations(facts),
        promises(facts),
        rescued(facts, people),
        surges(facts),
        held(facts, people),
    )
    accounts = f": {', '.join(facts.accounts)}" if facts.accounts else ""
    return Document(NAME, f"Support report{accounts}", facts.since, facts.until, sections)


def _asks(mail: MailFact) -> bool:
    """Whether a person wrote it to us."""
    return not mail.automatic and mail.closed not in _NO_MAIL


def _figures(
    facts: WeekFacts, people: tuple[MailFact, ...], asked: tuple[Question, ...]
) -> Section:
    answered = sum(one.is_answered for one in asked)
    replied = sum(one.reply_state in _SENT for one in facts.mails)
    record = record_of(facts.promises, facts.until)
    closed = sum(one.closed_at is not None for one in facts.escalations)
    found = sum(RESCUED in one.signals for one in people)
    note = "what one person wrote before an answer counts once"
    kept = f"{record.late} late, {record.overdue} broken, {record.open} open"
    return Figures(
        "figures",
        "At a glance",
        (
            Figure("mails", "Mails from people", len(people), "mails"),
            Figure("other", "Other mail", len(facts.mails) - len(people), "mails", _OTHER),
            Figure("questions", "Questions", len(asked), "questions", note),
            Figure("answered", "Answered by people", answered, "questions"),
            Figure("answered_share", "Share answered", percent(answered, len(asked)), "%"),
            *answer_figures(asked),
            Figure("replies", "Automatic replies sent", replied, "replies"),
            Figure("promises_kept", "Promises kept", _kept(record.rate), "%", kept),
            Figure(
                "escalations",
                "Escalations",
                len(facts.escalations),
                "",
                f"{closed} of them closed by now",
            ),
            Figure("rescued", "Customers' mail found in spam", found, "mails"),
            Figure("surges", "Surges", len(facts.surges)),
        ),
    )


def _kept(rate: float | None) -> int | None:
    return None if rate is None else percent(rate, 1)


_OTHER = "automatic mail, spam, and what colleagues wrote"


def _received(facts: WeekFacts, people: tuple[MailFact, ...]) -> Bars:
    """By day, or by week where those would be too many."""
    zone = facts.schedule.timezone
    days = Counter(one.received.astimezone(zone).date() for one in people)
    first = facts.since.astimezone(zone).date()
    last = (facts.until - _LEAST).astimezone(zone).date()
    step = 1 if (last - first).days <= DAYS_AT_MOST else 7
    bars = []
    while first <= last:
        count = sum(days[first + timedelta(days=day)] for day in range(step))
        bars.append(Bar(f"{first:%a %d %b}" if step == 1 else f"week of {first:%d %b}", count))
        first += timedelta(days=step)
    head = "Day" if step == 1 else "Week"
    return Bars("received", "Mail from people", head, "mails", tuple(bars))


def _accounts(
    facts: WeekFacts, people: tuple[MailFact, ...], asked: tuple[Question, ...]
) -> Iterator[Table]:
    """How each account fared, where there are several."""
    names = sorted({one.account for one in people})
    if len(names) < 2:  # noqa: PLR2004 - one account is the whole report
        return
    columns = (
        Column("account", "Account"),
        Column("mails", "Mails", Kind.NUMBER),
        Column("questions", "Questions", Kind.NUMBER),
        Column("answered", "Answered", Kind.NUMBER),
        Column("median", "First answer, median", Kind.DURATION),
        Column("replies", "Automatic replies", Kind.NUMBER),
    )
    yield Table(
        "accounts",
        "By account",
        columns,
        tuple(_account(name, facts, people, asked) for name in names),
        about="First answers are in business time.",
    )


def _account(
    name: str, facts: WeekFacts, people: tuple[MailFact, ...], asked: tuple[Question, ...]
) -> tuple[Cell, ...]:
    theirs = tuple(one for one in asked if one.mail.account == name)
    return (
        name,
        sum(one.account == name for one in people),
        len(theirs),
        sum(one.is_answered for one in theirs),
        answer_figures(theirs)[0].value,
        sum(one.account == name and one.reply_state in _SENT for one in facts.mails),
    )
