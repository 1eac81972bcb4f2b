from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from tests.support.build import NOW, account, address, message, policy, world

from inboxwatch.core.reply.permit import (
    RULEBOOK,
    RULES,
    SOFT_RULES,
    Case,
    destination,
    refusals,
    titles,
)
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.decision import Effect, Refusal, Reply, ReplyDecision, Signal
from inboxwatch.model.message import (
    Authentication,
    AuthenticationStatus,
    Finding,
    Message,
    ReturnPath,
    ReturnPathKind,
    Role,
)
from inboxwatch.model.policy import Limits, ReplyRule
from inboxwatch.model.world import History

PROVEN = Authentication(AuthenticationStatus.AUTHENTICATED)
UNVERIFIED = Authentication(
    AuthenticationStatus.UNVERIFIED, (Finding("S01", "this account trusts no server"),)
)
ABSENT = ReturnPath(ReturnPathKind.ABSENT)
HOLD, NONE = Effect.HOLD, Effect.NONE


def case(
    mail: Message | None = None,
    authentication: Authentication = PROVEN,
    automatic: tuple[Finding, ...] = (),
    customer: CustomerMatch | None = None,
    **world_fields: object,
) -> Case:
    return Case(mail or message(), world(**world_fields), authentication, automatic, customer)


def listed(one: Case) -> list[tuple[str, str, Effect]]:
    found = refusals(one)
    assert all(refusal.evidence for refusal in found)
    return [(refusal.rule, refusal.severity, refusal.effect) for refusal in found]


HARD = ("A01", "A02", "A04", "A05", "A06", "A07", "A09", "A10", "A11", "A13", "A14", "A30", "A32")


def envelope(spec: str) -> ReturnPath:
    return ReturnPath(ReturnPathKind.ADDRESS, address(spec))


def test_nothing_refuses_a_genuine_mail() -> None:
    assert listed(case()) == []
    assert listed(case(authentication=UNVERIFIED)) == []


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        *(
            (Finding(rule, "x"), (rule, "H", NONE))
            for rule in [
                "A01",
                "A02",
                "A04",
                "A05",
                "A06",
                "A07",
                "A09",
                "A10",
                "A11",
                "A13",
                "A14",
                "A30",
                "A32",
            ]
        ),
        (Finding("A08", "x", soft=True, person=True), ("A08", "S", NONE)),
        (Finding("A12", "x", soft=True, person=True), ("A12", "S", HOLD)),
        (Finding("A15", "x", soft=True, person=True), ("A15", "S", HOLD)),
        (Finding("A30", "x", soft=True, person=True), ("A30", "S", NONE)),
        (Finding("A31", "x", soft=True), ("A31", "S", NONE)),
    ],
)
def test_what_a_mail_is_refuses(finding: Finding, expected: tuple[str, str, Effect]) -> None:
    assert listed(case(automatic=(finding,))) == [expected]


def test_all_rules_that_refuse_are_listed_in_order() -> None:
    mail = message(role=Role.JUNK, recipients=frozenset(), flags=frozenset({"\\Answered"}))
    found = listed(case(mail, automatic=(Finding("A06", "bulk"), Finding("A01", "auto"))))
    assert [rule for rule, _, _ in found] == ["A01", "A06", "A16", "A36", "A40"]


def test_evidence_of_one_rule_found_twice_is_joined() -> None:
    findings = (Finding("A30", "From: root@x"), Finding("A30", "Return-Path: root@x"))
    assert refusals(case(automatic=findings)) == (
        Refusal("A30", "H", NONE, "From: root@x, Return-Path: root@x"),
    )


TRUSTING = account(trust_from_when_no_return_path=True)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (case(message(return_path=ABSENT)), [("A03", "H", HOLD)]),
        (case(message(return_path=ABSENT), account=TRUSTING), []),
        (case(message(return_path=ABSENT), UNVERIFIED, account=TRUSTING), [("A03", "H", HOLD)]),
    ],
)
def test_a_missing_return_path(one: Case, expected: list[tuple[str, str, Effect]]) -> None:
    assert listed(one) == expected


@pytest.mark.parametrize(
    ("flag", "refuses"),
    [
        ("\\Answered", True),
        ("\\ANSWERED", True),
        ("\\Draft", True),
        ("\\Deleted", True),
        ("$Forwarded", True),
        ("$InboxwatchReplied", True),
        ("\\Seen", False),
        ("\\Flagged", False),
    ],
)
def test_flags(flag: str, *, refuses: bool) -> None:
    found = listed(case(message(flags=frozenset({flag}))))
    assert found == ([("A16", "H", NONE)] if refuses else [])


@pytest.mark.parametrize("role", [Role.SENT, Role.DRAFTS])
def test_mailboxes_that_hold_no_incoming_mail(role: Role) -> None:
    assert listed(case(message(role=role))) == [("A16", "H", NONE)]


def ago(**span: int) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("fields", "limits", "refuses"),
    [
        ({"received": ago(hours=24)}, Limits(), False),
        ({"received": ago(hours=24, seconds=1)}, Limits(), True),
        ({"received": ago(days=6)}, Limits(max_age=timedelta(days=30)), False),
        ({"received": ago(days=7, seconds=1)}, Limits(max_age=timedelta(days=30)), True),
        ({"received": ago(hours=-24)}, Limits(), False),
        ({"received": ago(hours=-25)}, Limits(), True),
        ({"received_known": False}, Limits(), True),
        ({"date": ago(days=7)}, Limits(), False),
        ({"date": ago(days=8)}, Limits(), True),
        ({"date": datetime(2019, 1, 1)}, Limits(), True),  # noqa: DTZ001 - a naive Date must not raise
        ({"date": None}, Limits(), False),
    ],
)
def test_age(fields: dict[str, object], limits: Limits, *, refuses: bool) -> None:
    found = listed(case(message(**fields), policy=policy(limits=limits)))
    assert found == ([("A17", "H", NONE)] if refuses else [])


@pytest.mark.parametrize("answered", [NOW, NOW + timedelta(seconds=1), NOW + timedelta(days=1)])
def test_a_colleague_answered_the_mail(answered: datetime) -> None:
    history = History(human_answered_at=answered, human_answers=1)
    assert listed(case(history=history)) == [("A18", "H", NONE)]


def asking(*bounds: int) -> ReplyRule:
    least, most = bounds
    return ReplyRule("follow-up", answered=(least, most))


@pytest.mark.parametrize(
    ("rule", "refuses"),
    [(None, True), (ReplyRule("anything"), True), (asking(1, 9), False), (asking(0, 2), False)],
)
def test_a_conversation_that_people_took_up(rule: ReplyRule | None, *, refuses: bool) -> None:
    history = History(human_answered_at=ago(hours=1), human_answers=2)
    found = listed(replace(case(history=history), rule=rule))
    assert found == ([("L05", "H", NONE)] if refuses else [])


def test_no_rule_admits_a_mail_that_was_answered() -> None:
    history = History(human_answered_at=NOW, human_answers=1)
    found = listed(replace(case(history=history), rule=asking(0, 9)))
    assert found == [("A18", "H", NONE)]


@pytest.mark.parametrize("unwanted", ["ann@customer.example", "@customer.example"])
def test_addresses_configured_to_get_no_replies(unwanted: str) -> None:
    one = case(policy=policy(no_reply_addresses=frozenset({unwanted})))
    assert listed(one) == [("A31", "S", NONE)]


@pytest.mark.parametrize("other", ["bob@customer.example", "@mail.customer.example", "ann"])
def test_other_addresses_configured_to_get_no_replies(other: str) -> None:
    assert listed(case(policy=policy(no_reply_addresses=frozenset({other})))) == []


def test_a_colleague_writes() -> None:
    assert listed(case(message(sender="jo@acme.example"))) == [("A33", "S", NONE)]
    assert listed(case(message(sender="jo@mail.acme.example"))) == []


def test_a_team_at_a_public_provider_has_no_colleagues_there() -> None:
    ours = policy(own_domains=frozenset({"gmail.com"}))
    assert listed(case(message(sender="ann@gmail.com"), policy=ours)) == []


PUBLIC = account(test_domains_allowed=False)


@pytest.mark.parametrize(
    ("spec", "refuses"),
    [
        ("ann@customer.com", False),
        ("a" * 64 + "@customer.com", False),
        ("a" * 65 + "@customer.com", True),
        ("ü" * 32 + "@customer.com", False),
        ("a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + ".com", False),
        ("a" * 20 + "@" + ".".join("b" * 57 for _ in range(4)) + ".com", True),
        ("ann@localhost", True),
        ("ann@[192.0.2.1]", True),
        ("ann@1.2.3.4", True),
        ("ann@customer.123", True),
        ("ann@192.0.2", True),
        ("ann@163.com", False),
        ("ann@1.2.3.de", False),
        ("ann@customer.4u", False),
        ("ann@customer.xn--p1ai", False),
        ("ann@customer.example", True),
        ("ann@customer.invalid", True),
        ("ann@customer.test", True),
        ("ann@customer.local", True),
        ("ann@myexample.org", False),
        ("a b@customer.com", True),
        ("a\r\nb@customer.com", True),
        ("a<b@customer.com", True),
        ("@customer.com", True),
    ],
)
def test_addresses_that_nothing_can_be_sent_to(spec: str, *, refuses: bool) -> None:
    found = listed(case(message(sender=spec), account=PUBLIC))
    assert (("A34", "H", HOLD) in found) == refuses
    assert {rule for rule, _, _ in found} <= {"A34", "F20"}


def test_a_reserved_domain_on_loopback() -> None:
    assert listed(case(account=account(test_domains_allowed=True))) == []


@pytest.mark.parametrize(
    ("local", "refuses"),
    [("jürgen", False), ("用户", False), ("ju\u0308rgen", True), ("jürgen\u200b", True)],
)
def test_a_local_part_beyond_ascii_is_held_if_it_cannot_be_written(
    local: str, *, refuses: bool
) -> None:
    found = listed(case(message(sender=f"{local}@customer.example")))
    assert found == ([("F20", "H", HOLD)] if refuses else [])


@pytest.mark.parametrize(
    ("recipients", "refuses"),
    [
        ({"support@acme.example"}, False),
        ({"bob@other.example", "support@acme.example"}, False),
        ({"support+order-7@acme.example"}, False),
        ({"help@acme.example"}, True),
        ({"support+x@other.example"}, True),
        ({"bob@other.example"}, True),
        (set(), True),
    ],
)
def test_mail_that_does_not_name_us(recipients: set[str], *, refuses: bool) -> None:
    found = listed(case(message(recipients=frozenset(recipients))))
    assert found == ([("A36", "S", NONE)] if refuses else [])


def test_junk_is_held() -> None:
    assert listed(case(message(role=Role.JUNK))) == [("A40", "H", HOLD)]


@pytest.mark.parametrize(
    ("defect", "refuses"),
    [
        ("nul", True),
        ("header-truncated", True),
        ("date-invalid", True),
        ("8-bit-header", False),
        ("message-id-missing", False),
    ],
)
def test_malformed_mail_is_held(defect: str, *, refuses: bool) -> None:
    found = listed(case(message(defects=(defect,))))
    assert found == ([("A43", "S", HOLD)] if refuses else [])


def test_mail_from_before_replies_were_switched_on() -> None:
    assert listed(case(replies_since=NOW + timedelta(seconds=1))) == [("L12", "G", NONE)]
    assert listed(case(replies_since=NOW)) == []


def test_the_baseline() -> None:
    assert listed(case(baseline=True)) == [("X07", "H", NONE)]


@pytest.mark.parametrize(
    ("status", "rule", "expected"),
    [
        (AuthenticationStatus.FAILED, "S07", [("S07", "H", HOLD)]),
        (AuthenticationStatus.SUSPICIOUS, "S21", [("S21", "H", HOLD)]),
        (AuthenticationStatus.SUSPICIOUS, "S22", [("S22", "H", HOLD)]),
        (AuthenticationStatus.AUTHENTICATED, "S24", [("S24", "H", HOLD)]),
        (AuthenticationStatus.UNVERIFIED, "S14", []),
        (AuthenticationStatus.UNVERIFIED, "S08", []),
        (AuthenticationStatus.UNVERIFIED, "S07", []),
    ],
)
def test_who_it_is_from(
    status: AuthenticationStatus, rule: str, expected: list[tuple[str, str, Effect]]
) -> None:
    assert listed(case(authentication=Authentication(status, (Finding(rule, "x"),)))) == expected


def test_a_forged_sender_without_findings_is_held_all_the_same() -> None:
    failed = Authentication(AuthenticationStatus.FAILED)
    assert listed(case(authentication=failed)) == [("S07", "H", HOLD)]


# --- F01 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "authentication", "expected"),
    [
        ({}, UNVERIFIED, "ann@customer.example"),
        ({"return_path": envelope("Ann+x@customer.example")}, UNVERIFIED, "Ann+x@customer.example"),
        ({"return_path": envelope("b-1@mail.customer.example")}, PROVEN, "ann@customer.example"),
        ({"return_path": envelope("b-1@mail.customer.example")}, UNVERIFIED, None),
        ({"return_path": envelope("SRS0=a=b=customer.example=ann@hop.example")}, PROVEN, None),
        ({"return_path": envelope("bob@other.example")}, UNVERIFIED, None),
        ({"return_path": ABSENT}, PROVEN, "ann@customer.example"),
        ({"return_path": ABSENT}, UNVERIFIED, None),
        ({"return_path": ReturnPath(ReturnPathKind.NULL)}, PROVEN, None),
        ({"return_path": ReturnPath(ReturnPathKind.INVALID)}, PROVEN, None),
        ({"reply_to": (address("evil@evil.example"),)}, PROVEN, "ann@customer.example"),
        ({"headers": {"Sender": "evil@evil.example"}}, PROVEN, "ann@customer.example"),
    ],
)
def test_destination(
    fields: dict[str, Any], authentication: Authentication, expected: str | None
) -> None:
    to, why = destination(message(**fields), authentication)
    assert (to.spec if to else None) == expected
    assert bool(why) == (to is None)


def test_there_is_no_destination_without_a_sender() -> None:
    to, why = destination(replace(message(), sender=None), PROVEN)
    assert to is None
    assert why


def test_a_destination_in_doubt_is_held() -> None:
    one = case(message(return_path=envelope("bob@other.example")))
    assert listed(one) == [("F01", "H", HOLD)]


# --- overrides ---------------------------------------------------------------------------------

KNOWN = CustomerMatch(Customer("c-17", emails=("ann@customer.example",)), MatchKind.ADDRESS)
UNSUBSCRIBE = Finding("A08", "List-Unsubscribe", soft=True, person=True)


def overriding(rule: str, who: str) -> dict[str, object]:
    return {"policy": policy(overrides={rule: frozenset({who})})}


@pytest.mark.parametrize("who", ["ann@customer.example", "@customer.example", "c-17"])
def test_a_soft_rule_can_be_overridden(who: str) -> None:
    fields = overriding("A08", who)
    assert listed(case(automatic=(UNSUBSCRIBE,), customer=KNOWN, **fields)) == []


@pytest.mark.parametrize("who", ["bob@customer.example", "@other.example", "c-18", "ann"])
def test_an_override_counts_for_nobody_else(who: str) -> None:
    one = case(automatic=(UNSUBSCRIBE,), customer=KNOWN, **overriding("A08", who))
    assert listed(one) == [("A08", "S", NONE)]


@pytest.mark.parametrize("rule", ["A01", "A30"])
def test_a_hard_rule_cannot_be_overridden(rule: str) -> None:
    one = case(automatic=(Finding(rule, "x"),), **overriding(rule, "ann@customer.example"))
    assert listed(one) == [(rule, "H", NONE)]


def test_an_override_of_one_rule_leaves_the_others() -> None:
    one = case(
        automatic=(UNSUBSCRIBE, Finding("A07", "List-Id")),
        **overriding("A08", "ann@customer.example"),
    )
    assert listed(one) == [("A07", "H", NONE)]


def test_evidence_tells_instants_as_the_rest_of_the_program_does() -> None:
    history = History(human_answered_at=NOW, human_answers=1)
    found = refusals(case(message(received=ago(hours=1)), history=history))
    assert [one.evidence for one in found if one.rule == "A18"] == [
        "a colleague answered on Wed 18 Nov 2026, 10:30"
    ]


# --- the table ---------------------------------------------------------------------------------


def test_every_rule_has_a_title_and_a_severity() -> None:
    for row in RULES:
        assert row.rule.title == RULEBOOK[row.rule.id]
        assert row.rule.title.endswith(".")
        assert row.rule.severity in {"H", "S", "G"}
    assert titles() is RULEBOOK


def test_none_outweighs_hold() -> None:
    found = refusals(case(message(role=Role.JUNK), automatic=(Finding("A01", "auto-replied"),)))
    assert [refusal.effect for refusal in found] == [NONE, HOLD]
    assert Reply.refused(found, "en").decision is ReplyDecision.NONE


VIP = CustomerMatch(Customer("c-9", vip=True), MatchKind.ADDRESS)


@pytest.mark.parametrize(
    ("signal", "customer", "expected"),
    [
        ("insult", None, [("A44", "S", HOLD)]),
        ("insult", VIP, [("A44", "S", HOLD)]),
        ("bereavement", None, [("A44", "S", HOLD)]),
        ("bereavement", VIP, [("A44", "S", HOLD)]),
        ("danger", VIP, [("A44", "S", HOLD)]),
        ("self-harm", VIP, [("A44", "S", HOLD)]),
        ("abuse-or-threat", None, [("A44", "S", HOLD)]),
        ("abuse-or-threat", VIP, []),
        ("legal", None, [("A44", "S", HOLD)]),
        ("legal", VIP, []),
        ("no-contact-wanted", None, [("A45", "S", NONE)]),
        ("no-contact-wanted", VIP, [("A45", "S", NONE)]),
        ("anger", None, []),
        ("money-back", None, []),
    ],
)
def test_what_was_said_can_keep_a_template_back(
    signal: str, customer: CustomerMatch | None, expected: list[tuple[str, str, Effect]]
) -> None:
    said = replace(case(customer=customer), signals=(Signal(signal, "the words"),))
    assert listed(said) == expected


def test_the_soft_rules_are_those_of_the_table() -> None:
    soft = dict.fromkeys(row.rule.id for row in RULES if row.rule.severity == "S")
    assert tuple(soft) == SOFT_RULES
