"""Regular expressions mean the same on every Python that we support."""

from __future__ import annotations

import re
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src"
_POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")


def test_no_group_is_repeated_possessively() -> None:
    r"""Before Python 3.11.5 a repetition that fails half-way keeps what it took: ``(?:\.a)*+``
    takes the dot of ``.b``. The same as an atomic group, ``(?>(?:\.a)*)``, is right everywhere."""
    found = [
        f"{path.relative_to(SOURCES)}:{number}"
        for path in sorted(SOURCES.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if _POSSESSIVE_GROUP.search(line)
    ]
    assert found == []
