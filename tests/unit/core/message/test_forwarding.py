from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.support.build import account, address, customers, message, policy, world

from inboxwatch.core.decide import decide
from inboxwatch.core.message.authentication import authenticate
from inboxwatch.core.message.forwarding import with_forwarders
from inboxwatch.model.customer import Customer
from inboxwatch.model.decision import ReplyDecision
from inboxwatch.model.message import Message, Role

AR = "Authentication-Results"
ID = "mx.acme.example"
HOP = ("Received", "from sender by mx.acme.example; Wed, 18 Nov 2026 09:30:00 +0000")
BROKEN = f"{ID}; dmarc=fail header.from=customer.example; spf=pass smtp.mailfrom=x@old.example"
ARC_PASS = f"{BROKEN}; arc=pass"
VOUCHES = "mx.old.example; dmarc=pass header.from=customer.example"
WATCHED = account(
    trust=(ID,),
    arc_sealers=frozenset({"old.example", "acme.example"}),
    forwarded_from=frozenset({"help@old.example"}),
)
WITHOUT = replace(WATCHED, arc_sealers=frozenset(), forwarded_from=frozenset())


def arc(number: int, sealer: str, results: str = VOUCHES) -> tuple[tuple[str, str], ...]:
    return (
        ("ARC-Seal", f"i={number}; a=rsa-sha256; t=1; cv=pass; d={sealer}; s=arc; b=AAAA"),
        ("ARC-Message-Signature", f"i={number}; a=rsa-sha256; d={sealer}; s=arc; b=AAAA"),
        ("ARC-Authentication-Results", f"i={number}; {results}"),
    )


ONE = arc(1, "old.example")


def mail(results: str, *trace: tuple[str, str], role: Role = Role.JUNK) -> Message:
    return message(role=role, trace=((AR, results), HOP, *trace))


def found(mail: Message, under: object = WATCHED) -> tuple[str, list[str]]:
    told = with_forwarders(mail, authenticate(mail, (ID,)), under)  # type: ignore[arg-type]
    return told.status.value, [one.id for one in told.findings]


def test_a_listed_sealer_vouches_for_the_sender() -> None:
    told = with_forwarders(mail(ARC_PASS, *ONE), authenticate(mail(ARC_PASS, *ONE), (ID,)), WATCHED)
    assert told.status == "failed"
    assert told.findings[-1].id == "S10"
    expected = "arc=pass, sealed by old.example: dmarc=pass for customer.example"
    assert told.findings[-1].evidence == expected
    assert told.proof == ""


@pytest.mark.parametrize(
    ("results", "trace"),
    [
        (BROKEN, ONE),
        (f"{BROKEN}; arc=fail", ONE),
        (f"{ARC_PASS}; arc=fail", ONE),
        (f"other.example; arc=pass; {BROKEN}", ONE),
        (ARC_PASS, ()),
        (ARC_PASS, arc(1, "evil.example")),
        (ARC_PASS, arc(1, "sub.old.example")),
        (ARC_PASS, (*ONE, *arc(2, "evil.example"))),
        (ARC_PASS, arc(1, "old.example", "mx; dmarc=pass header.from=evil.example")),
        (ARC_PASS, arc(1, "old.example", "mx; dmarc=fail header.from=customer.example")),
        (ARC_PASS, arc(1, "old.example", 'mx; "')),
        (ARC_PASS, arc(2, "old.example")),
        (ARC_PASS, (*ONE, *ONE)),
        (ARC_PASS, (*ONE, ("ARC-Authentication-Results", f"i=1; {VOUCHES}"))),
        (ARC_PASS, ONE[:1]),
        (ARC_PASS, (("ARC-Seal", "d=old.example"), ONE[2])),
        (ARC_PASS, (("ARC-Seal", "i=1; d=old.example; d=old.example"), ONE[2])),
    ],
)
def test_nothing_else_does(results: str, trace: tuple[tuple[str, str], ...]) -> None:
    assert "S10" not in found(mail(results, *trace))[1]


def test_whoever_stands_between_has_to_be_listed_as_well() -> None:
    fails = "mx.acme.example; dmarc=fail header.from=customer.example"
    chain = (*ONE, *arc(2, "acme.example", fails))
    assert found(mail(ARC_PASS, *chain))[1] == ["S07", "S10"]
    between = (*ONE, *arc(2, "evil.example"), *arc(3, "acme.example", fails))
    assert "S10" not in found(mail(ARC_PASS, *between))[1]


def test_without_a_list_nobody_vouches() -> None:
    assert found(mail(ARC_PASS, *ONE), WITHOUT) == ("failed", ["S07"])


ANN = customers(Customer("c-1", emails=("ann@customer.example",)))


def judged(mail: Message, under: object = WATCHED) -> tuple[str, bool]:
    rules = policy(accounts={"support": under})
    decision = decide(mail, world(policy=rules, customers=ANN))
    assert decision.rescue is not None
    assert decision.reply.decision is ReplyDecision.HOLD
    assert decision.priority <= 5
    return decision.rescue.decision.value, "S10" in {one.rule for one in decision.reply.refusals}


def test_arc_rescues_and_is_never_enough_for_a_reply() -> None:
    assert judged(mail(ARC_PASS, *ONE)) == ("rescue", True)
    assert judged(mail(ARC_PASS, *ONE), WITHOUT) == ("leave", False)
    none = f"{ID}; dmarc=none; arc=pass"
    assert judged(mail(none, *ONE)) == ("rescue", True)


def test_arc_says_nothing_of_mail_in_the_inbox() -> None:
    inbox = mail(ARC_PASS, *ONE, role=Role.INBOX)
    decision = decide(inbox, world(policy=policy(accounts={"support": WATCHED}), customers=ANN))
    assert [one.id for one in decision.authentication.findings] == ["S07"]


@pytest.mark.parametrize(
    ("path", "forwarders", "is_forwarded"),
    [
        ("SRS0=x=y=customer.example=ann@old.example", ("help@old.example",), True),
        ("help@mail.old.com", ("help@old.com",), True),
        ("x@evil.example", ("help@old.example",), False),
        ("help+caf_=support=acme.example@gmail.com", ("help@gmail.com",), True),
        ("help@gmail.com", ("help@gmail.com",), True),
        ("eve@gmail.com", ("help@gmail.com",), False),
        ("helpless@gmail.com", ("help@gmail.com",), False),
        ("x@old.example", (), False),
        ("", ("help@old.example",), False),
    ],
)
def test_forwarded_mail_is_offered_for_review(
    path: str, forwarders: tuple[str, ...], is_forwarded: bool
) -> None:
    under = replace(WITHOUT, forwarded_from=frozenset(forwarders))
    results = f"{ID}; dmarc=fail header.from=customer.example; spf=pass smtp.mailfrom={path}"
    assert found(mail(results), under)[1] == (["S07", "S11"] if is_forwarded else ["S07"])
    assert judged(mail(results), under)[0] == ("review" if is_forwarded else "leave")


def test_spf_that_fails_says_nothing_of_a_forwarder() -> None:
    results = f"{ID}; dmarc=fail header.from=customer.example; spf=fail smtp.mailfrom=x@old.example"
    assert found(mail(results)) == ("failed", ["S07"])


def test_dkim_that_survived_is_all_the_proof_it_takes() -> None:
    results = (
        f"{ID}; spf=pass smtp.mailfrom=SRS0=a@old.example; dkim=pass header.d=customer.example"
    )
    assert found(mail(results)) == ("authenticated", [])
    assert (
        decide(
            mail(results), world(policy=policy(accounts={"support": WATCHED}), customers=ANN)
        ).rescue.decision
        == "rescue"
    )  # type: ignore[union-attr]


def test_a_suspicious_sender_stays_so_whoever_vouches() -> None:
    spoofed = replace(
        mail(ARC_PASS, *ONE), sender=address("ann@customer.example", "jo@acme.example")
    )
    assert found(spoofed) == ("suspicious", ["S07", "S22"])


@pytest.mark.parametrize(("hops", "status"), [(1, "unverified"), (2, "authenticated")])
def test_verdicts_below_the_hops_of_our_own_servers_are_believed(hops: int, status: str) -> None:
    built = message(trace=(HOP, HOP, (AR, f"{ID}; dmarc=pass header.from=customer.example")))
    assert authenticate(built, (ID,), hops).status == status
    below = message(trace=(HOP, HOP, HOP, (AR, f"{ID}; dmarc=pass header.from=customer.example")))
    assert authenticate(below, (ID,), hops).status == "unverified"


FIELDS = st.sampled_from((AR, "Received", "ARC-Seal", "ARC-Authentication-Results"))
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from((ARC_PASS, VOUCHES, f"i=1; {VOUCHES}", "i=1; d=old.example", "i=99; d=x")),
)


@given(st.lists(st.tuples(FIELDS, VALUES), max_size=12))
def test_no_trace_raises(trace: list[tuple[str, str]]) -> None:
    built = message(role=Role.JUNK, trace=tuple(trace))
    found(built)
