"""How soon people answered: questions, and the business time up to the first answer of a person.

What somebody writes in one conversation before anybody has answered is one question, asked when the
first of it came. Automatic replies are no answers.
"""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.report.document import Bar, Bars, BusinessTime, Figure
from inboxwatch.core.schedule import business_time_between

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inboxwatch.model.report import MailFact
    from inboxwatch.model.schedule import Schedule

FLAGGED = frozenset({"answered by a person"})
"""Why a mail is closed where a flag tells that it was answered, but nothing tells when."""

_HOUR = timedelta(hours=1)
_STEPS = (
    (1 * _HOUR, "within 1 hour"),
    (2 * _HOUR, "within 2 hours"),
    (4 * _HOUR, "within 4 hours"),
    (8 * _HOUR, "within 8 hours"),
    (16 * _HOUR, "within 16 hours"),
)


class Question(Struct, frozen=True):
    """The first mail of what somebody asked, and the business time up to a person's answer."""

    mail: MailFact
    waited: BusinessTime | None = None

    @property
    def is_answered(self) -> bool:
        """Whether a person answered, even if nothing tells when."""
        return self.waited is not None or self.mail.closed in FLAGGED


def questions(mails: Iterable[MailFact], schedule: Schedule) -> tuple[Question, ...]:
    """What was asked in these mails, in the order in which it came."""
    first: dict[tuple[object, ...], MailFact] = {}
    for mail in sorted(mails, key=lambda one: (one.received, one.id)):
        unknown_when = mail.id if mail.closed in FLAGGED and mail.answered_at is None else 0
        first.setdefault((mail.conversation, mail.party, mail.answered_at, unknown_when), mail)
    return tuple(Question(mail, _waited(mail, schedule)) for mail in first.values())


def _waited(mail: MailFact, schedule: Schedule) -> BusinessTime | None:
    if mail.answered_at is None:
        return None
    return BusinessTime.of(business_time_between(schedule, mail.received, mail.answered_at))


def answer_figures(asked: Iterable[Question]) -> tuple[Figure, Figure]:
    """The median and the 90th percentile (nearest rank) of the first-answer times."""
    times = sorted(one.waited for one in asked if one.waited is not None)
    middle = BusinessTime(seconds=median(map(timedelta.total_seconds, times))) if times else None
    ninth = times[-(-len(times) * 9 // 10) - 1] if times else None
    note = "business time, automatic replies not counted"
    return (
        Figure("first_answer_median", "First answer, median", middle, "", note),
        Figure("first_answer_p90", "First answer, 9 of 10 within", ninth),
    )


def answer_times(asked: Iterable[Question]) -> Bars:
    """How many first answers came how soon."""
    times = [one.waited for one in asked if one.waited is not None]
    bars, before = [], timedelta(-1)
    for step, label in _STEPS:
        bars.append(Bar(label, sum(before < one <= step for one in times)))
        before = step
    bars.append(Bar("later", sum(one > before for one in times)))
    return Bars(
        "first_answers",
        "First answers of people",
        "Business time",
        "questions",
        tuple(bars) if times else (),
        about="How long people waited for the first answer of a person, in opening hours.",
        empty="Nothing was answered by a person.",
    )
