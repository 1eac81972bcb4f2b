"""What an attachment is called, by every name that a mail program may read in its header (S26).

``read_parameters`` settles for one name, as a program does; which one, programs do not agree upon.
So all of them count here, and where the header breaks the grammar nobody knows the name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from inboxwatch.core.message.header import decode_words
from inboxwatch.core.message.parameters import MAX_FIELD, MAX_PARAMETERS, read_parameters
from inboxwatch.core.text import file_ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ATTRIBUTE = r"[!#-'*+.0-9A-Z^-~-]++"
_BARE = r"[^\s()<>@,;:\\\"/\[\]?=\x00-\x1f\x7f]++"
_QUOTED = r'"(?>(?:[^"\\\x00-\x1f\x7f]++|\\["\\])*)"'
_PARAMETER = rf"\s*+({_ATTRIBUTE})\s*+=\s*+({_QUOTED}|{_BARE})\s*+"
_WHOLE = re.compile(rf"[^;=\"()]*+(?>(?:;{_PARAMETER})*);?+\s*+", re.IGNORECASE)
_EACH = re.compile(rf";{_PARAMETER}", re.IGNORECASE)
_NAME = re.compile(r"(?:file)?name(?:\*(\d{0,2})\*?)?", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_FORBIDDEN = frozenset('"*/:<>?\\|\ufffd')
"""What no system allows in a name, or reads as something else than a part of it."""
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})

TWICE = "its header names it twice"
BROKEN = "its name is not written as names are"
"""Why nobody can say what an attachment is called."""


@lru_cache(maxsize=1024)
def named(types: tuple[str, ...], dispositions: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """All names of a part, decoded, and why nobody can say which of them counts, or an empty text.

    ``types`` and ``dispositions`` are all its fields Content-Type and Content-Disposition.
    """
    fields = [value for value in (*types, *dispositions) if "name" in value.lower()]
    found = tuple(dict.fromkeys(name for value in fields for name in _names(value)))
    several = len(types) > 1 or len(dispositions) > 1
    doubts = (TWICE if several else "", *map(_doubt, fields), *map(_unclear, found), _differ(found))
    return found, next(filter(None, doubts), "")


def _names(value: str) -> Iterator[str]:
    lenient = read_parameters(value)[1]
    for base in ("name", "filename"):
        if base in lenient:
            yield decode_words(lenient[base])
    for attribute, text in _parameters(value):
        if "*" not in attribute and _NAME.fullmatch(attribute):
            yield decode_words(text)


def _parameters(value: str) -> list[tuple[str, str]]:
    return [(one[1].lower(), _text(one[2])) for one in _EACH.finditer(value[:MAX_FIELD])]


def _text(written: str) -> str:
    return _ESCAPED.sub(r"\1", written[1:-1]) if written.startswith('"') else written


def _doubt(value: str) -> str:
    """Why the names of one field may be read in two ways."""
    if len(value) > MAX_FIELD or not _WHOLE.fullmatch(value):
        return BROKEN
    attributes = [attribute for attribute, _ in _parameters(value)]
    if len(attributes) > MAX_PARAMETERS:
        return BROKEN
    of_names = [one for one in attributes if one.startswith(("name", "filename"))]
    if len(set(of_names)) < len(of_names):
        return TWICE
    return "" if all(map(_NAME.fullmatch, of_names)) and _in_order(of_names) else BROKEN


def _in_order(attributes: Sequence[str]) -> bool:
    """Whether the sections of a name are all there, each once (RFC 2231 3)."""
    for base in ("name", "filename"):
        sections = [one.split("*")[1] for one in attributes if one.startswith(f"{base}*")]
        whole = [str(number) for number in range(len(sections))]
        if sections not in ([], [""]) and sorted(sections, key=_number) != whole:
            return False
    return True


def _number(section: str) -> int:
    return int(section or 0)


def _unclear(name: str) -> str:
    plain = bool(name.strip(" .")) and "=?" not in name and not _FORBIDDEN.intersection(name)
    unseen = not name.isascii() and any(unicodedata.category(one) in _UNSEEN for one in name)
    return "" if plain and name.isprintable() and not unseen else BROKEN


def _differ(names: Iterable[str]) -> str:
    endings = {file_ending(name) for name in names}
    return "its names do not agree on what it is" if len(endings) > 1 else ""
