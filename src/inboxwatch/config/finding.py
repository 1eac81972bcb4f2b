"""Where the configuration lies: without reading it, and without what it takes to read it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from inboxwatch.config.files import expanded
from inboxwatch.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "INBOXWATCH_CONFIG"

NAME = "config.yaml"
"""What a configuration is called where nobody says else."""


def find_config(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """The configuration to use: ``--config``, ``$INBOXWATCH_CONFIG``, or the platform's folder.

    Raises ConfigError if there is no file, or if the variable names none.
    """
    path = config_path(explicit, environ)
    if fault := _no_file(path):
        step = _step(path)
        raise ConfigError((Problem(f"the configuration {fault}", str(path)),), next_step=step)
    return path


def _step(path: Path) -> str:
    """What to do about a path that is no configuration; one that lies in a folder is found."""
    inside = path / NAME
    if not _no_file(inside):
        return f"name the file in it: --config {shlex.quote(str(inside))}"
    return "run `inboxwatch init` to write one, or name yours with --config"


def _no_file(path: Path) -> str:
    try:
        if path.is_file():
            return ""
        other = "is not a regular file" if path.exists() else "does not exist"
        return "is a folder" if path.is_dir() else other
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def config_path(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """Where the configuration is looked for, whether or not it is there."""
    return explicit or _named(environ) or _platform_path()


def _named(environ: Mapping[str, str]) -> Path | None:
    name = environ.get(VARIABLE, "")
    if not name:
        return None
    try:
        return expanded(Path(name))
    except ValueError as error:
        message, _, step = str(error).partition(": ")
        raise ConfigError((Problem(message, f"${VARIABLE}", next_step=step),)) from None


def _platform_path() -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415  # only without a named file

    return user_config_path("inboxwatch", appauthor=False) / NAME
