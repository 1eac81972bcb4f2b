"""What ``check`` says about the language of replies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.build import policy
from typer.testing import CliRunner

from inboxwatch.cli.check import language_finding
from inboxwatch.cli.commands import app

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
    imap: {host: 127.0.0.1, security: none, user: jo, password_env: UNUSED}
    smtp: {host: 127.0.0.1, security: none}
schedule:
  business: {mon-fri: "09:00-17:00"}
templates: {path: ours}
"""
TESTS = """\
tests:
  - name: an angry customer is not joked with
    at: 2026-11-21 20:14
    mail: {from: ann@example.org, subject: Third time!, text: You are idiots. I was charged twice.}
    expect: {priority: 8.., signals: [insult, charged-wrongly], reply: hold}
"""
OUTAGE = "---\nname: outage\nkind: acknowledgement\ntone: sincere\nlanguage: en\n---\nHello BODY\n"


def checked(folder: Path, body: str, more: str = "", columns: int = 200) -> Result:
    """``check --offline`` with one template of the team's own that names no period."""
    (folder / "ours").mkdir()
    (folder / "ours" / "outage.md.j2").write_text(OUTAGE.replace("BODY", body), "utf-8")
    (folder / "config.yaml").write_text(CONFIG + more, "utf-8")
    words = ["check", "--offline", "--config", str(folder / "config.yaml")]
    return CliRunner().invoke(app, words, env={"NO_COLOR": "1", "COLUMNS": str(columns)})


def test_a_template_that_no_mail_gets_is_noted(tmp_path: Path) -> None:
    done = checked(tmp_path, "Ann")
    assert done.exit_code == 0
    assert "it has no period, and no reply rule names it: no mail gets it" in done.stdout


def test_a_template_that_a_rule_names_is_not_noted(tmp_path: Path) -> None:
    rule = "replies: {rules: {down: {signals: outage, templates: outage}}}\n"
    done = checked(tmp_path, "Ann", rule)
    assert done.exit_code == 0
    assert "template by rules" in done.stdout
    assert "no reply rule names it" not in done.stdout


def test_names_that_are_missing_do_not_hide_words_that_must_not_be(tmp_path: Path) -> None:
    rule = "replies: {rules: {down: {signals: outage, templates: outrage}}}\n"
    done = checked(tmp_path, "on Monday at 9:00", rule)
    assert done.exit_code == 10
    for told in ("did you mean outage?", "a weekday that", "a time of day"):
        assert told in done.stderr


def test_a_test_that_passes_is_counted(tmp_path: Path) -> None:
    done = checked(tmp_path, "Ann", TESTS)
    assert done.exit_code == 0
    assert "1 of 1 passed" in done.stdout


def test_a_test_that_fails_is_shown_as_a_difference(tmp_path: Path) -> None:
    done = checked(tmp_path, "Ann", TESTS.replace("hold", "send").replace("8..", "..2"))
    assert done.exit_code == 10
    lines = [line.strip() for line in done.stdout.splitlines()]
    start = lines.index("priority")
    assert lines[start : start + 4] == ["priority", "- ..2", "+ 9", "reply"]
    assert lines[start + 4] == "- send"
    assert lines[start + 5].startswith("+ hold (A44 insult: idiots")
    assert "0 of 1 passed" in done.stdout


def test_long_differences_are_wrapped_below_each_other(tmp_path: Path) -> None:
    long = TESTS.replace("reply: hold", f"reply: hold, says: {'words ' * 30}")
    done = checked(tmp_path, "Ann", long, columns=80)
    told = done.stdout.partition("says")[2]
    assert "words words" in told
    assert all(line.startswith(" " * 23) for line in told.splitlines()[1:5])


def test_a_run_tells_each_difference_on_a_line_of_its_own(tmp_path: Path) -> None:
    wrong = TESTS.replace("8..", "1").replace("hold}", "send}").replace("insult, ", "thanks, ")
    checked(tmp_path, "Ann", wrong)
    words = ["run", "--dry-run", "--config", str(tmp_path / "config.yaml")]
    done = CliRunner().invoke(app, words, env={"NO_COLOR": "1", "COLUMNS": "80", "UNUSED": "x"})
    lines = done.stderr.splitlines()
    told = [line.partition("test ")[2] for line in lines if "config.yaml:" in line]
    assert [one.split("': ")[1].split()[0] for one in told] == ["priority", "signals", "reply"]
    assert all(one.startswith("'an angry customer is not joked with': ") for one in told)
    assert all(len(one) < 300 for one in told)
    assert "inboxwatch: the configuration has 1 test that fails" in done.stderr
    assert "next: mend the tests or the configuration; `inboxwatch check`" in done.stderr


def test_the_differences_are_there_for_programs(tmp_path: Path) -> None:
    checked(tmp_path, "Ann", TESTS.replace("hold", "send"))
    words = ["check", "--offline", "--json", "--config", str(tmp_path / "config.yaml")]
    done = CliRunner().invoke(app, words)
    (found,) = [json.loads(line) for line in done.stdout.splitlines() if '"test"' in line]
    assert found["text"] == "an angry customer is not joked with"
    assert found["differences"][0]["what"] == "reply"
    assert found["differences"][0]["expected"] == "send"


def test_tests_that_are_none_are_told_with_their_place(tmp_path: Path) -> None:
    more = TESTS.replace("8..", "12..").replace("subject", "subjekt")
    done = checked(tmp_path, "Ann", more)
    assert done.exit_code == 10
    assert "tests.0.mail.subjekt: unknown key (did you mean subject?)" in done.stderr
    assert "tests.0.expect.priority: not a priority (write 5, 8.., ..3 or 4..6)" in done.stderr


def test_detection_at_work() -> None:
    finding = language_finding(policy(detects_language=True), wanted=True)
    assert (finding.ok, finding.text) == (True, "by the customer's record, else the mail itself")


def test_detection_that_is_wanted_and_not_installed() -> None:
    finding = language_finding(policy(detects_language=False), wanted=True)
    assert finding.ok
    assert finding.text.endswith("install the extra: pip install 'inboxwatch[languages]'")


def test_detection_that_is_not_wanted() -> None:
    finding = language_finding(policy(detects_language=False), wanted=False)
    assert finding.ok
    assert "install" not in finding.text
    assert finding.text.endswith("(replies.detect_language is off)")
