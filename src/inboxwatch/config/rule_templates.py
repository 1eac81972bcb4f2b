"""The templates that reply rules name, held against those that there are."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from inboxwatch.config.files import expanded
from inboxwatch.config.templates import load_templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inboxwatch.config.checks import Written
    from inboxwatch.config.places import Document
    from inboxwatch.errors import Problem
    from inboxwatch.model.policy import Template

_RULES = ("replies", "rules")


def unknown_templates(
    document: Document, written: Written, templates: Iterable[Template]
) -> Iterator[Problem]:
    """The names in reply rules that no template has, at their places in the configuration."""
    known = sorted({template.name for template in templates})
    for rule in written.at(*_RULES):
        for path, name in written.listed((*_RULES, rule), "templates"):
            if name in known:
                continue
            near = get_close_matches(name, known, 1, 0.6)
            step = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            message = f"{'.'.join(map(str, path))}: no template is called {name}"
            yield document.problem(path, message, step)


def faults_beside(document: Document, written: Written) -> tuple[Problem, ...]:
    """What is wrong with templates, found while other faults keep the configuration from use.

    Empty where the folder is not written as text, which is a fault of its own.
    """
    named = written.at("templates").get("path")
    if named is not None and not isinstance(named, str):
        return ()
    try:
        own = written.source.parent / expanded(Path(named)) if named else None
    except ValueError:  # an unknown user's folder: the schema reports it
        return ()
    templates, unread = load_templates(own)
    return (*unread, *unknown_templates(document, written, templates))
