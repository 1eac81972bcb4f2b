"""The team's own reply rules: which is the first that a mail matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.reply.occasion import RESCUED
from inboxwatch.model.policy import CustomerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inboxwatch.core.reply.occasion import Occasion
    from inboxwatch.model.policy import ReplyRule


def first_match(rules: Iterable[ReplyRule], occasion: Occasion) -> ReplyRule | None:
    """The first rule of which every condition holds."""
    return next((rule for rule in rules if _matches(rule, occasion)), None)


def _matches(rule: ReplyRule, occasion: Occasion) -> bool:
    return all(holds(rule, occasion) for holds in _CONDITIONS)


def _met(wanted: frozenset[str], found: Iterable[str]) -> bool:
    """An empty condition always holds; of one with members, one has to be found."""
    return not wanted or not wanted.isdisjoint(found)


def _answered(rule: ReplyRule, occasion: Occasion) -> bool:
    if rule.answered is None:
        return True
    least, most = rule.answered
    return least <= occasion.answered <= most


def _periods(occasion: Occasion) -> tuple[str, ...]:
    """The period by its own name and by that of the templates that answer it, as for a break."""
    moment = occasion.moment
    return (moment.period, moment.template_period, *((RESCUED,) if occasion.rescued else ()))


def _kinds(occasion: Occasion) -> tuple[CustomerKind, ...]:
    if occasion.customer is None:
        return (CustomerKind.UNKNOWN,)
    vip = occasion.customer.customer.vip
    return (CustomerKind.KNOWN, CustomerKind.VIP) if vip else (CustomerKind.KNOWN,)


def _tags(occasion: Occasion) -> tuple[str, ...]:
    tags = occasion.customer.customer.tags if occasion.customer else ()
    return tuple(tag.casefold() for tag in tags)


def _languages(occasion: Occasion) -> tuple[str, str]:
    """The language with its region and without: a rule for ``pt`` is one for ``pt-BR`` as well."""
    tag = occasion.spoken.tag.replace("_", "-").lower()
    return tag, tag.partition("-")[0]


_CONDITIONS: tuple[Callable[[ReplyRule, Occasion], bool], ...] = (
    lambda rule, mail: _met(rule.accounts, (mail.account,)),
    lambda rule, mail: _met(rule.periods, _periods(mail)),
    lambda rule, mail: _met(rule.customers, _kinds(mail)),
    lambda rule, mail: _met(frozenset(map(str.casefold, rule.tags)), _tags(mail)),
    lambda rule, mail: _met(rule.signals, mail.signals),
    lambda rule, mail: _met(frozenset(map(str.lower, rule.languages)), _languages(mail)),
    lambda rule, mail: _met(rule.roles, (mail.role,)),
    _answered,
)
