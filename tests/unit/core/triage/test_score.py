"""From signals and facts to a priority with reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from inboxwatch.core.triage.score import DEFAULT_POINTS, SIGNALS, Facts, descriptions, score
from inboxwatch.core.triage.table import FACTS
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.decision import Reason, Signal
from inboxwatch.model.message import Finding, Role
from inboxwatch.model.policy import TriagePolicy

KNOWN = CustomerMatch(Customer("c-1", "Ann"), MatchKind.ADDRESS)
VIP = CustomerMatch(Customer("c-2", vip=True), MatchKind.DOMAIN)
BOUNCE = (Finding("A02", "Return-Path: <>"),)
DEFAULTS = TriagePolicy()
SINCE = datetime(2026, 11, 2, tzinfo=UTC)


def signals(names: str) -> tuple[Signal, ...]:
    return tuple(Signal(name, f"words of {name}") for name in names.split())


def points(reasons: tuple[Reason, ...]) -> dict[str, int]:
    return {reason.signal: reason.points for reason in reasons}


@pytest.mark.parametrize(
    ("names", "facts", "priority"),
    [
        ("", Facts(), 3),
        ("thanks", Facts(), 2),
        ("", Facts(customer=KNOWN), 4),
        ("", Facts(customer=VIP), 6),
        ("money-back anger", Facts(customer=KNOWN), 8),
        ("charged-wrongly anger", Facts(customer=KNOWN), 9),
        ("insult charged-wrongly", Facts(), 8),
        ("", Facts(customer=KNOWN, rescued=True, role=Role.JUNK), 9),
        ("thanks", Facts(customer=KNOWN, rescued=True, role=Role.JUNK), 9),
        ("", Facts(sender_mails=1), 4),
        ("", Facts(sender_mails=28), 6),
        ("", Facts(role=Role.JUNK), 1),
        ("urgency security", Facts(role=Role.JUNK), 4),
        ("legal security outage", Facts(customer=VIP, unproven=True), 5),
        ("legal", Facts(automatic=BOUNCE, customer=VIP), 1),
        ("thanks", Facts(automatic=BOUNCE), 1),
    ],
)
def test_the_priority(names: str, facts: Facts, priority: int) -> None:
    found, reasons = score(signals(names), facts, DEFAULTS)
    assert found == priority
    assert sum(reason.points for reason in reasons) == priority
    assert reasons[0] == Reason("base", 3)


def test_every_signal_has_a_reason_with_its_evidence_even_without_points() -> None:
    _, reasons = score(signals("anger survey-answer thanks"), Facts(), DEFAULTS)
    assert reasons[1:] == (
        Reason("anger", 2, "words of anger"),
        Reason("survey-answer", 0, "words of survey-answer"),
        Reason("thanks", 0, "words of thanks"),
    )


def test_thanks_lower_beside_signals_without_points() -> None:
    assert score(signals("survey-answer thanks"), Facts(), DEFAULTS)[0] == 2


def test_caps_are_reasons_that_take_away() -> None:
    facts = Facts(customer=VIP, rescued=True, unproven=True, automatic=BOUNCE)
    _, reasons = score(signals("legal"), facts, DEFAULTS)
    assert points(reasons) == {
        "base": 3,
        "known-customer": 1,
        "vip": 2,
        "rescued-customer": 6,
        "legal": 3,
        "ceiling": -6,
        "unproven-sender": -4,
        "automatic-mail": -4,
    }
    assert reasons[-1].evidence == "A02: Return-Path: <>"


def test_the_floor_lifts() -> None:
    _, reasons = score((), Facts(role=Role.JUNK), DEFAULTS)
    assert points(reasons) == {"base": 3, "unknown-in-junk": -4, "floor": 2}


def test_an_automatic_mail_says_so_even_where_nothing_is_left_to_take() -> None:
    _, reasons = score((), Facts(automatic=BOUNCE), TriagePolicy(base=1))
    assert points(reasons) == {"base": 1, "automatic-mail": 0}


def test_facts_have_evidence() -> None:
    _, reasons = score((), Facts(customer=KNOWN, rescued=True, sender_mails=2), DEFAULTS)
    assert {reason.signal: reason.evidence for reason in reasons[1:4]} == {
        "known-customer": "Ann, by address",
        "rescued-customer": r"found in \Junk",
        "repeated-mail": "2 more mails waiting from this address",
    }


def test_a_known_contact_weighs_something_of_its_own() -> None:
    _, reasons = score((), Facts(contact_since=SINCE), DEFAULTS)
    assert points(reasons) == {"base": 3, "known-contact": 1}
    assert reasons[1].evidence == "we wrote on 2026-11-02"
    assert score((), Facts(contact_since=SINCE), TriagePolicy(points={"known-contact": 4}))[0] == 7


def test_a_customer_is_more_than_a_contact() -> None:
    _, reasons = score((), Facts(customer=KNOWN, contact_since=SINCE), DEFAULTS)
    assert points(reasons) == {"base": 3, "known-customer": 1}


def test_who_only_says_that_they_are_a_contact_is_none() -> None:
    _, reasons = score((), Facts(contact_since=SINCE, unproven=True), DEFAULTS)
    assert points(reasons) == {"base": 3}
    forged = Facts(contact_since=SINCE, unproven=True, role=Role.JUNK)
    assert points(score((), forged, DEFAULTS)[1]) == {"base": 3, "unknown-in-junk": -4, "floor": 2}
    genuine = Facts(contact_since=SINCE, role=Role.JUNK)
    assert points(score((), genuine, DEFAULTS)[1]) == {"base": 3, "known-contact": 1}


def test_the_policy_has_the_last_word() -> None:
    policy = TriagePolicy(points={"anger": 4, "vip": 0, "thanks": -2}, base=2, unproven_cap=7)
    assert score(signals("anger"), Facts(), policy)[0] == 6
    assert score(signals("anger"), Facts(customer=VIP), policy)[0] == 7
    assert score(signals("legal outage anger"), Facts(unproven=True), policy)[0] == 7
    assert score(signals("thanks"), Facts(), policy)[0] == 1


def test_every_row_has_points_and_a_sentence() -> None:
    names = [row.name for row in (*SIGNALS, *FACTS)]
    assert len(names) == len(set(names)) == len(DEFAULT_POINTS)
    for name, sentence in descriptions().items():
        assert sentence.endswith("."), name
    assert "known-contact" in descriptions()
    _, reasons = score(
        signals(" ".join(row.name for row in SIGNALS)),
        Facts(customer=VIP, rescued=True, unproven=True, automatic=BOUNCE, sender_mails=1),
        DEFAULTS,
    )
    assert {reason.signal for reason in reasons} <= set(descriptions())


def test_mail_that_a_stranger_sent_to_many_does_not_rise() -> None:
    waiting = Facts(waited=timedelta(hours=40), level=timedelta(hours=8))
    assert score((), waiting, TriagePolicy())[0] == TriagePolicy().base + 4
    assert score((), replace(waiting, bulk=True), TriagePolicy())[0] == TriagePolicy().base
