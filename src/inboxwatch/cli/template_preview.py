"""What ``inboxwatch template preview`` shows: one template, rendered for a mail and an instant."""

from __future__ import annotations

from datetime import timedelta
from email.headerregistry import Address as HeaderAddress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from inboxwatch.errors import ConfigError, IncompleteError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inboxwatch.model.customer import Customer, Customers, Directory
    from inboxwatch.model.decision import Draft
    from inboxwatch.model.message import Message
    from inboxwatch.model.policy import AccountPolicy, Policy, Template
    from inboxwatch.model.schedule import Moment
    from inboxwatch.model.world import World

A_YEAR = timedelta(days=366)
LAY = timedelta(days=2)
"""How long the sample lay in the spam folder that a rescued template answers."""

SAMPLE = """\
From: {sender}
To: {account}
Subject: Where is my order?
Message-ID: <sample@customer.example>
Return-Path: <{address}>

Hello,

my order has not arrived yet, and the parcel service knows nothing of it.
Could you have a look, please?

Thank you
"""


def rendered(
    name: str,
    *,
    config: Path | None,
    at: str | None,
    customer: str | None,
    mail: str | None,
    language: str | None,
) -> Mapping[str, Any]:
    """The reply with its fields as plain values.

    Raises UsageError for a name, customer or mail that is not there, ConfigError for a template
    that fails.
    """
    from inboxwatch.cli.clock import SystemClock, parse_instant
    from inboxwatch.cli.policies import known_customers, load_built
    from inboxwatch.cli.template import found
    from inboxwatch.model.world import World

    written, built = load_built(config)
    policy, zone = built.policy, built.policy.schedule.timezone
    directory = known_customers(written, built.customers)
    who = _customer(directory, customer)
    one = found(written, name, language, spoken=who.language if who else None)
    template = one.template
    _tried(template)
    instant = (
        parse_instant(at, zone) if at else _own_moment(policy, template, SystemClock(zone).now())
    )
    message = _message(mail, policy, who, template, instant)
    customers = _with(directory, who, message)
    world = World(instant, policy, _account(policy, message), customers)
    return _fields(_draft(message, world, template), template, policy, instant, own=one.own)


def _draft(message: Message, world: World, template: Template) -> Draft:
    from inboxwatch.core.decide import preview
    from inboxwatch.core.reply.sandbox import TemplateFault

    try:
        return preview(message, world, template)
    except TemplateFault as fault:
        raise UsageError(f"{template.origin}: {fault}") from None
    except ValueError as error:
        raise UsageError(f"--mail: {error}") from None


def _fields(
    draft: Draft, template: Template, policy: Policy, instant: datetime, *, own: bool
) -> Mapping[str, Any]:
    from inboxwatch.core.schedule import moment

    here = moment(policy.schedule, instant)
    local = instant.astimezone(policy.schedule.timezone)
    sender = f"{draft.from_name} <{draft.from_address}>" if draft.from_name else draft.from_address
    return {
        "template": draft.template,
        "period": template.period or None,
        "tone": draft.tone,
        "kind": draft.kind,
        "language": draft.language,
        "origin": "own" if own else "shipped",
        "at": local.isoformat(timespec="minutes"),
        "period_at": here.period,
        "note": _elsewhere(template, here),
        "from": sender,
        "to": draft.to,
        "subject": draft.subject,
        "promise": draft.promise.isoformat(timespec="minutes") if draft.promise else None,
        "text": draft.text,
    }


def _elsewhere(template: Template, here: Moment) -> str | None:
    """That a mail of the instant would get another text, where the period is not the template's."""
    if template.period in ("", "rescued", here.period, here.template_period):
        return None
    return f"at that instant it is {here.period}: mail gets this text in {template.period}"


def _tried(template: Template) -> None:
    """Refuse what would harm this process, as a run does (rules O03, O04)."""
    from inboxwatch.config.templates import verify_templates

    if problems := verify_templates((template,)):
        raise ConfigError(problems, next_step="mend the template")


def _customer(customers: Directory, wanted: str | None) -> Customer | None:
    if wanted is None:
        return None
    found = customers.with_id(wanted)
    if found is None:
        raise UsageError(
            f"there is no customer {wanted!r}", next_step="inboxwatch customers list shows the ids"
        )
    return found


def _own_moment(policy: Policy, template: Template, now: datetime) -> datetime:
    """The next instant in the template's period; now if there is none within a year."""
    from inboxwatch.core.schedule import period_stretches

    stretches = period_stretches(policy.schedule, now, now + A_YEAR)
    return next((start for start, _, name in stretches if name == template.period), now)


def _message(
    mail: str | None,
    policy: Policy,
    customer: Customer | None,
    template: Template,
    instant: datetime,
) -> Message:
    from inboxwatch.core.message.parse import parse, parse_octets
    from inboxwatch.mail.files import Unreadable, read_mails
    from inboxwatch.model.message import Role

    rescued = template.period == "rescued"
    role = Role.JUNK if rescued else Role.INBOX
    if mail is None:
        received = instant - LAY if rescued else instant
        octets = _sample(next(iter(policy.accounts.values())), customer)
        return parse_octets(octets, source="sample", role=role, received=received)
    first = next(iter(read_mails("-" if mail == "-" else Path(mail), role=role)), None)
    if first is None or isinstance(first, Unreadable):
        raise IncompleteError(
            f"{mail}: {first.error if first else 'there is no mail in it'}",
            next_step="name a mail file",
        )
    return parse(first)


def _sample(account: AccountPolicy, customer: Customer | None) -> bytes:
    """A mail of the customer, or of a stranger called Ann, to the first account."""
    name = customer.name if customer else "Ann Example"
    address = next(iter(customer.emails), "") if customer else ""
    address = address or (
        f"somebody@{customer.domains[0]}" if customer and customer.domains else "ann@shop.example"
    )
    sender = HeaderAddress(" ".join(name.split()), addr_spec=address)
    text = SAMPLE.format(sender=sender, account=account.address.spec, address=address)
    return text.replace("\n", "\r\n").encode()


def _account(policy: Policy, message: Message) -> AccountPolicy:
    """The account that the mail was written to, else the first one."""
    accounts = list(policy.accounts.values())
    written_to = (one for one in accounts if one.addresses & message.recipients)
    return next(written_to, accounts[0])


def _with(customers: Directory, customer: Customer | None, message: Message) -> Customers:
    """The customers around a mail's sender, who is the one that was named."""
    around = customers.around(message.sender)
    if customer is None or message.sender is None:
        return around
    return replace(around, by_address={message.sender.exact: customer})
