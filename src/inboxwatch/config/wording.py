"""What pydantic finds, in the words of this program: one row for each type of error."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import yaml

from inboxwatch.config.places import QUOTE_IT, SECRET_KEYS, Document, Path, shown_key
from inboxwatch.config.schema.walk import homes, section_at
from inboxwatch.core.triage.table import DEFAULT_POINTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic_core import ErrorDetails

    from inboxwatch.errors import Problem

_SHOWN = 60
_KEY = "[key]"


class Words(NamedTuple):
    """A message and the next step; ``at_key`` when it is about the key and not its value."""

    message: str
    next_step: str = ""
    at_key: bool = False


def reported(document: Document, error: ErrorDetails) -> bool:
    """Whether the document has reported a value already, for what YAML makes of it."""
    return not _about_key(error) and document.spoilt(_path(document, error))


def problem(document: Document, error: ErrorDetails) -> Problem:
    """One error of a validation at its place."""
    path, about_key = _path(document, error), _about_key(error)
    if error["type"] == "extra_forbidden" and document.beside_a_secret(path):
        where = ".".join(shown_key(part) for part in path[:-1])
        return document.problem(path, f"{where}: unknown key", QUOTE_IT, at_key=True)
    words = ROWS.get(error["type"], _other)(document, path, error)
    at_key = words.at_key or about_key
    where = ".".join(shown_key(part) for part in path)
    message = f"{where}: {words.message}" if where else words.message
    return document.problem(path, message, words.next_step, at_key=at_key)


def _path(document: Document, error: ErrorDetails) -> Path:
    """Where an error is in the document: without the index where one value stands for a list."""
    path = tuple(part for part in error["loc"] if part != _KEY)
    if path and isinstance(path[-1], int) and _is_scalar(document, path[:-1]):
        return path[:-1]
    return path


def _is_scalar(document: Document, path: Path) -> bool:
    spot = document.spot(path)
    return spot.found and isinstance(spot.value, yaml.ScalarNode)


def _about_key(error: ErrorDetails) -> bool:
    return error["loc"][-1:] == (_KEY,)


def _missing(_document: Document, _path: Path, error: ErrorDetails) -> Words:
    section = section_at(error["loc"][:-1])
    field = section.written_keys().get(str(error["loc"][-1])) if section else None
    example = field.examples[0] if field and field.examples else None
    wanted = f"write it like {error['loc'][-1]}: {example}" if isinstance(example, str) else ""
    return Words("is missing", wanted, at_key=True)


def _unknown(_document: Document, _path: Path, error: ErrorDetails) -> Words:
    name, section = str(error["loc"][-1]), section_at(error["loc"][:-1])
    keys = list(section.written_keys()) if section else []
    stem, colon, _ = name.partition(":")
    if colon and stem in keys:
        return Words("unknown key", f"a space is missing after {stem}:", at_key=True)
    if near := get_close_matches(name, keys, 1, 0.7):
        return Words("unknown key", f"did you mean {near[0]}?", at_key=True)
    if places := homes(name):
        return Words("unknown key", f"it belongs to {' or '.join(places)}", at_key=True)
    return Words("unknown key", f"there are {', '.join(keys)}" if keys else "", at_key=True)


def _text(document: Document, path: Path, _error: ErrorDetails) -> Words:
    spot = document.spot(path)
    if spot.tag == "null":
        return Words("has no value", "give it one, or leave the key out")
    if spot.tag in {"bool", "int", "float"}:
        if _is_secret(path):
            return Words("YAML does not read it as text", "put it in quotes")
        return Words(f"YAML reads {spot.raw} as {_reading(spot.tag)}", f'write "{spot.raw}"')
    return Words("has to be text")


def _reading(tag: str) -> str:
    return "yes or no" if tag == "bool" else "a number"


def _number(document: Document, path: Path, _error: ErrorDetails) -> Words:
    return Words(f"has to be a whole number{_but(document, path)}")


def _switch(document: Document, path: Path, _error: ErrorDetails) -> Words:
    return Words(f"has to be true or false{_but(document, path)}")


def _sequence(document: Document, path: Path, _error: ErrorDetails) -> Words:
    spot = document.spot(path)
    if spot.raw and spot.tag == "str":
        return Words("has to be a list", f"write [{_cut(spot.raw)}]")
    return Words("has to be a list")


def _mapping(document: Document, path: Path, _error: ErrorDetails) -> Words:
    if document.spot(path).tag == "null":
        return Words("has no value", "give it one, or leave the key out")
    section = section_at(path)
    there = f"with keys such as {', '.join(list(section.written_keys())[:3])}" if section else ""
    return Words("has to be a mapping", there)


def _choice(document: Document, path: Path, error: ErrorDetails) -> Words:
    expected = error.get("ctx", {}).get("expected", "")
    near = get_close_matches(str(error["input"]), re.findall(r"'([^']+)'", expected), 1, 0.6)
    step = f"did you mean {near[0]}?" if near and not _is_secret(path) else ""
    return Words(f"has to be {expected}{_but(document, path)}", step)


def _bound(document: Document, path: Path, error: ErrorDetails) -> Words:
    bounds = error.get("ctx", {})
    if "ge" in bounds:
        return Words(f"has to be at least {bounds['ge']}{_but(document, path)}")
    return Words(f"has to be at most {bounds['le']}{_but(document, path)}")


def _value(_document: Document, _path: Path, error: ErrorDetails) -> Words:
    message, _, step = str(error.get("ctx", {}).get("error", error["msg"])).partition(": ")
    return Words(message, step)


def _signal(_document: Document, _path: Path, error: ErrorDetails) -> Words:
    name = str(error["input"])
    near = get_close_matches(name, DEFAULT_POINTS, 1, 0.6)
    step = f"did you mean {near[0]}?" if near else f"there are {', '.join(DEFAULT_POINTS)}"
    return Words(f"no signal is called {name}", step)


def _pattern(document: Document, path: Path, error: ErrorDetails) -> Words:
    if error["loc"][-1] == _KEY:
        return Words(f"is not {_NAME[0]}", _NAME[1])
    what, step = PATTERNS[error["ctx"]["pattern"]]
    return Words(f"is not {what}{_but(document, path)}", step)


def _empty(_document: Document, _path: Path, _error: ErrorDetails) -> Words:
    return Words("is empty", "give at least one")


def _amount(document: Document, path: Path, _error: ErrorDetails) -> Words:
    spot = document.spot(path)
    if spot.tag == "null":
        return Words("has no value", "give it one, or leave the key out")
    return Words(
        f"has to be an amount below 10,000,000{_but(document, path)}", "write it like 25 or 12.50"
    )


def _many(_document: Document, _path: Path, error: ErrorDetails) -> Words:
    bounds = error["ctx"]
    return Words(f"has {bounds['actual_length']:,} items", f"at most {bounds['max_length']}")


def _other(_document: Document, _path: Path, error: ErrorDetails) -> Words:
    return Words(error["msg"])


ROWS: dict[str, Callable[[Document, Path, ErrorDetails], Words]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_type": _text,
    "path_type": _text,
    "int_type": _number,
    "int_parsing": _number,
    "bool_type": _switch,
    "bool_parsing": _switch,
    "tuple_type": _sequence,
    "dict_type": _mapping,
    "model_type": _mapping,
    "literal_error": _choice,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
    "value_error": _value,
    "signal": _signal,
    "string_pattern_mismatch": _pattern,
    "too_short": _empty,
    "too_long": _many,
    "decimal_type": _amount,
    "decimal_parsing": _amount,
    "decimal_max_digits": _amount,
    "decimal_max_places": _amount,
    "decimal_whole_digits": _amount,
    "finite_number": _amount,
}

_NAME = ("a name", "use letters, digits, _ . and - only")
PATTERNS = {
    r"^[A-Z]{3}$": ("a currency code", "write it like EUR or USD"),
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$": _NAME,
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": ("a language code", "write it like en or pt-BR"),
}
"""What each pattern of the schema describes, and the next step."""


def _is_secret(path: Path) -> bool:
    return bool(SECRET_KEYS.intersection(str(part) for part in path))


def _but(document: Document, path: Path) -> str:
    spot = document.spot(path)
    if not spot.found or not spot.raw or _is_secret(path):
        return ""
    return f", not {'the text ' if spot.tag == 'str' else ''}{_cut(spot.raw)}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
