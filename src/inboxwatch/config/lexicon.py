"""The phrase lists: one UTF-8 file for each language, ``en.txt``, ``de.txt``, shipped and own.

A section ``[signal-name]`` is followed by its phrases, one to a line, written as
``core.triage.phrase`` reads them, or regular expressions between slashes (``core.triage.pattern``);
``#`` begins a comment. A team's own folder adds to the shipped phrases; ``[!signal-name]`` replaces
those of its language.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from msgspec import Struct, field

from inboxwatch.config.files import read_file
from inboxwatch.core.triage.pattern import compiled, is_pattern, written_pattern
from inboxwatch.core.triage.phrase import variants
from inboxwatch.core.triage.table import HELPERS, SIGNAL_NAMES, SINGLE
from inboxwatch.errors import Problem
from inboxwatch.model.policy import Lexicon, Phrase

SHIPPED = Path(__file__).parent / "phrases"
SECTIONS = (*SIGNAL_NAMES, *HELPERS)

MAX_BYTES = 1_000_000

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?")
_HEADING = re.compile(r"\[(!?)\s*([^\]]*?)\s*\]")


class _List(Struct):
    """One phrase file as read: its phrases, the sections it replaces, what is wrong with it."""

    language: str
    checked: bool
    phrases: dict[Phrase, int] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def load_lexicon(own: Path | None = None) -> tuple[Lexicon, tuple[Problem, ...]]:
    """The shipped phrases, with those of the team's ``own`` folder added to them.

    Problems have file and line; what is faulty is left out of the lexicon.
    """
    if own is None:
        return _shipped_lexicon(), ()
    lists, problems = _read_folder(own, checked=True)
    replaced = {(one.language, signal) for one in lists for signal in one.replaced}
    kept = (p for p in _shipped_lexicon().phrases if (p.language, p.signal) not in replaced)
    added = (phrase for one in lists for phrase in one.phrases)
    lexicon = Lexicon(tuple(dict.fromkeys((*kept, *added))))
    return lexicon, (*problems, *(problem for one in lists for problem in one.problems))


@lru_cache(maxsize=1)
def _shipped_lexicon() -> Lexicon:
    lists, _ = _read_folder(SHIPPED, checked=False)
    return Lexicon(tuple(phrase for one in lists for phrase in one.phrases))


def _read_folder(folder: Path, *, checked: bool) -> tuple[list[_List], tuple[Problem, ...]]:
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".txt")
    except OSError as error:
        return [], (Problem(f"the phrase lists cannot be read: {error.strerror}", str(folder)),)
    if not files:
        cure = "name the files after their language, such as en.txt"
        return [], (Problem("this folder holds no phrase list", str(folder), next_step=cure),)
    return [read_list(path, checked=checked) for path in files], ()


def read_list(path: Path, *, checked: bool = True) -> _List:
    """One phrase file, whose name says its language; faulty lines become problems.

    Each phrase is ``checked`` unless tests have done so, as for the shipped lists: it takes long.
    """
    built = _List(path.stem.lower(), checked)
    if not _LANGUAGE.fullmatch(built.language):
        cure = "name the file after its language, such as en.txt"
        built.problems.append(Problem("this is no language", str(path), next_step=cure))
        return built
    try:
        text = read_file(path, MAX_BYTES + 1).decode("utf-8-sig")
    except OSError as error:
        built.problems.append(Problem(f"this cannot be read: {error.strerror}", str(path)))
        return built
    except UnicodeDecodeError:
        cure = "save the file as UTF-8"
        built.problems.append(Problem("this is not UTF-8", str(path), next_step=cure))
        return built
    if len(text) > MAX_BYTES:
        built.problems.append(Problem(f"this has more than {MAX_BYTES} characters", str(path)))
        return built
    _read_lines(built, text, str(path))
    return built


def _read_lines(built: _List, text: str, file: str) -> None:
    section: str | None = None
    headed = False
    for number, raw in enumerate(text.splitlines(), start=1):
        pattern = written_pattern(raw) if "/" in raw else ""
        line = pattern or " ".join(raw.partition("#")[0].split())
        heading = _HEADING.fullmatch(line) if line.startswith("[") else None
        try:
            if heading:
                headed, section = True, None
                section = _section(heading[2])
                if heading[1]:
                    built.replaced.add(section)
            elif line and section:
                _add(built, section, line, number)
            elif line and not headed:
                headed = True
                fault_text = "phrases stand under a heading such as [anger]"
                built.problems.append(Problem(fault_text, file, number))
        except ValueError as fault:
            built.problems.append(Problem(str(fault), file, number))


def _section(name: str) -> str:
    if name in SECTIONS:
        return name
    near = get_close_matches(name.lower(), SECTIONS, 1)
    rather = f"did you mean [{near[0]}]?" if near else f"there are {', '.join(SECTIONS)}"
    raise ValueError(f"[{name}] is no signal: {rather}")


def _add(built: _List, section: str, line: str, number: int) -> None:
    phrase = Phrase(section, line, built.language)
    if phrase in built.phrases:
        raise ValueError(f"{line!r} stands in line {built.phrases[phrase]} already")
    if is_pattern(line):
        _check_pattern(phrase)
    elif built.checked:
        variants(line)
    built.phrases[phrase] = number


def _check_pattern(phrase: Phrase) -> None:
    if phrase.signal in SINGLE:
        raise ValueError(f"[{phrase.signal}] takes single words, no regular expressions")
    if not phrase.text.endswith("/") or phrase.text.endswith("\\/"):
        raise ValueError("a regular expression ends with a slash: /order [0-9]+/")
    compiled(phrase)
