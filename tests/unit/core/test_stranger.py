r"""Whom somebody in ``\Junk`` could be taken for, from the directory to the decision."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.support.build import account, address, customers, message, policy, world

from inboxwatch.app.known import Known
from inboxwatch.core.decide import decide
from inboxwatch.core.stranger import NOBODY, resembled
from inboxwatch.model.customer import Customer, Customers, Resembled
from inboxwatch.model.decision import RescueDecision
from inboxwatch.model.message import Address, AuthenticationStatus, Message, Role

ANN = Customer("c-1", "Ann Archer", ("ann@northwind.com",))
BEA = Customer("c-2", "Bea Baker", ("bea@gmail.com",), ("baker.example",))
BOTH = customers(ANN, BEA)
HOP = ("Received", "from sender by mx.acme.example; Wed, 18 Nov 2026 09:30:00 +0000")


def sender(spec: str, name: str = "") -> Address:
    return address(spec, name)


def mail(who: Address, *, role: Role = Role.JUNK, dmarc: str = "pass") -> Message:
    proof = f"mx.acme.example; dmarc={dmarc} header.from={who.domain}"
    built = message(who.exact, role=role, trace=(("Authentication-Results", proof), HOP))
    return replace(built, sender=who)


def found(
    who: Address, *, role: Role = Role.JUNK, dmarc: str = "pass", known: Customers = BOTH
) -> tuple[str, list[str], str]:
    """The status, the findings about whom the sender pretends to be, and the judgement."""
    built = mail(who, role=role, dmarc=dmarc)
    directory = Known(known, Customers())
    around = directory.around(who)
    trusting = account(trust=("mx.acme.example",))
    decision = decide(
        built,
        world(
            policy=policy(accounts={"support": trusting}),
            customers=around,
            resembled=resembled(built, who, around, directory),
        ),
    )
    pretended = [one.id for one in decision.authentication.findings if one.id in ("S22", "S23")]
    judged = decision.rescue.decision.value if decision.rescue else ""
    return decision.authentication.status.value, pretended, judged


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (sender("ann@northwind.com", "Ann Archer"), ("authenticated", [], "rescue")),
        (sender("ann@northwind.com", "Acme Fan"), ("authenticated", ["S22"], "review")),
        (sender("ann@northwind.com", "Bea Baker"), ("authenticated", [], "rescue")),
        (sender("x@elsewhere.example", "Ann Archer"), ("authenticated", ["S22"], "leave")),
        (sender("x@elsewhere.example", "Archer, Ann"), ("authenticated", ["S22"], "leave")),
        (sender("x@elsewhere.example", "Eve Evans"), ("authenticated", [], "leave")),
        (sender("x@elsewhere.example", "Acme Support"), ("suspicious", ["S22"], "leave")),
        (sender("x@elsewhere.example", "Acme Billing"), ("suspicious", ["S22"], "leave")),
        (sender("x@baker.example", "Bea Baker"), ("authenticated", [], "review")),
        (sender("x@baker.example", "Ann Archer"), ("authenticated", ["S22"], "review")),
        (sender("x@baker.example", "Acme Billing"), ("suspicious", ["S22"], "leave")),
        (sender("ann@northw1nd.com"), ("suspicious", ["S23"], "leave")),
        (sender("ann@northwind.org"), ("suspicious", ["S23"], "leave")),
        (sender("ann@xn--nrthwind-nbh.com"), ("suspicious", ["S23"], "leave")),
        (sender("ann@acrne.com"), ("suspicious", ["S23"], "leave")),
        (sender("ann@northwind.com.evil.example"), ("suspicious", ["S23"], "leave")),
        (sender("eve@northwind.com"), ("authenticated", [], "leave")),
        (sender("x@gmail.com"), ("authenticated", [], "leave")),
        (sender("x@gmial.com"), ("authenticated", [], "leave")),
        (sender("jo@acme.example", "Acme Support"), ("authenticated", [], "leave")),
        (sender("jo@mail.acme.example", "Jo"), ("authenticated", [], "leave")),
    ],
)
def test_whom_a_sender_in_junk_pretends_to_be(
    who: Address, expected: tuple[str, list[str], str]
) -> None:
    assert found(who) == expected


def test_nothing_of_it_is_asked_about_mail_in_the_inbox() -> None:
    pretender = sender("ann@northw1nd.com", "Ann Archer")
    assert found(pretender, role=Role.INBOX) == ("authenticated", [], "")
    directory = Known(BOTH, Customers())
    assert resembled(mail(pretender, role=Role.INBOX), pretender, BOTH, directory) == NOBODY


def test_who_is_known_by_the_address_is_not_looked_up() -> None:
    ann = sender("ann@northwind.com", "Ann Archer")
    directory = Known(BOTH, Customers())
    assert resembled(mail(ann), ann, directory.around(ann), directory) == NOBODY


def test_a_failure_stays_a_failure_beside_a_borrowed_name() -> None:
    status, pretended, judged = found(sender("x@elsewhere.example", "Ann Archer"), dmarc="fail")
    assert (status, pretended, judged) == ("failed", ["S22"], "leave")


def test_the_few_that_are_near_are_found_among_many() -> None:
    crowd = [
        Customer(f"n-{number}", f"Person Number{number}", (f"p@firm{number:05}.example",))
        for number in range(3000)
    ]
    directory = Known(customers(*crowd, ANN, BEA), Customers())
    near = directory.resembling(sender("ann@northwimd.com", "Archer Ann"))
    assert near == Resembled((ANN,), ("northwind.com",))


def test_a_decision_without_a_sender_needs_nobody() -> None:
    built = replace(mail(sender("a@b.example")), sender=None, defects=("from-invalid",))
    decision = decide(built, world())
    assert decision.authentication.status is AuthenticationStatus.SUSPICIOUS
    assert decision.rescue is not None
    assert decision.rescue.decision is RescueDecision.LEAVE
