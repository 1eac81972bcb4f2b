"""Mail that people of the team wrote, as what the journal keeps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inboxwatch.core.message import markers
from inboxwatch.core.message.address import parse_addresses
from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.model.conversation import OwnMail
from inboxwatch.model.message import AuthenticationStatus, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from inboxwatch.model.message import Authentication, Message
    from inboxwatch.model.policy import Policy


_BY_A_MACHINE = (
    markers.auto_submitted,
    markers.report,
    markers.failed_recipients,
    markers.machine_precedence,
    markers.responder,
    markers.calendar,
)
"""The rules A01, A04, A05, A06, A10 and A13: what says of a mail of ours that nobody wrote it."""


class _Mail(NamedTuple):
    message: Message


def by_a_person(message: Message) -> bool:
    """Whether a mail of ours was written by a person: absence notices and receipts say so."""
    return not any(marks(_Mail(message)) for marks in _BY_A_MACHINE)


def own_mail(message: Message, own: Collection[str], *, by_ids_alone: bool = False) -> OwnMail:
    """What a mail of ours tells: who wrote to whom, when, and what; ``own`` are our addresses."""
    related = (message.message_id or "", *message.in_reply_to, *message.references)
    return OwnMail(
        related_ids=tuple(dict.fromkeys(related)),
        at=message.received,
        author=message.sender.exact if message.sender else "",
        name=message.sender.name if message.sender else "",
        recipients=tuple(sorted(_canonical(message.recipients).difference(own))),
        subject=message.subject,
        text=message.text,
        parent=next(iter((*message.in_reply_to, *reversed(message.references))), ""),
        by_ids_alone=by_ids_alone,
    )


def _canonical(addresses: Iterable[str]) -> set[str]:
    return {one.canonical for one in parse_addresses(tuple(addresses))}


def colleague_mail(
    message: Message, policy: Policy, authentication: Authentication
) -> OwnMail | None:
    """What a colleague wrote with us in copy, from an address of her own; None if nobody did.

    Believed if it is proven, and where nothing can be proven if it names a Message-ID of the
    conversation, which no stranger can guess. A team at a public provider has no colleagues there.
    """
    sender, status = message.sender, authentication.status
    if sender is None or sender.domain not in policy.own_domains.difference(PUBLIC_PROVIDERS):
        return None
    believed = status in (AuthenticationStatus.AUTHENTICATED, AuthenticationStatus.UNVERIFIED)
    if message.role is not Role.INBOX or not believed or not by_a_person(message):
        return None
    unproven = status is AuthenticationStatus.UNVERIFIED
    return own_mail(message, policy.own_addresses, by_ids_alone=unproven)


def goes_outside(mail: OwnMail, policy: Policy) -> bool:
    """Whether a colleague's mail goes to anybody but the team: a note among ourselves does not."""
    return any(one.rpartition("@")[2] not in policy.own_domains for one in mail.recipients)
