"""Regular expressions in phrase lists."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from inboxwatch.config.lexicon import load_lexicon
from inboxwatch.core.triage import pattern
from inboxwatch.core.triage.fold import LIMIT
from inboxwatch.core.triage.pattern import written_pattern
from inboxwatch.core.triage.signals import find_signals

if TYPE_CHECKING:
    from pathlib import Path


def own(folder: Path, text: str) -> Path:
    (folder / "en.txt").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("/a#b/", "/a#b/"),
        ("  /a  b/  # comment", "/a  b/"),
        ("- /a/", "-/a/"),
        (r"/a\/b/", r"/a\/b/"),
        ("/a/b/", ""),
        ("/a", ""),
        ("a/b/", ""),
    ],
)
def test_how_an_expression_is_written(line: str, entry: str) -> None:
    assert written_pattern(line) == entry


def test_an_expression_finds_a_signal_in_the_text_as_written(tmp_path: Path) -> None:
    text = "[problem]\n/Bestellung #?[0-9]{6}  *fehlt/  # ours\n- /#000000 fehlt/\n"
    lexicon, problems = load_lexicon(own(tmp_path, text))
    assert problems == ()
    (found,) = find_signals("", "Hallo,\n\ndie bestellung #123456 FEHLT", lexicon)
    assert (found.name, found.evidence) == ("problem", "bestellung #123456 FEHLT")
    assert found.place is not None
    assert (found.place.offset, found.place.line) == (12, 3)
    assert find_signals("", "Die Bestellung #000000 fehlt", lexicon) == ()


def test_an_expression_is_negated_like_a_phrase(tmp_path: Path) -> None:
    lexicon, _ = load_lexicon(own(tmp_path, "[anger]\n/f[uv]ming/\n"))
    assert [s.name for s in find_signals("", "I am fvming", lexicon)] == ["anger"]
    assert find_signals("", "I am not fvming", lexicon) == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/(a/", "missing )"),
        ("/(?=a)b/", "RE2 cannot read"),
        ("/a*/", "matches where nothing is written"),
        ("/abc", "ends with a slash"),
        ("/" + "a" * 500 + "/", "longer than"),
        ("/((x{100}){100}){100}/", "RE2 cannot read"),
    ],
)
def test_a_fault_is_a_problem_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    lexicon, (problem,) = load_lexicon(own(tmp_path, f"[anger]\nhopping mad\n{line}\n"))
    assert (problem.file, problem.line) == (str(tmp_path / "en.txt"), 3)
    assert message in problem.message
    assert find_signals("", "x", lexicon) == ()


def test_single_words_are_no_expressions(tmp_path: Path) -> None:
    _, (problem,) = load_lexicon(own(tmp_path, "[wishes]\n/wish(es)?/\n"))
    assert "takes single words" in problem.message


def test_without_the_package_the_problem_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    pattern.expression.cache_clear()
    _, (problem,) = load_lexicon(own(tmp_path, "[anger]\n/so+ mad/\n"))
    assert "pip install google-re2" in problem.message


def test_no_mail_makes_an_expression_slow(tmp_path: Path) -> None:
    lexicon, problems = load_lexicon(own(tmp_path, "[anger]\n/(a+)+b(c|cc)*d/\n"))
    assert problems == ()
    begun = time.perf_counter()
    find_signals("", "a" * LIMIT, lexicon)
    assert time.perf_counter() - begun < 1
