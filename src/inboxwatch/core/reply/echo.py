"""Our own words coming back: a responder that quotes what it gets, and nothing else (rule L07)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from inboxwatch.core.reply.case import MAX_EVIDENCE
from inboxwatch.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inboxwatch.core.reply.case import Case

RUN_OF_WORDS = 4
"""Words in a row that are looked for as one: single words are everybody's."""
SHARE = 60
"""Percent of a template's runs of words above which a mail is an echo of it."""

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_OUR_ID = re.compile(r"\biw\.[0-9a-f]{32}@([A-Za-z0-9.-]{1,253})")


def returned(case: Case) -> str:
    """What of an automatic reply stands in the mail's text, quotes included; empty for nothing."""
    return _marked(case) or _echoed(case)


def _marked(case: Case) -> str:
    """The marks of our replies, which no person ever types."""
    text, policy = case.message.full_text, case.world.policy
    if policy.loop_marker in text:
        return "our loop marker stands in its text"
    for found in _OUR_ID.finditer(text) if "iw." in text else ():
        if found[1].lower() in policy.own_domains:
            return one_line(
                f"{found[0]}, the Message-ID of a reply of ours, is in it", MAX_EVIDENCE
            )
    return ""


def _echoed(case: Case) -> str:
    had = case.world.history.last_used
    if not had:  # as nearly every sender
        return ""
    said = _runs((case.message.full_text,))
    for template in case.world.policy.templates:
        if template.name not in had:
            continue
        literal = _literal(template.body)
        common = len(literal & said)
        if common * 100 > SHARE * len(literal):
            share = common * 100 // len(literal)
            return one_line(f"{share} % of the words of {template.name} stand in it", MAX_EVIDENCE)
    return ""


@lru_cache(maxsize=128)
def _literal(body: str) -> frozenset[tuple[str, ...]]:
    """The runs of words that a template writes itself, whatever its variables say."""
    return _runs(_PLACEHOLDER.split(body))


def _runs(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Every run of words in each of ``texts``; line breaks, quote marks and case do not matter."""
    found: set[tuple[str, ...]] = set()
    for text in texts:
        words = _WORD.findall(text.casefold())
        found.update(zip(*(words[start:] for start in range(RUN_OF_WORDS)), strict=False))
    return frozenset(found)
