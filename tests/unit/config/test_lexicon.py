"""The phrase lists, shipped and a team's own."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from inboxwatch.config.lexicon import SHIPPED, load_lexicon, read_list
from inboxwatch.config.reference.guides import GUIDES
from inboxwatch.core.triage.phrase import (
    STEM,
    beginnings,
    endings,
    is_exception,
    openings,
    spellings,
    variants,
)
from inboxwatch.core.triage.signals import find_signals
from inboxwatch.core.triage.table import HELPERS, SIGNAL_NAMES
from inboxwatch.model.policy import Phrase

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("de", "en", "es", "fr", "nl")


def own(folder: Path, text: str, name: str = "en.txt") -> Path:
    """A folder with one phrase file."""
    (folder / name).write_text(text, "utf-8")
    return folder


def test_the_shipped_lists_have_no_problems_and_are_read_once() -> None:
    lexicon, problems = load_lexicon()
    assert problems == ()
    assert {phrase.language for phrase in lexicon.phrases} == set(LANGUAGES)
    assert load_lexicon()[0] is lexicon


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shipped_list_is_sound(language: str) -> None:
    """Every section is there, every entry can be read, and no phrase stands there twice."""
    read = read_list(SHIPPED / f"{language}.txt")
    assert [str(problem) for problem in read.problems] == []
    found = {phrase.signal for phrase in read.phrases}
    assert found == {*SIGNAL_NAMES, *HELPERS} - {"distant-deadline"}  # told by its date
    counts = Counter(
        (phrase.signal, is_exception(phrase.text), variant)
        for phrase in read.phrases
        for variant in variants(phrase.text)
    )
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_knows_every_variant_of_a_shipped_list(language: str) -> None:
    for phrase in read_list(SHIPPED / f"{language}.txt").phrases:
        known = {
            words + ending + (STEM if stem else "")
            for spelling in spellings([phrase.text])[0]
            for words, rest in beginnings(spelling)
            for ending, stem in zip(*endings(rest), strict=True)
        }
        assert known == set(variants(phrase.text)), phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ending_in_a_shipped_list_has_its_opening(language: str) -> None:
    texts = [phrase.text for phrase in read_list(SHIPPED / f"{language}.txt").phrases]
    rests = {rest for one in spellings(texts) for words in one for _, rest in beginnings(words)}
    for rest in rests:
        found, short = openings(rest, 4)
        for text in endings(rest).texts:
            assert text[:4] in found or (short and len(text) < 4), rest


@pytest.mark.parametrize(
    "fault", ["mad (cow", "mad* cow", "(aa|bb|cc|dd|ee|ff) " * 3 + "x", "!", "mad|cow"]
)
def test_a_faulty_own_phrase_is_never_met_while_judging(tmp_path: Path, fault: str) -> None:
    lexicon, problems = load_lexicon(own(tmp_path, f"[anger]\nhopping mad\n{fault}\n"))
    assert [(problem.file, problem.line) for problem in problems] == [(str(tmp_path / "en.txt"), 3)]
    assert [s.name for s in find_signals("", "hopping mad (cow", lexicon)] == ["anger"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_shipped_phrase_is_covered_by_a_stem_of_its_signal(language: str) -> None:
    read = read_list(SHIPPED / f"{language}.txt")
    written = {
        (phrase.signal, is_exception(phrase.text), variant)
        for phrase in read.phrases
        for variant in variants(phrase.text)
    }
    covered = [
        (signal, text)
        for signal, exception, text in written
        if signal not in HELPERS and not text.endswith(STEM)
        for end in range(text.rfind(" ") + 2, len(text))
        if (signal, exception, text[:end] + STEM) in written
    ]
    assert covered == []


def test_own_phrases_are_added(tmp_path: Path) -> None:
    lexicon, problems = load_lexicon(own(tmp_path, "[anger]\nHopping  MAD  # idiom\n\n[legal]\n"))
    assert problems == ()
    assert lexicon.phrases[-1] == Phrase("anger", "Hopping MAD", "en")
    assert len(lexicon.phrases) == len(load_lexicon()[0].phrases) + 1
    assert [s.name for s in find_signals("", "I am hopping mad", lexicon)] == ["anger"]


def test_own_phrases_replace_those_of_their_language(tmp_path: Path) -> None:
    lexicon, problems = load_lexicon(own(tmp_path, "[!anger]\nhopping mad\n"))
    assert problems == ()
    anger = [p for p in lexicon.phrases if p.signal == "anger" and p.language == "en"]
    assert anger == [Phrase("anger", "hopping mad", "en")]
    assert any(p.signal == "anger" and p.language == "de" for p in lexicon.phrases)


def test_an_own_phrase_that_is_shipped_too_is_kept_once(tmp_path: Path) -> None:
    lexicon, problems = load_lexicon(own(tmp_path, "[anger]\nfurious*\n"))
    assert (lexicon.phrases, problems) == (load_lexicon()[0].phrases, ())


def test_a_language_that_is_not_shipped_is_welcome(tmp_path: Path) -> None:
    lexicon, problems = load_lexicon(own(tmp_path, "\ufeff[anger]\narrabbiat*\n", "it.txt"))
    assert problems == ()
    assert lexicon.phrases[-1] == Phrase("anger", "arrabbiat*", "it")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[angre]\nmad\n", 1, "did you mean [anger]"),
        ("[]\nmad\n", 1, "is no signal: there are self-harm"),
        ("# mine\nso mad\nmad\n[anger]\n", 2, "phrases stand under a heading"),
        ("[anger]\nmad cow\n\nmad cow\n", 4, "stands in line 2 already"),
        ("[anger]\nmad (cow\n", 2, "astray"),
        ("[anger]\nmad* cow\n", 2, "a star ends a phrase"),
        ("[anger]\n!\n", 2, "is no phrase"),
        ("[anger]\n" + "(a|b|c|d|e|f|g) " * 4 + "x\n", 2, "stands for more than"),
        ("[anger]\n" + "mad " * 200 + "\n", 2, "longer than"),
    ],
)
def test_a_fault_is_a_problem_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    _, problems = load_lexicon(own(tmp_path, text))
    assert [(problem.file, problem.line) for problem in problems] == [
        (str(tmp_path / "en.txt"), line)
    ]
    assert message in problems[0].message


def test_the_phrases_around_a_fault_count(tmp_path: Path) -> None:
    lexicon, problems = load_lexicon(own(tmp_path, "[anger]\nmad (cow\nhopping mad\n"))
    assert len(problems) == 1
    assert lexicon.phrases[-1].text == "hopping mad"


def test_a_file_that_is_not_utf_8_or_has_no_language(tmp_path: Path) -> None:
    (tmp_path / "de.txt").write_bytes("[anger]\nw\u00fctend\n".encode("latin-1"))
    (tmp_path / "phrases.txt").write_text("[anger]\nmad\n", "utf-8")
    (tmp_path / "notes.md").write_text("not a list", "utf-8")
    lexicon, problems = load_lexicon(tmp_path)
    assert [problem.message for problem in problems] == ["this is not UTF-8", "this is no language"]
    assert all(problem.next_step for problem in problems)
    assert lexicon.phrases == load_lexicon()[0].phrases


def test_a_folder_that_is_missing_or_empty(tmp_path: Path) -> None:
    assert "holds no phrase list" in load_lexicon(tmp_path)[1][0].message
    missing = load_lexicon(tmp_path / "nowhere")[1][0]
    assert "cannot be read" in missing.message
    assert missing.file == str(tmp_path / "nowhere")


def test_a_file_that_is_far_too_large(tmp_path: Path) -> None:
    _, problems = load_lexicon(own(tmp_path, "[anger]\n" + "# comment\n" * 110_000))
    assert "more than" in problems[0].message


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "en.txt").mkdir()
    assert "cannot be read" in load_lexicon(tmp_path)[1][0].message


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "en.txt")
    _, (problem,) = load_lexicon(tmp_path)
    assert problem.file == str(tmp_path / "en.txt")
    assert "it is not a regular file" in problem.message


def test_the_example_of_the_guide_is_read(tmp_path: Path) -> None:
    example = GUIDES["phrases",].partition("```text\n")[2].partition("```")[0]
    (tmp_path / "en.txt").write_text(example, "utf-8")
    lexicon, problems = load_lexicon(tmp_path)
    assert problems == ()

    def names(text: str) -> list[str]:
        return [one.name for one in find_signals("", text, lexicon)]

    assert names("your checkout is offline") == ["outage"]
    assert "outage" in names("all payments failing")
    assert names("where is the down jacket") == names("where is the jacket")
    assert names("cheers") == ["thanks"]
    assert names("many thanks") == []
