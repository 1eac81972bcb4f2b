"""Loading and trying out templates, and the quality of those that ship."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.build import NOW, customers, message, occasion, policy, template, world

from inboxwatch.config.templates import (
    faults_of_templates,
    ignored_files,
    list_templates,
    load_templates,
    shipped_folder,
    templates_digest,
    unused_templates,
    used_languages,
    verify_templates,
)
from inboxwatch.core.reply.choose import Choice, choose
from inboxwatch.core.reply.compose import compose
from inboxwatch.core.reply.lint import lint
from inboxwatch.model.customer import Customer
from inboxwatch.model.playbook import Detail
from inboxwatch.model.policy import Kind, Template, Tone, Topic
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
    assert len(SHIPPED) == 66


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


def test_a_template_without_a_period_replaces_nothing_but_its_name(tmp_path: Path) -> None:
    text = FRONT.replace("period: evening\n", "")
    write(tmp_path, "outage.md.j2", text.format(name="outage") + "Hello\n")
    listed, problems = list_templates(tmp_path)
    assert problems == ()
    assert listed[0].template.period == ""
    assert not any(one.replaced_by for one in listed)
    write(tmp_path, "night.md.j2", text.format(name="night") + "Hello\n")
    replaced = [identity(one.template) for one in list_templates(tmp_path)[0] if one.replaced_by]
    assert replaced == ["night.en"]


def test_a_template_without_a_period_that_no_rule_names_is_unused() -> None:
    given = (template("", name="outage"), template("", name="flood"), template("night"))
    assert unused_templates(given, [("outage", "night"), ()]) == (given[1],)


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
        ("dusk.md.j2", "---\nname: dusk\ntone: sincere\n---\n", 1, "lacks kind, language"),
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
        ("{{ ''['__class__']['__mro__'] }}", "a bracket"),
        ("{{ sign.__init__.__globals__ }}", "a dot"),
        ("{{ '{0.__class__}'.format(sign) }}", "a call"),
        ("{{ sign|map(attribute='__class__')|list }}", "filter 'list'"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "a call"),
        ("{{ self._TemplateReference__context }}", "a dot (attribute)"),
        ("{{ sign[:1] }}", "a bracket"),
        ("{{ 'x'*10**9 }}", "multiplication"),
        ("{{ 10**100000000 }}", "a power"),
        ("{{ 10**10**10 if false else 1 }}", "a power"),
        ("{% if 2**2**40 %}{% endif %}", "a power"),
        ("{{ ('x'*10**9)|length }}", "multiplication"),
        ("{{ 'x'*2*2*2*2*2*2*2*2*2*2*999999 }}", "multiplication"),
        ("{{ '%99999999d' % 1 }}", "the % operator"),
        ("{{ 99999999999999999999 }}", "only whole numbers"),
        ("{{ 1 << 99999999 }}", "unexpected '<'"),
        ("{% set a = sign ~ sign %}{% set b = a ~ a %}{{ b }}", "set"),
        ("{% filter center(999999) %}x{% endfilter %}", "a filter block"),
        ("{{ sign|indent(999999) }}", "filter 'indent'"),
        ("{{ sign|replace('', sign) }}", "filter 'replace'"),
        ("{{ lipsum(999999) }}", "a call"),
        ("{{ [1] }}", "list"),
        ("{{ sign ~ " * 600 + "sign" + " }}" * 600, "nested too deeply"),
        ("{{ " + "(" * 4000 + "sign" + ")" * 4000 + " }}", "nested too deeply"),
        ("{% if sign %}" * 200 + "x" + "{% endif %}" * 200, "nested too deeply"),
        ("{% for x in sign recursive %}{{ loop(sign) }}{% endfor %}", "not available"),
        ("{% import 'x' as x %}", "import"),
        ("{% extends 'x' %}", "extends"),
        ("{% block b %}{{ self.b() }}{% endblock %}", "not available"),
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
        ("{% if promise %}x{% endif %}", "the text is empty"),
        ("{{ missing_details }}", "the text is empty"),
        ("{% if not asks_details %}x{% endif %}", "the text is empty"),
        ("{% if is_open %}x{% endif %}", "the text is empty"),
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

OPENING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_shipped_words_promise_nothing_and_blame_nobody() -> None:
    assert lint(SHIPPED, frozenset(LANGUAGES)) == []


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
    assert {period for _, period, _, _ in english} == {*PERIODS, ""}
    assert [name for name, period, _, _ in english if not period] == ["incident"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("period", "texts", "sincere"),
    [
        ("business", 3, 3),
        ("evening", 5, 2),
        ("weekend", 5, 2),
        ("night", 2, 2),
        ("holiday", 2, 2),
        ("closure", 2, 2),
        ("rescued", 2, 2),
    ],
)
def test_there_is_enough_to_rotate(period: str, texts: int, sincere: int, language: str) -> None:
    there = [t for t in SHIPPED if (t.period, t.language) == (period, language)]
    assert len(there) == texts
    assert len([t for t in there if t.tone is Tone.SINCERE]) == sincere


def test_the_plain_name_comes_first_of_a_period() -> None:
    first: dict[tuple[str, str], str] = {}
    for built in SHIPPED:
        first.setdefault((built.period, built.language), built.name)
    assert all(name == (period or "incident") for (period, _), name in first.items())


def test_only_the_periods_of_absence_are_away() -> None:
    away = {t.period for t in SHIPPED if t.kind is Kind.AWAY}
    assert away == {"holiday", "closure"}


@pytest.mark.parametrize("built", SHIPPED, ids=identity)
@pytest.mark.parametrize("opening", [None, OPENING])
@pytest.mark.parametrize("due", [None, OPENING + timedelta(hours=4)])
@pytest.mark.parametrize("asks", [False, True])
def test_shipped_texts_are_short_and_whole(
    built: Template, opening: datetime | None, due: datetime | None, asks: bool
) -> None:
    text = _sent(built, opening, due=due, asks=asks)
    assert len(text.split()) < 150
    assert "\n\n\n" not in text
    assert not re.search(r"[{}]|  | [,.]|\.\.", text)
    assert ("09:00" in text) == (opening is not None)
    assert ("13:00" in text) == (due is not None)
    assert (DETAILS[built.language] in text) == (asks and bool(built.period))
    assert text.endswith("\n\nJo and the Acme team\n")


DETAILS = {
    "en": "your order number and the date",
    "de": "Ihre Bestellnummer und das Datum",
    "fr": "votre numéro de commande et la date",
}


def test_every_period_has_two_sincere_texts_in_every_language() -> None:
    """Two sincere texts at least, so that even a careful team repeats itself to nobody."""
    texts = (t for t in SHIPPED if t.period and t.tone is Tone.SINCERE)
    sincere = Counter((t.period, t.language) for t in texts)
    assert sincere.keys() == {(period, language) for period in PERIODS for language in LANGUAGES}
    assert min(sincere.values()) >= 2


@pytest.mark.parametrize("built", [t for t in SHIPPED if not t.period], ids=identity)
def test_the_incident_text_says_what_it_is_about_and_to_whom_it_goes(built: Template) -> None:
    texts = {
        _sent(built, None, incident=incident, ahead=ahead)
        for incident in ("", "the promo code")
        for ahead in (False, True)
    }
    assert len(texts) == 4
    assert sum("the promo code" in text for text in texts) == 2
    assert not any(re.search(r"[{}]|  | ,|\.\.|: *\.", text) for text in texts)


@pytest.mark.parametrize("built", [t for t in SHIPPED if t.period == "rescued"], ids=identity)
def test_the_apology_says_what_happened_and_for_how_long(built: Template) -> None:
    assert "spam" in _sent(built, None).lower()
    assert "2" not in _sent(built, None)
    assert re.search(r"\b2\s(?:days|Tag\w+|jours)\b", _sent(built, None, timedelta(days=2)))
    assert re.search(r"\b(?:sorry|leid|désolés)\b", _sent(built, None))


def _sent(
    built: Template,
    opening: datetime | None,
    lay: timedelta = timedelta(),
    due: datetime | None = None,
    *,
    asks: bool = False,
    incident: str = "",
    ahead: bool = False,
) -> str:
    mail = message(received=NOW - lay)
    topic = Topic("order", (Detail.ORDER_NUMBER, Detail.DATE), frozenset({"problem"}))
    assert mail.sender is not None
    draft = compose(
        message=mail,
        choice=Choice(built, "test", incident=incident, ahead=ahead),
        world=world(policy=policy(topics=(topic,))),
        moment=Moment(NOW, built.period, built.period, opening is None, opening),
        customer=None,
        destination=mail.sender,
        due=due,
        signals=frozenset({"problem"} if asks else ()),
    )
    return draft.text


# What keeps a run from beginning


def test_words_that_no_template_may_say_are_faults_with_their_place(tmp_path: Path) -> None:
    path = write(tmp_path, "dusk.md.j2", body="Hello\nWe answer within 4 hours.\n")
    loaded, _ = load_templates(tmp_path)
    (problem,) = faults_of_templates(loaded)
    assert (problem.file, problem.line) == (str(path), 9)
    assert problem.message.endswith("“within 4 hours”")


def test_what_fails_is_not_read_for_its_words(tmp_path: Path) -> None:
    write(tmp_path, "dusk.md.j2", body="at 9:00 {{ 10**100000000 }}\n")
    (problem,) = faults_of_templates(load_templates(tmp_path)[0])
    assert "a power" in problem.message


def test_twins_and_translations_stop_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "dusk.md.j2")
    path.write_text(path.read_text("utf-8").replace("sincere", "funny"), "utf-8")
    only = tuple(t for t in load_templates(tmp_path)[0] if t.name == "dusk")
    assert faults_of_templates(only) == ()


def test_the_listing_has_what_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, "evening.md.j2")
    listed, _ = list_templates(tmp_path)
    replaced = {identity(one.template) for one in listed if one.replaced_by == "evening.md.j2"}
    assert "evening-tea.en" in replaced
    assert "evening-sincere.en" in replaced
    kept = [one.template for one in listed if not one.replaced_by]
    assert kept == list(load_templates(tmp_path)[0])
    assert [one.own for one in listed].count(True) == 1


def test_the_languages_that_are_used() -> None:
    ann = Customer("c1", emails=("ann@x.example",), language="fr")
    bob = Customer("c2", domains=("y.example",), language="nl")
    assert used_languages(("en", "de"), customers(ann, bob)) == {"en", "de", "fr", "nl"}


def test_every_fault_of_the_words_is_told_at_once(tmp_path: Path) -> None:
    body = "Back at 9:00 on Monday, {{ sing }}.\n\n{{ nonsense_of_ours }} You idiot.\n"
    write(tmp_path, "dusk.md.j2", body=body)
    problems = faults_of_templates(load_templates(tmp_path)[0])
    assert [(one.line, one.message.partition(":")[0]) for one in problems] == [
        (8, "a time of day that no schedule has computed"),
        (8, "a variable that does not exist"),
        (8, "a weekday that no schedule has computed"),
        (10, "an insult"),
        (10, "a variable that does not exist"),
    ]
    steps = [one.next_step for one in problems if "variable" in one.message]
    assert steps == ["did you mean sign?", ""]


def test_what_does_not_render_is_told_with_the_words_of_other_templates(tmp_path: Path) -> None:
    write(tmp_path, "dusk.md.j2", body="{% for x in sign %}{% endfor %}\n")
    write(tmp_path, "dawn.md.j2", body="Back on Monday.\n")
    problems = faults_of_templates(load_templates(tmp_path)[0])
    assert {Path(one.file).name for one in problems} == {"dusk.md.j2", "dawn.md.j2"}
