"""What text looks like to somebody who glances at it, and which scripts it mixes (rules S22, S23).

Letters of other scripts that look like Latin ones become those, by Unicode's table of confusables
(UTS 39); so do the figures and pairs of letters that forgers use.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_PAIRS = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"))
_DROPPED = frozenset({"Mn", "Me", "Cf"})
"""Accents, and what nobody sees."""

_TOGETHER = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA", "LATIN"}),
    frozenset({"BOPOMOFO", "HAN", "LATIN"}),
    frozenset({"HAN", "HANGUL", "LATIN"}),
)
"""Scripts that one label may well hold together (UTS 39 5.2, highly restrictive)."""
_OF_ALL = frozenset({"COMMON", "INHERITED"})


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """A text as it looks: two texts with one skeleton are easily taken for each other."""
    folded = text.casefold()
    if not folded.isascii():
        plain = unicodedata.normalize("NFKD", folded)
        kept = (one for one in plain if unicodedata.category(one) not in _DROPPED)
        folded = "".join(one if one.isascii() else _latin(one) for one in kept).casefold()
    for written, seen in _PAIRS:
        folded = folded.replace(written, seen)
    return folded


@lru_cache(maxsize=1024)
def _latin(character: str) -> str:
    """The Latin letters that a character looks like, or itself."""
    # 50 ms and some megabytes, which mail in plain letters does without
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415 - see above

    alike = (str(one["c"]) for one in confusables_data.get(character, ()))
    return next((one for one in alike if one.isascii() and one.isalnum()), character)


def mixes_scripts(label: str) -> bool:
    """Whether a label holds letters of scripts that nobody writes in one word."""
    if label.isascii():
        return False
    from confusable_homoglyphs.categories import unique_aliases  # noqa: PLC0415 - see above

    scripts = unique_aliases(label) - _OF_ALL
    return len(scripts) > 1 and not any(scripts <= allowed for allowed in _TOGETHER)


def unicode_label(label: str) -> str:
    """A label of a domain in its own script; itself where its punycode says nothing."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
