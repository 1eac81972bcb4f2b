"""Two amounts of money that disagree: "$400 instead of $9"."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations, islice
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.text import has_one
from inboxwatch.core.triage.fold import MAX_EVIDENCE, read

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"[0-9][0-9.,']{0,14}(?: [0-9]{3}(?![0-9.,]))?")
_CODES = "usd|eur|gbp|chf|cad|aud|inr|euros?|dollars?|bucks|pounds?|francs?|franken|quid"
_MARKS = (*"$€£¥₹", "usd", "eur", "gbp", "chf", "cad", "aud", "inr", "dollar", "buck", "pound")
_MARKS += ("francs", "franken", "quid")
_BEFORE = re.compile(rf"(?:([$€£¥₹])|(?<![a-z])({_CODES})) ?$", re.IGNORECASE)
_AFTER = re.compile(rf" ?(?:([$€£¥₹])|({_CODES})(?![a-z]))", re.IGNORECASE)
_MARKS_OF_NUMBERS = ".,'"
_BEFORE_REACH, _MOST_NUMBERS, _MOST_CUES = 10, 40, 40
_SYMBOLS = {
    "$": ("usd", "dollar", "dollars", "bucks"),
    "€": ("eur", "euro", "euros"),
    "£": ("gbp", "pound", "pounds", "quid"),
    "chf": ("franc", "francs", "franken"),
    "₹": ("inr",),
}
_CURRENCIES = {name: symbol for symbol, names in _SYMBOLS.items() for name in names}
_MOST = 12
"""Amounts of one mail that are compared: an order list is no disagreement."""

_NEAR = 100
"""Characters that may lie between the word that tells of a disagreement and both amounts."""


class _Amount(Struct, frozen=True):
    currency: str
    hundredths: int
    start: int
    end: int


@lru_cache(maxsize=4)  # signals and replies ask the same
def mentions_money(folded: str) -> bool:
    """Whether a folded text may hold an amount of money at all."""
    return has_one(folded, _MARKS)


def names_amount(subject: str, text: str) -> bool:
    """Whether a mail names an amount of money, be it right or wrong."""
    plain, folded = read(subject, text)
    if not mentions_money(folded):
        return False
    numbers = islice(_NUMBER.finditer(plain), _MOST_NUMBERS)
    return any(_amount(plain, number) for number in numbers)


def find_disagreement(plain: str, cues: Sequence[tuple[int, int]]) -> tuple[str, int] | None:
    """The words around two different amounts of one currency near a cue, and where they begin.

    ``cues`` are the spans of words such as "instead of" and "charged".
    """
    cues = cues[:_MOST_CUES]
    first = min(start for start, _ in cues) - 2 * _NEAR
    last = max(end for _, end in cues) + 2 * _NEAR
    numbers = islice(_NUMBER.finditer(plain, max(first, 0), last), _MOST_NUMBERS)
    amounts = list(islice(filter(None, (_amount(plain, number) for number in numbers)), _MOST))
    for one, two in combinations(amounts, 2):
        differ = one.currency == two.currency and one.hundredths != two.hundredths
        if differ and any(_is_near(cue, one, two) for cue in cues):
            return _quoted(plain, one, two), one.start
    return None


def _amount(plain: str, number: re.Match[str]) -> _Amount | None:
    """The amount of money that a number is, by the currency before or after it."""
    start, end = number.span()
    before = _BEFORE.search(plain[max(start - _BEFORE_REACH, 0) : start])
    after = None if before else _AFTER.match(plain, end)
    found = before or after
    if found is None:
        return None
    written = (found[1] or found[2]).lower()
    currency = _CURRENCIES.get(written, written)
    begin = start - len(before[0]) if before else start
    last = after.end() if after else start + len(number[0].rstrip(_MARKS_OF_NUMBERS))
    return _Amount(currency, _hundredths(number[0]), begin, last)


def _hundredths(number: str) -> int:
    """The value of a written number: a last separator before one or two digits is the decimal."""
    number = number.rstrip(_MARKS_OF_NUMBERS)
    whole, mark, part = re.sub("[ ']", "", number).replace(",", ".").rpartition(".")
    if not mark or len(part) > 2:  # noqa: PLR2004 - three digits follow a mark of thousands
        return int((whole + part).replace(".", "")) * 100
    return int(whole.replace(".", "") or "0") * 100 + int(part.ljust(2, "0"))


def _is_near(cue: tuple[int, int], one: _Amount, two: _Amount) -> bool:
    start, end = cue
    if one.end <= start and end <= two.start:
        return two.start - one.end <= 2 * _NEAR
    return (
        two.end - one.start <= 2 * _NEAR and one.start - _NEAR <= end and start <= two.end + _NEAR
    )


def _quoted(plain: str, one: _Amount, two: _Amount) -> str:
    words = plain[one.start : two.end].replace("\n", " ")
    if len(words) <= MAX_EVIDENCE:
        return words
    return f"{plain[one.start : one.end]} … {plain[two.start : two.end]}"
