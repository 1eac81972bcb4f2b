"""The table of no_reply.yaml, a test for each row: octets through parse and decide."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from msgspec.structs import replace
from tests.support.build import NOW, account, customers, policy, world

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.decide import decide
from inboxwatch.core.message.address import parse_address
from inboxwatch.core.message.parse import parse_octets
from inboxwatch.core.reply.permit import RULES, SOFT_RULES
from inboxwatch.core.reply.rules import _MALFORMED
from inboxwatch.core.triage.fingerprint import fingerprint
from inboxwatch.model.customer import Customer
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.message import Role
from inboxwatch.model.policy import Limits
from inboxwatch.model.surge import Surge, Suspicion, incident_of
from inboxwatch.model.world import History, PastReply

if TYPE_CHECKING:
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Message
    from inboxwatch.model.policy import Policy
    from inboxwatch.model.surge import Incident
    from inboxwatch.model.world import World

Row = dict[str, Any]

TABLE: dict[str, list[Row]] = yaml.safe_load(
    Path(__file__).with_name("no_reply.yaml").read_text("utf-8")
)
ROWS = [
    pytest.param(row, id=f"{rule}: {row['case']}") for rule, rows in TABLE.items() for row in rows
]
KEYS = {
    *("account", "also", "body", "case", "customer", "dated", "deep", "envelope", "fields"),
    *("flags", "from", "header", "history", "hours", "limits", "parts", "policy", "repeat", "role"),
    *("surge", "then", "without"),
}
ABOUT_THE_REPLY = {"A35", "A41"}
"""Rules about what is sent, not about whether: the tests at the end, which begin with them."""
ELSEWHERE = {
    "A39": "test_brakes.py::test_an_address_that_bounced_gets_no_other_reply_for_a_month",
    "A42": "test_third_parties.py::test_nobody_else_hears_of_a_mail_whoever_it_names",
}
"""What takes a whole run to prove: where ``tests/unit/app`` does it."""

LEXICON = load_lexicon()[0]
MARKER = policy().loop_marker


def _hours(count: float) -> timedelta:
    return timedelta(hours=count)


def octets(row: Row) -> bytes:
    """The genuine mail with the differences of a row."""
    sender = row.get("from", "ann@customer.example")
    date = NOW - _hours(row.get("dated", row.get("hours") or 0))
    given = row.get("header", "").replace("{marker}", MARKER)
    dropped = {
        *(line.partition(":")[0].lower() for line in given.split("\n")),
        *row.get("without", "").lower().split(),
    }
    fields = [
        f"Return-Path: {row.get('envelope', f'<{sender}>')}",
        "Authentication-Results: mx.acme.example; dmarc=pass header.from="
        + sender.rpartition("@")[2].lower(),
        "Received: from mail.customer.example by mx.acme.example",
        f"From: {sender}",
        "To: support@acme.example",
        "Subject: A question",
        "Message-ID: <m1@customer.example>",
        f"Date: {date:%a, %d %b %Y %H:%M:%S +0000}",
    ]
    kept = [field for field in fields if field.partition(":")[0].lower() not in dropped]
    padding = ["X-Padding: x"] * row.get("fields", 0)
    on_top = "authentication-results:" in given.lower()  # where our server writes it
    ordered = (given, *kept) if on_top else (*kept, given)
    lines = "\n".join((*filter(None, ordered), *padding, "", _body(row)))
    return lines.replace("\n", "\r\n").encode()


def _body(row: Row) -> str:
    """The text; or that in the last of many parts, beside or within one another."""
    text = row.get("body", "How do I change my address?") + "x" * row.get("repeat", 0)
    if "parts" in row:
        return "--b0\n\nx\n" * (row["parts"] - 1) + f"--b0\n\n{text}\n--b0--"
    text = f"\n{text}"
    for level in reversed(range(row.get("deep", 0))):
        head = f"Content-Type: multipart/mixed; boundary=b{level}\n\n" if level else ""
        text = f"{head}--b{level}\n{text}\n--b{level}--"
    return text if "deep" in row else text[1:]


def mail(row: Row) -> Message:
    hours = row.get("hours", 0)
    return parse_octets(
        octets(row),
        source="table",
        role=Role(row.get("role", "inbox")),
        received=None if hours is None else NOW - _hours(hours),
        flags=frozenset(row.get("flags", ())),
    )


def _sets(fields: Row) -> Row:
    """Lists of the table as the frozen sets that the model wants."""
    return {
        name: frozenset(value) if isinstance(value, list) else value
        for name, value in fields.items()
    }


def around(row: Row) -> World:
    """The world of a row: its account, perhaps a second one, the policy, customer and past."""
    one = account(**{"trust": ("mx.acme.example",), **_sets(row.get("account", {}))})
    accounts = {one.name: one}
    own = {one.address.canonical}
    domains = {one.address.domain}
    if "also" in row:
        other = parse_address(row["also"])
        accounts["other"] = replace(
            account("other"), address=other, addresses=frozenset({other.exact})
        )
        own.add(other.canonical)
        domains.add(other.domain)
    written = dict(row.get("policy", {}))
    overrides = {rule: frozenset(who) for rule, who in written.pop("overrides", {}).items()}
    decided = policy(
        accounts=accounts,
        own_addresses=frozenset(own),
        own_domains=frozenset(domains),
        lexicon=LEXICON,
        limits=_limits(row.get("limits", {})),
        overrides=overrides,
        **_sets(written),
    )
    known = ()
    if "customer" in row:
        known = (Customer("c-17", "Ann", ("ann@customer.example",), **row["customer"]),)
    return world(
        policy=decided,
        customers=customers(*known),
        history=_history(row),
        incidents=_incidents(row, decided),
    )


def _incidents(row: Row, decided: Policy) -> tuple[Incident, ...]:
    """An open surge that the mail of a row is part of; with a template once a person has looked."""
    if "surge" not in row:
        return ()
    keys = frozenset(fingerprint(mail(row), decided).traits)
    held, _, template = row["surge"].partition(" ")
    surge = Surge(1, tuple(keys), "promo code", NOW, NOW, NOW, 9, 9, suspicion=Suspicion(held))
    return (incident_of(replace(surge, template=template)),)


def _limits(written: Row) -> Limits:
    return Limits(
        **{name: _hours(value) if name == "max_age" else value for name, value in written.items()}
    )


def _history(row: Row) -> History:
    written = dict(row.get("history", {}))
    for name in ("human_answered_at", "escalated_since"):
        if name in written:
            written[name] = NOW - _hours(written[name])
    if "replied" in written:
        at = NOW - _hours(written.pop("replied"))
        written["replies"] = (PastReply("evening", "acknowledgement", at, 7),)
    return History(**written)


def _row(rule: str, case: str) -> Row:
    return next(row for row in TABLE[rule] if row["case"] == case)


def judged(row: Row) -> Decision:
    return decide(mail(row), around(row))


@pytest.mark.parametrize("row", ROWS)
def test_row(row: Row) -> None:
    assert set(row) <= KEYS
    decided, *rules = row["then"].split()
    reply = judged(row).reply
    found = list(dict.fromkeys(refusal.rule for refusal in reply.refusals))
    assert found == rules, [refusal.evidence for refusal in reply.refusals]
    assert reply.decision == ReplyDecision(decided)
    assert all(refusal.evidence for refusal in reply.refusals)


def test_the_table_covers_every_rule_both_ways() -> None:
    numbers = (*range(1, 21), *range(30, 39), *range(40, 47))
    rules = (
        {f"A{number:02}" for number in numbers if number != 35} - ABOUT_THE_REPLY - ELSEWHERE.keys()
    )
    assert rules | {"F02", "L07", "L14"} == set(TABLE)
    assert len(ROWS) >= 150
    for rule, rows in TABLE.items():
        ends = {row["then"].split()[0] for row in rows}
        assert rule == "A20" or (ends & {"none", "hold"} and "send" in ends), rule


def test_what_is_not_in_the_table_is_proven_where_it_says() -> None:
    written = [test.__doc__ for name, test in globals().items() if name.startswith("test_")]
    told = {doc.partition(":")[0] for doc in written if doc}
    assert told >= ABOUT_THE_REPLY
    for place in ELSEWHERE.values():
        file, _, test = place.partition("::")
        assert f"\ndef {test}(" in (Path(__file__).parents[2] / "app" / file).read_text("utf-8")


@pytest.mark.parametrize("defect", sorted(_MALFORMED))
def test_every_defect_that_holds_a_mail_does_so_alone_in_a_row(defect: str) -> None:
    """Rule A43: whoever takes one out of the list, or finds it no more, fails a row."""
    rows = [row for row in TABLE["A43"] if row["then"] == "hold A43"]
    assert [row["case"] for row in rows if _MALFORMED & set(mail(row).defects) == {defect}]


def test_no_two_rows_are_the_same() -> None:
    names = [param.id for param in ROWS]
    assert len(set(names)) == len(names)
    worlds = [repr({**row, "case": ""}) for rows in TABLE.values() for row in rows]
    assert len(set(worlds)) == len(worlds)


# --- overrides ---------------------------------------------------------------------------------


def _softly_refused(rule: str) -> list[Row]:
    """The rows that one soft rule alone refuses."""
    return [
        row
        for row in TABLE.get(rule, ())
        if {(one.rule, one.severity) for one in judged(row).reply.refusals} == {(rule, "S")}
    ]


def _overriding(row: Row, rule: str, who: str) -> World:
    """The world of a row with an override, in which its sender is customer c-17."""
    built = around({**row, "policy": {**row.get("policy", {}), "overrides": {rule: [who]}}})
    if built.customers.by_address:
        return built
    sender = row.get("from", "ann@customer.example").lower()
    return replace(built, customers=customers(Customer("c-17", "Ann", (sender,))))


@pytest.mark.parametrize("rule", SOFT_RULES)
@pytest.mark.parametrize("by", ["address", "domain", "customer"])
def test_every_soft_rule_can_be_overridden(rule: str, by: str) -> None:
    rows = _softly_refused(rule)
    assert rows
    for row in rows:
        sender = row.get("from", "ann@customer.example").lower()
        who = {"address": sender, "domain": f"@{sender.partition('@')[2]}", "customer": "c-17"}[by]
        reply = decide(mail(row), _overriding(row, rule, who)).reply
        unproven = rule == "F02" and by == "customer"  # nobody is known to be one
        customer = "Reply-To: bob@" in row.get("header", "")
        nameless = rule == "F02" and not unproven and not customer
        expected = ["F02"] if unproven else ["F01"] if nameless else []
        assert [refusal.rule for refusal in reply.refusals] == expected


HARD_RULES = sorted({row.rule.id for row in RULES if row.rule.severity == "H"} & set(TABLE))


@pytest.mark.parametrize("rule", HARD_RULES)
@pytest.mark.parametrize("who", ["ann@customer.example", "@customer.example", "c-17"])
def test_no_hard_rule_can_be_overridden(rule: str, who: str) -> None:
    rows = [row for row in TABLE[rule] if _is_hard(rule, judged(row))]
    assert rows
    for row in rows:
        assert _is_hard(rule, decide(mail(row), _overriding(row, rule, who)))


def _is_hard(rule: str, decision: Decision) -> bool:
    return any((one.rule, one.severity) == (rule, "H") for one in decision.reply.refusals)


# --- what the table does not say ---------------------------------------------------------------


def test_suppressing_a_reply_hides_no_mail_from_triage() -> None:
    for rows in TABLE.values():
        for row in rows:
            decision = judged(row)
            assert 1 <= decision.priority <= 9
            assert sum(reason.points for reason in decision.reasons) == decision.priority


@pytest.mark.parametrize("case", ["PGP/MIME", "S/MIME", "PGP in the text"])
def test_ciphertext_is_neither_shown_nor_searched(case: str) -> None:
    row = _row("A19", case)
    decision = judged(row)
    assert decision.text == ""
    assert "encrypted" in decision.defects
    assert "insult" not in decision.signals


def test_one_recipient_whoever_else_got_the_mail() -> None:
    """A35: never Cc, never everybody."""
    others = "To: support@acme.example, a@x.example, b@x.example\nCc: c@x.example, d@x.example"
    row = {"header": others}
    draft = judged(row).reply.draft
    assert draft is not None
    assert draft.to == "ann@customer.example"


def test_a_reply_repeats_no_link_of_the_mail() -> None:
    """A41: the text is ours; of the mail the subject alone may be in it, without its links."""
    row = {"header": "Subject: Look at https://evil.example/x", "body": "https://evil.example/y"}
    draft = judged(row).reply.draft
    assert draft is not None
    assert "evil.example" not in draft.text
    assert len(draft.text.encode()) <= 4096


def test_a_form_is_answered_to_the_customer_and_keeps_what_from_says() -> None:
    row = _row("F02", "a form")
    bob = Customer("c-2", "Bob", ("bob@other.example",))
    decision = decide(mail(row), replace(around(row), customers=customers(bob)))
    assert decision.sender == "forms@shop.example"
    assert decision.sender_canonical == "bob@other.example"
    assert decision.sender_organisational == "other.example"
    assert decision.customer is not None
    assert decision.customer.customer is bob
    assert decision.reply.draft is not None
    assert decision.reply.draft.to == "bob@other.example"


def test_a_form_that_is_not_authenticated_makes_nobody_a_customer() -> None:
    row = _row("F02", "a form that is not authenticated")
    bob = Customer("c-2", "Bob", ("bob@other.example",), vip=True)
    decision = decide(mail(row), replace(around(row), customers=customers(bob)))
    assert decision.customer is None
    assert decision.sender_canonical == "bob@other.example"


def test_a_form_without_a_customer_is_no_machine() -> None:
    row = _row("F02", "a form without a customer")
    decision = judged(row)
    assert not decision.automatic
    assert decision.sender == "noreply@acme.example"
    assert decision.sender_canonical == ""
