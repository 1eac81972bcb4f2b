r"""Should a mail found in ``\Junk`` come out of it? The conditions of rule S26, a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.model.customer import MatchKind
from inboxwatch.model.decision import Rescue, RescueDecision
from inboxwatch.model.message import AuthenticationStatus, Finding, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.message import Authentication, Message

_INCOMPLETE = frozenset(
    {"header-truncated", "nul", "parts-too-deep", "parts-truncated", "boundary-missing"}
)
_REVIEWABLE = frozenset({AuthenticationStatus.AUTHENTICATED, AuthenticationStatus.UNVERIFIED})

_Facts = tuple["Message", "Authentication", "CustomerMatch | None", tuple[Finding, ...]]


def judge(
    message: Message,
    authentication: Authentication,
    customer: CustomerMatch | None,
    automatic: tuple[Finding, ...],
) -> Rescue | None:
    r"""The judgement on a mail in ``\Junk``, with every condition not met; None for other mail.

    Rescue if all conditions are met. Review if the customer is known and nothing speaks against
    the sender, but a proof is missing. Mail of machines and lists is left where it is, as is
    everything else.
    """
    if message.role is not Role.JUNK:
        return None
    facts = (message, authentication, customer, automatic)
    unmet = tuple(finding for condition in _CONDITIONS for finding in condition(facts))
    if not unmet:
        return Rescue(RescueDecision.RESCUE)
    reviewable = (
        customer is not None
        and authentication.status in _REVIEWABLE
        and all(finding.person for finding in automatic)
    )
    return Rescue(RescueDecision.REVIEW if reviewable else RescueDecision.LEAVE, unmet)


def _known_customer(facts: _Facts) -> tuple[Finding, ...]:
    customer = facts[2]
    if customer is None:
        return (Finding("S20", "no customer has this address"),)
    if customer.match is MatchKind.DOMAIN:
        return (Finding("S20", "a customer by the domain alone"),)
    return ()


def _authenticated(facts: _Facts) -> tuple[Finding, ...]:
    """Whatever the S rules found, a diverting Reply-To of an authenticated sender included."""
    authentication = facts[1]
    if authentication.findings or authentication.status is AuthenticationStatus.AUTHENTICATED:
        return authentication.findings
    return (Finding("S14", authentication.status.value),)


def _written_by_a_person(facts: _Facts) -> tuple[Finding, ...]:
    return facts[3]


def _readable(facts: _Facts) -> tuple[Finding, ...]:
    found = ", ".join(defect for defect in facts[0].defects if defect in _INCOMPLETE)
    return (Finding("A43", found),) if found else ()


_CONDITIONS: tuple[Callable[[_Facts], tuple[Finding, ...]], ...] = (
    _known_customer,
    _authenticated,
    _written_by_a_person,
    _readable,
)
"""The conditions of rule S26: each tells what is missing."""
