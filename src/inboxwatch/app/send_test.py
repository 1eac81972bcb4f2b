"""One reply to our own address, before anything is switched on (rule L12).

It is composed as for a customer: the same decision, template, fields and octets. Only the recipient
is ours, and the subject says that it is a test. It leaves no trace in the outbox, and comes back
with our loop marker, so that nobody answers it (rule A11).
"""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.app.desk import log
from inboxwatch.core.decide import decide
from inboxwatch.core.message.parse import parse
from inboxwatch.core.reply.serialise import SerialiseFault, serialise
from inboxwatch.core.schedule import moment
from inboxwatch.errors import IncompleteError, UsageError
from inboxwatch.model.message import RawMessage, Role
from inboxwatch.model.outcome import DeliveryKind
from inboxwatch.model.policy import Mode, Tone
from inboxwatch.model.world import World

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.app.desk import Desk
    from inboxwatch.model.decision import Decision, Draft
    from inboxwatch.model.policy import AccountPolicy, Policy, Template

MARK = "[test] "

_SAMPLE = """\
Return-Path: <alex@{domain}>
Received: from mail.{domain} by {own}; {date}
From: Alex Sample <alex@{domain}>
To: {address}
Subject: A question about my order
Date: {date}
Message-ID: <sample.{key}@{domain}>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hello,

how do I change the address of an order?

Alex
"""
_SAMPLE_DOMAIN = "customer.example"


class Tested(Struct, frozen=True):
    """What went out; ``at`` is the instant it was composed for, ``said`` the server's words."""

    account: str
    draft: Draft
    period: str
    at: datetime
    said: str


def send_test(desk: Desk, account: str, *, at: datetime | None, template: str = "") -> Tested:
    """Compose a reply as of ``at`` (now without it) and send it to the account's own address.

    ``template`` takes one by its name, with or without its language, instead of the one of the
    period. Raises IncompleteError when a brake stops it, nothing could be composed, or the server
    refuses it; AccountError when the server cannot be used; UsageError for an unknown template.
    """
    stopped = desk.brake()
    if stopped:
        raise IncompleteError(f"nothing is sent: {stopped}", next_step="remove it, then try again")
    now = desk.clock.now()
    decision = _decided(desk.policy, account, at or now, now, template)
    draft = to_ourselves(_draft(decision), desk.policy.accounts[account])
    try:
        octets = serialise(draft, now)
    except SerialiseFault as fault:
        raise IncompleteError(f"the test cannot be written: {fault}", next_step=_CHECK) from fault
    transport = desk.doors[account].transport
    transport.check()
    log.info("a test to %r with %s", draft.to, draft.template)
    delivery = transport.deliver(draft.envelope_from, draft.to, octets, brake=desk.brake)
    log.info("the test to %r: %s %r", draft.to, delivery.kind.value, delivery.detail)
    if delivery.kind is not DeliveryKind.ACCEPTED:
        raise IncompleteError(_failure(delivery.kind, delivery.detail))
    return Tested(account, draft, decision.moment.period, at or now, delivery.detail)


_CHECK = "inboxwatch check looks at the configuration and the templates"


def _failure(kind: DeliveryKind, detail: str) -> str:
    if kind is DeliveryKind.UNKNOWN:
        return f"it is unknown whether the test went out, look into the inbox: {detail}"
    return f"the test was not sent: {detail}"


def to_ourselves(draft: Draft, account: AccountPolicy) -> Draft:
    """The same reply to the account's own address, marked as a test."""
    return replace(draft, to=account.address.spec, subject=f"{MARK}{draft.subject}")


def _decided(policy: Policy, account: str, at: datetime, now: datetime, template: str) -> Decision:
    """The decision about the sample, whatever the account would do with its replies."""
    written = policy.accounts[account]
    allowed = replace(written, mode=Mode.SEND, test_domains_allowed=True)
    policy = replace(policy, detects_language=False)
    if template:
        chosen = _named(policy.templates, template)
        policy, allowed = _only(chosen, policy, allowed, at)
    mail = parse(_sample(written, at, key=f"{now.timestamp():.6f}"))
    return decide(mail, World(now=at, policy=policy, account=allowed))


def _sample(account: AccountPolicy, at: datetime, *, key: str) -> RawMessage:
    """A mail as of somebody whom nobody knows; ``key`` makes each one's Message-ID its own."""
    text = _SAMPLE.format(
        domain=_SAMPLE_DOMAIN,
        own=account.address.domain,
        address=account.address.spec,
        date=format_datetime(at),
        key=key,
    )
    octets = text.replace("\n", "\r\n").encode()
    header, _, body = octets.partition(b"\r\n\r\n")
    return RawMessage("a sample mail", Role.INBOX, header + b"\r\n", body, at, len(octets))


def _named(templates: tuple[Template, ...], name: str) -> tuple[Template, ...]:
    found = tuple(one for one in templates if name in (one.name, f"{one.name}.{one.language}"))
    if not found:
        known = ", ".join(sorted({one.name for one in templates}))
        raise UsageError(f"there is no template {name!r}", next_step=f"there are {known}")
    return found


def _only(
    chosen: tuple[Template, ...], policy: Policy, account: AccountPolicy, at: datetime
) -> tuple[Policy, AccountPolicy]:
    """The world in which nothing but these templates can answer, in a language that one has."""
    period = moment(policy.schedule, at).template_period
    forced = tuple(replace(one, period=period, tone=Tone.SINCERE) for one in chosen)
    languages = [one.language for one in chosen]
    language = account.language if account.language in languages else languages[0]
    return (
        replace(policy, templates=forced, rules=()),
        replace(account, language=language),
    )


def _draft(decision: Decision) -> Draft:
    draft = decision.reply.draft
    if draft is None:
        why = "; ".join(f"{one.rule} {one.evidence}" for one in decision.reply.refusals)
        raise IncompleteError(f"no reply came about: {why}", next_step=_CHECK)
    return draft
