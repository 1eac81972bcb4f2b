from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.build import NOW

from inboxwatch.core.reply.permit import limit_refusals
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
) -> list[tuple[str, Effect]]:
    found = limit_refusals(
        handle=handle,
        kind=kind,
        recipient_canonical="ann@customer.example",
        recipient_domain=domain,
        history=history or History(),
        usage=usage or Usage(),
        limits=limits or Limits(),
        now=NOW,
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
    ("replies", "kind", "handle", "refuses"),
    [
        ((past(1),), "acknowledgement", "evening", True),
        ((past(23.9),), "acknowledgement", "business", True),
        ((past(24),), "acknowledgement", "business", False),
        ((past(30), past(1)), "acknowledgement", "evening", True),
        ((past(-5),), "acknowledgement", "evening", True),
        ((past(1, "holiday", "away"),), "acknowledgement", "evening", True),
        ((past(1),), "away", "holiday", True),
        ((past(30),), "away", "holiday", False),
        ((past(30, "holiday", "away"),), "away", "holiday", True),
        ((past(167, "holiday", "away"),), "away", "holiday", True),
        ((past(168, "holiday", "away"),), "away", "holiday", False),
        ((past(30, "closure", "away"),), "away", "holiday", False),
        ((past(-5, "holiday", "away"),), "away", "holiday", True),
    ],
)
def test_one_reply_a_day_for_a_sender_and_one_away_notice_a_week(
    replies: tuple[PastReply, ...], kind: str, handle: str, *, refuses: bool
) -> None:
    found = limits_of(History(replies=replies), kind=kind, handle=handle)
    assert found == ([("L01", NONE)] if refuses else [])


def test_an_away_notice_goes_out_once_a_day_at_most_whatever_is_configured() -> None:
    eager = Limits(handle_interval=timedelta(minutes=1), sender_interval=timedelta(minutes=1))
    history = History(replies=(past(20, "holiday", "away"),))
    assert limits_of(history, kind="away", handle="holiday", limits=eager) == [("L01", NONE)]


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
