"""Forgetting: nothing of a person is left in the state, and nobody else loses anything."""

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
from inboxwatch.model.conversation import OwnMail
from inboxwatch.model.correction import Seen
from inboxwatch.model.outcome import OutboxState
from inboxwatch.model.person import Forgettable
from inboxwatch.model.surge import Trace
from inboxwatch.model.sweep import SweepMode, SweepRun
from inboxwatch.ports import SurgeFound
from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inboxwatch.ports import Record
    from inboxwatch.store.sqlite import SqliteJournal

PERSON = Forgettable(
    frozenset({ANN}), frozenset({ANN}), frozenset({"Ann Miller"}), frozenset({"c-1"})
)
PLUS = "ann+shop@customer.example"
SECRETS = (b"ann@customer", b"ann+shop@", b"Ann Miller", b"parakeet", b"<m1@", b"invoice-77")
ASKED = (Cause("manager-request", "a manager"),)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    with open_journal(path) as opened:
        yield opened


def letter(uid: int, sender: str = ANN, **fields: object) -> Record:
    made = record(uid, sender, **{"from_text": f"Ann Miller <{sender}>", **fields})
    payload = {
        **made.payload,
        "schema": 1,
        "from": sender,
        "from_text": f'"Ann Miller" <{sender}>',
        "customer": {"id": "c-1", "name": "Ann Miller", "match": "address"},
        "text": "My parakeet ordered invoice-77 twice.",
        "signals": ["money-back"],
    }
    return replace(made, payload=payload)


def live(journal: SqliteJournal) -> None:
    """Everything that a person leaves in a state."""
    journal.secret()
    (first, second, _) = keep(
        journal,
        letter(1, escalation=ASKED),
        letter(2, sender=PLUS, sender_canonical=ANN, pending=True),
        record(3, BOB, text="Ann Miller <ann@customer.example> sent me here"),
    )
    octets = b"To: ann@customer.example\r\n\r\nDear Ann Miller, your parakeet ...\r\n"
    sent(journal, claim(1, mail_id=first, octets=octets, promise=NOW + timedelta(hours=2)))
    sent(journal, claim(2, PLUS, recipient_canonical=ANN, mail_id=second), OutboxState.HELD)
    keep(
        journal,
        record(4, "mailer-daemon@mx.example", automatic=True, rebound=bounce("<r1@acme.example>")),
    )
    own = OwnMail(
        ("<o1@acme.example>", "<m1@customer.example>"),
        NOW,
        recipients=(ANN,),
        subject="Re: Subject 1",
        text="Dear Ann Miller, the parakeet ...",
        author="kim@acme.example",
        parent="<m1@customer.example>",
    )
    journal.record_own("support", [own], mark(2, "Sent"))
    journal.add_note(ANN, NOW, "invoice-77: called Ann Miller")
    journal.add_note("c-1", NOW, "invoice-77 again")
    journal.add_note(BOB, NOW, "knows Ann Miller (ANN@customer.example)")
    journal.remember_genuine(PLUS, NOW)
    journal.correct(first, 8, NOW, seen=Seen(3, ("money-back",)), exact=True)
    journal.assign(first, "Kim", NOW)
    journal.done(second, Deed(NOW, None, "Kim", "told Ann Miller"))
    trace = Trace(first, ANN, NOW, (1, 2), known=True, name="Ann Miller")
    other = Trace(3, BOB, NOW, (1, 2), name="Bob")
    journal.keep_surge(SurgeFound((1,), (trace, other), NOW, "late", told=1))
    sweep = journal.begin_sweep(SweepRun(NOW, SweepMode.APPLY, ("support",)))
    about = {"sender": ANN, "from_text": "Ann Miller <ann@customer.example>"}
    journal.keep_swept(
        sweep,
        [
            moved(1, mail_id=first, customer=("Ann Miller", "c-1"), **about),
            moved(7, mail_id=None, reply_key="seen by a sweep alone", **about),
            mail(8, mail_id=None, sender=BOB, from_text="Bob", customer=None, subject="ok"),
        ],
    )


def rows(path: Path, table: str) -> int:
    sql = sqlite3.connect(path)
    (number,) = sql.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608 - a table of ours
    sql.close()
    return int(number)


def test_nothing_of_a_person_is_left_in_the_files_of_the_state(
    journal: SqliteJournal, path: Path
) -> None:
    live(journal)
    before = path.read_bytes() + path.with_name("state.db-wal").read_bytes()
    assert all(one in before for one in SECRETS)
    counts = journal.erase(PERSON, NOW).counts
    journal.overwrite()
    for one in path.parent.iterdir():
        assert not [secret for secret in SECRETS if secret.lower() in one.read_bytes().lower()]
    assert {
        name: counts[name] for name in ("mail", "outbox", "own_mail", "note", "sweep_mail")
    } == {
        "mail": 3,
        "outbox": 2,
        "own_mail": 1,
        "note": 2,
        "sweep_mail": 2,
    }


def test_nobody_else_loses_anything(journal: SqliteJournal, path: Path) -> None:
    live(journal)
    journal.erase(PERSON, NOW)
    kept = journal.mail(3)
    assert kept is not None
    assert kept.sender == BOB
    assert [one.text for one in journal.notes_on([BOB])] == ["knows (forgotten) ((forgotten))"]
    assert [one.reply_key for one in journal.swept(1)] == ["key-8"]
    (surge,) = journal.surges()
    assert (surge.senders, surge.mails) == (1, 1)
    assert rows(path, "conversation") == 1
    sql = sqlite3.connect(path)
    assert sql.execute("PRAGMA foreign_key_check").fetchall() == []
    assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    sql.close()


def test_mail_of_somebody_who_was_forgotten_is_not_answered_again(
    journal: SqliteJournal, path: Path
) -> None:
    live(journal)
    journal.erase(PERSON, NOW)
    for uid in (1, 2):
        assert recall(journal, uid, key=f"key-{uid}").handled
        refused = journal.claim(claim(uid), permitted)
        assert refused.entry is None
        assert [one.rule for one in refused.refusals] == ["X01"]
    assert journal.pending_mails() == frozenset()
    assert journal.once_rescued(["key-1", "seen by a sweep alone", "key-9"]) == {
        "key-1": 0,
        "seen by a sweep alone": 0,
    }
    assert not recall(journal, 9).handled
    assert b"key-1" not in path.read_bytes()
    later = NOW + timedelta(days=300)
    journal.prune(later - timedelta(days=90), later - timedelta(days=100), after=0, limit=100)
    assert not recall(journal, 1, key="key-1").handled


def test_in_a_conversation_with_others_their_part_stays(journal: SqliteJournal) -> None:
    keep(
        journal,
        letter(1, escalation=ASKED),
        record(2, BOB, related=("<m1@customer.example>",)),
    )
    sent(journal, claim(1, mail_id=1))
    sent(journal, claim(2, BOB, mail_id=2))
    answer(journal, "<m2@other.example>", to=BOB)
    journal.erase(PERSON, NOW)
    assert journal.mail(1) is None
    kept = journal.mail(2)
    assert kept is not None
    assert kept.answered_at is not None
    assert [one.recipient for one in journal.outbox(list(OutboxState))] == [BOB]
    assert journal.escalations() == ()


def test_a_longer_address_is_somebody_elses(journal: SqliteJournal) -> None:
    other = "joann@customer.example"
    keep(journal, letter(1), record(2, other, subject="of ann@customer.example.org"))
    journal.erase(PERSON, NOW)
    kept = journal.mail(2)
    assert kept is not None
    assert (kept.sender, kept.subject) == (other, "of ann@customer.example.org")


def test_the_name_of_the_team_is_spared(journal: SqliteJournal) -> None:
    keep(journal, letter(1), record(2, BOB, subject="Acme Support"))
    spared = replace(
        PERSON, names=frozenset({"Acme Support", "Bo"}), spared=frozenset({"acme support"})
    )
    assert "Acme Support" not in journal.erase(spared, NOW).terms
    kept = journal.mail(2)
    assert kept is not None
    assert kept.subject == "Acme Support"


def test_of_whom_nothing_is_known_nothing_is_erased(journal: SqliteJournal) -> None:
    live(journal)
    stranger = Forgettable(frozenset({"eve@new.example"}), frozenset({"eve@new.example"}))
    assert journal.erase(stranger, NOW).counts == {}
