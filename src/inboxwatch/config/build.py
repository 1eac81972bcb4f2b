"""The written configuration made into what decisions read: policy, schedule, customers."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.config.addresses import address_or_domain, exact_address, is_loopback
from inboxwatch.config.customers import MEND_FILES, load_customers
from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.config.templates import load_templates
from inboxwatch.config.terms import (
    addresses_of,
    build_goodwill,
    build_schedule,
    own_addresses,
    service_level,
    triage_policy,
)
from inboxwatch.core.message.address import ascii_domain, parse_address
from inboxwatch.errors import ConfigError, Problem
from inboxwatch.model.case import Action
from inboxwatch.model.message import Role
from inboxwatch.model.playbook import Detail, Play
from inboxwatch.model.policy import (
    AccountPolicy,
    CustomerKind,
    Limits,
    Mode,
    Policy,
    ReplyRule,
    RescueMode,
    RescuePolicy,
    SurgePolicy,
    Team,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.config.schema import Config
    from inboxwatch.config.schema.playbook import Play as WrittenPlay
    from inboxwatch.config.schema.replies import Rule as WrittenRule
    from inboxwatch.config.schema.replies import Topic as WrittenTopic
    from inboxwatch.model.customer import Customers
    from inboxwatch.model.policy import Lexicon, Template


SHIPPED_PERIODS = (
    "business",
    "evening",
    "weekend",
    "night",
    "holiday",
    "closure",
    "rescued",
)
"""The periods that every schedule has, and the template for mail found in the spam folder."""


ANY_NUMBER = 1_000_000
"""More answers than any conversation has."""


class Built(Struct, frozen=True):
    """Everything that a decision needs and that the configuration names."""

    policy: Policy
    customers: Customers


def build_all(config: Config, *, secret: bytes = b"") -> Built:
    """Policy and customers, with every file the configuration names read.

    Without ``secret`` the Message-IDs and the loop marker are those of no instance, which does
    where nothing is sent. Raises ConfigError with the problems of all files.
    """
    customers, problems = load_customers(config.customers.files)
    policy, others = _policy(config, secret)
    if found := (*others, *problems):
        raise ConfigError(found, next_step=MEND_FILES)
    return Built(policy, customers)


def build_policy(config: Config, *, secret: bytes) -> Policy:
    """The policy, with phrases and templates read; raises ConfigError with all their problems."""
    policy, problems = _policy(config, secret)
    if problems:
        raise ConfigError(problems, next_step=MEND_FILES)
    return policy


def _policy(config: Config, secret: bytes) -> tuple[Policy, tuple[Problem, ...]]:
    lexicon, phrase_problems = load_lexicon(config.phrases.path)
    templates, template_problems = load_templates(config.templates.path)
    policy = _assemble(config, secret, lexicon, templates)
    found = (*unknown_periods(config, templates), *_unknown_templates(config, templates))
    return policy, (*phrase_problems, *template_problems, *found)


def unknown_periods(config: Config, templates: tuple[Template, ...]) -> Iterator[Problem]:
    """The templates that no period ever asks for."""
    periods = {*SHIPPED_PERIODS, *config.schedule.periods}
    for template in templates:
        if template.period and template.period not in periods:
            near = get_close_matches(template.period, periods, 1, 0.6)
            step = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(periods))}"
            yield Problem(
                f"no period is called {template.period}", template.origin, None, None, step
            )


def _unknown_templates(config: Config, templates: tuple[Template, ...]) -> Iterator[Problem]:
    """The names in reply rules that no template has; the file is read again only for those."""
    known = {template.name for template in templates}
    if all(known.issuperset(rule.templates) for rule in config.replies.rules.values()):
        return
    from inboxwatch.config.checks import Written  # noqa: PLC0415 - seldom is one unknown
    from inboxwatch.config.places import Document  # noqa: PLC0415 - the same
    from inboxwatch.config.rule_templates import unknown_templates  # noqa: PLC0415 - the same

    document = Document(config.source.read_text("utf-8-sig"), str(config.source))
    yield from unknown_templates(document, Written(document.data, config.source, 0), templates)


def _assemble(
    config: Config, secret: bytes, lexicon: Lexicon, templates: tuple[Template, ...]
) -> Policy:
    from inboxwatch.core.reply.language import can_detect_language  # noqa: PLC0415 - with a policy

    own, domains = own_addresses(config)
    return Policy(
        team=Team(config.team.name, config.team.sign),
        accounts={name: _account(name, config) for name in config.accounts},
        own_addresses=own,
        own_domains=domains,
        schedule=build_schedule(config),
        templates=templates,
        lexicon=lexicon,
        triage=triage_policy(config),
        limits=Limits(max_age=config.replies.max_age, **dict(config.replies.limits)),
        replies_enabled=config.replies.enabled,
        no_reply_addresses=frozenset(map(address_or_domain, config.replies.no_reply_to)),
        rules=tuple(_rule(name, rule) for name, rule in config.replies.rules.items()),
        topics=tuple(_topic(name, topic) for name, topic in config.replies.topics.items()),
        service_level=service_level(config.service_level),
        playbook=tuple(_play(name, play) for name, play in config.playbook.items()),
        goodwill=build_goodwill(config),
        surge=SurgePolicy(**dict(config.surge)),
        rescue=_rescue(config),
        html=config.replies.html,
        precedence="" if config.replies.precedence == "none" else config.replies.precedence,
        detects_language=config.replies.detect_language and can_detect_language(),
        overrides={
            rule: frozenset(map(_exception, who)) for rule, who in config.replies.overrides.items()
        },
        secret=secret,
    )


def _rule(name: str, rule: WrittenRule) -> ReplyRule:
    most = ANY_NUMBER if rule.answered_at_most is None else rule.answered_at_most
    bounded = rule.answered_at_least or most != ANY_NUMBER
    return ReplyRule(
        name=name,
        accounts=frozenset(rule.account),
        periods=frozenset(rule.period),
        customers=frozenset(map(CustomerKind, rule.customer)),
        tags=frozenset(rule.tags),
        signals=frozenset(rule.signals),
        languages=frozenset(rule.language),
        roles=frozenset(map(Role, rule.mailbox)),
        answered=(rule.answered_at_least, most) if bounded else None,
        templates=rule.templates,
        mode=Mode(rule.mode) if rule.mode else None,
    )


def _play(name: str, play: WrittenPlay) -> Play:
    return Play(
        name=name,
        step=play.step,
        action=Action(play.action),
        within=play.within,
        signals=frozenset(play.signals),
        phrases=play.phrases,
        find_out=tuple(map(Detail, play.find_out)),
        goodwill=play.goodwill,
    )


def _rescue(config: Config) -> RescuePolicy:
    written = dict(config.rescue)
    return RescuePolicy(**{**written, "mode": RescueMode(config.rescue.mode)})


def _topic(name: str, topic: WrittenTopic) -> Topic:
    return Topic(
        name=name,
        ask=tuple(map(Detail, topic.ask)),
        signals=frozenset(topic.signals),
        phrases=topic.phrases,
    )


def _account(name: str, config: Config) -> AccountPolicy:
    account = config.accounts[name]
    return AccountPolicy(
        name=name,
        address=parse_address(account.address),
        display_name=account.name or config.team.name,
        addresses=frozenset(address.exact for address in addresses_of(account)),
        mode=Mode(account.mode or config.replies.mode),
        language=account.language,
        trust=account.authentication.trust,
        arc_sealers=frozenset(map(ascii_domain, account.authentication.trusted_arc_sealers)),
        own_hops=account.authentication.own_hops,
        own_lists=frozenset(text.strip("<>").lower() for text in account.own_lists),
        trust_from_when_no_return_path=account.trust_from_when_no_return_path,
        envelope_from="" if account.null_sender else account.envelope_from or account.address,
        null_sender=account.null_sender,
        reply_to=account.reply_to or "",
        forms=frozenset(parse_address(text).exact for text in account.forms),
        forwarded_from=frozenset(parse_address(text).exact for text in account.forwarded_from),
        test_domains_allowed=is_loopback(account.smtp.host),
    )


def _exception(text: str) -> str:
    """An address or ``@domain`` in its key form; anything else is a customer's id, as written."""
    if text.startswith("@"):
        return address_or_domain(text)
    try:
        return exact_address(text)
    except ValueError:
        return text
