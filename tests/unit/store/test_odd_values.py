"""A sound database with values that were never written there by us."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import STATES, claim, keep, mark, recall, record, sent

from inboxwatch.errors import StateError
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inboxwatch.ports import Journal

FAR = 2**62


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


@pytest.fixture
def state(tmp_path: Path) -> Path:
    path = tmp_path / "state.db"
    with open_journal(path) as journal:
        run = journal.begin_run(NOW, replies_enabled=True)
        journal.set_replies_since(run.run_id, NOW)
        (mail_id,) = keep(journal, record(1))
        sent(journal, claim(1, mail_id=mail_id, promise=NOW + timedelta(hours=4)))
        look_at_everything(journal)
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
        ("run", "started_at", FAR),
        ("run", "replies_since", FAR),
    ],
)
def test_it_is_told_with_the_next_step(state: Path, table: str, column: str, value: object) -> None:
    odd(state, table, column, value)
    with open_journal(state) as journal, pytest.raises(StateError) as told:
        look_at_everything(journal)
    assert str(state) in told.value.message
    assert "never writes" in told.value.message
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
