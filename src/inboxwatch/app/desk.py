"""What every verb works with: the accounts' doors, the journal, the policy, and the time."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from inboxwatch.model.customer import Customer, Customers
from inboxwatch.model.message import Role
from inboxwatch.model.policy import Retention
from inboxwatch.model.world import World
from inboxwatch.ports.notifier import Notified

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from inboxwatch.core.queue import Judged
    from inboxwatch.model.alert import Alert
    from inboxwatch.model.customer import Directory
    from inboxwatch.model.decision import Decision
    from inboxwatch.model.message import Address, Message
    from inboxwatch.model.policy import AccountPolicy, Policy
    from inboxwatch.model.surge import Fingerprint, Incident
    from inboxwatch.ports import Account, Clock, Journal, Transport
    from inboxwatch.ports.keeping import Keeper
    from inboxwatch.ports.notifier import Notifier

log = logging.getLogger("inboxwatch")

MADE_OF_KEPT = timedelta(days=100)
"""How long it is remembered what mails are made of; more than any week that is looked at."""

BUDGET = 240.0
"""Seconds that a run may take before it leaves the rest to the next one (rule X11)."""


REPLIED = "$inboxwatchreplied"
"""The keyword that our replies set, in lower case."""


class Doors(Struct, frozen=True):
    r"""One account's way in and out. ``files_sent`` tells that the provider files the Sent copy.

    ``flags_answered`` tells that replies of ours set ``\Answered``, so that it says nothing of
    people afterwards (rule F22). ``host`` is the server's name; ``changed_at`` is when somebody
    last wrote the configuration or what the account logs in with.
    """

    account: Account
    transport: Transport
    files_sent: bool = False
    flags_answered: bool = True
    host: str = ""
    changed_at: datetime | None = None

    def answered_by_hand(self, flags: frozenset[str]) -> bool:
        r"""Whether ``\Answered`` is set by a person: the keyword of our replies is not beside it.

        The state may not know of the reply, where it was lost or restored from a backup.
        """
        lowered = {flag.lower() for flag in flags}
        ours = self.flags_answered and REPLIED in lowered
        return "\\answered" in lowered and not ours


def no_progress(_account: str, _mailbox: str, _done: int, _total: int) -> None:
    """Nobody is watching."""


def no_brake() -> str:
    """Nothing keeps replies from going out."""
    return ""


class Silent:
    """A notifier without a channel: the report of the run tells all there is."""

    def notify(self, alerts: Sequence[Alert]) -> Notified:  # noqa: ARG002 - the port's signature
        """Nobody waits for more than the report."""
        return Notified(reached=True)


NOBODY = Silent()


def no_chance() -> float:
    """Waits without anything by chance in them."""
    return 0.0


class Rules:
    """Policy and customers, built when the first mail wants to be decided.

    A run that finds nothing new never needs them, and reading them is most of its start. ``build``
    may raise ConfigError.
    """

    def __init__(self, build: Callable[[], tuple[Policy, Directory]]) -> None:
        self._build = build

    @cached_property
    def built(self) -> tuple[Policy, Directory]:
        """Both, built at the first look."""
        return self._build()


class Desk(Struct, frozen=True):
    """Where the core meets the ports.

    ``brake`` is asked before every send and answers why nothing may go out, or nothing (rule L13).
    ``stop`` tells that the user or the system wants the run to end after the mail at hand, and so
    does a run of ``budget`` seconds (rule X11). Who is ``eager`` tries accounts that should be left
    alone for now. ``chance`` gives a number from 0 up to 1.
    """

    rules: Rules
    replies_enabled: bool
    doors: Mapping[str, Doors]
    journal: Journal
    clock: Clock
    brake: Callable[[], str] = no_brake
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[str, str, int, int], None] = no_progress
    dry_run: bool = False
    budget: float = BUDGET
    notifier: Notifier = NOBODY
    keeper: Keeper | None = None
    retention: Retention = field(default_factory=Retention)
    eager: bool = False
    chance: Callable[[], float] = no_chance

    @property
    def policy(self) -> Policy:
        """What the team decided."""
        return self.rules.built[0]

    @property
    def customers(self) -> Directory:
        """Whom the team knows."""
        return self.rules.built[1]

    @property
    def acts(self) -> bool:
        """Whether anything may be claimed, sent, or written to a server."""
        return self.replies_enabled and not self.dry_run

    def judge(self, message: Message, now: datetime, terms: Terms) -> Judged:
        """Decide one mail against what the journal remembers of its sender and conversation."""
        # imported late: a run that finds nothing new decides nothing, and saves the start of it
        from inboxwatch.app.judging import judged  # noqa: PLC0415 - see above
        from inboxwatch.core.queue import Judged  # noqa: PLC0415 - see above
        from inboxwatch.core.replay import past_of  # noqa: PLC0415 - see above

        account = self.policy.accounts[terms.account]
        world = self._world(message, now, account, terms)
        decision = judged(message, world)
        return Judged(decision, world.history, world.usage, past_of(message, world, decision))

    def known(self, sender: Address | None, role: Role) -> Customers:
        """The customers as one of whom a sender could be recognised.

        In the spam folder those count as customers of whom a person said that they are genuine;
        whether they really wrote has to be proven all the same (rule S26).
        """
        found = self.customers.around(sender)
        if role is not Role.JUNK or sender is None or sender.exact in found.by_address:
            return found
        if not self.journal.is_genuine(sender.exact):
            return found
        customer = found.by_domain.get(sender.domain) or Customer(sender.exact, sender.name)
        return Customers({**found.by_address, sender.exact: customer}, found.by_domain)

    def made_of(self, message: Message, decision: Decision, now: datetime) -> Fingerprint | None:
        """What a mail is made of, if it counts when surges are looked for."""
        from inboxwatch.core.triage.counted import counts  # noqa: PLC0415 - as in ``judge``
        from inboxwatch.core.triage.fingerprint import fingerprint  # noqa: PLC0415 - the same

        old = message.received < now - MADE_OF_KEPT
        if old or not self.policy.surge.enabled or not counts(decision):
            return None
        return fingerprint(message, self.policy)

    def _world(
        self, message: Message, now: datetime, account: AccountPolicy, terms: Terms
    ) -> World:
        # imported late, like the rest of deciding
        from inboxwatch.app.judging import writer  # noqa: PLC0415 - see above
        from inboxwatch.core.stranger import resembled  # noqa: PLC0415 - see above

        envelope = message.return_path.address
        sender = writer(message, self.policy, account)
        customers = self.known(sender, message.role)
        if sender is not message.sender:
            envelope = None  # a contact form's, which all of its writers share
        history = self.journal.recall(
            account=account.name,
            reply_key=message.reply_key,
            sender_canonical=sender.canonical if sender else "",
            related_ids=(message.message_id or "", *message.in_reply_to, *message.references),
            now=now,
            ref=message.ref,
            envelope_canonical=envelope.canonical if envelope else "",
            subject=message.subject,
        )
        known = customers.by_address.get(sender.exact) if sender else None
        escalated = self.journal.escalated_since(
            account.name, sender.canonical if sender else "", known.id if known else ""
        )
        usage = self.journal.usage(
            account=account.name,
            recipient_domain=sender.organisational if sender else "",
            now=now,
        )
        return World(
            now=now,
            policy=self.policy,
            account=account,
            customers=customers,
            history=replace(history, escalated_since=escalated) if escalated else history,
            usage=usage,
            replies_since=terms.replies_since,
            baseline=terms.is_baseline(message),
            incidents=terms.incidents,
            resembled=resembled(message, sender, customers, self.customers),
            rescues=terms.rescues,
            by_hand=terms.by_hand,
        )


class Terms(Struct, frozen=True):
    """Under which terms the mails of one mailbox are judged in this run.

    ``rescues`` tells that mail in the spam folder that may be rescued is moved out of it,
    ``by_hand`` that these mails are because a person said so.
    """

    account: str
    baseline_at: datetime
    baseline_uidnext: int = 1
    replies_since: datetime | None = None
    incidents: tuple[Incident, ...] = ()
    rescues: bool = False
    by_hand: bool = False

    def is_baseline(self, message: Message) -> bool:
        """Whether a mail lay there before the mailbox was first seen.

        The UID tells it whatever the INTERNALDATE says; the INTERNALDATE tells it of mail that
        somebody moved here later (rules X06, X07).
        """
        below = message.ref is not None and message.ref.uid < self.baseline_uidnext
        return below or message.received < self.baseline_at
