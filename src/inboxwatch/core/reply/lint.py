"""The template linter: what a template must not say, and what a set of templates lacks.

It reads literal text only, never a value: ``{{ next_opening }}`` names a time that the schedule
has computed, "at 9:00" one that nobody keeps. ``RULES`` holds every rule with its id; the words
they look for are in ``lint_times``, ``lint_promises`` and ``lint_manners``. Pure: files are read,
and templates that are dangerous to render are found, by ``config``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from inboxwatch.core.reply.lint_manners import MANNERS
from inboxwatch.core.reply.lint_promises import PROMISES
from inboxwatch.core.reply.lint_times import TIMES
from inboxwatch.core.reply.sandbox import TemplateFault, literals, render, variables
from inboxwatch.core.reply.tags import Tags
from inboxwatch.core.reply.vocabulary import FLAGS, VARIABLES
from inboxwatch.model.policy import Tone, primary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from inboxwatch.core.reply.environment import Literals
    from inboxwatch.model.policy import Template

SENTENCE_ENDS: Final = ".!?"
EVIDENCE_LIMIT: Final = 60

MAY_BE_EMPTY: Final = frozenset(
    {
        "customer_name",
        "delay",
        "incident",
        "missing_details",
        "next_opening",
        "next_opening_short",
        "promise",
    }
)
"""The texts that are empty as a matter of course; a mail without a subject is seldom."""


UNTRANSLATED: Final = "missing-translation"


class Rule(Struct, frozen=True):
    """A rule of the linter. ``stops`` says that a run does not begin with such a template."""

    id: str
    says: str
    stops: bool = True


RULES: Final[Mapping[str, Rule]] = {
    rule.id: rule
    for rule in (
        Rule("clock-time", "a time of day that no schedule has computed"),
        Rule("weekday", "a weekday that no schedule has computed"),
        Rule("date", "a date that no schedule has computed"),
        Rule("deadline", "a deadline that no service level has computed"),
        Rule("soon", "a promise that nobody keeps count of"),
        Rule("blame", "blame: the customer, or a colleague"),
        Rule("insult", "an insult"),
        Rule("unknown-variable", "a variable that does not exist"),
        Rule("empty-subject", "a subject that can come out empty", stops=False),
        Rule(UNTRANSLATED, "a language that is used has no text", stops=False),
        Rule("no-sincere-twin", "a funny text without a sincere one beside it", stops=False),
    )
}


NOTES: Final = frozenset(
    {"customer_note", "customer_notes", "internal_notes", "note", "notes", "team_notes"}
)
"""What a template would ask for that wants to say what the team noted (rule F24)."""

_NOT_SAID: Final = "what the team notes about a customer is never in a reply"


class LintFinding(Struct, frozen=True):
    """One finding: the rule, the template's file and line, and the words that it is about."""

    rule: Rule
    template: Template
    line: int | None
    evidence: str

    @property
    def message(self) -> str:
        """What is wrong, in a sentence."""
        if self.rule.id == "unknown-variable" and self.evidence in NOTES:
            return f"{self.rule.says}: {self.evidence}; {_NOT_SAID}"
        return f"{self.rule.says}: {self.evidence}"


def lint(templates: Iterable[Template], used: frozenset[str] = frozenset()) -> list[LintFinding]:
    """Every finding about a set of templates, by file and line.

    ``used`` are the languages that accounts and customers use. A template that cannot be read is
    left to the sandbox, whose message says why.
    """
    given = tuple(templates)
    found = [finding for template in given for finding in _about_one(template)]
    found += [finding for check in SET_CHECKS for finding in check(given, used)]
    return sorted(found, key=lambda one: (one.template.origin, one.line or 0, one.rule.id))


def _about_one(template: Template) -> Iterator[LintFinding]:
    for source, first_line in ((template.subject, None), (template.body, template.first_line)):
        try:
            yield from _unknown_variables(template, source, first_line)
            yield from _words(template, literals(source), first_line)
        except TemplateFault:
            continue
    if template.subject and not _rendered_bare(template.subject):
        yield LintFinding(RULES["empty-subject"], template, None, template.subject.strip())


def _unknown_variables(
    template: Template, source: str, first_line: int | None
) -> Iterator[LintFinding]:
    for name, line in variables(source).items():
        if name not in VARIABLES:
            place = _place(first_line, line)
            yield LintFinding(RULES["unknown-variable"], template, place, name)


def _words(template: Template, said: Literals, first_line: int | None) -> Iterator[LintFinding]:
    told: dict[str, list[tuple[int, int]]] = {}
    for rule, begin, end in _matches(said.text, primary(template.language)):
        spans = told.setdefault(rule, [])
        if not any(begin < other_end and other < end for other, other_end in spans):
            spans.append((begin, end))
            place = _place(first_line, said.line(begin))
            yield LintFinding(RULES[rule], template, place, _quoted(said.text[begin:end]))


def _matches(text: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Rule, begin and end of all that a row finds; two rows of a rule may find the same words."""
    for row in (*TIMES, *PROMISES, *MANNERS):
        if row.language not in ("", language):
            continue
        for match in row.pattern.finditer(text):
            if not (row.unless and row.unless.search(_sentence(text, *match.span()))):
                yield row.rule, *match.span()


def _sentence(text: str, start: int, end: int) -> str:
    begin = max(text.rfind(mark, 0, start) for mark in (*SENTENCE_ENDS, "\n\n")) + 1
    ends = [at for mark in (*SENTENCE_ENDS, "\n\n") if (at := text.find(mark, end)) >= 0]
    return text[begin : min(ends, default=len(text))]


def _quoted(words: str) -> str:
    return f"“{' '.join(words.split())[:EVIDENCE_LIMIT]}”"


def _place(first_line: int | None, line: int) -> int | None:
    return first_line + line - 1 if first_line else None


def _rendered_bare(source: str) -> str:
    """A subject when everything is empty that often is; not empty for one that has a fault."""
    context: dict[str, object] = {name: "" if name in MAY_BE_EMPTY else "x" for name in VARIABLES}
    context.update(dict.fromkeys(FLAGS, False), customer_tags=Tags())
    try:
        return render(source, context).strip()
    except TemplateFault:
        return source


def _no_twins(given: tuple[Template, ...], used: frozenset[str]) -> Iterator[LintFinding]:
    del used
    sincere = {_period_and_language(one) for one in given if one.tone is Tone.SINCERE}
    for template in given:
        if (
            template.period
            and template.tone is Tone.FUNNY
            and _period_and_language(template) not in sincere
        ):
            evidence = f"{template.period} in {template.language}"
            yield LintFinding(RULES["no-sincere-twin"], template, 1, evidence)


def _period_and_language(template: Template) -> tuple[str, str]:
    return _answers(template), primary(template.language)


def _answers(template: Template) -> str:
    """The period; a template without one is translated by those of its name."""
    return template.period or f"template {template.name}"


def _untranslated(given: tuple[Template, ...], used: frozenset[str]) -> Iterator[LintFinding]:
    """One finding for each language that lacks texts, at the first template that it lacks."""
    languages = {primary(language) for language in used}
    there = {_period_and_language(template) for template in given}
    for language in sorted(languages):
        lacking: dict[str, Template] = {}
        for template in given:
            translates = primary(template.language) in languages
            if translates and (_answers(template), language) not in there:
                lacking.setdefault(_answers(template), template)
        if lacking:
            first = next(iter(lacking.values()))
            evidence = f"{language} for {', '.join(lacking)}"
            yield LintFinding(RULES[UNTRANSLATED], first, 1, evidence)


SET_CHECKS: Final[
    tuple[Callable[[tuple[Template, ...], frozenset[str]], Iterator[LintFinding]], ...]
] = (_no_twins, _untranslated)
