"""Trying out every template before any mail sees it (rules O03, O04).

The trying happens in a forked child with bounded memory, processor and wall-clock time: whatever a
template does there, this process survives it and names the template. The child does nothing but
parse and render; it ends without unwinding into the program it was forked from.
"""

from __future__ import annotations

import json
import os
import re
import resource
import select
import signal
import time
import warnings
from contextlib import suppress
from importlib import import_module
from itertools import product, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inboxwatch.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inboxwatch.core.reply.tags import Tags
    from inboxwatch.model.policy import Template

MEMORY: Final = 256 * 1024 * 1024
"""Octets of address space that the child may take beyond what it starts with."""
START_SECONDS: Final = 10.0
"""How long importing jinja2 may take on a slow disk."""
SIMPLER: Final = "make it simpler"
"""The next step for a template that used up its process; nothing else of it is read then."""
HOSTILE_LIMIT: Final = 4 * 1024 * 1024
"""Characters a rendering of ten-kilobyte values may have; real values are far shorter."""

SAMPLES: Final = (
    "",
    "Ann",
    "a\r\nBcc: eve@evil.example\r\n\r\nx",
    "<script>alert(1)</script><a href='https://evil.example'>&amp;",
    "{{ 7 * 7 }}{% include 'x' %}{#",
    "x" * 10_240,
    "\U0001f469\u200d\U0001f4bb\U0001f600",
    "\u202eabc \u0645\u0631\u062d\u0628\u0627",
)
"""What every text of a context is in turn (rule O04).

None is not among them: a context holds texts, flags and tags alone (``vocabulary.VARIABLES``), and
a text that is not there is empty.
"""
LONGEST: Final = "x" * 100
"""About as long as real values get: a name has 60 characters, a subject 200."""
QUESTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "asks_details": ("missing_details",),
    "has_next_opening": ("next_opening", "next_opening_short"),
    "is_answer": (),
    "is_open": (),
    "is_vip": (),
    "promise": ("promise",),
}
"""What a mail and its moment answer with yes or no, and the texts that are empty after a no."""

TAGS: Final = "customer_tags"
MOST_TAGS: Final = 8
"""Tags of one template that are tried alone as well."""
_QUOTED: Final = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")


def verify_templates(
    templates: tuple[Template, ...], *, seconds: float = 1.0
) -> tuple[Problem, ...]:
    """Every template that is refused, or does not render, or takes more than ``seconds``."""
    problems: list[Problem] = []
    waiting = templates
    while waiting:
        found, done = _attempt(waiting, seconds)
        problems.extend(found)
        waiting = waiting[done:]
    return tuple(problems)


def _attempt(templates: tuple[Template, ...], seconds: float) -> tuple[list[Problem], int]:
    """One child's work: the problems found, and how many templates they are about.

    A child that dies leaves a problem for the template it died of; the next child goes on.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 warns of a fork beside threads; this child takes no lock that one could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _in_child(templates, writer, seconds)
    os.close(writer)
    problems: list[Problem] = []
    try:
        answers = _answers(reader, seconds)
        done = 0
        if next(answers, None) is None:
            return [_NOT_TRIED], len(templates)
        for template, answer in zip(templates, answers, strict=False):
            problems.extend(Problem(text, template.origin, line) for text, line in answer)
            done += 1
    finally:
        os.close(reader)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if done == len(templates):
        return problems, done
    return [*problems, _exhausted(templates[done], seconds)], done + 1


_NOT_TRIED = Problem(
    "the templates could not be tried out: jinja2 did not start",
    next_step="install inboxwatch anew, or try again when the machine is less busy",
)


def _exhausted(template: Template, seconds: float) -> Problem:
    return Problem(
        f"the template takes more than {seconds:g} s or {MEMORY // 1024**2} MB to render",
        template.origin,
        template.first_line,
        next_step=SIMPLER,
    )


def _answers(reader: int, seconds: float) -> Iterator[list[tuple[str, int | None]]]:
    """The child's lines as they come; ends when it is silent for too long, or gone."""
    buffer = b""
    limit = START_SECONDS
    deadline = time.monotonic() + limit
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(reader, 65536) if ready else b""
        if not piece:
            return
        *lines, buffer = (buffer + piece).split(b"\n")
        for line in lines:
            yield json.loads(line)
        if lines:
            deadline = time.monotonic() + seconds


def _in_child(templates: tuple[Template, ...], writer: int, seconds: float) -> None:
    """Answer with one line for each template, after an empty one when everything is imported."""
    status = 1
    try:
        import_module("inboxwatch.core.reply.environment")
        _confine(seconds * len(templates))
        os.write(writer, b"[]\n")
        for template in templates:
            os.write(writer, json.dumps(_faults(template)).encode() + b"\n")
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's (handlers, buffers, tests) may run here


def _confine(seconds: float) -> None:
    used = _address_space()
    with suppress(ValueError, OSError):  # a lower limit is in force, or the system has none
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    with suppress(ValueError, OSError):  # the same
        limit = int(seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))


def _address_space() -> int:
    """Octets of address space this process has now, or a gigabyte where that is not told."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
        return int(pages) * resource.getpagesize()
    except (OSError, ValueError):
        return 1024**3


def _faults(template: Template) -> list[tuple[str, int | None]]:
    from inboxwatch.core.reply.sandbox import TemplateFault  # noqa: PLC0415 - only the child

    faults: list[tuple[str, int | None]] = []
    try:
        _try(template.body)
        _try_finished(template.body)
    except TemplateFault as fault:
        faults.append((fault.reason, template.first_line + (fault.line or 1) - 1))
    try:
        _try(template.subject)
    except TemplateFault as fault:
        faults.append((f"subject: {fault.reason}", None))
    return faults


def _try(source: str) -> None:
    """Render with every variable hostile, and every answer to the questions a template may ask."""
    from inboxwatch.core.reply.sandbox import render  # noqa: PLC0415 - only the child

    for sample in SAMPLES:
        for context in _contexts(source, sample):
            render(source, context, limit=HOSTILE_LIMIT)


def _try_finished(source: str) -> None:
    """Render with values as long as they come; the text is to be neither empty nor too long."""
    from inboxwatch.core.reply.compose import finished  # noqa: PLC0415 - only the child
    from inboxwatch.core.reply.sandbox import render  # noqa: PLC0415 - only the child

    for context in _contexts(source, LONGEST):
        finished(render(source, context))


def _contexts(source: str, sample: str) -> Iterator[Mapping[str, object]]:
    """Every answer to the questions that a template asks; the others are answered with yes."""
    from inboxwatch.core.reply.sandbox import variables  # noqa: PLC0415 - only the child
    from inboxwatch.core.reply.vocabulary import FLAGS, VARIABLES  # noqa: PLC0415 - only the child

    used = variables(source)
    asked = [one for one, texts in QUESTIONS.items() if any(name in used for name in (one, *texts))]
    tags = _tags(source) if TAGS in used else (None,)
    for tagged, *answers in product(tags, *repeat((True, False), len(asked))):
        context: dict[str, object] = {
            **dict.fromkeys(VARIABLES, sample),
            **dict.fromkeys(FLAGS, True),
            TAGS: tagged,
        }
        for question, answer in zip(asked, answers, strict=True):
            context.update({question: answer} if question in FLAGS else {})
            context.update({} if answer else dict.fromkeys(QUESTIONS[question], ""))
        yield context


def _tags(source: str) -> Iterator[Tags]:
    """Nobody's tags, all that a template may ask for, and each of them alone."""
    from inboxwatch.core.reply.tags import tags_of  # noqa: PLC0415 - only the child

    asked = tuple(dict.fromkeys(found[0] or found[1] for found in _QUOTED.findall(source)))
    for tags in ((), asked, *((one,) for one in asked[:MOST_TAGS])):
        yield tags_of(tags)
