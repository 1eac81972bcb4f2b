"""Retention (rule O13): what is old goes, what is open or keeps from a second answer stays."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.support.build import NOW
from tests.support.journal import (
    ANN,
    BOB,
    answer,
    bounce,
    claim,
    keep,
    mark,
    permitted,
    recall,
    record,
    sent,
)
from tests.support.kept import mail, moved

from inboxwatch.model.case import Cause, Deed
from inboxwatch.model.correction import Seen
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.surge import Trace
from inboxwatch.model.sweep import SweepMode, SweepRun
from inboxwatch.ports import SurgeFound
from inboxwatch.store.keeping import FOR_GOOD, RETENTION
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from inboxwatch.ports import Record
    from inboxwatch.store.sqlite import SqliteJournal

DAY = timedelta(days=1)
OLD = NOW - 120 * DAY
BEFORE, MEMORY = NOW - 90 * DAY, NOW - 100 * DAY
OPEN = [OutboxState.SENDING, OutboxState.RETRY, OutboxState.HELD, OutboxState.UNKNOWN]


def old(uid: int = 1, sender: str = ANN, at: datetime = OLD, **fields: object) -> Record:
    """A mail of long ago that needs nobody, with a text."""
    made = record(uid, sender, received=at, **{"closed": "answered by a person", **fields})
    payload = {**made.payload, "schema": 1, "text": "My parcel is late.", "reply": {"text": "Hi"}}
    return replace(made, payload=payload)


def prune(journal: SqliteJournal, limit: int = 100) -> dict[str, int]:
    """All of it, batch by batch."""
    counts: dict[str, int] = {}
    after: int | None = 0
    while after is not None:
        done = journal.prune(BEFORE, MEMORY, after=after, limit=limit)
        counts = {
            name: counts.get(name, 0) + done.counts.get(name, 0)
            for name in {**counts, **done.counts}
        }
        after = done.after
    return counts


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    sql = sqlite3.connect(path)
    names = [
        name
        for (name,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith("sqlite_")
    ]
    found = {
        name: sql.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]  # noqa: S608 - tables of ours
        for name in names
    }
    sql.close()
    return found


def test_every_table_of_the_schema_says_how_long_it_keeps_its_rows(
    journal: SqliteJournal, path: Path
) -> None:
    journal.secret()
    assert sorted(one.table for one in RETENTION) == sorted(rows(path))
    for one in RETENTION:
        assert (one.until == FOR_GOOD) is not bool(one.with_old or one.by_age)


def test_an_old_conversation_goes_with_all_that_belongs_to_it(
    journal: SqliteJournal, path: Path
) -> None:
    (mail_id,) = keep(journal, old(1), at=OLD)
    entry = sent(
        journal,
        claim(1, mail_id=mail_id, claimed_at=OLD, promise=OLD + DAY, related_ids=("<a@b>",)),
    )
    answer(journal, "<m1@customer.example>", at=OLD + timedelta(hours=1))
    journal.assign(mail_id, "Kim", OLD)
    journal.done(mail_id, Deed(OLD + timedelta(hours=2), None, "Kim", "called"))
    report = old(2, "mailer-daemon@mx.example", rebound=bounce("<r1@acme.example>"))
    keep(journal, report, at=OLD)
    assert prune(journal)["mail"] == 2
    assert journal.entry(entry.id) is None
    assert {name for name, number in rows(path).items() if number} <= {"mailbox", "meta", "contact"}
    assert prune(journal) == {}


def test_what_came_lately_stays(journal: SqliteJournal, path: Path) -> None:
    (mail_id,) = keep(journal, old(1, at=BEFORE + DAY), at=OLD)
    before = rows(path)
    assert prune(journal) == {}
    assert rows(path) == before
    mail = journal.mail(mail_id)
    assert mail is not None
    assert mail.decision["text"] == "My parcel is late."


def _in_the_queue(journal: SqliteJournal) -> None:
    keep(journal, old(1, closed=""), at=OLD)


def _pending(journal: SqliteJournal) -> None:
    keep(journal, old(1, closed="", pending=True), at=OLD)


def _unsettled(state: OutboxState) -> Callable[[SqliteJournal], None]:
    def make(journal: SqliteJournal) -> None:
        (mail_id,) = keep(journal, old(1), at=OLD)
        sent(journal, claim(1, mail_id=mail_id, claimed_at=OLD), state)

    return make


def _promise(journal: SqliteJournal) -> None:
    (mail_id,) = keep(journal, old(1), at=OLD)
    sent(journal, claim(1, mail_id=mail_id, claimed_at=OLD, promise=OLD + DAY))


def _escalation(journal: SqliteJournal) -> None:
    asked = old(1, closed="", escalation=(Cause("manager-request", "a manager"),))
    keep(journal, asked, at=OLD)
    journal.close_mails([1], "moved or deleted", OLD)
    assert journal.escalations()


def _correction(journal: SqliteJournal) -> None:
    keep(journal, old(1), at=OLD)
    journal.correct(1, 8, OLD, seen=Seen(3, ()), exact=True)


def _answered_lately(journal: SqliteJournal) -> None:
    keep(journal, old(1), at=OLD)
    answer(journal, "<m1@customer.example>", at=NOW - DAY)


def _replied_within_memory(journal: SqliteJournal) -> None:
    (mail_id,) = keep(journal, old(1), at=OLD)
    sent(journal, claim(1, mail_id=mail_id, claimed_at=NOW - 95 * DAY))


ALIVE = {
    "waits in the queue": _in_the_queue,
    "waits for a decision": _pending,
    **{f"a reply that is {state}": _unsettled(state) for state in OPEN},
    "an open promise": _promise,
    "an open escalation": _escalation,
    "a corrected priority": _correction,
    "somebody answered lately": _answered_lately,
    "a reply of less than 100 days ago": _replied_within_memory,
}


@pytest.mark.parametrize("name", ALIVE)
def test_what_is_open_or_remembered_stays_whatever_its_age(
    name: str, journal: SqliteJournal, path: Path
) -> None:
    ALIVE[name](journal)
    before = rows(path)
    assert set(prune(journal)) <= {"texts"}
    assert rows(path) == before


def test_the_texts_of_old_mails_go_before_their_rows(journal: SqliteJournal) -> None:
    (first, second) = keep(journal, old(1), old(2, related=("<m1@customer.example>",)), at=OLD)
    keep(journal, old(3, at=NOW, related=("<m1@customer.example>",)))
    entry = sent(journal, claim(1, mail_id=first, claimed_at=OLD))
    assert prune(journal)["texts"] == 3
    for mail_id in (first, second):
        mail = journal.mail(mail_id)
        assert mail is not None
        assert mail.decision["text"] == ""
        assert mail.decision["reply"] == {"text": None}
        assert mail.subject
    kept = journal.entry(entry.id)
    assert kept is not None
    assert kept.octets == b""
    assert kept.reply_key == "key-1"
    assert prune(journal) == {}


def test_a_mail_of_which_the_reply_is_remembered_is_not_answered_again(
    journal: SqliteJournal,
) -> None:
    _replied_within_memory(journal)
    prune(journal)
    assert recall(journal, 1, key="key-1").handled
    assert journal.claim(claim(1), permitted).entry is None


def test_a_bounce_is_remembered_as_long_as_a_limit_looks_back(journal: SqliteJournal) -> None:
    (mail_id,) = keep(journal, old(1), at=OLD)
    sent(journal, claim(1, mail_id=mail_id, claimed_at=OLD))
    report = old(2, "mailer-daemon@mx.example", at=NOW, rebound=bounce("<r1@acme.example>"))
    keep(journal, report, at=NOW)
    prune(journal)
    assert recall(journal, 9).bounced_at == NOW


def test_runs_contacts_and_alerts_go_by_their_age(journal: SqliteJournal, path: Path) -> None:
    for at in (OLD, OLD + DAY, NOW):
        run = journal.begin_run(at, replies_enabled=True)
        if at == OLD:
            journal.set_replies_since(run.run_id, at)
    journal.begin_telling("promise 1", OLD)
    answer(journal, "<m1@customer.example>", at=OLD, to=BOB)
    prune(journal)
    left = rows(path)
    assert (left["run"], left["alert"], left["contact"]) == (2, 0, 0)
    assert journal.begin_run(NOW, replies_enabled=True).replies_since == OLD


def test_an_open_escalation_is_not_told_again(journal: SqliteJournal) -> None:
    _escalation(journal)
    (open_one,) = journal.escalations()
    key = f"escalation {open_one.id} {open_one.requests}"
    assert journal.begin_telling(key, OLD)
    journal.end_telling(key, told=True)
    prune(journal)
    assert not journal.begin_telling(key, NOW)


def test_that_a_mail_was_moved_is_remembered_for_good_without_a_word_of_it(
    journal: SqliteJournal, path: Path
) -> None:
    (mail_id,) = keep(journal, old(1), at=OLD)
    sweep = journal.begin_sweep(SweepRun(OLD, SweepMode.APPLY, ("support",)))
    one = moved(1, mail_id=mail_id, message_id="<m1@customer.example>", subject="A secret")
    journal.keep_swept(sweep, [one, mail(2, mail_id=None)])
    prune(journal)
    assert journal.mail(mail_id) is None
    assert journal.once_rescued(["key-1", "key-2"]) == {"key-1": 0}
    (left,) = journal.swept(sweep)
    assert (left.sender, left.from_text, left.subject, left.customer) == ("", "", "", None)
    assert (left.judgement["decision"], left.judgement["conditions"]) == ("rescue", [])
    assert left.message_id == one.message_id
    journal.close()
    assert b"A secret" not in path.read_bytes()
    with open_journal(path) as again:
        assert prune(again) == {}


def test_a_closed_surge_goes_with_its_mails_and_an_open_one_stays(
    journal: SqliteJournal, path: Path
) -> None:
    ids = keep(journal, old(1), old(2, BOB), at=OLD)
    for one, sender in zip(ids, (ANN, BOB), strict=True):
        trace = Trace(one, sender, OLD, (1, 2), known=False, name="Ann")
        journal.keep_surge(SurgeFound((1,), (trace,), OLD, "late", told=1))
    journal.close_surge(1, OLD)
    prune(journal)
    assert [one.id for one in journal.surges()] == [2]
    assert rows(path)["surge_mail"] == 1
    assert [journal.mail(one) is None for one in ids] == [True, False]


def test_it_goes_on_from_batch_to_batch(journal: SqliteJournal, path: Path) -> None:
    keep(journal, *(old(uid, f"a{uid}@b.example") for uid in range(1, 8)), at=OLD)
    keep(journal, old(8, "open@b.example", closed=""), at=OLD)
    first = journal.prune(BEFORE, MEMORY, after=0, limit=3)
    assert first.after is not None
    assert first.counts["mail"] == 3
    assert prune(journal, limit=3)["mail"] == 4
    assert rows(path)["mail"] == 1


def test_space_is_given_back(journal: SqliteJournal, path: Path) -> None:
    keep(journal, *(old(uid, subject="x" * 2000) for uid in range(1, 400)), at=OLD)
    before = journal.give_back()
    prune(journal)
    assert journal.give_back() < before / 2
    journal.close()
    assert path.stat().st_size < before / 2


def test_a_state_of_an_earlier_version_is_written_anew_only_when_asked(path: Path) -> None:
    with open_journal(path) as journal:
        keep(journal, *(old(uid, subject="x" * 2000) for uid in range(1, 400)), at=OLD)
    sql = sqlite3.connect(path, isolation_level=None)
    sql.execute("PRAGMA auto_vacuum = NONE")
    sql.execute("VACUUM")
    sql.close()
    with open_journal(path) as journal:
        before = journal.give_back()
        prune(journal)
        assert journal.give_back() == before
        assert journal.give_back(whole=True) < before / 2
        keep(journal, *(old(uid, subject="x" * 2000) for uid in range(1, 400)), at=OLD)
        prune(journal)
        assert journal.give_back() < before / 2
        assert journal.mailbox("support", "INBOX") == mark(400)


def test_nothing_of_a_text_is_left_in_the_file(journal: SqliteJournal, path: Path) -> None:
    keep(journal, *(old(uid, f"a{uid}@b.example") for uid in range(1, 50)), at=OLD)
    prune(journal)
    journal.close()
    assert b"parcel" not in path.read_bytes()
