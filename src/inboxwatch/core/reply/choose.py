"""Which template answers: by period, language, and whether its reader is in the mood for a joke."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from inboxwatch.model.policy import Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxwatch.model.customer import CustomerMatch
    from inboxwatch.model.policy import AccountPolicy, ReplyRule, Template
    from inboxwatch.model.schedule import Moment

RESCUED = "rescued"
"""The period of the templates that answer a mail found in the spam folder."""

FALLBACK_LANGUAGE = "en"
SERIOUS_PRIORITY = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """A template, in one sentence why it was this one, and the rule of the team that had a say."""

    template: Template
    why: str
    rule: ReplyRule | None = None


@dataclass(frozen=True, slots=True)
class Mood:
    """What the tone depends on."""

    signals: frozenset[str]
    rescued: bool
    priority: int
    sender_mails: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A row of the tone gate: when ``closed`` says yes, nobody is joked with."""

    name: str
    closed: Callable[[Mood], bool]


def _heard(signal: str) -> Gate:
    return Gate(signal, lambda mood: signal in mood.signals)


TONE_GATE: tuple[Gate, ...] = (
    *(
        _heard(signal)
        for signal in (
            "anger",
            "insult",
            "abuse-or-threat",
            "complaint",
            "legal",
            "manager-request",
            "leaving",
            "money-back",
            "charged-wrongly",
            "outage",
            "problem",
            "security",
            "waiting",
        )
    ),
    Gate("found in the spam folder", lambda mood: mood.rescued),
    Gate(f"priority {SERIOUS_PRIORITY} or above", lambda mood: mood.priority >= SERIOUS_PRIORITY),
    Gate("not the first mail of late", lambda mood: mood.sender_mails >= 1),
)


def choose(
    *,
    moment: Moment,
    customer: CustomerMatch | None,
    account: AccountPolicy,
    templates: tuple[Template, ...],
    signals: tuple[str, ...],
    rescued: bool,
    priority: int,
    sender_mails: int,
) -> Choice | None:
    """The template for one mail, or None when no template fits.

    A period that has no template of its own is answered with ``business`` while open and with
    ``night`` while closed; a language without one falls back to English. Of several that fit, a
    funny one is preferred if the tone gate lets it pass, then the first in ``templates``.
    """
    mood = Mood(frozenset(signals), rescued, priority, sender_mails)
    closed_by = tuple(gate.name for gate in TONE_GATE if gate.closed(mood))
    wanted = (customer.customer.language if customer else None) or account.language
    asked = RESCUED if rescued else moment.template_period
    for period in (asked, "business" if moment.is_open else "night"):
        for language in _languages(wanted):
            fitting = [t for t in templates if t.period == period and _tag(t.language) == language]
            template = _pick(fitting, sincere=bool(closed_by))
            if template is not None:
                joke = any(t.tone is Tone.FUNNY for t in fitting)
                why = _why(asked, template, wanted, closed_by if joke else ())
                return Choice(template, why)
    return None


def _languages(wanted: str) -> tuple[str, ...]:
    tag = _tag(wanted)
    return tuple(dict.fromkeys((tag, tag.partition("-")[0], FALLBACK_LANGUAGE)))


@lru_cache(maxsize=256)
def _tag(language: str) -> str:
    return language.replace("_", "-").lower()


def _pick(fitting: list[Template], *, sincere: bool) -> Template | None:
    wanted_first = (Tone.SINCERE,) if sincere else (Tone.FUNNY, Tone.SINCERE)
    return next((t for tone in wanted_first for t in fitting if t.tone is tone), None)


def _why(asked: str, template: Template, wanted: str, closed_by: tuple[str, ...]) -> str:
    parts = [template.period]
    if template.period != asked:
        parts = [f"{asked} has no template that fits, so {template.period}"]
    if closed_by:
        parts.append(f"sincere instead of funny: {' and '.join(closed_by)}")
    if _tag(template.language).partition("-")[0] != _tag(wanted).partition("-")[0]:
        parts.append(f"in {template.language}: there is none in {wanted}")
    return ", ".join(parts)
