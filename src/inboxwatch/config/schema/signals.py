"""Signals by their names, as keys and values of the configuration."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from inboxwatch.config.schema.base import Kind
from inboxwatch.core.triage.table import DEFAULT_POINTS


def _signal(name: str) -> str:
    if name not in DEFAULT_POINTS:
        raise PydanticCustomError("signal", "no signal is called so")
    return name


Signal = Annotated[str, AfterValidator(_signal), Kind("signal")]
