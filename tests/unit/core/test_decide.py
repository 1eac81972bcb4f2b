"""One mail through the stages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from tests.support.build import (
    BERLIN,
    NOW,
    account,
    address,
    customers,
    message,
    policy,
    template,
    world,
)

from inboxwatch.core.decide import decide, preview, undecided
from inboxwatch.core.summary import decision_fields
from inboxwatch.model.customer import Customer
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.message import Role
from inboxwatch.model.policy import (
    CustomerKind,
    Detail,
    Mode,
    Policy,
    ReplyRule,
    ServiceLevel,
    Tone,
    Topic,
)
from inboxwatch.model.world import History

KNOWN = customers(Customer("c-1", "Ann", ("ann@customer.example",)))


def test_the_same_input_gives_the_same_decision() -> None:
    mail, around = message(), world(customers=KNOWN)
    assert decide(mail, around) == decide(mail, around)


def test_a_genuine_mail_is_answered() -> None:
    decision = decide(message(), world())
    assert decision.reply.decision is ReplyDecision.SEND
    assert decision.reply.draft is not None
    assert decision.reply.draft.to == "ann@customer.example"


def test_the_reasons_add_up_to_the_priority() -> None:
    decision = decide(message(text="Refund me, you idiots!"), world(customers=KNOWN))
    assert sum(reason.points for reason in decision.reasons) == decision.priority


def test_every_refusing_rule_is_listed_and_none_outweighs_hold() -> None:
    mail = message(
        "ann@customer.example",
        headers={"Auto-Submitted": "auto-replied", "List-Id": "<l.example>"},
        role=Role.JUNK,
    )
    reply = decide(mail, world()).reply
    assert {"A01", "A07", "A40"} <= {refusal.rule for refusal in reply.refusals}
    assert reply.decision is ReplyDecision.NONE
    assert reply.draft is None


def with_mode(mode: Mode) -> Policy:
    return policy(accounts={"support": account(mode=mode)})


def test_the_mode_of_the_account_decides_what_becomes_of_a_permitted_reply() -> None:
    for mode in Mode:
        reply = decide(message(), world(policy=with_mode(mode))).reply
        assert reply.decision.value == mode.value
        assert reply.refusals == ()
        assert reply.draft is not None


def test_the_mode_of_a_rule_outranks_the_accounts() -> None:
    rule = ReplyRule("vip", customers=frozenset({CustomerKind.KNOWN}), mode=Mode.HOLD)
    ruled = policy(rules=(rule,))
    held = decide(message(), world(policy=ruled, customers=KNOWN)).reply
    assert (held.decision, held.refusals) == (ReplyDecision.HOLD, ())
    assert held.draft is not None
    assert held.draft.why == "rule vip: business"
    assert decide(message(), world(policy=ruled)).reply.decision is ReplyDecision.SEND


def test_a_rule_without_a_mode_leaves_it_to_the_account() -> None:
    rule = ReplyRule("all", templates=("night",))
    ruled = policy(rules=(rule,), accounts={"support": account(mode=Mode.DRAFT)})
    reply = decide(message(), world(policy=ruled)).reply
    assert reply.decision is ReplyDecision.DRAFT
    assert reply.draft is not None
    assert (reply.draft.handle, reply.draft.why) == ("night", "rule all")


def test_a_sum_of_money_keeps_jokes_away() -> None:
    both = (
        template("business", tone=Tone.FUNNY),
        template("business", name="business-sincere"),
    )

    def tone(text: str) -> str:
        draft = decide(message(text=text), world(policy=policy(templates=both))).reply.draft
        return draft.tone if draft else ""

    assert tone("Do you sell vouchers? I need 3 of them.") == "funny"
    assert tone("Do you sell vouchers for 50 euros?") == "sincere"
    assert tone("Do you sell vouchers for £50?") == "sincere"


def test_a_sender_gets_another_text_the_second_time() -> None:
    two = tuple(template("business", name=name) for name in ("one", "two"))
    first = decide(message(), world(policy=policy(templates=two))).reply.draft
    assert first is not None
    past = History(last_used={first.handle: NOW - timedelta(days=30)})
    again = decide(message(), world(policy=policy(templates=two), history=past)).reply.draft
    assert again is not None
    assert {first.handle, again.handle} == {"one", "two"}


LEVEL = ServiceLevel(timedelta(hours=4), {9: timedelta(hours=1)})
PROMISING = tuple(
    replace(template(p), body="By {{ promise }}. {{ missing_details }}")
    for p in ("business", "night")
)


def test_a_promise_is_counted_from_now_in_business_time_and_told_as_json() -> None:
    around = world(policy=policy(templates=PROMISING, service_level=LEVEL))
    decision = decide(message(), around)
    draft = decision.reply.draft
    assert draft is not None
    due = datetime(2026, 11, 18, 15, 30, tzinfo=BERLIN)
    assert (draft.promise, draft.good_until) == (due, due)
    assert draft.text == "By Wednesday, 18 November, 15:30 (CET).\n"
    reply = decision_fields(decision)["reply"]
    assert isinstance(reply, dict)
    assert reply["promise"] == "2026-11-18T15:30:00+01:00"


def test_without_a_service_level_nothing_is_promised() -> None:
    draft = decide(message(), world(policy=policy(templates=PROMISING))).reply.draft
    assert draft is not None
    assert (draft.promise, draft.good_until, draft.text) == (None, None, "By .\n")


def test_a_topic_told_by_a_phrase_asks_for_what_is_missing() -> None:
    topic = Topic("order", (Detail.ORDER_NUMBER,), phrases=("my order",))
    around = world(policy=policy(templates=PROMISING, topics=(topic,)))
    draft = decide(message(text="Where is my order?"), around).reply.draft
    assert draft is not None
    assert draft.text == "By . your order number\n"


def test_a_preview_renders_any_template_whatever_rules_refuse() -> None:
    mail = message(role=Role.JUNK, headers={"Auto-Submitted": "auto-replied"})
    around = world(policy=policy(service_level=LEVEL))
    draft = preview(mail, around, PROMISING[0])
    assert draft.promise == datetime(2026, 11, 18, 15, 30, tzinfo=BERLIN)
    assert draft.to == "ann@customer.example"
    with pytest.raises(ValueError, match="no single valid From"):
        preview(replace(mail, sender=None), around, PROMISING[0])


def test_a_template_that_fails_holds_the_reply() -> None:
    broken = tuple(replace(template(p), body="{{ nonsense }}") for p in ("business", "night"))
    reply = decide(message(), world(policy=policy(templates=broken))).reply
    assert reply.decision is ReplyDecision.HOLD
    assert [refusal.rule for refusal in reply.refusals] == ["O04"]


def test_without_any_template_a_person_answers() -> None:
    reply = decide(message(), world(policy=policy(templates=()))).reply
    assert reply.decision is ReplyDecision.HOLD
    assert [refusal.rule for refusal in reply.refusals] == ["O04"]


def test_a_mail_in_the_inbox_has_no_rescue() -> None:
    assert decide(message(), world()).rescue is None
    assert decision_fields(decide(message(), world()))["rescue"] is None


def test_a_mail_without_a_sender_is_decided_all_the_same() -> None:
    decision = decide(message(sender="x@y.example", defects=("from-missing",)), world())
    nameless = decide(
        replace(message(), sender=None, from_text="", defects=("from-missing",)), world()
    )
    assert decision.sender == address("x@y.example").exact
    assert nameless.sender == ""
    assert nameless.reply.decision is ReplyDecision.NONE
    assert decision_fields(nameless)["from"] is None


def test_a_decision_that_failed_is_held_for_a_person() -> None:
    decision = undecided(message(), world(), "ValueError")
    assert decision.reply.decision is ReplyDecision.HOLD
    assert sum(reason.points for reason in decision.reasons) == decision.priority
    assert decision_fields(decision)["defects"] == ["undecided"]


def test_limits_count_where_no_template_fits() -> None:
    history = History(conversation=1, conversation_replies=1, sender_mails=1)
    reply = decide(message(), world(policy=policy(templates=()), history=history)).reply
    assert {refusal.rule for refusal in reply.refusals} == {"L05"}
    assert reply.decision is ReplyDecision.NONE
