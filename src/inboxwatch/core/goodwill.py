"""Whether a credit may be proposed or approved: within the limits that the team wrote down."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inboxwatch.core.message.address import AddressError, parse_address
from inboxwatch.core.zone import iso
from inboxwatch.model.message import AuthenticationStatus, Role
from inboxwatch.model.playbook import GoodwillState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from inboxwatch.model.playbook import Goodwill, GoodwillPolicy, Offer

OFTEN = 3
"""How many mails of a customer within a year that ask for money back are worth a word."""

YEAR = timedelta(days=365)


def why_not(offer: Offer, before: Sequence[Goodwill], policy: GoodwillPolicy) -> str:
    """Why a credit may not be proposed, or nothing."""
    if not policy.most:
        return "the configuration allows no goodwill: set goodwill.most"
    if offer.amount <= 0:
        return f"a credit is of 0.01 {policy.currency} at least"
    if offer.amount > policy.most:
        return f"{offer.amount} is too much: the most is {policy.most:.2f} {policy.currency}"
    recent = [one for one in before if counts(one, offer.at, policy)]
    if recent:
        last = recent[-1]
        when = f"{last.offer.at.astimezone(offer.at.tzinfo):%d %b %Y}"
        return (
            f"this customer was offered {last.offer.amount} {last.offer.currency} on {when}, and "
            f"once in {policy.days} days is the limit"
        )
    return ""


def not_for(mail: Mapping[str, Any]) -> str:
    """Why nothing may be proposed for who wrote a mail, by its decision's object, or nothing."""
    status = AuthenticationStatus(mail["authentication"]["status"])
    if status in _DOUBTFUL:
        return f"mail #{mail['id']}: that its sender wrote it is in doubt ({status.value})"
    if mail.get("automatic"):
        return f"mail #{mail['id']}: a machine wrote it"
    proven = mail["customer"] is not None and status is AuthenticationStatus.AUTHENTICATED
    if mail["role"] == Role.JUNK and not proven:
        return f"mail #{mail['id']} lies in the spam folder and is not a proven customer's"
    return ""


_DOUBTFUL = frozenset({AuthenticationStatus.FAILED, AuthenticationStatus.SUSPICIOUS})


def customer_id(mail: Mapping[str, Any]) -> str:
    """As which customer the sender was recognised, by a decision's object; empty for nobody."""
    return str((mail["customer"] or {}).get("id", ""))


def not_approved(offer: Offer, policy: GoodwillPolicy) -> str:
    """Why a proposal may not be approved by now, or nothing: the limits may have changed."""
    if offer.currency != policy.currency:
        return f"it was proposed in {offer.currency}, and goodwill.currency is {policy.currency}"
    if offer.amount > policy.most:
        return (
            f"{offer.amount} {offer.currency} is above the limit, which is {policy.most} "
            f"{policy.currency} now (goodwill.most)"
        )
    return ""


def is_ours(sender: str, policy: GoodwillPolicy) -> bool:
    """Whether an address is the team's own, or a colleague's."""
    try:
        address = parse_address(sender)
    except AddressError:
        return False
    return not policy.own.isdisjoint((address.canonical, f"@{address.domain}"))


def counts(one: Goodwill, now: datetime, policy: GoodwillPolicy) -> bool:
    """Whether an earlier proposal stands in the way of another; a declined one does not."""
    recent = one.offer.at > now - timedelta(days=policy.days)
    return recent and one.state is not GoodwillState.DECLINED


def often_asked(number: int) -> str:
    """A polite word to the team about somebody who asks for money back again and again."""
    return f"has asked for money back in {number} mails within a year" if number >= OFTEN else ""


def goodwill_fields(one: Goodwill, now: datetime) -> dict[str, object]:
    """A row of the ledger as one object."""
    return {
        "schema": 1,
        "type": "goodwill",
        "number": one.id,
        "id": one.mail_id,
        "account": one.account,
        "customer": one.party,
        "customer_id": one.customer_id or None,
        "amount": str(one.offer.amount),
        "currency": one.offer.currency,
        "state": one.state.value,
        "proposed_at": iso(one.offer.at, now.tzinfo),
        "proposed_by": one.offer.by,
        "note": one.offer.note,
        "decided_at": iso(one.decided_at, now.tzinfo),
        "decided_by": one.decided_by,
    }
