"""Rendering a template: text in, text out, and nothing that a template could reach or use up.

The language that templates may use is deliberately small: text, variables, ``if``, comparisons,
``~``, and a few filters. There are no loops, assignments, calls, attributes or arithmetic, so the
work of a rendering is bounded by the length of the template. ``core.reply.environment`` enforces
that on the parsed template, before jinja2 compiles it (rules O01 to O04); it imports jinja2 and is
therefore only loaded when a template is rendered for the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inboxwatch.core.reply.environment import Literals

OUTPUT_LIMIT = 16 * 1024
"""Characters that one rendering may produce (rule O03)."""


class TemplateFault(Exception):  # noqa: N818 - a fault of the template, not an error of ours
    """A template that cannot be used. ``line`` counts from 1 within the source, if it is known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.reason = reason
        self.line = line


def variables(source: str) -> Mapping[str, int]:
    """The variables that a template uses, each with the line of its first use.

    Raises TemplateFault if the template is not within the language described above.
    """
    from inboxwatch.core.reply.environment import compiled  # noqa: PLC0415 - jinja2 costs 36 ms

    return compiled(source).variables


def literals(source: str) -> Literals:
    """What a template says whatever its values are, with the lines it stands in.

    Raises TemplateFault if it is not within the language described above.
    """
    from inboxwatch.core.reply import environment  # noqa: PLC0415 - jinja2 costs 36 ms

    return environment.literals(source)


def render(source: str, context: Mapping[str, object], *, limit: int = OUTPUT_LIMIT) -> str:
    """Render ``source``; ``context`` holds plain values only (rule O03).

    Raises TemplateFault with the line and the reason.
    """
    from inboxwatch.core.reply.environment import compiled  # noqa: PLC0415 - jinja2 costs 36 ms

    template = compiled(source)
    for name, line in template.variables.items():
        if name not in context:
            raise TemplateFault(f"there is no variable '{name}'{_meant(name, context)}", line)
    pieces: list[str] = []
    size = 0
    for piece in template.generate(context):
        size += len(piece)
        if size > limit:
            raise TemplateFault(f"the text grows beyond {limit} characters")
        pieces.append(piece)
    return "".join(pieces)


def _meant(name: str, known: Mapping[str, object]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only needed for this message

    close = get_close_matches(name, known, n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
