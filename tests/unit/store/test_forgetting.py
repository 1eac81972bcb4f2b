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
from inboxwatch.model.past import Past
from inboxwatch.model.person import Forgettable
from inboxwatch.model.surge import Trace
from inboxwatch.model.sweep import SweepMode, SweepRun
from inboxwatch.model.world import History, Usage
from inboxwatch.ports import SurgeFound
from inboxwatch.store.scrubbing import NO_TEXT, TEXTS
from inboxwatch.store.values import from_past, to_past

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.ports import Record
    from inboxwatch.store.sqlite import SqliteJournal

PERSON = Forgettable(
    frozenset({ANN}), frozenset({ANN}), frozenset({"Ann Miller"}), frozenset({"c-1"})
)
PLUS = "ann+shop@customer.example"
SECRETS = (b"ann@customer", b"ann+shop@", b"Ann Miller", b"parakeet", b"<m1@", b"invoice-77")
ASKED = (Cause("manager-request", "a manager"),)


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


def written(path: Path) -> dict[str, set[str]]:
    """The columns of text by table."""
    sql = sqlite3.connect(path)
    tables = [row[0] for row in sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        table: {row[1] for row in sql.execute(f"PRAGMA table_info({table})") if row[2] == "TEXT"}
        for table in tables
    }
    sql.close()
    return {table: columns for table, columns in found.items() if columns}


def test_of_every_column_it_is_said_whether_it_holds_text_of_mail(
    journal: SqliteJournal, path: Path
) -> None:
    assert journal.last_run() is None
    tables = {*TEXTS, *NO_TEXT}
    assert written(path) == {
        table: {*TEXTS.get(table, ()), *NO_TEXT.get(table, ())} for table in tables
    }
    for table, columns in TEXTS.items():
        assert not NO_TEXT.get(table, frozenset()) & set(columns)


@pytest.mark.parametrize(
    "text",
    ["my code is\nick@customer.example", "C:\\nick@customer.example", "bob\u201equoted\u201c"],
)
def test_escapes_of_json_are_no_letters_of_an_address(journal: SqliteJournal, text: str) -> None:
    made = record(2, BOB)
    keep(journal, replace(made, payload={**made.payload, "schema": 1, "text": text}))
    nick = "nick@customer.example"
    journal.erase(Forgettable(frozenset({nick}), frozenset({nick})), NOW)
    kept = journal.mail(1)
    assert kept is not None
    assert kept.decision["text"] == text.replace(nick, "(forgotten)")


def test_what_follows_an_escape_goes_as_well(journal: SqliteJournal, path: Path) -> None:
    made = record(2, BOB)
    text = f"write to\n{ANN}\tor\r\nAnn Miller, \u201eAnn Miller\u201c\n-Ann Miller"
    keep(journal, letter(1), replace(made, payload={**made.payload, "text": text}))
    journal.erase(PERSON, NOW)
    kept = journal.mail(2)
    assert kept is not None
    gone = "(forgotten)"
    assert kept.decision["text"] == f"write to\n{gone}\tor\r\n{gone}, \u201e{gone}\u201c\n-{gone}"
    assert b"Ann Miller" not in path.read_bytes()


@pytest.mark.parametrize("name", ["Junk Mail", "my order", "Where Is", "answered by a person"])
def test_whoever_takes_words_for_a_name_rewrites_nobodys_mail(
    journal: SqliteJournal, name: str
) -> None:
    evil = "evil@z.example"
    made = record(1, evil)
    theirs = replace(made, payload={**made.payload, "from_text": f"{name} <{evil}>"})
    other = record(2, BOB, closed="answered by a person", subject=f"Re: {name}")
    keep(journal, theirs, replace(other, payload={**other.payload, "text": f"about {name}"}))
    journal.record((), mark(5, name), NOW)
    terms = journal.erase(Forgettable(frozenset({evil}), frozenset({evil})), NOW).terms
    assert terms == (evil,)
    assert journal.mailbox("support", name) is not None
    kept = journal.mail(2)
    assert kept is not None
    assert (kept.subject, kept.closed) == (f"Re: {name}", "answered by a person")


def test_names_of_ours_stay_even_where_a_customer_is_called_so(
    journal: SqliteJournal, path: Path
) -> None:
    other = record(2, BOB, closed="answered by a person")
    payload = {
        **other.payload,
        "account": "Junk Mail",
        "ref": {"mailbox": "Junk Mail"},
        "reply": {"template": "Junk Mail", "subject": "Junk Mail"},
        "Junk Mail": 1,
    }
    keep(journal, replace(other, payload=payload))
    journal.record((), mark(5, "Junk Mail"), NOW)
    journal.erase(replace(PERSON, names=frozenset({"Junk Mail", "answered by a person"})), NOW)
    kept = journal.mail(1)
    assert kept is not None
    assert kept.decision["account"] == "Junk Mail"
    assert kept.decision["ref"] == {"mailbox": "Junk Mail"}
    assert kept.decision["reply"] == {"template": "Junk Mail", "subject": "(forgotten)"}
    assert "Junk Mail" in kept.decision
    assert journal.mailbox("support", "Junk Mail") is not None
    sql = sqlite3.connect(path)
    assert sql.execute("SELECT closed FROM mail").fetchone() == ("answered by a person",)
    sql.close()


def test_what_a_decision_was_made_against_can_be_read_again(
    journal: SqliteJournal, path: Path
) -> None:
    past = Past(NOW, History(), Usage(), flags=("Ann Miller",), verdict={"customer": "Ann Miller"})
    sql = sqlite3.connect(path)
    keep(journal, record(2, BOB))
    text = to_past(past).replace('"breaker":""', '"breaker":"after\\nann@customer.example \u00fc"')
    sql.execute("UPDATE mail SET past = ?", (text,))
    sql.commit()
    journal.erase(PERSON, NOW)
    (left,) = sql.execute("SELECT past FROM mail").fetchone()
    sql.close()
    assert left == text.replace(ANN, "(forgotten)")
    assert from_past(left).usage.breaker == "after\n(forgotten) \u00fc"


def test_an_address_in_the_reply_to_of_others_goes(journal: SqliteJournal, path: Path) -> None:
    keep(journal, record(2, BOB))
    sql = sqlite3.connect(path)
    sql.execute("UPDATE mail SET reply_to = ?", (f"{BOB} {ANN}",))
    sql.commit()
    journal.erase(PERSON, NOW)
    assert sql.execute("SELECT reply_to FROM mail").fetchone() == (BOB,)
    sql.close()


@pytest.mark.parametrize("state", ["SENT", "REFUSED", "HELD", "RETRY", "UNKNOWN"])
def test_replies_to_others_lose_a_name_unless_they_may_still_go_out(
    journal: SqliteJournal, state: str
) -> None:
    encoded = b"=?utf-8?q?Re=3A_About_Ann_Miller?="
    octets = (
        b"Subject: " + encoded + b"\r\nContent-Type: text/plain\r\n\r\nYou asked of Ann Miller.\r\n"
    )
    other = b"Subject: Re: x\r\n\r\nAnn Millerson\r\n"
    (_, second, third) = keep(journal, letter(1), record(2, BOB), record(3, BOB))
    sent(journal, claim(2, BOB, mail_id=second, octets=octets), OutboxState[state])
    sent(journal, claim(3, BOB, mail_id=third, octets=other))
    erased = journal.erase(PERSON, NOW)
    (left, untouched) = journal.outbox(list(OutboxState))
    assert untouched.octets == other
    if state in ("SENT", "REFUSED"):
        assert erased.waiting == 0
        assert b"Subject: Re: About (forgotten)\r\n" in left.octets
        assert left.octets.endswith(b"You asked of (forgotten).\r\n")
    else:
        assert (erased.waiting, left.octets) == (1, octets)


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
