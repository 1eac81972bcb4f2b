"""``inboxwatch template``: what each subcommand prints, writes and refuses. No server is there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from inboxwatch.cli.commands import app
from inboxwatch.config.templates import shipped_folder

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

CONFIG = """\
version: 1
timezone: Europe/Berlin
team: {name: Acme, sign: Jo}
accounts:
  support:
    address: support@acme.example
    language: LANGUAGE
    imap: {host: 127.0.0.1, security: none, user: jo, password_env: UNUSED}
    smtp: {host: 127.0.0.1, security: none}
schedule:
  business: {mon-fri: "09:00-17:00"}
  evening: {mon-fri: "17:00-22:00"}
  weekend: {sat-sun: "00:00-24:00"}
service_level: {first_answer: 4h, urgent_answer: 1h, urgent_from: 7}
customers: {files: [customers.csv]}
"""
CUSTOMERS = """\
id,name,emails,language,timezone
c1,Béa Martin,bea@velo.example,fr,America/New_York
c2,<b>Eve</b> Mallory,eve@evil.example,,
"""
OWN = (
    "---\nname: NAME\nperiod: PERIOD\nkind: acknowledgement\ntone: sincere\nlanguage: en\n---\n"
    "Hello {{ greeting_name }},\n\nBODY\n\n{{ sign }}\n"
)
SATURDAY = "2026-11-21T20:14"


class House:
    """A configuration in a folder, and the program called with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.yaml"
        (folder / "customers.csv").write_text(CUSTOMERS, "utf-8")
        self.write()

    def write(self, language: str = "en", more: str = "") -> None:
        text = CONFIG.replace("LANGUAGE", language) + more
        self.config.write_text(text, "utf-8")

    def own(self, name: str, body: str = "We have it.", period: str = "weekend") -> Path:
        """An own template, and a configuration that names its folder."""
        path = self.folder / "ours" / f"{name}.md.j2"
        path.parent.mkdir(exist_ok=True)
        text = OWN.replace("NAME", name).replace("PERIOD", period).replace("BODY", body)
        path.write_text(text, "utf-8")
        self.write(more="templates: {path: ours}\n")
        return path

    def run(self, *words: str) -> Result:
        environ = {"NO_COLOR": "1", "COLUMNS": "80"}
        return CliRunner().invoke(
            app, ["template", *words, "--config", str(self.config)], env=environ
        )

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*words, "--json").stdout.splitlines()]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_list_shows_every_template_at_eighty_columns(house: House) -> None:
    done = house.run("list")
    assert done.exit_code == 0
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert re.search(
        r"^weekend-sincere +weekend +sincere +de en fr +shipped", done.stdout, re.MULTILINE
    )
    assert "\x1b" not in done.stdout


def test_list_says_what_is_replaced(house: House) -> None:
    house.own("weekend")
    rows = house.rows("list")
    own = [row for row in rows if row["origin"] == "own"]
    assert [(row["name"], row["language"], row["replaced_by"]) for row in own] == [
        ("weekend", "en", None)
    ]
    replaced = {(row["name"], row["language"]) for row in rows if row["replaced_by"]}
    assert ("weekend", "en") in replaced
    assert ("weekend", "de") not in replaced
    told = house.run("list").stdout
    assert re.search(r"^weekend +weekend +sincere +en +own", told, re.MULTILINE)
    assert "en replaced by weekend.md.j2" in " ".join(told.split())


def test_list_names_broken_files_and_ends_with_ten(house: House) -> None:
    house.own("weekend").write_text("nothing", "utf-8")
    done = house.run("list")
    assert done.exit_code == 10
    assert "front matter is missing" in done.stderr
    assert "business" in done.stdout


def test_show_prints_the_file(house: House) -> None:
    done = house.run("show", "evening", "--language", "de")
    assert done.stdout == (shipped_folder() / "evening.de.md.j2").read_text("utf-8")


def test_show_takes_the_language_of_the_first_account_and_own_files_first(house: House) -> None:
    house.write(language="fr-CA")
    assert "language: fr" in house.run("show", "evening").stdout
    house.own("evening", "Ours.")
    assert "Ours." in house.run("show", "evening").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "weeknd"), "did you mean weekend"),
        (("show", "x"), "there is no template 'x'"),
        (("show", "weekend", "--language", "es"), "it is in de, en, fr"),
        (("preview", "weekend", "--customer", "nobody"), "there is no customer 'nobody'"),
        (("preview", "weekend", "--at", "soon"), "is not an instant"),
        (("preview", "weekend", "--html", "/nowhere/x.html"), "cannot be written"),
    ],
)
def test_what_cannot_be_meant_is_said(house: House, words: tuple[str, ...], told: str) -> None:
    done = house.run(*words)
    assert done.exit_code == 2
    assert told in done.stderr


def test_preview_renders_for_an_instant(house: House) -> None:
    done = house.run("preview", "weekend", "--at", SATURDAY)
    assert done.exit_code == 0
    assert "Hello Ann Example," in done.stdout
    assert "Monday, 23 November, 09:00 (CET)" in " ".join(done.stdout.split())
    assert "by Monday, 23 November, 13:00 (CET)" in " ".join(done.stdout.split())
    assert "your order number" in " ".join(done.stdout.split())
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_preview_says_that_an_instant_is_in_another_period(house: House) -> None:
    wednesday = house.run("preview", "weekend", "--at", "2026-11-18T10:00").stdout
    told = "at that instant it is business: mail gets this text in weekend"
    assert told in " ".join(wednesday.split())
    for words in (("weekend", "--at", SATURDAY), ("rescued", "--at", SATURDAY), ("business",)):
        assert "at that instant" not in house.run("preview", *words).stdout


def test_preview_takes_the_next_moment_of_the_period(house: House) -> None:
    assert re.search(
        r"^At +Sat .*00:00 \(weekend\)", house.run("preview", "weekend").stdout, re.MULTILINE
    )


def test_preview_writes_to_a_customer_in_their_language_and_time(house: House) -> None:
    done = house.run("preview", "weekend", "--at", SATURDAY, "--customer", "c1")
    told = " ".join(done.stdout.split())
    assert "Bonjour Béa Martin," in told
    assert "lundi 23 novembre à 03:00" in told
    assert "bea@velo.example" in told
    wanted = house.run("preview", "weekend", "--customer", "c1", "--language", "de")
    assert "Hallo Béa Martin," in wanted.stdout


def test_preview_answers_a_mail(house: House) -> None:
    mail = house.folder / "question.eml"
    mail.write_bytes(
        b"From: Gus <gus@shop.example>\r\nTo: support@acme.example\r\n"
        b"Subject: Order 7204 [/red]\r\nDate: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\n"
        b"This is a complaint: my order 7204 is broken.\r\n"
    )
    done = house.run("preview", "weekend", "--at", SATURDAY, "--mail", str(mail))
    assert "Hello Gus," in done.stdout
    assert "Re: Order 7204 [/red]" in done.stdout
    assert "order number" not in done.stdout
    known = house.run("preview", "weekend", "--mail", str(mail), "--customer", "c1")
    assert "Béa Martin" in known.stdout


@pytest.mark.parametrize("octets", [b"", b"Subject: no sender\r\n\r\nx\r\n"])
def test_a_mail_that_nobody_wrote_is_no_bug(house: House, octets: bytes) -> None:
    mail = house.folder / "x.eml"
    mail.write_bytes(octets)
    assert house.run("preview", "weekend", "--mail", str(mail)).exit_code in (2, 3)
    assert house.run("preview", "weekend", "--mail", str(mail) + ".no").exit_code == 3


def test_preview_as_a_page_escapes_everything_and_loads_nothing(house: House) -> None:
    mail = house.folder / "x.eml"
    mail.write_bytes(
        b"From: gus@shop.example\r\nSubject: <script>alert(1)</script>\"'\r\n\r\nHello\r\n"
    )
    page = house.folder / "page.html"
    house.own("weekend", "<i>{{ subject }}</i>")
    words = ("preview", "weekend", "--mail", str(mail), "--html")
    assert house.run(*words, str(page)).exit_code == 0
    text = page.read_text("utf-8")
    assert "<script" not in text
    assert "<i>" not in text
    assert "&lt;script&gt;" in text
    assert "default-src 'none'" in text
    assert "http:" not in text
    assert "href" not in text
    assert house.run(*words, "-").stdout == text + "\n"


def test_preview_refuses_a_bomb(house: House) -> None:
    house.own("weekend", "{{ 10**100000000 }}")
    done = house.run("preview", "weekend")
    assert done.exit_code == 10
    assert "a power" in done.stderr


def test_lint_is_content_with_what_ships(house: House) -> None:
    done = house.run("lint")
    assert (done.exit_code, done.stdout) == (0, "The templates are fine.\n")
    assert house.rows("lint") == []


def test_lint_finds_faults_with_file_line_and_rule(house: House) -> None:
    path = house.own("weekend", "We are back on Monday at 9:00.\nSorry {{ costumer_name }}.")
    rows = house.rows("lint")
    assert [(row["rule"], row["line"], row["file"]) for row in rows] == [
        ("clock-time", 10, str(path)),
        ("weekday", 10, str(path)),
        ("unknown-variable", 11, str(path)),
    ]
    done = house.run("lint")
    assert done.exit_code == 10
    assert "3 errors, 0 notes." in done.stdout
    assert "weekday" in done.stdout


def test_lint_names_files_that_are_no_templates_and_templates_that_fail(house: House) -> None:
    house.own("weekend", "{% for x in sign %}{% endfor %}")
    house.own("dusk", period="dusk")
    (house.folder / "ours" / "Bad.j2").write_text("x", "utf-8")
    rules = {(row["rule"], row["file"].rpartition("/")[2]) for row in house.rows("lint")}
    assert rules == {
        ("rendering", "weekend.md.j2"),
        ("file", "dusk.md.j2"),
        ("file", "Bad.j2"),
        ("missing-translation", "dusk.md.j2"),
    }


def test_notes_alone_are_no_failure(house: House) -> None:
    house.own("lunch-note", period="business")
    house.write(language="es", more="templates: {path: ours}\n")
    done = house.run("lint")
    assert done.exit_code == 0
    assert "missing-translation (note)" in done.stdout


def test_copy_takes_a_shipped_one_and_never_overwrites(house: House) -> None:
    house.write(more="templates: {path: ours}\n")
    (house.folder / "ours").mkdir()
    done = house.run("copy", "weekend", "--language", "de")
    target = house.folder / "ours" / "weekend.de.md.j2"
    assert done.exit_code == 0
    assert target.read_bytes() == (shipped_folder() / "weekend.de.md.j2").read_bytes()
    assert "It also replaces weekend-moon.de, weekend-orchestra.de" in done.stdout
    target.write_text("mine", "utf-8")
    again = house.run("copy", "weekend", "--language", "de")
    assert again.exit_code == 2
    assert "nothing is overwritten" in again.stderr
    assert target.read_text("utf-8") == "mine"


def test_copy_says_what_to_write_when_there_is_no_folder(house: House) -> None:
    done = house.run("copy", "weekend")
    assert done.exit_code == 10
    assert "templates: {path: our-templates}" in done.stderr
    house.write(more="templates: {path: our-templates}\n")
    assert house.run("copy", "weekend").exit_code == 0
    assert (house.folder / "our-templates" / "weekend.md.j2").exists()


def checked(house: House) -> Result:
    words = ("check", "--offline", "--config", str(house.config))
    return CliRunner().invoke(app, words, env={"COLUMNS": "200"})


def test_check_refuses_what_lint_calls_an_error_and_shows_its_notes(house: House) -> None:
    state = "state: {path: state.db}\n"
    path = house.own("weekend", "Back on Monday.")
    house.write(more=f"templates: {{path: ours}}\n{state}")
    refused = checked(house)
    assert refused.exit_code == 10
    assert f"{path}:10: a weekday that no schedule has computed: “Monday”" in refused.stderr
    house.own("weekend")
    house.own("dusk", period="business")
    house.write(language="es", more=f"templates: {{path: ours}}\n{state}")
    noted = checked(house)
    assert noted.exit_code == 0
    told = " ".join(noted.stdout.split())
    assert "✓ template note note: a language that is used has no text: es for" in told
    assert "; English is used then" in told
    assert "✗" not in told
    assert "en.md.j2" not in told


def test_a_template_without_a_period_is_listed_previewed_and_noted_until_a_rule_names_it(
    house: House,
) -> None:
    path = house.own("outage")
    path.write_text(path.read_text("utf-8").replace("period: weekend\n", ""), "utf-8")
    assert re.search(r"^outage +by rules +sincere", house.run("list").stdout, re.MULTILINE)
    assert [row["period"] for row in house.rows("list") if row["name"] == "outage"] == [None]
    assert "outage.en (by rules, sincere" in house.run("preview", "outage").stdout
    never = "it has no period, and no reply rule names it: no mail gets it"
    assert (1, never) in [(row["line"], row["message"]) for row in house.rows("lint")]
    rules = "replies: {rules: {down: {signals: outage, templates: outage}}}\n"
    house.write(more="templates: {path: ours}\n" + rules)
    assert "never-used" not in house.run("lint").stdout


def test_lint_asks_what_a_slip_was_meant_to_be(house: House) -> None:
    house.own("weekend", "{{ sing }}")
    (row,) = [row for row in house.rows("lint") if row["stops"]]
    assert row["message"] == "a variable that does not exist: sing (did you mean sign?)"
