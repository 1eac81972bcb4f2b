"""Triage: judge mails one by one, each alone and with an empty history. No network, no state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from inboxwatch.app.judging import judged, read, writer
from inboxwatch.core.stranger import resembled
from inboxwatch.model.world import World

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.model.customer import Directory
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Address, Message, RawMessage
    from inboxwatch.model.policy import AccountPolicy, Policy


class Triage(Struct, frozen=True):
    """Judges mails as if replies were switched on; ``at`` is the instant, else each mail's own."""

    policy: Policy
    customers: Directory
    at: datetime | None = None

    def judge(self, raw: RawMessage) -> Decision:
        """The decision about one mail; whatever the octets, there is one."""
        message = read(raw)
        account = self._account(message)
        sender = writer(message, self.policy, account)
        around = self.customers.around(sender)
        world = World(
            now=self.at or message.received,
            policy=self.policy,
            account=account,
            customers=around,
            resembled=resembled(message, sender, around, self.customers),
        )
        return judged(message, world)

    def _account(self, message: Message) -> AccountPolicy:
        """The account that the mail was written to, else the first one."""
        accounts = list(self.policy.accounts.values())
        written_to = (one for one in accounts if one.addresses & message.recipients)
        return next(written_to, accounts[0])


def with_recipients(policy: Policy, recipients: tuple[Address, ...]) -> Policy:
    """The policy in which further addresses count as ours, in every account."""
    exact = frozenset(address.exact for address in recipients)
    canonical = frozenset(address.canonical for address in recipients)
    accounts = {
        name: replace(account, addresses=account.addresses | exact)
        for name, account in policy.accounts.items()
    }
    return replace(policy, accounts=accounts, own_addresses=policy.own_addresses | canonical)
