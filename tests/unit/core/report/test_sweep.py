"""The report of a sweep, from facts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.support.reports import HOSTILE
from tests.support.swept import FRIDAY, GROUNDS, UNTIL, sweep_facts, swept, taken

from inboxwatch.core.report.document import Bars, Cards, Cell, Document, Figures, Table
from inboxwatch.core.report.sweep import CARDS_AT_MOST, CAUSES, sweep
from inboxwatch.core.report.sweep_trend import WEEKS, advice
from inboxwatch.model.decision import RescueDecision
from inboxwatch.render.reports.csv import as_csv
from inboxwatch.render.reports.html import as_html
from inboxwatch.render.reports.markdown import as_markdown
from inboxwatch.render.reports.terminal import as_text

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def section(document: Document, name: str) -> Figures | Table | Bars | Cards:
    (found,) = [one for one in document.sections if one.name == name]
    assert isinstance(found, Figures | Table | Bars | Cards)
    return found


def cards(document: Document, name: str) -> Cards:
    found = section(document, name)
    assert isinstance(found, Cards)
    return found


def table(document: Document, name: str) -> Table:
    found = section(document, name)
    assert isinstance(found, Table)
    return found


def bars(document: Document, name: str) -> list[tuple[str, float]]:
    found = section(document, name)
    assert isinstance(found, Bars)
    return [(one.label, one.value) for one in found.bars]


def facts_of(document: Document, name: str) -> dict[str, Cell]:
    (card,) = cards(document, name).cards
    return {one.label: one.value for one in card.facts}


def test_the_totals() -> None:
    found = section(sweep(sweep_facts()), "figures")
    assert isinstance(found, Figures)
    assert {one.name: one.value for one in found.figures} == {
        "examined": 500,
        "rescued": 1,
        "customers": 1,
        "moved": 1,
        "review": 1,
        "refused": 1,
        "lost": 2 * DAY + 17 * HOUR,
        "lost_business": 2 * HOUR,
        "longest": 2 * DAY + 17 * HOUR,
        "went_out": 1,
        "mistakes": 1,
    }


def test_a_rescued_mail_says_everything_that_a_lead_asks() -> None:
    document = sweep(sweep_facts())
    (card,) = cards(document, "rescued").cards
    assert card.headline == "Ann Miller <ann@customer.example>: Where is my order?"
    assert facts_of(document, "rescued") == {
        "Received": FRIDAY,
        "Lay there": 2 * DAY + 17 * HOUR,
        "In opening hours": 2 * HOUR,
        "Account": "support",
        "Mail": 12,
        "Wrote": "2 mails that lay there",
        "Filter": "SpamAssassin gave it 6.2 points, and 5.0 are enough (HTML_MESSAGE).",
        "Sender": "proven genuine by your own mail server",
        "Outcome": "moved to INBOX",
        "Went out": "an apology, 2 days late",
    }
    assert card.reasons[1] == "Met: Your own mail server proves the sender (dmarc=pass)"


def test_what_is_left_for_review_says_first_what_is_missing() -> None:
    (card,) = cards(sweep(sweep_facts("no result")), "review").cards
    assert card.reasons[0] == "Not met: Your own mail server proves the sender (no result)"


def test_forged_mail_is_refused_and_ordinary_spam_is_only_counted() -> None:
    found = cards(sweep(sweep_facts("a customer")), "refused")
    assert [one.headline for one in found.cards] == ["ann@custorner.example: a customer"]
    assert facts_of(sweep(sweep_facts("a customer")), "refused")["Poses as"] == "a customer"


@pytest.mark.parametrize(
    "outcome", ["reported", "moving", "moved", "capped", "failed", "undone", "gone"]
)
def test_every_outcome_has_words(outcome: str) -> None:
    one = swept(outcome=outcome, detail="the server said no")
    told = facts_of(sweep(sweep_facts(mails=(one,))), "rescued")["Outcome"]
    assert isinstance(told, str)
    assert told.endswith("(the server said no)")
    assert told != f"{outcome} (the server said no)"


def test_causes_are_in_words_and_the_most_frequent_first() -> None:
    mails = (swept(category="bulk"), swept(), swept(), swept(category="something new"))
    assert bars(sweep(sweep_facts(mails=mails)), "causes") == [
        (CAUSES["spam"], 2),
        (CAUSES["bulk"], 1),
        (CAUSES["unknown"], 1),
    ]


def test_the_trend_is_of_twelve_weeks_up_to_now() -> None:
    document = sweep(sweep_facts())
    mails, hours = bars(document, "trend_mails"), bars(document, "trend_hours")
    assert len(mails) == len(hours) == WEEKS
    assert mails[-1] == ("23 Nov 2026", 0)
    assert mails[-2] == ("16 Nov 2026", 2)
    assert mails[-4] == ("2 Nov 2026", 1)
    # Friday 17:00 to Monday 9:00 is one opening hour; a fortnight ago until Saturday as well
    assert hours[-2] == ("16 Nov 2026", 2.0)
    assert hours[-4] == ("2 Nov 2026", 1.0)
    assert hours[-3] == ("9 Nov 2026", 0.0)


def test_senders_that_are_taken_again_come_with_what_to_do() -> None:
    (row,) = table(sweep(sweep_facts()), "senders").rows
    assert row[:4] == ("ann@customer.example", "Ann Miller", 2, 2 * HOUR)
    assert "allow list" in str(row[4])


@pytest.mark.parametrize(
    ("status", "says", "never"),
    [
        ("authenticated", "put ann@customer.example on the allow list", "SPF"),
        ("failed", "(dkim=fail): ask the people of customer.example", "put ann"),
        ("suspicious", "by telephone", "put ann"),
        ("unverified", "set up SPF", "allow list"),
        ("something new", "set up SPF", "allow list"),
    ],
)
def test_nobody_is_told_to_allow_what_is_not_proven(status: str, says: str, never: str) -> None:
    told = advice(taken(authentication=status, fault="dkim=fail"))
    assert says in told
    assert never not in told


def test_nobody_is_told_to_call_a_public_provider() -> None:
    told = advice(taken(sender="ann@gmail.com", authentication="failed"))
    assert "SPF" not in told
    assert "ask the customer" in told


def test_mistakes_are_listed_openly() -> None:
    (row,) = table(sweep(sweep_facts("put back")), "mistakes").rows
    assert row[3:] == ("It was moved and was spam.", "put back")
    none = table(sweep(sweep_facts(mistakes=())), "mistakes")
    assert (none.rows, none.empty) == ((), "None is known.")


def test_many_mails_have_an_end_and_the_longest_come_first() -> None:
    mails = tuple(swept(received=FRIDAY - day * DAY) for day in range(CARDS_AT_MOST + 5))
    found = cards(sweep(sweep_facts(mails=mails)), "rescued")
    assert (len(found.cards), found.left) == (CARDS_AT_MOST, 5)
    assert found.cards[0].facts[0].value == FRIDAY - (CARDS_AT_MOST + 4) * DAY


def test_a_mail_from_the_future_lost_no_time() -> None:
    one = swept(received=UNTIL + DAY)
    assert facts_of(sweep(sweep_facts(mails=(one,))), "rescued")["Lay there"] == timedelta(0)


def test_a_sweep_that_found_nothing_is_a_report() -> None:
    empty = sweep_facts(mails=(), taken=(), mistakes=(), notes=())
    assert "Looked at in the spam folders" in as_text(sweep(empty))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_mail_is_text_in_every_form(text: str) -> None:
    grounds = tuple(replace(one, evidence=text) for one in GROUNDS)
    one = swept(text, sender=text, customer=text, grounds=grounds, detail=text, went_out=text)
    document = sweep(sweep_facts(text, mails=(one, replace(one, decision=RescueDecision.REVIEW))))
    for render in (as_text, as_html, as_csv, as_markdown):
        told = render(document)
        assert "\x1b" not in told
        assert "\u202e" not in told
        assert "http:" not in told
        assert "https:" not in told
    assert "<script" not in as_html(document)
