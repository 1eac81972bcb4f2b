"""Addresses and names taken out of text that has to stay."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from inboxwatch.model.person import FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Iterable

FEWEST = 5
"""Characters of a name, with a space among them, that is taken out wherever it stands."""

_INSIDE = r"[\w.+-]"


def is_telling(name: str) -> bool:
    """Whether a name stands for one person rather than for anybody called so."""
    return len(name) >= FEWEST and " " in name.strip()


class Eraser:
    """Takes terms out of text, whatever their case, also as JSON escapes them.

    Part of a longer address or word is none: ``joann@x.example`` stays when ``ann@x.example`` goes.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        forms = {form for term in terms if term for form in (term, json.dumps(term)[1:-1])}
        each = "|".join(re.escape(one) for one in sorted(forms, key=lambda one: (-len(one), one)))
        self._found = re.compile(
            rf"(?<!{_INSIDE})(?:{each})(?![\w-])(?!\.\w)" if forms else r"(?!)", re.IGNORECASE
        )

    def has(self, text: str) -> bool:
        """Whether any term stands in a text."""
        return self._found.search(text) is not None

    def without(self, text: str) -> str:
        """The text without them."""
        return self._found.sub(FORGOTTEN, text)
