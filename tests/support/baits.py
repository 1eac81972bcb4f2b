"""Texts that make regular expressions work: what a repetition takes, again and again, then no more.

They are read off the expressions themselves: whoever writes a new one in ``core`` gets its baits.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

import inboxwatch.core

if TYPE_CHECKING:
    from collections.abc import Iterator

PUMPED = 200
"""How often what is repeated stands in a bait that has to fit on a line."""

_BUSY = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_LAST = "\x7e\x01"
"""What hardly any expression goes on with."""
_OF_CATEGORY = {
    "CATEGORY_DIGIT": "1",
    "CATEGORY_SPACE": " ",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_NOT_WORD": "-",
}


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every expression that a module of the core keeps, by where it stands."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(inboxwatch.core.__path__, "inboxwatch.core."):
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            for number, pattern in enumerate(_within(value)):
                place = f"{module.name.removeprefix('inboxwatch.core.')}.{name}"
                found.setdefault(f"{place}#{number}" if number else place, pattern)
    return found


def _within(value: object, depth: int = 2) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from _within(one, depth - 1)
    elif depth and isinstance(value, dict):
        for one in value.values():
            yield from _within(one, depth - 1)


def baits() -> Iterator[tuple[str, str]]:
    """A name and a text for each repetition of each expression; the same text only once."""
    seen: set[str] = set()
    for name, pattern in patterns().items():
        written = pattern.pattern
        text = written.decode("latin-1") if isinstance(written, bytes) else written
        tree = parser.parse(
            text, pattern.flags & ~re.UNICODE if isinstance(written, bytes) else pattern.flags
        )
        for number, (before, pumped) in enumerate(_repetitions(tree)):
            bait = (before + pumped * PUMPED)[:2000] + _LAST
            if pumped and bait not in seen:
                seen.add(bait)
                yield f"{name}:{number}", bait


def stretched(bait: str, characters: int) -> str:
    """A bait as long as that: it again and again, since what it begins with may count as well."""
    return (bait * (characters // len(bait) + 1))[:characters]


def _repetitions(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before each repetition, and what it takes."""
    for op, argument in tree:
        kind = str(op)
        if kind in _BUSY:
            yield before, _sample(argument[2])
        for inner in _inner(kind, argument):
            yield from _repetitions(inner, before)
        before += _sample([(op, argument)])


def _inner(kind: str, argument: Any) -> list[Any]:
    if kind in _BUSY:
        return [argument[2]]
    if kind == "BRANCH":
        return list(argument[1])
    if kind == "SUBPATTERN":
        return [argument[3]]
    return [argument] if kind == "ATOMIC_GROUP" else []


def _sample(tree: Any) -> str:
    """A text that this part of an expression takes; look-arounds are left aside."""
    return "".join(_one(str(op), argument) for op, argument in tree)


def _one(kind: str, argument: Any) -> str:
    if kind == "LITERAL":
        return chr(argument)
    if kind == "NOT_LITERAL":
        return "a" if argument != ord("a") else "b"
    if kind == "ANY":
        return "a"
    if kind == "IN":
        return _of_set(argument)
    if kind in _BUSY:
        return _sample(argument[2]) * max(argument[0], 1)
    inner = _inner(kind, argument)
    return _sample(inner[0]) if inner else ""


def _of_set(items: Any) -> str:
    if str(items[0][0]) == "NEGATE":
        taken = re.compile("[" + "".join(map(_escaped, items[1:])) + "]")
        return next(one for one in 'a 1-.>(="\u00e4' if not taken.match(one))
    kind, argument = str(items[0][0]), items[0][1]
    if kind == "LITERAL":
        return chr(argument)
    return chr(argument[0]) if kind == "RANGE" else _OF_CATEGORY.get(str(argument), "a")


def _escaped(item: Any) -> str:
    kind, argument = str(item[0]), item[1]
    if kind == "LITERAL":
        return re.escape(chr(argument))
    if kind == "RANGE":
        return f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
    return {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}.get(
        str(argument), r"\W"
    )
