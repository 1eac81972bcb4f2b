"""Two amounts of money that disagree: "$400 instead of $9"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING

from inboxwatch.core.triage.fold import MAX_EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = r"\d[\d.,']{0,14}(?: \d{3}(?![\d.,]))?"
_CODES = "usd|eur|gbp|chf|cad|aud|inr|rs|euros?|dollars?|bucks|pounds?|francs?|franken|quid"
_AMOUNT = re.compile(
    rf"(?P<before>[$€£¥₹]|\b(?:{_CODES})\b)[ \u00a0]?(?P<first>{_NUMBER})"
    rf"|(?<![\d.,'])(?P<second>{_NUMBER})[ \u00a0]?(?P<after>[$€£¥₹]|(?:{_CODES})\b)",
    re.IGNORECASE,
)
_SYMBOLS = {
    "$": ("usd", "dollar", "dollars", "bucks"),
    "€": ("eur", "euro", "euros"),
    "£": ("gbp", "pound", "pounds", "quid"),
    "chf": ("franc", "francs", "franken"),
    "₹": ("inr", "rs"),
}
_CURRENCIES = {name: symbol for symbol, names in _SYMBOLS.items() for name in names}
_MOST = 12
"""Amounts of one mail that are compared: an order list is no disagreement."""

_NEAR = 100
"""Characters that may lie between the word that tells of a disagreement and both amounts."""


@dataclass(frozen=True, slots=True)
class _Amount:
    currency: str
    hundredths: int
    start: int
    end: int


def find_disagreement(plain: str, cues: Sequence[tuple[int, int]]) -> str:
    """The words around two different amounts of one currency near a cue, or the empty string.

    ``cues`` are the spans of words such as "instead of" and "charged".
    """
    amounts = [_amount(match) for match in islice(_AMOUNT.finditer(plain), _MOST)]
    for one, two in combinations(amounts, 2):
        differ = one.currency == two.currency and one.hundredths != two.hundredths
        if differ and any(_is_near(cue, one, two) for cue in cues):
            return _quoted(plain, one, two)
    return ""


def _amount(match: re.Match[str]) -> _Amount:
    written = (match["before"] or match["after"]).lower()
    currency = _CURRENCIES.get(written, written)
    return _Amount(currency, _hundredths(match["first"] or match["second"]), *match.span())


def _hundredths(number: str) -> int:
    """The value of a written number: a last separator before one or two digits is the decimal."""
    number = number.rstrip(".,'")
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
