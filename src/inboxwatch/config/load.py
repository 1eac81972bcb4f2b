"""Finding and reading the configuration: all of its problems at once, each with its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from inboxwatch.config import wording
from inboxwatch.config.checks import CHECKS, Fault, Written
from inboxwatch.config.places import Document
from inboxwatch.config.schema import Config
from inboxwatch.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

VARIABLE = "INBOXWATCH_CONFIG"
MAX_OCTETS = 1 << 20
MAX_BRACKETS = 5000
"""The YAML parser goes down a level for each, and its stack ends somewhere."""


def find_config(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """The configuration to use: ``--config``, ``$INBOXWATCH_CONFIG``, or the platform's folder.

    Raises ConfigError if there is no file.
    """
    path = config_path(explicit, environ)
    if not path.is_file():
        kind = "is a folder" if path.is_dir() else "does not exist"
        step = "run `inboxwatch init` to write one, or name yours with --config"
        raise ConfigError((Problem(f"the configuration {kind}", str(path)),), next_step=step)
    return path


def config_path(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """Where the configuration is looked for, whether or not it is there."""
    return explicit or _named(environ) or _platform_path()


def _named(environ: Mapping[str, str]) -> Path | None:
    name = environ.get(VARIABLE, "")
    return Path(name).expanduser() if name else None


def _platform_path() -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415  # only without a named file

    return user_config_path("inboxwatch", appauthor=False) / "config.yaml"


def load_config(path: Path) -> Config:
    """Read and check a configuration, with defaults filled in and paths relative to the file.

    Raises ConfigError with every problem found, in the order of the file.
    """
    text = _read(path)
    if max(text.count("["), text.count("{")) > MAX_BRACKETS:
        problem = Problem(f"more than {MAX_BRACKETS} brackets: not a configuration", str(path))
        raise ConfigError((problem,))
    document = Document(text, str(path))
    config, problems = _checked(document, path)
    if problems or config is None:
        in_order = sorted(set(problems), key=lambda p: (p.line or 0, p.column or 0, p.message))
        raise ConfigError(tuple(in_order), next_step=f"mend {path} and run `inboxwatch check`")
    return config


def _read(path: Path) -> str:
    try:
        octets = path.read_bytes()
        if len(octets) > MAX_OCTETS:
            raise ConfigError((Problem("larger than 1 MB: not a configuration", str(path)),))
        return octets.decode("utf-8-sig")
    except OSError as error:
        problem = Problem(f"cannot be read: {error.strerror}", str(path))
        raise ConfigError((problem,), next_step="run `inboxwatch init` to write one") from None
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        problem = Problem("not UTF-8", str(path), line, next_step="save it as UTF-8")
        raise ConfigError((problem,)) from None


def _checked(document: Document, path: Path) -> tuple[Config | None, list[Problem]]:
    problems = list(document.problems)
    if document.data is None and not problems:
        return None, [Problem("it is empty", str(path), 1, 1)]
    if not isinstance(document.data, dict):
        return None, problems or [Problem("has to be a mapping of keys", str(path), 1, 1)]
    faults = _faults(document, path)
    config, errors = _validated(document, path)
    whole = [fault.path for fault in faults if fault.whole]
    problems += [_as_problem(document, fault) for fault in faults]
    problems += [
        problem
        for error in errors
        if not any(error["loc"][: len(above)] == above for above in whole)
        and (problem := wording.problem(document, error))
    ]
    return config, problems


def _validated(document: Document, path: Path) -> tuple[Config | None, list[ErrorDetails]]:
    source = path.absolute()
    context = {"source": source, "base": source.parent}
    try:
        return Config.model_validate(document.data, context=context), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _faults(document: Document, path: Path) -> list[Fault]:
    written = Written(document.data, path, path.stat().st_mode)
    return [fault for check in CHECKS for fault in check(written)]


def _as_problem(document: Document, fault: Fault) -> Problem:
    message = f"{'.'.join(str(part) for part in fault.path)}: {fault.message}"
    return document.problem(fault.path, message, fault.next_step, at_key=fault.at_key)
