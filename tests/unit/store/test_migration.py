"""A state of every released version is brought up to date and keeps what it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import ANN, answer, bounce, claim, keep, recall, record, ref, sent

from inboxwatch.errors import StateError
from inboxwatch.model.outcome import OutboxState
from inboxwatch.store.database import Database
from inboxwatch.store.files import private_file
from inboxwatch.store.schema import MIGRATIONS
from inboxwatch.store.sqlite import open_journal, scratch_journal
from inboxwatch.store.values import to_micros

if TYPE_CHECKING:
    from pathlib import Path

    from inboxwatch.store.sqlite import SqliteJournal

BY_CUSTOMER = 7
"""The version from which on an escalation knows its customer."""
INDICES = """SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name"""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A state as version 1 left it, with a mail, its reply and another that is held."""
    path = private_file(tmp_path / "state.db")
    database = Database(path, MIGRATIONS[:1])
    now = to_micros(NOW)
    with database.writing() as sql:
        sql.execute("INSERT INTO conversation DEFAULT VALUES")
        sql.execute("INSERT INTO message_id VALUES ('<m1@customer.example>', 1, ?)", (ANN,))
        sql.execute("INSERT INTO message_id VALUES ('<r1@acme.example>', 1, '')")
        sql.execute(
            """INSERT INTO mail VALUES (
                1, 'support', 'INBOX', 1, 1, 1, 'key-1', :ann, 3, 0, 0, :now, :now, '', NULL,
                'inbox', :ann, 'A question', '{}')""",
            {"ann": ANN, "now": now},
        )
        sql.execute(
            """INSERT INTO mail VALUES (
                2, 'support', 'Spam', 1, 1, 1, 'key-spam', :ann, 3, 0, 0, :now, :now, '', NULL,
                'junk', :ann, 'A question', '{}')""",
            {"ann": ANN, "now": now - 1},
        )
        for number, state in ((1, "sent"), (2, "held")):
            sql.execute(
                """INSERT INTO outbox VALUES (
                    :id, 'key-' || :id, :state, :now, 'support', 'customer.example', :ann, 1, 1,
                    'business', 'acknowledgement', NULL, :ann, 'support@acme.example',
                    '<r' || :id || '@acme.example>', '', 0, x'0d0a')""",
                {"id": number, "state": state, "now": now, "ann": ANN},
            )
    database.close()
    return path


def upgraded(journal: SqliteJournal) -> None:
    """What was there is there, and everything that is new works on it."""
    history = recall(journal, 2, related=("<r1@acme.example>",))
    assert [reply.handle for reply in history.replies] == ["business", "business"]
    assert history.last_used == {"business": NOW}
    assert history.answers_reply_of == NOW
    assert history.arrivals == (NOW,)
    held = journal.entry(2)
    assert held is not None
    assert (held.good_until, held.octets) == (None, b"\r\n")
    assert journal.promises() == ()
    assert journal.tripped() == {}
    keep(journal, record(9, "mailer-daemon@mx.example", rebound=bounce("<r1@acme.example>")))
    assert recall(journal).bounced_at == NOW
    assert journal.health("support", NOW).rebounds == 0
    assert journal.take(2, [OutboxState.HELD], NOW) is not None


def test_version_1_is_brought_up_to_date(first: Path) -> None:
    with open_journal(first) as journal:
        upgraded(journal)
    with open_journal(first, create=False) as journal:
        assert recall(journal, 1).handled


def test_a_dry_run_upgrades_only_its_copy(first: Path) -> None:
    before = first.read_bytes()
    with scratch_journal(first) as scratch:
        upgraded(scratch)
    assert first.read_bytes() == before


def test_an_upgraded_state_is_like_a_new_one(first: Path, tmp_path: Path) -> None:
    schemas = []
    for path in (first, private_file(tmp_path / "new.db")):
        database = Database(path)
        with database.reading() as sql:
            schemas.append(sql.execute(INDICES).fetchall())
        database.close()
    assert schemas[0] == schemas[1]


KNOWN = '{"customer": {"id": "c-2", "match": "address"}}'


@pytest.mark.parametrize(
    ("decision", "customer"),
    [
        (KNOWN, "c-2"),
        (KNOWN.replace("address", "domain"), ""),
        ('{"customer": null}', ""),
        ("no json", ""),
    ],
)
def test_an_escalation_of_before_gets_the_customer_of_its_mail(
    first: Path, decision: str, customer: str
) -> None:
    before = tuple(one for one in MIGRATIONS if one.version < BY_CUSTOMER)
    database = Database(first, before)
    with database.writing() as sql:
        sql.execute("UPDATE mail SET decision = ? WHERE id = 1", (decision,))
        sql.execute(
            """INSERT INTO escalation (account, party, mail, opened_at, asked_at, requests, causes)
            VALUES ('support', ?, 1, ?, ?, 1, 'insult')""",
            (ANN, to_micros(NOW), to_micros(NOW)),
        )
    database.close()
    with open_journal(first) as journal:
        (found,) = journal.escalations()
        assert (found.party, found.customer) == (ANN, customer)


def test_the_program_of_before_refuses_what_was_upgraded(first: Path) -> None:
    open_journal(first).close()
    with pytest.raises(StateError, match="newer than this program"):
        Database(first, MIGRATIONS[:1])


def test_a_promise_is_kept_by_an_answer_in_an_old_conversation(first: Path) -> None:
    with open_journal(first) as journal:
        made = claim(3, promise=NOW, related_ids=("<m3@customer.example>", "<m1@customer.example>"))
        sent(journal, made)
        answer(journal, "<m1@customer.example>")
        history = recall(journal, 4, related=("<m3@customer.example>",))
        assert history.human_answers == 1
        assert [promise.kept_at for promise in journal.promises()] != [None]
        stored = journal.mail(1)
        assert stored is not None
        assert (stored.ref, stored.answered_at is None) == (ref(1), False)
