"""Signals by their names, as keys and values of the configuration."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator

from inboxwatch.config.schema.base import Kind
from inboxwatch.core.triage.table import DEFAULT_POINTS


def _signal(name: str) -> str:
    if name not in DEFAULT_POINTS:
        near = get_close_matches(name, DEFAULT_POINTS, 1, 0.6)
        step = f"did you mean {near[0]}?" if near else f"there are {', '.join(DEFAULT_POINTS)}"
        raise ValueError(f"no signal is called {name}: {step}")
    return name


Signal = Annotated[str, AfterValidator(_signal), Kind("signal")]
