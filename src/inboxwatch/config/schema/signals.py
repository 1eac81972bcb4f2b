"""Signals by their names, as keys and values of the configuration."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from inboxwatch.config.schema.base import Kind
from inboxwatch.core.triage.escalate import CAUSES
from inboxwatch.core.triage.table import DEFAULT_POINTS


def _signal(name: str) -> str:
    if name not in DEFAULT_POINTS:
        raise PydanticCustomError("signal", "no signal is called so")
    return name


def _cause(name: str) -> str:
    known = [row.name for row in CAUSES]
    if name not in known:
        raise ValueError(f"no cause is called {name!r}: there are {', '.join(known)}")
    return name


Cause = Annotated[str, AfterValidator(_cause), Kind("cause")]
Signal = Annotated[str, AfterValidator(_signal), Kind("signal")]
