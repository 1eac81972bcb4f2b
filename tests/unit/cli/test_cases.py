"""``attention``, ``done``, ``assign``, ``snooze``, ``promises`` on a state of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.journal import decision, keep, mark
from tests.support.written import ONE_ACCOUNT

from inboxwatch.cli.commands import app
from inboxwatch.core.summary import decision_fields
from inboxwatch.errors import ExitCode
from inboxwatch.model.case import Cause
from inboxwatch.model.conversation import OwnMail, Pledge
from inboxwatch.ports import Record
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-sun: "00:00-24:00"}}
  open: [business]
goodwill: {{most: 25, approvers: [Jo, Lee]}}
state: {{path: state.db}}
"""
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
HOSTILE = "Manager\x1b[2J\u202e please"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two mails that ask for a manager, and a promise that is an hour late."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    journal = open_journal(tmp_path / "state.db")
    causes = (Cause("manager-request", "your\x1b[31m manager"),)
    mails = [
        decision(uid, subject=HOSTILE, escalation=causes, received=NOW - 5 * HOUR) for uid in (1, 2)
    ]
    keep(journal, *(Record(one, decision_fields(one)) for one in mails), at=NOW)
    asked = decision(3, "bob@other.example", received=NOW - 9 * HOUR)
    keep(journal, Record(asked, decision_fields(asked)), at=NOW)
    answer = OwnMail(
        ("<o@acme.example>", "<m3@other.example>"),
        NOW - 8 * HOUR,
        "jo@acme.example",
        ("bob@other.example",),
        pledges=(Pledge("I will call you\x07 soon.", NOW - HOUR),),
    )
    journal.record_own("support", [answer], mark(2, "Sent"))
    journal.close()
    return path


def call(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        app([*words, "--config", str(config)])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out + err


def objects(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> list[dict[str, Any]]:
    _, out = call(capsys, config, *words, "--json")
    return [json.loads(line) for line in out.splitlines()]


def test_attention_shows_what_why_and_the_next_step(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = call(capsys, config, "attention")
    assert code == 0
    for words in (
        "to a person",
        "ann@customer.example",
        "asked 2 times: manager-request",
        "→ call: it has to be a manager",
        "broken promise",
        "promised by jo@acme.example: I will call you",
        "2 things need a person.",
    ):
        assert words in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert max(map(len, out.splitlines())) <= 100


def test_attention_as_objects_and_as_an_exit_code_for_cron(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = objects(capsys, config, "attention")
    assert [one["kind"] for one in found] == ["escalation", "promise-broken"]
    assert found[0]["next_step"]["action"] == "call"
    assert found[0]["next_step"]["text"] == "it has to be a manager"
    assert call(capsys, config, "attention", "--fail-on", "attention")[0] == ExitCode.ATTENTION
    for mail_id in ("2", "3"):
        assert call(capsys, config, "done", mail_id)[0] == 0
    code, out = call(capsys, config, "attention", "--fail-on", "attention")
    assert (code, out) == (0, "Nothing needs a person now.\n")


def test_done_closes_the_case_and_show_says_who_did_what(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (told,) = objects(
        capsys, config, "done", "2", "--by", "text", "--owner", "Jo", "--note", "All is well."
    )
    assert told["closed"] == 1
    assert told["owner"] == "Jo"
    assert [one["kind"] for one in objects(capsys, config, "attention")] == ["promise-broken"]
    _, out = call(capsys, config, "show", "2")
    assert "Done by Jo, by text" in out
    assert "All is well." in out


def test_who_sees_to_it_stands_in_queue_and_attention(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capsys, config, "assign", "2", "Kim")[1] == "#2 is Kim's.\n"
    assert "[Kim]" in call(capsys, config, "queue")[1]
    assert "[Kim]" in call(capsys, config, "attention")[1]
    assert objects(capsys, config, "show", "2")[0]["owner"] == "Kim"
    assert call(capsys, config, "assign", "2", "")[1] == "#2 is nobody's any more.\n"
    assert "Kim" not in call(capsys, config, "queue")[1]


def test_what_is_put_off_leaves_queue_and_attention_until_then(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = call(capsys, config, "snooze", "2", "3d")
    assert code == 0
    assert out.startswith("#2 is put off until ")
    assert (
        "1 thing needs a person; 1 put off, shown with --all."
        in call(capsys, config, "attention")[1]
    )
    assert [one["id"] for one in objects(capsys, config, "queue")] == [1]
    assert "1 mail put off, shown with --all." in call(capsys, config, "queue")[1]
    assert "off until" in call(capsys, config, "queue", "--all")[1]
    assert "off until" in call(capsys, config, "attention", "--all")[1]


@pytest.mark.parametrize(
    "words",
    [("done", "99"), ("assign", "0", "Kim"), ("snooze", "2", "soon"), ("snooze", "99", "2h")],
)
def test_a_wrong_number_or_time_changes_nothing(
    config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out = call(capsys, config, *words)
    assert code == ExitCode.USAGE
    assert "write 2h" in out or "inboxwatch queue shows the numbers" in out
    assert len(objects(capsys, config, "attention")) == 2


def test_promises_and_how_they_fared(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = objects(capsys, config, "promises")
    assert (found["state"], found["by"], found["reply"]) == ("overdue", "jo@acme.example", None)
    _, out = call(capsys, config, "promises")
    assert "0 open, 0 kept, 0 late, 1 broken: 0% kept in time." in out
    assert "\x07" not in out
    call(capsys, config, "done", "3")
    assert objects(capsys, config, "promises")[0]["state"] == "late"


def test_a_configuration_to_replay_that_is_none_is_told_before_anything(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOXWATCH_CONFIG", str(config))
    for wrong in (config.parent, config.with_name("new.yaml")):
        with pytest.raises(SystemExit) as left:
            app(["replay", "--config", str(wrong)])
        assert left.value.code == ExitCode.CONFIG
    capsys.readouterr()


def test_no_promises_at_all(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out = call(capsys, config, "promises", "--account", "support", "--days", "1")
    assert "1 broken" in out
    code, _ = call(capsys, config, "promises", "--account", "sales")
    assert code == ExitCode.USAGE


def test_a_credit_is_proposed_within_limits_and_approved_by_name(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = call(
        capsys, config, "goodwill", "propose", "2", "12.5", "--by", "Kim", "--note", "late"
    )
    assert code == 0
    assert "proposed      12.50 EUR  ann@customer.example  #2" in out
    again, why = call(capsys, config, "goodwill", "propose", "1", "5")
    assert again == ExitCode.USAGE
    assert "once in 90 days is the limit" in why
    assert call(capsys, config, "goodwill", "approve", "1", "--by", "Kim")[0] == ExitCode.USAGE
    assert "approved by Jo" in call(capsys, config, "goodwill", "approve", "1", "--by", "Jo")[1]
    twice, why = call(capsys, config, "goodwill", "decline", "1", "--by", "Jo")
    assert twice == ExitCode.USAGE
    assert "no open proposal" in why
    (row,) = objects(capsys, config, "goodwill", "list")
    assert (row["state"], row["amount"], row["decided_by"]) == ("approved", "12.50", "Jo")


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("26", "is not within"),
        ("0", "is not within"),
        ("-5", ""),
        ("x", "is no amount"),
        ("1.005", "more than two decimals"),
        ("NaN", "is no amount"),
        ("1e9", "is not within"),
    ],
)
def test_what_exceeds_the_limits_is_not_proposed(
    config: Path, capsys: pytest.CaptureFixture[str], amount: str, why: str
) -> None:
    code, out = call(capsys, config, "goodwill", "propose", "2", amount)
    assert code == ExitCode.USAGE
    assert why in out
    assert objects(capsys, config, "goodwill", "list") == []


@pytest.mark.parametrize("limits", ["most: 5", "most: 25, currency: CHF"])
def test_the_limits_as_they_are_by_now_hold_at_approval(
    config: Path, capsys: pytest.CaptureFixture[str], limits: str
) -> None:
    assert call(capsys, config, "goodwill", "propose", "2", "25")[0] == 0
    config.write_text(CONFIG.replace("most: 25", limits), "utf-8")
    code, why = call(capsys, config, "goodwill", "approve", "1", "--by", "Jo")
    assert (code, "cannot be approved" in why, "next: " in why) == (ExitCode.USAGE, True, True)
    assert objects(capsys, config, "goodwill", "list")[0]["state"] == "proposed"
    assert call(capsys, config, "goodwill", "decline", "1", "--by", "Jo")[0] == 0


@pytest.mark.parametrize("sender", ["jo@acme.example", "support+x@acme.example"])
def test_no_credit_is_proposed_to_one_of_the_team(
    config: Path, capsys: pytest.CaptureFixture[str], sender: str
) -> None:
    journal = open_journal(config.with_name("state.db"))
    made = decision(9, sender, received=NOW - HOUR)
    keep(journal, Record(made, decision_fields(made)), at=NOW)
    journal.close()
    code, why = call(capsys, config, "goodwill", "propose", "4", "5")
    assert (code, "one of you" in why) == (ExitCode.USAGE, True)
    assert objects(capsys, config, "goodwill", "list") == []


def test_a_declined_credit_stands_in_nobody_s_way(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, config, "goodwill", "propose", "2", "5")
    call(capsys, config, "goodwill", "decline", "1", "--by", "Lee")
    assert call(capsys, config, "goodwill", "propose", "2", "5")[0] == 0


def test_a_corrected_priority_is_shown_at_once_and_remembered(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = call(capsys, config, "correct", "2", "--priority", "8")
    assert (code, out) == (0, "#2 was decided 3 and is 8 from now on.\n")
    queue = {one["id"]: one for one in objects(capsys, config, "queue")}
    assert queue[2]["priority"] == 8
    assert sum(one["points"] for one in queue[2]["reasons"]) == 8
    assert objects(capsys, config, "explain", "2")[0]["priority"] == 8
    assert "1 correction so far" in call(capsys, config, "suggest")[1]
    assert call(capsys, config, "correct", "2", "--priority", "10")[0] == ExitCode.USAGE
    assert call(capsys, config, "correct", "77", "--priority", "5")[0] == ExitCode.USAGE
