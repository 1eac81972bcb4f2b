"""What every section of the configuration is made of: keys that document themselves."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo

from inboxwatch.config.addresses import address_or_domain, exact_address
from inboxwatch.config.files import expanded


class Section(BaseModel):
    """A mapping of the configuration: frozen, and without room for keys it does not know (T08)."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def written_keys(cls) -> dict[str, FieldInfo]:
        """The keys as they are written: where Python keeps a word for itself, it has an alias."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}


class Kind(Struct, frozen=True):
    """What a value is, in the words of the reference."""

    words: str


class Example(Struct, frozen=True):
    """How a key appears in the example configuration: live or commented out, and its default.

    ``default`` says in words what an absent key means where the value itself does not.
    """

    live: bool = False
    default: str = ""

    def __call__(self, schema: dict[str, Any]) -> None:
        """Take a default out of a JSON schema that stands for something JSON cannot say."""
        if self.default:
            schema.pop("default", None)


def key(  # the stub of pydantic's own Field
    default: Any,  # noqa: ANN401 - as in pydantic's Field
    description: str,
    example: Any,  # noqa: ANN401 - any value that YAML can write
    *,
    live: bool = False,
    means: str = "",
    **bounds: Any,  # noqa: ANN401 - as in pydantic's Field
) -> Any:  # noqa: ANN401 - as pydantic's Field does, so that fields keep their own types
    """A documented key; ``...`` as default makes it required, ``means`` words its default."""
    shown = Example(live=live, default=means)
    return Field(
        default, description=description, examples=[example], json_schema_extra=shown, **bounds
    )


def part(
    description: str,
    example: Any,  # noqa: ANN401 - any value that YAML can write
    *,
    live: bool = False,
    means: str = "",
) -> Any:  # noqa: ANN401 - as pydantic's Field does, so that fields keep their own types
    """A key that holds a section which may be left out."""
    return key({}, description, example, live=live, means=means, validate_default=True)


_DURATION = re.compile(r"(\d{1,6})\s*(m|h|d|w)", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError("not a duration: write 30m, 24h, 7d or 2w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def duration_text(value: timedelta) -> str:
    """A duration as the configuration writes it."""
    minutes = int(value.total_seconds()) // 60
    if minutes % 60:
        return f"{minutes}m"
    hours = minutes // 60
    return f"{hours // 24}d" if hours > 24 and hours % 24 == 0 else f"{hours}h"  # noqa: PLR2004


def _resolved(path: Path, info: ValidationInfo) -> Path:
    base: Path = (info.context or {}).get("base", Path())
    resolved: Path = base / expanded(path)
    if resolved.anchor and not resolved.name:
        raise ValueError("it is the root of the file system: name something in a folder")
    return resolved


def _not_empty(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return text.strip()


def _address(text: str) -> str:
    exact_address(text)  # kept as written: user names follow it, and their case may count
    return text.strip()


def _address_or_domain(text: str) -> str:
    address_or_domain(text)
    return text.strip()


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+\s*[mhdw]$"}),
    Kind("duration"),
]
FilePath = Annotated[Path, AfterValidator(_resolved), Kind("path")]
Text = Annotated[str, AfterValidator(_not_empty), Kind("text")]
Email = Annotated[str, AfterValidator(_address), Kind("address")]
EmailOrDomain = Annotated[
    str, AfterValidator(_address_or_domain), Kind("address, or a domain with `@` before it")
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), Kind("language code")]
Count = Annotated[int, Strict(), Field(ge=1), Kind("whole number, at least 1")]
