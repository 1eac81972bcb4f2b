"""The schema as a tree to walk: sections by path, and where a key belongs."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from inboxwatch.config.schema import Config
from inboxwatch.config.schema.base import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "NAME"
"""Stands in a path for a name of the team's own."""


def inner(annotation: Any) -> Any:  # noqa: ANN401 - annotations have no common type
    """An annotation without Annotated and without ``| None``."""
    if get_origin(annotation) is Annotated:
        return inner(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return inner(parts[0]) if len(parts) == 1 else annotation
    return annotation


def as_section(annotation: Any) -> type[Section] | None:  # noqa: ANN401 - as above
    """The section that an annotation means, or None."""
    found = inner(annotation)
    return found if isinstance(found, type) and issubclass(found, Section) else None


def section_at(path: tuple[str | int, ...]) -> type[Section] | None:
    """The section at a path of the document, or None if something else stands there."""
    here: Any = Config
    for part in path:
        if section := as_section(here):
            field = section.written_keys().get(str(part))
            here = inner(field.annotation) if field else None
        elif get_origin(here) is dict:
            here = inner(get_args(here)[1])
        elif get_origin(here) is tuple:
            here = inner(get_args(here)[0])
        else:
            return None
    return as_section(here)


def sections(
    section: type[Section] = Config, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], type[Section]]]:
    """Every section with its path, from the top and in the order of the schema."""
    yield path, section
    for name, field in section.written_keys().items():
        annotation = inner(field.annotation)
        here = (*path, name)
        if get_origin(annotation) is dict:
            annotation, here = get_args(annotation)[1], (*here, NAME)
        elif get_origin(annotation) is tuple:
            annotation = get_args(annotation)[0]
        if below := as_section(annotation):
            yield from sections(below, here)


def homes(name: str) -> list[str]:
    """The dotted paths of the sections that have a key of this name."""
    found = (path for path, section in sections() if name in section.written_keys())
    return [".".join(path) or "the top" for path in found]
