"""What every journal says of looks at flags."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.build import NOW

from inboxwatch.ports import Look, MailboxState

if TYPE_CHECKING:
    from inboxwatch.ports import Journal

STATE = MailboxState(2**32 - 1, 2**32 - 1, 20_000_000, 2**63 - 1)


def test_a_look_is_kept_until_the_next_at_the_same_mailbox(journal: Journal) -> None:
    assert journal.looks("support") == {}
    inbox = Look("support", "INBOX", STATE, NOW)
    review = Look("support", "Prüfung", MailboxState(1, 1, 0, 1), NOW)
    journal.keep_looks((inbox, review, Look("sales", "INBOX", STATE, NOW)))
    assert journal.looks("support") == {"INBOX": inbox, "Prüfung": review}
    later = Look("support", "INBOX", MailboxState(7, 8, 1, 9), NOW + timedelta(hours=1))
    journal.keep_looks((later,))
    assert journal.looks("support") == {"INBOX": later, "Prüfung": review}
    assert set(journal.looks("sales")) == {"INBOX"}
    journal.keep_looks(())
