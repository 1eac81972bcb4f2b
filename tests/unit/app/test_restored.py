"""A restored state does not know what went out since: nobody is answered twice (rule X15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.house import House, letter

from inboxwatch.core.sync import STATE_RESTORED
from inboxwatch.model.outcome import OutboxState
from inboxwatch.store.backup import back_up, restore
from inboxwatch.store.sqlite import open_journal, scratch_journal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


@pytest.fixture
def house(state: Path) -> House:
    return House(journal=open_journal(state)).after_baseline()


def restored(house: House, state: Path, copy: Path) -> None:
    house.journal.close()
    restore(copy, state, house.clock.now())
    house.journal = open_journal(state)


def test_who_was_answered_after_the_backup_is_not_answered_again(
    house: House, state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    house.deliver(letter("ann@customer.example"))
    house.run()
    assert len(house.transport.sent) == 1
    house.clock.pass_by(minutes=5)
    restored(house, state, tmp_path / "copy.db")
    house.clock.pass_by(minutes=1)
    report = house.run()
    assert len(house.transport.sent) == 1
    assert [(one.mailbox, one.reason) for one in report.baselines] == [
        ("INBOX", STATE_RESTORED),
        ("Spam", STATE_RESTORED),
    ]
    assert report.baselines[0].mails == 1
    (mail,) = house.journal.open_mails()  # though our own reply has set \\Answered
    assert mail.sender == "ann@customer.example"


def test_what_a_person_answered_after_the_backup_is_not_in_the_queue(
    house: House, state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    house.deliver(letter("ann@customer.example", message_id="<q@customer.example>"))
    house.run()
    own = letter(
        "support@acme.example",
        to="ann@customer.example",
        text="Under Account, then Address.",
        headers="In-Reply-To: <q@customer.example>\n",
    )
    house.deliver(own, "Sent")
    house.clock.pass_by(minutes=5)
    restored(house, state, tmp_path / "copy.db")
    house.run()
    assert house.journal.open_mails() == ()
    assert len(house.transport.sent) == 1


def test_a_server_whose_clock_is_ahead_changes_nothing_of_that(
    house: House, state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    house.clock.pass_by(minutes=10)
    house.deliver(letter("ann@customer.example"))  # dated ten minutes from now
    house.clock.pass_by(minutes=-10)
    house.run()
    sent = len(house.transport.sent)
    restored(house, state, tmp_path / "copy.db")
    house.run()
    house.clock.pass_by(minutes=11)
    house.run()
    assert len(house.transport.sent) == sent


def test_whoever_writes_after_that_is_answered_as_ever(
    house: House, state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    restored(house, state, tmp_path / "copy.db")
    house.clock.pass_by(minutes=1)
    assert house.run().baselines[0].mails == 0
    house.clock.pass_by(minutes=1)
    house.deliver(letter("bob@other.example"))
    report = house.run()
    assert report.baselines == ()
    assert [one.recipient for one in house.transport.sent] == ["bob@other.example"]


def test_mail_that_waited_for_a_reply_gets_none(house: House, state: Path, tmp_path: Path) -> None:
    house.transport.answers = {"mail": 421}
    house.deliver(letter("ann@customer.example"))
    house.run()
    assert [one.state for one in house.journal.outbox(list(OutboxState))] == [OutboxState.RETRY]
    back_up(state, tmp_path / "copy.db")
    house.transport.answers = {}
    house.clock.pass_by(minutes=5)
    house.run()
    assert len(house.transport.sent) == 1
    restored(house, state, tmp_path / "copy.db")
    house.clock.pass_by(minutes=5)
    assert house.run().unknown == ()
    assert len(house.transport.sent) == 1
    (entry,) = house.journal.outbox([OutboxState.UNKNOWN])
    assert entry.recipient == "ann@customer.example"


def test_a_dry_run_in_between_still_answers_nobody(
    house: House, state: Path, tmp_path: Path
) -> None:
    back_up(state, tmp_path / "copy.db")
    house.deliver(letter("ann@customer.example"))
    house.run()
    restored(house, state, tmp_path / "copy.db")
    with scratch_journal(state) as scratch:
        kept, house.journal = house.journal, scratch
        house.run(dry_run=True)
        house.journal = kept
    house.clock.pass_by(minutes=5)
    house.run()
    assert len(house.transport.sent) == 1
