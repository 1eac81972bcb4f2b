"""How accounts fare: the part of the journal's suite about conditions."""

from __future__ import annotations

from datetime import timedelta

from tests.support.build import NOW

from inboxwatch.core.backoff import failed, succeeded
from inboxwatch.errors import LoginRefusedError
from inboxwatch.model.condition import Condition
from inboxwatch.ports import Journal, RunEnd

SECOND = timedelta(seconds=1)
REFUSED = failed(
    Condition("support", succeeded_at=NOW - SECOND),
    LoginRefusedError("support refused \u00fcber\ud800", next_step="check it"),
    NOW.replace(microsecond=123457),
    0.5,
)


def end(journal: Journal, *conditions: Condition) -> None:
    run = journal.begin_run(NOW, replies_enabled=False)
    journal.end_run(RunEnd(run.run_id, NOW, 0, conditions=conditions))


def test_a_condition_comes_back_as_it_was_kept(journal: Journal) -> None:
    assert journal.conditions() == ()
    known = failed(REFUSED, LoginRefusedError("again"), NOW + SECOND, 0.0)
    end(journal, known)
    assert journal.conditions() == (known,)
    well = succeeded(known, NOW)
    end(journal, well)
    assert journal.conditions() == (well,)


def test_what_cannot_be_written_as_text_is_replaced(journal: Journal) -> None:
    end(journal, REFUSED)
    (kept,) = journal.conditions()
    assert kept.error.startswith("support refused \u00fcber")
    assert (kept.kind, kept.code, kept.next_attempt) == ("refused", 12, REFUSED.next_attempt)


def test_conditions_take_the_place_of_all_of_their_account(journal: Journal) -> None:
    inbox, spam = Condition("support", "INBOX", NOW), Condition("support", "Spam", NOW)
    sales = Condition("sales", succeeded_at=NOW)
    end(journal, Condition("support", succeeded_at=NOW), spam, inbox, sales)
    assert [(one.account, one.mailbox) for one in journal.conditions()] == [
        ("sales", ""),
        ("support", ""),
        ("support", "INBOX"),
        ("support", "Spam"),
    ]
    later = Condition("support", succeeded_at=NOW + SECOND)
    end(journal, later, inbox)
    assert journal.conditions() == (sales, later, inbox)
    end(journal)
    assert journal.conditions() == (sales, later, inbox)
