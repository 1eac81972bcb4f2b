from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.support.build import message

from inboxwatch.core.rescue.judge import judge
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.decision import Rescue, RescueDecision
from inboxwatch.model.message import Authentication, AuthenticationStatus, Finding, Message, Role

ANN = Customer("c-17", emails=("ann@customer.example",))
KNOWN = CustomerMatch(ANN, MatchKind.ADDRESS)
BY_DOMAIN = CustomerMatch(ANN, MatchKind.DOMAIN)
PROVEN = Authentication(AuthenticationStatus.AUTHENTICATED)
UNVERIFIED = Authentication(AuthenticationStatus.UNVERIFIED, (Finding("S01", "no trust"),))
FAILED = Authentication(AuthenticationStatus.FAILED, (Finding("S07", "dmarc=fail"),))
SPOOFED = Authentication(AuthenticationStatus.SUSPICIOUS, (Finding("S22", "a name"),))
DIVERTED = Authentication(AuthenticationStatus.AUTHENTICATED, (Finding("S24", "Reply-To"),))
LIST = Finding("A07", "List-Id: <x>")
UNSUBSCRIBE = Finding("A08", "List-Unsubscribe", soft=True, person=True)
IN_JUNK = message(role=Role.JUNK)
RESCUE, REVIEW, LEAVE = RescueDecision.RESCUE, RescueDecision.REVIEW, RescueDecision.LEAVE


@pytest.mark.parametrize("role", [Role.INBOX, Role.SENT, Role.DRAFTS])
def test_only_junk_is_judged(role: Role) -> None:
    assert judge(message(role=role), PROVEN, KNOWN, ()) is None


def test_a_genuine_customer_is_rescued() -> None:
    assert judge(IN_JUNK, PROVEN, KNOWN, ()) == Rescue(RESCUE, ())


@pytest.mark.parametrize(
    ("mail", "authentication", "customer", "automatic", "decision", "rules"),
    [
        (IN_JUNK, PROVEN, BY_DOMAIN, (), REVIEW, ["S20"]),
        (IN_JUNK, PROVEN, None, (), LEAVE, ["S20"]),
        (IN_JUNK, UNVERIFIED, KNOWN, (), REVIEW, ["S01"]),
        (IN_JUNK, UNVERIFIED, BY_DOMAIN, (), REVIEW, ["S20", "S01"]),
        (IN_JUNK, UNVERIFIED, None, (), LEAVE, ["S20", "S01"]),
        (IN_JUNK, FAILED, KNOWN, (), LEAVE, ["S07"]),
        (IN_JUNK, SPOOFED, KNOWN, (), LEAVE, ["S22"]),
        (IN_JUNK, DIVERTED, KNOWN, (), REVIEW, ["S24"]),
        (IN_JUNK, PROVEN, KNOWN, (LIST,), LEAVE, ["A07"]),
        (IN_JUNK, PROVEN, KNOWN, (UNSUBSCRIBE,), REVIEW, ["A08"]),
        (IN_JUNK, PROVEN, KNOWN, (UNSUBSCRIBE, LIST), LEAVE, ["A08", "A07"]),
        (replace(IN_JUNK, defects=("header-truncated",)), PROVEN, KNOWN, (), REVIEW, ["A43"]),
    ],
)
def test_each_condition_negated(
    mail: Message,
    authentication: Authentication,
    customer: CustomerMatch | None,
    automatic: tuple[Finding, ...],
    decision: RescueDecision,
    rules: list[str],
) -> None:
    rescue = judge(mail, authentication, customer, automatic)
    assert rescue is not None
    assert rescue.decision is decision
    assert [finding.id for finding in rescue.refusals] == rules
    assert all(finding.evidence for finding in rescue.refusals)


def test_a_status_without_findings_is_a_condition_not_met_all_the_same() -> None:
    rescue = judge(IN_JUNK, Authentication(AuthenticationStatus.UNVERIFIED), KNOWN, ())
    assert rescue == Rescue(REVIEW, (Finding("S14", "unverified"),))


def test_harmless_defects_do_not_matter() -> None:
    mail = replace(IN_JUNK, defects=("8-bit-header", "message-id-missing"))
    assert judge(mail, PROVEN, KNOWN, ()) == Rescue(RESCUE, ())
