"""The order of work, and what mails of one run use up among each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, address, message, world

from inboxwatch.core.decide import decide
from inboxwatch.core.queue import Judged, arrange, trips, work_order
from inboxwatch.model.decision import Decision, ReplyDecision
from inboxwatch.model.message import MessageRef, ReturnPath, ReturnPathKind
from inboxwatch.model.policy import Limits
from inboxwatch.model.world import History, Usage


def judged(
    sender: str,
    key: str,
    *,
    priority: int = 3,
    minutes_ago: int = 5,
    usage: Usage | None = None,
    references: tuple[str, ...] = (),
    envelope: str = "",
    account: str = "support",
) -> Judged:
    mail = message(
        sender,
        message_id=f"<{key}@mail.example>",
        references=references,
        reply_key=key,
        received=NOW - timedelta(minutes=minutes_ago),
        ref=MessageRef("support", "INBOX", 1, sum(key.encode())),
        return_path=ReturnPath(ReturnPathKind.ADDRESS, address(sender)),
    )
    decision = replace(
        decide(mail, world()),
        priority=priority,
        account=account,
        envelope_canonical=envelope or sender,
    )
    return Judged(decision, History(), usage or Usage())


def replied(decisions: tuple[Decision, ...]) -> list[str]:
    return [d.reply_key for d in decisions if d.reply.decision is ReplyDecision.SEND]


def rules(decision: Decision) -> set[str]:
    return {refusal.rule for refusal in decision.reply.refusals}


def test_nine_comes_first_then_who_has_waited_longest() -> None:
    mails = [
        judged("a@one.example", "young-3", minutes_ago=1),
        judged("b@two.example", "old-3", minutes_ago=60),
        judged("c@three.example", "young-9", priority=9, minutes_ago=1),
    ]
    ordered = arrange(mails, limits=Limits(), now=NOW)
    assert [d.reply_key for d in ordered] == ["young-9", "old-3", "young-3"]


def test_the_order_does_not_depend_on_the_order_of_arrival() -> None:
    mails = [judged(f"a{i}@x{i}.example", f"k{i}", minutes_ago=i % 3) for i in range(9)]
    forwards = arrange(mails, limits=Limits(), now=NOW)
    assert arrange(reversed(mails), limits=Limits(), now=NOW) == forwards
    assert sorted(forwards, key=work_order) == list(forwards)


def test_of_two_mails_of_one_sender_the_more_urgent_gets_the_reply() -> None:
    mails = [
        judged("ann@customer.example", "calm", minutes_ago=60),
        judged("ann@customer.example", "urgent", priority=8, minutes_ago=1),
    ]
    decisions = arrange(mails, limits=Limits(), now=NOW)
    assert replied(decisions) == ["urgent"]
    assert "L01" in rules(decisions[1])
    assert decisions[1].reply.draft is None


def test_a_tagged_address_is_the_same_sender() -> None:
    mails = [judged("ann+1@customer.example", "one"), judged("ann+2@customer.example", "two")]
    assert len(replied(arrange(mails, limits=Limits(), now=NOW))) == 1


def test_two_senders_in_one_conversation_get_one_reply() -> None:
    root = ("<root@mail.example>",)
    mails = [
        judged("a@one.example", "first", references=root),
        judged("b@two.example", "second", references=root),
    ]
    decisions = arrange(mails, limits=Limits(), now=NOW)
    assert len(replied(decisions)) == 1
    assert "L05" in rules(decisions[1])


def test_mails_without_a_message_id_are_not_one_conversation() -> None:
    mails = [judged("a@one.example", "one"), judged("b@two.example", "two")]
    nameless = [
        replace(one, decision=replace(one.decision, related_ids=("",), message_id=None))
        for one in mails
    ]
    assert len(replied(arrange(nameless, limits=Limits(), now=NOW))) == 2


def test_the_same_mail_twice_gets_one_reply() -> None:
    mails = [judged("ann@customer.example", "same"), judged("ann@customer.example", "same")]
    decisions = arrange(mails, limits=Limits(), now=NOW)
    assert len(replied(decisions)) == 1
    assert "X04" in rules(decisions[1])


def test_a_domain_s_cap_counts_what_this_run_sends() -> None:
    mails = [judged(f"a{i}@shop.example", f"k{i}", usage=Usage(domain_hour=3)) for i in range(4)]
    decisions = arrange(mails, limits=Limits(domain_hour=5), now=NOW)
    assert len(replied(decisions)) == 2
    assert all(rules(d) == {"L03"} for d in decisions if d.reply.draft is None)


def test_the_cap_of_a_run_counts_what_was_sent_before() -> None:
    mails = [judged(f"a@x{i}.example", f"k{i}") for i in range(4)]
    assert len(replied(arrange(mails, limits=Limits(run=5), now=NOW, already=3))) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            ("ann@customer.example", "team@customer.example"),
            ("eve@customer.example", "team@customer.example"),
        ),
        (("ann@customer.example", "team@customer.example"), ("team@customer.example", "")),
        (("team@customer.example", ""), ("ann@customer.example", "team@customer.example")),
    ],
)
def test_who_shares_an_envelope_address_with_another_is_the_same_sender(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    mails = [
        judged(sender, key, envelope=envelope, minutes_ago=minutes)
        for (sender, envelope), key, minutes in ((first, "one", 9), (second, "two", 1))
    ]
    assert all(one.decision.reply.draft for one in mails)
    decisions = arrange(mails, limits=Limits(), now=NOW)
    assert replied(decisions) == ["one"]
    assert rules(decisions[1]) == {"L01"}


def test_the_cap_of_a_day_counts_what_this_run_sends() -> None:
    mails = [judged(f"a@x{i}.example", f"k{i}", usage=Usage(day=3)) for i in range(4)]
    decisions = arrange(mails, limits=Limits(day=5), now=NOW)
    assert len(replied(decisions)) == 2
    assert all(rules(d) == {"L03"} for d in decisions if d.reply.draft is None)


def test_the_cap_of_an_account_counts_what_this_run_sends_from_it() -> None:
    used = Usage(account_hour=3)
    mails = [
        judged(f"a@x{account}{i}.example", f"{account}{i}", usage=used, account=account)
        for account in ("support", "sales")
        for i in range(3)
    ]
    decisions = arrange(mails, limits=Limits(account_hour=5), now=NOW)
    answered = replied(decisions)
    assert sum(key.startswith("support") for key in answered) == 2
    assert sum(key.startswith("sales") for key in answered) == 2


def test_the_tripwire_follows_what_is_usual() -> None:
    limits = Limits(tripwire=50)
    assert not trips(50, limits, median_candidates=0)
    assert trips(51, limits, median_candidates=0)
    assert not trips(80, limits, median_candidates=8)
    assert trips(81, limits, median_candidates=8)


def test_a_tripped_wire_holds_every_candidate() -> None:
    mails = [judged(f"a@x{i}.example", f"k{i}") for i in range(3)]
    decisions = arrange(mails, limits=Limits(tripwire=2), now=NOW)
    assert replied(decisions) == []
    assert {d.reply.decision for d in decisions} == {ReplyDecision.HOLD}
    assert all(rules(d) == {"X08"} for d in decisions)
