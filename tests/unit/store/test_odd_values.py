"""A sound database with values that were never written there by us."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import STATES, claim, decision, keep, mark, recall, record, ref, sent

from inboxwatch.core.backoff import failed
from inboxwatch.core.summary import decision_fields
from inboxwatch.errors import ExitCode, LoginRefusedError, StateError
from inboxwatch.model.case import Cause
from inboxwatch.model.condition import Condition
from inboxwatch.ports import Look, MailboxState, Record, RunEnd
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inboxwatch.ports import Journal

FAR = 2**62
BEFORE_THE_LAST_YEAR_ENDS = 253402300799000000
ODD = ("abc", b"x", 2**63 - 1)


def look_at_everything(journal: Journal) -> None:
    """What the commands ask for: run, queue, show, explain and outbox."""
    journal.mailbox("support", "INBOX")
    journal.begin_run(NOW, replies_enabled=True)
    journal.recover(NOW)
    recall(journal, related=("<r1@acme.example>",))
    journal.open_mails()
    journal.mail(1)
    journal.outbox(STATES)
    journal.entry(1)
    journal.promises()
    journal.escalations()
    journal.conditions()
    journal.quarantined()
    journal.attempts("support", "INBOX", 1)
    journal.looks("support")
    journal.octets(NOW.date())
    journal.secret()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    path = tmp_path / "state.db"
    with open_journal(path) as journal:
        run = journal.begin_run(NOW, replies_enabled=True)
        journal.set_replies_since(run.run_id, NOW)
        (mail_id,) = keep(journal, record(1))
        sent(journal, claim(1, mail_id=mail_id, promise=NOW + timedelta(hours=4)))
        look_at_everything(journal)
        for _ in range(3):
            journal.begin_reading([ref(9)], NOW)
        down = failed(Condition("support"), LoginRefusedError("no"), NOW, 0.0)
        journal.keep_looks([Look("support", "INBOX", MailboxState(1, 2, 1, 7), NOW)])
        traffic = {"support": 5}
        journal.end_run(RunEnd(run.run_id, NOW, 0, conditions=(down,), octets=traffic))
    return path


def odd(state: Path, table: str, column: str, value: object) -> None:
    sql = sqlite3.connect(state, isolation_level=None)
    sql.execute(f"UPDATE {table} SET {column} = ?", (value,))  # noqa: S608 - names of this test
    sql.close()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("mail", "decision", "{"),
        ("mail", "decision", "[]"),
        ("mail", "decision", "[" * 100_000),
        ("mail", "decision", b"\xff"),
        ("mail", "received", FAR),
        ("mail", "received", -FAR),
        ("mail", "received", "soon"),
        ("mailbox", "baseline_at", FAR),
        ("outbox", "state", "lost"),
        ("outbox", "claimed_at", FAR),
        ("outbox", "settled_at", -FAR),
        ("outbox", "good_until", FAR),
        ("promise", "due_at", FAR),
        ("promise", "kept_at", FAR),
        ("condition", "failed_at", FAR),
        ("condition", "next_attempt", "soon"),
        ("condition", "code", 99),
        ("condition", "failures", "many"),
        ("attempt", "first_at", FAR),
        ("run", "started_at", FAR),
        ("run", "replies_since", FAR),
        ("run", "started_at", "x"),
        ("run", "candidates", "x"),
        *(("look", "uidnext", value) for value in ODD),
        *(("look", "modseq", value) for value in ODD[:2]),
        *(("look", "mails", value) for value in ODD[:2]),
        *(("look", "whole_at", value) for value in ODD),
        *(("mailbox", "uidnext", value) for value in ODD),
        *(("mailbox", "baseline_uidnext", value) for value in ODD),
        *(("traffic", "octets", value) for value in ODD[:2]),
        *(("condition", column, b"x") for column in ("error", "next_step", "kind")),
        ("condition", "next_attempt", BEFORE_THE_LAST_YEAR_ENDS),
        *(("condition", "code", value) for value in (0, 1, 2, 11, 20, 130)),
        ("condition", "failures", 0),
        ("condition", "failures", -1),
        ("attempt", "error", b"x"),
        ("attempt", "mailbox", b"INBOX"),
        ("attempt", "tries", "x"),
        ("mail", "sender", b"x"),
        ("mail", "priority", "x"),
        ("outbox", "recipient", b"x"),
        ("outbox", "octets", "x"),
        ("meta", "value", "x"),
    ],
)
def test_it_is_told_with_the_next_step(state: Path, table: str, column: str, value: object) -> None:
    odd(state, table, column, value)
    with open_journal(state) as journal, pytest.raises(StateError) as told:
        look_at_everything(journal)
    assert str(state) in told.value.message
    assert table in told.value.message
    assert "never writes" in told.value.message
    assert told.value.code == ExitCode.STATE
    assert "restore it from a backup" in told.value.next_step


@pytest.mark.parametrize(
    "look",
    [
        lambda journal: journal.mail(1),
        lambda journal: journal.open_mails(),
        lambda journal: journal.outbox(STATES[:1]),
        lambda journal: journal.entry(1),
        lambda journal: journal.recover(NOW),
    ],
)
def test_a_reply_that_stands_as_none_can_is_not_passed_over(
    state: Path, look: Callable[[Journal], object]
) -> None:
    odd(state, "outbox", "state", "lost")
    with open_journal(state) as journal, pytest.raises(StateError):
        look(journal)


def test_nothing_is_written_when_something_odd_is_met(state: Path) -> None:
    odd(state, "outbox", "good_until", FAR)
    with open_journal(state) as journal:
        before = journal.mailbox("support", "INBOX")
        with pytest.raises(StateError):
            journal.take(1, STATES, NOW)
        assert journal.mailbox("support", "INBOX") == before
        journal.record((), mark(9), NOW)  # the transaction was left


EVERY_TEXT = (
    *(("mail", column) for column in ("sender", "subject", "decision", "account", "closed")),
    *(("outbox", column) for column in ("recipient", "detail", "message_id")),
    *(("escalation", column) for column in ("party", "causes")),
    *(("condition", column) for column in ("account", "error", "next_step")),
    ("attempt", "mailbox"),
)


@pytest.mark.parametrize(("table", "column"), EVERY_TEXT)
def test_text_that_is_not_utf_8_is_damage_wherever_it_stands(
    state: Path, table: str, column: str
) -> None:
    with open_journal(state) as journal:
        made = decision(5, escalation=(Cause("manager-request", "manager"),), received=NOW)
        keep(journal, Record(made, decision_fields(made)), at=NOW)
        assert journal.escalations()
    sql = sqlite3.connect(state, isolation_level=None)
    sql.execute(f"UPDATE {table} SET {column} = CAST(x'ff' AS TEXT)")  # noqa: S608 - of this test
    sql.close()
    with open_journal(state) as journal:
        with pytest.raises(StateError, match="text that is not UTF-8") as caught:
            look_at_everything(journal)
        assert caught.value.code == ExitCode.STATE


def test_octets_over_the_file_are_damage_and_never_a_bug(state: Path, tmp_path: Path) -> None:
    sound, chance = state.read_bytes(), Random(19)  # noqa: S311 - the same octets each time
    for _ in range(150):
        octets = bytearray(sound)
        for _ in range(chance.choice((1, 20, 400))):
            octets[chance.randrange(100, len(octets))] = chance.randrange(256)
        spoilt = tmp_path / "spoilt.db"
        spoilt.write_bytes(octets)
        for name in ("spoilt.db-wal", "spoilt.db-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        with suppress(StateError), open_journal(spoilt) as journal:
            look_at_everything(journal)
