"""What a look-up costs does not grow with the mails and replies that the journal holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import ANN, answer, bounce, claim, keep, mark, recall, record, sent

from inboxwatch.model.conversation import OwnMail
from inboxwatch.model.outcome import OutboxState
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from inboxwatch.store.sqlite import SqliteJournal

DAY = timedelta(days=1)
RELAY = "relay@mailer.example"
HELD = [OutboxState.HELD]

LOOK_UPS: dict[str, Callable[[SqliteJournal], object]] = {
    "recall": lambda journal: recall(journal, 1, ANN, ("<r1@acme.example>",), envelope=RELAY),
    "recall of a stranger": lambda journal: recall(journal, 99_999, "eve@new.example"),
    "usage": lambda journal: journal.usage(
        account="support", recipient_domain="customer.example", now=NOW
    ),
    "health": lambda journal: journal.health("support", NOW - timedelta(hours=1)),
    "entry": lambda journal: journal.entry(1),
    "take": lambda journal: journal.take(1, HELD, NOW),
    "claim": lambda journal: journal.claim(claim(99_999, ANN), lambda *_: (1 / 0,)),
    "rebound": lambda journal: keep(
        journal,
        record(
            50_000, "daemon@mx.example", rebound=bounce("<none@acme.example>", "<r1@acme.example>")
        ),
    ),
    "contact": lambda journal: journal.contact(ANN),
    "notes on somebody": lambda journal: journal.notes_on([ANN, "c-1"]),
    "report of a day": lambda journal: journal.reported(NOW - DAY, NOW + DAY),
    "mails of somebody": lambda journal: journal.mails_of([ANN], [], 10),
    "mails elsewhere": lambda journal: journal.mails_elsewhere("support", [("INBOX", 1)]),
    "answer": lambda journal: answer(journal, "<m1@customer.example>"),
}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with open_journal(tmp_path / "state.db") as opened:
        opened.begin_run(NOW, replies_enabled=True)
        keep(opened, record(1, received=NOW - 30 * DAY))
        sent(opened, claim(1, envelope_canonical=RELAY, claimed_at=NOW - 9 * DAY))
        yield opened


def grow(journal: SqliteJournal, uids: range) -> None:
    """Mails and replies of weeks ago, to many people through one relay; promises kept."""
    long_ago = NOW - 30 * DAY
    senders = {uid: f"c{uid}@customer.example" for uid in uids}
    keep(journal, *(record(uid, sender, received=long_ago) for uid, sender in senders.items()))
    for uid, sender in senders.items():
        made = claim(
            uid, sender, envelope_canonical=RELAY, claimed_at=long_ago, promise=long_ago + DAY
        )
        sent(journal, made)
        answer(journal, f"<m{uid}@customer.example>", at=long_ago + DAY, to=sender)
        wrote = OwnMail(("",), long_ago, recipients=(sender,))
        journal.record_own("support", [wrote], mark(2, "Sent"))
        journal.add_note(sender, long_ago, "a note")


def steps(journal: SqliteJournal, look_up: Callable[[SqliteJournal], object]) -> int:
    """How many instructions of its virtual machine SQLite takes."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    sql = journal._database._connection
    sql.set_progress_handler(step, 1)
    try:
        look_up(journal)
    except ZeroDivisionError:
        pass  # so that a claim changes nothing
    finally:
        sql.set_progress_handler(None, 0)
    return count


def test_no_look_up_costs_more_with_ten_times_as_much(journal: SqliteJournal) -> None:
    grow(journal, range(100, 130))
    for look_up in LOOK_UPS.values():
        steps(journal, look_up)  # what changes something is done again from here on
    few = {name: steps(journal, look_up) for name, look_up in LOOK_UPS.items()}
    grow(journal, range(130, 400))
    many = {name: steps(journal, look_up) for name, look_up in LOOK_UPS.items()}
    assert min(few.values()) > 0
    assert {name: many[name] for name in many if many[name] > 1.2 * few[name]} == {}
