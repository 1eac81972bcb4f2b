"""What every journal says of a conversation: whose mails, who answered, what was said again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.build import NOW
from tests.support.journal import ANN, BOB, keep, mark, recall, record

from inboxwatch.model.conversation import HumanAnswer, OwnMail, Repeated
from inboxwatch.model.message import Authentication, AuthenticationStatus, Role

if TYPE_CHECKING:
    from inboxwatch.model.world import History
    from inboxwatch.ports import Journal

JO = "jo@acme.example"
TEXT = "We are very sorry for the trouble and are looking into it, please be patient with us, {}."
LATER = NOW + timedelta(hours=1)


def own(number: int = 1, *related: str, **fields: object) -> OwnMail:
    given = {"at": LATER, "author": JO, "recipients": (ANN,), **fields}
    return OwnMail((f"<o{number}@acme.example>", *related), **given)  # type: ignore[arg-type]


def write(journal: Journal, *mails: OwnMail) -> None:
    journal.record_own("support", mails, mark(2, "Sent"))


def about(journal: Journal, subject: str, sender: str = ANN) -> History:
    return journal.recall(
        account="support",
        reply_key="new",
        sender_canonical=sender,
        related_ids=("<new@customer.example>",),
        now=LATER,
        ref=None,
        subject=subject,
    )


def test_who_answered_and_when(journal: Journal) -> None:
    keep(journal, record(1))
    write(
        journal,
        own(1, "<m1@customer.example>"),
        own(2, "<m1@customer.example>", at=NOW, author="x@y"),
    )
    known = recall(journal, related=("<m1@customer.example>",))
    assert known.answers == (HumanAnswer(NOW, "x@y"), HumanAnswer(LATER, JO))


def test_a_mail_in_sent_and_in_the_inbox_counts_once(journal: Journal) -> None:
    keep(journal, record(1))
    answer = own(1, "<m1@customer.example>")
    write(journal, answer)
    copy = own(1, "<m1@customer.example>", at=LATER + timedelta(seconds=3))
    keep(journal, record(2, JO, own=copy))
    assert recall(journal, related=("<m1@customer.example>",)).human_answers == 1


def test_a_customer_who_answers_an_answer_alone_is_in_the_conversation(journal: Journal) -> None:
    keep(journal, record(1))
    write(journal, own(1, "<m1@customer.example>"))
    assert recall(journal, related=("<o1@acme.example>",)).customer_mails == 1


@pytest.mark.parametrize("subject", ["Re: My order 77", "AW: Fwd: my  ORDER 77", "RE: My order 77"])
def test_where_no_id_leads_the_subject_does(journal: Journal, subject: str) -> None:
    keep(journal, record(1, subject="My order 77"))
    assert about(journal, subject).customer_mails == 1
    assert about(journal, subject, BOB).customer_mails == 0


@pytest.mark.parametrize("subject", ["My order 77", "Re: Another", "Re: a", ""])
def test_a_subject_that_does_not_go_on_leads_nowhere(journal: Journal, subject: str) -> None:
    keep(journal, record(1, subject="My order 77"), record(2, subject="a"), record(3, subject=""))
    assert about(journal, subject).conversation is None


def test_an_answer_by_subject_and_recipient(journal: Journal) -> None:
    keep(journal, record(1, subject="My order 77"))
    write(journal, own(1, subject="Re: My order 77", recipients=(BOB,)))
    assert len(journal.open_mails()) == 1
    unproven = own(2, subject="Re: My order 77", by_ids_alone=True)
    keep(journal, record(2, JO, own=unproven, closed="x"))
    assert len(journal.open_mails()) == 1
    write(journal, own(3, subject="Re: My order 77"))
    assert journal.open_mails() == ()


def test_what_is_two_weeks_old_is_another_matter(journal: Journal) -> None:
    keep(journal, record(1, subject="My order 77", received=NOW - timedelta(days=15)))
    assert about(journal, "Re: My order 77").conversation is None


def test_a_colleague_s_mail_answers_only_whom_it_goes_to(journal: Journal) -> None:
    keep(journal, record(1))
    note = own(1, "<m1@customer.example>", recipients=("kim@acme.example",))
    keep(journal, record(2, JO, own=note, closed="x"))
    assert len(journal.open_mails()) == 1
    answer = own(2, "<m1@customer.example>")
    keep(journal, record(3, JO, own=answer, closed="x"))
    assert journal.open_mails() == ()


def test_waiting_begins_with_the_oldest_mail_without_an_answer(journal: Journal) -> None:
    first, second = NOW - timedelta(days=2), NOW - timedelta(days=1)
    keep(journal, record(1, received=first))
    keep(journal, record(2, related=("<m1@customer.example>",), received=second))
    known = recall(journal, related=("<m1@customer.example>",))
    assert (known.customer_mails, known.waiting_since) == (2, first)
    write(journal, own(1, "<m1@customer.example>", at=first + timedelta(hours=1)))
    known = recall(journal, related=("<m1@customer.example>",))
    assert (known.customer_mails, known.waiting_since) == (2, second)


@pytest.mark.parametrize(
    ("role", "status", "counts"),
    [
        (Role.INBOX, AuthenticationStatus.UNVERIFIED, 1),
        (Role.INBOX, AuthenticationStatus.FAILED, 0),
        (Role.JUNK, AuthenticationStatus.UNVERIFIED, 0),
        (Role.JUNK, AuthenticationStatus.AUTHENTICATED, 1),
    ],
)
def test_what_anybody_may_have_written_does_not_count(
    journal: Journal, role: Role, status: AuthenticationStatus, counts: int
) -> None:
    keep(journal, record(1, role=role, authentication=Authentication(status)))
    known = recall(journal, related=("<m1@customer.example>",))
    assert known.customer_mails == counts
    assert (known.waiting_since is not None) == bool(counts)


def test_the_same_text_again_by_several_people(journal: Journal) -> None:
    keep(journal, record(1))
    assert recall(journal).repeated is None
    write(journal, own(1, "<m1@customer.example>", text=TEXT.format("Jo"), at=NOW))
    assert recall(journal).repeated is None
    write(
        journal,
        own(2, "<m1@customer.example>", text=TEXT.format("Kim"), author="kim@acme.example"),
        own(3, "<m1@customer.example>", text="We have found your parcel, it comes on Monday."),
        own(4, "<m1@customer.example>", text=TEXT.format("Jo")),
        own(5, text=TEXT.format("Jo"), recipients=(BOB,)),
    )
    assert recall(journal).repeated == Repeated(3, 2, NOW)
    assert recall(journal, sender=BOB).repeated is None
