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
from inboxwatch.model.case import Action, Cause, NextStep
from inboxwatch.model.conversation import OwnMail, Pledge
from inboxwatch.model.customer import Customer, CustomerMatch, MatchKind
from inboxwatch.model.decision import Effect, Reason, Refusal, Reply
from inboxwatch.ports import Record, SurgeFound
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.model.decision import Decision

CONFIG = f"""\
{ONE_ACCOUNT}schedule:
  business: {{mon-sun: "00:00-24:00"}}
  open: [business]
goodwill: {{most: 25, approvers: [Jo, Lee]}}
state: {{path: state.db}}
"""
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
BY_ADDRESS = MatchKind.ADDRESS
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
        name="Jo Miller\x1b",
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
        "1 escalation",
        "ann@customer.example",
        "asked 2 times: manager-request “your",
        "→ call: it has to be a manager",
        "inboxwatch show 2; then inboxwatch done 2 --by call",
        "broken promise",
        "promised by Jo Miller",
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
    assert "done by Jo, by text" in out
    assert "All is well." in out


def test_done_says_what_was_so_already_and_records_nothing_that_nobody_said(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = call(capsys, config, "done", "2", "--owner", "Jo")
    assert out == "#2 is done: 1 mail left the queue, 1 escalation closed.\n"
    (again,) = objects(capsys, config, "done", "2")
    assert (again["by"], again["closed"], again["was"]) == (None, 0, "done")
    _, out = call(capsys, config, "done", "2")
    assert out.startswith("#2 was done by Jo, ")
    assert out.endswith("; nothing to add.\n")
    _, out = call(capsys, config, "done", "2", "--note", "She is happy.")
    assert out.endswith("; noted as well.\n")
    _, shown = call(capsys, config, "show", "2")
    assert "State      done by Jo, " in shown
    assert "Later      done, " in shown
    _, out = call(capsys, config, "done", "2", "--undo")
    assert "#2 had left the queue otherwise as well; taken back: done, " in out
    _, out = call(capsys, config, "done", "3")
    assert "#3 had left the queue already (answered by a person); noted." in out


def test_show_tells_the_state_first_and_demands_nothing_that_is_settled(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = call(capsys, config, "show", "2")
    for words in ("State      open: it has to reach a person", "Why        manager-request"):
        assert out.index(words) < out.index("── Mail")
    assert "call: it has to be a manager" in out
    call(capsys, config, "done", "2", "--by", "call", "--owner", "Jo")
    _, out = call(capsys, config, "show", "2")
    assert "State      done by Jo, by call" in out
    assert "it has to be a manager" not in out
    _, out = call(capsys, config, "show", "3")
    assert "State      a person answered" in out
    assert "overdue: jo@acme.example wrote “I will call you\\x07 soon.”" in " ".join(out.split())
    journal = open_journal(config.with_name("state.db"))
    causes = (Cause("manager-request", "your manager"),)
    again = decision(
        4, related=("<m2@customer.example>",), escalation=causes, received=datetime.now(UTC)
    )
    keep(journal, Record(again, decision_fields(again)), at=NOW)
    journal.close()
    _, out = call(capsys, config, "show", "4")
    assert "State      open: it has to reach a person" in out
    assert "Earlier    done by Jo, by call" in out
    assert "State      done by Jo" in call(capsys, config, "show", "2")[1]
    _, out = call(capsys, config, "done", "2")
    assert "1 mail left the queue, 1 escalation closed." in " ".join(out.split())


def test_explain_tells_how_it_stands_as_well(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = call(capsys, config, "explain", "2")
    assert "State      open: it has to reach a person" in out
    assert "it has to be a manager" in out


def test_done_and_snooze_can_be_taken_back(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, config, "done", "2", "--by", "call", "--owner", "Jo")
    code, out = call(capsys, config, "done", "2", "--undo")
    assert (code, out.startswith("#2 is open again; taken back: done by Jo, by call, ")) == (
        0,
        True,
    )
    assert [one["id"] for one in objects(capsys, config, "queue")] == [1, 2]
    assert call(capsys, config, "done", "2", "--undo")[0] == ExitCode.USAGE
    assert call(capsys, config, "done", "2", "--undo", "--by", "call")[0] == ExitCode.USAGE
    call(capsys, config, "snooze", "2", "3d")
    assert call(capsys, config, "snooze", "2", "--undo")[1] == "#2 is put off no more.\n"
    assert [one["id"] for one in objects(capsys, config, "queue")] == [1, 2]
    assert call(capsys, config, "snooze", "2")[0] == ExitCode.USAGE
    assert call(capsys, config, "snooze", "2", "3d", "--undo")[0] == ExitCode.USAGE


@pytest.mark.parametrize(
    "words",
    [("queue",), ("attention",), ("show", "1"), ("outbox",), ("promises",), ("done", "1")],
)
def test_where_no_run_has_happened_nothing_looks_as_if_nothing_waited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    code, out = call(capsys, path, *words)
    assert code == ExitCode.STATE
    assert "no run has happened yet: there is no state at" in out
    assert not (tmp_path / "state.db").exists()


def test_who_sees_to_it_stands_in_queue_and_attention(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capsys, config, "assign", "2", "Kim")[1] == "#2 is Kim's.\n"
    assert "[escalated, Kim]" in call(capsys, config, "queue")[1]
    assert "assigned to Kim" in call(capsys, config, "attention")[1]
    assert [one["id"] for one in objects(capsys, config, "queue", "--owner", "kim ")] == [2]
    assert [one["id"] for one in objects(capsys, config, "attention", "--owner", "Kim")] == [2]
    assert [one["id"] for one in objects(capsys, config, "queue", "--owner", "")] == [1]
    assert objects(capsys, config, "attention", "--owner", "Jo") == []
    for command in ("queue", "attention"):
        told = " ".join(call(capsys, config, command, "--owner", "Jo")[1].split())
        assert "of others, shown without --owner" in told
    assert objects(capsys, config, "show", "2")[0]["owner"] == "Kim"
    assert call(capsys, config, "assign", "2", "")[1] == "#2 is nobody's any more.\n"
    assert "Kim" not in call(capsys, config, "queue")[1]


def test_what_is_put_off_leaves_queue_and_attention_until_then(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = call(capsys, config, "snooze", "2", "3d")
    assert code == 0
    assert out.startswith("#2 is put off until ")
    told = out.removeprefix("#2 is put off until ").rstrip(".\n")
    assert (
        "1 thing needs a person; 1 put off, shown with --all."
        in call(capsys, config, "attention")[1]
    )
    assert [one["id"] for one in objects(capsys, config, "queue")] == [1]
    assert "1 mail put off, shown with --all." in call(capsys, config, "queue")[1]
    assert "off until" in call(capsys, config, "queue", "--all")[1]
    _, every = call(capsys, config, "attention", "--all")
    assert f"off until {told}\n" in every
    assert every.endswith("1 thing needs a person; 1 put off, shown as well.\n")


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


LONG_PAST = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


def test_the_gravest_come_first_with_name_priority_and_what_is_overdue(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = open_journal(config.with_name("state.db"))
    step = NextStep(Action.WRITE, "keep the mail", due=LONG_PAST)
    whose = CustomerMatch(Customer("c-7", "Cleo", ("cleo@third.example",), vip=True), BY_ADDRESS)
    threat = decision(
        9,
        "cleo@third.example",
        customer=whose,
        priority=7,
        reasons=(Reason("base", 7),),
        escalation=(Cause("abuse-or-threat", "I know where you live"),),
        next_step=step,
        received=NOW - HOUR,
    )
    keep(journal, Record(threat, decision_fields(threat)), at=NOW)
    journal.close()
    first, *rest = objects(capsys, config, "attention")
    assert [one["kind"] for one in rest] == ["escalation", "promise-broken"]
    assert (first["causes"], first["name"], first["vip"]) == (["abuse-or-threat"], "Cleo", True)
    assert (first["overdue"], first["priority"]) == (True, 7)
    assert first["commands"][1] == f"inboxwatch done {first['id']} --by mail"
    _, out = call(capsys, config, "attention")
    assert "7 escalation      Cleo* <cleo@third.example>" in out
    assert "abuse-or-threat “I know where you live”" in out
    assert "overdue since Mon 05 Jan 2026, 1" in out


def test_an_open_surge_stands_in_attention_until_somebody_answers_it(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = open_journal(config.with_name("state.db"))
    surge = journal.keep_surge(SurgeFound((1,), (), NOW, phrase="promo\x1b code", told=9))
    journal.close()
    (found,) = (one for one in objects(capsys, config, "attention") if one["kind"] == "surge")
    assert (found["surge"], found["id"]) == (surge.id, None)
    assert found["commands"] == [f"inboxwatch surge show {surge.id}"]
    _, out = call(capsys, config, "attention")
    assert "\x1b" not in out
    assert "3 things need a person." in out
    assert objects(capsys, config, "attention", "--owner", "Kim") == []
    journal = open_journal(config.with_name("state.db"))
    journal.answer_surge(surge.id, "incident", "", NOW)
    journal.close()
    assert "surge" not in call(capsys, config, "attention")[1]


def test_queue_and_outbox_tell_what_a_rule_held(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = open_journal(config.with_name("state.db"))
    refused = Reply.refused((Refusal("A40", "H", Effect.HOLD, "found in Junk"),), "en")
    held = decision(9, "dan@third.example", reply=refused, received=NOW - HOUR)
    keep(journal, Record(held, decision_fields(held)), at=NOW)
    journal.close()
    assert "[held: A40]" in call(capsys, config, "queue")[1]
    _, out = call(capsys, config, "outbox")
    assert "No reply needs anybody." in out
    assert "1 mail was held before a reply was written: inboxwatch queue" in out


def test_promises_and_how_they_fared(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = objects(capsys, config, "promises")
    assert (found["state"], found["by"], found["reply"]) == ("overdue", "jo@acme.example", None)
    _, out = call(capsys, config, "promises")
    assert "0 open, 0 kept, 0 late, 1 broken: 0% kept in time." in out
    assert "by Jo Miller" in out
    assert "Due in business time" in out
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
        ("26", "is too much"),
        ("0", "at least"),
        ("-5", ""),
        ("x", "is no amount"),
        ("1.005", "more than two decimals"),
        ("NaN", "is no amount"),
        ("1e9", "is too much"),
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
    assert (code, out) == (0, "#2 was decided 3, 1 with its waiting, and is 8 from now on.\n")
    queue = {one["id"]: one for one in objects(capsys, config, "queue")}
    assert queue[2]["priority"] == 8
    assert sum(one["points"] for one in queue[2]["reasons"]) == 8
    assert objects(capsys, config, "explain", "2")[0]["priority"] == 8
    assert "1 correction so far" in call(capsys, config, "suggest")[1]
    assert call(capsys, config, "correct", "1", "--undo")[0] == ExitCode.USAGE
    assert call(capsys, config, "correct", "2", "--undo", "-p", "3")[0] == ExitCode.USAGE
    assert call(capsys, config, "correct", "2")[0] == ExitCode.USAGE
    told = call(capsys, config, "correct", "2", "--undo")[1]
    assert told == "#2 is no longer corrected to 8: it is 1, and rises with its waiting.\n"
    assert {one["id"]: one["priority"] for one in objects(capsys, config, "queue")}[2] == 1
    assert call(capsys, config, "correct", "2", "--priority", "10")[0] == ExitCode.USAGE
    assert call(capsys, config, "correct", "77", "--priority", "5")[0] == ExitCode.USAGE


def test_several_mails_are_done_at_once_or_none_of_them(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = call(capsys, config, "done", "1", "2", "99")
    assert (code, "there is no mail #99" in out) == (ExitCode.USAGE, True)
    assert [one["id"] for one in objects(capsys, config, "queue")] == [1, 2]
    told = objects(capsys, config, "done", "1", "2", "1", "--owner", "Jo")
    assert [one["id"] for one in told] == [1, 2]
    assert objects(capsys, config, "queue") == []
    assert call(capsys, config, "done", "1", "99", "--undo")[0] == ExitCode.USAGE
    assert objects(capsys, config, "queue") == []
    code, out = call(capsys, config, "done", "1", "2", "--undo")
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, ["#1", "#2"])
    assert [one["id"] for one in objects(capsys, config, "queue")] == [1, 2]


OLD = NOW - timedelta(days=20)


def add(config: Path, *mails: Decision) -> None:
    """Put further mails into the state."""
    journal = open_journal(config.with_name("state.db"))
    keep(journal, *(Record(one, decision_fields(one)) for one in mails), at=NOW)
    journal.close()


def test_old_mail_leaves_the_queue_but_for_what_has_to_reach_somebody(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    carl, dora, eve = (f"{name}@third.example" for name in ("carl", "dora", "eve"))
    again = decision(12, carl, related=("<m11@third.example>",), received=OLD)
    newer = decision(14, dora, related=("<m13@third.example>",), received=NOW - 2 * HOUR)
    of_ann = decision(15, received=OLD)  # whose escalation is open, in another conversation
    add(config, decision(11, carl, received=OLD), again, newer)
    add(config, decision(13, dora, received=OLD), of_ann, decision(16, eve, received=OLD))
    before = objects(capsys, config, "queue", "--days", "60")
    (told,) = objects(capsys, config, "done", "--older-than", "14d", "--dry-run")
    assert (told["found"], told["left"], told["closed"]) == (3, 2, 0)
    assert objects(capsys, config, "queue", "--days", "60") == before
    code, out = call(capsys, config, "done", "--older-than", "14d")
    assert (code, "add --yes" in out) == (ExitCode.USAGE, True)
    code, out = call(capsys, config, "done", "--older-than", "14d", "--yes", "--note", "Old.")
    assert (code, out.startswith("3 mails older than 14d left the queue; 2 old mails stay: ")) == (
        0,
        True,
    )
    left = {one["subject"] for one in objects(capsys, config, "queue", "--days", "60")}
    assert left == {HOSTILE, "Subject 13", "Subject 14", "Subject 15"}
    assert [one["kind"] for one in objects(capsys, config, "attention")] == [
        "escalation",
        "promise-broken",
    ]
    _, out = call(capsys, config, "done", "--older-than", "14d", "--yes")
    assert out.startswith("Nothing older than 14d may leave the queue; 2 old mails stay")
    mail_id = next(one["id"] for one in before if one["subject"] == "Subject 16")
    _, out = call(capsys, config, "done", str(mail_id), "--undo")
    assert "is open again" in out


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("2", "--older-than", "14d"),
        ("--older-than", "soon"),
        ("--older-than", "14d", "--undo"),
        ("2", "--yes"),
        ("2", "--dry-run"),
    ],
)
def test_done_wants_numbers_or_an_age(
    words: tuple[str, ...], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = objects(capsys, config, "queue")
    assert call(capsys, config, "done", *words)[0] == ExitCode.USAGE
    assert objects(capsys, config, "queue") == before
