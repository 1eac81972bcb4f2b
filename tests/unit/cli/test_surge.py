"""``inboxwatch surge`` on a state of its own, without any server."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer
from msgspec.structs import replace
from tests.support.journal import decision, keep
from tests.support.reddit import NIGHT
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli import surge as commands
from inboxwatch.cli.commands import app
from inboxwatch.core.summary import decision_fields
from inboxwatch.core.triage.fingerprint import fingerprint_of
from inboxwatch.errors import ExitCode, UsageError
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.surge import Suspicion
from inboxwatch.ports import Record, SurgeFound
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-fri: "09:00-18:00"}}
  open: [business]
customers: {{files: [customers.csv]}}
state: {{path: state.db}}
"""
CUSTOMERS = "id,name,email,tags\nc-1,Ann Shop,ann@shop.example,resale\nc-2,Bo,bo@shop.example,\n"
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
HOSTILE = "\x1b[2J\u202e[red]promo code[/red]\r\n" + "KITE" * 60


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Three surges: of eight senders, of one sender under six names, and one that is closed."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    with open_journal(tmp_path / "state.db") as journal:
        for number in range(14):
            sender = f"g{number}@host.example" if number < 8 else f"sam+{number}@host.example"
            canonical = sender if number < 8 else "sam@host.example"
            made = replace(
                decision(number + 1, sender),
                subject=HOSTILE if number == 0 else NIGHT[number % 12][0],
                text=NIGHT[number % 12][1],
                sender_canonical=canonical,
                received=BEGAN + timedelta(minutes=number),
            )
            print_ = replace(fingerprint_of("", made.text), name=f"Guest <{sender}>")
            keep(journal, Record(made, decision_fields(made), fingerprint=print_))
        scheme = fingerprint_of("", "").scheme
        traces = journal.traces(
            BEGAN - timedelta(days=1), datetime.now(UTC), scheme=scheme, limit=99
        )
        many = SurgeFound((1, 2), traces[:8], BEGAN, phrase="promo code", told=8)
        journal.keep_surge(replace(many, suspicion=Suspicion.OFFER))
        alone = SurgeFound((3, 4), traces[8:], BEGAN, phrase="free kites", told=1)
        journal.keep_surge(replace(alone, suspicion=Suspicion.SENDER))
        over = journal.keep_surge(SurgeFound((5,), traces[:5], BEGAN, phrase="", told=5))
        journal.close_surge(over.id, BEGAN)
    return path


def listed(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> list[dict[str, Any]]:
    out = told(capsys, config, *words, "--json")
    return [json.loads(line) for line in out.splitlines()]


def told(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> str:
    with pytest.raises(SystemExit) as left:
        app(["surge", *words, "--config", str(config)])
    assert not left.value.code
    return capsys.readouterr().out


def refused(config: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as left:
        app(["surge", *words, "--config", str(config)])
    assert left.value.code == ExitCode.USAGE
    return capsys.readouterr().err


def test_the_open_ones_are_listed(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = listed(capsys, config)
    assert (first["id"], first["senders"], first["phrase"]) == (1, 8, "promo code")
    assert (first["suspicion"], second["suspicion"]) == ("offer", "sender")
    assert (second["senders"], second["names"], second["mails"]) == (1, 6, 6)
    assert first["samples"] == [1, 2, 4, 6, 8]
    assert first["next_step"] == "inboxwatch surge answer 1 --template incident --about WORDS"
    assert listed(capsys, config, "list") == [first, second]


def test_closed_ones_are_listed_when_asked_for(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = listed(capsys, config, "list", "--all")
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert rows[2]["next_step"] == ""
    assert [row["id"] for row in listed(capsys, config, "list", "--all", "--abuse")] == [1, 2]


def test_it_is_told_in_words(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = told(capsys, config, "--all")
    assert "!1 8 senders (usually none)  promo code" in out
    assert "!2 1 sender under 6 names  free kites" in out
    assert "much the same text  closed" in out
    assert "!3" not in out
    assert "for instance #1, #2, #4, #6, #8" in out
    assert out.rstrip().endswith("3 surges.")
    assert max(map(len, out.splitlines())) <= 80


def test_show_has_conversations_and_who_wrote(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = listed(capsys, config, "show", "1", "--limit", "3")
    assert [one["mail"] for one in row["conversations"]] == [1, 2, 4, 6, 8]
    assert row["conversations"][1]["text"] == NIGHT[1][1]
    assert [one["mail"] for one in row["writers"]] == [6, 7, 8]
    assert row["writers"][0]["name"] == "Guest <g5@host.example>"
    assert (row["new"], row["left"], row["writers"][0]["new"]) == (8, 5, True)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_hostile_subjects_are_made_harmless(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    out = told(capsys, config, "show", "1", "--limit", "3")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    assert max(map(len, out.splitlines())) <= width
    assert "Who wrote: 8 senders, 8 of them new" in " ".join(out.split())
    whole = " ".join(out.split())
    assert "5 earlier ones not shown: inboxwatch surge show 1 --limit 8" in whole or width < 80


def test_looking_changes_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = config.with_name("state.db")
    before = hashlib.sha256(state.read_bytes()).hexdigest()
    told(capsys, config, "--all")
    told(capsys, config, "show", "1")
    assert hashlib.sha256(state.read_bytes()).hexdigest() == before


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "secret")


@pytest.mark.usefixtures("password")
def test_a_template_is_assigned_and_drafts_wait_in_the_outbox(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = told(capsys, config, "answer", "1", "-t", "incident", "--about", "the\npromo code")
    assert "Surge 1 is answered with incident from now on." in out
    assert "inboxwatch surge drafts 1" in out
    (row, _) = listed(capsys, config)
    assert (row["template"], row["about"]) == ("incident", "the promo code")
    (drafts,) = listed(capsys, config, "drafts", "1", "--tag", "Resale")
    (draft,) = drafts["drafts"]
    assert (draft["to"], draft["why"]) == ("ann@shop.example", "tag resale")
    with open_journal(config.with_name("state.db")) as journal:
        (entry,) = journal.outbox((OutboxState.HELD,))
    assert entry.id == draft["outbox"]
    assert b"Subject: the promo code" in entry.octets
    again = told(capsys, config, "drafts", "1", "--tag", "resale")
    assert "Nobody is likely to be hit next who has not been written to." in again


@pytest.mark.usefixtures("password")
def test_a_surge_is_closed(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Surge 2 is closed" in told(capsys, config, "close", "2")
    assert "Nothing looks like abuse." not in told(capsys, config, "--abuse")
    (closed,) = listed(capsys, config, "close", "1")
    assert closed["closed_at"]
    assert "Nothing looks like abuse." in told(capsys, config, "--abuse")
    assert "No surge is open." in told(capsys, config)
    assert "surge 1 is closed" in refused(config, capsys, "close", "1")


@pytest.mark.usefixtures("password")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "9"), "there is no surge 9"),
        (("show", str(2**70)), "there is no surge"),
        (("close", "0"), "there is no surge 0"),
        (("answer", "3", "-t", "incident"), "surge 3 is closed"),
        (("answer", "1", "-t", "weekend"), "weekend is funny"),
        (("answer", "1", "-t", "nope"), "there is no template 'nope'"),
        (("drafts", "1"), "surge 1 has no text yet"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_next_step(
    config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    err = refused(config, capsys, *words)
    assert message in err
    assert "next: " in err


@pytest.mark.parametrize(
    "options", [{"config": "config.yaml"}, {"every": True}, {"abuse": True}, {"as_json": True}]
)
def test_options_before_a_verb_are_refused(options: dict[str, Any]) -> None:
    context = typer.Context(typer.main.get_command(commands.group))
    context.invoked_subcommand = "close"
    with pytest.raises(UsageError, match="options stand behind close"):
        commands.surge(context, **options)
