"""The report of everything, from facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from tests.support.build import BERLIN, NOW
from tests.support.build import week as hours_of_week

from inboxwatch.core.report.answers import questions
from inboxwatch.core.report.document import (
    Bars,
    BusinessTime,
    Cell,
    Document,
    Figures,
    HeatMap,
    Table,
)
from inboxwatch.core.report.facts import WeekFacts
from inboxwatch.core.report.hours import hours_section
from inboxwatch.core.report.week import week
from inboxwatch.core.report.week_tables import ROWS_AT_MOST
from inboxwatch.model.case import Escalation
from inboxwatch.model.outcome import Promise
from inboxwatch.model.report import MailFact
from inboxwatch.model.surge import Surge

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCHEDULE = hours_of_week()
SINCE = datetime(2026, 11, 16, tzinfo=BERLIN)


def mail(number: int = 1, **fields: object) -> MailFact:
    built = MailFact(
        id=number,
        account="support",
        conversation=number,
        party=f"p{number}@customer.example",
        sender=f"p{number}@customer.example",
        subject=f"Subject {number}",
        received=NOW,
        role="inbox",
        priority=3,
        automatic=False,
        reply="none",
    )
    return replace(built, **fields)


def report(*mails: MailFact, **fields: object) -> Document:
    built = WeekFacts(
        since=SINCE,
        until=SINCE + 7 * DAY,
        schedule=SCHEDULE,
        mails=mails,
        promises=(),
        escalations=(),
        surges=(),
        titles={"A15": "It looks automatic.", "A44": "It speaks of danger."},
    )
    return week(replace(built, **fields))


def figure(document: Document, name: str) -> Cell:
    (section,) = [one for one in document.sections if isinstance(one, Figures)]
    return {one.name: one.value for one in section.figures}[name]


def table(document: Document, name: str) -> Table:
    (found,) = [one for one in document.sections if one.name == name]
    assert isinstance(found, Table)
    return found


def test_what_is_automatic_spam_or_ours_is_no_mail_of_people() -> None:
    found = report(
        mail(1),
        mail(2, automatic=True),
        mail(3, closed="left in the spam folder"),
        mail(4, closed="written by a colleague"),
    )
    assert (figure(found, "mails"), figure(found, "other")) == (1, 3)


def test_first_answers_are_in_business_time() -> None:
    friday = datetime(2026, 11, 20, 17, tzinfo=BERLIN)
    monday = datetime(2026, 11, 23, 10, tzinfo=BERLIN)
    found = report(mail(1, received=friday, answered_at=monday))
    assert figure(found, "first_answer_median") == 2 * HOUR
    assert isinstance(figure(found, "first_answer_median"), BusinessTime)
    assert isinstance(figure(found, "first_answer_p90"), BusinessTime)


def test_what_is_written_before_an_answer_is_one_question() -> None:
    asked = questions(
        [
            mail(1, conversation=7, party="a", received=NOW, answered_at=NOW + 2 * HOUR),
            mail(2, conversation=7, party="a", received=NOW + HOUR, answered_at=NOW + 2 * HOUR),
            mail(3, conversation=7, party="a", received=NOW + 3 * HOUR),
            mail(4, conversation=7, party="b", received=NOW, answered_at=NOW + 2 * HOUR),
        ],
        SCHEDULE,
    )
    assert [(one.mail.id, one.is_answered) for one in asked] == [(1, True), (4, True), (3, False)]
    assert asked[0].waited == 2 * HOUR


def test_a_flag_tells_that_it_was_answered_but_not_when() -> None:
    found = report(mail(1, closed="answered by a person"), mail(2))
    assert (figure(found, "answered"), figure(found, "first_answer_median")) == (1, None)
    assert [row[0] for row in table(found, "unanswered").rows] == [2]


@pytest.mark.parametrize(
    ("hours", "median", "ninth"),
    [([1], 1.0, 1.0), ([1, 3], 2.0, 3.0), ([1] * 9 + [6], 1.0, 1.0), ([1] * 8 + [6, 6], 1.0, 6.0)],
)
def test_median_and_the_90th_percentile(hours: list[int], median: float, ninth: float) -> None:
    morning = datetime(2026, 11, 18, 9, tzinfo=BERLIN)
    lunch_free = replace(SCHEDULE, periods=SCHEDULE.periods)
    mails = [
        mail(number, received=morning, answered_at=morning + timedelta(hours=value))
        for number, value in enumerate(hours)
    ]
    found = report(*mails, schedule=lunch_free)
    # 9:00 to 12:30 and 13:30 to 18:00: six hours by the clock are five of business
    clock = {1.0: HOUR, 2.0: 2 * HOUR, 3.0: 3 * HOUR, 6.0: 5 * HOUR}
    assert figure(found, "first_answer_median") == clock[median]
    assert figure(found, "first_answer_p90") == clock[ninth]


def test_an_automatic_reply_is_counted_and_is_no_answer() -> None:
    found = report(mail(1, reply="send", reply_state="sent"), mail(2, reply_state="held"))
    assert (figure(found, "replies"), figure(found, "answered")) == (1, 0)


def test_held_replies_by_rule_with_its_title() -> None:
    found = report(
        mail(1, reply="hold", held_by=("A15", "A44")),
        mail(2, reply="hold", held_by=("A44",)),
        mail(3, reply="hold"),
        mail(4, reply="none", held_by=("A15",)),
    )
    held = table(found, "held")
    assert held.rows == (
        ("A44", "It speaks of danger.", 2),
        ("A15", "It looks automatic.", 1),
        (None, "The configuration has replies wait for a person.", 1),
    )
    assert held.about.startswith("3 held")


def test_promises_that_were_not_kept_are_listed_and_the_others_counted() -> None:
    due = SINCE + DAY
    kept = Promise(1, 5, "support", "a@x.example", 1, due, kept_at=due - HOUR)
    late = replace(kept, id=2, entry_id=0, author="jo@acme.example", kept_at=due + HOUR)
    broken = replace(kept, id=3, mail_id=9, kept_at=None)
    found = report(promises=(kept, late, broken))
    assert figure(found, "promises_kept") == 33
    rows = table(found, "promises").rows
    assert [row[2] for row in rows] == ["jo@acme.example", "automatic reply"]


def test_escalations_rescued_customers_and_surges() -> None:
    escalation = Escalation(
        1, "support", "a@x.example", 4, NOW, NOW, 2, ("manager-request",), closed_at=NOW + HOUR
    )
    surge = Surge(3, (), "", NOW, NOW, NOW, senders=8, mails=9)
    rescued = mail(5, signals=("rescued-customer",), customer="Ann", role="junk")
    found = report(rescued, mail(6), escalations=(escalation,), surges=(surge,))
    assert table(found, "escalations").rows[0][:4] == (4, "a@x.example", "manager-request", 2)
    assert table(found, "rescued").rows[0][1] == "Ann <p5@customer.example>"
    assert table(found, "surges").rows[0][1:4] == ("much the same text", 8, 9)
    assert (figure(found, "escalations"), figure(found, "rescued")) == (1, 1)


def test_the_hours_are_those_of_the_teams_clocks() -> None:
    received = [datetime(2026, 11, 18, 22, 30, tzinfo=UTC), NOW, NOW]
    found = hours_section(received, SCHEDULE, SINCE, SINCE + 7 * DAY)
    assert isinstance(found, HeatMap)
    assert found.counts[2][23] == 1  # Wednesday, half past eleven at night in Berlin
    assert found.counts[2][10] == 2
    assert found.is_open[2][10]
    assert not found.is_open[2][23]
    assert not found.is_open[5][10]
    assert found.is_open[4][17]
    assert not found.is_open[4][18]
    assert found.lines == (
        "Busiest: Wed 10:00 (2), Wed 23:00 (1, closed).",
        "1 of 3 came outside of opening hours (33 %).",
    )


def test_a_short_span_still_knows_the_hours_of_a_whole_week() -> None:
    found = hours_section([], SCHEDULE, SINCE + 6 * DAY, SINCE + 7 * DAY)
    assert sum(map(sum, found.is_open)) == 5 * 9 + 5 * 1 - 5 * 1
    assert found.lines == ("No mail came.",)


def test_a_long_span_is_told_by_weeks() -> None:
    def bars(document: Document) -> Bars:
        (found,) = [one for one in document.sections if one.name == "received"]
        assert isinstance(found, Bars)
        return found

    assert len(bars(report(mail())).bars) == 7
    assert sum(one.value for one in bars(report(mail())).bars) == 1
    long = bars(report(mail(), since=SINCE - 60 * DAY))
    assert len(long.bars) == 10
    assert (long.head, sum(one.value for one in long.bars)) == ("Week", 1)


def test_several_accounts_are_told_apart_as_well() -> None:
    found = report(mail(1, answered_at=NOW + HOUR), mail(2, account="sales"))
    assert [row[:4] for row in table(found, "accounts").rows] == [
        ("sales", 1, 1, 0),
        ("support", 1, 1, 1),
    ]
    assert "accounts" not in {one.name for one in report(mail()).sections}


def test_a_table_has_an_end() -> None:
    found = table(report(*(mail(number) for number in range(1, ROWS_AT_MOST + 4))), "unanswered")
    assert len(found.rows) == ROWS_AT_MOST
    assert "3 more not shown" in found.about


def test_a_week_without_anything_is_a_report() -> None:
    found = report()
    assert figure(found, "answered_share") is None
    assert figure(found, "promises_kept") is None
