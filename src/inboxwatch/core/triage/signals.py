"""What a mail says: phrases found with Aho-Corasick, negation respected, the words as evidence.

The cost of a search does not depend on how many phrases there are. Text is hostile: it is cut at a
limit, and every step over it is linear.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxwatch.core.triage.amounts import find_disagreement, mentions_money
from inboxwatch.core.triage.fold import evidence, read
from inboxwatch.core.triage.matcher import matcher_for
from inboxwatch.core.triage.swearing import masked_word
from inboxwatch.core.triage.table import BILLINGS, CORRECTIONS, SIGNAL_NAMES, SIGNALS
from inboxwatch.model.decision import Signal

if TYPE_CHECKING:
    from inboxwatch.core.triage.matcher import Span
    from inboxwatch.model.policy import Lexicon

_CAPITALS = re.compile(r"[^\W\d_a-z]{2,}")
_NO_CAPITALS = bytes(set(range(256)) - set(range(ord("A"), ord("Z") + 1)))
_LOUD_LETTERS, _LOUD_WORDS, _LOUD_SHARE = 12, 3, 0.5
_CRIES, _FEWEST_CRIES, _CRY_WORDS = ("!!!", "?!?", "!?!", "??!"), 1, 24
_ANGRY_FACES = re.compile("[\U0001f620\U0001f621\U0001f624\U0001f92c\U0001f47f\U0001f595]")
_CALM = frozenset(row.name for row in SIGNALS if row.group == "calm")
_SILENT = frozenset(row.name for row in SIGNALS if row.points <= 0)


def find_signals(subject: str, text: str, lexicon: Lexicon) -> tuple[Signal, ...]:
    """The signals in a mail's subject and new text, one of each name, in the order of the table.

    ``evidence`` holds the words as they stand in the text, at most 80 characters of them: the
    first that give the signal. Two amounts that disagree (rule of ``amounts``) are charged-wrongly;
    masked swear words and angry faces are anger, and so are capitals and exclamation marks, unless
    they cheer.
    """
    plain, folded = read(subject, text)
    found = matcher_for(lexicon).find(folded)
    words = {name: evidence(plain, *spans[0]) for name, spans in found.items()}
    cues: list[Span] = [*found.get(CORRECTIONS, ()), *found.get(BILLINGS, ())]
    if cues and mentions_money(folded) and (amounts := find_disagreement(plain, cues)):
        words["charged-wrongly"] = amounts
    if "anger" not in words and (heard := _raging(plain, folded, frozenset(words))):
        words["anger"] = heard
    return tuple(Signal(name, words[name]) for name in SIGNAL_NAMES if name in words)


def _raging(plain: str, folded: str, names: frozenset[str]) -> str:
    """What is angry besides the phrases, or nothing."""
    if masked := masked_word(folded):
        return evidence(plain, *masked)
    face = None if plain.isascii() else _ANGRY_FACES.search(plain)
    return face[0] if face else _shouting(plain, names)


def _shouting(plain: str, names: frozenset[str]) -> str:
    """The words that are shouted, or nothing.

    Capitals shout by themselves, exclamation marks only where something is wrong anyway; and with
    thanks and nothing else, both of them cheer.
    """
    trouble = names.intersection(SIGNAL_NAMES) - _SILENT
    if names & _CALM and not trouble:
        return ""
    return _in_capitals(plain) or (_cry(plain) if trouble else "")


def _in_capitals(plain: str) -> str:
    """The words in capitals if they are most of a text, else nothing."""
    letters = len(plain.encode("ascii", "ignore").translate(None, _NO_CAPITALS))
    if letters < max(_LOUD_LETTERS, _LOUD_SHARE * (len(plain) - plain.count(" "))):
        return ""
    capitals = list(_CAPITALS.finditer(plain))
    if len(capitals) < _LOUD_WORDS:
        return ""
    return evidence(plain, capitals[0].start(), capitals[-1].end())


def _cry(plain: str) -> str:
    """The words before a row of exclamation marks, and the marks."""
    if plain.count("!") < _FEWEST_CRIES:
        return ""
    places = [place for cry in _CRIES if (place := plain.find(cry)) >= 0]
    if not places:
        return ""
    place = min(places)
    begin = plain.rfind(" ", 0, max(place - _CRY_WORDS, 0)) + 1
    line = plain.rfind("\n", 0, place) + 1
    return evidence(plain, max(begin, line), place + len(_CRIES[0]))
