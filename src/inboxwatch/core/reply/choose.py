"""Which template answers: by the team's rules, else by period; by language, tone, and in turn."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.reply.conditions import first_match
from inboxwatch.core.reply.occasion import RESCUED, Occasion
from inboxwatch.core.reply.tone import TONE_GATE, closed_gates
from inboxwatch.model.policy import Tone, primary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.model.policy import ReplyRule, Template

__all__ = ["RESCUED", "TONE_GATE", "Choice", "Occasion", "choose"]

FALLBACK_LANGUAGE = "en"


class Choice(Struct, frozen=True):
    """A template, in one sentence why it was this one, and the rule of the team that had a say.

    ``incident`` is what a surge is about, in the team's words; ``ahead`` tells that the text goes
    to somebody who has not written.
    """

    template: Template
    why: str
    rule: ReplyRule | None = None
    incident: str = ""
    ahead: bool = False


class _Shelf(Struct, frozen=True):
    """Templates that would do equally well, but for their tone and for what was sent before."""

    language: str
    period: str = ""
    names: frozenset[str] = frozenset()

    def fitting(self, templates: tuple[Template, ...], occasion: Occasion) -> list[Template]:
        """By name if there are names, else by period; nobody is told of a rescue that was none.

        A template without a period is for the rules that name it, and stands on no other shelf.
        """
        if not self.names:
            period = self.period or None
            found = [one for one in templates if one.period == period]
        else:
            named = [one for one in templates if one.name in self.names]
            found = [one for one in named if one.period != RESCUED or occasion.rescued]
        return [one for one in found if _tag(one.language) == self.language]


def choose(
    occasion: Occasion, templates: tuple[Template, ...], rules: tuple[ReplyRule, ...] = ()
) -> Choice | None:
    """The template for one mail, or None when no template fits.

    The first rule that matches names the candidates; without one, or if none of them fits, they
    are the period's own. What there is not for a period is answered with ``business`` while open
    and with ``night`` while closed, what there is not in a language in English.
    """
    rule = first_match(rules, occasion)
    gates = closed_gates(occasion)
    for shelf in _shelves(occasion, templates, rule):
        fitting = shelf.fitting(templates, occasion)
        usable = [one for one in fitting if not gates or one.tone is not Tone.FUNNY]
        if usable:
            template = _next(usable, occasion)
            parts = (
                _why_here(shelf, occasion, rule),
                _why_serious(gates, fitting),
                _why_in_turn(template, usable, occasion),
                _why_in(template, occasion),
            )
            return Choice(template, ", ".join(filter(None, parts)), rule)
    return None


def _shelves(
    occasion: Occasion, templates: tuple[Template, ...], rule: ReplyRule | None
) -> Iterator[_Shelf]:
    """Where to look, the best place first.

    The reader's language outranks the period, but for the apology after a rescue, which comes in
    another language rather than not at all.
    """
    wanted = occasion.spoken.tag
    if rule and rule.templates:
        names = frozenset(rule.templates)
        yield from (_Shelf(language, names=names) for language in _languages(wanted, templates))
    if occasion.rescued:
        yield from (_Shelf(language, RESCUED) for language in _languages(wanted, templates))
    general = "business" if occasion.moment.is_open else "night"
    for language in _languages(wanted, templates):
        yield _Shelf(language, occasion.asked)
        yield _Shelf(language, general)


def _languages(wanted: str, templates: tuple[Template, ...]) -> Iterator[str]:
    """The wanted language, the same without its region, with other regions, and English."""
    tag, bare = _tag(wanted), primary(wanted)
    yield tag
    if bare != tag:
        yield bare
    kin = {_tag(one.language) for one in templates if primary(one.language) == bare}
    yield from sorted(kin - {tag, bare})
    yield FALLBACK_LANGUAGE


@lru_cache(maxsize=256)
def _tag(language: str) -> str:
    return language.replace("_", "-").lower()


def _next(usable: list[Template], occasion: Occasion) -> Template:
    """Whose turn it is with this sender: a text never used, a funny one first, else the oldest.

    Templates count by their names, as in the limits (rule L01). The order among unused ones is
    another for each sender, and always the same for one.
    """

    def turn(template: Template) -> tuple[bool, float, bytes]:
        used = occasion.history.last_used.get(template.name)
        if used is not None:
            return True, used.timestamp(), place(template)
        return False, float(template.tone is not Tone.FUNNY), place(template)

    def place(template: Template) -> bytes:
        return sha256(f"{occasion.sender}\0{template.name}".encode("utf-8", "replace")).digest()

    return min(usable, key=turn) if usable[1:] else usable[0]


def _why_here(shelf: _Shelf, occasion: Occasion, rule: ReplyRule | None) -> str:
    if rule and shelf.names:
        return f"rule {rule.name}"
    if shelf.period == occasion.asked:
        place = shelf.period
    else:
        place = f"{occasion.asked} has no template that fits, so {shelf.period}"
    if rule is None:
        return place
    missed = " has no template that fits, so" if rule.templates else ":"
    return f"rule {rule.name}{missed} {place}"


def _why_serious(gates: tuple[str, ...], fitting: list[Template]) -> str:
    if not gates or all(template.tone is not Tone.FUNNY for template in fitting):
        return ""
    return f"sincere instead of funny: {' and '.join(gates)}"


def _why_in_turn(template: Template, usable: list[Template], occasion: Occasion) -> str:
    had = sorted({one.name for one in usable if one.name in occasion.history.last_used})
    if not had or not usable[1:]:
        return ""
    if template.name in had:
        return "all have been used, this one longest ago"
    return f"not again {' or '.join(had)}"


def _why_in(template: Template, occasion: Occasion) -> str:
    wanted = occasion.spoken
    if primary(template.language) != primary(wanted.tag):
        return f"in {template.language}: there is none in {wanted.tag}"
    return f"in {template.language} like the mail" if wanted.detected else ""
