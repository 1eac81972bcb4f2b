"""Loading the reply templates: those that ship with inboxwatch, and the team's own over them.

A template is a file ``NAME.md.j2`` or ``NAME.LANGUAGE.md.j2`` with front matter in YAML between
two lines of ``---`` (rule O05: names come from the folder and the configuration, never from mail).
Nothing here imports jinja2; ``verify_templates`` does so in a child process of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from msgspec import Struct

from inboxwatch import __version__
from inboxwatch.config.files import shipped_folder
from inboxwatch.config.template_verification import SIMPLER, verify_templates
from inboxwatch.errors import Problem
from inboxwatch.model.policy import Kind, Template, Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inboxwatch.core.reply.lint import LintFinding
    from inboxwatch.model.customer import Directory

__all__ = [
    "Listed",
    "faults_of_templates",
    "ignored_files",
    "list_templates",
    "load_templates",
    "meant_variable",
    "shipped_folder",
    "templates_digest",
    "unused_templates",
    "used_languages",
    "verify_templates",
]

SIZE_LIMIT: Final = 16 * 1024
"""Octets of one template file."""

_FILE_NAME = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9-]{0,39})(?:\.(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?))?"
    r"\.md\.j2"
)
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
_FENCE = re.compile(r"---[ \t]*\n(?P<matter>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

UNKNOWN_VARIABLE: Final = "unknown-variable"
NO_VARIABLE: Final = "there is no variable"
"""The rule of the linter, and the words of the sandbox for the same fault."""

INCIDENT: Final = "incident"
"""How the names of templates begin that people assign to surges."""

UNUSED: Final = "it has no period, and no reply rule names it: no mail gets it"
"""What is noted of a template that is never used."""

REQUIRED: Final = ("name", "kind", "tone", "language")
OPTIONAL: Final = ("period", "subject")
_MEANINGS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "name": (_WORD, "small letters, digits and hyphens"),
    "period": (_WORD, "the name of a period (leave it out for a rule's template)"),
    "kind": (re.compile("|".join(Kind)), " or ".join(Kind)),
    "tone": (re.compile("|".join(Tone)), " or ".join(Tone)),
    "language": (_LANGUAGE, "a language tag such as en or de"),
    "subject": (re.compile(r"(?=.*\S)[^\n]{1,500}"), "one line (leave it out for Re: …)"),
}


class _FileError(Exception):
    """Why one file is no template; becomes a Problem."""

    def __init__(self, message: str, line: int | None = None, next_step: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.next_step = next_step


class _Entry(Struct, frozen=True):
    """One value of the front matter, with the line it stands in."""

    text: str
    line: int


class Listed(Struct, frozen=True):
    """A template, whether it is the team's own, and the own one that replaces it, if one does."""

    template: Template
    own: bool
    replaced_by: str = ""


def load_templates(own: Path | None) -> tuple[tuple[Template, ...], tuple[Problem, ...]]:
    """All templates, the team's own first, and everything that is wrong with their files.

    An own template replaces the shipped one of the same name and language. It also replaces the
    shipped ones that answer the same period in the same language and tone, and the shipped funny
    one in any case, so that what a team writes for a period is what is sent. One without a period
    replaces by its name alone.
    """
    listed, problems = list_templates(own)
    return tuple(one.template for one in listed if not one.replaced_by), problems


def list_templates(own: Path | None) -> tuple[tuple[Listed, ...], tuple[Problem, ...]]:
    """All templates as ``load_templates`` reads them, and those that are replaced as well."""
    shipped, problems = _read_folder(shipped_folder())
    written, own_problems = _read_folder(own) if own else ((), ())
    listed = [Listed(template, own=True) for template in written]
    for template in shipped:
        by = next((Path(mine.origin).name for mine in written if _replaces(mine, template)), "")
        listed.append(Listed(template, own=False, replaced_by=by))
    return tuple(listed), (*own_problems, *problems)


def used_languages(accounts: Iterable[str], customers: Directory) -> frozenset[str]:
    """The languages of accounts and customers, which templates should speak."""
    return frozenset((*accounts, *customers.languages()))


def faults_of_templates(templates: tuple[Template, ...]) -> tuple[Problem, ...]:
    """Everything that keeps a run from beginning: templates that fail, and words that must not be.

    What fails is found first, in a process of its own; what used up that one is not read here.
    An unknown variable is told once, by the linter, at every place.
    """
    failed = verify_templates(templates)
    hopeless = {problem.file for problem in failed if problem.next_step == SIMPLER}
    from inboxwatch.core.reply.lint import lint  # noqa: PLC0415 - jinja2 costs 36 ms

    found = lint(one for one in templates if one.origin not in hopeless)
    said = [
        Problem(one.message, one.template.origin, one.line, next_step=meant_variable(one))
        for one in found
        if one.rule.stops
    ]
    told = {one.template.origin for one in found if one.rule.id == UNKNOWN_VARIABLE}
    return (*(one for one in failed if not _names_a_variable(one, told)), *said)


def _names_a_variable(failed: Problem, told: set[str]) -> bool:
    return failed.file in told and NO_VARIABLE in failed.message


def meant_variable(finding: LintFinding) -> str:
    """The variable that an unknown one is likely to be a slip of, as a question; else nothing."""
    if finding.rule.id != UNKNOWN_VARIABLE:
        return ""
    from inboxwatch.core.reply.vocabulary import VARIABLES  # noqa: PLC0415 - a slip was made

    near = get_close_matches(finding.evidence, VARIABLES, 1)
    return f"did you mean {near[0]}?" if near else ""


def unused_templates(
    templates: Iterable[Template], named: Iterable[Iterable[str]]
) -> tuple[Template, ...]:
    """The templates without a period that no reply rule names: no mail ever gets them.

    Those whose name begins with ``incident`` are kept for a surge.
    """
    used = {name for names in named for name in names}
    return tuple(
        one
        for one in templates
        if not one.period and one.name not in used and not one.name.startswith(INCIDENT)
    )


def ignored_files(own: Path) -> tuple[str, ...]:
    """The names in the team's folder that no template has, hidden files and folders left out."""
    with os.scandir(own) as entries:
        names = [
            entry.name
            for entry in entries
            if not entry.name.endswith(".j2") and entry.name[0] != "." and not entry.is_dir()
        ]
    return tuple(sorted(names))


def templates_digest(templates: Iterable[Template]) -> str:
    """A SHA-256 of everything verification depends on, this version of inboxwatch included."""
    rows = [(t.name, t.period, t.kind, t.tone, t.language, t.subject, t.body) for t in templates]
    text = json.dumps([__version__, rows])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _replaces(own: Template, shipped: Template) -> bool:
    if own.language.lower() != shipped.language.lower():
        return False
    if own.name == shipped.name:
        return True
    return (
        bool(own.period) and own.period == shipped.period and shipped.tone in (own.tone, Tone.FUNNY)
    )


def _read_folder(folder: Path) -> tuple[tuple[Template, ...], tuple[Problem, ...]]:
    try:
        files = sorted(folder.iterdir(), key=lambda p: p.name.split("."))
    except (FileNotFoundError, NotADirectoryError):
        step = "create it, or mend the path"
        missing = Problem("there is no such folder of templates", str(folder), next_step=step)
        return (), (missing,)
    except OSError as error:
        return (), (Problem(f"the templates cannot be read: {error.strerror}", str(folder)),)
    templates: dict[tuple[str, str], Template] = {}
    problems: list[Problem] = []
    home = folder.resolve()
    for path in files:
        if not path.name.endswith(".j2") or path.name.startswith("."):
            continue
        try:
            template = _read(path, home)
            _add(templates, template)
        except _FileError as fault:
            problems.append(Problem(str(fault), str(path), fault.line, next_step=fault.next_step))
    return tuple(templates.values()), tuple(problems)


def _add(templates: dict[tuple[str, str], Template], template: Template) -> None:
    key = (template.name, template.language.lower())
    if key in templates:
        other = Path(templates[key].origin).name
        raise _FileError(f"{other} is the template {template.name} in {template.language} already")
    templates[key] = template


def _read(path: Path, home: Path) -> Template:
    named = _FILE_NAME.fullmatch(path.name)
    if not named:
        raise _FileError(
            "the file is not named like a template", next_step="weekend.de.md.j2 would be"
        )
    text = _text(path, home)
    fenced = _FENCE.match(text)
    if not fenced:
        raise _FileError("the front matter is missing: the lines between --- and ---", 1)
    entries = _entries(fenced["matter"])
    for key, entry in entries.items():
        pattern, meaning = _MEANINGS[key]
        if not pattern.fullmatch(entry.text):
            raise _FileError(f"{key} is {meaning}, not '{entry.text[:60]}'", entry.line)
    _same(entries["name"], named["name"], "name")
    if named["language"]:
        _same(entries["language"], named["language"], "language")
    return Template(
        name=entries["name"].text,
        period=entries["period"].text if "period" in entries else "",
        kind=Kind(entries["kind"].text),
        tone=Tone(entries["tone"].text),
        language=entries["language"].text,
        body=text[fenced.end() :],
        subject=entries["subject"].text if "subject" in entries else "",
        origin=str(path),
        first_line=text.count("\n", 0, fenced.end()) + 1,
    )


def _same(entry: _Entry, in_file_name: str, what: str) -> None:
    if entry.text != in_file_name:
        raise _FileError(
            f"the {what} is '{entry.text}', but '{in_file_name}' in the file name", entry.line
        )


def _text(path: Path, home: Path) -> str:
    """The file's text. Links out of ``home``, its folder, are not followed, and only files read."""
    real = path.resolve() if path.is_symlink() else home / path.name
    if not real.is_relative_to(home):
        raise _FileError(
            "the file is a link that leads out of the folder", next_step="copy it here"
        )
    if not real.is_file():
        raise _FileError("this is not a regular file")
    try:
        with real.open("rb") as file:
            octets = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise _FileError(f"the file cannot be read: {error.strerror}") from error
    if len(octets) > SIZE_LIMIT:
        raise _FileError(f"the file has more than {SIZE_LIMIT} octets")
    try:
        return octets.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise _FileError("the file is not UTF-8", line) from error


def _entries(matter: str) -> dict[str, _Entry]:
    """The front matter; nodes are read, not values, so that ``no`` stays a language."""
    try:
        node = yaml.compose(matter, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else None
        raise _FileError(
            f"the front matter is not YAML: {getattr(error, 'problem', error)}", line
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise _FileError(f"the front matter is empty: it needs {', '.join(REQUIRED)}", 1)
    entries: dict[str, _Entry] = {}
    for key, value in node.value:
        entries[_key(key, entries)] = _entry(key, value)
    missing = [key for key in REQUIRED if key not in entries]
    if missing:
        raise _FileError(f"the front matter lacks {', '.join(missing)}", 1)
    return entries


def _key(node: yaml.Node, entries: dict[str, _Entry]) -> str:
    line = node.start_mark.line + 2
    key = node.value if isinstance(node, yaml.ScalarNode) else ""
    if key in entries:
        raise _FileError(f"{key} stands twice in the front matter", line)
    if key not in _MEANINGS:
        close = get_close_matches(key, _MEANINGS, n=1)
        meant = f"; did you mean '{close[0]}'?" if close else ""
        raise _FileError(f"unknown key '{key[:60]}' in the front matter{meant}", line)
    return key


def _entry(key: yaml.Node, value: yaml.Node) -> _Entry:
    line = key.start_mark.line + 2
    if not isinstance(value, yaml.ScalarNode):
        raise _FileError(f"{key.value} holds one value, not several", line)
    return _Entry(value.value, line)
