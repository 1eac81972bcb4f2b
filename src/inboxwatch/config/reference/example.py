"""``config.example.yaml``: every key with its description, the essential ones live."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, get_args, get_origin

from inboxwatch.config.reference.words import example, hint, own_keys, value_text
from inboxwatch.config.schema import Config
from inboxwatch.config.schema.walk import as_section, inner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from inboxwatch.config.schema.base import Section

WIDTH = 88
HEAD = """\
# The configuration of inboxwatch. What is commented out shows its default, or an example
# where it has none. docs/configuration.md says more; `inboxwatch check` finds mistakes.
"""


def example_file() -> str:
    """The whole example."""
    blocks = [
        "\n".join(_key(name, field, "", live=True)) for name, field in own_keys(Config).items()
    ]
    return "\n".join((HEAD, *(f"{block}\n" for block in blocks))).replace("\n\n\n", "\n\n")


def _key(name: str, field: FieldInfo, indent: str, *, live: bool) -> Iterator[str]:
    here = live and hint(field).live
    sign = "#" if live and not here else ""
    description = (field.description or "").replace("`", "'" if sign else "`")
    yield from _comment(description, indent)
    if rows := list(_below(name, field, indent, live=here)):
        yield from (f"{indent}{sign}{row[len(indent) :]}" for row in rows)
    else:
        yield f"{indent}{sign}{name}: {_value(field, live=here)}"


def _below(name: str, field: FieldInfo, indent: str, *, live: bool) -> Iterator[str]:
    annotation = inner(field.annotation)
    deeper = f"{indent}  "
    if section := as_section(annotation):
        yield f"{indent}{name}:"
        yield from _section(section, field, deeper, live=live)
    elif get_origin(annotation) is dict and (section := as_section(get_args(annotation)[1])):
        yield f"{indent}{name}:"
        for entry in example(field):
            yield f"{deeper}{entry}:"
            yield from _section(section, field, f"{deeper}  ", live=live)
    elif get_origin(annotation) is tuple and (section := as_section(get_args(annotation)[0])):
        yield f"{indent}{name}:"
        yield from _item(_section(section, field, f"{deeper}  ", live=live), len(deeper))


def _item(rows: Iterator[str], width: int) -> Iterator[str]:
    """The rows of a mapping as an item of a list: its first key gets the dash."""
    begun = False
    for row in rows:
        first = not begun and not row.lstrip().startswith("#")
        begun = begun or first
        yield f"{row[:width]}- {row[width + 2 :]}" if first else row


def _section(section: type[Section], field: FieldInfo, indent: str, *, live: bool) -> Iterator[str]:
    if section.model_config.get("extra") == "allow":
        for entry, value in example(field).items():
            yield f"{indent}{entry}: {value_text(value)}"
    for name, below in own_keys(section).items():
        yield from _key(name, below, indent, live=live)


def _value(field: FieldInfo, *, live: bool) -> str:
    value: Any = example(field)
    if not live and not hint(field).default and not field.is_required():
        value = field.default
    return value_text(value)


def _comment(text: str, indent: str) -> Iterator[str]:
    for line in wrap(text, WIDTH - len(indent)):
        yield f"{indent}# {line}"
