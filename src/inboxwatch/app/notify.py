"""Notices by mail: to people of the team, through an account's own way out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.reply.serialise import SerialiseFault, serialise
from inboxwatch.core.text import one_line
from inboxwatch.model.decision import Draft
from inboxwatch.model.outcome import Delivery, DeliveryKind
from inboxwatch.ports.notifier import Notified

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inboxwatch.model.alert import Alert
    from inboxwatch.model.policy import AccountPolicy, Policy
    from inboxwatch.ports import Clock, Transport


NOTICE = "notice"

LONGEST_LINE = 400
"""Characters of a line of a notice; mail is somebody's words, made safe once more here."""


class MailNotifier(Struct, frozen=True):
    """``ports.Notifier`` by mail. ``policy`` is asked when there is something to tell.

    A notice carries our loop marker and says that it was generated, so that no house answers it,
    ours least of all (rules A11, F09). The kill switch stops it like every mail (rule L13).
    """

    recipients: tuple[str, ...]
    account: str
    policy: Callable[[], Policy]
    transport: Transport
    clock: Clock
    brake: Callable[[], str]

    def notify(self, alerts: Sequence[Alert]) -> Notified:
        """One mail to each recipient. One who is refused is no reason to tell the others again."""
        if stopped := self.brake():
            return Notified(reached=False, fault=stopped)
        policy = self.policy()
        faults = [self._send(one, alerts, policy) for one in self.recipients]
        return Notified(reached="" in faults, fault="; ".join(filter(None, faults)))

    def _send(self, recipient: str, alerts: Sequence[Alert], policy: Policy) -> str:
        draft = notice(recipient, alerts, policy, policy.accounts[self.account])
        sent = post(draft, self.transport, self.clock, self.brake)
        # one that may have arrived is not repeated (rule X03)
        if sent.kind in (DeliveryKind.ACCEPTED, DeliveryKind.UNKNOWN):
            return ""
        return f"the notice to {recipient} was not sent: {one_line(sent.detail, 200)}"


def notice(
    recipient: str, alerts: Sequence[Alert], policy: Policy, account: AccountPolicy
) -> Draft:
    """The mail that tells these alerts; the same ones give the same Message-ID."""
    more = f" and {len(alerts) - 1} more" if len(alerts) > 1 else ""
    told = "\n\n".join(_told(one) for one in alerts)
    return letter(
        NOTICE,
        recipient,
        Letter(
            subject=f"[inboxwatch] {alerts[0].title}{more}",
            text=f"{told}\n\ninboxwatch attention shows them all.\n",
            keys=tuple(one.key for one in alerts),
        ),
        policy,
        account,
    )


class Letter(Struct, frozen=True):
    """What a mail to the team says; the same ``keys`` to the same address are the same mail.

    ``html`` is the same as the text, empty for the text alone.
    """

    subject: str
    text: str
    keys: tuple[str, ...]
    html: str = ""


def letter(
    kind: str, recipient: str, says: Letter, policy: Policy, account: AccountPolicy
) -> Draft:
    """A mail to one of the team from an account's address, with our loop marker (rule A11)."""
    keys = "\n".join((recipient, *says.keys))
    digest = hashlib.sha256(policy.secret + keys.encode("utf-8", "replace")).hexdigest()[:32]
    return Draft(
        template=kind,
        handle=kind,
        kind=kind,
        tone="sincere",
        language="en",
        why="",
        to=recipient,
        from_name="inboxwatch",
        from_address=account.address.spec,
        envelope_from=account.envelope_from,
        reply_to="",
        subject=one_line(says.subject, 200),
        text=says.text,
        html=says.html,
        message_id=f"<iw.{digest}@{account.address.domain}>",
        in_reply_to="",
        references=(),
        loop_marker=policy.loop_marker,
    )


def post(draft: Draft, transport: Transport, clock: Clock, brake: Callable[[], str]) -> Delivery:
    """Send a mail that says of itself that it was generated (RFC 3834 5.1), and how that ended."""
    try:
        octets = serialise(draft, clock.now(), asked=False)
    except SerialiseFault as fault:
        return Delivery(DeliveryKind.PERMANENT, f"it cannot be written: {fault}")
    return transport.deliver(draft.envelope_from, draft.to, octets, brake=brake)


def _told(alert: Alert) -> str:
    step = (f"Next: {alert.next_step}",) if alert.next_step else ()
    told = (one_line(line, LONGEST_LINE) for line in (*alert.lines, *step))
    return "\n".join((one_line(alert.title, LONGEST_LINE), *(f"  {line}" for line in told)))
