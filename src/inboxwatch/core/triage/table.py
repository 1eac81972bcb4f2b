"""Everything that a priority may consist of: signals, facts and caps, each a row of a table.

A signal is something a mail says; its phrases stand under its name in the phrase lists. A fact is
something known about the mail besides its words. Points may be overridden by name in the policy.
"""

from __future__ import annotations

from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Negation(Enum):
    """What a negator shortly before a phrase does.

    UNDOES: "not angry". UNDOES_WISH, together with a word for wanting: "I do not want a refund"
    asks for none, whereas "I did not get the refund" does. NOTHING: "no answer for two weeks".
    """

    UNDOES = auto()
    UNDOES_WISH = auto()
    NOTHING = auto()


class Row(Struct, frozen=True):
    """A term of the sum: its name, default points, what it is about, and what it means.

    A row of group ``calm`` lowers the priority only while nothing raises it. ``negation`` says
    what a "not" before the words of a signal does to it.
    """

    name: str
    points: int
    group: str
    description: str
    negation: Negation = Negation.UNDOES


SIGNALS = (
    Row(
        "self-harm",
        5,
        "person",
        "The writer speaks of ending or harming their life.",
        Negation.NOTHING,
    ),
    Row(
        "danger",
        4,
        "person",
        "Somebody is hurt or in danger: injury, fire, explosion, accident, hospital.",
        Negation.NOTHING,
    ),
    Row("bereavement", 2, "person", "Somebody has died or is dying.", Negation.NOTHING),
    Row("abuse-or-threat", 3, "mood", "Somebody threatens us, or abuses a person."),
    Row("insult", 2, "mood", "We are insulted: it says something about us, not about the writer."),
    Row("anger", 2, "mood", "The writer is angry, or shouts."),
    Row("complaint", 1, "mood", "The writer is disappointed or complains about how we work."),
    Row(
        "manager-request",
        2,
        "escalation",
        "The writer asks for a manager or complains formally.",
        Negation.UNDOES_WISH,
    ),
    Row("legal", 3, "escalation", "Lawyers, courts, regulators or the press are mentioned."),
    Row(
        "leaving",
        2,
        "escalation",
        "The writer cancels, leaves, or goes to a competitor.",
        Negation.UNDOES_WISH,
    ),
    Row(
        "money-back",
        2,
        "money",
        "Money is asked back, or a refund has not arrived.",
        Negation.UNDOES_WISH,
    ),
    Row("charged-wrongly", 3, "money", "Something was charged that should not have been."),
    Row("outage", 3, "trouble", "The writer cannot work, or everything is down."),
    Row("security", 3, "trouble", "Something was stolen, hacked, lost, or used by a stranger."),
    Row("problem", 1, "trouble", "Something is late, lost, broken or does not work."),
    Row("urgency", 2, "time", "It is urgent."),
    Row("deadline", 2, "time", "Something has to be done by a time that is near."),
    Row(
        "distant-deadline",
        0,
        "time",
        "There is a day until which, but it is more than a week away, or there is no hurry.",
    ),
    Row("waiting", 2, "time", "The writer has been waiting, or writes again.", Negation.NOTHING),
    Row(
        "no-contact-wanted",
        0,
        "contact",
        "The writer does not want to be written to.",
        Negation.NOTHING,
    ),
    Row("survey-answer", 0, "contact", "The mail answers a survey.", Negation.NOTHING),
    Row("thanks", -1, "calm", "The writer thanks or praises us, or says that it is solved."),
)
"""What a mail may say, the gravest first; signals are reported in this order."""

FACTS = (
    Row("known-customer", 1, "customer", "The sender is a customer."),
    Row("vip", 2, "customer", "The customer is marked as a VIP."),
    Row(
        "known-contact",
        1,
        "customer",
        "Somebody of the team has written to the sender, who is no customer.",
    ),
    Row("rescued-customer", 6, "customer", "A customer's mail had been taken for spam."),
    Row("repeated-mail", 1, "time", "Points for each further mail without an answer, up to three."),
    Row(
        "waiting-time",
        1,
        "time",
        "Points when the oldest unanswered mail has waited half of the service level's business "
        "time, all of it, twice and four times as long.",
    ),
    Row(
        "long-exchange",
        1,
        "escalation",
        "Points for an exchange without a solution: at the customer's 3rd, 6th and 10th mail.",
    ),
    Row("repeated-text", 2, "escalation", "We sent the customer the same text before."),
    Row(
        "unknown-in-junk",
        -4,
        "junk",
        "The mail lies in the spam folder and nobody knows who it is from.",
    ),
    Row("question", 0, "form", "The mail asks something; without this it only states."),
)
"""What may be known about a mail, in the order in which it is added up."""

CAPS = (
    Row("ceiling", 9, "cap", "No priority is higher than 9."),
    Row("unproven-sender", 5, "cap", "The sender is unproven, so words alone may not go higher."),
    Row("automatic-mail", 1, "cap", "A machine wrote this: nobody waits for an answer."),
    Row("floor", 1, "cap", "No priority is lower than 1."),
)
"""What bounds the sum; ``points`` is the bound, and the reason holds what it takes away or adds."""

CORRECTED = Row("corrected", 0, "person", "A person said what the priority should be.")

BASE = Row("base", 3, "base", "Where every mail starts.")

DEFAULT_POINTS: Mapping[str, int] = MappingProxyType(
    {row.name: row.points for row in (*SIGNALS, *FACTS)}
)
"""The points of every signal and fact, unless the policy has others."""

SIGNAL_NAMES = tuple(row.name for row in SIGNALS)

NEGATORS, CONJUNCTIONS, WISHES = "negators", "conjunctions", "wishes"
CORRECTIONS, BILLINGS = "corrections", "billings"
UNTIL, DEMANDS, UNHURRIED = "until", "demands", "unhurried"
QUESTIONS, RHETORICAL = "questions", "rhetorical"
SINGLE = (CONJUNCTIONS, WISHES, DEMANDS)
HELPERS = (
    NEGATORS,
    CONJUNCTIONS,
    WISHES,
    CORRECTIONS,
    BILLINGS,
    UNTIL,
    DEMANDS,
    UNHURRIED,
    QUESTIONS,
    RHETORICAL,
)
"""Sections of the phrase lists that are no signals: words that turn a phrase into its opposite
("not"), single words past which they do not reach ("why"), single words for wanting, words between
a wrong and a right amount ("instead of"), words for charging, words before a date by which
something is to be done ("by"), single words for what has to be done, of which one stands in the
same sentence ("need"), what takes the hurry out of a deadline ("no rush"), questions that may lack
their mark ("could you tell me"), and those that ask nothing ("are you kidding")."""


def descriptions() -> dict[str, str]:
    """What every name that can stand in a reason means, in one sentence each."""
    return {row.name: row.description for row in (BASE, *SIGNALS, *FACTS, *CAPS, CORRECTED)}
