"""``docs/signals.md``: what a priority consists of, and what keeps a reply back, with examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.config.reference.examples import (
    CAP_EXAMPLES,
    CAUSE_EXAMPLES,
    FACT_EXAMPLES,
    HELPER_EXAMPLES,
    RULE_EXAMPLES,
    SIGNAL_EXAMPLES,
)
from inboxwatch.config.reference.tables import table
from inboxwatch.core.reply.rulebook import RULEBOOK, SOFT_RULES
from inboxwatch.core.triage.escalate import CAUSES
from inboxwatch.core.triage.table import BASE, CAPS, FACTS, SIGNALS, Negation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxwatch.core.triage.table import Row

_HEAD = """\
# Signals, facts, caps and rules

A priority is a sum: the base, the points of what a mail says (signals), the points of what is known
about it besides (facts), and caps, which bound the sum. `inboxwatch explain` shows every term of it
with the words that were found and where they stand. Points are the shipped ones; `triage.points` in
[the configuration](configuration.md#triage) changes them.

Only the subject and the new text are listened to, never what is quoted. A signal counts once,
however often it is heard. This page is written from the program's tables by `make docs`, and tests
hear every signal in its examples.

"""

_NEGATION = {
    Negation.UNDOES: "undone",
    Negation.UNDOES_WISH: "undone in a wish",
    Negation.NOTHING: "no matter",
}

_SIGNALS = """\
“Not” says what a negator shortly before the words does, as in “not angry”: the signal is undone;
undone only in a wish (“I do not want a refund” asks for none, “I did not get the refund” does); or
no matter (“no answer for two weeks”). `thanks` lowers a priority only while nothing raises it.
"""

_DEADLINES = """\
A deadline is told with its date: `by Friday (2026-11-20)`. Words such as “by”, “bis”, “avant”
before a date are a deadline if the sentence demands something; words such as “no later than” always
are. Dates are read from the day on which the mail was written, in the time of its writer, who says
so in Date; a Date more than two days off the server's own time is not believed. A weekday is the
next one, never the same day; a day without a year the next one that has not passed; `03/04` is
whichever of the two readings comes first. What has passed is no deadline.

Two amounts of money that disagree (“charged $400 instead of $9”), swear words behind masks
(“sh*t”), angry faces, capitals and rows of exclamation marks are heard without a phrase list.
"""


_ESCALATION = """\
An escalation is one customer's and one account's, over all conversations. It stays open until a
person of the team answers with something else than the same text, or `inboxwatch done` says that it
was dealt with; every further request counts up. Mail of unproven senders opens none (rule S30).
"""


def signals_page() -> str:
    """The whole page."""
    return _HEAD + "\n".join(
        "\n".join(part)
        for part in (_signals(), _examples(), _facts(), _caps(), _causes(), _helpers(), _rules())
    )


def _signals() -> Iterator[str]:
    yield "## Signals"
    yield ""
    yield _SIGNALS
    rows = (
        (f"`{row.name}`", str(row.points), row.description, _NEGATION[row.negation], _first(row))
        for row in SIGNALS
    )
    yield from table("Signal, Points, Meaning, Not, Example", rows)
    yield _DEADLINES


def _first(row: Row) -> str:
    return SIGNAL_EXAMPLES[row.name][0]


def _examples() -> Iterator[str]:
    yield "### In other languages"
    yield ""
    yield "Written on 18 November 2026:"
    yield ""
    rows = ((f"`{name}`", *texts[1:]) for name, texts in SIGNAL_EXAMPLES.items())
    yield from table("Signal, German, French, Spanish, Dutch", rows)


def _facts() -> Iterator[str]:
    yield "## Facts"
    yield ""
    rows = (
        (f"`{row.name}`", str(row.points), row.description, FACT_EXAMPLES[row.name])
        for row in FACTS
    )
    yield from table("Fact, Points, Meaning, Example", rows)


def _caps() -> Iterator[str]:
    yield "## Base and caps"
    yield ""
    yield f"The sum begins at {BASE.points} (`triage.base`). Then it is bounded, in this order:"
    yield ""
    rows = (
        (f"`{row.name}`", str(row.points), row.description, CAP_EXAMPLES[row.name]) for row in CAPS
    )
    yield from table("Cap, Bound, Meaning, Example", rows)


def _causes() -> Iterator[str]:
    yield "## What has to reach a person"
    yield ""
    yield _ESCALATION
    rows = (
        (f"`{row.name}`", row.description, f"{row.step.action}: {row.step.text}", example)
        for row in CAUSES
        for example in (CAUSE_EXAMPLES[row.name],)
    )
    yield from table("Cause, Meaning, Next step, Example", rows)


def _helpers() -> Iterator[str]:
    yield "## Sections of phrase lists that are no signals"
    yield ""
    yield "A list of your own adds to them or replaces them like any other section."
    yield ""
    rows = (
        (f"`[{name}]`", meaning, example) for name, (meaning, example) in HELPER_EXAMPLES.items()
    )
    yield from table("Section, Meaning, Example", rows)


def _rules() -> Iterator[str]:
    yield "## Rules that keep a reply back"
    yield ""
    yield "Rules marked with a star may be turned off for single senders (`replies.overrides`)."
    yield ""
    rows = (
        (f"{name}{chr(92) + '*' if name in SOFT_RULES else ''}", meaning, RULE_EXAMPLES[name])
        for name, meaning in RULEBOOK.items()
    )
    yield from table("Rule, Meaning, Example", rows)
