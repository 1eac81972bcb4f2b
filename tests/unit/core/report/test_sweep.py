"""The report of a sweep, from facts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.support.reports import HOSTILE
from tests.support.swept import FRIDAY, GROUNDS, UNTIL, sweep_facts, swept, taken

from inboxwatch.core.report.document import (
    Bars,
    BusinessTime,
    Cards,
    Cell,
    Document,
    Figures,
    Table,
    Trend,
)
from inboxwatch.core.report.sweep import sweep
from inboxwatch.core.report.sweep_cards import CARDS_AT_MOST, CAUSES, COLUMNS
from inboxwatch.core.report.sweep_facts import RUN, Swept
from inboxwatch.core.report.sweep_trend import WEEKS, advice
from inboxwatch.model.decision import RescueDecision
from inboxwatch.render.reports.csv import as_csv
from inboxwatch.render.reports.html import as_html
from inboxwatch.render.reports.markdown import as_markdown
from inboxwatch.render.reports.terminal import as_text

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def section(document: Document, name: str) -> Figures | Table | Bars | Trend | Cards:
    (found,) = [one for one in document.sections if one.name == name]
    assert isinstance(found, Figures | Table | Bars | Trend | Cards)
    return found


def cards(document: Document, name: str) -> Cards:
    found = section(document, name)
    assert isinstance(found, Cards)
    return found


def table(document: Document, name: str) -> Table:
    found = section(document, name)
    assert isinstance(found, Table)
    return found


def bars(document: Document, name: str) -> list[tuple[str, object]]:
    found = section(document, name)
    assert isinstance(found, Bars | Trend)
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
        "by_hand": 0,
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
    assert card.headline == "Where is my order?"
    assert facts_of(document, "rescued") == {
        "From": "Ann <ann@customer.example>",
        "Customer": "Ann Miller",
        "Received": FRIDAY,
        "Lay there": 2 * DAY + 17 * HOUR,
        "In opening hours": 2 * HOUR,
        "Account": "support",
        "Mail": 12,
        "Sender's mails": 2,
        "Filter": "SpamAssassin gave it 6.2 points, and 5.0 are enough (HTML_MESSAGE).",
        "Sender": "proven genuine by your own mail server",
        "Outcome": "moved to INBOX",
        "Went out": "an apology, 2 days late",
    }
    assert (card.reasons, card.summary) == ((), "All 3 conditions are met")
    assert card.details[1] == "Met: Your own mail server proves the sender (dmarc=pass)"
    assert tuple(facts_of(document, "rescued")) == tuple(
        one.label for one in COLUMNS if one.label in facts_of(document, "rescued")
    )


def test_what_is_left_for_review_says_first_what_is_missing() -> None:
    (card,) = cards(sweep(sweep_facts("no result")), "review").cards
    assert card.reasons == ("Not met: Your own mail server proves the sender (no result)",)
    assert (card.summary, len(card.details)) == ("1 of 2 conditions are met", 1)


def test_forged_mail_is_refused_and_ordinary_spam_is_only_counted() -> None:
    found = cards(sweep(sweep_facts("a customer")), "refused")
    assert [one.headline for one in found.cards] == ["a customer"]
    assert facts_of(sweep(sweep_facts("a customer")), "refused")["Poses as"] == "a customer"


@pytest.mark.parametrize(
    ("own", "told"),
    [("Ann", "Ann <ann@customer.example>"), ("", "ann@customer.example")],
)
def test_a_card_tells_the_mails_own_name_and_address_beside_the_customers(
    own: str, told: str
) -> None:
    found = facts_of(sweep(sweep_facts(mails=(swept(shown_name=own),))), "rescued")
    assert (found["From"], found["Customer"]) == (told, "Ann Miller")


def test_who_is_imitated_is_not_told_as_the_one_who_wrote() -> None:
    forged = swept(decision=RescueDecision.LEAVE, pretends="Ann Miller (customer c-1)")
    found = facts_of(sweep(sweep_facts(mails=(forged,))), "refused")
    assert found["Poses as"] == "Ann Miller (customer c-1)"
    assert "Customer" not in found


def test_a_suspicious_sender_comes_with_the_reason() -> None:
    one = swept(authentication="suspicious", suspicion="suspicious: two addresses")
    found = facts_of(sweep(sweep_facts(mails=(one,))), "rescued")
    assert found["Sender"] == "suspicious: two addresses"


def test_ten_conditions_that_are_met_are_one_sentence() -> None:
    one = swept(grounds=GROUNDS[:1] * 10)
    (card,) = cards(sweep(sweep_facts(mails=(one,))), "rescued").cards
    assert card.summary == "All ten conditions are met"
    none = swept(grounds=())
    (card,) = cards(sweep(sweep_facts(mails=(none,))), "rescued").cards
    assert (card.summary, card.details) == ("", ())


def test_what_a_person_rescued_stands_by_itself_and_counts_as_genuine() -> None:
    doubt = replace(GROUNDS[1], met=False)
    chosen = swept(by_hand=True, grounds=(doubt,), authentication="unverified")
    document = sweep(sweep_facts(mails=(chosen, swept(sender="bo@customer.example"))))
    assert len(cards(document, "rescued").cards) == 1
    assert "reason to believe" not in cards(document, "by_hand").about
    (card,) = cards(document, "by_hand").cards
    assert card.reasons[0].startswith("Not met")
    found = section(document, "figures")
    assert isinstance(found, Figures)
    figures = {one.name: one.value for one in found.figures}
    assert (figures["rescued"], figures["by_hand"], figures["customers"]) == (1, 1, 2)
    assert figures["lost"] == 2 * (2 * DAY + 17 * HOUR)


def test_a_mail_that_an_earlier_sweep_found_says_when_and_lies_there_until_now() -> None:
    one = swept(outcome="reported", found_at=FRIDAY + HOUR, lay_until=UNTIL)
    found = facts_of(sweep(sweep_facts(mails=(one,))), "rescued")
    assert (found["First found"], found["Lay there"]) == (FRIDAY + HOUR, UNTIL - FRIDAY)
    assert found["In opening hours"] == HOUR


def test_business_time_is_business_time_everywhere() -> None:
    document = sweep(sweep_facts())
    assert isinstance(facts_of(document, "rescued")["In opening hours"], BusinessTime)
    assert not isinstance(facts_of(document, "rescued")["Lay there"], BusinessTime)
    assert isinstance(table(document, "senders").rows[0][3], BusinessTime)
    assert all(isinstance(value, BusinessTime) for _, value in bars(document, "trend_hours"))


def test_the_count_is_that_of_this_sweep_and_says_what_the_rest_was() -> None:
    here = Swept(4, UNTIL, "report", {"support": 5}, told={"support": 3})
    older = Swept(3, UNTIL - DAY, "apply", {"support": 8}, moved={"support": 3})
    for incomplete, words in ((False, "2 of no customer"), (True, "2 not told of")):
        facts = sweep_facts(sweeps=(here, older), incomplete=incomplete)
        found = section(sweep(facts), "figures")
        assert isinstance(found, Figures)
        assert (found.figures[0].value, found.figures[0].note) == (5, words)


def test_a_sweep_has_a_row_for_each_account_and_numbers_in_them() -> None:
    by_run = Swept(3, UNTIL, RUN, {}, moved={"support": 2})
    nothing = Swept(2, UNTIL, "report", {})
    here = sweep_facts().sweeps[0]
    rows = table(sweep(sweep_facts(sweeps=(here, by_run, nothing))), "sweeps").rows
    assert [(row[0], *row[3:6]) for row in rows] == [
        (4, "sales", 20, 0),
        (4, "support", 480, 1),
        (3, "support", None, 2),
        (2, None, None, 0),
    ]
    assert rows[2][2] == "a run, which moves what is new"
    assert [row[6] for row in rows] == ["Where is my order?", None, None, None]


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
    assert mails[-4] == ("02 Nov 2026", 1)
    # Friday 17:00 to Monday 9:00 is one opening hour; a fortnight ago until Saturday as well
    assert hours[-2] == ("16 Nov 2026", 2 * HOUR)
    assert hours[-4] == ("02 Nov 2026", HOUR)
    assert hours[-3] == ("09 Nov 2026", timedelta(0))


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
    first = {one.label: one.value for one in found.cards[0].facts}
    assert first["Received"] == FRIDAY - (CARDS_AT_MOST + 4) * DAY


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
