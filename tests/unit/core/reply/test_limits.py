from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.support.build import NOW

from inboxwatch.core.reply.limits import _ROWS
from inboxwatch.core.reply.permit import RULEBOOK, Wording, answered_at_once, limit_refusals
from inboxwatch.model.decision import Effect
from inboxwatch.model.policy import Limits
from inboxwatch.model.world import History, PastReply, Usage

HOLD, NONE = Effect.HOLD, Effect.NONE


def limits_of(
    history: History | None = None,
    usage: Usage | None = None,
    *,
    handle: str = "evening",
    kind: str = "acknowledgement",
    domain: str = "customer.example",
    limits: Limits | None = None,
    received: datetime = NOW,
) -> list[tuple[str, Effect]]:
    found = limit_refusals(
        wording=Wording(handle, kind),
        recipient_canonical="ann@customer.example",
        recipient_domain=domain,
        history=history or History(),
        usage=usage or Usage(),
        limits=limits or Limits(),
        now=NOW,
        received=received,
    )
    assert all(refusal.evidence and refusal.severity == "H" for refusal in found)
    return [(refusal.rule, refusal.effect) for refusal in found]


def past(
    hours: float, handle: str = "business", kind: str = "acknowledgement", thread: int | None = 1
) -> PastReply:
    return PastReply(handle, kind, NOW - timedelta(hours=hours), thread)


def test_within_the_limits() -> None:
    assert limits_of() == []


@pytest.mark.parametrize(
    ("replies", "handle", "refuses"),
    [
        ((past(1),), "evening", True),
        ((past(23.9),), "evening", True),
        ((past(24),), "evening", False),
        ((past(30), past(1)), "evening", True),
        ((past(-5),), "evening", True),
        ((past(1, "holiday", "away"),), "evening", True),
        ((past(1),), "holiday", True),
        ((past(30),), "holiday", False),
        ((past(24),), "business", True),
        ((past(167),), "business", True),
        ((past(168),), "business", False),
        ((past(167, "holiday", "away"),), "holiday", True),
        ((past(168, "holiday", "away"),), "holiday", False),
        ((past(30, "closure", "away"),), "holiday", False),
        ((past(-5, "holiday", "away"),), "holiday", True),
    ],
)
def test_one_reply_a_day_for_a_sender_and_the_same_text_once_a_week(
    replies: tuple[PastReply, ...], handle: str, *, refuses: bool
) -> None:
    found = limits_of(History(replies=replies), handle=handle)
    assert found == ([("L01", NONE)] if refuses else [])


def test_the_same_text_goes_out_once_a_day_at_most_whatever_is_configured() -> None:
    eager = Limits(handle_interval=timedelta(minutes=1), sender_interval=timedelta(minutes=1))
    history = History(replies=(past(20, "holiday", "away"),))
    assert limits_of(history, handle="holiday", limits=eager) == [("L01", NONE)]
    assert limits_of(history, handle="closure", limits=eager) == []


@pytest.mark.parametrize(("days", "refuses"), [(29, True), (30, False)])
def test_an_interval_may_be_longer_than_the_journal_lists_replies(
    days: int, *, refuses: bool
) -> None:
    history = History(last_used={"business": NOW - timedelta(days=days)})
    patient = Limits(handle_interval=timedelta(days=30))
    assert (limits_of(history, handle="business", limits=patient) != []) is refuses
    assert limits_of(history, handle="evening", limits=patient) == []


AWAY = "away"


@pytest.mark.parametrize(
    ("reply", "kind", "refuses"),
    [
        (past(72, "closure", AWAY), AWAY, True),
        (past(167.9, "closure", AWAY), AWAY, True),
        (past(168, "closure", AWAY), AWAY, False),
        (past(72, "closure", AWAY), "acknowledgement", False),
        (past(72, "closure"), AWAY, False),
    ],
)
def test_whoever_was_told_that_we_are_away_is_not_told_again_for_a_week_by_another_text(
    reply: PastReply, kind: str, *, refuses: bool
) -> None:
    found = limits_of(History(replies=(reply,)), handle="holiday", kind=kind)
    assert found == ([("L01", NONE)] if refuses else [])


@pytest.mark.parametrize(("days", "refuses"), [(13.9, True), (14, False)])
def test_away_follows_the_interval_that_is_configured(days: float, *, refuses: bool) -> None:
    history = History(last_away=NOW - timedelta(days=days))
    patient = Limits(handle_interval=timedelta(days=14))
    found = limits_of(history, handle="holiday", kind=AWAY, limits=patient)
    assert found == ([("L01", NONE)] if refuses else [])
    assert limits_of(history, handle="holiday", limits=patient) == []


def test_away_goes_out_once_a_day_at_most_whatever_is_configured() -> None:
    eager = Limits(handle_interval=timedelta(minutes=1), sender_interval=timedelta(minutes=1))
    history = History(replies=(past(20, "closure", AWAY),))
    assert limits_of(history, handle="holiday", kind=AWAY, limits=eager) == [("L01", NONE)]


def test_a_conversation_gets_one_reply() -> None:
    history = History(conversation=1, replies=(past(1),), conversation_replies=1, sender_mails=1)
    assert limits_of(history) == [("L05", NONE)]


def test_a_reply_in_another_conversation_counts_beside_it() -> None:
    history = History(conversation=1, replies=(past(1, thread=2),), conversation_replies=1)
    assert limits_of(history) == [("L01", NONE), ("L05", NONE)]


def test_a_human_in_between_frees_the_conversation_but_not_the_sender() -> None:
    history = History(conversation=1, replies=(past(1),), conversation_replies=0)
    assert limits_of(history) == [("L01", NONE)]
    assert limits_of(History(conversation=1, replies=(past(25),))) == []


def test_the_third_unanswered_mail_is_held_for_a_person() -> None:
    history = History(conversation=1, replies=(past(1),), conversation_replies=1, sender_mails=2)
    assert limits_of(history) == [("L05", HOLD)]


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(domain_hour=4, domain_day=19, account_hour=29, day=199, run=19), []),
        (Usage(domain_hour=5), [("L03", NONE)]),
        (Usage(domain_day=20), [("L03", NONE)]),
        (Usage(account_hour=30), [("L03", HOLD)]),
        (Usage(day=200), [("L03", HOLD)]),
        (Usage(run=20), [("L03", HOLD)]),
        (Usage(domain_hour=6, run=21), [("L03", NONE), ("L03", HOLD)]),
    ],
)
def test_caps(usage: Usage, expected: list[tuple[str, Effect]]) -> None:
    assert limits_of(usage=usage) == expected


@pytest.mark.parametrize("domain", ["gmail.com", "outlook.com", "gmx.de", "yahoo.co.uk"])
def test_public_providers_are_exempt_from_the_domain_cap_alone(domain: str) -> None:
    assert limits_of(usage=Usage(domain_hour=50, domain_day=50), domain=domain) == []
    assert limits_of(usage=Usage(domain_hour=50, run=20), domain=domain) == [("L03", HOLD)]


def test_a_mail_that_has_had_its_reply() -> None:
    assert limits_of(History(handled=True)) == [("X04", NONE)]


def test_the_third_mail_is_held_though_it_would_get_the_same_text() -> None:
    history = History(
        conversation=1,
        replies=(past(1, "business"),),
        last_used={"business": NOW - timedelta(hours=1)},
        conversation_replies=1,
        sender_mails=2,
        answers_reply_of=NOW - timedelta(hours=1),
    )
    assert limits_of(history, handle="business") == [("L05", HOLD)]


@pytest.mark.parametrize("minutes", [-3, 0, 1, 9.9, 10, 180, 60 * 24 * 40])
def test_an_answer_to_an_automatic_reply_gets_none(minutes: float) -> None:
    history = History(answers_reply_of=NOW - timedelta(minutes=minutes))
    assert limits_of(history) == [("L06", NONE)]


def test_a_machine_that_answers_at_once_is_not_even_held() -> None:
    history = History(
        conversation=1,
        replies=(past(0.1),),
        conversation_replies=1,
        sender_mails=5,
        answers_reply_of=NOW - timedelta(minutes=6),
    )
    assert limits_of(history) == [("L05", HOLD), ("L06", NONE)]


@pytest.mark.parametrize(
    ("seconds", "at_once"), [(-60, True), (0, True), (59, True), (60, False), (300, False)]
)
def test_only_what_no_person_can_do_is_a_reply_that_came_back(
    seconds: int, *, at_once: bool
) -> None:
    history = History(answers_reply_of=NOW - timedelta(seconds=seconds))
    assert answered_at_once(history, Limits(), NOW) is at_once


def test_what_answers_no_reply_of_ours_is_no_loop() -> None:
    assert not answered_at_once(History(), Limits(), NOW)


def came(*minutes_ago: float) -> History:
    return History(
        arrivals=tuple(NOW - timedelta(minutes=one) for one in sorted(minutes_ago)[::-1])
    )


@pytest.mark.parametrize(
    ("history", "refuses"),
    [
        (came(1, 2, 3, 4), False),
        (came(1, 2, 3, 4, 5), True),
        (came(1, 2, 3, 4, 10), True),
        (came(1, 2, 3, 4, 10.1), False),
        (came(0, 0, 0, 0, 0), True),
        (came(300, 301, 302, 303, 304, 305), True),
        (came(300, 301, 302, 303, 304), False),
        (came(*(1440 + one for one in range(9))), False),
        (came(*range(60, 1400, 60)), False),
        (came(-1, -2, -3, -4, -5), True),
    ],
)
def test_a_flood_of_one_sender_stops_replies_to_it_for_a_day(
    history: History, *, refuses: bool
) -> None:
    assert limits_of(history) == ([("L08", NONE)] if refuses else [])


def test_a_mail_that_waited_counts_at_the_time_it_came() -> None:
    history = came(300, 301, 302, 303, 304)
    assert limits_of(history, received=NOW - timedelta(minutes=302)) == [("L08", NONE)]


def test_the_breaker_holds() -> None:
    assert limits_of(usage=Usage(breaker="3 of 4 came back")) == [("L09", HOLD)]


@pytest.mark.parametrize(("days", "refuses"), [(0, True), (29.9, True), (30, False), (-1, True)])
def test_an_address_that_bounced_is_muted(days: float, *, refuses: bool) -> None:
    history = History(bounced_at=NOW - timedelta(days=days))
    assert limits_of(history) == ([("A39", NONE)] if refuses else [])


def test_every_row_has_its_sentence() -> None:
    assert {"L01", "L03", "L05", "L06", "L08", "L09", "A39", "X04"} == {
        row.rule.id for row in _ROWS
    }
    assert all(row.rule.title == RULEBOOK[row.rule.id] for row in _ROWS)
