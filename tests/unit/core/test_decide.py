"""One mail through the stages."""

from __future__ import annotations

from dataclasses import replace

from tests.support.build import (
    account,
    address,
    customers,
    message,
    policy,
    template,
    world,
)

from inboxwatch.core.decide import decide, undecided
from inboxwatch.core.summary import decision_fields
from inboxwatch.model.customer import Customer
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.message import Role
from inboxwatch.model.policy import Mode, Policy
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
