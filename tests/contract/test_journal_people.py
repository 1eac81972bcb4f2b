"""What every journal does about people: contacts, notes, and somebody's mails."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.build import NOW
from tests.support.journal import ANN, BOB, answer, decision, keep, mark, recall, record, ref

from inboxwatch.model.conversation import OwnMail
from inboxwatch.model.customer import Contact, Note
from inboxwatch.ports import Record

if TYPE_CHECKING:
    from datetime import datetime

    from inboxwatch.ports import Journal

HOUR = timedelta(hours=1)


def wrote(journal: Journal, *recipients: str, at: datetime = NOW, related: str = "") -> None:
    """A person of the team wrote to these, in a conversation or out of nothing."""
    own = f"<own{at.timestamp()}@acme.example>"
    mail = OwnMail((own, *filter(None, [related])), at, recipients=recipients)
    journal.record_own("support", [mail], mark(2, "Sent"))


def test_whom_the_team_wrote_to_is_a_contact(journal: Journal) -> None:
    assert journal.contact(ANN) is None
    assert recall(journal, 1, ANN).contact_since is None
    wrote(journal, ANN, BOB)
    assert journal.contact(ANN) == journal.contact(BOB) == Contact(NOW, NOW)
    assert recall(journal, 1, ANN).contact_since == NOW
    assert recall(journal, 1, "eve@other.example").contact_since is None
    assert recall(journal, 1, "").contact_since is None


def test_a_contact_has_the_first_and_the_last_instant(journal: Journal) -> None:
    for hours in (1, 3, 0, 2):
        wrote(journal, ANN, at=NOW + hours * HOUR, related="<m1@customer.example>")
    assert journal.contact(ANN) == Contact(NOW, NOW + 3 * HOUR)
    assert recall(journal, 2, ANN).contact_since == NOW


def test_a_contact_is_known_by_the_canonical_address(journal: Journal) -> None:
    wrote(journal, "an.n+news@gmail.com")
    assert journal.contact("ann@gmail.com") == Contact(NOW, NOW)
    assert journal.contact("an.n+news@gmail.com") is None


def test_notes_come_in_order_whoever_of_several_holds_them(journal: Journal) -> None:
    assert journal.notes_on(["c-1", ANN]) == ()
    journal.add_note(ANN, NOW + HOUR, "wants an invoice")
    journal.add_note("c-1", NOW, "called on Monday\nangry")
    journal.add_note(ANN, NOW + HOUR, "wants an invoice")
    journal.add_note(BOB, NOW, "somebody else")
    twice = Note(NOW + HOUR, "wants an invoice")
    assert journal.notes_on(["c-1", ANN, ANN]) == (
        Note(NOW, "called on Monday\nangry"),
        twice,
        twice,
    )
    assert journal.notes_on([BOB]) == (Note(NOW, "somebody else"),)


def test_notes_hold_any_text(journal: Journal) -> None:
    journal.add_note("c'); DROP TABLE note; --", NOW, "\x1b[31m \0 % _ 'quoted'")
    assert journal.notes_on(["c'); DROP TABLE note; --"])[0].text == "\x1b[31m \0 % _ 'quoted'"


def test_mails_of_somebody_come_newest_first(journal: Journal) -> None:
    keep(
        journal,
        record(1, ANN, received=NOW - 2 * HOUR),
        record(2, BOB, received=NOW - HOUR),
        record(3, ANN, received=NOW, closed="deleted"),
        record(4, "cy@customer.example", received=NOW - 3 * HOUR),
        record(5, "eve@evil-customer.example"),
    )
    answer(journal, "<m1@customer.example>", at=NOW)
    mails = journal.mails_of([ANN], [], 10)
    assert [mail.subject for mail in mails] == ["Subject 3", "Subject 1"]
    assert [mail.answered_at for mail in mails] == [None, NOW]
    assert [mail.closed for mail in mails] == ["deleted", ""]
    assert [mail.id for mail in journal.mails_of([ANN, BOB], [], 2)] == [3, 2]
    assert [mail.id for mail in journal.mails_of([], ["customer.example"], 10)] == [3, 1, 4]
    assert [mail.id for mail in journal.mails_of([BOB], ["customer.example"], 10)] == [3, 2, 1, 4]
    assert journal.mails_of([], [], 10) == ()


def test_a_mail_in_two_mailboxes_is_one(journal: Journal) -> None:
    both = [decision(1, ANN, reply_key="same", ref=ref(1, box)) for box in ("INBOX", "Support")]
    for one in both:
        journal.record([Record(one, {"subject": one.subject})], mark(2, one.ref.mailbox), NOW)
    assert len(journal.mails_of([ANN], [], 10)) == 1


def test_who_holds_notes_that_hold_a_text(journal: Journal) -> None:
    journal.add_note("c-1", NOW, "Wants an INVOICE")
    journal.add_note("ann@customer.example", NOW, "an invoice, M\u00dcLLER")
    journal.add_note("c-1", NOW, "invoice again")
    assert sorted(journal.noted("Invoice")) == ["ann@customer.example", "c-1"]
    assert journal.noted("m\u00fcller") == ("ann@customer.example",)
    assert journal.noted("nothing of it") == ()
