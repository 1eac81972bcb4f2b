"""``inboxwatch outbox`` on a state of its own, without any server."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer
from tests.support.build import NOW
from tests.support.journal import claim, decision, keep, mark, permitted
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli import explain, show
from inboxwatch.cli import outbox as commands
from inboxwatch.cli.commands import app
from inboxwatch.core.summary import decision_fields
from inboxwatch.errors import ExitCode, UsageError
from inboxwatch.model.conversation import OwnMail
from inboxwatch.model.outcome import OutboxState
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
DUE = datetime(2199, 1, 1, 12, tzinfo=UTC)
OLD = datetime.now(UTC) - timedelta(days=15)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A reply for each state, numbered in the order of the states; the second one promises."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    journal = open_journal(tmp_path / "state.db")
    for uid, state in enumerate(
        ("held", "sent", "unknown", "retry", "refused", "drafted", "dropped"), 1
    ):
        made = decision(uid, f"c{uid}@customer{uid}.example")
        (mail_id,) = keep(journal, Record(made, decision_fields(made)))
        promise = DUE if state == "sent" else None
        at = OLD if state == "drafted" else NOW
        ours = claim(uid, made.sender, mail_id=mail_id, promise=promise, claimed_at=at)
        entry = journal.claim(ours, permitted).entry
        assert entry is not None
        assert entry.id == mail_id == uid
        journal.settle(entry.id, OutboxState(state), at, f"said {uid}")
    journal.close()
    return path


def listed(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> list[dict[str, Any]]:
    with pytest.raises(SystemExit) as left:
        app([*words, "--config", str(config), "--json"])
    assert not left.value.code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("change", "commands"),
    [
        ("UPDATE mail SET decision = '{'", ("queue", "show 1", "explain 1", "outbox")),
        ("UPDATE mail SET decision = '{}'", ("queue", "show 1", "explain 1")),
        (
            "UPDATE outbox SET state = 'lost'",
            ("queue", "show 1", "explain 1", "outbox", "outbox show 1"),
        ),
        ("UPDATE mail SET received = 1 << 62", ("queue", "show 1", "explain 1", "outbox")),
        ("UPDATE outbox SET claimed_at = 1 << 62", ("outbox", "outbox show 1")),
    ],
)
def test_a_state_with_values_that_nobody_wrote_is_told(
    config: Path, capsys: pytest.CaptureFixture[str], change: str, commands: tuple[str, ...]
) -> None:
    sql = sqlite3.connect(config.parent / "state.db", isolation_level=None)
    sql.execute(change)
    sql.close()
    for command in commands:
        with pytest.raises(SystemExit) as left:
            app([*command.split(), "--config", str(config)])
        assert left.value.code == ExitCode.STATE
        assert "restore it from a backup" in capsys.readouterr().err


def test_only_what_needs_somebody_is_listed(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = listed(capsys, config, "outbox")
    assert [row["state"] for row in rows] == ["held", "unknown", "retry", "refused"]
    assert rows[1]["next_step"].startswith("inboxwatch outbox retry 3")
    assert rows[3]["detail"] == "said 5"
    assert rows[3]["mail"]["subject"] == "Subject 5"


def test_any_state_can_be_asked_for(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = listed(capsys, config, "outbox", "--state", "drafted", "--state", "dropped")
    assert [row["id"] for row in rows] == [6, 7]
    assert len(listed(capsys, config, "outbox", "--all")) == 7


def test_a_reply_whose_mail_was_dealt_with_is_only_counted(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = open_journal(config.with_name("state.db"))
    journal.close_mails([1, 3], "answered elsewhere", NOW)
    journal.close()
    assert [row["state"] for row in listed(capsys, config, "outbox")] == ["retry", "refused"]
    with pytest.raises(SystemExit):
        app(["outbox", "--config", str(config)])
    assert "2 replies need somebody; 3 more" in capsys.readouterr().out


def test_looking_changes_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = config.with_name("state.db")
    before = hashlib.sha256(state.read_bytes()).hexdigest()
    listed(capsys, config, "outbox", "--all")
    listed(capsys, config, "outbox", "show", "1")
    assert hashlib.sha256(state.read_bytes()).hexdigest() == before
    assert sorted(one.name for one in config.parent.iterdir()) == ["config.yaml", "state.db"]


def test_show_prints_the_reply(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = listed(capsys, config, "outbox", "show", "2")
    assert row["headers"] == [["Subject", "Re: A question"]]
    assert row["text"] == "We have your mail.\n"
    assert row["promise"] == {
        "due_at": "2199-01-01T13:00:00+01:00",
        "kept_at": None,
        "state": "open",
    }


def test_a_file_that_is_not_there_is_a_slip_like_a_number_that_is_not(config: Path) -> None:
    for words, told in (("nofile", "no file nofile"), ("9999", "no mail #9999")):
        with pytest.raises(UsageError, match=told):
            explain.explain(words, config=config)


def test_show_and_explain_tell_the_reply_and_what_became_of_its_promise(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show.show(2, config=config)
    told = "reply #2; an answer promised by Tue 01 Jan 2199, 13:00, open"
    assert told in capsys.readouterr().out
    explain.explain("2", config=config)
    assert told in capsys.readouterr().out
    journal = open_journal(config.with_name("state.db"))
    answered = NOW + timedelta(hours=1)
    own = OwnMail(("", "<r2@acme.example>"), answered, recipients=("c2@customer2.example",))
    journal.record_own("support", [own], mark(9, "Sent"))
    journal.close()
    show.show(2, config=config)
    assert "13:00, kept" in capsys.readouterr().out
    (fields,) = listed(capsys, config, "show", "1")
    assert fields["outbox"].pop("at")
    assert fields["outbox"] == {"id": 1, "state": "held", "promise": None}


def test_giving_up_needs_no_server(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left:
        commands.drop([1, 2, 3], config=config)
    assert left.value.exit_code == 3
    told = capsys.readouterr()
    assert "#1 to c1@customer1.example: given up" in told.out
    assert "#3 to c3@customer3.example: given up" in told.out
    assert "#2 to c2@customer2.example: it is sent and cannot be given up" in told.err
    (row,) = listed(capsys, config, "outbox", "show", "1")
    assert row["detail"] == "given up by a person; it was held: said 1"


def test_options_before_the_verb_are_refused(config: Path) -> None:
    with pytest.raises(SystemExit) as left:
        app(["outbox", "--config", str(config), "drop", "1"])
    assert left.value.code == 2


def test_a_number_that_is_not_there(config: Path) -> None:
    with pytest.raises(UsageError, match="no reply #99"):
        commands.show(99, config=config)
