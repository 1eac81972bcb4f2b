"""Contact forms: mail that a form's mailer sends for a customer, who stands in Reply-To (rule F02).

One step before everything is decided: from here on a form's mail is the customer's, whom matching,
limits, refusals and the reply then find in the usual place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.core.message.address import parse_from
from inboxwatch.core.message.authentication import authenticate
from inboxwatch.core.text import one_line
from inboxwatch.model.message import AuthenticationStatus

if TYPE_CHECKING:
    from inboxwatch.model.message import Address, Authentication, Finding, Message
    from inboxwatch.model.policy import AccountPolicy, Policy

MAX_EVIDENCE = 160

_ABOUT_FROM = frozenset({"A14", "A30", "A31", "A32"})


class Letter(Struct, frozen=True):
    """A mail as it is decided upon, with the verdict on who sent it.

    Of a contact form, ``message`` has the customer as its sender and as its return address, and
    ``mailer`` is the address in From. ``fault`` says why a form's word on the customer does not
    count; if Reply-To names no single one, there is no sender.
    """

    message: Message
    authentication: Authentication
    mailer: Address | None = None
    fault: str = ""

    def about_the_writer(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Findings without those about the address of a mailer, which say nothing of a writer."""
        if self.mailer is None or self.message.sender is not None:
            return findings
        return tuple(finding for finding in findings if finding.id not in _ABOUT_FROM)


def open_letter(message: Message, policy: Policy, account: AccountPolicy) -> Letter:
    """The mail as its writer's: the customer's for the account's contact forms, else From's.

    The form has to be authenticated and to name exactly one customer in Reply-To, who is no form
    and none of us; Return-Path is the mailer's and need not agree (rule F01). A null or missing one
    stays what it is.
    """
    authentication = authenticate(message, account.trust, account.own_hops)
    mailer = message.sender
    if mailer is None or mailer.exact not in account.forms:
        return Letter(message, authentication)
    customer, _ = parse_from(message.headers.get("reply-to", ()))
    fault = _no_customer(customer, mailer, policy)
    if customer is None or fault:
        fault = f"Reply-To of the form {mailer.exact} {fault}"
        return Letter(_written_by(None, message), authentication, mailer, _short(fault))
    proven = authentication.status is AuthenticationStatus.AUTHENTICATED
    fault = "" if proven else f"the form {mailer.exact} is not authenticated"
    expected = tuple(finding for finding in authentication.findings if finding.id != "S24")
    authentication = replace(authentication, findings=expected)
    return Letter(_written_by(customer, message), authentication, mailer, _short(fault))


def _no_customer(customer: Address | None, mailer: Address, policy: Policy) -> str:
    """Why whom Reply-To names is no customer; some forms name themselves."""
    if customer is None:
        return "does not name exactly one customer"
    accounts = policy.accounts.values()
    names = {customer.exact, customer.canonical}
    if customer.canonical == mailer.canonical or any(names & one.forms for one in accounts):
        return "names a form and no customer"
    ours = policy.own_addresses.union(*(one.addresses for one in accounts))
    return "names an address of ours and no customer" if names & ours else ""


def writer_of(message: Message, policy: Policy, account: AccountPolicy) -> Address | None:
    """Whose mail it is: the address by which the past is asked for and limits are counted."""
    sender = message.sender
    if sender is None or sender.exact not in account.forms:
        return sender
    return open_letter(message, policy, account).message.sender


def _written_by(customer: Address | None, message: Message) -> Message:
    path = message.return_path
    if path.address is not None and customer is not None:
        path = replace(path, address=customer)
    return replace(message, sender=customer, return_path=path, reply_to=())


def _short(text: str) -> str:
    return one_line(text, MAX_EVIDENCE)
