"""``inboxwatch report`` on a state of its own, without any server."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.journal import decision, keep
from tests.support.reports import HOSTILE
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli.commands import app
from inboxwatch.core.summary import decision_fields
from inboxwatch.errors import ExitCode
from inboxwatch.ports import Record
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-fri: "09:00-18:00"}}
  open: [business]
state: {{path: state.db}}
"""
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A mail for each hostile subject, and one that is too old for a week."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    mails = [
        decision(uid, f"p{uid}@customer.example", subject=text, received=NOW - uid * DAY / 8)
        for uid, text in enumerate(HOSTILE, 1)
    ]
    mails.append(decision(99, "old@customer.example", received=NOW - 8 * DAY))
    with open_journal(tmp_path / "state.db") as journal:
        keep(journal, *(Record(one, decision_fields(one)) for one in mails), at=NOW)
    return path


def call(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        app(["report", *words, "--config", str(config)])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_the_terminal_shows_the_week_and_nothing_of_a_mail_acts(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = call(capsys, config)
    assert code == 0
    assert f"Mails from people {len(HOSTILE)} mails" in " ".join(out.split())
    assert "\x1b" not in out
    assert "http:" not in out


def test_json_is_one_object_with_stable_names(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = call(capsys, config, "--json", "--since", "30d")
    fields = json.loads(out)
    figures = {one["name"]: one["value"] for one in fields["sections"][0]["figures"]}
    assert figures["mails"] == len(HOSTILE) + 1
    assert [one["name"] for one in fields["sections"]] == [
        "figures",
        "received",
        "hours",
        "first_answers",
        "unanswered",
        "escalations",
        "promises",
        "rescued",
        "surges",
        "held",
    ]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("r.html", "<!DOCTYPE html>"),
        ("r.HTM", "<!DOCTYPE html>"),
        ("r.csv", '\ufeff"At a glance"'),
        ("r.json", '{"schema":1,"type":"report"'),
        ("r.md", "# Support report"),
        ("r.txt", "Support report"),
    ],
)
def test_the_ending_says_the_form_and_the_file_is_private(
    name: str, begins: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = config.parent / name
    out.write_text("old")
    out.chmod(0o644)
    code, told, _ = call(capsys, config, "--out", str(out))
    assert (code, told) == (0, "")
    assert out.read_text("utf-8").startswith(begins)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [one.name for one in config.parent.iterdir() if one.name.startswith(".")] == []


def test_format_outranks_the_ending(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = config.parent / "report"
    call(capsys, config, "--out", str(out), "--format", "markdown")
    assert out.read_text("utf-8").startswith("# Support report")


def test_one_section_as_csv_is_a_table_for_a_spreadsheet(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--section", "unanswered", "--format", "csv")
    _, out, _ = call(capsys, config, *words)
    head, *rows = csv.reader(io.StringIO(out))
    assert head == ["Mail", "Priority", "From", "Subject", "Received"]
    assert len(rows) == len(HOSTILE)
    assert not any(row[3].lstrip().startswith(("=", "+", "-", "@")) for row in rows)
    _, raw, _ = call(capsys, config, *words, "--csv-raw")
    assert any(row[3].startswith("=cmd") for row in csv.reader(io.StringIO(raw)))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "soon"), "--since"),
        (("--since", "99999999999999w"), "--since"),
        (("--since", "9999w"), "ten years"),
        (("--out", "report.pdf"), "names no form"),
        (("--json", "--format", "csv"), "contradict"),
        (("--csv-raw",), "--format csv"),
        (("--mail-to", "lead@acme.example", "--format", "csv"), "with --out"),
        (("--mail-to", "lead@acme.example", "--json"), "with --out"),
        (("--section", "nothing"), "it has figures, received"),
        (("--mail-to", "nobody"), "--mail-to: nobody is no address (no domain)"),
        (("--account", "none"), "there is no account"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    words: tuple[str, ...], says: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, config, *words)
    assert (code, out) == (ExitCode.USAGE, "")
    assert says in " ".join(err.split())


def test_a_file_that_cannot_be_written_is_told_and_a_link_is_left_alone(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = call(capsys, config, "--out", str(config.parent / "none" / "r.html"))
    assert code == ExitCode.INCOMPLETE
    assert "could not be written" in err
    target, link = config.parent / "precious", config.parent / "r.html"
    target.write_text("precious")
    link.symlink_to(target)
    code, _, _ = call(capsys, config, "--out", str(link))
    assert (code, target.read_text()) == (ExitCode.INCOMPLETE, "precious")


def test_without_a_run_there_is_nothing_to_report(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in config.parent.glob("state.db*"):
        one.unlink()
    code, _, _ = call(capsys, config)
    assert code == ExitCode.STATE


def test_the_switch_stops_mail_but_not_the_file(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOXWATCH_NO_SEND", "1")
    monkeypatch.setenv("SECRET", "x")
    out = config.parent / "r.html"
    code, told, err = call(capsys, config, "--mail-to", "lead@acme.example", "--out", str(out))
    assert (code, told) == (ExitCode.INCOMPLETE, "")
    assert "INBOXWATCH_NO_SEND" in err
    assert out.exists()
