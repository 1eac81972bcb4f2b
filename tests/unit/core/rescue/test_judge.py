from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.support.build import address, message

from inboxwatch.core.rescue.conditions import CONDITIONS
from inboxwatch.core.rescue.findings import FINDINGS
from inboxwatch.core.rescue.judge import Facts, judge
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.decision import Rescue, RescueDecision
from inboxwatch.model.message import (
    Authentication,
    AuthenticationStatus,
    Filtered,
    Finding,
    Part,
    Role,
)

ANN = Customer("c-17", emails=("ann@customer.example",))
KNOWN = CustomerMatch(ANN, MatchKind.ADDRESS)
BY_DOMAIN = CustomerMatch(ANN, MatchKind.DOMAIN)
PROOF = "dmarc=pass for customer.example"
PROVEN = Authentication(AuthenticationStatus.AUTHENTICATED, (), PROOF)
LIST = Finding("A07", "List-Id: <x>")
UNSUBSCRIBE = Finding("A08", "List-Unsubscribe", soft=True, person=True)
IN_JUNK = message(role=Role.JUNK)
PHISHING = Filtered("Microsoft 365", "phishing", grave=True)
GENUINE = Facts(IN_JUNK, PROVEN, KNOWN)
RESCUE, REVIEW, LEAVE = RescueDecision.RESCUE, RescueDecision.REVIEW, RescueDecision.LEAVE


def authentication(status: str, *findings: str, proof: str = "") -> Authentication:
    found = tuple(Finding(rule, "evidence") for rule in findings)
    return Authentication(AuthenticationStatus(status), found, proof)


def judged(**facts: object) -> Rescue:
    rescue = judge(replace(GENUINE, **facts))
    assert rescue is not None
    return rescue


@pytest.mark.parametrize("role", [Role.INBOX, Role.SENT, Role.DRAFTS])
def test_only_junk_is_judged(role: Role) -> None:
    assert judge(replace(GENUINE, message=message(role=role))) is None


def test_a_genuine_customer_is_rescued_and_every_condition_is_shown_as_met() -> None:
    rescue = judged()
    assert (rescue.decision, rescue.unmet, rescue.why) == (RESCUE, (), "")
    assert [one.id for one in rescue.conditions] == [row.id for row in CONDITIONS]
    assert all(one.met and one.title for one in rescue.conditions)
    shown = {one.id: one.evidence for one in rescue.conditions}
    assert shown["known-customer"] == "customer c-17"
    assert shown["proven"] == PROOF


def attached(filename: str, content_type: str = "application/octet-stream") -> dict[str, object]:
    part = Part(content_type, {}, "attachment", filename, 1)
    return {"message": replace(IN_JUNK, parts=(*IN_JUNK.parts, part))}


NEGATED = [
    ({"customer": None}, LEAVE, ["known-customer"], ["S20"]),
    ({"customer": BY_DOMAIN}, REVIEW, ["known-customer"], ["S20"]),
    (
        {"authentication": authentication("suspicious", "S21")},
        LEAVE,
        ["one-sender", "proven"],
        ["S21"],
    ),
    ({"authentication": authentication("unverified", "S01")}, REVIEW, ["proven"], ["S01"]),
    ({"authentication": authentication("unverified")}, REVIEW, ["proven"], ["S14"]),
    ({"authentication": authentication("failed", "S07")}, LEAVE, ["proven"], ["S07"]),
    (
        {"authentication": authentication("failed", "S07", "S11")},
        REVIEW,
        ["proven"],
        ["S07", "S11"],
    ),
    (
        {"authentication": authentication("suspicious", "S22", proof=PROOF)},
        LEAVE,
        ["own-name"],
        ["S22"],
    ),
    (
        {"authentication": authentication("authenticated", "S22", proof=PROOF)},
        REVIEW,
        ["own-name"],
        ["S22"],
    ),
    (
        {"authentication": authentication("suspicious", "S23", proof=PROOF)},
        LEAVE,
        ["own-domain"],
        ["S23"],
    ),
    (
        {"authentication": authentication("authenticated", "S24", proof=PROOF)},
        REVIEW,
        ["own-reply-to"],
        ["S24"],
    ),
    ({"filtered": PHISHING, "taken_for": "phishing"}, LEAVE, ["harmless"], ["S25"]),
    ({"automatic": (LIST,)}, LEAVE, ["from-a-person"], ["A07"]),
    ({"automatic": (UNSUBSCRIBE,)}, REVIEW, ["from-a-person"], ["A08"]),
    ({"automatic": (UNSUBSCRIBE, LIST)}, LEAVE, ["from-a-person"], ["A08", "A07"]),
    (
        {"message": replace(IN_JUNK, defects=("header-truncated",))},
        REVIEW,
        ["complete"],
        ["A43"],
    ),
    (attached("invoice.pdf.exe"), REVIEW, ["no-program"], ["S26"]),
]


@pytest.mark.parametrize(("facts", "decision", "conditions", "rules"), NEGATED)
def test_each_condition_negated(
    facts: dict[str, object], decision: RescueDecision, conditions: list[str], rules: list[str]
) -> None:
    rescue = judged(**facts)
    assert rescue.decision is decision
    assert [finding.id for finding in rescue.unmet] == rules
    assert [one.id for one in rescue.conditions if not one.met] == conditions
    assert all(one.evidence for one in rescue.conditions if not one.met)


def test_every_condition_is_negated_alone_and_every_finding_has_its_sentence() -> None:
    alone = {conditions[0] for _, _, conditions, _ in NEGATED if len(conditions) == 1}
    assert alone | {"one-sender"} == {row.id for row in CONDITIONS}
    rules = {rule for _, _, _, found in NEGATED for rule in found}
    assert {rule for rule in rules if rule[0] == "S"} <= set(FINDINGS)


def test_arc_of_a_listed_sealer_is_a_proof_to_rescue() -> None:
    rescue = judged(authentication=authentication("failed", "S07", "S10"))
    assert rescue.decision is RESCUE
    shown = {one.id: one.evidence for one in rescue.conditions}
    assert shown["proven"] == "evidence"


def test_a_stranger_whose_mail_belongs_to_something_of_ours_is_offered_for_review() -> None:
    rescue = judged(customer=None, relation="answers our mail <x@acme.example>")
    assert (rescue.decision, rescue.why) == (REVIEW, "answers our mail <x@acme.example>")


@pytest.mark.parametrize(
    "facts",
    [
        {"authentication": authentication("failed", "S07")},
        {"authentication": authentication("suspicious", "S23", proof=PROOF)},
        {"automatic": (LIST,)},
        {"filtered": PHISHING, "taken_for": "phishing"},
    ],
)
def test_nothing_bad_is_offered_whatever_it_belongs_to(facts: dict[str, object]) -> None:
    assert judged(customer=None, relation="answers our mail", **facts).decision is LEAVE


def test_a_filter_that_saw_spam_only_is_no_hindrance() -> None:
    spam = Filtered("SpamAssassin", "spam", 7.2, 5.0)
    rescue = judged(filtered=spam, taken_for="SpamAssassin took it for spam.")
    assert rescue.decision is RESCUE
    shown = {one.id: one.evidence for one in rescue.conditions}
    assert shown["harmless"] == "SpamAssassin took it for spam."
    assert (rescue.filtered, rescue.taken_for) == (spam, "SpamAssassin took it for spam.")


def test_harmless_defects_do_not_matter() -> None:
    mail = replace(IN_JUNK, defects=("8-bit-header", "message-id-missing"))
    assert judged(message=mail).decision is RESCUE


@pytest.mark.parametrize(
    ("filename", "content_type", "runs"),
    [
        ("setup.exe", "application/octet-stream", True),
        ("SETUP.EXE", "image/png", True),
        ("photo.jpg.scr", "image/jpeg", True),
        ("photo.exe .", "image/jpeg", True),
        ("photo．ｅｘｅ", "image/jpeg", True),  # noqa: RUF001 - full-width letters are the trick
        ("prices.xlsm", "application/octet-stream", True),
        ("", "application/x-msdownload", True),
        ("photo.jpg", "image/jpeg", False),
        ("exe", "image/jpeg", False),
        ("report.pdf", "application/pdf", False),
        ("prices.xlsx", "application/octet-stream", False),
        ("", "image/jpeg", False),
    ],
)
def test_what_counts_as_a_program(filename: str, content_type: str, runs: bool) -> None:
    rescue = judged(**attached(filename, content_type))
    assert [one.id for one in rescue.unmet] == (["S26"] if runs else [])


def test_the_name_in_the_content_type_counts_as_well() -> None:
    part = Part("image/png", {"name": "a.js"}, "attachment", "a.png", 1)
    mail = replace(IN_JUNK, sender=address("ann@customer.example"), parts=(part,))
    assert [one.id for one in judged(message=mail).unmet] == ["S26"]
