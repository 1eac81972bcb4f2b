"""The schema's keys in words: types, defaults, and values as YAML."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from inspect import get_annotations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import yaml
from pydantic import SecretStr

from inboxwatch.config.schema.base import Example, Kind, Section, duration_text
from inboxwatch.config.schema.walk import inner

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_PLAIN = re.compile(r"[A-Za-z0-9][\w@./+ -]*")
_NAMES: dict[Any, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    Path: "path",
    SecretStr: "text",
}


def own_keys(section: type[Section]) -> dict[str, FieldInfo]:
    """The keys that a section documents: its own, without those it has from another section."""
    own = get_annotations(section)
    names = zip(section.model_fields, section.written_keys().items(), strict=True)
    return {key: field for name, (key, field) in names if name in own}


def hint(field: FieldInfo) -> Example:
    """How a key appears in the example."""
    shown = field.json_schema_extra
    return shown if isinstance(shown, Example) else Example()


def kind(field: FieldInfo) -> str:
    """A key's type in words."""
    kinds = [one.words for one in field.metadata if isinstance(one, Kind)]
    return kinds[-1] if kinds else _kind(field.annotation)


def _kind(annotation: Any) -> str:  # noqa: ANN401 - annotations have no common type
    if get_origin(annotation) is Annotated:
        kinds = [one.words for one in get_args(annotation)[1:] if isinstance(one, Kind)]
        return kinds[-1] if kinds else _kind(get_args(annotation)[0])
    bare = inner(annotation)
    if bare is not annotation:
        return next((_kind(part) for part in get_args(annotation) if part is not type(None)), "")
    return _compound(bare)


def _compound(bare: Any) -> str:  # noqa: ANN401 - annotations have no common type
    arguments = get_args(bare)
    if get_origin(bare) is Literal:
        return " or ".join(f"`{value_text(value)}`" for value in arguments)
    if get_origin(bare) is tuple:
        return f"list: {_kind(arguments[0])}"
    if get_origin(bare) is dict:
        return f"mapping: {_kind(arguments[0])} to {_kind(arguments[1])}"
    return _NAMES.get(bare, "section")


def default(field: FieldInfo) -> str:
    """What an absent key means, in words or as the value it stands for."""
    if field.is_required():
        return "required"
    return hint(field).default or f"`{value_text(field.default)}`"


def example(field: FieldInfo) -> Any:  # noqa: ANN401 - any value that YAML can write
    """The first example of a key."""
    return (field.examples or [""])[0]


def value_text(value: object) -> str:
    """A value as YAML on one line; texts stand in quotes wherever they might be misread."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {value_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_text(one) for one in value) + "]"
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, str | Path):
        text = str(value)
        plain = _PLAIN.fullmatch(text) and yaml.safe_load(text) == text
        return text if plain else json.dumps(text, ensure_ascii=False)
    return json.dumps(value)
