"""Loading and trying out templates, and the quality of those that ship."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.build import NOW, message, occasion, template, world

from inboxwatch.config.templates import (
    ignored_files,
    load_templates,
    shipped_folder,
    templates_digest,
    verify_templates,
)
from inboxwatch.core.reply.choose import Choice, choose
from inboxwatch.core.reply.compose import compose
from inboxwatch.model.policy import Kind, Template, Tone
from inboxwatch.model.schedule import Moment

LANGUAGES = ("en", "de", "fr")
PERIODS = ("business", "evening", "weekend", "night", "holiday", "closure", "rescued")
SHIPPED, PROBLEMS = load_templates(None)
FRONT = (
    "---\nname: {name}\nperiod: evening\nkind: acknowledgement\ntone: sincere\nlanguage: en\n---\n"
)


def write(folder: Path, file_name: str, text: str = "", body: str = "Hello\n") -> Path:
    path = folder / file_name
    path.write_text(
        text or FRONT.format(name=file_name.split(".", maxsplit=1)[0]) + body, encoding="utf-8"
    )
    return path


def identity(built: Template) -> str:
    return f"{built.name}.{built.language}"


# Loading


def test_the_shipped_templates_load_without_a_problem() -> None:
    assert PROBLEMS == ()
    assert len(SHIPPED) == 27


def test_what_is_not_named_like_a_template_is_ignored_and_can_be_told(tmp_path: Path) -> None:
    write(tmp_path, "late.md.j2")
    for name in ("weekend.md", "weekend.txt", "weekend.j2.bak", ".late.md.swp", ".gitignore"):
        write(tmp_path, name, "x")
    (tmp_path / "old.d").mkdir()
    assert load_templates(tmp_path)[1] == ()
    assert ignored_files(tmp_path) == ("weekend.j2.bak", "weekend.md", "weekend.txt")


def test_a_folder_that_cannot_be_read_is_told() -> None:
    _, (problem,) = load_templates(Path("x" * 300))
    assert "the templates cannot be read" in problem.message


def test_shipped_templates_are_those_of_this_package() -> None:
    assert {path.name for path in shipped_folder().glob("*.j2")} == {
        Path(built.origin).name for built in SHIPPED
    }


def test_a_template_is_what_its_file_says(tmp_path: Path) -> None:
    text = (
        "---\nname: dusk\nperiod: evening\nkind: away\ntone: funny\nlanguage: no\n"
        'subject: "Re: {{ subject }}"\n---\nHei {{ greeting_name }},\n'
    )
    path = write(tmp_path, "dusk.no.md.j2", text)
    loaded, problems = load_templates(tmp_path)
    assert problems == ()
    assert loaded[0] == Template(
        name="dusk",
        period="evening",
        kind=Kind.AWAY,
        tone=Tone.FUNNY,
        language="no",
        body="Hei {{ greeting_name }},\n",
        subject="Re: {{ subject }}",
        origin=str(path),
        first_line=9,
    )


def test_an_own_template_replaces_the_shipped_one_of_its_name_and_language(tmp_path: Path) -> None:
    write(tmp_path, "evening-sincere.md.j2")
    loaded, _ = load_templates(tmp_path)
    assert [t.origin for t in loaded if identity(t) == "evening-sincere.en"] == [
        str(tmp_path / "evening-sincere.md.j2")
    ]
    assert "evening-sincere.de" in map(identity, loaded)


def test_what_a_team_writes_for_a_period_is_what_is_sent(tmp_path: Path) -> None:
    write(tmp_path, "dusk.md.j2")
    loaded, _ = load_templates(tmp_path)
    evening = Moment(NOW, "evening", "evening", False, None)
    choice = choose(occasion(moment=evening), loaded)
    assert choice is not None
    assert choice.template.name == "dusk"


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / ".dusk.md.j2.swp").write_text("x")
    (tmp_path / ".hidden.j2").write_text("x")
    assert load_templates(tmp_path) == (SHIPPED, ())


@pytest.mark.parametrize(
    ("file_name", "text", "line", "message"),
    [
        ("Dusk.md.j2", FRONT.format(name="Dusk"), None, "not named like a template"),
        ("dusk.j2", FRONT.format(name="dusk"), None, "not named like a template"),
        ("dusk.md.j2", "Hello", 1, "front matter is missing"),
        ("dusk.md.j2", "---\nname: dusk\n", 1, "front matter is missing"),
        ("dusk.md.j2", "---\n---\n", 1, "front matter is empty"),
        ("dusk.md.j2", "---\nname: dusk\ntone: sincere\n---\n", 1, "lacks period, kind, language"),
        ("dusk.md.j2", "---\nname: dusk\nperoid: x\n---\n", 3, "did you mean 'period'"),
        ("dusk.md.j2", "---\nname: dusk\nname: dusk\n---\n", 3, "stands twice"),
        ("dusk.md.j2", "---\nname: [a, b]\n---\n", 2, "holds one value"),
        ("dusk.md.j2", "---\nname: 'a\n---\n", 3, "is not YAML"),
        ("dusk.md.j2", FRONT.format(name="dawn"), 2, "'dusk' in the file name"),
        ("dusk.de.md.j2", FRONT.format(name="dusk"), 6, "'de' in the file name"),
        (
            "dusk.md.j2",
            FRONT.format(name="dusk").replace("sincere", "silly"),
            5,
            "tone is sincere or funny, not 'silly'",
        ),
        (
            "dusk.md.j2",
            FRONT.format(name="dusk").replace("acknowledgement", "ack"),
            4,
            "kind is acknowledgement or away",
        ),
        ("dusk.md.j2", FRONT.format(name="dusk") + "x" * 20_000, None, "more than 16384 octets"),
    ],
)
def test_a_broken_file_is_a_problem_with_its_place(
    tmp_path: Path, file_name: str, text: str, line: int | None, message: str
) -> None:
    path = write(tmp_path, file_name, text)
    loaded, problems = load_templates(tmp_path)
    assert loaded == SHIPPED
    (problem,) = problems
    assert message in problem.message
    assert (problem.file, problem.line) == (str(path), line)


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.md.j2", "x")
    write(tmp_path, "b.md.j2")
    write(tmp_path, "c.md.j2", "x")
    loaded, problems = load_templates(tmp_path)
    assert loaded[0].name == "b"
    assert [Path(problem.file).name for problem in problems] == ["a.md.j2", "c.md.j2"]


def test_two_files_cannot_be_the_same_template(tmp_path: Path) -> None:
    write(tmp_path, "dusk.md.j2")
    write(tmp_path, "dusk.en.md.j2")
    (problem,) = load_templates(tmp_path)[1]
    assert problem.message == "dusk.en.md.j2 is the template dusk in en already"


def test_text_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "dusk.md.j2").write_bytes(FRONT.format(name="dusk").encode() + b"Gr\xfc\xdfe\n")
    (problem,) = load_templates(tmp_path)[1]
    assert (problem.message, problem.line) == ("the file is not UTF-8", 8)


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    text = FRONT.format(name="dusk") + "Hello\n"
    (tmp_path / "dusk.md.j2").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    loaded, problems = load_templates(tmp_path)
    assert problems == ()
    assert loaded[0].body == "Hello\n"


def test_a_missing_folder_is_a_problem_and_the_shipped_ones_remain(tmp_path: Path) -> None:
    loaded, (problem,) = load_templates(tmp_path / "nowhere")
    assert loaded == SHIPPED
    assert "no such folder" in problem.message


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path, "dusk.md.j2")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "dusk.md.j2").symlink_to(outside)
    loaded, (problem,) = load_templates(folder)
    assert loaded == SHIPPED
    assert "leads out of the folder" in problem.message


def test_links_within_the_folder_are_fine(tmp_path: Path) -> None:
    write(tmp_path, "shared.txt", FRONT.format(name="dusk") + "Hello\n")
    (tmp_path / "dusk.md.j2").symlink_to("shared.txt")
    assert load_templates(tmp_path)[1] == ()


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_only_regular_files_are_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "dusk.md.j2"
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    (problem,) = load_templates(tmp_path)[1]
    assert problem.message == "this is not a regular file"


def test_loading_does_not_import_jinja2() -> None:
    code = (
        "import sys\n"
        "from inboxwatch.config.templates import load_templates, templates_digest\n"
        "templates_digest(load_templates(None)[0])\n"
        "sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_digest_follows_the_content() -> None:
    digest = templates_digest(SHIPPED)
    assert digest == templates_digest(SHIPPED)
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert digest != templates_digest(SHIPPED[1:])
    assert digest != templates_digest((*SHIPPED[1:], SHIPPED[0]))


# Verification


def test_the_shipped_templates_pass() -> None:
    assert verify_templates(SHIPPED) == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{{ ''.__class__ }}", "a dot"),
        ("{{ ''|attr('__class__') }}", "filter 'attr'"),
        ("{{ 'x'*10**9 }}", "multiplication"),
        ("{{ 10**100000000 }}", "a power"),
        ("{% for i in range(99999999) %}{% endfor %}", "not available"),
        ("{% for a in sign %}{% for b in sign %}x{% endfor %}{% endfor %}", "a loop"),
        ("{{ '%1000000000d'|format(1) }}", "filter 'format'"),
        ("{{ 'x'|center(2000000000) }}", "filter 'center'"),
        ("{% include '/etc/passwd' %}", "include"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "not available"),
        ("{{ self }}", "no variable 'self'"),
        ("{{ costumer_name }}", "did you mean 'customer_name'?"),
        ("{% if is_open %}{% if not is_open %}{{ x }}{% endif %}{% endif %}", "no variable 'x'"),
        ("{% if next_opening %}x{% endif %}", "the text is empty"),
        ("x" * 5000, "octets"),
        ("{% if %}", "Expected an expression"),
    ],
)
def test_bad_templates_are_named_in_time(body: str, reason: str) -> None:
    began = time.perf_counter()
    bad = template("weekend", body=f"Hello\n{body}" if reason == "a dot" else body, origin="w.j2")
    (problem,) = verify_templates((bad,))
    assert time.perf_counter() - began < 1
    assert problem.file == "w.j2"
    assert problem.line == (2 if reason == "a dot" else 1)
    assert reason in str(problem)


def test_problems_of_a_file_have_the_line_in_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "dusk.md.j2", body="Hello\n\n{{ nobody }}\n")
    loaded, _ = load_templates(tmp_path)
    (problem,) = verify_templates(loaded)
    assert (problem.file, problem.line) == (str(path), 10)


def test_a_subject_is_tried_as_well() -> None:
    (problem,) = verify_templates((template(subject="{{ nobody }}"),))
    assert problem.message == "subject: there is no variable 'nobody'"


def test_every_bad_template_is_named_and_the_good_ones_are_not() -> None:
    bad = tuple(template(body="{{ x }}", origin=f"{n}.j2") for n in range(3))
    found = verify_templates((bad[0], template(), bad[1], template(), bad[2]))
    assert [problem.file for problem in found] == ["0.j2", "1.j2", "2.j2"]


@pytest.mark.parametrize("harm", ["time", "memory", "death"])
def test_what_the_sandbox_would_miss_ends_in_the_child(
    harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    harms = {
        "time": lambda: time.monotonic() and list(iter(int, 1)),
        "memory": lambda: bytes(2 * 1024**3),
        "death": lambda: os.kill(os.getpid(), 9),
    }

    def render(source: str, context: object, *, limit: int = 0) -> str:
        del context, limit
        if source.startswith("bad"):
            harms[harm]()
        return "text"

    monkeypatch.setattr("inboxwatch.core.reply.sandbox.render", render)
    began = time.perf_counter()
    trio = (template(body="bad", origin="bad.j2"), template(), template(body="good"))
    (problem,) = verify_templates(trio, seconds=0.3)
    assert problem.file == "bad.j2"
    assert time.perf_counter() - began < 1.5


def test_no_templates_no_child() -> None:
    assert verify_templates(()) == ()


# The words that ship

WEEKDAYS = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\d|o'clock|\buhr\b|\bheures?\b|\bmidnight\b|\bmitternacht\b", re.IGNORECASE)
PROMISES = re.compile(
    r"\bwithin\b|\binnerhalb\b|\bbinnen\b|\bd'ici \d|\bsous \d|\bguarantee|\bpromise|\bgaranti"
    r"|\bversprech|\bpromett|\btomorrow\b|\bmorgen\b|\bdemain\b|\bshortly\b|\bas soon as\b"
    r"|\bsoon\b|\bin kürze\b|\bbientôt\b|\bwill (?:answer|reply|get back|contact)\b",
    re.IGNORECASE,
)
BLAME = re.compile(
    r"\bcolleague|\bkolleg|\bcollègue|\byou (?:forgot|failed|should)\b", re.IGNORECASE
)


@pytest.mark.parametrize("built", SHIPPED, ids=identity)
@pytest.mark.parametrize("pattern", [WEEKDAYS, CLOCK, PROMISES, BLAME])
def test_shipped_words_promise_nothing_and_blame_nobody(
    built: Template, pattern: re.Pattern[str]
) -> None:
    words = re.sub(r"{[{%].*?[%}]}", "", built.body)
    assert not pattern.search(words)


@pytest.mark.parametrize("built", SHIPPED, ids=identity)
def test_shipped_texts_greet_and_sign(built: Template) -> None:
    lines = built.body.splitlines()
    assert "{{ greeting_name }}," in lines[0]
    assert lines[-1] == "{{ sign }}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_complete(language: str) -> None:
    english = {(t.name, t.period, t.kind, t.tone) for t in SHIPPED if t.language == "en"}
    assert {
        (t.name, t.period, t.kind, t.tone) for t in SHIPPED if t.language == language
    } == english
    assert {period for _, period, _, _ in english} == set(PERIODS)


@pytest.mark.parametrize("built", [t for t in SHIPPED if t.tone is Tone.FUNNY], ids=identity)
def test_every_funny_one_has_its_sincere_twin(built: Template) -> None:
    assert any(
        (t.name, t.period, t.language, t.tone)
        == (f"{built.name}-sincere", built.period, built.language, Tone.SINCERE)
        for t in SHIPPED
    )


def test_only_the_periods_of_absence_are_away() -> None:
    away = {t.period for t in SHIPPED if t.kind is Kind.AWAY}
    assert away == {"holiday", "closure"}


@pytest.mark.parametrize("built", SHIPPED, ids=identity)
@pytest.mark.parametrize("opening", [None, datetime(2026, 11, 23, 8, 0, tzinfo=UTC)])
def test_shipped_texts_are_short_and_whole(built: Template, opening: datetime | None) -> None:
    text = _sent(built, opening)
    assert len(text.split()) < 120
    assert "\n\n\n" not in text
    assert not re.search(r"[{}]|  | [,.]|\.\.", text)
    assert ("23" in text) == (opening is not None and built.period != "business")
    assert "09:00" in text or opening is None
    assert text.endswith("\n\nJo and the Acme team\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_apology_says_what_happened_and_for_how_long(language: str) -> None:
    built = next(t for t in SHIPPED if t.period == "rescued" and t.language == language)
    assert "spam" in _sent(built, None).lower()
    assert "2" not in _sent(built, None)
    assert re.search(r"\b2\s(?:days|Tag\w+|jours)\b", _sent(built, None, timedelta(days=2)))


def _sent(built: Template, opening: datetime | None, lay: timedelta = timedelta()) -> str:
    mail = message(received=NOW - lay)
    assert mail.sender is not None
    draft = compose(
        message=mail,
        choice=Choice(built, "test"),
        world=world(),
        moment=Moment(NOW, built.period, built.period, opening is None, opening),
        customer=None,
        destination=mail.sender,
    )
    return draft.text
