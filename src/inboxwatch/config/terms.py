"""What of the configuration is in force without templates, phrases and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from inboxwatch.config.hours import parse_closure, parse_date, parse_period
from inboxwatch.core.message.address import parse_address
from inboxwatch.core.providers import PUBLIC_PROVIDERS
from inboxwatch.core.waiting import WaitingTerms
from inboxwatch.model.playbook import GoodwillPolicy
from inboxwatch.model.policy import ServiceLevel, TriagePolicy
from inboxwatch.model.schedule import Holidays, Period, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.config.schema import Config
    from inboxwatch.config.schema import ServiceLevel as WrittenServiceLevel
    from inboxwatch.config.schema.account import Account
    from inboxwatch.model.message import Address


def build_schedule(config: Config) -> Schedule:
    """The schedule, with closures as instants."""
    zone = ZoneInfo(config.timezone)
    written = config.schedule
    return Schedule(
        timezone=zone,
        periods=tuple(Period(name, parse_period(days)) for name, days in written.periods.items()),
        open=frozenset(written.open),
        holidays=Holidays(
            country=written.holidays.country,
            region=written.holidays.region,
            days=frozenset(parse_date(day) for day in written.holidays.days),
        ),
        closures=tuple(parse_closure(text, zone) for text in written.closures),
    )


def build_waiting(config: Config) -> WaitingTerms:
    """What the waiting of a mail is measured by: without templates and phrases."""
    return WaitingTerms(
        build_schedule(config), triage_policy(config), service_level(config.service_level)
    )


def triage_policy(config: Config) -> TriagePolicy:
    """Points and base of priorities."""
    return TriagePolicy(points=dict(config.triage.points), base=config.triage.base)


def build_goodwill(config: Config) -> GoodwillPolicy:
    """Within what limits a credit may be proposed, and for nobody of ours."""
    written, (own, domains) = config.goodwill, own_addresses(config)
    ours = own.union(f"@{domain}" for domain in domains - PUBLIC_PROVIDERS)
    return GoodwillPolicy(written.most, written.currency, written.days, written.approvers, ours)


def own_addresses(config: Config) -> tuple[frozenset[str], frozenset[str]]:
    """Our addresses, with those that only send, and the domains of the accounts' own."""
    accounts = config.accounts.values()
    own = [address for account in accounts for address in addresses_of(account)]
    senders = [sender for account in accounts for sender in _senders(account)]
    domains = frozenset(address.domain for address in own)
    return frozenset(address.canonical for address in (*own, *senders)), domains


def service_level(written: WrittenServiceLevel) -> ServiceLevel:
    """Within how much business time a person answers first, by priority."""
    urgent = {written.urgent_from: written.urgent_answer} if written.urgent_answer else {}
    return ServiceLevel(written.first_answer, urgent)


def addresses_of(account: Account) -> Iterator[Address]:
    """The address and its aliases; an alias ``@domain`` is the address's local part there."""
    address = parse_address(account.address)
    yield address
    for alias in account.aliases:
        yield parse_address(f"{address.local}{alias}" if alias.startswith("@") else alias)


def _senders(account: Account) -> Iterator[Address]:
    """The envelope sender, and the users that are addresses (rule A32)."""
    for text in (account.envelope_from, account.imap.user, account.smtp.user):
        try:
            yield parse_address(text or "")
        except ValueError:  # nothing that could be written to
            continue
