"""Reading the configuration: all of its problems at once, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from inboxwatch.config.checks import CHECKS, Fault, Written
from inboxwatch.config.files import mark, read_file
from inboxwatch.config.log_file import log_faults, looked_at
from inboxwatch.config.places import Document
from inboxwatch.config.schema import Config
from inboxwatch.errors import ConfigError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

MAX_OCTETS = 1 << 20
MAX_LINES = 100_000
"""Lines and commas; so many take the YAML parser seconds."""

MAX_PROBLEMS = 50
"""Problems told one by one; of the others only the number is."""

MAX_BRACKETS = 5000
"""The YAML parser goes down a level for each, and its stack ends somewhere."""


def load_config(path: Path) -> Config:
    """Read and check a configuration, with defaults filled in and paths relative to the file.

    Raises ConfigError with every problem found, in the order of the file.
    """
    before = mark(path)
    document = Document(_read(path), str(path))
    config, problems, more = _checked(document, path, before)
    if problems or config is None:
        in_order = sorted(
            problems, key=lambda p: (p.file != str(path), p.line or 0, p.column or 0, p.message)
        )
        step = f"mend {path} and run `inboxwatch check`"
        raise ConfigError(tuple(in_order), next_step=step, more=more)
    return config


def _read(path: Path) -> str:
    try:
        octets = read_file(path, MAX_OCTETS + 1)
        text = octets.decode("utf-8-sig") if len(octets) <= MAX_OCTETS else ""
    except OSError as error:
        problem = Problem(f"cannot be read: {error.strerror}", str(path))
        raise ConfigError((problem,), next_step="run `inboxwatch init` to write one") from None
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        problem = Problem("not UTF-8", str(path), line, next_step="save it as UTF-8")
        raise ConfigError((problem,)) from None
    if excess := _excess(octets):
        raise ConfigError((Problem(f"{excess}: not a configuration", str(path)),))
    return text


def _excess(octets: bytes) -> str:
    if len(octets) > MAX_OCTETS:
        return "larger than 1 MB"
    if max(octets.count(b"["), octets.count(b"{")) > MAX_BRACKETS:
        return f"more than {MAX_BRACKETS} brackets"
    if octets.count(b",") + octets.count(b"\n") > MAX_LINES:
        return f"more than {MAX_LINES} lines and commas"
    return ""


def _checked(
    document: Document, path: Path, before: str
) -> tuple[Config | None, list[Problem], int]:
    """The configuration, the first of its problems, and how many more there are."""
    if document.data is None and not document.problems:
        return None, [Problem("it is empty", str(path), 1, 1)], 0
    if not isinstance(document.data, dict):
        other = [Problem("has to be a mapping of keys", str(path), 1, 1)]
        return None, *_first(document.problems or other)
    faults = _faults(document, path)
    config, errors = _validated(document, path, before)
    if not (faults or errors or document.problems):
        return config, [], 0
    return config, *_told(document, path, faults, errors)


def _told(
    document: Document, path: Path, faults: list[Fault], errors: list[ErrorDetails]
) -> tuple[list[Problem], int]:
    """Everything that is wrong, in words; the first of it, and how much more there is."""
    from inboxwatch.config import wording  # noqa: PLC0415 - most files are right

    beside = _beside(document, path)
    whole = {fault.path for fault in faults if fault.whole}
    left = [
        error
        for error in errors
        if not any(error["loc"][:depth] in whole for depth in range(1, len(error["loc"]) + 1))
        and not wording.reported(document, error)
    ]
    problems = [*document.problems, *(_as_problem(document, fault) for fault in faults), *beside]
    worded = [wording.problem(document, error) for error in left[:MAX_PROBLEMS]]
    first, more = _first([*problems, *worded])
    return first, more + len(left) - len(worded)


def _first(problems: list[Problem]) -> tuple[list[Problem], int]:
    different = list(dict.fromkeys(problems))
    return different[:MAX_PROBLEMS], len(different[MAX_PROBLEMS:])


def _validated(
    document: Document, path: Path, before: str
) -> tuple[Config | None, list[ErrorDetails]]:
    source = path.absolute()
    links = tuple(map(str, looked_at(Written(document.data, path, 0))))
    context = {"source": source, "base": source.parent, "mark": before, "links": links}
    try:
        return Config.model_validate(document.data, context=context), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _faults(document: Document, path: Path) -> list[Fault]:
    written = Written(document.data, path, path.stat().st_mode)
    return [fault for check in (*CHECKS, log_faults) for fault in check(written)]


def _beside(document: Document, path: Path) -> tuple[Problem, ...]:
    """What else would be told once the document is mended, so that it is told at once."""
    from inboxwatch.config.rule_templates import faults_beside  # noqa: PLC0415 - reads templates

    return faults_beside(document, Written(document.data, path, 0))


def _as_problem(document: Document, fault: Fault) -> Problem:
    message = f"{'.'.join(str(part) for part in fault.path)}: {fault.message}"
    return document.problem(fault.path, message, fault.next_step, at_key=fault.at_key)
