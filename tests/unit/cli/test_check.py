"""What ``check`` says about the language of replies."""

from __future__ import annotations

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
OUTAGE = "---\nname: outage\nkind: acknowledgement\ntone: sincere\nlanguage: en\n---\nHello BODY\n"


def checked(folder: Path, body: str, more: str = "") -> Result:
    """``check --offline`` with one template of the team's own that names no period."""
    (folder / "ours").mkdir()
    (folder / "ours" / "outage.md.j2").write_text(OUTAGE.replace("BODY", body), "utf-8")
    (folder / "config.yaml").write_text(CONFIG + more, "utf-8")
    words = ["check", "--offline", "--config", str(folder / "config.yaml")]
    return CliRunner().invoke(app, words, env={"NO_COLOR": "1", "COLUMNS": "200"})


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
