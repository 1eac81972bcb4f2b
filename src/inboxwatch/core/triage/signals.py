"""What a mail says: phrases found with Aho-Corasick, negation respected, the words as evidence.

The cost of a search does not depend on how many phrases there are. Text is hostile: it is cut at a
limit, and every step over it is linear.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.text import has_one
from inboxwatch.core.triage.amounts import find_disagreement, mentions_money
from inboxwatch.core.triage.deadline import DEADLINE, DISTANT, find_deadline
from inboxwatch.core.triage.fold import MAX_EVIDENCE, evidence, read
from inboxwatch.core.triage.matcher import matcher_for
from inboxwatch.core.triage.place import place_of
from inboxwatch.core.triage.question import find_question
from inboxwatch.core.triage.swearing import masked_word
from inboxwatch.core.triage.table import BILLINGS, CORRECTIONS, SIGNAL_NAMES, SIGNALS, UNTIL
from inboxwatch.model.decision import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from inboxwatch.core.triage.matcher import Span
    from inboxwatch.model.policy import Lexicon

_CAPITALS = re.compile(r"[^\W\d_a-z]{2,}")
_NO_CAPITALS = bytes(set(range(256)) - set(range(ord("A"), ord("Z") + 1)))
_LOUD_LETTERS, _LOUD_WORDS, _LOUD_SHARE = 12, 3, 0.5
_CRIES, _FEWEST_CRIES, _CRY_WORDS = ("!!!", "?!?", "!?!", "??!"), 1, 24
_ANGRY_FACES = "\U0001f620\U0001f621\U0001f624\U0001f92c\U0001f47f\U0001f595"
_HEARD = frozenset(SIGNAL_NAMES)
_CALM = frozenset(row.name for row in SIGNALS if row.group == "calm")
_SILENT = frozenset(row.name for row in SIGNALS if row.points <= 0)


class Heard(Struct, frozen=True):
    """What a mail says: its signals in the order of the table, and the question that it asks."""

    signals: tuple[Signal, ...]
    question: Signal | None = None


class _Words(Struct, frozen=True):
    """Evidence before it is told where it stands: the words, where they begin, the date."""

    text: str
    start: int
    due: str = ""


def listen(subject: str, text: str, lexicon: Lexicon, written: datetime | None = None) -> Heard:
    """The signals in a mail's subject and new text, one of each name, and what it asks.

    ``evidence`` holds the words as they stand in the text, at most 80 characters of them: the
    first that give the signal. Two amounts that disagree (rule of ``amounts``) are charged-wrongly;
    masked swear words and angry faces are anger, and so are capitals and exclamation marks, unless
    they cheer. Deadlines are read from when the mail was ``written``, aware; without it their dates
    are not looked for.
    """
    plain, folded = read(subject, text)
    matcher = matcher_for(lexicon)
    found = matcher.find(folded, plain)
    words = {name: _words(plain, spans[0]) for name, spans in found.items() if name in _HEARD}
    if amounts := _amounts(plain, folded, found):
        words["charged-wrongly"] = amounts
    if written and (DEADLINE in found or UNTIL in found):
        dated = _deadline(plain, folded, found, matcher.demands, written)
        words = {name: one for name, one in words.items() if not dated or name != DEADLINE} | dated
    if "anger" not in words and (heard := _raging(plain, folded, frozenset(words))):
        words["anger"] = heard
    asked = find_question(folded, found)

    def told(name: str, one: _Words) -> Signal:
        return Signal(name, one.text, place_of(subject, text, plain, one.start), one.due)

    return Heard(
        tuple(told(name, words[name]) for name in SIGNAL_NAMES if name in words),
        told("question", _words(plain, asked)) if asked else None,
    )


def find_signals(
    subject: str, text: str, lexicon: Lexicon, written: datetime | None = None
) -> tuple[Signal, ...]:
    """The signals alone that ``listen`` hears."""
    return listen(subject, text, lexicon, written).signals


def _words(plain: str, span: Span) -> _Words:
    return _Words(evidence(plain, *span), span[0])


def _amounts(plain: str, folded: str, found: Mapping[str, Sequence[Span]]) -> _Words | None:
    """Two amounts that disagree."""
    cues: list[Span] = [*found.get(CORRECTIONS, ()), *found.get(BILLINGS, ())]
    if not cues or not mentions_money(folded):
        return None
    told = find_disagreement(plain, cues)
    return _Words(*told) if told else None


def _deadline(
    plain: str,
    folded: str,
    found: Mapping[str, Sequence[Span]],
    demands: frozenset[str],
    written: datetime,
) -> dict[str, _Words]:
    """The deadline, its date beside its words."""
    deadline = find_deadline(folded, found, demands, written)
    if deadline is None or deadline.due is None:
        return {}
    due = deadline.due.iso()
    words = plain[slice(*deadline.span)].strip().replace("\n", " ")
    room = MAX_EVIDENCE - len(f" ({due})")
    cut = words if len(words) <= room else words[: room - 1] + "…"
    name = DISTANT if deadline.distant else DEADLINE
    return {name: _Words(f"{cut} ({due})", deadline.span[0], due)}


def _raging(plain: str, folded: str, names: frozenset[str]) -> _Words | None:
    """What is angry besides the phrases, or None."""
    if masked := masked_word(folded):
        return _words(plain, masked)
    if has_one(plain, _ANGRY_FACES):
        face = min(place for face in _ANGRY_FACES if (place := plain.find(face)) >= 0)
        return _words(plain, (face, face + 1))
    return _shouting(plain, names)


def _shouting(plain: str, names: frozenset[str]) -> _Words | None:
    """The words that are shouted, or None.

    Capitals shout by themselves, exclamation marks only where something is wrong anyway; and with
    thanks and nothing else, both of them cheer.
    """
    trouble = names - _SILENT
    if names & _CALM and not trouble:
        return None
    return _in_capitals(plain) or (_cry(plain) if trouble else None)


def _in_capitals(plain: str) -> _Words | None:
    """The words in capitals if they are most of a text, else None."""
    letters = len(plain.encode("utf-8", "surrogatepass").translate(None, _NO_CAPITALS))
    if letters < max(_LOUD_LETTERS, _LOUD_SHARE * (len(plain) - plain.count(" "))):
        return None
    capitals = list(_CAPITALS.finditer(plain))
    if len(capitals) < _LOUD_WORDS:
        return None
    return _words(plain, (capitals[0].start(), capitals[-1].end()))


def _cry(plain: str) -> _Words | None:
    """The words before a row of exclamation marks, and the marks."""
    if plain.count("!") < _FEWEST_CRIES:
        return None
    places = [place for cry in _CRIES if (place := plain.find(cry)) >= 0]
    if not places:
        return None
    place = min(places)
    begin = plain.rfind(" ", 0, max(place - _CRY_WORDS, 0)) + 1
    line = plain.rfind("\n", 0, place) + 1
    return _words(plain, (max(begin, line), place + len(_CRIES[0])))
